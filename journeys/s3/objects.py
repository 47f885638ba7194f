"""Objects: stored, read, deleted."""

from collections.abc import Iterable

from journeys import payload
from journeys.aws import transfer
from journeys.journey import Journey
from journeys.s3 import batches
from journeys.s3.bucket import Bucket, Stored, etag_of


def store(journey: Journey, key: str, size: int) -> None:
    """Stores an object of new content in one request."""
    bucket = journey.bucket
    content = bucket.new_content(key, size)
    answer = journey.s3.put_object(Bucket=bucket.name, Key=key, Body=content.read())
    bucket.objects[key] = Stored(content, etag_of(answer))


def store_many(journey: Journey, count: int) -> None:
    for number in range(1, count + 1):
        store(journey, f"object-{number:05}", journey.settings.object_size)


def upload(journey: Journey, key: str, size: int) -> None:
    """Stores an object of new content the way SDKs store large files."""
    content = journey.bucket.new_content(key, size)
    transfer.upload(journey.s3, content.file(), journey.bucket.name, key)
    journey.bucket.objects[key] = Stored(content)


def read(journey: Journey, key: str) -> bytes:
    return journey.s3.get_object(Bucket=journey.bucket.name, Key=key)["Body"].read()


def delete(journey: Journey, key: str) -> None:
    journey.s3.delete_object(Bucket=journey.bucket.name, Key=key)
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
    content = bucket[key].content
    body = journey.s3.get_object(Bucket=bucket.name, Key=key)["Body"]
    if wrong := content.difference(body.iter_chunks(payload.BLOCK)):
        journey.recorder.corrupt("s3.GetObject", wrong)
        raise AssertionError(f"Expected {bucket.name}/{key} to read back unchanged, but got {wrong}.")


def assert_all_unchanged(journey: Journey, bucket: Bucket) -> None:
    for key in bucket.all():
        assert_unchanged(journey, bucket, key)


def _told(errors: list[dict]) -> str:
    first = errors[0]
    return f"{len(errors)} were not, the first {first.get('Key')!r} with {first.get('Code')} ({first.get('Message')})"
