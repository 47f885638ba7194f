"""Copies that the store makes by itself."""

from journeys.journey import Journey
from journeys.s3 import properties
from journeys.s3.bucket import Bucket, Stored, etag_of


def make(journey: Journey, source: str, bucket: Bucket, key: str, **asked: str) -> None:
    """Copies an object of the scenario's bucket, with its properties and tags.

    `asked` are further parameters of the request.
    """
    asked |= {"CopySource": {"Bucket": journey.bucket.name, "Key": source}}
    answer = journey.s3.copy_object(Bucket=bucket.name, Key=key, **asked)
    original = journey.bucket[source]
    told = etag_of(answer.get("CopyObjectResult", {}))
    bucket.objects[key] = Stored(original.content, told, dict(original.properties), dict(original.tags))


def describe_anew(journey: Journey, key: str, described: dict[str, str]) -> None:
    """Copies an object onto itself with other properties, which is how S3 changes them."""
    bucket, original = journey.bucket, journey.bucket[key]
    answer = journey.s3.copy_object(
        Bucket=bucket.name,
        Key=key,
        CopySource={"Bucket": bucket.name, "Key": key},
        MetadataDirective="REPLACE",
        **properties.as_parameters(described),
    )
    told = etag_of(answer.get("CopyObjectResult", {}))
    bucket.objects[key] = Stored(original.content, told, described, dict(original.tags))


def ask_for(journey: Journey, source: str, key: str) -> None:
    """Asks for a copy of what may not be there, and remembers none."""
    asked = {"CopySource": {"Bucket": journey.bucket.name, "Key": source}}
    journey.s3.copy_object(Bucket=journey.bucket.name, Key=key, **asked)
