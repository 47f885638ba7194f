"""Many objects or versions deleted with one request."""

from typing import Any

# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html
BATCH = 1000


def delete(client: Any, bucket: str, objects: list[dict[str, str]]) -> list[dict]:
    """Deletes in batches; what the server says it did not delete."""
    refused = []
    for start in range(0, len(objects), BATCH):
        batch = {"Objects": objects[start : start + BATCH], "Quiet": True}
        refused += client.delete_objects(Bucket=bucket, Delete=batch).get("Errors", ())
    return refused
