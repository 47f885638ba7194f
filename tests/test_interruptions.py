"""Runs that are interrupted, killed or overlap: nothing of ours stays, nothing of others goes, nothing is lost.

A proxy holds a request, so that a test has all the time it needs in the middle of a run.
"""

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys import clock
from journeys.demo.pushgateway import Pushgateway
from journeys.demo.seaweedfs import SeaweedFS
from journeys.settings import ROOT
from tests.conftest import RUN_ENDS_WITHIN, Journeys, stop
from tests.faulty import FaultyProxy, Held, closed_port, first, refused

OBJECT = ("-f", "progress", "-n", "An object can be stored, found, read and deleted")
# Names as ours are made, of others all the same: no ledger of ours knows them.
FOREIGN = ("journeys-something-else", "journeys-0a1b2c3d-20260101t000000-a1b2c3-1")

pytestmark = pytest.mark.usefixtures("neighbours")


@pytest.fixture
def neighbours(s3) -> Iterator[None]:
    """Buckets that look like ours and are not; at the end they are all that is left, untouched."""
    before = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    for name in FOREIGN:
        s3.create_bucket(Bucket=name)
        s3.put_object(Bucket=name, Key="keep.txt", Body=b"keep")
    yield
    after = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    kept = [s3.get_object(Bucket=name, Key="keep.txt")["Body"].read() for name in FOREIGN]
    for name in FOREIGN:
        s3.delete_object(Bucket=name, Key="keep.txt")
        s3.delete_bucket(Bucket=name)
    assert after - before == set(FOREIGN)
    assert kept == [b"keep", b"keep"]


@pytest.fixture
def calm(journeys: Journeys) -> Journeys:
    """Runs whose label of the target is the same through the proxy and without it."""
    journeys.environment["JOURNEYS_TARGET"] = "the target"
    return journeys


def ours(s3) -> set[str]:
    """The buckets that are there and may be ours."""
    names = {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    return {name for name in names if name.startswith("journeys-") and "-canaries-" not in name} - set(FOREIGN)


def ended(process: subprocess.Popen) -> tuple[int, str]:
    said, _ = process.communicate(timeout=RUN_ENDS_WITHIN)
    return process.returncode, said


def wait_for_the_lock(process: subprocess.Popen) -> None:
    """Waits until the run has opened the lock that another one holds; a sign that only Linux shows."""
    if sys.platform != "linux":
        pytest.skip("only Linux shows which files a process has open")

    def opened() -> bool:
        with contextlib.suppress(FileNotFoundError):  # closed while we look
            return any(str(file.readlink()).endswith(".lock") for file in Path(f"/proc/{process.pid}/fd").iterdir())
        return False

    assert clock.wait_until(opened, 30, every=0.05)


# --- SIGTERM and SIGINT ------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=lambda number: number.name)
def test_a_signal_in_the_middle_ends_the_run_in_order(
    calm: Journeys, store: SeaweedFS, s3, number: signal.Signals
) -> None:
    with Held(after=True) as held, FaultyProxy(store.endpoint_url, GetObject=held) as proxy:
        process = calm.start(*OBJECT, AWS_ENDPOINT_URL_S3=proxy.url)
        held.wait()
        assert ours(s3)
        code, said = stop(process, number)
    assert code == 128 + number, said
    assert f"Verdict: interrupted by {number.name} (exit code {128 + number})." in said
    assert "ABORTED: An object can be stored, found, read and deleted" in said
    assert "Traceback" not in said
    assert not ours(s3)
    pushed = calm.metrics()
    assert pushed.value("journey_last_run_scenarios", result="aborted") == 1
    assert pushed.value("journey_run_aborts_total") == 1
    assert pushed.value("journey_runs_total") == 1
    assert pushed.value("journey_run_failures_total") == 0
    assert pushed.value("journey_last_run_success") == 0
    assert pushed.total("journey_failures_total") == 0
    assert pushed.value("journey_operations_total", operation="s3.PutObject") == 1
    assert pushed.value("journey_scenario_executions_total") == 0  # it was not judged
    assert pushed.value("journey_leftover_resources", kind="bucket") == 0


def test_plain_behave_ends_in_order_too(calm: Journeys, store: SeaweedFS, s3) -> None:
    with Held(after=True) as held, FaultyProxy(store.endpoint_url, GetObject=held) as proxy:
        process = subprocess.Popen(
            [sys.executable, "-u", "-m", "behave", *OBJECT],
            cwd=ROOT,
            env=calm.environment | {"AWS_ENDPOINT_URL_S3": proxy.url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        held.wait()
        code, said = stop(process, signal.SIGTERM)
    assert code == 1, said
    assert not ours(s3)
    assert calm.metrics().value("journey_run_aborts_total") == 1


def test_a_background_job_can_be_interrupted_too(calm: Journeys, store: SeaweedFS, s3) -> None:
    """A shell starts jobs in the background with SIGINT ignored."""
    with Held(after=True) as held, FaultyProxy(store.endpoint_url, GetObject=held) as proxy:
        process = subprocess.Popen(
            ["sh", "-c", 'trap "" INT; exec "$0" "$@"', sys.executable, "-m", "journeys", *OBJECT],
            cwd=ROOT,
            env=calm.environment | {"AWS_ENDPOINT_URL_S3": proxy.url},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        held.wait()
        code, said = stop(process, signal.SIGINT)
    assert code == 130, said
    assert not ours(s3)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=lambda number: number.name)
def test_an_upload_in_parts_is_interrupted(calm: Journeys, store: SeaweedFS, s3, number: signal.Signals) -> None:
    """Its parts are under way in threads, and what was uploaded of it lists no object."""
    with Held(after=True) as held, FaultyProxy(store.endpoint_url, UploadPart=held) as proxy:
        process = calm.start(
            *("-f", "progress", "-n", "A large file uploaded in parts"),
            AWS_ENDPOINT_URL_S3=proxy.url,
            AWS_MAX_ATTEMPTS="1",
            JOURNEYS_READ_TIMEOUT="60s",
        )
        for _part in range(3):  # all of them, so that the store is busy with none: see test_drills.wait_until_quiet
            held.wait()
        began = time.monotonic()
        code, said = stop(process, number)
        assert time.monotonic() - began < 30, "it waited for its threads"
    assert code == (143 if number == signal.SIGTERM else -9), said
    if number == signal.SIGKILL:
        assert calm.run(*OBJECT).returncode == 0
    assert not ours(s3)
    pushed = calm.metrics()
    assert pushed.value("journey_run_aborts_total") == 1
    assert pushed.value("journey_leftover_resources", kind="bucket") == 0


def test_a_signal_while_an_earlier_run_is_tidied_up(calm: Journeys, store: SeaweedFS, s3) -> None:
    with Held(after=True) as held, FaultyProxy(store.endpoint_url, PutObject=held) as proxy:
        process = calm.start(*OBJECT, AWS_ENDPOINT_URL_S3=proxy.url)
        held.wait()
        stop(process, signal.SIGKILL)
    with Held() as sweeping, FaultyProxy(store.endpoint_url, ListMultipartUploads=sweeping) as proxy:
        process = calm.start(*OBJECT, AWS_ENDPOINT_URL_S3=proxy.url)
        sweeping.wait()
        code, said = stop(process, signal.SIGTERM)
    assert code == 143, said
    assert "Traceback" not in said
    assert calm.metrics().value("journey_run_aborts_total") == 2
    assert calm.run(*OBJECT).returncode == 0
    assert not ours(s3)


def test_an_interruption_goes_before_a_broken_promise(calm: Journeys, store: SeaweedFS, s3) -> None:
    broken = first(1, refused(500, "InternalError"))
    with (
        Held(after=True) as held,
        FaultyProxy(store.endpoint_url, GetObject=broken, DeleteObject=held) as proxy,
    ):
        process = calm.start(
            *("-f", "progress", "--tags", "@smoke", "features/s3/objects.feature", "features/s3/deletions.feature"),
            AWS_ENDPOINT_URL_S3=proxy.url,
            AWS_MAX_ATTEMPTS="1",
        )
        held.wait()
        code, said = stop(process, signal.SIGTERM)
    assert code == 143
    assert "1 broken" in said
    pushed = calm.metrics()
    assert pushed.value("journey_last_run_scenarios", result="failed") == 1
    assert pushed.value("journey_last_run_scenarios", result="aborted") == 1


def test_a_signal_during_cleanup_does_not_stop_it(calm: Journeys, store: SeaweedFS, s3) -> None:
    with Held() as held, FaultyProxy(store.endpoint_url, ListMultipartUploads=held) as proxy:
        process = calm.start(*OBJECT, AWS_ENDPOINT_URL_S3=proxy.url)
        held.wait()
        process.send_signal(signal.SIGTERM)
        held.let_go()
        code, said = ended(process)
    assert code == 143, said
    assert not ours(s3)
    assert calm.metrics().value("journey_leftover_resources", kind="bucket") == 0


def test_a_second_signal_ends_at_once_and_the_next_run_tidies_up(calm: Journeys, store: SeaweedFS, s3) -> None:
    with (
        Held(after=True) as held,
        Held() as cleaning,
        FaultyProxy(store.endpoint_url, GetObject=held, ListMultipartUploads=cleaning) as proxy,
    ):
        process = calm.start(*OBJECT, AWS_ENDPOINT_URL_S3=proxy.url)
        held.wait()
        process.send_signal(signal.SIGTERM)
        cleaning.wait()
        code, _ = stop(process, signal.SIGTERM)
        assert code == 143
        assert ours(s3)
    assert calm.run(*OBJECT).returncode == 0
    pushed = calm.metrics()
    assert pushed.value("journey_runs_total") == 2
    assert pushed.value("journey_run_aborts_total") == 1
    assert pushed.value("journey_operations_total", operation="s3.PutObject") == 2


def test_a_signal_while_the_push_hangs_is_no_excuse_to_lose_the_run(
    calm: Journeys, gateway: Pushgateway, store: SeaweedFS
) -> None:
    """What runs then is bounded and has to end; the verdict was given before the signal came."""
    with Held(after=True) as held, FaultyProxy(gateway.url, PutObject=held) as silent:
        process = calm.start(*OBJECT, PUSHGATEWAY_URL=silent.url, JOURNEYS_PUSH_TIMEOUT="4s")
        held.wait()  # the zeros
        held.wait()  # the results
        code, said = stop(process, signal.SIGTERM)
    assert "Verdict: " in said
    assert code in (0, 143)
    assert calm.run(*OBJECT).returncode == 0
    assert calm.metrics().value("journey_runs_total") == 2


# --- kill -9 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("held_at", ["CreateBucket", "PutObject", "DeleteBucket"])
def test_the_next_run_finishes_one_that_was_killed(calm: Journeys, store: SeaweedFS, s3, held_at: str) -> None:
    with Held(after=True) as held, FaultyProxy(store.endpoint_url, **{held_at: held}) as proxy:
        process = calm.start(*OBJECT, AWS_ENDPOINT_URL_S3=proxy.url)
        held.wait()
        code, _ = stop(process, signal.SIGKILL)
    assert code == -signal.SIGKILL
    assert bool(ours(s3)) == (held_at != "DeleteBucket")
    assert calm.run(*OBJECT).returncode == 0
    assert not ours(s3)
    pushed = calm.metrics()
    assert pushed.value("journey_runs_total") == 2
    assert pushed.value("journey_run_aborts_total") == 1
    assert pushed.value("journey_run_failures_total") == 0
    assert pushed.value("journey_last_run_success") == 1
    calls_before = {"CreateBucket": 0, "PutObject": 0, "DeleteBucket": 1}[held_at]
    assert pushed.value("journey_operations_total", operation="s3.PutObject") == calls_before + 1
    assert pushed.value("journey_operations_total", operation="s3.GetObject") == calls_before + 1
    assert pushed.value("journey_scenario_executions_total") == calls_before + 1
    assert pushed.total("journey_failures_total") == 0
    assert pushed.value("journey_cleanup_failures_total") == 0
    assert pushed.value("journey_leftover_resources", kind="bucket") == 0


def test_a_killed_run_counts_even_where_the_next_finds_nothing_to_do(calm: Journeys, store: SeaweedFS, s3) -> None:
    """The next run may be unable to judge anything, and still finishes the killed one."""
    with Held(after=True) as held, FaultyProxy(store.endpoint_url, GetObject=held) as proxy:
        process = calm.start(*OBJECT, AWS_ENDPOINT_URL_S3=proxy.url)
        held.wait()
        stop(process, signal.SIGKILL)
    assert calm.run("-f", "progress", "--tags", "@smok").returncode == 2
    pushed = calm.metrics()
    assert pushed.value("journey_run_aborts_total") == 1
    assert pushed.value("journey_runs_total") == 2
    assert pushed.value("journey_operations_total", operation="s3.PutObject") == 1
    assert not ours(s3)


def test_what_a_killed_run_left_stays_in_the_ledger_while_the_store_is_away(calm: Journeys, store: SeaweedFS, s3):
    with Held(after=True) as held, FaultyProxy(store.endpoint_url, PutObject=held) as proxy:
        process = calm.start(*OBJECT, AWS_ENDPOINT_URL_S3=proxy.url)
        held.wait()
        stop(process, signal.SIGKILL)
    away = {"AWS_ENDPOINT_URL_S3": closed_port(), "AWS_MAX_ATTEMPTS": "1", "JOURNEYS_CLEANUP_TIMEOUT": "1s"}
    assert calm.run(*OBJECT, **away).returncode == 1
    assert calm.metrics().value("journey_leftover_resources", kind="bucket") >= 1
    assert ours(s3)
    assert calm.run(*OBJECT).returncode == 0
    assert calm.metrics().value("journey_leftover_resources", kind="bucket") == 0


# --- Two at once -------------------------------------------------------------------------------------------


def test_a_second_run_waits_for_the_first(calm: Journeys, store: SeaweedFS) -> None:
    with Held(after=True) as held, FaultyProxy(store.endpoint_url, GetObject=held) as proxy:
        one = calm.start(*OBJECT, AWS_ENDPOINT_URL_S3=proxy.url)
        held.wait()
        two = calm.start(*OBJECT, JOURNEYS_OVERLAP_WAIT="60s")
        wait_for_the_lock(two)
        held.let_go()
        assert ended(one)[0] == 0
        assert ended(two)[0] == 0
    pushed = calm.metrics()
    assert pushed.value("journey_runs_total") == 2
    assert pushed.value("journey_operations_total", operation="s3.PutObject") == 2


def test_a_second_run_steps_aside_when_the_first_takes_too_long(calm: Journeys, store: SeaweedFS) -> None:
    with Held(after=True) as held, FaultyProxy(store.endpoint_url, GetObject=held) as proxy:
        one = calm.start(*OBJECT, AWS_ENDPOINT_URL_S3=proxy.url)
        held.wait()
        assert calm.run(*OBJECT, JOURNEYS_OVERLAP_WAIT="0").returncode == 2
        two = calm.run(*OBJECT, JOURNEYS_OVERLAP_WAIT="1s")
        assert two.returncode == 2
        assert f"(process {one.pid}) is still under way after 1 s" in two.stdout
        assert "JOURNEYS_OVERLAP_WAIT" in two.stdout
        assert "Traceback" not in two.stdout
        held.let_go()
        assert ended(one)[0] == 0
    assert calm.metrics().value("journey_runs_total") == 1
    assert calm.metrics().value("journey_run_overlaps_total") == 2


def test_runs_of_two_suites_do_not_wait_for_each_other(calm: Journeys, store: SeaweedFS) -> None:
    with Held(after=True) as held, FaultyProxy(store.endpoint_url, GetObject=held) as proxy:
        one = calm.start(*OBJECT, AWS_ENDPOINT_URL_S3=proxy.url)
        held.wait()
        assert calm.run(*OBJECT, JOURNEYS_SUITE="another", JOURNEYS_OVERLAP_WAIT="1s").returncode == 0
        held.let_go()
        assert ended(one)[0] == 0


@pytest.mark.parametrize(
    "number",
    [signal.SIGTERM, signal.SIGINT],
    ids=lambda number: number.name,
)
def test_a_run_that_waits_can_be_interrupted(calm: Journeys, store: SeaweedFS, number: signal.Signals) -> None:
    with Held(after=True) as held, FaultyProxy(store.endpoint_url, GetObject=held) as proxy:
        one = calm.start(*OBJECT, AWS_ENDPOINT_URL_S3=proxy.url)
        held.wait()
        two = calm.start(*OBJECT, JOURNEYS_OVERLAP_WAIT="5s")
        wait_for_the_lock(two)
        code, said = stop(two, number)
        held.let_go()
        assert ended(one)[0] == 0
    assert code in (128 + number, -number), said
