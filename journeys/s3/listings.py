"""What listings show."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from journeys.journey import Journey
from journeys.s3.bucket import Bucket, etag_of

SHOWN = 5  # objects in a sentence


def pages(client: Any, operation: str, **asked: Any) -> Iterator[dict]:
    """The pages of a listing, one after the other."""
    return iter(client.get_paginator(operation).paginate(**asked))


def entries(pages: Iterable[dict], *members: str) -> list[dict]:
    """What stands in these `members` of the pages."""
    return [entry for page in pages for member in members for entry in page.get(member, ())]


def in_order(keys: Iterable[str]) -> list[str]:
    """The order that S3 promises: by the bytes of UTF-8.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html
    """
    return sorted(keys, key=str.encode)


def assert_lists(journey: Journey, bucket: Bucket, keys: Iterable[str]) -> None:
    """The bucket lists these keys and no others, in order, with the sizes and ETags of what was stored."""
    assert_shows(bucket, keys, entries(pages(journey.s3, "list_objects_v2", Bucket=bucket.name), "Contents"))


def assert_shows(bucket: Bucket, keys: Iterable[str], listed: list[dict]) -> None:
    """The entries of a listing of `bucket` are these keys, in order, with the sizes and ETags of what was stored."""
    sizes = {key: bucket.objects[key].content.size if key in bucket.objects else None for key in keys}
    expected = [(key, sizes[key]) for key in in_order(sizes)]
    found = [(entry["Key"], entry["Size"]) for entry in listed]
    assert found == expected, (
        f"Expected {bucket.name} to list {_told(expected)}, but it lists {_told(found)}: {_wrong(expected, found)}."
    )
    for entry in listed:
        etag = bucket.objects[entry["Key"]].etag
        assert etag in (None, etag_of(entry)), (
            f"Expected {bucket.name} to list {entry['Key']!r} with the ETag {etag} that it was stored with, but it "
            f"lists {etag_of(entry)}."
        )


def _wrong(expected: list[tuple[str, int | None]], found: list[tuple[str, int]]) -> str:
    """What is wrong with a listing, the first of each kind."""
    ours, theirs = dict(expected), dict(found)
    wrong = {
        "is missing": [key for key in ours if key not in theirs],
        "should not be there": [key for key in theirs if key not in ours],
        "is listed twice": [key for key, count in Counter(key for key, _ in found).items() if count > 1],
        "has another size": [key for key in ours if key in theirs and ours[key] != theirs[key]],
    }
    told = [f"{keys[0]!r}{_others(keys)} {what}" for what, keys in wrong.items() if keys]
    return ", ".join(told) or "the order is another"


def _others(keys: list[str]) -> str:
    return f" (and {len(keys) - 1} more)" if len(keys) > 1 else ""


def _told(objects: list[tuple[str, int | None]]) -> str:
    """Keys and sizes for an error's sentence, the first few of many."""
    some = [f"{key!r} ({size} B)" for key, size in objects[:SHOWN]]
    more = [f"{len(objects) - SHOWN} more"] if len(objects) > SHOWN else []
    return ", ".join(some + more) or "nothing"
