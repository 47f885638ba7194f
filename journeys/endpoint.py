"""The endpoint from below the SDK: its addresses, how long a connection takes, its certificate, its clock."""

import email.utils
import http.client
import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from journeys import proxy
from journeys.certificates import Validity
from journeys.proxy import Proxy


class EndpointError(AssertionError):
    """The endpoint can't be reached, or not be trusted; `reason` is one of `failures.REASONS`."""

    def __init__(self, reason: str, sentence: str):
        self.reason = reason
        super().__init__(sentence)


@dataclass(frozen=True)
class Endpoint:
    """Where a service is reached, and how."""

    host: str
    port: int
    secure: bool

    @classmethod
    def of(cls, url: str) -> "Endpoint":
        """That of a URL; raises ValueError where its port is none."""
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        return cls(str(parts.hostname), parts.port or (443 if secure else 80), secure)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def proxy(self) -> Proxy | None:
        """The proxy by way of which it is reached, where one is set; raises SuiteError where that is none."""
        return proxy.before("https" if self.secure else "http", str(self))


@dataclass(frozen=True)
class Connection:
    """What a new connection to an endpoint told: seconds by phase, the addresses, how long its certificate is valid.

    With a proxy, it is the proxy's name that was looked up, and the proxy's addresses.
    """

    phases: dict[str, float]
    addresses: list[str]
    certificate: Validity | None  # None without TLS
    proxy: Proxy | None


def connect(endpoint: Endpoint, timeout: float, ca_bundle: Path | None = None) -> Connection:
    """Opens a connection as any client would, and closes it again; raises EndpointError, SuiteError for a wrong proxy.

    By way of a proxy that is as far as the endpoint with TLS, and without TLS as far as the proxy: what for, that is
    only told when something is sent.
    """
    via = endpoint.proxy
    hop = Endpoint(via.host, via.port, secure=False) if via else endpoint
    phases = {}
    try:
        began = time.perf_counter()
        found = addresses(hop)
        phases["resolve"] = time.perf_counter() - began
        began = time.perf_counter()
        connection = _reach(hop, found, timeout)
    except EndpointError as error:
        if not via:
            raise
        raise EndpointError(error.reason, f"The proxy of {via.setting} can't be used. {error}") from error
    if via and endpoint.secure:
        _lead(connection, via, endpoint)
    phases["connect"] = time.perf_counter() - began
    with connection:
        if not endpoint.secure:
            return Connection(phases, found, None, via)
        context = trusting(ca_bundle)
        began = time.perf_counter()
        with _secured(connection, endpoint, context) as secured:
            phases["tls"] = time.perf_counter() - began
            return Connection(phases, found, Validity.of(secured.getpeercert()), via)


def addresses(endpoint: Endpoint) -> list[str]:
    """Every address behind the endpoint's name that this machine has a protocol for; raises EndpointError."""
    try:
        entries = socket.getaddrinfo(
            endpoint.host, endpoint.port, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG | socket.AI_NUMERICSERV
        )
    except socket.gaierror as error:
        raise EndpointError(
            "dns", f"{endpoint.host} does not resolve ({error.strerror}): check the endpoint's name."
        ) from error
    return list(dict.fromkeys(entry[4][0] for entry in entries))  # in the resolver's order


def trusting(ca_bundle: Path | None) -> ssl.SSLContext:
    """What verifies certificates: with the system's authorities, or with `ca_bundle` in their place."""
    return ssl.create_default_context(cafile=ca_bundle)


def _reach(endpoint: Endpoint, found: list[str], timeout: float) -> socket.socket:
    refused: OSError | None = None
    for address in found:
        try:
            return socket.create_connection((address, endpoint.port), timeout)
        except OSError as error:
            refused = error
    raise EndpointError(
        "timeout" if isinstance(refused, TimeoutError) else "connect",
        f"There is no connection to {endpoint} at {', '.join(found)} ({refused}): check that it is up.",
    ) from refused


def _lead(connection: socket.socket, via: Proxy, endpoint: Endpoint) -> None:
    try:
        via.led(connection, endpoint.host, endpoint.port)
    except (OSError, http.client.HTTPException) as refused:
        connection.close()
        raise EndpointError(
            "timeout" if isinstance(refused, TimeoutError) else "connect",
            f"The proxy {via} does not lead to {endpoint} ({refused}): check both, {via.setting} and NO_PROXY.",
        ) from refused


def _secured(connection: socket.socket, endpoint: Endpoint, context: ssl.SSLContext) -> ssl.SSLSocket:
    try:
        return context.wrap_socket(connection, server_hostname=endpoint.host)
    except OSError as error:
        connection.close()
        raise EndpointError(
            "tls",
            f"The certificate of {endpoint} is refused ({error}): check it, its name, and AWS_CA_BUNDLE for an own CA.",
        ) from error


def skew(date: str, asked: float, answered: float) -> tuple[float, float]:
    """How far the clock that wrote the header `date` is ahead of ours: the least and the most that it can be.

    A request was sent at `asked` and its answer came at `answered`, in Unix time of our clock; the header knows
    whole seconds only. Raises ValueError for what is no date.
    """
    told = email.utils.parsedate_to_datetime(date).timestamp()
    return told - answered, told + 1 - asked
