"""Lies about conditions, versions, locks, rules, links, forms, visitors, policies and keys, each caught by a shipped
scenario."""

import re
from dataclasses import replace

import pytest

from tests.faulty import (
    Answer,
    Fault,
    Request,
    Store,
    both,
    changed,
    corrupted,
    headed,
    only,
    pretended,
    refused,
    replaced,
)
from tests.lying import Lie, Lied, believed, caught, one_of_each, told
from tests.unguarded import (
    BYPASS,
    Memory,
    allowed,
    as_admin,
    by_link,
    destroyed,
    of_key,
    of_second,
    overruled,
    refused_but_done,
    released,
    renamed,
    taken,
    unconditional,
    unencrypted,
    unsigned,
    where,
)

ALLOWED = r"Expected a refusal with .*, but what was tried was allowed"
ANOTHER = r"Expected a refusal with .*, but it came with another\. .* answered %s"
CHANGED = r"Expected \S+ to read back unchanged, but got"
REFUSED = r"Expected %s of \S+ to succeed, but the server answered %s"
UNCHANGED = '"{}" reads back unchanged'.format


# --- conditions

EXPECTS_NONE = "An object is not overwritten by who expects none"
MAY_BE_NEW = "A new object can be stored on the condition that it is new"
OVERWRITES = "An object can be overwritten on the condition that it is unchanged"
HAS_NOT_SEEN = "A change is not overwritten by who has not seen it"
DELETES_UNSEEN = "A change is not deleted by who has not seen it"
DELETES_SEEN = "An object can be deleted on the condition that it is unchanged"
NOT_SENT = "An object that has not changed is not sent again"
SENT_ANEW = "An object that has changed is sent anew"
NOT_TAKEN = "An object that has changed is not taken for the one that was seen"
PRECONDITION = 'I am refused with "PreconditionFailed"'
NOT_AGAIN = '"page.html" is not sent again to who has seen it'
ANEW = '"page.html" is sent anew to who has seen it before'
IF_SEEN = '"page.html" reads back if it is as I saw it'


def memory(operation: str, fault_of: str, *arguments: int) -> dict[str, Fault]:
    """A fault that needs what was stored before, for `operation`."""
    remembered = Memory()
    return {"PutObject": remembered.remembers, operation: getattr(remembered, fault_of)(*arguments)}


def not_modified(request: Request, store: Store) -> Answer:
    answer = store(request)
    return replace(answer, status=304, body=b"") if answer.status == 200 else answer


def stale_if(header: str) -> dict[str, Fault]:
    remembered = Memory()
    return {"PutObject": remembered.remembers, "GetObject": where(header, remembered.serves(0))}


OF_CONDITIONS = [
    Lie(
        "A write overwrites what it expects not to be there",
        EXPECTS_NONE,
        PRECONDITION,
        ALLOWED,
        {"PutObject": where("if-none-match", unconditional)},
    ),
    Lie(
        "A write is refused and overwrites all the same",
        EXPECTS_NONE,
        UNCHANGED("page.html"),
        CHANGED,
        {"PutObject": refused_but_done},
    ),
    Lie(
        "A write is refused by another name",
        EXPECTS_NONE,
        PRECONDITION,
        ANOTHER % "409 Conflict",
        {"PutObject": renamed("Conflict", 409)},
    ),
    Lie(
        "A new object is refused as if it were there",
        MAY_BE_NEW,
        'I store "page.html" only if it is new',
        REFUSED % ("s3.PutObject", 412),
        {"PutObject": refused(412, "PreconditionFailed")},
    ),
    Lie(
        "A new object is said to be stored and is not",
        MAY_BE_NEW,
        UNCHANGED("page.html"),
        "NoSuchKey",
        {"PutObject": pretended(200)},
    ),
    Lie(
        "A write overwrites a change that it has not seen",
        HAS_NOT_SEEN,
        PRECONDITION,
        ALLOWED,
        {"PutObject": where("if-match", unconditional)},
    ),
    Lie(
        "An unseen change is overwritten in spite of the refusal",
        HAS_NOT_SEEN,
        UNCHANGED("page.html"),
        CHANGED,
        {"PutObject": refused_but_done},
    ),
    Lie(
        "A write that has seen all is refused",
        OVERWRITES,
        'I store "page.html" only if it is as I saw it',
        REFUSED % ("s3.PutObject", 412),
        {"PutObject": where("if-match", refused(412, "PreconditionFailed"))},
    ),
    Lie(
        "A write that has seen all is not carried out",
        OVERWRITES,
        UNCHANGED("page.html"),
        CHANGED,
        {"PutObject": where("if-match", pretended(200))},
    ),
    Lie(
        "A deletion deletes a change that it has not seen",
        DELETES_UNSEEN,
        PRECONDITION,
        ALLOWED,
        {"DeleteObject": where("if-match", unconditional)},
    ),
    Lie(
        "An unseen change is deleted in spite of the refusal",
        DELETES_UNSEEN,
        UNCHANGED("page.html"),
        "NoSuchKey",
        {"DeleteObject": where("if-match", refused_but_done)},
    ),
    Lie(
        "A deletion that has seen all is refused",
        DELETES_SEEN,
        'I delete "page.html" only if it is as I saw it',
        REFUSED % ("s3.DeleteObject", 412),
        {"DeleteObject": where("if-match", refused(412, "PreconditionFailed"))},
    ),
    Lie(
        "A deletion that has seen all is not carried out",
        DELETES_SEEN,
        "the bucket is empty",
        "but it lists",
        {"DeleteObject": where("if-match", pretended(204))},
    ),
    Lie(
        "What is known by its ETag is sent once more",
        NOT_SENT,
        NOT_AGAIN,
        "known as unchanged by its ETag, but it was sent",
        {"GetObject": where("if-none-match", unconditional)},
    ),
    Lie(
        "What is known by its date is sent once more",
        NOT_SENT,
        NOT_AGAIN,
        "known as unchanged by its date, but it was sent",
        {"GetObject": where("if-modified-since", unconditional)},
    ),
    Lie(
        "What did not change is refused to who saw it",
        NOT_SENT,
        IF_SEEN,
        REFUSED % ("s3.GetObject", 412),
        {"GetObject": where("if-match", refused(412, "PreconditionFailed"))},
    ),
    Lie(
        "What did not change since a date is refused",
        NOT_SENT,
        IF_SEEN,
        REFUSED % ("s3.GetObject", 412),
        {"GetObject": where("if-unmodified-since", refused(412, "PreconditionFailed"))},
    ),
    Lie(
        "What is read on a condition is corrupt",
        NOT_SENT,
        IF_SEEN,
        CHANGED,
        {"GetObject": where("if-match", corrupted)},
    ),
    Lie(
        "A change is told as none by its ETag",
        SENT_ANEW,
        ANEW,
        REFUSED % ("s3.GetObject", 304),
        {"GetObject": where("if-none-match", not_modified)},
    ),
    Lie(
        "A change is told as none by its date",
        SENT_ANEW,
        ANEW,
        REFUSED % ("s3.GetObject", 304),
        {"GetObject": where("if-modified-since", not_modified)},
    ),
    Lie("Who asks for a change is sent the old state", SENT_ANEW, ANEW, CHANGED, stale_if("if-none-match")),
    Lie(
        "A read ignores that the object was changed",
        NOT_TAKEN,
        PRECONDITION,
        ALLOWED,
        {"GetObject": where("if-match", unconditional)},
    ),
    Lie(
        "A read ignores when the object was changed",
        NOT_TAKEN,
        PRECONDITION,
        ALLOWED,
        {"GetObject": where("if-unmodified-since", unconditional)},
    ),
    Lie(
        "A changed object is refused by another name",
        NOT_TAKEN,
        PRECONDITION,
        ANOTHER % "404 NoSuchKey",
        {"GetObject": renamed("NoSuchKey", 404)},
    ),
]

# --- versions

EVERY = "Every version of an object can be read"
ORDER = "All versions are listed in order"
RESTORED = "An earlier version can be restored"
KEPT = "A deleted object keeps its versions"
UNDELETED = "A deleted object can be had again"
GONE = "A deleted version is gone, and no other"
PLACE = "Where the latest version is deleted, the one before takes its place"
SUSPENDED = "Versions stay when versioning is suspended"
THREE, TWO = '3 versions of "report.csv"', '2 versions of "report.csv"'
LISTED = 'all versions of "report.csv" are listed, the latest first'
MARKED = 'all versions of "report.csv" are listed, below a mark that it was deleted'
VERSION = 'version {} of "report.csv" reads back unchanged'.format
LISTS = (
    r"Expected \S+ to list version 3 \(1026 B, the latest\), version 2 \(1025 B\), version 1 \(1024 B\), but it lists "
)
NO_SUCH = 'I am refused with "NoSuchVersion" or "NoSuchKey"'
NO_KEY = 'I am refused with "NoSuchKey"'
COPIED = b"<CopyObjectResult><ETag>&#34;0&#34;</ETag></CopyObjectResult>"
ENTRY = rb"<Version>.*?</Version>"


def versions(change) -> Fault:
    """Changes the list of versions, as the bytes of their entries."""

    def edit(body: bytes) -> bytes:
        found = re.findall(ENTRY, body, re.DOTALL)
        marker = b"<!-- versions -->"
        first = body.index(found[0])
        body = re.sub(ENTRY, b"", body[:first] + marker + body[first:], flags=re.DOTALL)
        return body.replace(marker, b"".join(change(found)))

    return changed(edit)


def said(pattern: bytes, by: bytes):
    return lambda entries: [re.sub(pattern, by, each) for each in entries]


def of_version(fault: Fault, given: bool = True) -> Fault:
    """The fault for requests that name a version, or for those that name none."""
    return only(lambda request: ("versionId" in request.query) == given, fault)


def latest_instead(request: Request, store: Store) -> Answer:
    return store(as_admin(request, query={}))


OF_VERSIONS = [
    Lie(
        "Versions have no ids",
        EVERY,
        THREE,
        "to get an id, but it got None",
        {"PutObject": headed("x-amz-version-id", None)},
    ),
    Lie(
        "Versions are called null",
        EVERY,
        THREE,
        "to get an id, but it got 'null'",
        {"PutObject": headed("x-amz-version-id", "null")},
    ),
    Lie(
        "Two versions have one id",
        EVERY,
        THREE,
        "an id of its own, but 4711 came twice",
        {"PutObject": headed("x-amz-version-id", "4711")},
    ),
    Lie(
        "Versioning is said to be on and is not",
        EVERY,
        THREE,
        "to get an id, but it got None",
        {"PutBucketVersioning": pretended(200)},
    ),
    Lie("An older version was overwritten", EVERY, VERSION(1), CHANGED, {"GetObject": of_version(latest_instead)}),
    Lie(
        "An older version is gone",
        EVERY,
        VERSION(1),
        "answered 404 NoSuchVersion",
        {"GetObject": of_version(refused(404, "NoSuchVersion"))},
    ),
    Lie("A version comes corrupt", EVERY, VERSION(1), CHANGED, {"GetObject": of_version(corrupted)}),
    Lie(
        "A version is told to be another",
        EVERY,
        VERSION(1),
        "but what came is told to be 4711",
        {"GetObject": of_version(headed("x-amz-version-id", "4711"))},
    ),
    Lie(
        "Who asks for the object gets its first version",
        EVERY,
        UNCHANGED("report.csv"),
        CHANGED,
        memory("GetObject", "serves", 0),
    ),
    Lie(
        "Versions are listed the other way round",
        ORDER,
        LISTED,
        LISTS + r"version 1 \(1024 B\), version 2",
        {"ListObjectVersions": versions(lambda found: found[::-1])},
    ),
    Lie(
        "Every version is the latest",
        ORDER,
        LISTED,
        LISTS + r"version 3 \(1026 B, the latest\), version 2 \(1025 B, the latest\)",
        {"ListObjectVersions": versions(said(b"false", b"true"))},
    ),
    Lie(
        "No version is the latest",
        ORDER,
        LISTED,
        LISTS + r"version 3 \(1026 B\), version 2",
        {"ListObjectVersions": versions(said(b"true", b"false"))},
    ),
    Lie(
        "A version is not listed",
        ORDER,
        LISTED,
        LISTS + r"version 3 \(1026 B, the latest\), version 1",
        {"ListObjectVersions": versions(lambda found: [found[0], found[2]])},
    ),
    Lie(
        "A version is listed twice",
        ORDER,
        LISTED,
        LISTS + r".*version 2 \(1025 B\), version 2 \(1025 B\)",
        {"ListObjectVersions": versions(lambda found: [found[0], found[1], *found[1:]])},
    ),
    Lie(
        "A version is listed that never was",
        ORDER,
        LISTED,
        LISTS + r".*version b?'4711'",
        {
            "ListObjectVersions": versions(
                lambda found: [*found, re.sub(rb"<VersionId>.*?<", b"<VersionId>4711<", found[2])]
            )
        },
    ),
    Lie(
        "A version is listed with another size",
        ORDER,
        LISTED,
        LISTS + r".*version 2 \(7 B\)",
        {"ListObjectVersions": versions(said(b"<Size>1025<", b"<Size>7<"))},
    ),
    Lie(
        "A version is listed with another ETag",
        ORDER,
        LISTED,
        "version 3 of 'report.csv' with the ETag [0-9a-f]+ that it was stored with, but it lists 4711",
        {"ListObjectVersions": versions(said(rb"<ETag>.*?</ETag>", b"<ETag>4711</ETag>"))},
    ),
    Lie(
        "A version is listed under another name",
        ORDER,
        LISTED,
        "but it lists",
        {"ListObjectVersions": versions(said(b"<Key>report.csv<", b"<Key>Report.csv<"))},
    ),
    Lie(
        "A mark is listed though nothing was deleted",
        ORDER,
        LISTED,
        "to list no mark of a deletion, but it lists a latest mark",
        {
            "ListObjectVersions": changed(
                lambda body: body.replace(
                    b"</ListVersionsResult>",
                    b"<DeleteMarker><Key>report.csv</Key><VersionId>9</VersionId><IsLatest>true</IsLatest></DeleteMarker></ListVersionsResult>",
                )
            )
        },
    ),
    Lie(
        "A bucket that keeps versions tells that it does not",
        ORDER,
        "the bucket tells that it keeps versions",
        "to tell 'Enabled' of its versioning, but it tells 'Suspended'",
        {"GetBucketVersioning": replaced(b"Enabled", b"Suspended")},
    ),
    Lie(
        "A version is said to be restored and is not",
        RESTORED,
        UNCHANGED("report.csv"),
        CHANGED,
        {"CopyObject": lambda request, store: Answer(200, [("x-amz-version-id", "4711")], COPIED)},
    ),
    Lie(
        "A restored version overwrites another",
        RESTORED,
        LISTED,
        "but it lists",
        {"ListObjectVersions": versions(lambda found: [found[0], found[2]])},
    ),
    Lie(
        "A restored version has no id",
        RESTORED,
        'I restore version 1 of "report.csv"',
        "to get an id, but it got",
        {"CopyObject": headed("x-amz-version-id", "null")},
    ),
    Lie("A deletion does nothing", KEPT, NO_KEY, ALLOWED, {"DeleteObject": of_version(pretended(204), given=False)}),
    Lie(
        "A deletion deletes the versions, too",
        KEPT,
        MARKED,
        r"to list version 2 .*, version 1 .*, but it lists no version",
        {"DeleteObject": destroyed},
    ),
    Lie(
        "A deletion leaves no mark",
        KEPT,
        MARKED,
        "to list a latest mark of 'report.csv' of a deletion, but it lists no mark",
        {
            "ListObjectVersions": changed(
                lambda body: re.sub(rb"<DeleteMarker>.*?</DeleteMarker>", b"", body, flags=re.DOTALL)
            )
        },
    ),
    Lie(
        "The mark of a deletion is not the latest",
        KEPT,
        MARKED,
        "to list a latest mark .* but it lists an older mark",
        {"ListObjectVersions": changed(lambda body: body.replace(b"<IsLatest>true<", b"<IsLatest>false<"))},
    ),
    Lie(
        "A deleted object is listed",
        KEPT,
        "the bucket is empty",
        "but it lists 'report.csv'",
        {
            "ListObjectsV2": replaced(
                b"</ListBucketResult>", b"<Contents><Key>report.csv</Key><Size>1</Size></Contents></ListBucketResult>"
            )
        },
    ),
    Lie(
        "A version below a mark can't be read",
        KEPT,
        VERSION(2),
        "answered 404 NoSuchKey",
        {"GetObject": of_version(refused(404, "NoSuchKey"))},
    ),
    Lie(
        "A deleted object is denied by another name",
        KEPT,
        NO_KEY,
        ANOTHER % "403 AccessDenied",
        {"GetObject": renamed("AccessDenied", 403)},
    ),
    Lie(
        "A deleted object stays deleted",
        UNDELETED,
        UNCHANGED("report.csv"),
        "answered 404 NoSuchKey",
        {"DeleteObject": of_version(pretended(204))},
    ),
    Lie(
        "A deleted object comes back as an older version",
        UNDELETED,
        UNCHANGED("report.csv"),
        CHANGED,
        memory("GetObject", "serves", 0),
    ),
    Lie(
        "A deleted object comes back but is not listed",
        UNDELETED,
        'the bucket lists exactly "report.csv"',
        "but it lists nothing",
        {"ListObjectsV2": changed(lambda body: re.sub(rb"<Contents>.*</Contents>", b"", body, flags=re.DOTALL))},
    ),
    Lie(
        "A deletion can't be taken back",
        UNDELETED,
        'I undelete "report.csv"',
        "a mark that \\S+ was deleted, but none is listed",
        {"DeleteObject": pretended(204)},
    ),
    Lie(
        "A version is said to be deleted and is not",
        GONE,
        NO_SUCH,
        ALLOWED,
        {"DeleteObject": of_version(pretended(204))},
    ),
    Lie("A deletion deletes another version", GONE, NO_SUCH, ALLOWED, memory("DeleteObject", "takes_for", 1, 0)),
    Lie(
        "A deleted version is gone but listed",
        GONE,
        LISTED,
        "but it lists .*9 B",
        {"ListObjectVersions": versions(lambda found: [*found, re.sub(rb"<Size>\d+", b"<Size>9", found[1])])},
    ),
    Lie(
        "The deletion of a version deletes an older one, too",
        GONE,
        LISTED,
        r"to list version 3 .*, version 1 .*, but it lists version 3 [^,]+, the latest\)\.",
        {"DeleteObject": lambda request, store: (_oldest_gone(request, store), store(request))[1]},
    ),
    Lie(
        "With the latest version the object is gone",
        PLACE,
        UNCHANGED("report.csv"),
        "answered 404 NoSuchKey",
        {"GetObject": refused(404, "NoSuchKey")},
    ),
    Lie(
        "What was deleted as the latest version still comes",
        PLACE,
        UNCHANGED("report.csv"),
        CHANGED,
        memory("GetObject", "serves", 1),
    ),
    Lie(
        "The version before is not told as the latest",
        PLACE,
        LISTED,
        "but it lists version 1",
        {"ListObjectVersions": versions(said(b"true", b"false"))},
    ),
    Lie(
        "Suspended versioning is told as on",
        SUSPENDED,
        "the bucket tells that versioning is suspended",
        "to tell 'Suspended' of its versioning, but it tells 'Enabled'",
        {"GetBucketVersioning": replaced(b"Suspended", b"Enabled")},
    ),
    Lie(
        "Suspending versioning loses versions",
        SUSPENDED,
        VERSION(1),
        "answered 404 NoSuchVersion",
        {"GetObject": of_version(refused(404, "NoSuchVersion"))},
    ),
    Lie(
        "With versioning suspended, a write is lost",
        SUSPENDED,
        UNCHANGED("report.csv"),
        CHANGED,
        memory("GetObject", "serves", 1),
    ),
]


def _oldest_gone(request: Request, store: Store) -> None:
    listing = store(as_admin(request, "GET", key="", query={"versions": "", "prefix": request.key})).body
    oldest = re.findall(rb"<VersionId>([^<]+)</VersionId>", listing)[-1].decode()
    if "versionId" in request.query:
        store(as_admin(request, query={"versionId": oldest}))


# --- locks

LOCKED = "A locked version can't be deleted"
SHORTENED = "A lock can't be shortened"
SURVIVES = "A locked version survives a deletion of its object"
OVERRULED = "Who may overrules a lock"
HELD = "Nobody can delete a version under legal hold"
ENDED = "A version can be deleted when its legal hold has ended"
DENIED = 'I am refused with "AccessDenied"'
TOLD_LOCKED = 'version 1 of "contract.pdf" is told as locked'
TOLD_HELD = 'version 1 of "contract.pdf" is told as under legal hold'
CONTRACT = 'version 1 of "contract.pdf" reads back unchanged'
ALL_CONTRACTS = 'all versions of "contract.pdf" are listed, the latest first'


IN_A_BATCH = "A locked version can't be deleted in a batch"
BATCH = 'version 1 of "contract.pdf" can\'t be deleted in a batch'


def in_a_batch(told: bytes | None = None) -> Fault:
    """Deletes what is locked in a batch; with `told`, it answers that."""

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        done = store(as_admin(request, adding=BYPASS))
        assert b"<Error>" not in done.body, done
        return answer if told is None else replace(answer, body=told)

    return fault


def shortened_by_a_year(body: bytes) -> bytes:
    return re.sub(rb"<RetainUntilDate>(\d{4})", lambda year: b"<RetainUntilDate>%d" % (int(year[1]) - 1), body)


def overruled_secretly(request: Request, store: Store) -> Answer:
    answer = store(request)
    done = overruled(request, store)
    assert done.status < 300, done
    return answer


OF_LOCKS = [
    Lie("A lock is ignored", LOCKED, DENIED, ALLOWED, {"DeleteObject": overruled}),
    Lie(
        "A locked version is deleted in spite of the refusal",
        LOCKED,
        CONTRACT,
        "answered 404",
        {"DeleteObject": overruled_secretly},
    ),
    Lie(
        "A lock is said to be set and is not",
        LOCKED,
        TOLD_LOCKED,
        "answered 404 ",
        {"PutObjectRetention": pretended(200)},
    ),
    Lie(
        "A lock is told with another date",
        LOCKED,
        TOLD_LOCKED,
        r"told as locked until .*, but it is",
        {"GetObjectRetention": changed(shortened_by_a_year)},
    ),
    Lie(
        "A lock is told with another mode",
        LOCKED,
        TOLD_LOCKED,
        r"locked until .*\(GOVERNANCE\), but it is .*\(COMPLIANCE\)",
        {"GetObjectRetention": replaced(b"GOVERNANCE", b"COMPLIANCE")},
    ),
    Lie(
        "A lock refuses by another name",
        LOCKED,
        DENIED,
        ANOTHER % "409 InvalidState",
        {"DeleteObject": renamed("InvalidState", 409)},
    ),
    Lie("A locked version comes corrupt", LOCKED, CONTRACT, CHANGED, {"GetObject": corrupted}),
    Lie(
        "A batch ignores a lock",
        IN_A_BATCH,
        BATCH,
        "to be kept from a batch with AccessDenied, but the answer tells of no refusal",
        {"DeleteObjects": in_a_batch(b"<DeleteResult></DeleteResult>")},
    ),
    Lie(
        "A batch refuses by another name",
        IN_A_BATCH,
        BATCH,
        "to be kept from a batch with AccessDenied, but the answer tells .*InternalError",
        {"DeleteObjects": changed(lambda body: body.replace(b"AccessDenied", b"InternalError"))},
    ),
    Lie(
        "A batch deletes a locked version in spite of the refusal",
        IN_A_BATCH,
        CONTRACT,
        "answered 404",
        {"DeleteObjects": in_a_batch()},
    ),
    Lie("A lock can be shortened by anybody", SHORTENED, DENIED, ALLOWED, {"PutObjectRetention": overruled}),
    Lie(
        "A lock is shortened in spite of the refusal",
        SHORTENED,
        TOLD_LOCKED,
        "told as locked until .*, but it is",
        {
            "PutObjectRetention": lambda request, store: (
                overruled_secretly(request, store) if b"PT" in request.body or _second_time(request) else store(request)
            )
        },
    ),
    Lie("A locked version goes with its object", SURVIVES, CONTRACT, "answered 404", {"DeleteObject": destroyed}),
    Lie(
        "An overruled lock keeps the version",
        OVERRULED,
        ALL_CONTRACTS,
        "to list version 2 .*, but it lists version 2 .*, version 1",
        {"DeleteObject": where("x-amz-bypass-governance-retention", pretended(204))},
    ),
    Lie(
        "Nobody may overrule a lock",
        OVERRULED,
        'I delete version 1 of "contract.pdf" in spite of its lock',
        REFUSED % ("s3.DeleteObject", 403),
        {"DeleteObject": where("x-amz-bypass-governance-retention", refused(403, "AccessDenied"))},
    ),
    Lie("A legal hold is said to be set and is not", HELD, TOLD_HELD, "", {"PutObjectLegalHold": pretended(200)}),
    Lie(
        "A legal hold is told as none",
        HELD,
        TOLD_HELD,
        "legal hold of version 1 of .* to be told as ON, but it is OFF",
        {"GetObjectLegalHold": replaced(b"ON", b"OFF")},
    ),
    Lie("A legal hold is told but does not hold", HELD, DENIED, ALLOWED, {"DeleteObject": released(lambda done: done)}),
    Lie(
        "A version under legal hold is deleted in spite of the refusal",
        HELD,
        CONTRACT,
        "answered 404",
        {
            "DeleteObject": released(
                lambda done: replace(done, status=403, body=b"<Error><Code>AccessDenied</Code></Error>")
            )
        },
    ),
    Lie(
        "A legal hold does not end",
        ENDED,
        'I delete version 1 of "contract.pdf"',
        REFUSED % ("s3.DeleteObject", 403),
        {"PutObjectLegalHold": only(lambda request: b"OFF" in request.body, pretended(200))},
    ),
]


def _second_time(request: Request, seen: list[bytes] = []) -> bool:  # noqa: B006 - it lasts as long as its lie
    seen.append(request.body)
    return len(seen) > 1


# --- lifecycle and rules for web pages

RULES_KEPT, RULES_GO = "Lifecycle rules are kept as they were set", "Lifecycle rules can be removed"
RULES = "the lifecycle rules read back as set"
PAGES_KEPT, PAGES_MAY = (
    "Rules for web pages are kept as they were set",
    "Pages may do what the rules allow, and other pages may not",
)
NO_PAGES = "Without rules no page may use the bucket"
PAGES = "the rules for web pages read back as set"
OTHER_RULES = "the lifecycle rules of \\S+ to be .*, but they are "
OTHER_PAGES = "the rules of \\S+ for web pages to be .*, but they are "


def permits(origin: str, methods: str) -> Fault:
    """Tells browsers that pages may do this, whatever they asked."""
    told = [("Access-Control-Allow-Origin", origin), ("Access-Control-Allow-Methods", methods)]
    told.append(("Access-Control-Allow-Headers", "*"))
    return lambda request, store: Answer(200, told)


OF_RULES = [
    Lie(
        "Lifecycle rules are lost",
        RULES_KEPT,
        RULES,
        OTHER_RULES + "none",
        {"GetBucketLifecycleConfiguration": refused(404, "NoSuchLifecycleConfiguration")},
    ),
    Lie(
        "Lifecycle rules are not stored",
        RULES_KEPT,
        RULES,
        OTHER_RULES + "none",
        {"PutBucketLifecycleConfiguration": pretended(200)},
    ),
    Lie(
        "A lifecycle rule is lost",
        RULES_KEPT,
        RULES,
        OTHER_RULES,
        {
            "GetBucketLifecycleConfiguration": changed(
                lambda body: re.sub(rb"<Rule>.*?</Rule>", b"", body, count=1, flags=re.DOTALL)
            )
        },
    ),
    Lie(
        "A lifecycle rule acts earlier",
        RULES_KEPT,
        RULES,
        OTHER_RULES,
        {"GetBucketLifecycleConfiguration": replaced(b"<Days>30<", b"<Days>3<")},
    ),
    Lie(
        "A lifecycle rule acts elsewhere",
        RULES_KEPT,
        RULES,
        OTHER_RULES,
        {"GetBucketLifecycleConfiguration": replaced(b"<Prefix>logs/<", b"<Prefix><")},
    ),
    Lie(
        "A lifecycle rule is off",
        RULES_KEPT,
        RULES,
        OTHER_RULES,
        {"GetBucketLifecycleConfiguration": replaced(b"Enabled", b"Disabled")},
    ),
    Lie(
        "Lifecycle rules stay when they are removed",
        RULES_GO,
        RULES,
        "to be none, but they are",
        {"DeleteBucketLifecycle": pretended(204)},
    ),
    Lie(
        "Rules for web pages are lost",
        PAGES_KEPT,
        PAGES,
        OTHER_PAGES + "none",
        {"GetBucketCors": refused(404, "NoSuchCORSConfiguration")},
    ),
    Lie(
        "Rules for web pages are for every page",
        PAGES_KEPT,
        PAGES,
        OTHER_PAGES,
        {"GetBucketCors": replaced(b"https://app.example.com", b"*")},
    ),
    Lie(
        "Rules for web pages are for another deed",
        PAGES_KEPT,
        PAGES,
        OTHER_PAGES,
        {"GetBucketCors": replaced(b"PUT", b"DELETE")},
    ),
    Lie(
        "Rules for web pages stay when they are removed",
        NO_PAGES,
        PAGES,
        "to be none, but they are",
        {"DeleteBucketCors": pretended(204)},
    ),
    Lie(
        "Pages may do nothing, whatever the rules say",
        PAGES_MAY,
        'a page of "https://app.example.com" may read "app.js"',
        REFUSED % ("http.Options", 403),
        {"Preflight": refused(403, "AccessDenied")},
    ),
    Lie(
        "Browsers are told nothing",
        PAGES_MAY,
        'a page of "https://app.example.com" may read "app.js"',
        r"allowed to read \S+, but browsers are told 200 \(no permission\)",
        {"Preflight": lambda request, store: Answer(200)},
    ),
    Lie(
        "Browsers are told of another page",
        PAGES_MAY,
        'a page of "https://app.example.com" may read "app.js"',
        "but browsers are told 200 .*other",
        {"Preflight": permits("https://other.example.com", "GET, PUT")},
    ),
    Lie(
        "Pages may not do what the rules allow",
        PAGES_MAY,
        'a page of "https://admin.example.com" may write "app.js"',
        "but browsers are told",
        {"Preflight": lambda request, store: permits(request.header("origin"), "GET")(request, store)},
    ),
    Lie(
        "Every page may use the bucket",
        PAGES_MAY,
        'a page of "https://elsewhere.example.com" may not read "app.js"',
        "not to be allowed to read",
        {"Preflight": permits("*", "GET, PUT")},
    ),
    Lie(
        "A page may do more than the rules allow",
        PAGES_MAY,
        'a page of "https://app.example.com" may not write "app.js"',
        "not to be allowed to write",
        {
            "Preflight": only(
                lambda request: "elsewhere" not in request.header("origin"),
                lambda request, store: permits(request.header("origin"), "GET, PUT")(request, store),
            )
        },
    ),
    Lie(
        "Without rules every page may use the bucket",
        NO_PAGES,
        'a page of "https://app.example.com" may not read "app.js"',
        "not to be allowed to read",
        {"Preflight": permits("https://app.example.com", "GET")},
    ),
]

# --- links and forms

READ_LINK, WRITE_LINK = "A stranger with a link can read the object", "A stranger with a link can store the object"
READ_EXPIRED, WRITE_EXPIRED = (
    "A link to read stops working when it expires",
    "A link to write stops working when it expires",
)
IN_TIME = "A link that works stops working in time"
ELSEWHERE, WRITES_ELSEWHERE = "A link leads to no other object", "A link to write leads to no other object"
ONLY_READS, ONLY_WRITES = "A link to read is good for nothing else", "A link to write is good for nothing else"
STRANGER_DENIED = 'the stranger is refused with "AccessDenied"'
STRANGER_MISMATCH = 'the stranger is refused with "SignatureDoesNotMatch"'
BROUGHT = 'the link brought "invoice.pdf" unchanged'
FORM, FORM_LIMIT, FORM_OTHER, FORM_EXPIRED, FORM_CHANGED = (
    "A stranger with a form can store the object",
    "A form takes no file above its limit",
    "A form takes no other object",
    "A form stops working when it expires",
    "A form that was changed does not work",
)
EMPTY = "the bucket is empty"
LISTS_SOMETHING = r"Expected \S+ to list nothing, but it lists"


def another_part(part: str, error: str = "SignatureDoesNotMatch") -> Lie:
    return Lie(
        f"A link with another {part} works",
        f"A link with another {part} does not work",
        f'the stranger is refused with "{error}"',
        ALLOWED,
        {"GetObject": by_link(allowed)},
    )


def expired_by_another_name(request: Request, store: Store) -> Answer:
    return by_link(renamed("InvalidRequest", 400))(request, store)


OF_LINKS = [
    Lie(
        "A link brings other bytes",
        READ_LINK,
        BROUGHT,
        "Expected the link to bring \\S+ unchanged, but got",
        {"GetObject": by_link(corrupted)},
    ),
    Lie(
        "A link brings nothing",
        READ_LINK,
        BROUGHT,
        "but got 0 bytes instead of 1024",
        {"GetObject": by_link(replaced(b".+", b""))},
    ),
    Lie(
        "A link is refused",
        READ_LINK,
        "a stranger follows the link",
        REFUSED % ("http.Get", "403 AccessDenied"),
        {"GetObject": by_link(refused(403, "AccessDenied"))},
    ),
    Lie(
        "A link leads to another place",
        READ_LINK,
        "a stranger follows the link",
        "but the server answered 307 and named http://elsewhere",
        {"GetObject": by_link(lambda request, store: Answer(307, [("Location", "http://elsewhere")]))},
    ),
    Lie(
        "What comes by a link is not stored",
        WRITE_LINK,
        UNCHANGED("upload.pdf"),
        "NoSuchKey",
        {"PutObject": by_link(pretended(200))},
    ),
    Lie(
        "What comes by a link is stored with a wrong byte",
        WRITE_LINK,
        UNCHANGED("upload.pdf"),
        CHANGED,
        {"PutObject": by_link(lambda request, store: store(as_admin(request, body=b"x" + request.body[1:])))},
    ),
    Lie(
        "A link to read works after it expired", READ_EXPIRED, STRANGER_DENIED, ALLOWED, {"GetObject": by_link(allowed)}
    ),
    Lie(
        "An expired link is refused by another name",
        READ_EXPIRED,
        STRANGER_DENIED,
        ANOTHER % "400 InvalidRequest",
        {"GetObject": expired_by_another_name},
    ),
    Lie(
        "A link that ran out is refused by another name",
        IN_TIME,
        "the link stops working within 10 seconds",
        REFUSED % ("http.Get", "400 InvalidRequest"),
        {"GetObject": expired_by_another_name},
    ),
    Lie(
        "A link to write works after it expired",
        WRITE_EXPIRED,
        STRANGER_DENIED,
        ALLOWED,
        {"PutObject": by_link(allowed)},
    ),
    Lie(
        "An expired link writes in spite of the refusal",
        WRITE_EXPIRED,
        UNCHANGED("invoice.pdf"),
        CHANGED,
        {"PutObject": by_link(refused_but_done)},
    ),
    *(another_part(part) for part in ("signature", "expiry", "date", "parameters")),
    another_part("access key", "InvalidAccessKeyId"),
    Lie("A link leads to any object", ELSEWHERE, STRANGER_MISMATCH, ALLOWED, {"GetObject": by_link(allowed)}),
    Lie(
        "A link to write leads to any object",
        WRITES_ELSEWHERE,
        STRANGER_MISMATCH,
        ALLOWED,
        {"PutObject": by_link(allowed)},
    ),
    Lie(
        "A link writes elsewhere in spite of the refusal",
        WRITES_ELSEWHERE,
        UNCHANGED("invoice.pdf"),
        CHANGED,
        {"PutObject": by_link(refused_but_done)},
    ),
    Lie("Who may read by a link may write", ONLY_READS, STRANGER_MISMATCH, ALLOWED, {"PutObject": by_link(allowed)}),
    Lie(
        "Who may read by a link may delete", ONLY_READS, STRANGER_MISMATCH, ALLOWED, {"DeleteObject": by_link(allowed)}
    ),
    Lie(
        "A link to read deletes in spite of the refusal",
        ONLY_READS,
        UNCHANGED("invoice.pdf"),
        "NoSuchKey",
        {"DeleteObject": by_link(refused_but_done)},
    ),
    Lie("Who may write by a link may read", ONLY_WRITES, STRANGER_MISMATCH, ALLOWED, {"GetObject": by_link(allowed)}),
    Lie(
        "Who may write by a link may delete",
        ONLY_WRITES,
        STRANGER_MISMATCH,
        ALLOWED,
        {"DeleteObject": by_link(allowed)},
    ),
    Lie("What a form brings is not stored", FORM, UNCHANGED("photo.jpg"), "NoSuchKey", {"PostObject": pretended(204)}),
    Lie(
        "A form is refused",
        FORM,
        "a stranger sends a 30 KiB file with the form",
        REFUSED % ("http.Post", 403),
        {"PostObject": refused(403, "AccessDenied")},
    ),
    Lie(
        "A form takes any size",
        FORM_LIMIT,
        'the stranger is refused with "EntityTooLarge"',
        ALLOWED,
        {"PostObject": taken()},
    ),
    Lie(
        "A form refuses a size and takes it all the same",
        FORM_LIMIT,
        EMPTY,
        LISTS_SOMETHING,
        {"PostObject": taken(None)},
    ),
    Lie("A form takes any object", FORM_OTHER, STRANGER_DENIED, ALLOWED, {"PostObject": taken()}),
    Lie(
        "A form refuses another object and takes it all the same",
        FORM_OTHER,
        EMPTY,
        LISTS_SOMETHING,
        {"PostObject": taken(None)},
    ),
    Lie("A form works after it expired", FORM_EXPIRED, STRANGER_DENIED, ALLOWED, {"PostObject": taken()}),
    Lie(
        "An expired form is refused and takes a file all the same",
        FORM_EXPIRED,
        EMPTY,
        LISTS_SOMETHING,
        {"PostObject": taken(None)},
    ),
    Lie(
        "A form that was changed works",
        FORM_CHANGED,
        'the stranger is refused with "SignatureDoesNotMatch" or "AccessDenied"',
        ALLOWED,
        {"PostObject": taken()},
    ),
]

# --- visitors

VISITORS = {
    "stranger": "AccessDenied",
    "user with a wrong secret": "SignatureDoesNotMatch",
    "user with an unknown key": "InvalidAccessKeyId",
    "second user": "AccessDenied",
}


def lies_about(visitor: str, error: str) -> list[Lie]:
    objects = f"A {visitor} can neither read, overwrite nor delete an object"
    bucket = f"A {visitor} can neither list, fill nor remove a bucket"
    told = f'the {visitor} is refused with "{error}"'
    shown = f"a {visitor} does not see the bucket among his buckets"

    def removed(request: Request, store: Store) -> Answer:
        answer = store(request)
        return Answer(204) if answer.status == 403 else answer

    lies = [
        Lie(f"A {visitor} may read", objects, told, ALLOWED, {"GetObject": allowed}),
        Lie(f"A {visitor} may overwrite", objects, told, ALLOWED, {"PutObject": allowed}),
        Lie(f"A {visitor} may delete", objects, told, ALLOWED, {"DeleteObject": allowed}),
        Lie(f"A {visitor} may list", bucket, told, ALLOWED, {"ListObjectsV2": allowed}),
        Lie(f"A {visitor} may fill", bucket, told, ALLOWED, {"PutObject": allowed}),
        Lie(f"A {visitor} may remove", bucket, told, ALLOWED, {"DeleteBucket": removed}),
        Lie(
            f"A {visitor} is refused and overwrites",
            objects,
            UNCHANGED("diary.txt"),
            CHANGED,
            {"PutObject": refused_but_done},
        ),
        Lie(
            f"A {visitor} is refused and deletes",
            objects,
            UNCHANGED("diary.txt"),
            "NoSuchKey",
            {"DeleteObject": refused_but_done},
        ),
        Lie(
            f"A {visitor} is refused and fills",
            bucket,
            'the bucket lists exactly "diary.txt"',
            "page.html",
            {"PutObject": refused_but_done},
        ),
        Lie(
            f"A {visitor} is refused by another name",
            objects,
            told,
            ANOTHER % "404 NoSuchKey",
            {"GetObject": renamed("NoSuchKey", 404)},
        ),
    ]
    lies.append(
        Lie(
            f"A {visitor} may find out about an object",
            f"A {visitor} can't find out about an object",
            f'the {visitor} is refused with "403"',
            ALLOWED,
            {"HeadObject": allowed},
        )
    )
    shows = "not to be shown to another user, but it is among those listed"
    listed = of_second(lambda request, store: store(as_admin(request))) if visitor == "second user" else allowed
    return [*lies, Lie(f"A {visitor} sees the bucket", bucket, shown, shows, {"ListBuckets": listed})]


OF_VISITORS = [lie for visitor, error in VISITORS.items() for lie in lies_about(visitor, error)]

# --- policies

POLICY_KEPT = "A policy is kept as it was set"
STRANGER_READS = "A stranger may read what a policy lets everybody read, and nothing else"
NOT_CHANGED = "What everybody may read, strangers can neither change nor delete"
SECOND_READS = "A second user may read what a policy lets everybody read, and nothing else"
MAY_LIST = "Who may list a bucket may not read what it holds"
WITHDRAWN = "What a policy granted ends when it is withdrawn"
NOT_READ = "What a policy forbids to read, its owner can't read either"
STAYS = "What a policy forbids to change, stays"
POLICY = "the policy reads back as set"
READS = 'a stranger reads "public/logo.png" unchanged'
SECOND_DENIED = 'the second user is refused with "AccessDenied"'
LOGO = UNCHANGED("public/logo.png")


def of_owner(fault: Fault) -> Fault:
    return lambda request, store: (
        fault(request, store) if "Credential=tester/" in (request.header("authorization") or "") else store(request)
    )


def denial_ignored(request: Request, store: Store) -> Answer:
    """Tells that a write or deletion was carried out that the policy forbids."""
    answer = store(request)
    return Answer(200 if request.method == "PUT" else 204) if answer.status == 403 else answer


def first_body_of(key: str) -> dict[str, Fault]:
    """The object is read as it was stored, whatever a policy forbids."""
    remembered = Memory()
    return {"PutObject": remembered.remembers, "GetObject": of_key(key, remembered.serves(0))}


OF_POLICIES = [
    Lie(
        "A policy is lost",
        POLICY_KEPT,
        POLICY,
        "the policy of \\S+ to be .*, but it is \\[\\]",
        {"GetBucketPolicy": refused(404, "NoSuchBucketPolicy")},
    ),
    Lie("A policy is not stored", POLICY_KEPT, POLICY, "but it is \\[\\]", {"PutBucketPolicy": pretended(204)}),
    Lie(
        "A policy grants what it forbade",
        POLICY_KEPT,
        POLICY,
        "but it is",
        {"GetBucketPolicy": replaced(b'"Deny"', b'"Allow"')},
    ),
    Lie(
        "A policy grants another deed",
        POLICY_KEPT,
        POLICY,
        "but it is",
        {"GetBucketPolicy": replaced(b"s3:GetObject", b"s3:PutObject")},
    ),
    Lie(
        "A policy is about other objects",
        POLICY_KEPT,
        POLICY,
        "but it is",
        {"GetBucketPolicy": replaced(rb"/public/\*", b"/*")},
    ),
    Lie(
        "A policy is about somebody else",
        POLICY_KEPT,
        POLICY,
        "but it is",
        {"GetBucketPolicy": replaced(rb'"Principal": ?"\*"', b'"Principal":"me"')},
    ),
    Lie(
        "A policy is told as no JSON",
        POLICY_KEPT,
        POLICY,
        "in JSON, but it is",
        {"GetBucketPolicy": lambda request, store: Answer(200, [], b"<Policy/>")},
    ),
    Lie(
        "A policy stays when it is withdrawn",
        POLICY_KEPT,
        POLICY,
        "to be \\[\\], but it is",
        {"DeleteBucketPolicy": pretended(204)},
    ),
    Lie(
        "A grant is without effect",
        STRANGER_READS,
        READS,
        REFUSED % ("s3.GetObject", 403),
        {"GetObject": unsigned(refused(403, "AccessDenied"))},
    ),
    Lie("A grant brings other bytes", STRANGER_READS, READS, CHANGED, {"GetObject": unsigned(corrupted)}),
    Lie("A grant is for all objects", STRANGER_READS, STRANGER_DENIED, ALLOWED, {"GetObject": unsigned(allowed)}),
    Lie("A grant to read lets list", STRANGER_READS, STRANGER_DENIED, ALLOWED, {"ListObjectsV2": unsigned(allowed)}),
    Lie("A grant to read lets write", NOT_CHANGED, STRANGER_DENIED, ALLOWED, {"PutObject": unsigned(allowed)}),
    Lie("A grant to read lets delete", NOT_CHANGED, STRANGER_DENIED, ALLOWED, {"DeleteObject": unsigned(allowed)}),
    Lie("Who may read is refused and writes", NOT_CHANGED, LOGO, CHANGED, {"PutObject": unsigned(refused_but_done)}),
    Lie(
        "Who may read is refused and deletes",
        NOT_CHANGED,
        LOGO,
        "NoSuchKey",
        {"DeleteObject": unsigned(refused_but_done)},
    ),
    Lie(
        "A grant is without effect for another user",
        SECOND_READS,
        'a second user reads "public/logo.png" unchanged',
        REFUSED % ("s3.GetObject", 403),
        {"GetObject": of_second(refused(403, "AccessDenied"))},
    ),
    Lie("Another user may read all objects", SECOND_READS, SECOND_DENIED, ALLOWED, {"GetObject": of_second(allowed)}),
    Lie("Another user who may read may write", SECOND_READS, SECOND_DENIED, ALLOWED, {"PutObject": of_second(allowed)}),
    Lie("Another user is refused and writes", SECOND_READS, LOGO, CHANGED, {"PutObject": of_second(refused_but_done)}),
    Lie(
        "A grant to list is without effect",
        MAY_LIST,
        "a stranger lists exactly what I stored",
        REFUSED % ("s3.ListObjectsV2", 403),
        {"ListObjectsV2": unsigned(refused(403, "AccessDenied"))},
    ),
    Lie(
        "Strangers are shown a part of the list",
        MAY_LIST,
        "a stranger lists exactly what I stored",
        "'diary.txt' is missing",
        {
            "ListObjectsV2": unsigned(
                changed(lambda body: re.sub(rb"<Contents>.*?</Contents>", b"", body, count=1, flags=re.DOTALL))
            )
        },
    ),
    Lie("Who may list may read", MAY_LIST, STRANGER_DENIED, ALLOWED, {"GetObject": unsigned(allowed)}),
    Lie(
        "A grant lasts after it was withdrawn",
        WITHDRAWN,
        STRANGER_DENIED,
        ALLOWED,
        {"DeleteBucketPolicy": pretended(204)},
    ),
    Lie("A ban on reading is ignored", NOT_READ, DENIED, ALLOWED, first_body_of("public/logo.png")),
    Lie(
        "A ban on reading is for all objects",
        NOT_READ,
        UNCHANGED("diary.txt"),
        REFUSED % ("s3.GetObject", 403),
        {"GetObject": of_key("diary.txt", refused(403, "AccessDenied"))},
    ),
    Lie(
        "A ban lasts after it was withdrawn",
        NOT_READ,
        LOGO,
        REFUSED % ("s3.GetObject", 403),
        {"DeleteBucketPolicy": pretended(204)},
    ),
    Lie(
        "A ban on reading refuses by another name",
        NOT_READ,
        DENIED,
        ANOTHER % "404 NoSuchKey",
        {"GetObject": renamed("NoSuchKey", 404)},
    ),
    Lie("A ban on writing is ignored", STAYS, DENIED, ALLOWED, {"PutObject": of_owner(denial_ignored)}),
    Lie("A ban on deleting is ignored", STAYS, DENIED, ALLOWED, {"DeleteObject": of_owner(denial_ignored)}),
    Lie("What must not change is changed", STAYS, LOGO, CHANGED, {"GetObject": corrupted}),
]

# --- encryption

MY_KEY, NO_KEY_GIVEN, OTHER_KEY = (
    "An object encrypted with my key reads back with it",
    "An object encrypted with my key can't be read without it",
    "An object encrypted with my key can't be read with another one",
)
ENCRYPTS = "A bucket that encrypts says so, and so do its objects"
WITH_MY_KEY = '"diary.txt" reads back unchanged with my key'
STORES = 'I store "diary.txt" encrypted with my key'
WITHOUT = 'I am refused with "InvalidRequest" or "InvalidArgument"'
WITH_OTHER = 'I am refused with "AccessDenied" or "InvalidArgument"'
NAME = "x-amz-server-side-encryption-customer-{}".format
NOT_MINE = r"told as encrypted with my key \(AES256, \S+\), but the server tells "


def opened() -> dict[str, Fault]:
    remembered = Memory()
    return {"PutObject": remembered.remembers, "GetObject": remembered.opens}


OF_ENCRYPTION = [
    Lie(
        "Encryption is not told when storing",
        MY_KEY,
        STORES,
        NOT_MINE + "None, no key",
        {"PutObject": both(headed(NAME("algorithm"), None), headed(NAME("key-md5"), None))},
    ),
    Lie(
        "Another key is told when storing",
        MY_KEY,
        STORES,
        NOT_MINE + "AES256, 4711",
        {"PutObject": headed(NAME("key-md5"), "4711")},
    ),
    Lie(
        "Another key is told when reading",
        MY_KEY,
        WITH_MY_KEY,
        NOT_MINE + "AES256, 4711",
        {"GetObject": headed(NAME("key-md5"), "4711")},
    ),
    Lie(
        "Another algorithm is told when reading",
        MY_KEY,
        WITH_MY_KEY,
        NOT_MINE + "DES",
        {"GetObject": headed(NAME("algorithm"), "DES")},
    ),
    Lie("What is encrypted comes back corrupt", MY_KEY, WITH_MY_KEY, CHANGED, {"GetObject": corrupted}),
    Lie(
        "What is encrypted can't be read with its key",
        MY_KEY,
        WITH_MY_KEY,
        REFUSED % ("s3.GetObject", 403),
        {"GetObject": refused(403, "AccessDenied")},
    ),
    Lie("What is said to be encrypted is not", MY_KEY, WITH_MY_KEY, NOT_MINE, {"PutObject": unencrypted}),
    Lie("What is encrypted can be read without a key", NO_KEY_GIVEN, WITHOUT, ALLOWED, opened()),
    Lie("What is not encrypted can be read without a key", NO_KEY_GIVEN, WITHOUT, ALLOWED, {"PutObject": unencrypted}),
    Lie(
        "Who has no key is refused by another name",
        NO_KEY_GIVEN,
        WITHOUT,
        ANOTHER % "404 NoSuchKey",
        {"GetObject": renamed("NoSuchKey", 404)},
    ),
    Lie("What is encrypted can be read with any key", OTHER_KEY, WITH_OTHER, ALLOWED, opened()),
    Lie(
        "Who has another key is refused by another name",
        OTHER_KEY,
        WITH_OTHER,
        ANOTHER % "404 NoSuchKey",
        {"GetObject": renamed("NoSuchKey", 404)},
    ),
    Lie(
        "A bucket tells another encryption",
        ENCRYPTS,
        "the bucket tells that it encrypts",
        "to tell AES256 as its encryption, but it tells \\['aws:kms'\\]",
        {"GetBucketEncryption": replaced(b"AES256", b"aws:kms")},
    ),
    Lie(
        "An object is not told as encrypted",
        ENCRYPTS,
        '"diary.txt" is told as encrypted',
        "to be told as encrypted with AES256, but the server tells None",
        {"HeadObject": headed("x-amz-server-side-encryption", None)},
    ),
    Lie(
        "Encryption is said to be on and is not",
        ENCRYPTS,
        "the bucket tells that it encrypts",
        "ServerSideEncryptionConfigurationNotFoundError",
        {"PutBucketEncryption": pretended(200)},
    ),
    Lie(
        "What the store encrypts comes back corrupt",
        ENCRYPTS,
        UNCHANGED("diary.txt"),
        CHANGED,
        {"GetObject": corrupted},
    ),
]

LIES = [
    *OF_CONDITIONS,
    *OF_VERSIONS,
    *OF_LOCKS,
    *OF_RULES,
    *OF_LINKS,
    *OF_VISITORS,
    *OF_POLICIES,
    *OF_ENCRYPTION,
]


FIRST = one_of_each(LIES)
OTHERS = [lie for lie in LIES if lie not in FIRST]


IN_THE_GATE = told(FIRST)

test_a_lie_is_caught = caught(FIRST, IN_THE_GATE)
test_a_further_lie_is_caught = pytest.mark.long(caught(OTHERS))
test_the_truth_is_believed = pytest.mark.long(believed(LIES))


@IN_THE_GATE
def test_a_store_that_lies_about_locks_and_rights_leaves_nothing_of_ours_behind(lied: Lied) -> None:
    left = lied.journal.rows("SELECT name, problem FROM owned WHERE removed IS NULL")
    assert [tuple(row) for row in left] == []
