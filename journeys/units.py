"""Durations and sizes as people write them, in settings and in feature files."""

import re

_LONG = {"millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600, "day": 86400}
SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, **_LONG, **{f"{name}s": _LONG[name] for name in _LONG}}
BYTES = {"B": 1, "byte": 1, "bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "KB": 10**3, "MB": 10**6, "GB": 10**9}

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)")


def duration(text: str) -> float:
    """Seconds in ``30``, ``30s``, ``500 ms``, ``5 minutes``; ValueError for anything else."""
    return _quantity(text, SECONDS, "s", "a duration such as 30s, 500ms or 5m")


def size(text: str) -> int:
    """Bytes in ``512``, ``64 KiB``, ``1 MB``; ValueError for anything else, fractions of a byte included."""
    found = _quantity(text, BYTES, "B", "a size such as 512, 64KiB or 1MiB")
    if found != int(found):
        raise ValueError("a whole number of bytes")
    return int(found)


def _quantity(text: str, units: dict[str, float], default: str, expected: str) -> float:
    match = _QUANTITY.fullmatch(text.strip())
    unit = match and (match[2] or default)
    if unit not in units:
        raise ValueError(expected)
    return float(match[1]) * units[unit]


def seconds(value: float) -> str:
    """A duration for people: ``12 ms``, ``1.53 s``, ``4 min 10 s``."""
    if value * 1000 < 999.5:
        return f"{value * 1000:.3g} ms"
    if value < 120:
        return f"{value:.3g} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


def bytes_per_second(value: float) -> str:
    """A speed for people: ``12.3 MiB per second``."""
    for unit in ("GiB", "MiB", "KiB"):
        if value >= BYTES[unit]:
            return f"{value / BYTES[unit]:.3g} {unit} per second"
    return f"{value:.3g} B per second"
