"""Buckets: made, listed, removed."""

from functools import partial
from typing import Any

from journeys.journey import Journey
from journeys.s3 import removal
from journeys.s3.bucket import Bucket


def create(journey: Journey, **asked: Any) -> Bucket:
    """Creates a bucket of ours, noted for its removal before; `asked` are further parameters of the request."""
    client, name = journey.s3, journey.ledger.new_name()
    with journey.ledger.creating("bucket", name, client.identity, client.site):
        create_as(client, name, **asked)
    return Bucket(name)


def create_as(client: Any, name: str, **asked: Any) -> None:
    """Creates a bucket that is noted elsewhere."""
    region = client.meta.region_name
    # AWS wants the region to be named, except this one; servers of one's own take any, but may refuse its name.
    aws = client.meta.endpoint_url.endswith(".amazonaws.com")
    place = {"CreateBucketConfiguration": {"LocationConstraint": region}} if aws and region != "us-east-1" else {}
    client.create_bucket(Bucket=name, **place, **asked)


def take_name(journey: Journey) -> None:
    """Whoever acts asks for a bucket of the same name, which would be his to remove."""
    client, name = journey.s3, journey.bucket.name
    with journey.ledger.creating("bucket", name, client.identity, client.site):
        create_as(client, name)


def create_misnamed(journey: Journey) -> None:
    """Asks for a bucket whose name has a capital letter and an underscore, which no bucket's may have.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
    """
    client, name = journey.s3, f"{journey.ledger.new_name()}_A"
    with journey.ledger.creating("bucket", name, client.identity, client.site):
        create_as(client, name)


def remove(journey: Journey) -> None:
    journey.s3.delete_bucket(Bucket=journey.bucket.name)


def names(journey: Journey) -> list[str]:
    """The names of all buckets of this user, ours or not."""
    return removal.bucket_names(journey.s3)


def assert_listed(journey: Journey) -> None:
    bucket, listed = journey.bucket.name, names(journey)
    assert bucket in listed, f"Expected {bucket} among my buckets, but it is none of the {len(listed)} listed."
    assert listed.count(bucket) == 1, (
        f"Expected {bucket} once among my buckets, but it is listed {listed.count(bucket)} times."
    )


def assert_not_listed(journey: Journey) -> None:
    """Whoever acts is not shown the bucket; being refused the list is as good."""
    bucket = journey.bucket.name
    listed: list[str] = []
    with journey.recorder.allowing(reason="auth"):
        listed = names(journey)
    assert bucket not in listed, f"Expected {bucket} not to be shown to another user, but it is among those listed."


def assert_gone(journey: Journey) -> None:
    """The bucket is listed no more, and can't be used any more."""
    bucket = journey.bucket.name
    assert bucket not in names(journey), f"Expected {bucket} to be gone, but it is still listed."
    # an answer to a look has no body, so it tells no name but the status
    for code, does, attempt in (
        ("NoSuchBucket", "its objects can still be listed", journey.s3.list_objects_v2),
        ("NoSuchBucket", "its objects can still be listed by older programs", journey.s3.list_objects),
        ("NoSuchBucket", "its unfinished uploads can still be listed", journey.s3.list_multipart_uploads),
        ("NoSuchBucket", "it can be removed once more", journey.s3.delete_bucket),
        ("404", "it is still there for who looks", journey.s3.head_bucket),
        ("NoSuchBucket", "objects can still be read", partial(journey.s3.get_object, Key="any")),
    ):
        with journey.recorder.allowing(code=code):
            attempt(Bucket=bucket)
            raise AssertionError(f"Expected {bucket} to be gone, but {does}.")
