"""The second site, to which everything comes that is done at the first."""

import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from journeys import metrics, payload
from journeys.clock import wait_until
from journeys.failures import CallFailed
from journeys.journey import Journey
from journeys.recorder import WAIT
from journeys.s3.listings import assert_shows, contents
from journeys.units import seconds

EVERY = 0.2  # seconds between two looks

# Looks at the second site; what is wrong, as part of a sentence, or None.
Look = Callable[[Any], str | None]


def assert_arrives(journey: Journey, key: str, limit: float) -> None:
    """The object is at the second site as it was stored at the first, `limit` seconds from now at the latest."""
    content = journey.bucket[key].content

    def look(client: Any) -> str | None:
        wrong = content.difference(
            client.get_object(Bucket=journey.bucket.name, Key=key)["Body"].iter_chunks(payload.BLOCK)
        )
        return wrong and f"it is there with {wrong}"

    _await(journey, "replica_visible", f"{key!r} to be there unchanged", limit, look)


def assert_disappears(journey: Journey, key: str, limit: float) -> None:
    """The object is no more at the second site, `limit` seconds from now at the latest."""

    def look(client: Any) -> str | None:
        with journey.recorder.allowing(status=HTTPStatus.NOT_FOUND):
            client.get_object(Bucket=journey.bucket.name, Key=key)["Body"].read()
            return "it can still be read"
        return None

    _await(journey, "replica_deletion_visible", f"{key!r} to be gone there", limit, look)


def assert_lists(journey: Journey, limit: float) -> None:
    """The second site lists what the bucket should hold and nothing else, `limit` seconds from now at the latest."""
    bucket = journey.bucket

    def look(client: Any) -> str | None:
        try:
            assert_shows(bucket, bucket.objects, contents(client, bucket.name))
        except CallFailed:
            raise
        except AssertionError as wrong:
            return str(wrong).removeprefix("Expected ").rstrip(".")
        return None

    _await(journey, None, "the objects of the first site, and no others, to be listed there", limit, look)


def _await(journey: Journey, what: str | None, expected: str, limit: float, look: Look) -> None:
    """Looks until nothing is wrong; writes down how long after the change that was, as a wait for `what`."""
    client, began, latest = journey.clients.s3("user", "replica"), time.time(), _last_change(journey)
    wrong: str | None = None

    def right() -> bool:
        nonlocal wrong, began
        began = time.time()
        wrong = _seen(journey, client, look)
        return wrong is None

    with journey.recorder.doing(WAIT):
        came = wait_until(right, limit, EVERY)
    assert came, f"Expected {expected}, at the second site, within {seconds(limit)}, but {wrong}."
    if what:
        journey.recorder.read(metrics.WAIT, what, value=max(began - latest, 0))


def _seen(journey: Journey, client: Any, look: Look) -> str | None:
    try:
        return look(client)
    except CallFailed as failure:
        if failure.call.status != 404:
            raise AssertionError(f"The second site: {failure}") from failure
        journey.recorder.expected(failure)
        return f"it says {failure.call.code}"


def _last_change(journey: Journey) -> float:
    """When the first site acknowledged the scenario's last change, in Unix time."""
    (row,) = journey.recorder.journal.rows(
        "SELECT max(started + duration) AS latest FROM calls WHERE scenario = ? AND site = 'primary' AND operation IN "
        "('s3.PutObject', 's3.CompleteMultipartUpload', 's3.CopyObject', 's3.DeleteObject', 's3.DeleteObjects')",
        journey.recorder.scenario,
    )
    return row["latest"] or time.time()
