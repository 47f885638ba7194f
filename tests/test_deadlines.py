"""Nothing holds a run for longer than its deadlines, and a broken scenario says where the time went."""

import time

import pytest

from journeys.demo.seaweedfs import SeaweedFS
from tests.conftest import Journeys
from tests.faulty import FaultyProxy, FaultyServer, Features, Held, closed_port, hangs, late, trickles

PATIENT = {"JOURNEYS_READ_TIMEOUT": "60s", "AWS_MAX_ATTEMPTS": "1", "JOURNEYS_CLEANUP_TIMEOUT": "1s"}
SLACK = 10  # seconds: two interpreters, the journal and the push
TWO = """\
@s3
Feature: Made
  {tag}
  Scenario: The first
    When I create a bucket
    Then the bucket is empty
  Scenario: The second
    When I create a bucket
    Then the bucket is empty
"""


@pytest.mark.parametrize("behaviour", [hangs, trickles])
def test_a_server_that_never_ends_its_answer_is_left_at_the_deadline(journeys: Journeys, behaviour) -> None:
    """A read timeout bounds silence, not a call: a server that trickles is never silent."""
    with FaultyServer(behaviour) as endpoint:
        began = time.monotonic()
        ran = journeys.run(
            *("-n", "A new bucket is listed", "-f", "progress"),
            **PATIENT,
            AWS_ENDPOINT_URL_S3=endpoint.url,
            JOURNEYS_SCENARIO_DEADLINE="1s",
        )
        assert time.monotonic() - began < 2 + SLACK
    assert ran.returncode == 1
    assert "Expected the scenario to end within its deadline" in ran.stdout
    assert "s3.CreateBucket" in ran.stdout
    pushed = journeys.metrics()
    assert pushed.value("journey_failures_total", api="s3", reason="timeout") == 1
    assert pushed.value("journey_scenario_failures_total", scenario="a-new-bucket-is-listed") == 1


@pytest.mark.parametrize(
    ("step", "operation"),
    [
        ('I upload a 11 MiB file as "large.bin"', "UploadPart"),
        ("I store 20 objects of 1 KiB, several at once", "PutObject"),
    ],
)
def test_what_hangs_in_threads_is_left_at_the_deadline_too(
    journeys: Journeys, store: SeaweedFS, tmp_path, step: str, operation: str
) -> None:
    text = f"@s3 @deadline:2s\nFeature: Made\n  Scenario: Hangs\n    Given an empty bucket\n    When {step}\n"
    with Held() as held, FaultyProxy(store.endpoint_url, **{operation: held}) as proxy:
        began = time.monotonic()
        ran = journeys.run(Features(tmp_path, made=text).path, **PATIENT, AWS_ENDPOINT_URL_S3=proxy.url)
        assert time.monotonic() - began < 3 + SLACK
    assert ran.returncode == 1, ran.stdout
    assert "Expected the scenario to end within its deadline" in ran.stdout
    reasons = {"timeout": journeys.metrics().total("journey_failures_total", api="s3", reason="timeout")}
    assert journeys.metrics().total("journey_failures_total") == reasons["timeout"] > 0


def test_the_run_goes_on_after_a_scenario_that_took_too_long(journeys: Journeys, store: SeaweedFS, tmp_path) -> None:
    text = TWO.format(tag="@deadline:500ms").replace("The second", "The second, with more time")
    with FaultyProxy(store.endpoint_url, ListObjectsV2=late(1.5)) as proxy:
        ran = journeys.run(Features(tmp_path, made=text).path, **PATIENT, AWS_ENDPOINT_URL_S3=proxy.url)
    assert ran.returncode == 1, ran.stdout
    pushed = journeys.metrics()
    assert pushed.value("journey_scenario_success", scenario="the-first") == 0
    assert pushed.value("journey_scenario_success", scenario="the-second-with-more-time") == 1
    assert "Left behind" not in ran.stdout


def test_a_run_that_is_out_of_time_begins_no_further_scenario(journeys: Journeys, store: SeaweedFS, tmp_path) -> None:
    with FaultyProxy(store.endpoint_url, ListObjectsV2=late(6)) as proxy:
        ran = journeys.run(
            Features(tmp_path, made=TWO.format(tag="")).path,
            **PATIENT,
            AWS_ENDPOINT_URL_S3=proxy.url,
            JOURNEYS_RUN_DEADLINE="4s",
        )
    assert ran.returncode == 1, ran.stdout
    assert "JOURNEYS_RUN_DEADLINE" in ran.stdout
    pushed = journeys.metrics()
    assert pushed.value("journey_last_run_scenarios", result="failed") == 1
    assert pushed.value("journey_last_run_scenarios", result="skipped") == 1
    assert pushed.value("journey_scenario_executions_total", scenario="the-second") == 0


def test_a_dead_endpoint_leaves_no_ghosts_in_the_ledger(journeys: Journeys) -> None:
    """What was refused, or never reached the server, was not created: it is no leftover."""
    for _ in range(2):
        ran = journeys.run("-n", "A new bucket is listed", "-f", "progress", AWS_ENDPOINT_URL_S3=closed_port())
        assert ran.returncode == 1
        assert "Left behind" not in ran.stdout


def test_what_hangs_may_exist_and_stays_in_the_ledger(journeys: Journeys) -> None:
    with FaultyServer(hangs) as endpoint:
        ran = journeys.run(
            *("-n", "A new bucket is listed", "-f", "progress"),
            **PATIENT | {"JOURNEYS_READ_TIMEOUT": "500ms"},
            AWS_ENDPOINT_URL_S3=endpoint.url,
        )
    assert ran.returncode == 1
    assert "Left behind: 1 of our resources" in ran.stdout
    assert journeys.metrics().value("journey_leftover_resources", kind="bucket") == 1


def test_evidence_stands_beside_a_broken_promise(journeys: Journeys, store: SeaweedFS, tmp_path) -> None:
    text = '@s3\nFeature: Made\n  Scenario: Wrong\n    When I create a bucket\n    Then the bucket lists exactly "x"\n'
    ran = journeys.run(Features(tmp_path, made=text).path)
    assert ran.returncode == 1
    told = ran.stdout[ran.stdout.index("BROKEN: Wrong") :]
    assert "call: s3.ListObjectsV2 journeys-" in told
    assert "request id " in told
    assert "request id none" not in told
    assert "attempts 1" in told
    assert "again: ./run.sh " in told
