"""OpenStack's seam: every request is written down once, with what it took and why it failed."""

import os
import time
from collections.abc import Iterator
from pathlib import Path
from sqlite3 import Row

import pytest

from journeys.clock import DeadlinePassed, deadline
from journeys.cloud.nouns import Network, Server
from journeys.failures import CallFailed
from journeys.journal import Journal
from journeys.openstack import reasons
from journeys.openstack.driver import OpenStack
from journeys.recorder import PROBE, Recorder
from journeys.settings import parse
from journeys.threads import at_once
from tests import fakestack
from tests.fakestack import Fakestack, Reply, said
from tests.faulty import FaultyServer, answers, certificate, closed_port, hangs, hangs_up

NETWORKS = "GET /network/v2.0/networks"


class Cloud:
    """A driver as journeys have it, logged in at the fake, and what was written down of its calls."""

    def __init__(self, directory: Path, stack: Fakestack):
        self.stack = stack
        self.journal = Journal(directory / "journal.sqlite")
        environ = fakestack.settings(stack) | {"JOURNEYS_READ_TIMEOUT": "1s", "HOME": str(directory)}
        os.environ.update({name: value for name, value in environ.items() if name.startswith("OS_")})  # for the SDK
        given = parse(environ)
        self.recorder = Recorder(self.journal, given)
        self.recorder.purpose = PROBE
        self.driver = OpenStack(given, self.recorder)

    def calls(self, operation: str = "%") -> list[Row]:
        return self.journal.rows("SELECT * FROM calls WHERE operation LIKE ? ORDER BY id", operation)

    def fails(self) -> CallFailed:
        """How listing networks fails."""
        with pytest.raises(AssertionError) as raised:
            self.driver.listed(Network)
        assert isinstance(raised.value, CallFailed)
        return raised.value


@pytest.fixture(autouse=True)
def nothing_configured(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `Cloud` sets is taken back, and what was set before is not for the tests."""
    monkeypatch.setattr(os, "environ", {name: os.environ[name] for name in os.environ if not name.startswith("OS_")})


@pytest.fixture
def cloud(tmp_path: Path) -> Iterator[Cloud]:
    with fakestack.serving(Fakestack()) as stack:
        cloud = Cloud(tmp_path, stack)
        cloud.driver.listed(Network)
        yield cloud


def test_logging_in_finding_versions_and_the_call_itself_are_calls_of_their_own(cloud: Cloud) -> None:
    operations = [call["operation"] for call in cloud.calls()]
    assert operations == [
        *("openstack.discovery.GET /", "openstack.identity.POST /auth/tokens"),
        "openstack.network.GET /networks",
    ]
    listing = cloud.calls()[-1]
    assert (listing["api"], listing["outcome"], listing["status"], listing["attempts"]) == ("openstack", "ok", 200, 1)
    assert listing["request_id"] == "req-fake-4711"
    assert listing["received"] > 0
    assert cloud.calls()[1]["sent"] > 0
    # what it took to log in belongs to the login
    assert sum(call["duration"] for call in cloud.calls()) <= time.time() - cloud.calls()[0]["started"]


@pytest.mark.parametrize(
    ("status", "body", "reason", "code"),
    [
        (401, {"error": {"title": "Unauthorized", "message": "no"}}, "auth", "Unauthorized"),
        (403, {"forbidden": {"message": "Policy does not allow it"}}, "auth", "forbidden"),
        (403, {"forbidden": {"message": "Quota exceeded for instances"}}, "quota", "forbidden"),
        (403, {"forbidden": {"message": "Maximum number of ports exceeded"}}, "quota", "forbidden"),
        (413, {"overLimit": {"message": "VolumeLimitExceeded"}}, "quota", "overLimit"),
        (413, {"tooLarge": {"message": "wait"}}, "throttled", "tooLarge"),
        (409, {"NeutronError": {"type": "OverQuota", "message": "Quota exceeded for: network"}}, "quota", "OverQuota"),
        (409, {"NeutronError": {"type": "NetworkInUse", "message": "There are ports"}}, "client_error", "NetworkInUse"),
        (403, {"faultcode": "Client", "faultstring": "Quota has been met for resources"}, "quota", "Client"),
        (404, {"itemNotFound": {"message": "no"}}, "not_found", "itemNotFound"),
        (429, {"errors": [{"title": "slow down", "detail": "please"}]}, "throttled", "slow down"),
        (503, None, "server_error", "503"),
        (500, {"computeFault": {"message": "Unexpected"}}, "server_error", "computeFault"),
    ],
)  # fmt: skip
def test_an_error_has_its_reason_name_and_evidence(
    cloud: Cloud, status: int, body: dict | None, reason: str, code: str
) -> None:
    cloud.stack.lies = {NETWORKS: lambda stack, honestly: Reply(status, body)}
    failure = cloud.fails()
    assert (failure.call.status, failure.call.reason, failure.call.code) == (status, reason, code)
    assert failure.undone == (status < 500)
    assert "Expected openstack.network.GET /networks to succeed, but the server answered" in str(failure)
    assert "req-fake-4711" in str(failure)
    (row,) = [call for call in cloud.calls() if call["id"] == failure.id]
    assert row["outcome"] == "failed"


def test_an_expired_token_is_renewed_within_the_same_call(cloud: Cloud) -> None:
    turns = iter([said(401)])
    cloud.stack.lies = {NETWORKS: lambda stack, honestly: next(turns, lambda *_: honestly())(stack, honestly)}
    cloud.driver.listed(Network)
    listing = cloud.calls("openstack.network.GET /networks")[-1]
    assert (listing["outcome"], listing["attempts"]) == ("ok", 2)
    assert len(cloud.calls("openstack.identity.POST /auth/tokens")) == 2


def test_what_is_gone_is_an_expected_answer(cloud: Cloud) -> None:
    assert cloud.driver.now(Server("none", "none", "")) is None
    call = cloud.calls()[-1]
    assert (call["outcome"], call["reason"], call["expected"]) == ("failed", "not_found", 1)


def test_a_deadline_of_ours_is_a_timeout(cloud: Cloud) -> None:
    cloud.stack.lies = {NETWORKS: lambda stack, honestly: time.sleep(3)}
    with pytest.raises(DeadlinePassed), deadline(0.3, "the test"):
        cloud.driver.listed(Network)
    assert cloud.calls()[-1]["reason"] == "timeout"


def test_a_deadline_of_ours_ends_what_is_done_at_once(cloud: Cloud) -> None:
    cloud.stack.lies = {NETWORKS: lambda stack, honestly: time.sleep(3)}
    with pytest.raises(DeadlinePassed), deadline(0.2, "the test"):
        at_once(cloud.driver.listed, [Network, Network], 2)
    assert [call["message"] for call in cloud.calls()[-2:]] == ["the test took longer than 0.2 s"] * 2


def test_no_answer_from_a_service_is_a_timeout(cloud: Cloud) -> None:
    cloud.stack.lies = {NETWORKS: lambda stack, honestly: time.sleep(3)}
    failure = cloud.fails()
    assert (failure.call.reason, failure.call.status, failure.undone) == ("timeout", None, False)


def test_secrets_are_in_no_message(cloud: Cloud) -> None:
    cloud.stack.lies = {NETWORKS: said(400, message=f"what is {fakestack.PASSWORD}?")}
    assert fakestack.PASSWORD not in str(cloud.fails())


@pytest.mark.parametrize(
    ("behaviour", "reason", "undone"),
    [
        (hangs, "timeout", False),
        (hangs_up, "connect", False),
        (answers(b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"), "server_error", False),
        (None, "connect", True),
        ("dns", "dns", True),
        ("tls", "tls", True),
    ],
)
def test_why_there_was_no_answer(tmp_path: Path, behaviour: object, reason: str, undone: bool) -> None:
    if callable(behaviour) or behaviour == "tls":
        tls = certificate(tmp_path) if behaviour == "tls" else None
        with FaultyServer(behaviour if callable(behaviour) else hangs, tls) as server:
            failure = Cloud(tmp_path, Fakestack(server.url)).fails()
    else:
        failure = Cloud(tmp_path, Fakestack("http://cloud.invalid" if behaviour else closed_port())).fails()
    assert (failure.call.reason, failure.undone) == (reason, undone), failure
    assert failure.call.operation.startswith("openstack.")


def test_a_service_that_is_not_in_the_catalogue_breaks_the_promise(tmp_path: Path) -> None:
    with fakestack.serving(Fakestack()) as stack:
        stack.lies = {"POST /identity/v3/auth/tokens": fakestack.changed("token", catalog=[])}
        cloud = Cloud(tmp_path, stack)
        with pytest.raises(AssertionError, match="Expected the service to be found in the catalogue, but"):
            cloud.driver.listed(Network)
        assert not cloud.driver.offers(Network)


def test_errors_in_html_are_told_as_text() -> None:
    page = b"<html><head><title>503</title></head><body><h1>Service Unavailable</h1>No server</body></html>"
    assert reasons.told(page) == (None, "Service Unavailable No server")
