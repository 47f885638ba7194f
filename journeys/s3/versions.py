"""Earlier versions of objects: kept, listed, restored, deleted one by one."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

from journeys.journey import Journey
from journeys.s3 import answers, batches, buckets, objects, properties, tags
from journeys.s3.bucket import Bucket, Stored, etag_of

HOUR = 3600  # seconds; how well clocks agree is told elsewhere
NO_ID = "null"  # what the version is called that was stored while the bucket kept none


@dataclass(frozen=True)
class Version:
    """A version as it should be found; its number counts from 1, the oldest."""

    number: int
    id: str
    stored: Stored


@dataclass
class VersionedBucket(Bucket):
    """A bucket that keeps earlier versions of its objects."""

    versions: dict[str, dict[int, Version]] = field(default_factory=dict)  # those not deleted, by key and number
    deleted: dict[str, dict[int, Version]] = field(default_factory=dict)  # and those that are
    stored_as: Counter[str] = field(default_factory=Counter)  # how many versions each key ever had
    ids: set[str] = field(default_factory=set)  # of all versions that ever were
    told: dict[str, str] = field(default_factory=dict)  # what the deletion of a version told to have deleted, by id
    suspended: bool = False  # whether what is stored now replaces the one version without an id

    def add(self, key: str, id: str | None, stored: Stored) -> None:
        """Takes a new version up, which has to have an id of its own."""
        assert id not in (None, "", NO_ID), f"Expected a version of {self.name}/{key} to get an id, but it got {id!r}."
        assert id not in self.ids, (
            f"Expected each version of {self.name}/{key} to get an id of its own, but {id} came twice."
        )
        self.ids.add(id)
        self.stored_as[key] += 1
        number = self.stored_as[key]
        self.versions.setdefault(key, {})[number] = Version(number, id, stored)

    def completed(self, key: str, stored: Stored, id: str | None) -> None:
        """The same, as one more version."""
        super().completed(key, stored, id)
        if not self.suspended:
            self.add(key, id, stored)


def create(journey: Journey, **asked: Any) -> VersionedBucket:
    """Creates a bucket that keeps versions."""
    bucket = VersionedBucket(buckets.create(journey, **asked).name)
    journey.s3.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    return bucket


def turn_on(journey: Journey) -> None:
    """Makes the bucket keep versions from now on: what it holds already is the first, and has no id of its own."""
    plain = journey.bucket
    bucket = VersionedBucket(plain.name, plain.objects, plain.written)
    journey.s3.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Enabled"})
    for key, stored in plain.objects.items():
        bucket.stored_as[key] = 1
        bucket.versions[key] = {1: Version(1, NO_ID, stored)}
    journey.bucket = bucket


def suspend(journey: Journey) -> None:
    """From now on, an object that is stored again has no earlier version; those that are there stay."""
    bucket = _bucket(journey)
    journey.s3.put_bucket_versioning(Bucket=bucket.name, VersioningConfiguration={"Status": "Suspended"})
    bucket.suspended = True


def assert_status(journey: Journey, status: str | None) -> None:
    told = journey.s3.get_bucket_versioning(Bucket=journey.bucket.name).get("Status")
    assert told == status, (
        f"Expected {journey.bucket.name} to tell {status!r} of its versioning, but it tells {told!r}."
    )


def _bucket(journey: Journey) -> VersionedBucket:
    bucket = journey.bucket
    assert isinstance(bucket, VersionedBucket), 'The bucket keeps no versions: begin with "Given a bucket that does".'
    return bucket


def version(journey: Journey, key: str, number: int) -> Version:
    found = _bucket(journey).versions.get(key, {}).get(number)
    assert found, f"There is no version {number} of {key!r}: a step that stores it has to come first."
    return found


def store(journey: Journey, key: str, count: int) -> None:
    """Stores an object so many times, with other content and another size each time."""
    for number in range(count):
        store_one(journey, key, journey.settings.object_size + number)


def store_one(journey: Journey, key: str, size: int, described: dict[str, str] | None = None, **asked: Any) -> Version:
    """Stores one more version; `asked` are further parameters of the request."""
    bucket = _bucket(journey)
    answer = objects.store(journey, key, size, described, **asked)
    bucket.add(key, answer.get("VersionId"), bucket[key])
    return _latest(bucket, key)


def restore(journey: Journey, key: str, number: int) -> None:
    """Makes an earlier version the latest one, by copying it over the object."""
    bucket, old = _bucket(journey), version(journey, key, number)
    source = {"Bucket": bucket.name, "Key": key, "VersionId": old.id}
    answer = journey.s3.copy_object(Bucket=bucket.name, Key=key, CopySource=source)
    # Not every server tells the id of the copy.
    told = answer.get("VersionId") or journey.s3.head_object(Bucket=bucket.name, Key=key).get("VersionId")
    bucket.objects[key] = Stored(old.stored.content, etag_of(answer["CopyObjectResult"]), old.stored.properties)
    bucket.add(key, told, bucket[key])


def undelete(journey: Journey, key: str) -> None:
    """Brings a deleted object back, by removing the mark that hides it."""
    bucket = _bucket(journey)
    marks = [mark for mark in _listed(journey, "DeleteMarkers") if mark["Key"] == key and mark["IsLatest"]]
    assert marks, f"Expected a mark that {bucket.name}/{key} was deleted, but none is listed as its latest version."
    journey.s3.delete_object(Bucket=bucket.name, Key=key, VersionId=marks[0]["VersionId"])
    bucket.objects[key] = _latest(bucket, key).stored


def delete(journey: Journey, key: str, number: int, **asked: Any) -> None:
    """Deletes one version for good; where it was the latest, the one before becomes that."""
    bucket, old = _bucket(journey), version(journey, key, number)
    answer = journey.s3.delete_object(Bucket=bucket.name, Key=key, VersionId=old.id, **asked)
    bucket.told[old.id] = f"{'mark' if answer.get('DeleteMarker') else 'version'} {answer.get('VersionId')}"
    _forget(bucket, key, old)


def delete_at_once(journey: Journey, key: str, numbers: list[int]) -> None:
    """Deletes several versions for good, with one request."""
    bucket, old = _bucket(journey), [version(journey, key, number) for number in numbers]
    refused = batches.delete(journey.s3, bucket.name, [{"Key": key, "VersionId": each.id} for each in old])
    assert not refused, f"Expected every version of the batch to be deleted, but {len(refused)} were not: {refused[0]}."
    for each in old:
        _forget(bucket, key, each)


def _forget(bucket: VersionedBucket, key: str, old: Version) -> None:
    del bucket.versions[key][old.number]
    bucket.deleted.setdefault(key, {})[old.number] = old
    if not bucket.versions[key]:
        bucket.objects.pop(key, None)
    elif key in bucket.objects:
        bucket.objects[key] = _latest(bucket, key).stored


def _latest(bucket: VersionedBucket, key: str) -> Version:
    return bucket.versions[key][max(bucket.versions[key])]


def read(journey: Journey, key: str, number: int) -> None:
    """Reads a version that is there, or was."""
    bucket = _bucket(journey)
    known = bucket.versions.get(key, {}) | bucket.deleted.get(key, {})
    assert number in known, f"There never was a version {number} of {key!r}: a step that stores it has to come first."
    objects.read(journey, key, VersionId=known[number].id)


def assert_unchanged(journey: Journey, key: str, number: int) -> None:
    """The version has the very bytes that were stored as it, and is told to be that one."""
    bucket, wanted = _bucket(journey), version(journey, key, number)
    answer = objects.assert_content(journey, bucket, key, wanted.stored.content, VersionId=wanted.id)
    told = answer.get("VersionId")
    assert told == wanted.id, (
        f"Expected version {wanted.id} of {bucket.name}/{key}, but what came is told to be {told}."
    )
    objects.assert_content(
        journey, bucket, key, wanted.stored.content.part(0, 9), VersionId=wanted.id, Range="bytes=0-9"
    )
    look = answers.look(journey, bucket, key, VersionId=wanted.id)
    found, expected = (look.get("VersionId"), look.get("ContentLength")), (wanted.id, wanted.stored.content.size)
    assert found == expected, (
        f"Expected a look at version {wanted.id} of {bucket.name}/{key} to tell its {expected[1]} bytes, but it tells "
        f"of {found[1]} bytes and version {found[0]}."
    )
    told_at = look["LastModified"]
    assert abs(told_at.timestamp() - wanted.stored.at) < HOUR, (
        f"Expected a look at version {wanted.id} of {bucket.name}/{key} to tell about the time at which we stored it, "
        f"but it tells {_time(told_at)}."
    )


def assert_described(journey: Journey, key: str, number: int) -> None:
    """The version has the properties that it was stored with, and no other notes."""
    wanted = version(journey, key, number)
    properties.assert_of(journey, _bucket(journey), key, wanted.stored.properties, VersionId=wanted.id)


def tag(journey: Journey, key: str, number: int, given: dict[str, str]) -> None:
    """Gives a version these tags in place of all that it had."""
    tagged = version(journey, key, number)
    tags.put_to(journey, _bucket(journey), key, given, VersionId=tagged.id)
    tagged.stored.tags = given


def assert_tagged(journey: Journey, key: str, number: int) -> None:
    """The version has exactly the tags that it was given."""
    wanted = version(journey, key, number)
    tags.assert_of(journey, _bucket(journey), key, wanted.stored.tags, VersionId=wanted.id)


def assert_gone(journey: Journey, key: str, number: int) -> None:
    """A version that was deleted can neither be read nor looked at, and is the one that its deletion told of."""
    bucket = _bucket(journey)
    gone = bucket.deleted.get(key, {}).get(number)
    assert gone, f"Version {number} of {key!r} was not deleted: a step has to do it first."
    expected = f"version {gone.id}"
    told = bucket.told.get(gone.id, expected)
    assert told == expected, (
        f"Expected the deletion of {expected} of {bucket.name}/{key} to tell so, but it told of {told}."
    )
    for does, attempt in (("looked at", journey.s3.head_object), ("read", journey.s3.get_object)):
        with journey.recorder.allowing(status=HTTPStatus.NOT_FOUND):
            attempt(Bucket=bucket.name, Key=key, VersionId=gone.id)
            raise AssertionError(
                f"Expected version {number} of {bucket.name}/{key} to be gone, but it can still be {does}."
            )


def assert_listed(journey: Journey, key: str, *, deleted: bool = False, **asked: Any) -> None:
    """All versions are listed, the latest first and marked so, with their sizes and ETags; nothing else is.

    `deleted`: a mark of the deletion is the latest, and it is the only one. `asked` are further parameters.
    """
    bucket = _bucket(journey)
    ours = [bucket.versions[key][number] for number in sorted(bucket.versions.get(key, {}), reverse=True)]
    if bucket.suspended and key in bucket.objects and (not ours or bucket[key] is not ours[0].stored):
        ours.insert(0, Version(0, NO_ID, bucket[key]))
    expected = [(each.id, each.stored.content.size, each is ours[0] and not deleted) for each in ours]
    listed = _listed(journey, "Versions", **asked)
    found = [(each["VersionId"], each["Size"], each["IsLatest"]) for each in listed]
    told = _names(bucket, key)
    assert found == expected and {each["Key"] for each in listed} <= {key}, (
        f"Expected {bucket.name} to list {told(expected)}, but it lists {told(found)}."
    )
    for each, entry in zip(ours, listed, strict=True):
        assert each.stored.etag in (None, etag_of(entry)), (
            f"Expected {bucket.name} to list version {each.number} of {key!r} with the ETag {each.stored.etag} that it "
            f"was stored with, but it lists {etag_of(entry)}."
        )
        told_at = entry.get("LastModified")
        assert told_at and abs(told_at.timestamp() - each.stored.at) < HOUR, (
            f"Expected {bucket.name} to list version {each.number} of {key!r} with about the time at which we stored "
            f"it, but it lists {_time(told_at)}."
        )
    _assert_marks(bucket, _listed(journey, "DeleteMarkers", **asked), [(key, True)] if deleted else [])


def _assert_marks(bucket: VersionedBucket, listed: list[dict], wanted: list[tuple[str, bool]]) -> None:
    """These marks are listed, as the deletions told of them, with about the time at which they were made."""
    marks = [(mark["Key"], mark["IsLatest"]) for mark in listed]
    assert marks == wanted, (
        f"Expected {bucket.name} to list {_marks(wanted)} of a deletion, but it lists {_marks(marks)}."
    )
    for mark in listed:
        key, id = mark["Key"], mark["VersionId"]
        said = bucket.marks.get(key, id)
        assert said == id, (
            f"Expected the deletion of {bucket.name}/{key} to tell of its mark, version {id}, but it told of "
            f"{f'version {said}' if said else 'none'}."
        )
        told_at = mark.get("LastModified")
        assert told_at and abs(told_at.timestamp() - time.time()) < HOUR, (
            f"Expected {bucket.name} to list the mark of {key!r} with about the time of the deletion, but it lists "
            f"{_time(told_at)}."
        )


def assert_listed_in_class(journey: Journey, key: str, expected: str) -> None:
    """Every version that was not deleted is listed in the storage class `expected`."""
    bucket = _bucket(journey)
    numbers = {each.id: each.number for each in bucket.versions.get(key, {}).values()}
    assert numbers, f"There is no version of {key!r}: a step that stores it has to come first."
    listed = [each for each in _listed(journey, "Versions", Prefix=key) if each["Key"] == key]
    told = {numbers.get(each["VersionId"]): each.get("StorageClass") for each in listed}
    wanted = dict.fromkeys(sorted(numbers.values(), reverse=True), expected)
    assert told == wanted, (
        f"Expected {bucket.name} to list {_classes(wanted)} of {key!r}, but it lists {_classes(told)}."
    )


def assert_listed_in_pages(journey: Journey, key: str, size: int) -> None:
    """Pages of at most `size` versions of this object hold each of them once, in order."""
    assert_listed(journey, key, MaxKeys=size, Prefix=key)


def _listed(journey: Journey, member: str, **asked: Any) -> list[dict]:
    pages = journey.s3.get_paginator("list_object_versions").paginate(Bucket=_bucket(journey).name, **asked)
    return [entry for page in pages for entry in page.get(member, ())]


def _names(bucket: VersionedBucket, key: str) -> Any:
    """What makes a sentence of listed versions."""
    numbers = {
        each.id: each.number for each in {**bucket.deleted.get(key, {}), **bucket.versions.get(key, {})}.values()
    }

    def told(versions: list[tuple[str, int, bool]]) -> str:
        some = [
            f"version {numbers.get(id, repr(id))} ({size} B{', the latest' if latest else ''})"
            for id, size, latest in versions
        ]
        return ", ".join(some) or "no version"

    return told


def _time(told: datetime | None) -> str:
    return f"{told:%Y-%m-%d %H:%M:%S} UTC" if told else "none"


def _classes(told: dict[int | None, str | None]) -> str:
    some = [f"version {number or 'of another id'} in {name}" for number, name in told.items()]
    return ", ".join(some) or "no version"


def _marks(marks: list[tuple[str, bool]]) -> str:
    return ", ".join(f"a{' latest' if latest else 'n older'} mark of {key!r}" for key, latest in marks) or "no mark"
