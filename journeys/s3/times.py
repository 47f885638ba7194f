"""When objects were stored, as the store tells it."""

from datetime import datetime

from journeys.journey import Journey
from journeys.s3 import answers, listings
from journeys.units import seconds

# Times in headers are whole seconds, so two that are this far apart are told apart; seconds.
RESOLUTION = 1.1


def head(journey: Journey, key: str) -> datetime | None:
    """When the object was stored, as a look at it tells."""
    return answers.look(journey, journey.bucket, key).get("LastModified")


def assert_close(journey: Journey, key: str, limit: float) -> None:
    """The object's time is ours within `limit` seconds, wherever it is told."""
    bucket, ours = journey.bucket, journey.bucket[key].at
    for where, told in _everywhere(journey, key).items():
        assert told, f"Expected {where} at {bucket.name}/{key} to tell when it was stored, but it does not."
        off = told.timestamp() - ours
        # its fraction may be cut off
        assert -limit - 1 <= off <= limit, (
            f"Expected {where} of {bucket.name}/{key} to tell the time at which we stored it within {seconds(limit)}, "
            f"but {told:%Y-%m-%d %H:%M:%S} UTC is {seconds(abs(off))} {'later' if off > 0 else 'earlier'}."
        )


def assert_newer(journey: Journey, key: str) -> None:
    """The object's time is later than that of the one that it replaced."""
    before = journey.bucket[key].replaced
    assert before, f"Nothing tells what {key!r} replaced: a step 'I store {key!r} again later' has to come first."
    told = head(journey, key)
    assert told and told > before, (
        f"Expected {journey.bucket.name}/{key} to be newer than what it replaced, but its time went from "
        f"{before:%H:%M:%S} to {f'{told:%H:%M:%S}' if told else 'none'}."
    )


def _everywhere(journey: Journey, key: str) -> dict[str, datetime | None]:
    (listed,) = [
        entry.get("LastModified")
        for page in listings.pages(journey, journey.bucket, Prefix=key)
        for entry in page.get("Contents", ())
        if entry.get("Key") == key
    ] or [None]
    return {
        "a look": head(journey, key),
        "reading": answers.read(journey, journey.bucket, key).get("LastModified"),
        "the listing": listed,
    }
