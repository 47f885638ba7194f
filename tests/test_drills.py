"""Runs killed at random moments: nothing of ours stays, nothing else is touched, every number is right.

`./run.sh test tests/test_drills.py --kills 100 -s` is the long version; it tells what it measured.
"""

import random
import signal
import sqlite3
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Journeys

SMOKE = ("--tags=@smoke", "-f", "progress")
A_RUN_TAKES = 4.0  # seconds, at most; a signal that comes later hits nothing


def strike(journeys: Journeys, number: signal.Signals, after: float) -> None:
    """A run that gets the signal `after` so many seconds, unless it has ended by then."""
    run = journeys.start(*SMOKE)
    try:
        run.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        run.send_signal(number)
        run.communicate(timeout=60)


def test_killed_runs_leave_nothing_behind_and_are_counted(
    journeys: Journeys, s3, request: pytest.FixtureRequest
) -> None:
    kills = request.config.getoption("--kills")
    chance = random.Random(20261122)
    foreign = [f"journeys-{'0' * 8}-20200101t000000-abcdef-1", "journeys-of-somebody-else", "photos"]
    for bucket in foreign:
        s3.create_bucket(Bucket=bucket)
        s3.put_object(Bucket=bucket, Key="precious", Body=b"precious")
    try:
        for _ in range(kills):
            strike(
                journeys,
                chance.choice([signal.SIGKILL, signal.SIGKILL, signal.SIGTERM]),
                chance.uniform(0, A_RUN_TAKES),
            )
        clean = journeys.run(*SMOKE)
        assert clean.returncode == 0, clean.stdout
        left = [bucket["Name"] for bucket in s3.list_buckets()["Buckets"] if bucket["Name"] not in foreign]
        harmed = [bucket for bucket in foreign if len(s3.list_objects_v2(Bucket=bucket).get("Contents", ())) != 1]
    finally:
        for bucket in foreign:
            s3.delete_object(Bucket=bucket, Key="precious")
            s3.delete_bucket(Bucket=bucket)
    truth = what_happened(journeys)
    print(f"\n{kills} runs struck, {truth['aborts']} of them in the middle; left: {left}; harmed: {harmed}")
    ours = [name for name in left if journeys_own(journeys, name)]
    assert ours == []
    assert harmed == []
    metrics = journeys.metrics()
    assert metrics.value("journey_runs_total") == truth["runs"]
    assert metrics.value("journey_run_aborts_total") == truth["aborts"]
    assert metrics.total("journey_scenario_executions_total") == truth["judged"]
    assert metrics.total("journey_operations_total") == truth["operations"]
    assert metrics.total("journey_operation_duration_seconds_count") == truth["operations"] - truth["refused"]
    assert metrics.value("journey_leftover_resources", kind="bucket") == 0


def journeys_own(journeys: Journeys, bucket: str) -> bool:
    return bool(asked(journeys, "SELECT 1 FROM owned WHERE name = ?", bucket))


def what_happened(journeys: Journeys) -> dict[str, int]:
    """The journal's own account, counted by other means than the product's."""
    count = {
        "runs": "SELECT count(*) FROM runs",
        "aborts": "SELECT count(*) FROM runs WHERE exit_code IS NULL OR exit_code >= 128",
        "judged": "SELECT count(*) FROM scenarios WHERE status IN ('passed', 'failed', 'error', 'missed')",
        "operations": "SELECT count(*) FROM calls WHERE purpose = 'probe' AND outcome != 'aborted'",
        "refused": "SELECT count(*) FROM calls WHERE purpose = 'probe' AND outcome = 'failed'",
    }
    return {name: asked(journeys, query)[0][0] for name, query in count.items()}


def asked(journeys: Journeys, query: str, *values: object) -> list[tuple]:
    (journal,) = Path(journeys.environment["JOURNEYS_STATE_DIR"]).glob("*.sqlite")
    with sqlite3.connect(journal) as db:
        return db.execute(query, values).fetchall()
