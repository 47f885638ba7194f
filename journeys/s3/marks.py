"""Marks of deletions: where a bucket keeps versions, what was deleted is only hidden by one, and can be had again."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from journeys.failures import CallFailed
from journeys.journey import Journey


def assert_told(journey: Journey, key: str) -> None:
    """Who looks at a deleted object or reads it is told that a mark hides it: the one that its deletion told of."""
    bucket = journey.bucket
    mark = bucket.marks.get(key)
    assert mark, f"No deletion told of a mark of {key!r}: a step that deletes it has to come first."
    for how, told in _told(journey, key):
        assert told in (mark, ""), (
            f"Expected {how} {bucket.name}/{key} to tell of the mark that hides it, version {mark}, but it tells of "
            f"{f'version {told}' if told else 'none'}."
        )


def assert_none_told(journey: Journey, key: str) -> None:
    """Who looks at an object that is gone for good or reads it is told that it is not there, and of no mark."""
    for how, told in _told(journey, key):
        assert told is None, (
            f"Expected {how} {journey.bucket.name}/{key} to tell of no mark, since there is none, but it tells of one."
        )


def _told(journey: Journey, key: str) -> list[tuple[str, str | None]]:
    """How the object was asked for, and the id of the mark that the refusal told of; see `_mark_told`."""
    asked = (("a look at", journey.s3.head_object), ("reading", journey.s3.get_object))
    return [(how, _mark_told(journey, how, attempt, key)) for how, attempt in asked]


def _mark_told(journey: Journey, how: str, attempt: Callable[..., Any], key: str) -> str | None:
    """The id of the mark that a refusal tells of; empty where it tells of a mark without its id, None where of none.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html promises the mark, but not its id.
    """
    name = journey.bucket.name
    try:
        attempt(Bucket=name, Key=key)
    except CallFailed as missing:
        if missing.call.status != HTTPStatus.NOT_FOUND:
            raise
        journey.recorder.expected(missing)
        headers = missing.response["ResponseMetadata"]["HTTPHeaders"]
        return headers.get("x-amz-version-id", "") if headers.get("x-amz-delete-marker") == "true" else None
    raise AssertionError(f"Expected {name}/{key} not to be there, but {how} it is answered.")
