"""When objects were stored, as the store tells it."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta

from journeys.journey import Journey
from journeys.s3 import answers, listings, removal
from journeys.units import seconds

# Times in headers are whole seconds, so two that are this far apart are told apart; seconds.
RESOLUTION = 1.1


def head(journey: Journey, key: str) -> datetime | None:
    """When the object was stored, as a look at it tells."""
    return answers.look(journey, journey.bucket, key).get("LastModified")


def assert_close(journey: Journey, key: str, limit: float) -> None:
    """The object's time is ours within `limit` seconds, wherever it is told."""
    bucket, ours = journey.bucket, journey.bucket[key].at
    everywhere = _everywhere(journey, key)
    for where, told in everywhere.items():
        assert told, f"Expected {where} at {bucket.name}/{key} to tell when it was stored, but it does not."
        off = told.timestamp() - ours
        # its fraction may be cut off
        assert -limit - 1 <= off <= limit, (
            f"Expected {where} of {bucket.name}/{key} to tell the time at which we stored it within {seconds(limit)}, "
            f"but {told:%Y-%m-%d %H:%M:%S} UTC is {seconds(abs(off))} {'later' if off > 0 else 'earlier'}."
        )
    apart = max(everywhere.values()) - min(everywhere.values())
    assert apart <= timedelta(seconds=RESOLUTION), (
        f"Expected {bucket.name}/{key} to tell one time everywhere, but it tells "
        f"{', '.join(f'{told:%H:%M:%S} ({where})' for where, told in everywhere.items())}."
    )


def assert_bucket_close(journey: Journey, limit: float) -> None:
    """The list of buckets tells that ours was made just now, within `limit` seconds."""
    name, now = journey.bucket.name, time.time()
    told = removal.buckets(journey.s3).get(name)
    assert told, f"Expected the list of buckets to tell when {name} was made, but it does not."
    off = told.timestamp() - now
    assert abs(off) <= limit, (
        f"Expected {name} to be told as made within {seconds(limit)} of now, but {told:%Y-%m-%d %H:%M:%S} UTC is "
        f"{seconds(abs(off))} {'later' if off > 0 else 'earlier'}."
    )


def assert_newer(journey: Journey, key: str) -> None:
    """The object's time is later than that of the one that it replaced."""
    before, later = journey.bucket[key].replaced, journey.bucket[key].replaced_later
    assert before, f"Nothing tells what {key!r} replaced: a step 'I store {key!r} again later' has to come first."
    assert later == before, (
        f"Expected {journey.bucket.name}/{key} to keep its time while nobody stored it, but it went from "
        f"{before:%H:%M:%S} to {f'{later:%H:%M:%S}' if later else 'none'}."
    )
    told = head(journey, key)
    assert told and told > before, (
        f"Expected {journey.bucket.name}/{key} to be newer than what it replaced, but its time went from "
        f"{before:%H:%M:%S} to {f'{told:%H:%M:%S}' if told else 'none'}."
    )


def _everywhere(journey: Journey, key: str) -> dict[str, datetime | None]:
    def listed(pages: Callable) -> datetime | None:
        (told,) = [
            entry.get("LastModified")
            for page in pages(journey, journey.bucket, Prefix=key)
            for entry in page.get("Contents", ())
            if entry.get("Key") == key
        ] or [None]
        return told

    return {
        "a look": head(journey, key),
        "reading": answers.read(journey, journey.bucket, key).get("LastModified"),
        "the listing": listed(listings.pages),
        "the listing for older programs": listed(listings.pages_for_older_programs),
    }
