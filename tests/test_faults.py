"""Endpoints and gateways that fail in every way we know: deadlines hold, reasons are right, nothing is lost."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from journeys.demo.pushgateway import Pushgateway
from journeys.demo.seaweedfs import SeaweedFS
from journeys.run import Run
from journeys.settings import parse
from tests.conftest import Journeys
from tests.faulty import (
    INVALID_XML,
    NO_HTTP,
    Behaviour,
    Fault,
    FaultyProxy,
    FaultyServer,
    Held,
    answers_http,
    certificate,
    closed_port,
    corrupted,
    first,
    hangs,
    hangs_up,
    late,
    no_aws_chunked,
    refused,
    resets,
    stops_short,
    trickles,
    trickles_headers,
    truncated,
)

BUCKET = ("-f", "progress", "-n", "A new bucket is listed")
OBJECT = ("-f", "progress", "-n", "An object can be stored, found, read and deleted")
REFUSAL = ("-f", "progress", "-n", "A deleted object can't be read any more")
IMPATIENT = {
    "JOURNEYS_TARGET": "the target",
    "AWS_MAX_ATTEMPTS": "1",
    "JOURNEYS_CONNECT_TIMEOUT": "1s",
    "JOURNEYS_READ_TIMEOUT": "1s",
    "JOURNEYS_SCENARIO_DEADLINE": "2s",
    "JOURNEYS_CLEANUP_TIMEOUT": "1s",
}
# Far above what the deadlines allow together on a busy machine, far below what any of these faults would take.
AT_ONCE = 20


# --- The endpoint ------------------------------------------------------------------------------------------

FAULTY_ENDPOINTS: dict[str, tuple[Behaviour, str]] = {
    "hangs": (hangs, "timeout"),
    "trickles headers": (trickles_headers, "timeout"),
    "trickles a body": (trickles, "timeout"),
    "hangs up": (hangs_up, "connect"),
    "resets the connection": (resets, "connect"),
    "stops in the middle": (stops_short, "connect"),
    "speaks no HTTP": (NO_HTTP, "server_error"),
    "answers with broken XML": (INVALID_XML, "server_error"),
    "answers with a page of a proxy": (answers_http(502, b"<html><h1>Bad Gateway</h1></html>"), "server_error"),
    "is overloaded without a word": (answers_http(429, b""), "throttled"),
}


def judge_a_broken_endpoint(journeys: Journeys, reason: str, **settings: str) -> str:
    """A run that finds the endpoint broken for that reason, says so in time, and publishes it; what it said."""
    began = time.monotonic()
    result = journeys.run(*BUCKET, **IMPATIENT | settings)
    assert time.monotonic() - began < AT_ONCE
    assert result.returncode == 1, result.stdout
    assert "Verdict: 1 of 1 promises broken (exit code 1)." in result.stdout
    assert "Traceback" not in result.stdout
    pushed = journeys.metrics()
    assert pushed.value("journey_last_run_success") == 0
    assert pushed.value("journey_failures_total", api="s3", reason=reason) == 1
    assert pushed.total("journey_failures_total") == 1
    assert pushed.value("journey_operations_total", operation="s3.CreateBucket") == 1
    assert pushed.value("journey_operation_failures_total", operation="s3.CreateBucket") == 1
    assert pushed.value("journey_operation_attempts_total", operation="s3.CreateBucket") == 1
    assert pushed.value("journey_operation_duration_seconds_count", operation="s3.CreateBucket") == 0
    return result.stdout


@pytest.mark.parametrize(("behaviour", "reason"), FAULTY_ENDPOINTS.values(), ids=FAULTY_ENDPOINTS)
def test_an_endpoint_that_never_answers_well(journeys: Journeys, behaviour: Behaviour, reason: str) -> None:
    with FaultyServer(behaviour) as endpoint:
        judge_a_broken_endpoint(journeys, reason, AWS_ENDPOINT_URL_S3=endpoint.url)
        assert endpoint.connections


def test_an_endpoint_that_refuses_connections(journeys: Journeys) -> None:
    said = judge_a_broken_endpoint(journeys, "connect", AWS_ENDPOINT_URL_S3=closed_port())
    assert "check that the endpoint is up" in said


def test_an_endpoint_whose_name_does_not_resolve(journeys: Journeys) -> None:
    # RFC 6761: .invalid never resolves
    said = judge_a_broken_endpoint(journeys, "dns", AWS_ENDPOINT_URL_S3="http://s3.invalid:1")
    assert "did not resolve" in said


def test_an_endpoint_whose_certificate_is_not_trusted(journeys: Journeys, tmp_path: Path) -> None:
    with FaultyServer(hangs, certificate(tmp_path)) as endpoint:
        said = judge_a_broken_endpoint(journeys, "tls", AWS_ENDPOINT_URL_S3=endpoint.url)
    assert "AWS_CA_BUNDLE" in said


def test_an_endpoint_that_speaks_no_tls(journeys: Journeys, store: SeaweedFS) -> None:
    judge_a_broken_endpoint(journeys, "tls", AWS_ENDPOINT_URL_S3=store.endpoint_url.replace("http:", "https:"))


def test_a_trusted_certificate_is_all_that_tls_needs(journeys: Journeys, store: SeaweedFS, tmp_path: Path) -> None:
    both = certificate(tmp_path)
    with FaultyProxy(store.endpoint_url, both) as proxy:
        secure = {"AWS_ENDPOINT_URL_S3": proxy.url, "AWS_CA_BUNDLE": str(both)}
        assert journeys.run(*OBJECT, **IMPATIENT | secure).returncode == 0


def test_what_a_broken_endpoint_may_have_kept_is_removed_by_the_next_run(journeys: Journeys, store: SeaweedFS) -> None:
    """A bucket whose creation was never answered may be there or not: it stays in the ledger until we know."""
    with FaultyServer(hangs) as endpoint:
        result = journeys.run(*BUCKET, **IMPATIENT, AWS_ENDPOINT_URL_S3=endpoint.url)
    assert result.returncode == 1
    assert re.search(r"bucket journeys-\S+: ", result.stdout)
    assert journeys.metrics().value("journey_leftover_resources", kind="bucket") == 1
    assert journeys.run(*BUCKET, **IMPATIENT).returncode == 0
    pushed = journeys.metrics()
    assert pushed.value("journey_leftover_resources", kind="bucket") == 0
    assert pushed.total("journey_failures_total") == 1  # the hanging one, not that the bucket was not there


# --- Single operations -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "fault", "reason"),
    [
        ("PutObject", refused(403, "AccessDenied"), "auth"),
        ("PutObject", refused(503, "SlowDown"), "throttled"),
        ("PutObject", refused(403, "QuotaExceeded"), "quota"),
        ("PutObject", refused(400, "BadDigest"), "integrity"),
        ("PutObject", refused(500, "InternalError"), "server_error"),
        ("GetObject", refused(416, "InvalidRange"), "client_error"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_an_operation_that_is_refused(
    journeys: Journeys, store: SeaweedFS, s3, operation: str, fault: Fault, reason: str
) -> None:
    with FaultyProxy(store.endpoint_url, **{operation: fault}) as proxy:
        result = journeys.run(*OBJECT, **IMPATIENT, AWS_ENDPOINT_URL_S3=proxy.url)
    assert result.returncode == 1
    assert re.search(
        rf"Expected s3\.{operation} of journeys-\S+/report\.csv to succeed, but the server answered \d+ \w+ "
        r'\("Said by a fake"\) after \S+ m?s \(1 attempt, request id fake-4711\)\.',
        result.stdout,
    )
    pushed = journeys.metrics()
    assert pushed.value("journey_failures_total", api="s3", reason=reason) == 1
    assert pushed.total("journey_failures_total") == 1
    assert pushed.value("journey_operation_failures_total", operation=f"s3.{operation}") == 1
    assert pushed.total("journey_operation_failures_total") == 1
    assert pushed.value("journey_leftover_resources", kind="bucket") == 0


def test_an_answer_that_stops_in_the_middle_is_a_failed_operation(journeys: Journeys, store: SeaweedFS) -> None:
    with FaultyProxy(store.endpoint_url, GetObject=truncated) as proxy:
        result = journeys.run(*OBJECT, **IMPATIENT, AWS_ENDPOINT_URL_S3=proxy.url)
    assert result.returncode == 1
    pushed = journeys.metrics()
    assert pushed.total("journey_failures_total") == 1
    assert pushed.value("journey_operation_failures_total", operation="s3.GetObject") == 1
    assert pushed.value("journey_operation_duration_seconds_count", operation="s3.GetObject") == 0
    assert pushed.value("journey_received_bytes_total", operation="s3.GetObject") < 2**20


def test_an_answer_that_stops_in_the_middle_is_a_broken_connection(journeys: Journeys, store: SeaweedFS) -> None:
    with FaultyProxy(store.endpoint_url, GetObject=truncated) as proxy:
        result = journeys.run(*OBJECT, **IMPATIENT, AWS_ENDPOINT_URL_S3=proxy.url)
    assert journeys.metrics().value("journey_failures_total", api="s3", reason="connect") == 1
    assert re.search(r"GetObject .* \(1 attempt, request id \w+\)", result.stdout)


def test_a_portal_that_answers_to_everything_is_no_store(journeys: Journeys) -> None:
    with FaultyServer(answers_http(200, b"<html>Please log in</html>")) as portal:
        assert journeys.run(*BUCKET, **IMPATIENT, AWS_ENDPOINT_URL_S3=portal.url).returncode == 1


def test_bytes_that_changed_are_counted_as_a_failure_of_integrity(journeys: Journeys, store: SeaweedFS) -> None:
    with FaultyProxy(store.endpoint_url, GetObject=corrupted) as proxy:
        assert journeys.run(*OBJECT, **IMPATIENT, AWS_ENDPOINT_URL_S3=proxy.url).returncode == 1
    pushed = journeys.metrics()
    assert pushed.value("journey_failures_total", api="s3", reason="integrity") == 1 or pushed.value(
        "journey_integrity_failures_total"
    )


def test_retries_are_counted_and_an_operation_that_succeeds_in_the_end_is_no_failure(
    journeys: Journeys, store: SeaweedFS
) -> None:
    with FaultyProxy(store.endpoint_url, PutObject=first(2, refused(503, "SlowDown"))) as proxy:
        patient = {"AWS_MAX_ATTEMPTS": "3", "JOURNEYS_SCENARIO_DEADLINE": "60s", "AWS_ENDPOINT_URL_S3": proxy.url}
        result = journeys.run(*OBJECT, **IMPATIENT | patient)
    assert result.returncode == 0, result.stdout
    pushed = journeys.metrics()
    assert pushed.value("journey_operations_total", operation="s3.PutObject") == 1
    assert pushed.value("journey_operation_attempts_total", operation="s3.PutObject") == 3
    assert pushed.value("journey_operation_duration_seconds_count", operation="s3.PutObject") == 1
    assert pushed.value("journey_sent_bytes_total", operation="s3.PutObject") == 3 * 2**20
    assert pushed.total("journey_operation_failures_total") == 0
    assert pushed.total("journey_failures_total") == 0


def test_retries_that_do_not_help_are_one_failed_operation(journeys: Journeys, store: SeaweedFS) -> None:
    with FaultyProxy(store.endpoint_url, PutObject=refused(503, "SlowDown")) as proxy:
        patient = {"AWS_MAX_ATTEMPTS": "2", "JOURNEYS_SCENARIO_DEADLINE": "60s", "AWS_ENDPOINT_URL_S3": proxy.url}
        result = journeys.run(*OBJECT, **IMPATIENT | patient)
    assert result.returncode == 1
    assert "(2 attempts, request id fake-4711)" in result.stdout
    pushed = journeys.metrics()
    assert pushed.value("journey_operation_attempts_total", operation="s3.PutObject") == 2
    assert pushed.value("journey_operation_failures_total", operation="s3.PutObject") == 1
    assert pushed.value("journey_failures_total", api="s3", reason="throttled") == 1


def test_a_refusal_that_was_expected_is_no_failure(journeys: Journeys) -> None:
    result = journeys.run(*REFUSAL, **IMPATIENT)
    assert result.returncode == 0
    pushed = journeys.metrics()
    assert pushed.value("journey_operations_total", operation="s3.GetObject") >= 1
    assert pushed.value("journey_operation_duration_seconds_count", operation="s3.GetObject") == 0
    assert pushed.total("journey_operation_failures_total") == 0
    assert pushed.total("journey_failures_total") == 0


def test_a_refusal_with_another_name_is_a_failure(journeys: Journeys, store: SeaweedFS) -> None:
    with FaultyProxy(store.endpoint_url, GetObject=refused(403, "AccessDenied")) as proxy:
        assert journeys.run(*REFUSAL, **IMPATIENT, AWS_ENDPOINT_URL_S3=proxy.url).returncode == 1
    assert journeys.metrics().value("journey_failures_total", api="s3", reason="auth") == 1


def test_an_old_server_is_watched_with_checksums_only_where_they_are_required(
    journeys: Journeys, store: SeaweedFS, tmp_path: Path
) -> None:
    """Over TLS current SDKs send checksums after the body, which old servers refuse: not what we do by default."""
    both = certificate(tmp_path)
    with FaultyProxy(store.endpoint_url, both, PutObject=no_aws_chunked) as proxy:
        secure = {"AWS_ENDPOINT_URL_S3": proxy.url, "AWS_CA_BUNDLE": str(both)}
        assert journeys.run(*OBJECT, **IMPATIENT | secure).returncode == 0
        modern = {"AWS_REQUEST_CHECKSUM_CALCULATION": "when_supported"}
        result = journeys.run(*OBJECT, **IMPATIENT | secure | modern)
    assert result.returncode == 1
    assert "the server answered 411 MissingContentLength" in result.stdout
    assert journeys.metrics().value("journey_failures_total", api="s3", reason="client_error") == 1


def test_a_cleanup_that_fails_is_told_and_changes_no_verdict(journeys: Journeys, store: SeaweedFS, s3) -> None:
    with FaultyProxy(store.endpoint_url, DeleteBucket=refused(500, "InternalError")) as proxy:
        result = journeys.run(*OBJECT, **IMPATIENT, AWS_ENDPOINT_URL_S3=proxy.url)
    assert result.returncode == 0, result.stdout
    (left,) = re.findall(r"bucket (journeys-[\w-]+)", result.stdout)
    assert left in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    pushed = journeys.metrics()
    assert pushed.value("journey_leftover_resources", kind="bucket") == 1
    assert pushed.value("journey_cleanup_failures_total") == 1
    assert pushed.total("journey_failures_total") == 0
    assert journeys.run(*OBJECT, **IMPATIENT).returncode == 0
    assert left not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}
    assert journeys.metrics().value("journey_leftover_resources", kind="bucket") == 0


# --- The gateway -------------------------------------------------------------------------------------------


@pytest.fixture
def faulty_gateway(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a gateway that is faulty in the way that the parameter says."""
    with ExitStack() as stack:
        behaviour = request.param
        yield stack.enter_context(FaultyServer(behaviour)).url if behaviour else closed_port()


@pytest.mark.parametrize(
    ("faulty_gateway", "told"),
    [
        (None, "can't be used"),
        (hangs, "did not answer within|timed out"),
        (trickles_headers, "did not answer within|timed out"),
        (hangs_up, "can't be used"),
        (NO_HTTP, "can't be used"),
        (answers_http(400, b"pushed metrics are invalid"), r"answered 400 \(pushed metrics are invalid\)"),
        (answers_http(401, b"Unauthorized"), r"answered 401 \(Unauthorized\)"),
        (answers_http(503, b""), r"answered 503"),
    ],
    ids=["down", "hangs", "trickles", "hangs up", "no HTTP", "refuses", "wants a password", "overloaded"],
    indirect=["faulty_gateway"],
)
def test_a_faulty_gateway_changes_no_verdict(journeys: Journeys, faulty_gateway: str, told: str) -> None:
    began = time.monotonic()
    lost = journeys.run(*OBJECT, **IMPATIENT, PUSHGATEWAY_URL=faulty_gateway, JOURNEYS_PUSH_TIMEOUT="1s")
    assert time.monotonic() - began < AT_ONCE
    assert lost.returncode == 0, lost.stdout
    assert "Verdict: every promise kept (exit code 0)." in lost.stdout
    assert re.search(rf"The Pushgateway {faulty_gateway} .*({told})", lost.stdout), lost.stdout
    assert "The next run delivers" in lost.stdout
    assert "Traceback" not in lost.stdout
    assert journeys.metrics().samples == []


def test_a_gateway_delays_a_run_by_the_push_timeout_at_most(journeys: Journeys) -> None:
    """All that is asked of it in a run shares the time: what it still holds, the zeros, and the results."""
    with FaultyServer(hangs) as silent:
        settings = {"PUSHGATEWAY_URL": silent.url, "JOURNEYS_PUSH_TIMEOUT": "4s"}
        run = Run(parse(journeys.environment | IMPATIENT | settings))
        began = time.monotonic()
        run.begin()
        run.announce([("objects", "a-scenario")])
        run.finish()  # no scenario ran, so that only the gateway took time
        took = time.monotonic() - began
        run.close()
    assert silent.connections == 2, "as long as it does not say what it holds, nothing is pushed over that"
    assert took < 7  # twice the time would be 8


def test_what_was_not_delivered_arrives_once_with_the_next_run(journeys: Journeys, gateway: Pushgateway) -> None:
    with FaultyServer(answers_http(400, b"no")) as refusing:
        for url in (refusing.url, closed_port()):
            lost = journeys.run(*OBJECT, **IMPATIENT, PUSHGATEWAY_URL=url, JOURNEYS_PUSH_TIMEOUT="1s")
            assert lost.returncode == 0
    for runs in (3, 4):
        assert journeys.run(*OBJECT, **IMPATIENT).returncode == 0
        pushed = journeys.metrics(gateway.url)
        assert pushed.value("journey_runs_total") == runs
        assert pushed.value("journey_operations_total", operation="s3.PutObject") == runs
        assert pushed.value("journey_operation_duration_seconds_count", operation="s3.PutObject") == runs
        assert pushed.value("journey_scenario_executions_total") == runs
        assert pushed.value("journey_delivery_failures_total") >= 2
        assert pushed.value("journey_last_run_success") == 1


def test_a_faulty_gateway_does_not_make_a_broken_promise_better(journeys: Journeys) -> None:
    away = {"AWS_ENDPOINT_URL_S3": closed_port(), "PUSHGATEWAY_URL": closed_port()}
    assert journeys.run(*OBJECT, **IMPATIENT | away).returncode == 1


def test_a_gateway_that_is_slow_but_in_time_gets_everything(journeys: Journeys, gateway: Pushgateway) -> None:
    # To the proxy's eyes a push is a PutObject.
    with FaultyProxy(gateway.url, PutObject=late(0.5), GET=late(0.5)) as slow:
        result = journeys.run(*OBJECT, **IMPATIENT, PUSHGATEWAY_URL=slow.url, JOURNEYS_PUSH_TIMEOUT="30s")
    assert result.returncode == 0
    assert "Metrics: pushed to" in result.stdout
    assert journeys.metrics().value("journey_runs_total") == 1
    assert journeys.metrics().value("journey_delivery_failures_total") == 0


def test_a_push_that_arrived_though_the_answer_did_not_counts_once(journeys: Journeys, gateway: Pushgateway) -> None:
    with Held(after=True) as held, FaultyProxy(gateway.url, PutObject=held) as silent:
        result = journeys.run(*OBJECT, **IMPATIENT, PUSHGATEWAY_URL=silent.url, JOURNEYS_PUSH_TIMEOUT="4s")
    assert result.returncode == 0
    assert "did not answer within" in result.stdout or "timed out" in result.stdout
    assert journeys.metrics().value("journey_runs_total") == 1
    assert journeys.run(*OBJECT, **IMPATIENT).returncode == 0
    pushed = journeys.metrics()
    assert pushed.value("journey_runs_total") == 2
    assert pushed.value("journey_operations_total", operation="s3.PutObject") == 2
