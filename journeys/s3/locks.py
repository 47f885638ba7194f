"""Versions that can't be deleted: until a date, or until further notice.

Locks are governed ones: whoever may, ends them early, so that nothing of ours stays behind for their sake.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from journeys.journey import Journey
from journeys.s3 import batches, versions
from journeys.s3.versions import Version, VersionedBucket

MODE = "GOVERNANCE"
DAY = 24 * versions.HOUR


def create(journey: Journey) -> VersionedBucket:
    """Creates a bucket whose versions can be locked."""
    return versions.create(journey, ObjectLockEnabledForBucket=True)


def lock(journey: Journey, key: str, number: int, seconds: float) -> None:
    """Locks a version for so long."""
    locked, until = versions.version(journey, key, number), _from_now(seconds)
    _retain(journey, key, locked, until)
    journey.locked_until[locked.id] = until


def store_locked(journey: Journey, key: str, seconds: float) -> None:
    """Stores a version that is locked from its first moment."""
    until = _from_now(seconds)
    locked = {"ObjectLockMode": MODE, "ObjectLockRetainUntilDate": until}
    stored = versions.store_one(journey, key, journey.settings.object_size, verified=True, **locked)
    journey.locked_until[stored.id] = until


def lock_what_comes(journey: Journey, days: int) -> None:
    """From now on the bucket locks each new version for so many days; S3 knows no shorter time."""
    rule = {"DefaultRetention": {"Mode": MODE, "Days": days}}
    asked = {"ObjectLockEnabled": "Enabled", "Rule": rule}
    journey.s3.put_object_lock_configuration(Bucket=journey.bucket.name, ObjectLockConfiguration=asked)


def store_to_be_locked(journey: Journey, key: str) -> None:
    """Stores a version that says nothing of a lock."""
    versions.store_one(journey, key, journey.settings.object_size, verified=True)


def assert_locked_for(journey: Journey, key: str, number: int, days: int) -> None:
    """The store tells a lock for so many days, counted from when the version was stored."""
    locked = versions.version(journey, key, number)
    told = journey.s3.get_object_retention(**_of(journey, key, locked)).get("Retention", {})
    mode, until = told.get("Mode"), told.get("RetainUntilDate")
    expected = locked.stored.at + days * DAY
    assert mode == MODE and until and abs(until.timestamp() - expected) < versions.HOUR, (
        f"Expected version {number} of {journey.bucket.name}/{key} to be told as locked until about "
        f"{_told((MODE, datetime.fromtimestamp(expected, UTC)))}, but it is {_told((mode, until))}."
    )


def try_to_shorten(journey: Journey, key: str, number: int, seconds: float) -> None:
    """Asks for the lock to end earlier, without the right of whoever may overrule it."""
    _retain(journey, key, versions.version(journey, key, number), _from_now(seconds))


def _from_now(seconds: float) -> datetime:
    return datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=seconds)


def _retain(journey: Journey, key: str, locked: Version, until: datetime) -> None:
    retention = {"Mode": MODE, "RetainUntilDate": until}
    journey.s3.put_object_retention(**_of(journey, key, locked), Retention=retention)


def assert_locked(journey: Journey, key: str, number: int) -> None:
    """The store tells the lock as it was set."""
    locked = versions.version(journey, key, number)
    assert locked.id in journey.locked_until, f"Version {number} of {key!r} was not locked: a step has to do it first."
    expected = (MODE, journey.locked_until[locked.id])
    told = journey.s3.get_object_retention(**_of(journey, key, locked)).get("Retention", {})
    look = journey.s3.head_object(**_of(journey, key, locked))
    for where, found in (
        ("told", (told.get("Mode"), told.get("RetainUntilDate"))),
        ("told by a look", (look.get("ObjectLockMode"), look.get("ObjectLockRetainUntilDate"))),
    ):
        assert found == expected, (
            f"Expected version {number} of {journey.bucket.name}/{key} to be {where} as locked until "
            f"{_told(expected)}, but it is {_told(found)}."
        )


def _told(lock: tuple[str | None, datetime | None]) -> str:
    mode, until = lock
    return f"{until:%Y-%m-%d %H:%M:%S %Z} ({mode})" if until else f"told without a date ({mode})"


def hold(journey: Journey, key: str, number: int, status: str) -> None:
    """Puts a version under legal hold (ON), or ends that (OFF)."""
    held = versions.version(journey, key, number)
    journey.s3.put_object_legal_hold(**_of(journey, key, held), LegalHold={"Status": status})


def assert_held(journey: Journey, key: str, number: int, status: str) -> None:
    held = versions.version(journey, key, number)
    told = journey.s3.get_object_legal_hold(**_of(journey, key, held)).get("LegalHold", {}).get("Status")
    assert told == status, (
        f"Expected the legal hold of version {number} of {journey.bucket.name}/{key} to be told as {status}, but it is "
        f"{told}."
    )


def delete_in_spite(journey: Journey, key: str, number: int) -> None:
    """Deletes a locked version with the right to overrule its lock."""
    versions.delete(journey, key, number, BypassGovernanceRetention=True)


def assert_survives_batch(journey: Journey, key: str, number: int) -> None:
    """A request that deletes many at once, this version among them, tells that it did not delete it, and why."""
    locked, bucket = versions.version(journey, key, number), journey.bucket.name
    told = batches.delete(journey.s3, bucket, [{"Key": key, "VersionId": locked.id}])
    expected = [(key, locked.id, "AccessDenied")]
    found = [(each.get("Key"), each.get("VersionId"), each.get("Code")) for each in told]
    assert found == expected, (
        f"Expected version {number} of {bucket}/{key} to be kept from a batch with AccessDenied, but the answer tells "
        f"{found or 'of no refusal'}."
    )


def _of(journey: Journey, key: str, locked: Version) -> dict[str, Any]:
    return {"Bucket": journey.bucket.name, "Key": key, "VersionId": locked.id}
