"""What a setting's text may look like: each function returns the value, or raises ValueError with what is expected."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from journeys import units
from journeys.addresses import in_order
from journeys.capabilities import CAPABILITIES
from journeys.spelling import suggestion


def text(value: str) -> str:
    """Anything."""
    return value


def label(value: str) -> str:
    """The value of a metric's label: short, and without what needs escaping."""
    if not re.fullmatch(r"[\w.:/@ -]{1,100}", value) or not value.strip():
        raise ValueError("a name of at most 100 letters, digits, spaces or . : / @ _ -")
    return value


def url(value: str) -> str:
    """An HTTP or HTTPS URL, without a slash at its end."""
    return address(value).rstrip("/")


def address(value: str) -> str:
    """An HTTP or HTTPS URL, as it is written."""
    try:
        parts = urlsplit(value)
        whole = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0 and not re.search(r"\s", value)
    except ValueError:
        whole = False
    if not whole:
        raise ValueError("a URL such as https://s3.example.com:9000")
    if parts.username or parts.password:
        raise ValueError("a URL without credentials in it (they have settings of their own)")
    return value


def site(value: str) -> str:
    """The address of a web site, as it is written but for its scheme and host, which are as they are looked up."""
    written = address(value)
    try:
        return in_order(written)
    except ValueError:
        raise ValueError("a URL with a host as it is looked up, such as https://xn--strae-oqa.example/") from None


def sites(value: str) -> tuple[str, ...]:
    """Addresses of web sites with commas between them, each once."""
    return tuple(dict.fromkeys(site(each.strip()) for each in value.split(",") if each.strip()))


def file(value: str) -> Path:
    """The path of a file that exists."""
    path = Path(value).expanduser()
    if not path.is_file():
        raise ValueError("the path of a file that exists")
    return path


def path(value: str) -> Path:
    """Any path; ``~`` is the user's home."""
    return Path(value).expanduser()


def textfile(value: str) -> Path:
    """A file that node_exporter's textfile collector reads, or its directory."""
    path = Path(value).expanduser()
    if not path.is_dir() and path.suffix != ".prom":
        raise ValueError("a directory that exists, or a file whose name ends in .prom (no other is read)")
    return path


def capabilities(value: str) -> frozenset[str]:
    """Names of capabilities with commas between them."""
    names = frozenset(name.strip() for name in value.split(",") if name.strip())
    if unknown := sorted(names - set(CAPABILITIES)):
        told = ", ".join(f"{name!r}{suggestion(name, CAPABILITIES)}" for name in unknown)
        raise ValueError(f"names of capabilities with commas between them; there is no {told}")
    return names


def count_or_none(value: str) -> int:
    """A whole number, 0 included."""
    if not re.fullmatch(r"\d+", value.strip()):
        raise ValueError("a whole number, or 0 for none")
    return int(value)


def bounds(value: str) -> tuple[float, ...]:
    """The bounds of a histogram's buckets, in seconds."""
    try:
        rising = tuple(float(bound) for bound in re.split(r"[,\s]+", value.strip()))
    except ValueError:
        rising = ()
    if not rising or list(rising) != sorted(set(rising)) or not 0 < rising[0] <= rising[-1] < float("inf"):
        raise ValueError("rising positive numbers of seconds, such as 0.1,0.5,1,5")
    return rising


def host_and_port(default: int) -> Callable[[str], tuple[str, int]]:
    """A name or an address, perhaps with a port behind a colon."""

    def checked(value: str) -> tuple[str, int]:
        match = re.fullmatch(r"(?:\[([0-9a-fA-F:]+)\]|([\w.-]+))(?::(\d{1,5}))?", value.strip())
        if not match or not 0 < int(match[3] or default) < 65536:
            raise ValueError(f"a host, with a port if that is not {default}, such as gate.example.com:{default}")
        return match[1] or match[2], int(match[3] or default)

    return checked


def namespace(value: str) -> str:
    """The name of a Kubernetes namespace."""
    if not re.fullmatch(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?", value):
        raise ValueError("the name of a namespace: at most 63 small letters, digits and hyphens")
    return value


def user_or_assigned(value: str) -> int | None:
    """The number of a user who is not root; None where the cluster assigns one."""
    if value.strip() == "assigned":
        return None
    if not re.fullmatch(r"\d{1,10}", value.strip()) or not 0 < int(value) < 2**31:
        raise ValueError("a user's number above zero (root is none), or the word assigned")
    return int(value)


def port(value: str) -> int:
    """A TCP port."""
    if not re.fullmatch(r"\d{1,5}", value.strip()) or not 0 < int(value) < 65536:
        raise ValueError("a port from 1 to 65535")
    return int(value)


def positive(parse: Callable[[str], Any], expected: str) -> Callable[[str], Any]:
    """What `parse` makes of a text, if it is above zero; `expected` says so."""

    def checked(value: str) -> Any:
        try:
            parsed = parse(value)
        except ValueError:
            parsed = 0
        if not parsed > 0:
            raise ValueError(expected)
        return parsed

    return checked


def one_of(*choices: str) -> Callable[[str], str]:
    """One of `choices`, in whatever case."""

    def checked(value: str) -> str:
        if value.lower() not in choices:
            raise ValueError("one of " + ", ".join(choices))
        return value.lower()

    return checked


duration = positive(units.duration, "a duration above zero, such as 30s, 500ms or 5m")
size = positive(units.size, "a size above zero, such as 512, 64KiB or 1MiB")
count = positive(int, "a whole number above zero")
