"""How buckets of ours are removed, with all that they hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from journeys.aws.clients import Clients
from journeys.failures import CallFailed
from journeys.journal import Owned
from journeys.ledger import Kind
from journeys.s3 import batches
from journeys.s3.listings import entries, pages


def bucket_kind(clients: Clients) -> Kind:
    """Buckets of ours, with all that they hold."""

    def remove(owned: Owned) -> None:
        client = clients.s3(owned.identity, owned.site)
        try:
            _empty(client, owned.name)
            client.delete_bucket(Bucket=owned.name)
        except CallFailed as failure:
            if failure.call.code != "NoSuchBucket":
                raise
            client.recorder.expected(failure)

    return Kind(
        "bucket", remove, lambda: [each["Name"] for each in entries(pages(clients.s3(), "list_buckets"), "Buckets")]
    )


def _empty(client: Any, bucket: str) -> None:
    """Removes every unfinished upload, version and delete marker; goes on after one that can't be removed."""
    problems: list[CallFailed] = []
    for upload in entries(pages(client, "list_multipart_uploads", Bucket=bucket), "Uploads"):
        with _collecting(problems):
            client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    versions = entries(pages(client, "list_object_versions", Bucket=bucket), "Versions", "DeleteMarkers")
    objects = [{"Key": version["Key"], "VersionId": version["VersionId"]} for version in versions]
    for version in _not_deleted_in_batches(client, bucket, objects):
        with _collecting(problems):
            _delete_version(client, bucket, version)
    if problems:
        raise problems[0]


@contextmanager
def _collecting(problems: list[CallFailed]) -> Iterator[None]:
    try:
        yield
    except CallFailed as failure:
        problems.append(failure)


def _delete_version(client: Any, bucket: str, version: dict[str, str]) -> None:
    try:
        client.delete_object(Bucket=bucket, **version)
    except CallFailed as failure:
        if failure.call.reason != "auth":
            raise
        # A governed retention may be ended early by its owner; any other leaves the bucket to a later run.
        client.delete_object(Bucket=bucket, **version, BypassGovernanceRetention=True)


def _not_deleted_in_batches(client: Any, bucket: str, objects: list[dict]) -> list[dict]:
    """Deletes what can be in batches; returns the rest, which is all where the server has no batches."""
    try:
        refused = batches.delete(client, bucket, objects)
    except CallFailed as failure:
        if not failure.call.status:
            raise
        return objects
    return [{name: version[name] for name in ("Key", "VersionId") if version.get(name)} for version in refused]
