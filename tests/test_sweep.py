"""`sweep` removes what is ours and old, and nothing else."""

import hashlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest

from journeys import clock
from journeys.demo.seaweedfs import SeaweedFS
from tests.conftest import Journeys
from tests.faulty import FaultyProxy, Held, only, refused


def owner(target: str, suite: str) -> str:
    return hashlib.sha256(f"{target}\n{suite}".encode()).hexdigest()[:8]


def name(of: str, hours_old: float, number: int = 1) -> str:
    made = time.strftime("%Y%m%dt%H%M%S", time.gmtime(time.time() - hours_old * 3600))
    return f"journeys-{of}-{made}-0a1b2c-{number}"


@pytest.fixture
def buckets(s3) -> Iterator[list[str]]:
    """Buckets to be made with an object in each; what is left of them goes at the end."""
    made: list[str] = []
    yield made
    for bucket in made:
        for found in s3.list_objects_v2(Bucket=bucket).get("Contents", ()) if exists(s3, bucket) else ():
            s3.delete_object(Bucket=bucket, Key=found["Key"])
        if exists(s3, bucket):
            s3.delete_bucket(Bucket=bucket)


def make(s3, buckets: list[str], *names: str) -> None:
    for bucket in names:
        s3.create_bucket(Bucket=bucket)
        buckets.append(bucket)
        s3.put_object(Bucket=bucket, Key="held", Body=b"held")


def exists(s3, bucket: str) -> bool:
    return bucket in [found["Name"] for found in s3.list_buckets()["Buckets"]]


def test_look_alikes_survive(journeys: Journeys, store: SeaweedFS, s3, buckets: list[str]) -> None:
    target = urlsplit(store.endpoint_url).netloc
    us = owner(target, journeys.suite)
    ours = [name(us, 2), name(us, 30, number=12)]
    others = [
        name(us, 0.5),  # ours, but younger than asked for
        name(owner(target, "another-suite"), 2),
        name(owner("another-target", journeys.suite), 2),
        name(us, 2).removesuffix("-1"),  # same prefix, other shape
        name(us, 2) + "x",
        name(us, 2) + "-backup",
        f"journeys-{us}-20269999t999999-0a1b2c-1",  # no time at all
        "my-" + name(us, 2),
        "journeys",
    ]
    make(s3, buckets, *ours, *others)
    dry = journeys.run("sweep", "--older-than", "1h", "--dry-run")
    assert dry.returncode == 0, dry.stdout
    assert [bucket for bucket in ours if bucket in dry.stdout] == ours
    assert [bucket for bucket in others if f"{bucket} " in dry.stdout] == []
    assert all(exists(s3, bucket) for bucket in ours)

    swept = journeys.run("sweep", "--older-than", "1h")
    assert swept.returncode == 0, swept.stdout
    assert [bucket for bucket in ours if exists(s3, bucket)] == []
    assert [bucket for bucket in others if not exists(s3, bucket)] == []
    assert all(s3.list_objects_v2(Bucket=bucket)["KeyCount"] == 1 for bucket in others)

    younger = journeys.run("sweep", "--older-than", "10m")
    assert younger.returncode == 0, younger.stdout
    assert not exists(s3, others[0])


def test_a_run_whose_state_was_lost_removes_what_it_left_before(
    journeys: Journeys, store: SeaweedFS, s3, buckets: list[str]
) -> None:
    us = owner(urlsplit(store.endpoint_url).netloc, journeys.suite)
    make(s3, buckets, name(us, 2), name(us, 0.5))
    assert journeys.run("-n", "A new bucket is listed", "-f", "progress").returncode == 0
    assert not exists(s3, name(us, 2))
    assert exists(s3, buckets[1]), "younger than any run may be: it may belong to one"


def test_versions_markers_and_unfinished_uploads_go_too(
    journeys: Journeys, store: SeaweedFS, s3, buckets: list[str]
) -> None:
    bucket = name(owner(urlsplit(store.endpoint_url).netloc, journeys.suite), 2)
    make(s3, buckets, bucket)
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for number in range(3):
        s3.put_object(Bucket=bucket, Key="versioned", Body=f"{number}".encode())
    s3.delete_object(Bucket=bucket, Key="versioned")
    for number in range(3):
        upload = s3.create_multipart_upload(Bucket=bucket, Key=f"unfinished-{number}")
        s3.upload_part(
            Bucket=bucket, Key=f"unfinished-{number}", UploadId=upload["UploadId"], PartNumber=1, Body=b"part"
        )
    swept = journeys.run("sweep")
    assert swept.returncode == 0, swept.stdout
    assert not exists(s3, bucket)


def test_what_can_not_be_removed_is_told(journeys: Journeys, store: SeaweedFS, s3, buckets: list[str]) -> None:
    bucket = name(owner(urlsplit(store.endpoint_url).netloc, journeys.suite), 2)
    make(s3, buckets, bucket)
    assert journeys.run("sweep", "--dry-run").returncode == 0
    refused = journeys.run("sweep", AWS_SECRET_ACCESS_KEY="wrong")
    assert refused.returncode == 1
    assert "SignatureDoesNotMatch" in refused.stdout
    assert exists(s3, bucket)


def test_bad_arguments_are_refused(journeys: Journeys) -> None:
    assert journeys.run("sweep", "--older-than", "yesterday").returncode == 2
    assert journeys.run("sweep", "--all").returncode == 2
    assert journeys.run("sweep", AWS_ENDPOINT_URL_S3="").returncode == 2


def test_a_server_without_batches_is_cleaned_one_by_one(
    journeys: Journeys, store: SeaweedFS, s3, buckets: list[str]
) -> None:
    with FaultyProxy(store.endpoint_url, DeleteObjects=refused(501, "NotImplemented")) as proxy:
        bucket = name(owner(urlsplit(proxy.url).netloc, journeys.suite), 2)
        make(s3, buckets, bucket)
        s3.put_object(Bucket=bucket, Key="another", Body=b"held")
        swept = journeys.run("sweep", AWS_ENDPOINT_URL_S3=proxy.url)
    assert swept.returncode == 0, swept.stdout
    assert not exists(s3, bucket)


def test_one_that_can_not_be_removed_does_not_keep_the_others(
    journeys: Journeys, store: SeaweedFS, s3, buckets: list[str]
) -> None:
    """Neither where the server refuses, nor where it never answers."""
    with FaultyProxy(store.endpoint_url) as proxy:
        us = owner(urlsplit(proxy.url).netloc, journeys.suite)
        refusing, hanging, *others = (name(us, 2, number) for number in range(1, 6))
        make(s3, buckets, refusing, hanging, *others)
        with Held() as held:
            proxy.faults["ListMultipartUploads"] = only(lambda request: request.bucket == hanging, held)
            proxy.faults["DeleteBucket"] = only(
                lambda request: request.bucket == refusing, refused(403, "AccessDenied")
            )
            swept = journeys.run("sweep", AWS_ENDPOINT_URL_S3=proxy.url, JOURNEYS_CLEANUP_TIMEOUT="6s")
    assert swept.returncode == 1
    assert {bucket for bucket in buckets if exists(s3, bucket)} == {refusing, hanging}
    assert swept.stdout.count("could not be removed: ") == 2
    assert "403 AccessDenied" in swept.stdout, swept.stdout
    assert "its removal took longer than" in swept.stdout
    assert swept.stdout.count(": removed") == 3


def test_a_retention_is_ended_where_that_is_allowed_and_respected_where_not(
    journeys: Journeys, store: SeaweedFS, s3, buckets: list[str]
) -> None:
    us = owner(urlsplit(store.endpoint_url).netloc, journeys.suite)
    governed, legal = name(us, 2, 1), name(us, 2, 2)
    for bucket, mode in ((governed, "GOVERNANCE"), (legal, "COMPLIANCE")):
        s3.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
        until = datetime.now(UTC) + timedelta(seconds=8)
        s3.put_object(Bucket=bucket, Key="locked", Body=b"locked", ObjectLockMode=mode, ObjectLockRetainUntilDate=until)
        s3.put_object(Bucket=bucket, Key="free", Body=b"free")
    swept = journeys.run("sweep")
    assert swept.returncode == 1, swept.stdout
    assert not exists(s3, governed)
    assert [found["Key"] for found in s3.list_objects_v2(Bucket=legal)["Contents"]] == ["locked"]
    ended = clock.wait_until(lambda: datetime.now(UTC) > until, 20)
    assert ended
    assert journeys.run("sweep").returncode == 0
    assert not exists(s3, legal)
