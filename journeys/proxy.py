"""The proxy between us and a place: HTTPS_PROXY or HTTP_PROXY names it, unless NO_PROXY names the place."""

import http.client
import re
import socket
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urlsplit

from journeys.failures import SuiteError
from journeys.redaction import basic

EXPECTED = "a proxy such as http://proxy.example.com:3128"


@dataclass(frozen=True)
class Proxy:
    """Where it is reached, and by which headers it is told who comes."""

    host: str
    port: int
    setting: str  # what named it
    headers: dict[str, str] = field(default_factory=dict, repr=False)

    def __str__(self) -> str:
        return f"{self.host}:{self.port}"

    def lead(self, connection: http.client.HTTPConnection, host: str, port: int) -> None:
        """Lets a connection to the proxy, which is not open yet, go on to the place (CONNECT)."""
        connection.set_tunnel(host, port, self.headers)

    def led(self, connection: socket.socket, host: str, port: int) -> None:
        """Lets an open connection to the proxy go on to the place; raises OSError or HTTPException where it doesn't."""
        client = http.client.HTTPConnection(self.host, self.port)
        client._create_connection = lambda *_: connection
        self.lead(client, host, port)
        client.connect()


def before(scheme: str, place: str) -> Proxy | None:
    """The proxy for requests of the scheme to ``host:port``; raises SuiteError where what is set names none."""
    value, name = urllib.request.getproxies().get(scheme), f"{scheme.upper()}_PROXY"
    if not value or urllib.request.proxy_bypass(place):
        return None
    parts = _read(value)
    if not parts or parts.scheme != "http":
        raise SuiteError(f"{name} must be {EXPECTED}, to which we speak HTTP.")
    headers = {}
    if parts.username is not None:
        proof = basic(unquote(parts.username), unquote(parts.password or ""))
        headers["Proxy-Authorization"] = f"Basic {proof}"
    return Proxy(str(parts.hostname), parts.port or http.client.HTTP_PORT, name, headers)


def problems(environ: Mapping[str, str]) -> list[str]:
    """What is wrong with what names proxies, whatever uses them; without the values, which may hold passwords."""
    names = ("http_proxy", "https_proxy")
    wrong = {name for name, value in environ.items() if name.lower() in names and value and not _read(value)}
    return [f"{name} must be {EXPECTED}." for name in sorted(wrong)]


def _read(value: str) -> SplitResult | None:
    """The parts of a proxy's address, in which http:// may be left out; None where it is none."""
    try:
        parts = urlsplit(value if "://" in value else f"http://{value}")
        right = parts.hostname and parts.port != 0 and re.fullmatch(r"[\x21-\x7e]+", value)
    except ValueError:
        return None
    return parts if right else None


def secrets() -> list[str]:
    """What proves to proxies who we are, as it is set and as it is sent; also of one that can't be used."""
    found = []
    for value in urllib.request.getproxies().values():
        user, _, password = value.rpartition("@")[0].rpartition("://")[2].partition(":")
        if password:
            found += [password, unquote(password), basic(unquote(user), unquote(password))]
    return found
