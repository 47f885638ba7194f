"""What the store tells of an object besides its bytes."""

from typing import Any

from journeys import payload
from journeys.journey import Journey
from journeys.s3.bucket import Bucket


def look(journey: Journey, bucket: Bucket, key: str, **asked: str) -> dict[str, Any]:
    """What a look at the object tells."""
    return journey.s3.head_object(Bucket=bucket.name, Key=key, **asked)


def read(journey: Journey, bucket: Bucket, key: str, **asked: str) -> dict[str, Any]:
    """What reading an object tells besides its bytes."""
    answer = journey.s3.get_object(Bucket=bucket.name, Key=key, **asked)
    for _ in answer["Body"].iter_chunks(payload.BLOCK):
        pass
    return answer
