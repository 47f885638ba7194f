"""Sizes and ETags, which a store tells in many places."""

from collections import defaultdict

from journeys.journey import Journey
from journeys.s3 import answers, listings
from journeys.s3.bucket import Bucket, etag_of


def assert_everywhere(journey: Journey, bucket: Bucket, key: str) -> None:
    """The object has one size, the one it was stored with, and one ETag, wherever these are told."""
    stored = bucket[key]
    sizes: dict[str, int | None] = {}
    etags = {"storing it": stored.etag} if stored.etag else {}
    for where, answer, size in _told(journey, bucket, key):
        sizes[where], etags[where] = answer.get(size), etag_of(answer)
    for what, told, right in (("size", sizes, stored.content.size), ("ETag", etags, next(iter(etags.values())))):
        assert right is not None and set(told.values()) == {right}, (
            f"Expected {bucket.name}/{key} to have one {what} everywhere, but it has {_grouped(told)}"
            f"{f' instead of {right}' if what == 'size' else ''}."
        )


def assert_etags_differ(bucket: Bucket) -> None:
    """No two objects of different content were stored with the same ETag."""
    keys: dict[str | None, str] = {}
    for key, stored in bucket.all().items():
        other = keys.setdefault(stored.etag, key)
        assert other == key or bucket[other].content == stored.content, (
            f"Expected {other!r} and {key!r} of {bucket.name} to have ETags of their own, as their contents differ, "
            f"but both have {stored.etag}."
        )


def _told(journey: Journey, bucket: Bucket, key: str):
    """Where size and ETag are told: a name of the place, what it tells, and what it calls the size."""
    yield "a look", answers.look(journey, bucket, key), "ContentLength"
    yield "reading", answers.read(journey, bucket, key), "ContentLength"
    if bucket[key].content.size:
        part = answers.read(journey, bucket, key, Range="bytes=0-0")
        total = (part.get("ContentRange") or "").rpartition("/")[2]
        yield "reading a part", part | {"total": int(total) if total.isdigit() else None}, "total"
    for where, pages in (
        ("the listing", listings.pages(journey, bucket, Prefix=key)),
        ("the listing for older programs", listings.pages_for_older_programs(journey, bucket, Prefix=key)),
    ):
        found = [entry for page in pages for entry in page.get("Contents", ()) if entry.get("Key") == key]
        yield where, (found or [{}])[0], "Size"


def _grouped(told: dict[str, object]) -> str:
    """``5 (a look, reading), 6 (the listing)``."""
    places = defaultdict(list)
    for place, value in told.items():
        places["none" if value is None else value].append(place)
    return ", ".join(f"{value} ({', '.join(where)})" for value, where in places.items())
