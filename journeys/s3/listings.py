"""What listings show."""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from journeys.journey import Journey
from journeys.s3.bucket import Bucket, etag_of

SHOWN = 5  # objects in a sentence

Entry = dict[str, Any]


def pages(journey: Journey, bucket: Bucket, **asked: Any) -> Iterator[dict]:
    """The pages of a listing, one after the other; they have to come to an end."""
    asked |= {"Bucket": bucket.name}
    return _until_whole(
        bucket,
        lambda go_on: journey.s3.list_objects_v2(**asked, **go_on),
        lambda page: {"ContinuationToken": page.get("NextContinuationToken")},
    )


def pages_for_older_programs(journey: Journey, bucket: Bucket, **asked: Any) -> Iterator[dict]:
    """The same with the first version of the operation, which goes on after the last key."""
    asked |= {"Bucket": bucket.name}
    return _until_whole(
        bucket,
        lambda go_on: journey.s3.list_objects(**asked, **go_on),
        lambda page: {"Marker": page.get("NextMarker") or (page.get("Contents") or [{}])[-1].get("Key")},
    )


def _until_whole(bucket: Bucket, ask, after) -> Iterator[dict]:
    go_on: dict[str, str | None] = {}
    seen = []
    while True:
        page = ask(go_on)
        yield page
        if not page.get("IsTruncated"):
            return
        seen.append(go_on)
        go_on = after(page)
        assert all(go_on.values()), (
            f"Expected {bucket.name} to tell how its listing goes on, but it tells only that it does."
        )
        assert go_on not in seen, f"Expected the listing of {bucket.name} to come to an end, but it begins anew."


def in_order(keys: Iterable[str]) -> list[str]:
    """The order that S3 promises: by the bytes of UTF-8.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/ListingKeysUsingAPIs.html
    """
    return sorted(keys, key=str.encode)


def assert_lists(journey: Journey, bucket: Bucket, keys: Iterable[str], **asked: Any) -> None:
    """The bucket lists these keys and no others, in order, with the sizes and ETags of what was stored."""
    listed = [entry for page in pages(journey, bucket, **asked) for entry in _contents(page)]
    assert_shows(bucket, keys, listed)


def assert_lists_under(journey: Journey, bucket: Bucket, prefix: str, keys: Iterable[str]) -> None:
    """The names that begin with `prefix` are these, to programs old and new."""
    for ask in (pages, pages_for_older_programs):
        listed = [entry for page in ask(journey, bucket, Prefix=prefix) for entry in _contents(page)]
        assert_shows(bucket, keys, listed)


def assert_lists_after(journey: Journey, bucket: Bucket, key: str, keys: Iterable[str]) -> None:
    """The names after `key` are these, and so they are in small pages."""
    for asked in ({}, {"MaxKeys": 2}):
        assert_lists(journey, bucket, keys, StartAfter=key, **asked)


def assert_lists_to_older_programs(journey: Journey, bucket: Bucket, size: int | None = None) -> None:
    """The first version of listing shows exactly what was stored, in pages of `size` keys if that is given."""
    asked = {"MaxKeys": size} if size else {}
    listed = [_contents(page) for page in pages_for_older_programs(journey, bucket, **asked)]
    _assert_pages(bucket, listed, size)


def assert_lists_in_pages(journey: Journey, bucket: Bucket, size: int) -> None:
    """Pages of at most `size` keys show exactly what was stored."""
    listed = []
    for page in pages(journey, bucket, MaxKeys=size):
        listed.append(_contents(page))
        assert page.get("KeyCount", len(listed[-1])) == len(listed[-1]), (
            f"Expected a page of {bucket.name} to hold as many keys as it says, but it says {page['KeyCount']} and "
            f"holds {len(listed[-1])}."
        )
    _assert_pages(bucket, listed, size)


def _assert_pages(bucket: Bucket, listed: list[list[Entry]], size: int | None) -> None:
    longest = max(map(len, listed))
    assert not size or longest <= size, (
        f"Expected pages of {bucket.name} with at most {size} keys, but one holds {longest}."
    )
    assert_shows(bucket, bucket.all(), [entry for page in listed for entry in page])


def assert_browses(journey: Journey, bucket: Bucket, folder: str, entries: Iterable[str]) -> None:
    """What stands in `folder`, with folders in it as one entry each: their names end in a slash.

    It is so to programs old and new, and in small pages, too.
    """
    assert_groups(journey, bucket, folder, "/", entries)
    assert_groups(journey, bucket, folder, "/", entries, MaxKeys=2)


def assert_groups(
    journey: Journey, bucket: Bucket, prefix: str, end: str, entries: Iterable[str], **asked: Any
) -> None:
    """The names that begin with `prefix`, those alike up to the next `end` as one entry; to programs old and new."""
    for ask in (pages, pages_for_older_programs):
        shown: list[Entry] = []
        for page in ask(journey, bucket, Prefix=prefix, Delimiter=end, **asked):
            shown += _contents(page)
            shown += [{"Key": found.get("Prefix"), "Size": None} for found in page.get("CommonPrefixes", ())]
        assert_shows(bucket, entries, sorted(shown, key=lambda entry: str(entry.get("Key")).encode()))


def assert_shows(bucket: Bucket, keys: Iterable[str], listed: list[Entry]) -> None:
    """The entries of a listing of `bucket` are these keys, in order, with the sizes and ETags of what was stored."""
    sizes = {key: bucket.objects[key].content.size if key in bucket.objects else None for key in keys}
    expected = [(key, sizes[key]) for key in in_order(sizes)]
    found = [(entry.get("Key"), entry.get("Size")) for entry in listed]
    assert found == expected, (
        f"Expected {bucket.name} to list {_told(expected)}, but it lists {_told(found)}: {_wrong(expected, found)}."
    )
    for entry in listed:
        known = bucket.objects.get(entry["Key"])
        assert known is None or known.etag in (None, etag_of(entry)), (
            f"Expected {bucket.name} to list {entry['Key']!r} with the ETag {known.etag} that it was stored with, but "
            f"it lists {etag_of(entry)}."
        )


def assert_of_class(journey: Journey, bucket: Bucket, key: str, expected: str) -> None:
    """Listings old and new show this key in the storage class `expected`."""
    for where, ask in (("the listing", pages), ("the listing for older programs", pages_for_older_programs)):
        told = [
            entry.get("StorageClass")
            for page in ask(journey, bucket, Prefix=key)
            for entry in page.get("Contents", ())
            if entry.get("Key") == key
        ]
        assert told == [expected], (
            f"Expected {where} of {bucket.name} to show {key!r} in the storage class {expected}, but it shows "
            f"{told or 'no such object'}."
        )


def contents(client: Any, bucket: str) -> list[Entry]:
    """What a bucket shows to a client, which need not be the scenario's."""
    return [
        entry for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket) for entry in _contents(page)
    ]


def _contents(page: dict) -> list[Entry]:
    return list(page.get("Contents", ()))


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
    some = [f"{key!r}" if size is None else f"{key!r} ({size} B)" for key, size in objects[:SHOWN]]
    more = [f"{len(objects) - SHOWN} more"] if len(objects) > SHOWN else []
    return ", ".join(some + more) or "nothing"
