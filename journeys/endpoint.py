"""The endpoint from below the SDK: its addresses, how long a connection takes, its certificate, its clock."""

import email.utils
import socket
import ssl
import time
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


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
        parts = urlsplit(url)
        secure = parts.scheme == "https"
        return cls(str(parts.hostname), parts.port or (443 if secure else 80), secure)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"


@dataclass(frozen=True)
class Connection:
    """What a new connection to an endpoint told: seconds by phase, the addresses, when the certificate expires."""

    phases: dict[str, float]
    addresses: list[str]
    expires: float | None  # in Unix time, None without TLS


def connect(endpoint: Endpoint, timeout: float, ca_bundle: Path | None = None) -> Connection:
    """Opens a connection as any client would, and closes it again; raises EndpointError."""
    began = time.perf_counter()
    found = addresses(endpoint)
    phases = {"resolve": time.perf_counter() - began}
    began = time.perf_counter()
    connection = _reach(endpoint, found, timeout)
    phases["connect"] = time.perf_counter() - began
    with connection:
        if not endpoint.secure:
            return Connection(phases, found, None)
        context = trusting(ca_bundle)
        began = time.perf_counter()
        with _secured(connection, endpoint, context) as secured:
            phases["tls"] = time.perf_counter() - began
            return Connection(phases, found, ssl.cert_time_to_seconds(secured.getpeercert()["notAfter"]))


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
