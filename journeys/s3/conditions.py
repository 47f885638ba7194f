"""Writes and reads that depend on what is there."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

from journeys.journey import Journey
from journeys.s3 import answers, copies, objects, uploads


@dataclass(frozen=True)
class Seen:
    """An object as somebody saw it: by this, a later write or read tells whether it is still the same."""

    etag: str
    modified: datetime


def look_at(journey: Journey, key: str) -> None:
    answer = journey.s3.head_object(Bucket=journey.bucket.name, Key=key)
    journey.seen[key] = Seen(answer["ETag"], answer["LastModified"])


def _seen(journey: Journey, key: str) -> Seen:
    assert key in journey.seen, f'Nobody looked at {key!r}: the step "I look at …" has to come first.'
    return journey.seen[key]


def store_if_new(journey: Journey, key: str) -> None:
    objects.store(journey, key, journey.settings.object_size, IfNoneMatch="*")


def store_if_unchanged(journey: Journey, key: str) -> None:
    objects.store(journey, key, journey.settings.object_size, IfMatch=_seen(journey, key).etag)


def copy_if_unchanged(journey: Journey, source: str, key: str) -> None:
    copies.make(journey, source, journey.bucket, key, CopySourceIfMatch=_seen(journey, source).etag)


def complete_if_new(journey: Journey) -> None:
    uploads.complete(journey, IfNoneMatch="*")


def delete_if_unchanged(journey: Journey, key: str) -> None:
    objects.delete(journey, key, IfMatch=_seen(journey, key).etag)


def read_if_unchanged(journey: Journey, key: str) -> None:
    objects.read(journey, key, IfMatch=_seen(journey, key).etag)


def read_if_older_than_a_day(journey: Journey, key: str) -> None:
    objects.read(journey, key, IfUnmodifiedSince=datetime.now(UTC) - timedelta(days=1))


def assert_not_sent_again(journey: Journey, key: str) -> None:
    """Who has the object already is told so instead of being sent it once more, whether ETag or date is compared."""
    seen = _seen(journey, key)
    _assert_not_sent(journey, key, "by its ETag", IfNoneMatch=seen.etag)
    _assert_not_sent(journey, key, "by its date", IfModifiedSince=seen.modified)


def _assert_not_sent(journey: Journey, key: str, how: str, **condition: Any) -> None:
    bucket = journey.bucket
    for does, attempt in (
        ("sent", lambda: objects.read(journey, key, **condition)),
        ("told of", lambda: answers.look(journey, bucket, key, **condition)),
        ("sent in part", lambda: answers.read(journey, bucket, key, **condition, Range="bytes=0-0")),
    ):
        with journey.recorder.allowing(status=HTTPStatus.NOT_MODIFIED):
            attempt()
            raise AssertionError(
                f"Expected {bucket.name}/{key} to be known as unchanged {how}, but it was {does} once more."
            )


def assert_sent_anew(journey: Journey, key: str) -> None:
    """Who has an older state of the object is sent the new one, whether ETag or date is compared."""
    seen, content = _seen(journey, key), journey.bucket[key].content
    objects.assert_content(journey, journey.bucket, key, content, IfNoneMatch=seen.etag)
    # The date itself has whole seconds only, within which an object can change.
    objects.assert_content(journey, journey.bucket, key, content, IfModifiedSince=seen.modified - timedelta(seconds=1))


def assert_as_seen(journey: Journey, key: str) -> None:
    """A read on the condition that nothing changed brings what was stored, whether ETag or date is compared."""
    seen, content = _seen(journey, key), journey.bucket[key].content
    objects.assert_content(journey, journey.bucket, key, content, IfMatch=seen.etag)
    objects.assert_content(journey, journey.bucket, key, content, IfUnmodifiedSince=seen.modified)
