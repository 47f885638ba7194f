"""Lies about what SeaweedFS can't do, told in front of a real Ceph: rights, closed buckets, detours, names, parts."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.ceph import Ceph, require_lab
from tests.faulty import Answer, Request, Store, after, changed, corrupted, only, pretended, refused, replaced
from tests.lying import Lie, Lied
from tests.unguarded import allowed, as_admin, of_key, refused_but_done, renamed, unsigned

ALLOWED = r"Expected a refusal with .*, but what was tried was allowed"
ANOTHER = r"Expected a refusal with 'AccessDenied', but it came with another\. .* answered %s"
CHANGED = r"Expected \S+ to read back unchanged, but got"
DENIED = 'the stranger is refused with "AccessDenied"'
I_AM_DENIED = 'I am refused with "AccessDenied"'

PUBLIC = "A public object can be read by strangers, and no other"
NOT_CHANGED = "A public object can't be changed by strangers"
PRIVATE = "A public object can be made private again"
LISTED = "A public bucket can be listed by strangers, but not read"
NOT_PUBLIC = "A public object of a bucket that is closed to the public can't be read by strangers"
NOT_OPENED = "A bucket that is closed to the public can't be opened by a policy"
NOT_COPIED = "What a policy forbids to read can't be copied"
NOT_IN_A_BATCH = "What a policy forbids to delete can't be deleted in a batch"
FLAT = "Slashes and dots in names mean nothing to the store"
ONCE = "A part that is uploaded again is listed once"
AS_BEFORE = "A file can't be made of a part as it was before"
GUARDED = "A bucket that holds nothing but earlier versions can't be removed"
SUSPENDED = "What is stored while versioning is suspended is the latest version, and one"
READS = 'a stranger reads "logo.png" unchanged'
LISTS = "a stranger lists exactly what I stored"
CLOSED = "the bucket tells that it is closed to the public"
VERSIONS = 'all versions of "report.csv" are listed, the latest first'


def doubled(request: Request, store: Store) -> Answer:
    """Tells the first part of an upload twice."""
    answer = store(request)
    return replace(answer, body=re.sub(rb"(<Part>.*?</Part>)", rb"\1\1", answer.body, count=1, flags=re.DOTALL))


def any_part(request: Request, store: Store) -> Answer:
    """Completes an upload with the parts that are there, whatever ETags they should have."""
    answer = store(request)
    if answer.status < 400:
        return answer
    upload = {"uploadId": request.query["uploadId"]}
    told = store(as_admin(request, method="GET", query=upload, body=b"", without={"content-type", "content-md5"})).body
    parts = re.findall(rb"<PartNumber>(\d+)</PartNumber>.*?<ETag>(.*?)</ETag>", told, re.DOTALL)
    listed = b"".join(b"<Part><PartNumber>%b</PartNumber><ETag>%b</ETag></Part>" % part for part in parts)
    body = b"<CompleteMultipartUpload>%b</CompleteMultipartUpload>" % listed
    return store(as_admin(request, body=body, without={"content-md5"}))


def oldest_first(body: bytes) -> bytes:
    versions = re.findall(rb"<Version>.*?</Version>", body, re.DOTALL)
    return body.replace(b"".join(versions), b"".join(versions[::-1])) if versions else body


LIES = [
    # --- rights
    Lie("A public object stays closed", PUBLIC, READS, "AccessDenied", {"PutObjectAcl": pretended(200)}),
    Lie(
        "Where one object is public, all are",
        PUBLIC,
        DENIED,
        ALLOWED,
        {"GetObject": of_key("diary.txt", unsigned(allowed))},
    ),
    Lie("A public object comes corrupt to strangers", PUBLIC, READS, CHANGED, {"GetObject": unsigned(corrupted)}),
    Lie(
        "A stranger is told that a closed object is not there",
        PUBLIC,
        DENIED,
        ANOTHER % "404 NoSuchKey",
        {"GetObject": unsigned(renamed("NoSuchKey", 404))},
    ),
    Lie("Who may read an object may overwrite it", NOT_CHANGED, DENIED, ALLOWED, {"PutObject": unsigned(allowed)}),
    Lie("Who may read an object may delete it", NOT_CHANGED, DENIED, ALLOWED, {"DeleteObject": unsigned(allowed)}),
    Lie(
        "A stranger's write is refused and done",
        NOT_CHANGED,
        '"logo.png" reads back unchanged',
        CHANGED,
        {"PutObject": unsigned(refused_but_done)},
    ),
    Lie(
        "An object that was public once is for ever",
        PRIVATE,
        DENIED,
        ALLOWED,
        {"PutObjectAcl": after(1, pretended(200))},
    ),
    Lie("A public bucket can't be listed", LISTED, LISTS, "AccessDenied", {"PutBucketAcl": pretended(200)}),
    Lie(
        "Strangers are shown an empty bucket",
        LISTED,
        LISTS,
        r"Expected \S+ to list .*, but it lists nothing",
        {"ListObjectsV2": unsigned(replaced(rb"<Contents>.*</Contents>", b""))},
    ),
    Lie("Who may list a bucket may read its objects", LISTED, DENIED, ALLOWED, {"GetObject": unsigned(allowed)}),
    # --- buckets closed to the public
    Lie(
        "A closed bucket is said to be closed and is not",
        NOT_PUBLIC,
        DENIED,
        ALLOWED,
        {"PutPublicAccessBlock": pretended(200)},
    ),
    Lie("Public objects of a closed bucket are public", NOT_PUBLIC, DENIED, ALLOWED, {"GetObject": unsigned(allowed)}),
    Lie(
        "A closed bucket tells that its policy opens it",
        NOT_OPENED,
        CLOSED,
        "to tell that it is closed to the public, but it tells .*'BlockPublicPolicy': False",
        {"GetPublicAccessBlock": replaced(b"<BlockPublicPolicy>true", b"<BlockPublicPolicy>false")},
    ),
    Lie("A closed bucket takes a public policy", NOT_OPENED, I_AM_DENIED, ALLOWED, {"PutBucketPolicy": pretended(200)}),
    Lie("Objects of a closed bucket are read", NOT_OPENED, DENIED, ALLOWED, {"GetObject": unsigned(allowed)}),
    # --- detours around a policy
    Lie(
        "What may not be read is copied",
        NOT_COPIED,
        I_AM_DENIED,
        ALLOWED,
        {"CopyObject": pretended(200, b'<CopyObjectResult><ETag>"0"</ETag></CopyObjectResult>')},
    ),
    Lie(
        "A batch tells of nothing that it may not delete",
        NOT_IN_A_BATCH,
        '"public/logo.png" can\'t be deleted in a batch',
        "to be kept from a batch with AccessDenied, but the answer tells of no refusal",
        {"DeleteObjects": replaced(rb"<Error>.*</Error>", b"")},
    ),
    Lie(
        "A batch tells another reason",
        NOT_IN_A_BATCH,
        '"public/logo.png" can\'t be deleted in a batch',
        "but the answer tells {'public/logo.png': 'InternalError'}",
        {"DeleteObjects": replaced(rb"<Code>AccessDenied", b"<Code>InternalError")},
    ),
    # --- names
    Lie(
        "Two slashes are listed as one",
        FLAT,
        "the bucket lists exactly what I stored",
        "'a//b' is missing",
        {"ListObjectsV2": replaced(rb"<Key>a(?:/|%2F){2}b</Key>", b"<Key>a/b</Key>")},
    ),
    Lie(
        "A name that ends in a slash holds nothing",
        FLAT,
        "every object reads back unchanged",
        "but got 0 bytes instead of 1024",
        {"GetObject": of_key("a/", replaced(rb".+", b""))},
    ),
    Lie(
        "A folder stays when it is deleted",
        FLAT,
        "the bucket lists exactly what I stored",
        "'a/' should not be there",
        {"DeleteObject": only(lambda request: request.key == "a/", pretended(204))},
    ),
    # --- parts
    Lie(
        "A part that was uploaded again is listed twice",
        ONCE,
        "the upload shows exactly its parts",
        r"to show part 1 \(1024 B, ETag \w+\), but it shows part 1 .*, part 1 ",
        {"ListParts": doubled},
    ),
    Lie(
        "A part that was uploaded again stays as it was",
        ONCE,
        "the upload shows exactly its parts",
        r"to show part 1 .*, but it shows part 1 ",
        {"UploadPart": after(1, pretended(200))},
    ),
    Lie(
        "A part is taken by an ETag that it has no more",
        AS_BEFORE,
        'I am refused with "InvalidPart"',
        ALLOWED,
        {"CompleteMultipartUpload": any_part},
    ),
    # --- versions
    Lie(
        "A bucket that holds versions is said to be removed",
        GUARDED,
        'I am refused with "BucketNotEmpty"',
        ALLOWED,
        {"DeleteBucket": pretended(204)},
    ),
    Lie(
        "A bucket that holds versions is kept for another reason",
        GUARDED,
        'I am refused with "BucketNotEmpty"',
        r"but it came with another\. .* answered 403 AccessDenied",
        {"DeleteBucket": refused(403, "AccessDenied")},
    ),
    Lie(
        "What was stored while versioning was suspended is listed last",
        SUSPENDED,
        VERSIONS,
        r"to list version 'null' .*, but it lists version 1",
        {"ListObjectVersions": changed(oldest_first)},
    ),
    Lie(
        "What was stored while versioning was suspended is a version of its own",
        SUSPENDED,
        VERSIONS,
        "to list version 'null' .*, but it lists",
        {"PutBucketVersioning": after(1, pretended(200))},
    ),
]


@pytest.fixture(scope="module")
def lied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lied]:
    """The run in which all of them were told."""
    require_lab()
    lab = Ceph(Path(f"/tmp/ceph-{os.getpid()}"))
    store = lab.start_as_store_of_lies()
    try:
        yield Lied(tmp_path_factory.mktemp("lies"), store, LIES)
    finally:
        lab.say("stop")


@pytest.mark.long
@pytest.mark.parametrize("lie", LIES, ids=[lie.title for lie in LIES])
def test_a_lie_is_caught(lied: Lied, lie: Lie) -> None:
    lied.assert_caught(lie)
