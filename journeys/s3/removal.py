"""How buckets of ours are removed, with all that they hold."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from journeys.aws.clients import Clients
from journeys.failures import CallFailed
from journeys.journal import Owned
from journeys.ledger import Kind
from journeys.s3 import batches


def bucket_kind(clients: Clients) -> Kind:
    """Buckets of ours, with all that they hold."""

    def remove(owned: Owned) -> None:
        client = clients.s3(owned.identity, owned.site)
        with client.recorder.allowing(code="NoSuchBucket"):
            _empty(client, owned.name)
            client.delete_bucket(Bucket=owned.name)

    return Kind("bucket", remove, lambda: bucket_names(clients.s3()))


def bucket_names(client: Any) -> list[str]:
    """The names of all buckets of the user, ours or not, as often as they are listed."""
    return [bucket["Name"] for bucket in _listed(client, "list_buckets", ["Buckets"])]


def buckets(client: Any) -> dict[str, datetime | None]:
    """All buckets of the user by their names, ours or not, and when each was made."""
    return {bucket["Name"]: bucket.get("CreationDate") for bucket in _listed(client, "list_buckets", ["Buckets"])}


def _listed(client: Any, operation: str, members: Sequence[str], **asked: str) -> list[dict]:
    pages = client.get_paginator(operation).paginate(**asked)
    return [entry for page in pages for member in members for entry in page.get(member, ())]


def _empty(client: Any, bucket: str) -> None:
    """Removes every unfinished upload, version and delete marker; goes on after one that can't be removed."""
    problems: list[CallFailed] = []
    for upload in _listed(client, "list_multipart_uploads", ["Uploads"], Bucket=bucket):
        with _collecting(problems):
            client.abort_multipart_upload(Bucket=bucket, Key=upload["Key"], UploadId=upload["UploadId"])
    versions = _listed(client, "list_object_versions", ["Versions", "DeleteMarkers"], Bucket=bucket)
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
        _unlock(client, bucket, version)
        # A governed lock may be overruled by its owner; any other leaves the bucket to a later run.
        client.delete_object(Bucket=bucket, **version, BypassGovernanceRetention=True)
        client.recorder.expected(failure)


def _unlock(client: Any, bucket: str, version: dict[str, str]) -> None:
    """Ends what a scenario may have put in the way: a policy that forbids, a legal hold. Neither has to be there."""
    for attempt in (
        lambda: client.delete_bucket_policy(Bucket=bucket),
        lambda: client.put_object_legal_hold(Bucket=bucket, **version, LegalHold={"Status": "OFF"}),
    ):
        try:
            attempt()
        except CallFailed as failure:
            if not failure.call.status:
                raise
            client.recorder.expected(failure)


def _not_deleted_in_batches(client: Any, bucket: str, objects: list[dict]) -> list[dict]:
    """Deletes what can be in batches; returns the rest, which is all where the server has no batches."""
    try:
        refused = batches.delete(client, bucket, objects)
    except CallFailed as failure:
        if not failure.call.status:
            raise
        return objects
    return [{name: version[name] for name in ("Key", "VersionId") if version.get(name)} for version in refused]
