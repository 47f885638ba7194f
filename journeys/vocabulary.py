"""The typed placeholders of step texts: what a quoted name, a size, a number or a duration may look like."""

import re
from typing import Any

from parse import with_pattern

from journeys import units

OPERATIONS = {
    "reads": "s3.GetObject",
    "writes": "s3.PutObject",
    "listings": "s3.ListObjectsV2",
    "deletions": "s3.DeleteObject",
}


@with_pattern(r'[^"]+')
def name(text: str) -> str:
    """Anything between quotes."""
    return text


@with_pattern(r"\d+ (?:B|bytes?|[KMG]i?B)")
def size(text: str) -> int:
    """``512 B``, ``64 KiB``, ``1 MB``; bytes."""
    return units.size(text)


@with_pattern(r"\d+")
def count(text: str) -> int:
    """A whole number."""
    return int(text)


@with_pattern(r"\d+(?:\.\d+)? (?:ms|s|m|h|milliseconds?|seconds?|minutes?|hours?)")
def duration(text: str) -> float:
    """``200 ms``, ``30 seconds``, ``5 minutes``; seconds."""
    return units.duration(text)


@with_pattern("|".join(OPERATIONS))
def operation(text: str) -> str:
    """``reads``, ``writes``, ``listings`` or ``deletions``; the operation that is meant."""
    return OPERATIONS[text]


TYPES: dict[str, Any] = {
    "Name": name,
    "Size": size,
    "Count": count,
    "Duration": duration,
    "Operation": operation,
}


def slug(text: str) -> str:
    """A title as a label value: ``A link stops working`` becomes ``a-link-stops-working``.

    A URL stays recognisable, since `journeys.guard` refuses it.
    """
    return "://".join(re.sub(r"[\W_]+", "-", part).strip("-") for part in text.lower().split("://"))


def step_slug(position: int, text: str) -> str:
    """A step as a label value, without its quoted values and numbers, so that it stays one of a few."""
    words = re.sub(r'"[^"]*"|\b\d+(?:[.,]\d+)*\b', "", text)
    return f"{position:02}-{slug(words)}"
