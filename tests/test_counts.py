"""Whatever goes wrong between runs: what Prometheus counts is what happened, never less, never twice."""

import itertools
import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import pytest

from journeys import gateway as pushing
from journeys import metrics
from journeys.demo.pushgateway import Pushgateway
from journeys.demo.seaweedfs import SeaweedFS
from tests.faulty import Answer, FaultyProxy, Request, Store
from tests.monitor import PUT, SCENARIO, Monitor, SharedClients
from tests.prometheus import Prometheus
from tests.realtools import require

NOWHERE = "http://127.0.0.1:9"  # the discard port: nobody listens there
START, STEP = 1_700_000_040.0, 600.0


def nothing_goes_wrong(monitor: Monitor) -> None:
    monitor.run(0.2, 0.3)
    monitor.run(0.2)
    monitor.run(0.2, 4.0, 0.3)


def the_state_is_lost(monitor: Monitor) -> None:
    monitor.run(0.2, 0.3)
    monitor.lose_the_state()
    monitor.run(0.2)
    monitor.run(0.2)


def the_state_is_lost_while_the_gateway_is_away(monitor: Monitor) -> None:
    monitor.run(0.2, 0.3)
    monitor.lose_the_state()
    monitor.run(0.2, PUSHGATEWAY_URL=NOWHERE)
    monitor.run(0.2)
    monitor.run(0.2)


def the_gateway_is_emptied(monitor: Monitor) -> None:
    monitor.run(0.2, 0.3)
    pushing.delete(monitor.settings(), 10)
    monitor.run(0.2)


def the_gateway_goes_back_in_time(monitor: Monitor) -> None:
    monitor.run(0.2)
    held = pushing.pull(monitor.settings(), 10)
    monitor.run(0.3)
    monitor.run(0.3)
    pushing.push(held, monitor.settings(), 10)
    run = monitor.begun(0.2)
    monitor.shown.pop()  # no scrape meets the old numbers
    run.finish()
    run.close()
    monitor.look()


def the_gateway_is_away_for_a_while(monitor: Monitor) -> None:
    monitor.run(0.2, 0.3)
    monitor.run(0.2, PUSHGATEWAY_URL=NOWHERE)
    monitor.run(0.2, PUSHGATEWAY_URL=NOWHERE)
    monitor.run(0.2)


def the_gateway_is_away_at_first(monitor: Monitor) -> None:
    monitor.run(0.2, 0.3, PUSHGATEWAY_URL=NOWHERE)
    monitor.killed(4.0, PUSHGATEWAY_URL=NOWHERE)
    monitor.run(0.2)
    monitor.run(0.2)


def no_gateway_is_set_for_a_while(monitor: Monitor) -> None:
    monitor.run(0.2, 0.3)
    monitor.run(0.2, PUSHGATEWAY_URL="")
    monitor.run(0.2)


def an_older_state_is_restored(monitor: Monitor) -> None:
    monitor.run(0.2, 0.3)
    with monitor.older_state():
        monitor.run(0.2)
        monitor.run(0.2, 4.0)
    monitor.run(0.3)
    monitor.run(0.3)


def an_older_state_is_restored_while_the_gateway_is_away(monitor: Monitor) -> None:
    monitor.run(0.2, 0.3)
    with monitor.older_state():
        monitor.run(0.2)
    for _ in range(3):  # more runs than the gateway knows of
        monitor.run(0.3, PUSHGATEWAY_URL=NOWHERE)
    monitor.run(0.3)


def an_undelivered_state_is_restored_after_its_delivery(monitor: Monitor) -> None:
    monitor.run(0.2)
    monitor.run(0.3, PUSHGATEWAY_URL=NOWHERE)
    with monitor.older_state():
        monitor.run(0.2)
    monitor.run(0.3)


def the_answer_to_a_push_is_lost(monitor: Monitor) -> None:
    monitor.run(0.2)

    def applied(request: Request, gateway: Store) -> Answer:
        return replace(gateway(request), status=500)

    with FaultyProxy(monitor.gateway.url, PUT=applied, PutObject=applied) as front:
        outcome = monitor.run(0.2, PUSHGATEWAY_URL=front.url)
        assert not outcome.pushed
    monitor.run(0.2)


def the_buckets_change(monitor: Monitor) -> None:
    monitor.run(0.2, 0.3)
    monitor.run(0.2, 0.3, 4.0, JOURNEYS_HISTOGRAM_BUCKETS="0.25,0.5,5")
    monitor.run(0.2, JOURNEYS_HISTOGRAM_BUCKETS="0.25,0.5,5")


def the_labels_change(monitor: Monitor) -> None:
    """As after an upgrade to a version whose operations have one label less."""
    monitor.run(0.2, 0.3)
    (file,) = monitor.state.glob("*.sqlite")
    with sqlite3.connect(file) as db:
        row = ("journey_operation_attempts_total", json.dumps([PUT, "of-old"]), "1")
        db.execute("INSERT INTO totals (family, labels, value) VALUES (?, ?, ?)", row)
    monitor.run(0.2)
    monitor.run(0.2)


def the_state_can_not_be_written_for_a_while(monitor: Monitor) -> None:
    monitor.run(0.2, 0.3)
    file = monitor.directory / "file"
    file.touch()
    for _ in range(2):
        outcome = monitor.run(0.2, JOURNEYS_STATE_DIR=str(file / "state"))
        assert any("can't be written" in problem for problem in outcome.problems)
    monitor.run(0.2)


def the_state_is_damaged(monitor: Monitor) -> None:
    monitor.run(0.2, 0.3)
    (file,) = monitor.state.glob("*.sqlite")
    file.write_bytes(b"no database" * 1000)
    outcome = monitor.run(0.2)
    assert any("was damaged" in problem for problem in outcome.problems)
    monitor.run(0.2)


def runs_are_killed(monitor: Monitor) -> None:
    monitor.run(0.2)
    monitor.killed(0.2, 0.3)
    monitor.killed(0.3)
    monitor.run(0.2)


def two_histories_meet(monitor: Monitor) -> None:
    """As where a second machine wrongly watches as the same suite, or a container moves to and fro."""
    elsewhere = str(monitor.directory / "elsewhere")
    monitor.run(0.2)
    monitor.run(0.3, JOURNEYS_STATE_DIR=elsewhere)
    monitor.run(0.2)
    monitor.run(0.3, JOURNEYS_STATE_DIR=elsewhere)


CASES: list[Callable[[Monitor], None]] = [
    nothing_goes_wrong,
    the_state_is_lost,
    the_state_is_lost_while_the_gateway_is_away,
    the_gateway_is_emptied,
    the_gateway_goes_back_in_time,
    the_gateway_is_away_for_a_while,
    the_gateway_is_away_at_first,
    no_gateway_is_set_for_a_while,
    an_older_state_is_restored,
    an_older_state_is_restored_while_the_gateway_is_away,
    an_undelivered_state_is_restored_after_its_delivery,
    the_answer_to_a_push_is_lost,
    the_buckets_change,
    the_labels_change,
    the_state_can_not_be_written_for_a_while,
    the_state_is_damaged,
    runs_are_killed,
    two_histories_meet,
]


@dataclass
class Seen:
    """What Prometheus saw of all the cases, side by side, each a suite."""

    prometheus: Prometheus
    monitors: dict[str, Monitor]
    end: float

    def increase(self, series: str, suite: str) -> float:
        window = f"{self.end - START:.0f}s"
        name, _, labels = series.partition("{")
        selector = f'{name}{{suite="{suite}"{"," if labels else ""}{labels or "}"}'
        return self.prometheus.value(f"increase({selector}[{window}])", at=self.end)


@pytest.fixture(scope="module")
def seen(store: SeaweedFS, gateway: Pushgateway, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seen]:
    require("prometheus")
    directory = tmp_path_factory.mktemp("truth")
    monitors = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("journeys.run.Clients", SharedClients)
        for case in CASES:
            own = directory / case.__name__
            own.mkdir()
            monitors[case.__name__] = Monitor(store, gateway, own, case.__name__)
            case(monitors[case.__name__])
            pushing.delete(monitors[case.__name__].settings(), 10)  # a gateway takes longer the more it holds
    moments = itertools.zip_longest(*(monitor.shown for monitor in monitors.values()), fillvalue=None)
    snapshots, last = [], [""] * len(monitors)
    for number, shown in enumerate(moments):
        last = [before if now is None else now for now, before in zip(shown, last, strict=True)]
        snapshots.append((START + STEP * number, "\n".join(last)))
    with Prometheus.from_snapshots(directory, snapshots, every=STEP) as prometheus:
        yield Seen(prometheus, monitors, START + STEP * (len(snapshots) - 1))


@pytest.mark.parametrize("case", [case.__name__ for case in CASES])
def test_prometheus_counts_what_happened(seen: Seen, case: str) -> None:
    truth, put = seen.monitors[case].truth, f'{{operation="{PUT}"}}'
    assert seen.increase(f"journey_operations_total{put}", case) == pytest.approx(len(truth))
    assert seen.increase("journey_runs_total", case) == pytest.approx(seen.monitors[case].runs)
    histogram = "journey_operation_duration_seconds"
    assert seen.increase(f"{histogram}_count{put}", case) == pytest.approx(len(truth))
    assert seen.increase(f"{histogram}_sum{put}", case) == pytest.approx(sum(truth))
    for bound in (0.25, 0.5, 5):
        labels = f'{{operation="{PUT}",le="{bound}"}}'
        quick = sum(duration <= bound for duration in truth)
        assert seen.increase(f"{histogram}_bucket{labels}", case) == pytest.approx(quick), bound


@pytest.mark.parametrize("case", [case.__name__ for case in CASES])
def test_quantiles_lie_where_the_calls_were(seen: Seen, case: str) -> None:
    window = f"[{seen.end - START:.0f}s]"
    for share in (0.4, 0.99):
        buckets = f'increase(journey_operation_duration_seconds_bucket{{suite="{case}",operation="{PUT}"}}{window})'
        # bounds that were not there all the time tell less than the others do
        common = "|".join(["0.25", "0.5", "5", r"\\+Inf"])
        buckets = buckets.replace("}[", f',le=~"{common}"}}[')
        quantile = seen.prometheus.value(f"histogram_quantile({share}, {buckets})", at=seen.end)
        ordered = sorted(seen.monitors[case].truth)
        expected = ordered[min(int(share * len(ordered)), len(ordered) - 1)]
        lower = max(bound for bound in (0, 0.25, 0.5) if bound < expected)
        assert lower <= quantile <= (5 if expected > 0.5 else 0.5 if expected > 0.25 else 0.25), (quantile, ordered)


def test_no_counter_ever_goes_back(seen: Seen) -> None:
    window = f"[{seen.end - START:.0f}s]"
    for family in metrics.FAMILIES:
        if family.kind == "counter":
            back = seen.prometheus.query(f"sum by (suite) (resets({family.name}{window})) > 0", at=seen.end)
            assert not back, family.name


@pytest.mark.parametrize("case", [case.__name__ for case in CASES])
def test_the_promise_is_counted_too(seen: Seen, case: str) -> None:
    feature, scenario = SCENARIO
    labels = f'{{feature="{feature}",scenario="{scenario}"}}'
    executions = seen.increase(f"journey_scenario_executions_total{labels}", case)
    assert executions == pytest.approx(seen.monitors[case].runs)
