"""How long pushing takes, and how much is pushed: 700 series into a gateway that holds 1, 100 or 1,000 groups.

    .venv/bin/python -m benchmarks.push [-n 10]

Pushes and the look at what was published take turns over the three gateways, so that the machine's drift hits all;
the numbers to look at are the ratios to the gateway with one group. Needs a real Pushgateway.
"""

import argparse
import dataclasses
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from journeys import exposition, gateway, metrics
from journeys.demo.pushgateway import Pushgateway
from journeys.settings import DEFAULT_BUCKETS, Settings
from journeys.totals import Totals
from tests.realtools import tool

GROUPS = (1, 100, 1000)
SERIES = 700
IN_TIME = 60.0  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description="The time of a push, by the number of groups at the gateway.")
    parser.add_argument("-n", type=int, default=10, help="rounds (default: 10)")
    rounds = parser.parse_args().n
    binary = tool("prometheus-pushgateway")
    ours = totals()
    body = exposition.written(ours, {})
    lines = [line for line in body.decode().splitlines() if not line.startswith("#")]
    print(f"{len(lines)} series, {len(body)} bytes a push")
    with ExitStack() as servers, tempfile.TemporaryDirectory() as directory:
        at = {}
        for groups in GROUPS:
            kept = Path(directory) / f"{groups}.kept"
            fill(binary, kept, groups, ours)
            server = servers.enter_context(Pushgateway(Path(directory) / str(groups), binary, persistence=kept))
            at[groups] = settings(server)
        report("push", rounds, {n: lambda s=s: gateway.push(ours, s, IN_TIME) for n, s in at.items()})
        report("look at what was published", rounds, {n: lambda s=s: gateway.pull(s, IN_TIME) for n, s in at.items()})


def fill(binary: Path, kept: Path, groups: int, ours: Totals) -> None:
    """Pushes so many groups, without the check of each push against all others, which is what is to be measured."""
    options = ["--push.disable-consistency-check"]
    with Pushgateway(kept.parent / f"fill-{groups}", binary, persistence=kept, options=options) as server:
        for number in range(groups):
            gateway.push(ours, dataclasses.replace(settings(server), suite=f"suite-{number}"), IN_TIME)


def settings(server: Pushgateway) -> Settings:
    return Settings(pushgateway_url=server.url, suite="suite-0", target="benchmark", histogram_buckets=DEFAULT_BUCKETS)


def totals() -> Totals:
    """So many series as they are typical: histograms for operations, the rest for scenarios."""
    made = Totals(DEFAULT_BUCKETS)
    of_one = len(DEFAULT_BUCKETS) + 3
    for number in range(30):
        made.observe(metrics.OPERATION_DURATION, f"s3.Operation{number}", value=0.1 * number)
    for number in range(SERIES - 30 * of_one):
        made.add(metrics.SCENARIO_EXECUTIONS, "a-feature", f"a-scenario-of-ordinary-length-{number}")
    return made


def report(what: str, rounds: int, work: dict[int, Callable[[], object]]) -> None:
    times: dict[int, list[float]] = {groups: [] for groups in work}
    for _ in range(rounds):
        for groups, do in work.items():
            began = time.perf_counter()
            do()
            times[groups].append(time.perf_counter() - began)
    for groups, took in times.items():
        ratio = statistics.median(mine / one for mine, one in zip(took, times[GROUPS[0]], strict=True))
        print(f"{what}: {groups} groups: median {statistics.median(took) * 1000:.1f} ms, ratio {ratio:.2f}")


if __name__ == "__main__":
    main()
