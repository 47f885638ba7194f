"""What others see of what was just done, over connections of their own: S3 promises that they see it at once.

https://docs.aws.amazon.com/AmazonS3/latest/userguide/Welcome.html#ConsistencyModel
"""

import time
from collections.abc import Callable
from typing import Any

from journeys import metrics, payload
from journeys.clock import wait_until
from journeys.failures import CallFailed
from journeys.journey import Journey
from journeys.recorder import WAIT
from journeys.s3.bucket import etag_of
from journeys.s3.listings import assert_shows, contents

LOOKS = 3  # each over a new connection: behind a balancer, another gateway may answer
PATIENCE = 10  # seconds: for so long we look again, to tell how long it took

# Looks with a client; what is wrong, as part of a sentence, or None.
Look = Callable[[Any], str | None]


def assert_read(journey: Journey, key: str) -> None:
    """Others read the very bytes that were stored."""
    content = journey.bucket[key].content

    def look(client: Any) -> str | None:
        try:
            body = client.get_object(Bucket=journey.bucket.name, Key=key)["Body"]
        except CallFailed as failure:
            return _not_there(failure)
        wrong = content.difference(body.iter_chunks(payload.BLOCK))
        if wrong:
            journey.recorder.corrupt("s3.GetObject", wrong)
        return wrong and f"it got {wrong}"

    _assert_at_once(journey, "object_visible", f"to read {key!r} as it was stored", look)


def assert_size(journey: Journey, key: str) -> None:
    """Others are told the size and the ETag of what was stored."""
    stored = journey.bucket[key]

    def look(client: Any) -> str | None:
        try:
            told = client.head_object(Bucket=journey.bucket.name, Key=key)
        except CallFailed as failure:
            return _not_there(failure)
        if told["ContentLength"] != stored.content.size:
            return f"it was told {told['ContentLength']} bytes instead of {stored.content.size}"
        if stored.etag not in (None, etag_of(told)):
            return f"it was told the ETag {etag_of(told)} instead of {stored.etag}"
        return None

    _assert_at_once(journey, "object_visible", f"to be told what {key!r} is now", look)


def assert_listing(journey: Journey) -> None:
    """Others list what the bucket should hold, and nothing else."""

    def look(client: Any) -> str | None:
        try:
            assert_shows(journey.bucket, journey.bucket.objects, contents(client, journey.bucket.name))
        except CallFailed:
            raise
        except AssertionError as wrong:
            return str(wrong).removeprefix("Expected ").rstrip(".")
        return None

    _assert_at_once(journey, "listing_visible", "to list what is in the bucket", look)


def assert_gone(journey: Journey, key: str) -> None:
    """Others can neither read the object, nor are they told of it, nor is it listed for them."""

    def look(client: Any) -> str | None:
        tries = {
            "could read it": lambda: client.get_object(Bucket=journey.bucket.name, Key=key)["Body"].read(),
            "was told that it is there": lambda: client.head_object(Bucket=journey.bucket.name, Key=key),
        }
        for seen, attempt in tries.items():
            try:
                attempt()
            except CallFailed as failure:
                _not_there(failure)
                journey.recorder.expected(failure)
            else:
                return f"it {seen}"
        return "it was listed" if key in [entry["Key"] for entry in contents(client, journey.bucket.name)] else None

    _assert_at_once(journey, "deletion_visible", f"not to find {key!r}", look)


def _assert_at_once(journey: Journey, what: str, expected: str, look: Look) -> None:
    for number in range(1, LOOKS + 1):
        with journey.clients.new_connection(journey.identity, journey.site) as client:
            began = time.monotonic()
            wrong = look(client)
            lag = _lag(journey, began, lambda: look(client) is None) if wrong else 0.0
        journey.recorder.read(metrics.WAIT, what, value=PATIENCE if lag is None else lag)
        assert not wrong, (
            f"Expected another connection {expected} at once, but (connection {number} of {LOOKS}) {wrong}. "
            + (f"That was still so {PATIENCE} s later." if lag is None else f"{lag:.1f} s later it was right.")
        )


def _lag(journey: Journey, began: float, right: Callable[[], bool]) -> float | None:
    """The seconds until it was right, None where it never was."""
    with journey.recorder.doing(WAIT):
        came = wait_until(right, PATIENCE, every=0.1)
    return time.monotonic() - began if came else None


def _not_there(failure: CallFailed) -> str:
    if failure.call.status != 404:
        raise failure
    return "it was told that there is no such object"
