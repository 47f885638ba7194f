"""The verbs of an object store, as its users do them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from boto3.s3.transfer import TransferConfig

from journeys import payload
from journeys.aws.clients import Clients
from journeys.failures import CallFailed
from journeys.journal import Owned
from journeys.ledger import Kind, Ledger
from journeys.recorder import Recorder

# The operations that our journeys measure: published from zero, before the first of them was made.
OPERATIONS = (
    "s3.CreateBucket",
    "s3.ListBuckets",
    "s3.DeleteBucket",
    "s3.PutObject",
    "s3.GetObject",
    "s3.ListObjectsV2",
    "s3.DeleteObject",
    "s3.DeleteObjects",
    "s3.CreateMultipartUpload",
    "s3.UploadPart",
    "s3.CompleteMultipartUpload",
)
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html and .../userguide/qfacts.html
BATCH = 1000
SMALLEST_PART = 5 * 2**20


class Store:
    """An object store as one user sees it. Whatever it creates stands in the ledger before."""

    def __init__(self, client: Any, ledger: Ledger, recorder: Recorder):
        self._client = client
        self._ledger = ledger
        self._recorder = recorder

    def create_bucket(self) -> str:
        """Creates a bucket of ours; returns its name."""
        name = self._ledger.new_name()
        region = self._client.meta.region_name
        # AWS wants the region to be named, except this one; servers of one's own take any, but may refuse its name.
        aws = self._client.meta.endpoint_url.endswith(".amazonaws.com")
        place = {"CreateBucketConfiguration": {"LocationConstraint": region}} if aws and region != "us-east-1" else {}
        with self._ledger.creating("bucket", name, self._client.identity, self._client.site):
            self._client.create_bucket(Bucket=name, **place)
        return name

    def remove_bucket(self, bucket: str) -> None:
        self._client.delete_bucket(Bucket=bucket)

    def buckets(self) -> list[str]:
        """The names of all buckets of this user, ours or not."""
        return _bucket_names(self._client)

    def put(self, bucket: str, key: str, size: int) -> None:
        """Stores an object of `size` bytes in one request."""
        self._client.put_object(Bucket=bucket, Key=key, Body=payload.content(key, size))

    def put_in_parts(self, bucket: str, key: str, size: int) -> None:
        """Stores an object as a multipart upload, some parts at once, as SDKs do with large files."""
        parts = TransferConfig(
            multipart_threshold=SMALLEST_PART,
            multipart_chunksize=SMALLEST_PART,
            preferred_transfer_client="classic",  # another one would pass by the seam
        )
        self._client.upload_fileobj(payload.stream(key, size), bucket, key, Config=parts)

    def keys(self, bucket: str) -> list[tuple[str, int]]:
        """The keys that the bucket lists, with their sizes in bytes."""
        return [(found["Key"], found["Size"]) for found in _listed(self._client, "list_objects_v2", bucket, "Contents")]

    def read(self, bucket: str, key: str) -> bytes:
        return self._client.get_object(Bucket=bucket, Key=key)["Body"].read()

    def delete(self, bucket: str, key: str) -> None:
        self._client.delete_object(Bucket=bucket, Key=key)

    def delete_many(self, bucket: str, keys: Iterable[str]) -> None:
        """Deletes in batches; a key that the server reports as not deleted breaks the promise."""
        not_deleted = _delete_batches(self._client, bucket, [{"Key": key} for key in keys])
        assert not not_deleted, f"Expected every object of the batch to be deleted, but {_told(not_deleted)}."

    def assert_gone(self, bucket: str) -> None:
        """The bucket is listed no more, and can't be used any more."""
        assert bucket not in self.buckets(), f"Expected {bucket} to be gone, but it is still listed."
        try:
            self.keys(bucket)
        except CallFailed as refusal:
            if refusal.call.code != "NoSuchBucket":
                raise
            self._recorder.expected(refusal)
        else:
            raise AssertionError(f"Expected {bucket} to be gone, but its objects can still be listed.")


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

    return Kind("bucket", remove, lambda: _bucket_names(clients.s3()))


def _bucket_names(client: Any) -> list[str]:
    pages = client.get_paginator("list_buckets").paginate()
    return [bucket["Name"] for page in pages for bucket in page.get("Buckets", ())]


def _empty(client: Any, bucket: str) -> None:
    """Removes every unfinished upload, version and delete marker; goes on after one that can't be removed."""
    problems: list[CallFailed] = []
    for upload in _listed(client, "list_multipart_uploads", bucket, "Uploads"):
        with _collecting(problems):
            client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    versions = _listed(client, "list_object_versions", bucket, "Versions", "DeleteMarkers")
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


def _listed(client: Any, operation: str, bucket: str, *members: str) -> list[dict]:
    pages = client.get_paginator(operation).paginate(Bucket=bucket)
    return [entry for page in pages for member in members for entry in page.get(member, ())]


def _not_deleted_in_batches(client: Any, bucket: str, objects: list[dict]) -> list[dict]:
    """Deletes what can be in batches; returns the rest, which is all where the server has no batches."""
    try:
        refused = _delete_batches(client, bucket, objects)
    except CallFailed as failure:
        if not failure.call.status:
            raise
        return objects
    return [{name: version[name] for name in ("Key", "VersionId") if version.get(name)} for version in refused]


def _delete_batches(client: Any, bucket: str, objects: list[dict]) -> list[dict]:
    """Deletes in batches; what the server says it did not delete."""
    refused = []
    for start in range(0, len(objects), BATCH):
        batch = {"Objects": objects[start : start + BATCH], "Quiet": True}
        refused += client.delete_objects(Bucket=bucket, Delete=batch).get("Errors", ())
    return refused


def _told(errors: list[dict]) -> str:
    first = errors[0]
    return f"{len(errors)} were not, the first {first.get('Key')!r} with {first.get('Code')} ({first.get('Message')})"
