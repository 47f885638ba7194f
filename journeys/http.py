"""The measured HTTP client: for links, forms, preflights and plain HTTPS, which never pass an SDK's seam.

A call is one request on a connection of its own, as of a stranger who comes for the first time: never repeated,
never led elsewhere by a redirect, sent as it is written. Its time runs from the look-up of the name to the last
byte of the answer.
"""

import http.client
import re
import socket
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.message import Message
from functools import cached_property, partial
from html import unescape
from typing import Any
from urllib.parse import SplitResult, urlsplit

from journeys.clock import DeadlinePassed
from journeys.endpoint import Endpoint
from journeys.failures import CallFailed
from journeys.journal import Call
from journeys.measurement import Measurement, Wire
from journeys.proxy import Proxy
from journeys.reasons import of_answer
from journeys.recorder import Recorder
from journeys.settings import Settings

# The operations that our journeys measure: published from zero, before the first of them was made.
OPERATIONS = ("http.Get", "http.Put", "http.Post", "http.Options", "http.Delete")

ERRORS = 400  # the lowest HTTP status that is one

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
        most: int | None = None,
    ) -> Answer:
        """The answer to one request; raises HttpFailed for a status from 400 on, and where no whole answer came.

        `identity` tells in the journal who asks: it signs nothing. A redirect is an answer like any other.
        `address`: the one of the name's addresses to ask, without a proxy; the certificate still has to be the name's.
        `most`: how many bytes a body may have; a longer one is not read to its end, and no valid answer.
        """
        if not re.fullmatch(r"https?://[\x21-\x7e]+", url):
            raise ValueError(f"no URL that can be sent: {self._recorder.redact(url)!r}")
        place = Endpoint.of(url)
        proxy = None if address else place.proxy
        call = _Call(method, urlsplit(url), body, identity, self._recorder)
        connection = self._connection(place, proxy)
        headers, target = headers or {}, call.url._replace(path=call.url.path or "/", fragment="")
        if proxy and not place.secure:  # then it is the proxy that is asked, for the whole address
            headers = {**headers, **proxy.headers}
        else:
            target = target._replace(scheme="", netloc="")
        if address:
            connection._create_connection = partial(_connect_to, address)
        try:
            call.connect(connection)
            connection.sock.settimeout(self._settings.read_timeout)
            certificate = connection.sock.getpeercert() if isinstance(connection.sock, ssl.SSLSocket) else None
            answer = call.ask(connection, target.geturl(), headers, most)
        except BaseException as error:  # written down and raised again, translated
            raise call.failed(error) from error
        finally:
            connection.close()
        return call.answered(answer, certificate)

    def _connection(self, place: Endpoint, proxy: Proxy | None) -> http.client.HTTPConnection:
        """A connection to the place that is not open yet, by way of a proxy where there is one."""
        via = proxy or place
        timeout = self._settings.connect_timeout
        if not place.secure:
            return http.client.HTTPConnection(via.host, via.port, timeout=timeout)
        secure = http.client.HTTPSConnection(via.host, via.port, timeout=timeout, context=self._trust)
        if proxy:
            proxy.lead(secure, place.host, place.port)
        return secure

    @cached_property
    def _trust(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self._settings.ca_bundle)


def _connect_to(address: str, named: tuple[str, int], *rest: Any) -> socket.socket:
    return socket.create_connection((address, named[1]), *rest)


class _Call(Measurement):
    """A request under way."""

    def __init__(self, method: str, url: SplitResult, body: bytes, identity: str, recorder: Recorder):
        super().__init__(
            recorder,
            Wire(attempts=1),
            api="http",
            operation=f"http.{method.capitalize()}",
            subject=recorder.redact(f"{url.netloc}{url.path}"),  # a query may hold what proves rights
            identity=identity,
        )
        self.url = url
        self._method, self._body = method, body
        self._response: http.client.HTTPResponse | None = None

    def connect(self, connection: http.client.HTTPConnection) -> None:
        connection.connect()
        self.wire.undone = False

    def ask(
        self, connection: http.client.HTTPConnection, target: str, headers: Mapping[str, str], most: int | None
    ) -> bytes:
        """The whole body of the answer, which may have `most` bytes."""
        with suppress(BrokenPipeError):  # a server may refuse before it has read everything: its answer tells why
            connection.request(self._method, target, self._body or None, {"Host": self.url.netloc, **headers})
        self._response = connection.getresponse()
        self.wire.sent = len(self._body)
        try:
            body = self._response.read() if most is None else self._response.read(most + 1)
            if most is not None and self._response.length and len(body) <= most:
                raise http.client.IncompleteRead(body, self._response.length)  # which only a whole read tells
        except http.client.IncompleteRead as error:
            self.wire.received = len(error.partial)
            raise
        self.wire.received = len(body)
        if most is not None and len(body) > most:
            raise http.client.HTTPException(f"it has more than {most} bytes, and was read no further")
        return body

    def answered(self, body: bytes, certificate: dict[str, Any] | None) -> Answer:
        """Writes the answer down; raises HttpFailed where it is an error."""
        assert self._response
        status, headers = self._response.status, self._response.headers
        if status < ERRORS:
            call, _ = self.ended("ok", status=status, request_id=self._request_id())
            return Answer(status, headers, body, certificate, call.duration)
        self.wire.undone = status < 500
        code = _told(body, "Code")
        call, number = self.ended(
            "failed",
            reason=of_answer(code, status),
            code=code,
            status=status,
            request_id=self._request_id() or _told(body, "RequestId"),
            message=self.redact(_told(body, "Message")),
        )
        failure = HttpFailed().tell(call, number, self.wire.undone)
        failure.answer = Answer(status, headers, body, certificate, call.duration)
        raise failure

    def failed(self, error: BaseException) -> BaseException:
        if isinstance(error, Exception) and not isinstance(error, (OSError, http.client.HTTPException)):
            self.ended("aborted")  # a mistake of ours
            return error
        return super().failed(error)

    def translated(self, error: Exception, call: Call, number: int) -> Exception:
        return HttpFailed().tell(call, number, self.wire.undone)

    def evidence(self, error: BaseException) -> dict[str, Any]:
        return {
            "reason": next(reason for classes, reason in _REASON_OF_ERROR if isinstance(error, classes)),
            "status": self._response.status if self._response else None,
            "request_id": self._request_id(),
            "message": self.redact(str(error) or type(error).__name__),
        }

    def _request_id(self) -> str | None:
        return self._response.headers.get("x-amz-request-id") if self._response else None


def _told(body: bytes, element: str) -> str | None:
    """What an error says of itself, where it is told in XML as by S3 and EC2; None elsewhere."""
    found = re.search(rf"<{element}>([^<]+)</{element}>", body[:65536].decode(errors="replace"))
    return unescape(found[1]) if found and b"<Error>" in body[:65536] else None
