"""The drill of the gateway: it fails in every way between runs that are killed, and nothing is lost or counted twice.

./run.sh test tests/test_delivery_drill.py --long -s
"""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from journeys.demo.pushgateway import Pushgateway
from journeys.demo.seaweedfs import SeaweedFS
from tests.conftest import Pushed
from tests.faulty import Answer, FaultyProxy, FaultyServer, Request, Store, certificate, hangs, resets, trickles
from tests.monitor import PUT, Monitor, SharedClients
from tests.prometheus import Prometheus
from tests.realtools import require

START, STEP = 1_700_000_040.0, 600.0
PATIENCE = {"JOURNEYS_PUSH_TIMEOUT": "1s"}

# Whatever the front is asked for, in the words of the S3 proxy that it is.
ALL = ("PUT", "PutObject", "GET", "GetObject", "ListBuckets")


class Drill:
    """A gateway that keeps what it has over its own restarts, and a monitor that pushes to it."""

    def __init__(self, gateway: Pushgateway, monitor: Monitor, directory: Path):
        self.gateway = gateway
        self.monitor = monitor
        self.directory = directory

    @contextmanager
    def killed(self) -> Iterator[str]:
        self.gateway.kill()
        yield self.gateway.url
        self.gateway.start()

    @contextmanager
    def restarted_empty(self) -> Iterator[str]:
        """It runs without a file, so a restart forgets all."""
        self.gateway.kill()
        self.gateway.start()
        yield self.gateway.url

    @contextmanager
    def hung(self) -> Iterator[str]:
        self.gateway.pause()
        yield self.gateway.url
        self.gateway.resume()

    @contextmanager
    def at(self, server) -> Iterator[str]:
        with server as running:
            yield running.url

    def faults(self) -> dict[str, Callable]:
        def refusing(status: int) -> Callable:
            return lambda: self.at(
                FaultyProxy(self.gateway.url, **dict.fromkeys(ALL, lambda *_: Answer(status, [], b"No.")))
            )

        def applied_but_unanswered(request: Request, gateway: Store) -> Answer:
            return replace(gateway(request), status=500)

        wrong = lambda: self.at(FaultyProxy(self.gateway.url, certificate(self.directory)))  # noqa: E731
        return {
            "none": lambda: nullcontext(self.gateway.url),
            "killed": self.killed,
            "restarted empty": self.restarted_empty,
            "hung": self.hung,
            "silent": lambda: self.at(FaultyServer(hangs)),
            "trickles": lambda: self.at(FaultyServer(trickles)),
            "resets": lambda: self.at(FaultyServer(resets)),
            "wrong certificate": wrong,
            "applied but unanswered": lambda: self.at(
                FaultyProxy(self.gateway.url, **dict.fromkeys(ALL, applied_but_unanswered))
            ),
            **{f"refuses with {status}": refusing(status) for status in (400, 401, 413, 500)},
        }


@pytest.mark.parametrize("runs", [13, pytest.param(60, marks=pytest.mark.long)])
def test_nothing_is_lost_or_counted_twice(
    store: SeaweedFS, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, runs: int
) -> None:
    monkeypatch.setattr("journeys.run.Clients", SharedClients)
    chance = random.Random(runs)
    with Pushgateway(tmp_path, require("prometheus-pushgateway")) as gateway:
        monitor = Monitor(store, gateway, tmp_path, f"drill-{runs}")
        drill = Drill(gateway, monitor, tmp_path)
        monitor.run(0.2)
        monitor.patience = 0.5
        faults = drill.faults()
        names = list(faults) * (runs // len(faults) + 1)
        kills = failed = 0
        for number, name in enumerate(names[:runs]):
            durations = [chance.choice([0.1, 0.3, 2.0]) for _ in range(chance.randint(1, 5))]
            with faults[name]() as url:
                if number % 3 == 2:
                    monitor.killed(*durations, PUSHGATEWAY_URL=url, **PATIENCE)
                    kills += 1
                elif not monitor.run(*durations, PUSHGATEWAY_URL=url, **PATIENCE).pushed:
                    failed += 1
            monitor.look()
        monitor.patience = 10
        monitor.run(0.2)
        held = Pushed.of(gateway.url, monitor.suite)
    print(f"\n{monitor.runs} runs, {len(faults) - 1} kinds of faults, {kills} killed, {failed} not delivered at once")
    assert held.value("journey_operations_total", operation=PUT) == len(monitor.truth)
    assert held.value("journey_runs_total") == monitor.runs
    assert held.value("journey_run_aborts_total") == kills
    histogram = "journey_operation_duration_seconds"
    assert held.value(f"{histogram}_sum", operation=PUT) == pytest.approx(sum(monitor.truth))
    assert held.value("journey_delivery_failures_total") >= failed

    shown = [each for each in monitor.shown if each]  # nothing is scraped where there is no gateway
    snapshots = [(START + STEP * number, each) for number, each in enumerate(shown)]
    end, window = snapshots[-1][0], f"[{STEP * (len(snapshots) - 1):.0f}s]"
    with Prometheus.from_snapshots(tmp_path, snapshots, every=STEP) as prometheus:
        for series, truth in {
            f'journey_operations_total{{operation="{PUT}"}}': len(monitor.truth),
            f'{histogram}_bucket{{operation="{PUT}",le="0.25"}}': sum(each <= 0.25 for each in monitor.truth),
            "journey_runs_total": monitor.runs,
        }.items():
            assert prometheus.value(f"increase({series}{window})", at=end) == pytest.approx(truth), series
            assert prometheus.value(f"resets({series}{window})", at=end) == 0
