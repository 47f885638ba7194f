"""How long it takes until the first API call: a run of ours beside the shortest boto3 program.

    .venv/bin/python -m benchmarks.startup [-n 10]

Measured from the start of the process to the arrival of its first request at a listener on loopback. The two come
in pairs, so that the machine's drift hits both; the number to look at is the median of the pairs' ratios.
"""

import argparse
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from journeys.demo.command import FOREIGN
from journeys.settings import ROOT

OURS = ("-m", "journeys", "--no-push", "-n", "A new bucket is listed")
PLAIN = ("-c", "import boto3; boto3.client('s3').list_buckets()")
CALLS_WITHIN = 60  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description="The time from the start of a process to its first API call.")
    parser.add_argument("-n", type=int, default=10, help="pairs (default: 10)")
    pairs = parser.parse_args().n
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(CALLS_WITHIN)
        first_call(OURS, listener)  # not counted: it may have to compile
        first_call(PLAIN, listener)
        times = [(first_call(PLAIN, listener), first_call(OURS, listener)) for _ in range(pairs)]
    ratio = statistics.median(ours / plain for plain, ours in times)
    plain, ours = (statistics.median(side) for side in zip(*times, strict=True))
    print(
        f"first call: ratio {ratio:.2f} (median of {pairs} pairs), {(ours - plain) * 1000:+.0f} ms; "
        f"median plain {plain * 1000:.0f} ms, ours {ours * 1000:.0f} ms"
    )


def first_call(arguments: Sequence[str], listener: socket.socket) -> float:
    """Starts Python with these arguments; the seconds until its first request arrives. Then it is ended."""
    with tempfile.TemporaryDirectory() as directory:
        environment = {name: value for name, value in os.environ.items() if not name.startswith((*FOREIGN, "CI"))}
        environment |= {
            "AWS_ENDPOINT_URL_S3": f"http://127.0.0.1:{listener.getsockname()[1]}",
            "AWS_ACCESS_KEY_ID": "benchmark",
            "AWS_SECRET_ACCESS_KEY": "benchmark",
            "AWS_DEFAULT_REGION": "us-east-1",
            "JOURNEYS_STATE_DIR": directory,
            "NO_PROXY": "127.0.0.1",
        }
        began = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            connection, _ = listener.accept()
            with connection:
                connection.settimeout(CALLS_WITHIN)
                assert connection.recv(1), "a connection without a request"
                return time.perf_counter() - began
        finally:
            process.kill()
            process.wait()


if __name__ == "__main__":
    main()
