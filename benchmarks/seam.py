"""What measuring costs: each call by a measured client beside the same call by a plain boto3 one.

    .venv/bin/python -m benchmarks.seam [-n 2000]

Both clients have the same configuration and speak to the same SeaweedFS on loopback, started for the purpose.
Machines drift by more than the seam costs, so the calls come in pairs, the first of a pair being now the one,
now the other, and the number to look at is the median of the pairs' ratios. Needs requirements-demo.txt.
"""

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3

from journeys.aws.clients import Clients
from journeys.demo.command import FOREIGN
from journeys.demo.seaweedfs import SeaweedFS
from journeys.journal import Journal
from journeys.recorder import PROBE, Recorder
from journeys.settings import Settings

SIZE = 512
BUCKET = "benchmark"
WARM_UP = 100  # pairs that are not counted: connections, the bucket's volume, Python's caches


def main() -> None:
    parser = argparse.ArgumentParser(description="What the seam costs for each operation.")
    parser.add_argument("-n", type=int, default=2000, help="pairs of each operation (default: 2000)")
    pairs = parser.parse_args().n
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]
    with (
        tempfile.TemporaryDirectory() as directory,
        SeaweedFS(Path(directory) / "store", "benchmark", "s3cr3t-of-the-benchmark") as store,
    ):
        compare(store, Path(directory), pairs)


def compare(store: SeaweedFS, directory: Path, pairs: int) -> None:
    """Prints a line for each operation."""
    settings = Settings(
        s3_endpoint_url=store.endpoint_url,
        access_key_id=store.access_key,
        secret_access_key=store.secret_key,
        region="us-east-1",
    )
    journal = Journal(directory / "journal.sqlite")
    journal.run_began("benchmark", time.time())
    recorder = Recorder(journal, settings)
    recorder.run, recorder.purpose = "benchmark", PROBE
    clients = Clients(settings, recorder)
    measured = clients.s3()
    # The very same configuration: one that is only equal, such as `measured.meta.config`, makes a faster client.
    plain = boto3.session.Session(store.access_key, store.secret_key, region_name="us-east-1").client(
        "s3", endpoint_url=store.endpoint_url, config=clients._config()
    )
    plain.create_bucket(Bucket=BUCKET)
    content = os.urandom(SIZE)

    def put(client: Any) -> None:
        client.put_object(Bucket=BUCKET, Key="key", Body=content)

    def get(client: Any) -> None:
        assert client.get_object(Bucket=BUCKET, Key="key")["Body"].read() == content

    for name, call in (("put", put), ("get", get)):
        timed(call, plain, measured, WARM_UP)
        times = timed(call, plain, measured, pairs)
        ratio = statistics.median(ours / theirs for theirs, ours in times)
        cost = statistics.median(ours - theirs for theirs, ours in times)
        theirs, ours = (statistics.median(side) for side in zip(*times, strict=True))
        print(
            f"{name} {SIZE} B: ratio {ratio:.3f} (median of {pairs} pairs), {cost * 1e6:+.0f} µs a call; "
            f"median plain {theirs * 1e6:.0f} µs, measured {ours * 1e6:.0f} µs"
        )
    written = journal.rows("SELECT count(*) AS count FROM calls")[0]["count"]
    assert written == 2 * (WARM_UP + pairs), f"{written} calls were written down"


def timed(call: Callable[[Any], None], plain: Any, measured: Any, pairs: int) -> list[tuple[float, float]]:
    """The seconds of each pair: plain, measured."""
    times = []
    for number in range(pairs):
        order = (plain, measured) if number % 2 else (measured, plain)
        took = {}
        for client in order:
            began = time.perf_counter()
            call(client)
            took[client] = time.perf_counter() - began
        times.append((took[plain], took[measured]))
    return times


if __name__ == "__main__":
    main()
