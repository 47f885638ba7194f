"""Addresses of the web: how they are written to be sent, and which of them are the same."""

import re
from urllib.parse import SplitResult, quote, unquote, urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}

# Python knows the IDNA of 2003, which takes these for other letters, and so for other hosts, than browsers do.
# https://www.unicode.org/reports/tr46/#Deviations
OF_OTHER_HOSTS = re.compile("[ßς\u200c\u200d]")


def in_order(url: str) -> str:
    """The URL with its scheme and host as they are looked up: in small letters, and of ASCII alone.

    Raises ValueError for what is no address of a web site: another scheme, no host, or what is no port.
    """
    parts = urlsplit(url)
    host = unquote(parts.hostname or "")
    if parts.scheme not in DEFAULT_PORTS or not host or parts.port == 0 or OF_OTHER_HOSTS.search(host):
        raise ValueError("no address of a web site")
    if not host.isascii():
        host = host.encode("idna").decode()
    user, at, _ = parts.netloc.rpartition("@")
    return parts._replace(netloc=f"{user}{at}{_place(host, parts.port)}").geturl()


def sendable(url: str) -> str:
    """`in_order`, and with all that may not stand in a URL written as it has to be, such as blanks and umlauts."""
    return escaped(in_order(url))


def escaped(text: str | bytes) -> str:
    """An address or a part of it, with all that may not stand there written as bytes: blanks as ``%20``."""
    return quote(text, safe="%/:=&?~#+!$,;'@()*[]")


def comparable(url: str, *, query: bool = True) -> str:
    """What is the same for two addresses of one page, however they are written; without `query`, whatever that is."""
    parts = _without_default_port(urlsplit(in_order(url)))
    return parts._replace(path=parts.path or "/", query=parts.query if query else "", fragment="").geturl()


def by(scheme: str, url: str) -> str:
    """The address with another scheme, and where it names the port that its own has anyway, without that."""
    return _without_default_port(urlsplit(url))._replace(scheme=scheme).geturl()


def _without_default_port(parts: SplitResult) -> SplitResult:
    if parts.port != DEFAULT_PORTS[parts.scheme]:
        return parts
    return parts._replace(netloc=parts.netloc.rpartition(":")[0])


def _place(host: str, port: int | None) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port is None else f"{name}:{port}"
