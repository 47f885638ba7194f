"""Many objects or versions deleted with one request."""

from typing import Any

from journeys.journey import Journey

# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
BATCH = 1000


def delete(client: Any, bucket: str, objects: list[dict[str, str]]) -> list[dict]:
    """Deletes in batches; what the server says it did not delete."""
    refused = []
    for start in range(0, len(objects), BATCH):
        batch = {"Objects": objects[start : start + BATCH], "Quiet": True}
        refused += client.delete_objects(Bucket=bucket, Delete=batch).get("Errors", ())
    return refused


def assert_spared(journey: Journey, keys: list[str]) -> None:
    """A request that deletes many at once tells of these objects that they may not be deleted."""
    bucket = journey.bucket.name
    told = delete(journey.s3, bucket, [{"Key": key} for key in keys])
    found = {each.get("Key"): each.get("Code") for each in told}
    expected = dict.fromkeys(keys, "AccessDenied")
    assert found == expected, (
        f"Expected {', '.join(map(repr, keys))} of {bucket} to be kept from a batch with AccessDenied, but the answer "
        f"tells {found or 'of no refusal'}."
    )
