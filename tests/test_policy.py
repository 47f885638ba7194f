"""The policy that we ship grants what the journeys do and nothing else; `doctor` tells which right is missing."""

import json
import sqlite3
from pathlib import Path

import pytest

from journeys.demo.seaweedfs import CAPABILITIES, SeaweedFS, User
from journeys.s3.operations import OPERATIONS
from journeys.settings import ROOT
from tests.conftest import Journeys
from tests.lying import through_the_honest_front

# https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazons3.html
ACTIONS = {
    "s3.ListBuckets": {"s3:ListAllMyBuckets"},
    "s3.CreateBucket": {"s3:CreateBucket"},
    "s3.HeadBucket": {"s3:ListBucket"},
    "s3.DeleteBucket": {"s3:DeleteBucket"},
    "s3.ListObjectsV2": {"s3:ListBucket"},
    "s3.ListObjectVersions": {"s3:ListBucketVersions"},
    "s3.ListMultipartUploads": {"s3:ListBucketMultipartUploads"},
    "s3.PutObject": {"s3:PutObject"},
    "s3.GetObject": {"s3:GetObject", "s3:GetObjectVersion"},
    "s3.DeleteObject": {"s3:DeleteObject", "s3:DeleteObjectVersion"},
    "s3.DeleteObjects": {"s3:DeleteObject", "s3:DeleteObjectVersion"},
    "s3.HeadObject": {"s3:GetObject"},
    "s3.CopyObject": {"s3:GetObject", "s3:GetObjectVersion", "s3:PutObject"},
    "s3.ListObjects": {"s3:ListBucket"},
    "s3.ListParts": {"s3:ListMultipartUploadParts"},
    "s3.CreateMultipartUpload": {"s3:PutObject"},
    "s3.UploadPart": {"s3:PutObject"},
    "s3.UploadPartCopy": {"s3:GetObject", "s3:PutObject"},
    "s3.CompleteMultipartUpload": {"s3:PutObject"},
    "s3.AbortMultipartUpload": {"s3:AbortMultipartUpload"},
    "s3.PutObjectTagging": {"s3:PutObjectTagging", "s3:PutObjectVersionTagging"},
    "s3.GetObjectTagging": {"s3:GetObjectTagging", "s3:GetObjectVersionTagging"},
    "s3.DeleteObjectTagging": {"s3:DeleteObjectTagging"},
    "s3.PutBucketVersioning": {"s3:PutBucketVersioning"},
    "s3.GetBucketVersioning": {"s3:GetBucketVersioning"},
    "s3.PutObjectLockConfiguration": {"s3:PutBucketObjectLockConfiguration"},
    # … of buckets whose versions can be locked, too, and of locks that are overruled
    "s3.PutObjectRetention": {
        "s3:PutObjectRetention",
        "s3:BypassGovernanceRetention",
        "s3:PutBucketObjectLockConfiguration",
    },
    "s3.GetObjectRetention": {"s3:GetObjectRetention"},
    "s3.PutObjectLegalHold": {"s3:PutObjectLegalHold"},
    "s3.GetObjectLegalHold": {"s3:GetObjectLegalHold"},
    "s3.PutBucketPolicy": {"s3:PutBucketPolicy"},
    "s3.GetBucketPolicy": {"s3:GetBucketPolicy"},
    "s3.DeleteBucketPolicy": {"s3:DeleteBucketPolicy"},
    "s3.PutObjectAcl": {"s3:PutObjectAcl"},
    "s3.PutBucketAcl": {"s3:PutBucketAcl"},
    "s3.PutBucketCors": {"s3:PutBucketCORS"},
    "s3.GetBucketCors": {"s3:GetBucketCORS"},
    "s3.DeleteBucketCors": {"s3:PutBucketCORS"},
    "s3.PutBucketLifecycleConfiguration": {"s3:PutLifecycleConfiguration"},
    "s3.GetBucketLifecycleConfiguration": {"s3:GetLifecycleConfiguration"},
    "s3.DeleteBucketLifecycle": {"s3:PutLifecycleConfiguration"},
    "s3.PutBucketEncryption": {"s3:PutEncryptionConfiguration"},
    "s3.GetBucketEncryption": {"s3:GetEncryptionConfiguration"},
    "s3.DeleteBucketEncryption": {"s3:PutEncryptionConfiguration"},
    "s3.PutPublicAccessBlock": {"s3:PutBucketPublicAccessBlock"},
    "s3.GetPublicAccessBlock": {"s3:GetBucketPublicAccessBlock"},
    # tried by others than the user only
    "s3.GetObjectAcl": set(),
    "s3.GetBucketAcl": set(),
}


@pytest.fixture(scope="module")
def state(store: SeaweedFS, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The state directory after a run of all that we ship and that the store can do, by a front that never lies."""
    directory = tmp_path_factory.mktemp("whole")
    ran = through_the_honest_front(directory, store, JOURNEYS_CAPABILITIES=",".join(CAPABILITIES))
    assert ran.returncode == 0, ran.stdout
    assert " 0 kept" not in ran.stdout
    return directory / "state"


def operations_of(state: Path) -> set[str]:
    """The operations that the user of the journeys has carried out."""
    (journal,) = state.glob("*.sqlite")
    with sqlite3.connect(journal) as db:
        asked = db.execute("SELECT DISTINCT operation FROM calls WHERE api = 's3' AND identity = 'user'")
        return {operation for (operation,) in asked}


def test_a_store_that_keeps_every_promise_is_believed(state: Path) -> None:
    """What turned scenarios red in the lists of lies was the lie, and not the front that told it."""
    missing = {operation for operation in set(OPERATIONS) - operations_of(state) if ACTIONS[operation]}
    cant = {"s3.PutObjectAcl", "s3.PutBucketAcl", "s3.PutPublicAccessBlock", "s3.GetPublicAccessBlock"}
    assert missing <= cant, "what it can't do"


def test_the_policy_grants_what_a_whole_run_does_and_nothing_else(journeys: Journeys, state: Path) -> None:
    assert journeys.run("doctor", "--probe").returncode == 0
    probed = operations_of(Path(journeys.environment["JOURNEYS_STATE_DIR"]))
    operations = operations_of(state) | probed
    policy = json.loads((ROOT / "deploy" / "policies" / "s3-user-policy.json").read_text())
    granted = {action for statement in policy["Statement"] for action in _as_list(statement["Action"])}
    assert granted == set().union(*(ACTIONS[operation] for operation in operations | set(OPERATIONS)))
    for statement in policy["Statement"]:
        ours = statement["Resource"].startswith("arn:aws:s3:::journeys-")
        assert ours or _as_list(statement["Action"]) == ["s3:ListAllMyBuckets"]


def _as_list(actions: str | list[str]) -> list[str]:
    return [actions] if isinstance(actions, str) else actions


@pytest.mark.parametrize(
    ("actions", "missing"),
    [
        (("List", "Read"), ["s3:CreateBucket"]),
    ],
)
def test_doctor_tells_which_right_is_missing(
    journeys: Journeys, tmp_path: Path, actions: tuple[str, ...], missing: list[str]
) -> None:
    lesser = User("lesser", "lesser-key", "lesser-secret", actions)
    with SeaweedFS(tmp_path / "store", "admin-key", "admin-secret", [lesser]) as store:
        asked = journeys.run(
            "doctor",
            "--probe",
            AWS_ENDPOINT_URL_S3=store.endpoint_url,
            AWS_ACCESS_KEY_ID=lesser.access_key,
            AWS_SECRET_ACCESS_KEY=lesser.secret_key,
        )
    assert asked.returncode == 1, asked.stdout
    bad = [line for line in asked.stdout.splitlines() if line.startswith("BAD")]
    assert [line.split()[2].rstrip(":") for line in bad] == missing, asked.stdout
    assert "403 AccessDenied" in bad[0]
