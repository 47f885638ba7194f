"""Objects: stored, read, deleted."""

import base64
import hashlib
import time
from collections.abc import Iterable
from functools import partial
from typing import Any

from journeys import payload
from journeys.aws import transfer
from journeys.clock import wait_until
from journeys.journey import Journey
from journeys.payload import Content
from journeys.s3 import batches, listings, properties, tags, times
from journeys.s3.bucket import Bucket, Stored, etag_of
from journeys.threads import at_once

AT_ONCE = 8
NEARBY = 2**20  # bytes around a part in which one that is out of place is looked for
SEGMENT = 200  # bytes between two slashes; more than 255, file systems do not take for a name


def store(
    journey: Journey,
    key: str,
    size: int,
    described: dict[str, str] | None = None,
    *,
    verified: bool = False,
    **asked: Any,
) -> dict:
    """Stores an object of new content in one request, with `described` as its properties; returns the answer.

    `verified`: with its MD5, which S3 wants of objects that come with a lock. `asked` are further parameters.
    """
    bucket = journey.bucket
    content = bucket.new_content(key, size)
    asked |= properties.as_parameters(described or {})
    if verified:
        digest = hashlib.md5(content.read(), usedforsecurity=False).digest()
        asked["ContentMD5"] = base64.b64encode(digest).decode()
    answer = journey.s3.put_object(Bucket=bucket.name, Key=key, Body=content.read(), **asked)
    bucket.objects[key] = Stored(content, etag_of(answer), described or {})
    return answer


def store_text(journey: Journey, key: str, size: int) -> None:
    """Stores lines that are much alike, with white space and runs of equal bytes, where other content is random."""
    bucket = journey.bucket
    content = bucket.new_content(key, size, text=True)
    answer = journey.s3.put_object(Bucket=bucket.name, Key=key, Body=content.read())
    bucket.objects[key] = Stored(content, etag_of(answer))


def store_each(journey: Journey, keys: Iterable[str], size: int) -> None:
    for key in keys:
        store(journey, key, size)


def store_tagged(journey: Journey, key: str, size: int, given: dict[str, str]) -> None:
    store(journey, key, size, Tagging=tags.as_parameter(given))
    journey.bucket[key].tags = given


def upload_tagged(journey: Journey, key: str, size: int, given: dict[str, str]) -> None:
    upload(journey, key, size, Tagging=tags.as_parameter(given))
    journey.bucket[key].tags = given


def store_many(journey: Journey, count: int) -> None:
    store_each(journey, _numbered(count), journey.settings.object_size)


def store_at_once(journey: Journey, count: int, size: int) -> None:
    """Stores many objects, eight at a time."""
    at_once(lambda key: store(journey, key, size), _numbered(count), AT_ONCE)


def _numbered(count: int) -> list[str]:
    return [f"object-{number:05}" for number in range(1, count + 1)]


def long_name(length: int) -> str:
    """A name of so many bytes: as long as names may be, with slashes where a file system would want them."""
    segments = "/".join(["n" * SEGMENT] * (length // SEGMENT + 1))
    return segments[: length - 1] + "."


def store_later(journey: Journey, key: str, size: int) -> None:
    """Stores an object again, late enough for its time to be another one, as times are told in whole seconds."""
    told, looked = times.head(journey, key), time.monotonic()
    wait_until(lambda: time.monotonic() > looked + times.RESOLUTION, seconds=2 * times.RESOLUTION, every=0.05)
    told_later = times.head(journey, key)
    store(journey, key, size)
    journey.bucket[key].replaced, journey.bucket[key].replaced_later = told, told_later


def upload(journey: Journey, key: str, size: int, described: dict[str, str] | None = None, **asked: Any) -> None:
    """Stores an object of new content the way SDKs store large files.

    `asked` are further parameters of the request.
    """
    content = journey.bucket.new_content(key, size)
    asked |= properties.as_parameters(described or {})
    transfer.upload(journey.s3, content.file(), journey.bucket.name, key, asked)
    journey.bucket.objects[key] = Stored(content, properties=described or {})


def read(journey: Journey, key: str, **asked: Any) -> bytes:
    return journey.s3.get_object(Bucket=journey.bucket.name, Key=key, **asked)["Body"].read()


def read_from(journey: Journey, key: str, first: int) -> bytes:
    """Reads from the byte number `first` (the first one is 0) to the end."""
    return journey.s3.get_object(Bucket=journey.bucket.name, Key=key, Range=f"bytes={first}-")["Body"].read()


def delete(journey: Journey, key: str, **asked: Any) -> None:
    answer = journey.s3.delete_object(Bucket=journey.bucket.name, Key=key, **asked)
    journey.bucket.objects.pop(key, None)
    journey.bucket.marks[key] = answer.get("VersionId") if answer.get("DeleteMarker") else None


def delete_each(journey: Journey, keys: Iterable[str]) -> None:
    for key in list(keys):
        delete(journey, key)


def delete_at_once(journey: Journey, keys: Iterable[str]) -> None:
    """Deletes in batches; a key that the server reports as not deleted breaks the promise."""
    keys = list(keys)
    not_deleted = batches.delete(journey.s3, journey.bucket.name, [{"Key": key} for key in keys])
    assert not not_deleted, f"Expected every object of the batch to be deleted, but {_told(not_deleted)}."
    for key in keys:
        journey.bucket.objects.pop(key, None)
        journey.bucket.marks.pop(key, None)


def assert_unchanged(journey: Journey, bucket: Bucket, key: str) -> None:
    """The object has the very bytes that were stored, read in constant memory."""
    assert_content(journey, bucket, key, bucket[key].content)


def assert_content(journey: Journey, bucket: Bucket, key: str, content: Content, **asked: Any) -> dict[str, Any]:
    """A read with these further parameters brings `content`; returns the answer, without its body."""
    answer = journey.s3.get_object(Bucket=bucket.name, Key=key, **asked)
    if wrong := content.difference(answer.pop("Body").iter_chunks(payload.BLOCK)):
        raise corrupt(journey, f"{bucket.name}/{key} to read back unchanged", wrong)
    return answer


def assert_all_unchanged(journey: Journey, bucket: Bucket) -> None:
    for key in bucket.all():
        assert_unchanged(journey, bucket, key)


def assert_gone(journey: Journey, key: str) -> None:
    """The object can neither be looked at nor read, and is not listed."""
    name = journey.bucket.name
    # an answer to a look has no body, so it tells no name but the status
    for code, does, attempt in (
        ("404", "looked at", journey.s3.head_object),
        ("NoSuchKey", "read", journey.s3.get_object),
        ("NoSuchKey", "read in part", partial(journey.s3.get_object, Range="bytes=0-0")),
    ):
        with journey.recorder.allowing(code=code):
            attempt(Bucket=name, Key=key)
            raise AssertionError(f"Expected {name}/{key} to be gone, but it can still be {does}.")
    listed = [
        entry.get("Key")
        for page in listings.pages(journey, journey.bucket, Prefix=key)
        for entry in page.get("Contents", ())
    ]
    assert key not in listed, f"Expected {name}/{key} to be gone, but it is still listed."


def assert_part(journey: Journey, key: str, first: int, last: int) -> None:
    """The bytes `first` to `last` (both included) read back unchanged; those beyond the end are left out."""
    _assert_range(journey, key, f"{first}-{last}", first, min(last, journey.bucket[key].content.size - 1))


def assert_end(journey: Journey, key: str, first: int) -> None:
    _assert_range(journey, key, f"{first}-", first, journey.bucket[key].content.size - 1)


def assert_last(journey: Journey, key: str, count: int) -> None:
    size = journey.bucket[key].content.size
    _assert_range(journey, key, f"-{count}", max(size - count, 0), size - 1)


def _assert_range(journey: Journey, key: str, asked: str, first: int, last: int) -> None:
    """Reading the range `asked` gives the bytes `first` to `last`, and says so."""
    bucket, content = journey.bucket, journey.bucket[key].content
    answer = journey.s3.get_object(Bucket=bucket.name, Key=key, Range=f"bytes={asked}")
    got, expected = answer["Body"].read(), content.read(first, last + 1)
    what = f"bytes {first} to {last} of {bucket.name}/{key} to read back unchanged"
    if len(got) != len(expected):
        raise corrupt(journey, what, f"{len(got)} bytes instead of {len(expected)}")
    if got != expected:
        begin = max(first - NEARBY, 0)
        at = content.read(begin, last + NEARBY).find(got)
        raise corrupt(journey, what, f"bytes {begin + at} to {begin + at + len(got) - 1}" if at >= 0 else "other bytes")
    told, right = answer.get("ContentRange"), f"bytes {first}-{last}/{content.size}"
    assert told == right, f"Expected the answer to say that it holds {right!r} of {bucket.name}/{key}, not {told!r}."
    parts = answer.get("AcceptRanges", "bytes")
    assert parts == "bytes", f"Expected {bucket.name}/{key} to be told as readable in parts of bytes, not of {parts!r}."


def corrupt(journey: Journey, expected: str, wrong: str) -> AssertionError:
    """The failure of a read that brought other bytes than were stored, counted as one of integrity."""
    journey.recorder.corrupt("s3.GetObject", wrong)
    return AssertionError(f"Expected {expected}, but got {wrong}.")


def _told(errors: list[dict]) -> str:
    first = errors[0]
    return f"{len(errors)} were not, the first {first.get('Key')!r} with {first.get('Code')} ({first.get('Message')})"
