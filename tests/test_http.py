"""The measured HTTP client: one request a call, written down once, with what it took and why it failed."""

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from sqlite3 import Row

import pytest

from journeys.clock import DeadlinePassed, deadline
from journeys.http import Http, HttpFailed
from journeys.journal import Journal
from journeys.recorder import PROBE, Recorder
from journeys.settings import Settings
from tests.fakeproxy import PASSWORD, PROOF, Proxy
from tests.faulty import (
    NO_HTTP,
    Behaviour,
    FaultyServer,
    answers_http,
    certificate,
    closed_port,
    hangs,
    hangs_up,
    resets,
    stops_short,
    trickles,
)

REFUSAL = b"<Error><Code>AccessDenied</Code><Message>Not &lt;you&gt;</Message><RequestId>tx-1</RequestId></Error>"


class Measured(Http):
    """The client, and what was written down of its calls."""

    def __init__(self, **settings: object):
        given = {"connect_timeout": 5.0, "read_timeout": 0.5, "secret_access_key": "planted-7f3a"}
        self.journal = Journal(":memory:")
        self.journal.run_began("run", 0)
        whole = Settings(**given | settings)
        recorder = Recorder(self.journal, whole)
        recorder.run, recorder.scenario, recorder.step, recorder.purpose = "run", 1, 2, PROBE
        super().__init__(whole, recorder)

    @property
    def call(self) -> Row:
        """The only call so far."""
        (call,) = self.journal.rows("SELECT * FROM calls")
        return call

    def fails(self, *request: object) -> HttpFailed:
        with pytest.raises(HttpFailed) as failed:
            self.request(*request)
        return failed.value


@contextmanager
def answering(status: int, body: bytes, **headers: str) -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """A fake server that always says this; its URL, and what it was asked."""
    asked: list[tuple[str, str, bytes]] = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            asked.append((self.command, self.path, self.rfile.read(length)))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = do_OPTIONS = do_CONNECT = answer

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", asked
        finally:
            server.shutdown()


def test_an_answer_comes_whole_and_is_written_down() -> None:
    http = Measured()
    with answering(200, b"body", X_Amz_Request_Id="tx-7") as (url, asked):
        answer = http.request("PUT", f"{url}/a/b%20c?x=1", b"sent", identity="stranger")
    assert (answer.status, answer.body, answer.headers["x-amz-REQUEST-id"]) == (200, b"body", "tx-7")
    assert answer.certificate is None
    assert asked == [("PUT", "/a/b%20c?x=1", b"sent")]
    call = http.call
    assert call["duration"] == answer.duration > 0
    assert {name: call[name] for name in ("api", "operation", "identity", "site", "purpose", "outcome")} == {
        "api": "http",
        "operation": "http.Put",
        "identity": "stranger",
        "site": "primary",
        "purpose": PROBE,
        "outcome": "ok",
    }
    assert (call["attempts"], call["sent"], call["received"], call["status"]) == (1, 4, 4, 200)
    assert (call["run"], call["scenario"], call["step"], call["request_id"]) == ("run", 1, 2, "tx-7")
    assert call["subject"] == f"{url.removeprefix('http://')}/a/b%20c", "a query may prove rights"


def test_a_refusal_is_told_by_name() -> None:
    http = Measured()
    with answering(403, REFUSAL) as (url, asked):
        refusal = http.fails("GET", f"{url}/a?X-Amz-Signature={'0' * 64}")
    assert (refusal.call.code, refusal.call.reason, refusal.call.status) == ("AccessDenied", "auth", 403)
    assert (refusal.call.message, refusal.call.request_id) == ("Not <you>", "tx-1")
    assert refusal.answer.body == REFUSAL
    assert refusal.undone
    assert str(refusal).startswith(f"Expected http.Get of {url.removeprefix('http://')}/a to succeed, but the server")
    assert len(asked) == 1
    assert http.call["outcome"] == "failed"


@pytest.mark.parametrize(
    ("status", "reason"), [(404, "not_found"), (400, "client_error"), (429, "throttled"), (503, "server_error")]
)
def test_an_error_without_a_name_is_told_by_its_status_and_never_repeated(status: int, reason: str) -> None:
    http = Measured()
    with answering(status, b"<html>oops</html>") as (url, asked):
        failure = http.fails("POST", url, b"x")
    assert (failure.call.code, failure.call.reason) == (None, reason)
    assert failure.undone == (status < 500)
    assert len(asked) == http.call["attempts"] == 1


def test_a_body_may_have_so_many_bytes_and_no_more() -> None:
    with answering(200, b"0123456789") as (url, _):
        assert Measured().request("GET", url, most=10).body == b"0123456789"
        http = Measured()
        with pytest.raises(HttpFailed, match="more than 9 bytes") as failed:
            http.request("GET", url, most=9)
    assert (failed.value.call.reason, http.call["received"]) == ("server_error", 10)
    with FaultyServer(stops_short) as server, pytest.raises(HttpFailed, match="IncompleteRead") as failed:
        Measured().request("GET", server.url, most=10_000)
    assert failed.value.call.reason == "connect"


def test_a_redirect_is_an_answer_and_not_followed() -> None:
    http = Measured()
    with answering(302, b"", Location="http://127.0.0.1:1/elsewhere") as (url, asked):
        answer = http.request("GET", url)
    assert (answer.status, answer.headers["Location"]) == (302, "http://127.0.0.1:1/elsewhere")
    assert asked == [("GET", "/", b"")]


@pytest.mark.parametrize(
    ("behaviour", "reason", "status"),
    [
        (hangs, "timeout", None),
        (hangs_up, "connect", None),
        (resets, "connect", 200),
        (stops_short, "connect", 200),
        (NO_HTTP, "server_error", None),
    ],
    ids=["hangs", "hangs up", "resets", "stops short", "no HTTP"],
)
def test_a_server_without_a_whole_answer(behaviour: Behaviour, reason: str, status: int | None) -> None:
    http = Measured()
    with FaultyServer(behaviour) as server:
        failure = http.fails("GET", f"{server.url}/x")
        assert server.connections == 1
    assert (failure.call.reason, failure.call.status, failure.undone) == (reason, status, False)
    assert http.call["reason"] == reason


@pytest.mark.parametrize(
    ("url", "reason"), [(closed_port, "connect"), (lambda: "http://no-such-name.invalid/x", "dns")]
)
def test_an_endpoint_that_can_not_be_reached(url: Callable[[], str], reason: str) -> None:
    http = Measured()
    failure = http.fails("PUT", url(), b"never sent")
    assert (failure.call.reason, failure.undone, failure.call.sent) == (reason, True, 0)


def test_an_answer_that_trickles_ends_at_the_deadline() -> None:
    http = Measured(read_timeout=30.0)
    with FaultyServer(trickles) as server, pytest.raises(DeadlinePassed), deadline(0.3, "the test"):
        http.request("GET", server.url)
    assert (http.call["outcome"], http.call["reason"]) == ("failed", "timeout")


def test_a_certificate_is_verified_and_told(tmp_path: Path) -> None:
    pem = certificate(tmp_path)
    with FaultyServer(NO_HTTP, pem) as server:
        failure = Measured().fails("GET", server.url)
        assert (failure.call.reason, failure.undone) == ("tls", True)
        trusting = Measured(ca_bundle=pem)
        server.behaviour = answers_http(200, b"fine")
        answer = trusting.request("GET", server.url)
    assert answer.certificate
    assert ssl.cert_time_to_seconds(answer.certificate["notAfter"]) > 0
    assert ("IP Address", "127.0.0.1") in answer.certificate["subjectAltName"]


def test_a_proxy_is_used_where_one_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with answering(200, b"by way of the proxy") as (url, asked):
        monkeypatch.setenv("HTTP_PROXY", url)
        monkeypatch.setenv("HTTPS_PROXY", url)
        assert Measured().request("GET", "http://far.invalid/a?b").body == b"by way of the proxy"
        assert Measured().fails("GET", "https://far.invalid/a").call.reason in ("connect", "tls", "timeout")
        monkeypatch.setenv("NO_PROXY", "far.invalid")
        assert Measured().fails("GET", "http://far.invalid/a").call.reason == "dns"
    assert asked == [("GET", "http://far.invalid/a?b", b""), ("CONNECT", "far.invalid:443", b"")]


def test_a_proxy_is_told_who_comes_and_nobody_else_is(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Proxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", f"{proxy.login}@{proxy.place}")
        http = Measured()
        assert http.request("GET", "http://far.invalid").body == b"by way of the proxy"
        monkeypatch.setenv("HTTP_PROXY", proxy.place)
        refused = Measured().fails("GET", "http://far.invalid/")
    assert proxy.asked == ["GET http://far.invalid/"] * 2
    assert refused.call.status == 407


@pytest.mark.parametrize("url", ["ftp://host/x", "http://host/a b", "http://host/\r\nX: y", "/path"])
def test_what_is_no_url_is_not_sent(url: str) -> None:
    http = Measured()
    with pytest.raises(ValueError, match="no URL that can be sent"):
        http.request("GET", url)
    assert http.journal.rows("SELECT * FROM calls") == []


def test_secrets_of_a_proxy_are_hidden_even_where_a_server_shows_them(monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", f"http://{proxy.login}@{proxy.place}")
        http = Measured()
    shown = REFUSAL.replace(b"Not", f"{PROOF} {PASSWORD} {proxy.login}".encode())
    with answering(403, shown) as (url, _):
        failure = http.fails("GET", url)
    for text in (str(failure), *map(str, http.call)):
        assert PROOF not in text
        assert "ssword" not in text


def test_secrets_are_hidden() -> None:
    http = Measured()
    with answering(403, REFUSAL.replace(b"Not", b"planted-7f3a")) as (url, _):
        failure = http.fails("GET", f"{url}/planted-7f3a?X-Amz-Signature={'a' * 64}")
    for text in (str(failure), *map(str, http.call)):
        assert "planted-7f3a" not in text
        assert "a" * 64 not in text
