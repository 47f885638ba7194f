"""The measured HTTP client: for links, forms, preflights and plain HTTPS, which never pass an SDK's seam.

A call is one request on a connection of its own, as of a stranger who comes for the first time: never repeated,
never led elsewhere by a redirect, sent as it is written. Its time runs from the look-up of the name to the last
byte of the answer.
"""

import http.client
import re
import socket
import ssl
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from functools import cached_property, partial
from html import unescape
from typing import Any
from urllib.parse import SplitResult, urlsplit

from journeys.clock import DeadlinePassed
from journeys.failures import CallFailed, sentence
from journeys.journal import Call
from journeys.reasons import of_answer
from journeys.recorder import Recorder
from journeys.settings import Settings

# The operations that our journeys measure: published from zero, before the first of them was made.
OPERATIONS = ("http.Get", "http.Put", "http.Post", "http.Options", "http.Delete")

# The first that fits decides.
_REASON_OF_ERROR = (
    (socket.gaierror, "dns"),
    ((TimeoutError, DeadlinePassed), "timeout"),
    (ssl.SSLError, "tls"),
    ((http.client.RemoteDisconnected, http.client.IncompleteRead, OSError), "connect"),
    (http.client.HTTPException, "server_error"),  # the answer is no HTTP
)


@dataclass(frozen=True)
class Answer:
    """What a server said. `headers` ignore the case of names; `certificate` is as `ssl` tells it, None without TLS.

    `duration`: seconds until the last byte, connecting included.
    """

    status: int
    headers: Message
    body: bytes
    certificate: dict[str, Any] | None
    duration: float


class HttpFailed(CallFailed):
    """A request was answered with an error, or not at all; `answer` is the error's, if there was one."""

    answer: Answer | None = None


class Http:
    """Sends requests and writes each down as a call, such as http.Get."""

    def __init__(self, settings: Settings, recorder: Recorder):
        self._settings = settings
        self._recorder = recorder

    def request(
        self,
        method: str,
        url: str,
        body: bytes = b"",
        headers: Mapping[str, str] | None = None,
        identity: str = "anonymous",
        address: str | None = None,
    ) -> Answer:
        """The answer to one request; raises HttpFailed for a status from 400 on, and where no whole answer came.

        `identity` tells in the journal who asks: it signs nothing. A redirect is an answer like any other.
        `address`: the one of the name's addresses to ask, without a proxy; the certificate still has to be the name's.
        """
        if not re.fullmatch(r"https?://[\x21-\x7e]+", url):
            raise ValueError(f"no URL that can be sent: {self._recorder.redact(url)!r}")
        call = _Call(method, urlsplit(url), body, identity, self._recorder)
        connection, target = self._connection(call.url, direct=bool(address))
        if address:
            connection._create_connection = partial(_connect_to, address)
        try:
            call.connect(connection)
            connection.sock.settimeout(self._settings.read_timeout)
            certificate = connection.sock.getpeercert() if isinstance(connection.sock, ssl.SSLSocket) else None
            answer = call.ask(connection, target, headers or {})
        except BaseException as error:  # written down and raised again, translated
            raise call.failed(error) from error
        finally:
            connection.close()
        return call.ended(answer, certificate)

    def _connection(self, url: SplitResult, *, direct: bool) -> tuple[http.client.HTTPConnection, str]:
        """A connection that is not open yet, by way of a proxy where one is set; and what to ask it for."""
        target = url._replace(scheme="", netloc="", path=url.path or "/", fragment="").geturl()
        proxy = (
            None if direct or urllib.request.proxy_bypass(url.netloc) else urllib.request.getproxies().get(url.scheme)
        )
        via = urlsplit(proxy) if proxy else url
        timeout = self._settings.connect_timeout
        if url.scheme == "http":
            plain = http.client.HTTPConnection(via.hostname, via.port, timeout=timeout)
            return plain, url._replace(fragment="").geturl() if proxy else target
        secure = http.client.HTTPSConnection(via.hostname, via.port, timeout=timeout, context=self._trust)
        if proxy:
            secure.set_tunnel(url.hostname, url.port or http.client.HTTPS_PORT)
        return secure, target

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._settings.ca_bundle)


def _connect_to(address: str, named: tuple[str, int], *rest: Any) -> socket.socket:
    return socket.create_connection((address, named[1]), *rest)


class _Call:
    """A request under way: the position it was made at, and its clock."""

    def __init__(self, method: str, url: SplitResult, body: bytes, identity: str, recorder: Recorder):
        self.url = url
        self._method, self._body, self._identity, self._recorder = method, body, identity, recorder
        self._position = (recorder.scenario, recorder.step)
        self._purpose = recorder.purpose
        self._sent = self._received = 0
        self._undone = True  # so far, it can have had no effect
        self._response: http.client.HTTPResponse | None = None
        self._started, self._clock = time.time(), time.perf_counter()

    def connect(self, connection: http.client.HTTPConnection) -> None:
        connection.connect()
        self._undone = False

    def ask(self, connection: http.client.HTTPConnection, target: str, headers: Mapping[str, str]) -> bytes:
        """The whole body of the answer."""
        with suppress(BrokenPipeError):  # a server may refuse before it has read everything: its answer tells why
            connection.request(self._method, target, self._body or None, {"Host": self.url.netloc, **headers})
        self._response = connection.getresponse()
        self._sent = len(self._body)
        try:
            body = self._response.read()
        except http.client.IncompleteRead as error:
            self._received = len(error.partial)
            raise
        self._received = len(body)
        return body

    def ended(self, body: bytes, certificate: dict[str, Any] | None) -> Answer:
        """Writes the answer down; raises HttpFailed where it is an error."""
        assert self._response
        status, headers = self._response.status, self._response.headers
        if status < 400:
            call, _ = self._record("ok", status=status, request_id=self._request_id())
            return Answer(status, headers, body, certificate, call.duration)
        self._undone = status < 500
        code, message = _told(body, "Code"), _told(body, "Message")
        evidence = {"code": code, "status": status, "request_id": self._request_id() or _told(body, "RequestId")}
        failure = self._failure(reason=of_answer(code, status), message=message, **evidence)
        failure.answer = Answer(status, headers, body, certificate, failure.call.duration)
        raise failure

    def failed(self, error: BaseException) -> BaseException:
        """Writes down that no whole answer came; returns what to raise in its place."""
        if not isinstance(error, (OSError, http.client.HTTPException, DeadlinePassed)):
            self._record("aborted")
            return error
        reason = next(reason for classes, reason in _REASON_OF_ERROR if isinstance(error, classes))
        said = str(error) or type(error).__name__
        failure = self._failure(
            reason=reason,
            status=self._response.status if self._response else None,
            request_id=self._request_id(),
            message=said,
        )
        return error if isinstance(error, DeadlinePassed) else failure

    def _failure(self, message: str | None, **evidence: Any) -> HttpFailed:
        message = self._recorder.redact(message) if message else None
        failure = HttpFailed()
        failure.call, failure.id = self._record("failed", message=message, **evidence)
        failure.undone, failure.sentence = self._undone, sentence(failure.call)
        failure.args = (failure.sentence,)
        return failure

    def _record(self, outcome: str, **evidence: Any) -> tuple[Call, int]:
        call = Call(
            api="http",
            operation=f"http.{self._method.capitalize()}",
            subject=self._recorder.redact(f"{self.url.netloc}{self.url.path}"),  # a query may hold what proves rights
            identity=self._identity,
            site="primary",
            purpose=self._purpose,
            started=self._started,
            duration=time.perf_counter() - self._clock,
            attempts=1,
            sent=self._sent,
            received=self._received,
            outcome=outcome,
            **evidence,
        )
        return call, self._recorder.record(call, *self._position)

    def _request_id(self) -> str | None:
        return self._response.headers.get("x-amz-request-id") if self._response else None


def _told(body: bytes, element: str) -> str | None:
    """What an error says of itself, where it is told in XML as by S3 and EC2; None elsewhere."""
    found = re.search(rf"<{element}>([^<]+)</{element}>", body[:65536].decode(errors="replace"))
    return unescape(found[1]) if found and b"<Error>" in body[:65536] else None
