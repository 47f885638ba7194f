"""Rights that are given with an object or a bucket."""

from journeys.journey import Journey


def of_object(journey: Journey, key: str, acl: str) -> None:
    """Gives an object one of the rights that S3 has a name for, such as public-read."""
    journey.s3.put_object_acl(Bucket=journey.bucket.name, Key=key, ACL=acl)


def of_bucket(journey: Journey, acl: str) -> None:
    """The same for the bucket: who may list it."""
    journey.s3.put_bucket_acl(Bucket=journey.bucket.name, ACL=acl)
