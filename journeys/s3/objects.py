"""Objects: stored, read, deleted."""

from collections.abc import Iterable
from typing import Any

from journeys import payload
from journeys.aws import transfer
from journeys.journey import Journey
from journeys.payload import Content
from journeys.s3 import batches
from journeys.s3.bucket import Bucket, Stored, etag_of


def store(journey: Journey, key: str, size: int, **asked: Any) -> dict[str, Any]:
    """Stores an object of new content in one request, with these further parameters; returns the answer."""
    bucket = journey.bucket
    content = bucket.new_content(key, size)
    answer = journey.s3.put_object(Bucket=bucket.name, Key=key, Body=content.read(), **asked)
    bucket.objects[key] = Stored(content, etag_of(answer))
    return answer


def store_many(journey: Journey, count: int) -> None:
    for number in range(1, count + 1):
        store(journey, f"object-{number:05}", journey.settings.object_size)


def upload(journey: Journey, key: str, size: int) -> None:
    """Stores an object of new content the way SDKs store large files."""
    content = journey.bucket.new_content(key, size)
    transfer.upload(journey.s3, content.file(), journey.bucket.name, key)
    journey.bucket.objects[key] = Stored(content)


def read(journey: Journey, key: str, **asked: Any) -> bytes:
    return journey.s3.get_object(Bucket=journey.bucket.name, Key=key, **asked)["Body"].read()


def delete(journey: Journey, key: str, **asked: Any) -> None:
    journey.s3.delete_object(Bucket=journey.bucket.name, Key=key, **asked)
    journey.bucket.objects.pop(key, None)


def delete_at_once(journey: Journey, keys: Iterable[str]) -> None:
    """Deletes in batches; a key that the server reports as not deleted breaks the promise."""
    keys = list(keys)
    not_deleted = batches.delete(journey.s3, journey.bucket.name, [{"Key": key} for key in keys])
    assert not not_deleted, f"Expected every object of the batch to be deleted, but {_told(not_deleted)}."
    for key in keys:
        journey.bucket.objects.pop(key, None)


def assert_unchanged(journey: Journey, bucket: Bucket, key: str) -> None:
    """The object has the very bytes that were stored, read in constant memory."""
    assert_content(journey, bucket, key, bucket[key].content)


def assert_content(journey: Journey, bucket: Bucket, key: str, content: Content, **asked: Any) -> dict[str, Any]:
    """A read with these further parameters brings `content`; returns the answer, without its body."""
    answer = journey.s3.get_object(Bucket=bucket.name, Key=key, **asked)
    if wrong := content.difference(answer.pop("Body").iter_chunks(payload.BLOCK)):
        journey.recorder.corrupt("s3.GetObject", wrong)
        raise AssertionError(f"Expected {bucket.name}/{key} to read back unchanged, but got {wrong}.")
    return answer


def assert_all_unchanged(journey: Journey, bucket: Bucket) -> None:
    for key in bucket.all():
        assert_unchanged(journey, bucket, key)


def _told(errors: list[dict]) -> str:
    first = errors[0]
    return f"{len(errors)} were not, the first {first.get('Key')!r} with {first.get('Code')} ({first.get('Message')})"
