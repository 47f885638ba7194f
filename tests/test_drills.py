"""Runs killed at random moments: nothing of ours stays, nothing else is touched, every number is right.

`./run.sh test tests/test_drills.py --kills 100 -s` is the long version; it tells what it measured.
"""

import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from journeys import clock
from journeys.demo.seaweedfs import SeaweedFS
from tests.ceph import Ceph
from tests.conftest import Journeys, unmeasured

QUIET = 8  # seconds without a change
SMOKE = ("--tags=@smoke", "-f", "progress")


def strike(journeys: Journeys, number: signal.Signals, after: float) -> None:
    """A run that gets the signal `after` so many seconds, unless it has ended by then."""
    run = journeys.start(*SMOKE)
    try:
        run.communicate(timeout=after)
    except subprocess.TimeoutExpired:
        run.send_signal(number)
        run.communicate(timeout=60)


@pytest.fixture(params=["SeaweedFS", pytest.param("Ceph", marks=pytest.mark.long)])
def drilled(journeys: Journeys, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Any]:
    """A store for the drill alone; a client that is not ours."""
    if request.param == "Ceph":
        ceph: Ceph = request.getfixturevalue("ceph")
        journeys.environment |= ceph.settings()
        yield ceph.client()
        return
    with SeaweedFS(tmp_path / "drilled", "drill", "drill-secret") as store:
        journeys.environment |= {
            "AWS_ENDPOINT_URL_S3": store.endpoint_url,
            "AWS_ACCESS_KEY_ID": store.access_key,
            "AWS_SECRET_ACCESS_KEY": store.secret_key,
            "JOURNEYS_SECOND_ACCESS_KEY_ID": "",  # there is no other user
            "JOURNEYS_SECOND_SECRET_ACCESS_KEY": "",
        }
        yield unmeasured(store)


def test_killed_runs_leave_nothing_behind_and_are_counted(
    journeys: Journeys, drilled: Any, request: pytest.FixtureRequest
) -> None:
    s3 = drilled
    kills = request.config.getoption("--kills")
    began = time.monotonic()
    first = journeys.run(*SMOKE)
    assert first.returncode == 0, first.stdout
    a_run_takes = time.monotonic() - began
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
                chance.uniform(0.2, 1) * a_run_takes,
            )
        wait_until_quiet(s3)
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


def wait_until_quiet(s3) -> None:
    """The interval to the next run, in short: until the store has carried out what killed clients asked it for.

    SeaweedFS takes seconds for the first upload into a bucket, and brings the bucket back with it if that was
    removed meanwhile. The ledger knows that this may happen, and the next run looks again.
    """
    seen, since = set(), time.monotonic()

    def quiet() -> bool:
        nonlocal seen, since
        there = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
        if there != seen:
            seen, since = there, time.monotonic()
        return time.monotonic() - since > QUIET

    assert clock.wait_until(quiet, 60)


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
