"""The numbers in Prometheus equal what happened, run after run."""

import http.server
import itertools
import sqlite3
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Journeys
from tests.prometheus import Prometheus

PUTS = 4
MANY = ("-n", "Many objects can be stored", "-f", "progress")
EVERY = 600  # seconds between two runs, as seen by Prometheus, which scrapes every minute


class Recorded:
    """Passes all on to a real gateway, and keeps what that shows of one suite after each push."""

    def __init__(self, gateway_url: str, suite: str):
        self.snapshots: list[str] = []
        recorded = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_PUT(self) -> None:
                self._pass_on(self.rfile.read(int(self.headers["Content-Length"])))
                recorded.snapshots.append(recorded.shown(gateway_url, suite))

            def do_GET(self) -> None:
                self._pass_on(None)

            def _pass_on(self, body: bytes | None) -> None:
                request = urllib.request.Request(gateway_url + self.path, body, method=self.command)
                with urllib.request.urlopen(request, timeout=10) as answer:
                    content = answer.read()
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def shown(self, gateway_url: str, suite: str) -> str:
        with urllib.request.urlopen(f"{gateway_url}/metrics", timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return "\n".join(line for line in lines if f'suite="{suite}"' in line)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def recorded(journeys: Journeys) -> Iterator[Recorded]:
    recorded = Recorded(journeys.gateway_url, journeys.suite)
    journeys.environment["PUSHGATEWAY_URL"] = recorded.url
    yield recorded
    recorded.close()


def durations(journeys: Journeys, operation: str) -> list[float]:
    """How long the measured calls of an operation took, as the journal knows."""
    (journal,) = Path(journeys.environment["JOURNEYS_STATE_DIR"]).glob("*.sqlite")
    with sqlite3.connect(journal) as db:
        rows = db.execute("SELECT duration FROM calls WHERE purpose = 'probe' AND operation = ?", [operation])
        return sorted(duration for (duration,) in rows)


def test_prometheus_sees_every_put_of_three_runs(journeys: Journeys, recorded: Recorded, tmp_path: Path) -> None:
    for number in range(3):
        ran = journeys.run(*MANY, JOURNEYS_OBJECTS=str(PUTS))
        assert ran.returncode == 0, ran.stdout
        metrics = journeys.metrics()
        assert metrics.value("journey_runs_total") == number + 1
        assert metrics.value("journey_operations_total", operation="s3.PutObject") == PUTS * (number + 1)

    start = 1_700_000_040.0
    zeros, *runs = recorded.snapshots
    assert len(runs) == 3, "one push of zeros before the first results, then one for each run"
    scraped = [(start, zeros), *((start + EVERY * (number + 1), run) for number, run in enumerate(runs))]
    took = durations(journeys, "s3.PutObject")
    with Prometheus.from_snapshots(tmp_path, scraped) as prometheus:
        end, window = start + 3 * EVERY, f"[{3 * EVERY}s]"
        put = '{operation="s3.PutObject"}'

        def increase(series: str) -> float:
            return prometheus.value(f"increase({series}{window})", at=end)

        assert increase(f"journey_operations_total{put}") == pytest.approx(3 * PUTS)
        assert increase("journey_runs_total") == pytest.approx(3)
        assert increase(f"journey_operation_duration_seconds_count{put}") == pytest.approx(3 * PUTS)
        assert increase(f"journey_operation_duration_seconds_sum{put}") == pytest.approx(sum(took))
        quick = sum(duration <= 0.01 for duration in took)
        assert increase('journey_operation_duration_seconds_bucket{operation="s3.PutObject",le="0.01"}') == (
            pytest.approx(quick)
        )
        quantile = prometheus.value(
            f"histogram_quantile(0.5, rate(journey_operation_duration_seconds_bucket{put}{window}))", at=end
        )
        lower, upper = bucket_around(took[(len(took) - 1) // 2])
        assert lower <= quantile <= upper


def bucket_around(duration: float) -> tuple[float, float]:
    bounds = [0.0, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0]
    return next((low, high) for low, high in itertools.pairwise(bounds) if low < duration <= high)


def test_totals_go_on_from_the_gateway_where_the_state_was_lost(journeys: Journeys, tmp_path: Path) -> None:
    for number in range(3):
        ran = journeys.run(*MANY, JOURNEYS_OBJECTS="2", JOURNEYS_STATE_DIR=str(tmp_path / f"state-{number}"))
        assert ran.returncode == 0, ran.stdout
    metrics = journeys.metrics()
    assert metrics.value("journey_runs_total") == 3
    assert metrics.value("journey_operation_duration_seconds_count", operation="s3.PutObject") == 6


def test_a_run_of_some_scenarios_carries_the_others_over(journeys: Journeys) -> None:
    assert journeys.run("-n", "A new bucket is listed", "-f", "progress").returncode == 0
    before = journeys.metrics()
    assert journeys.run("-n", "A removed bucket is gone", "-f", "progress").returncode == 0
    after = journeys.metrics()
    kept = {"feature": "buckets", "scenario": "a-new-bucket-is-listed"}
    for name in ("journey_scenario_success", "journey_scenario_last_success_timestamp_seconds"):
        assert after.value(name, **kept) == before.value(name, **kept) is not None
    assert after.value("journey_scenario_executions_total", **kept) == 1
    assert after.value("journey_last_run_scenarios", result="passed") == 1


def test_the_last_success_survives_a_failed_run(journeys: Journeys) -> None:
    assert journeys.run("-n", "A new bucket is listed", "-f", "progress").returncode == 0
    before = journeys.metrics()
    broken = journeys.run("-n", "A new bucket is listed", "-f", "progress", AWS_SECRET_ACCESS_KEY="wrong")
    assert broken.returncode == 1, broken.stdout
    after = journeys.metrics()
    name = "journey_last_success_timestamp_seconds"
    assert after.value(name) == before.value(name)
    assert after.value("journey_last_run_timestamp_seconds") > after.value(name)
    assert after.value("journey_last_run_success") == 0
    assert after.value("journey_run_failures_total") == 1
