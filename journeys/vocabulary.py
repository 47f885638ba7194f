"""The typed placeholders of step texts: what a quoted name, a size, a number or a duration may look like."""

import re
from typing import Any

from parse import with_pattern

from journeys import units
from journeys.cloud.nouns import Flavor, Image, VolumeType, Zone

OPERATIONS = {
    "reads": "s3.GetObject",
    "writes": "s3.PutObject",
    "listings": "s3.ListObjectsV2",
    "deletions": "s3.DeleteObject",
    "visits": "http.Get",
}

# Who may come to a store besides the user, and how `journeys.aws.clients` calls them.
VISITORS = {
    "stranger": "anonymous",
    "second user": "second",
    "user with a wrong secret": "wrong-secret",
    "user with an unknown key": "unknown-key",
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
    """``reads``, ``writes``, ``listings``, ``deletions`` or, of web pages, ``visits``; the operation that is meant."""
    return OPERATIONS[text]


THINGS = ("network", "subnet", "router", "port", "security group", "key pair", "server", "volume", "snapshot")
THINGS += ("public address", "load balancer")
OFFERS = {"images": Image, "flavours": Flavor, "volume types": VolumeType, "availability zones": Zone}
SERVERS = {"the server": -1, "the first server": 0, "the second server": 1}
CAUSES = {"lack of rights": "auth", "lack of quota": "quota"}


@with_pattern("|".join(THINGS))
def thing(text: str) -> str:
    """``network``, ``subnet``, ``router``, …: what a scenario makes in a cloud."""
    return text


@with_pattern("|".join(OFFERS))
def offer(text: str) -> type:
    """``images``, ``flavours``, ``volume types`` or ``availability zones``; what is offered to choose from."""
    return OFFERS[text]


@with_pattern("|".join(SERVERS))
def which(text: str) -> int:
    """``the server``, ``the first server`` or ``the second server``; its place among the scenario's."""
    return SERVERS[text]


@with_pattern("|".join(CAUSES))
def cause(text: str) -> str:
    """``lack of rights`` or ``lack of quota``; the reason that the failure has in metrics."""
    return CAUSES[text]


@with_pattern("|".join(VISITORS))
def visitor(text: str) -> str:
    """``stranger``, ``second user``, ``user with a wrong secret`` or ``user with an unknown key``; the identity."""
    return VISITORS[text]


@with_pattern("read|write|delete")
def deed(text: str) -> str:
    """``read``, ``write`` or ``delete``."""
    return text


@with_pattern("signature|expiry|date|access key|version|parameters")
def part(text: str) -> str:
    """``signature``, ``expiry``, ``date``, ``access key``, ``version`` or ``parameters`` of a link."""
    return text


@with_pattern("objects|earlier versions|unfinished uploads")
def going(text: str) -> str:
    """``objects``, ``earlier versions`` or ``unfinished uploads``."""
    return text


@with_pattern("GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS")
def method(text: str) -> str:
    """``GET``, ``HEAD``, ``POST``, ``PUT``, ``PATCH``, ``DELETE`` or ``OPTIONS``."""
    return text


@with_pattern(r'"[^"]+"(?:(?:, | and )"[^"]+")*')
def names(text: str) -> list[str]:
    """``"a.txt"``, ``"a.txt" and "b.txt"``, ``"a.txt", "b.txt" and "c.txt"``."""
    return re.findall(r'"([^"]+)"', text)


@with_pattern(r"\d+(?:(?:, | and )\d+)*")
def numbers(text: str) -> list[int]:
    """``3``, ``3 and 1``, ``3, 1 and 2``: in this order."""
    return [int(number) for number in re.findall(r"\d+", text)]


@with_pattern(r"MD5|CRC32C|CRC32|CRC64NVME|SHA-1|SHA-256")
def checksum(text: str) -> str:
    """``MD5``, ``CRC32``, ``CRC32C``, ``CRC64NVME``, ``SHA-1`` or ``SHA-256``."""
    return text


TYPES: dict[str, Any] = {
    "Name": name,
    "Names": names,
    "Numbers": numbers,
    "Checksum": checksum,
    "Size": size,
    "Count": count,
    "Duration": duration,
    "Operation": operation,
    "Thing": thing,
    "Offer": offer,
    "Which": which,
    "Cause": cause,
    "Visitor": visitor,
    "Deed": deed,
    "Part": part,
    "Going": going,
    "Method": method,
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
