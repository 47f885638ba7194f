"""Lies about time, place and duration: what others see, what stays, what comes to a second site, how fast, and when."""

import email.utils

from tests.faulty import (
    Answer,
    Fault,
    Request,
    Store,
    corrupted,
    first,
    headed,
    late,
    only,
    pretended,
    refused,
    remembered,
    replaced,
    shortened,
)
from tests.lying import Lie, believed, caught

NEW = "A new object is seen by others at once"
IN_VAIN = "An object that others looked for in vain is seen once it is stored"
CHANGED = "New content is seen by others at once"
DELETED = "A deleted object is gone for others at once"
DURABLE = "Objects of earlier runs are there, unchanged"
CLOCK = "The service's clock is right"
ADDRESSES = "Every address of the service hands objects out"
FAST = "Small objects are stored and read without long waits"
REPLICATED = "An object comes to the second site unchanged"
IN_PARTS = "A file uploaded in parts comes to the second site unchanged"
CHANGED_THERE = "New content comes to the second site"
DELETED_THERE = "A deleted object disappears from the second site"

READ = 'other connections read "{}" unchanged at once'
SIZE = 'other connections are told the size of "{}" at once'
LIST = "other connections list exactly what I stored at once"
ARRIVES = '"{}" reads back unchanged at the second site within 1 second'
LISTED_THERE = "the second site lists exactly what I stored within 1 second"
CANARIES = "every canary is there, unchanged"

NOT_THERE = refused(404, "NoSuchKey")
A_WHILE = 6  # answers: three to those who look before the change, some to those who look after it
NO_ENTRY = replaced(rb"<Contents>.*</Contents>", b"")


def every(count: int, fault: Fault) -> Fault:
    """The fault for one of so many requests, as one of so many gateways has it."""
    numbers = iter(range(1, 10**6))
    return lambda request, store: fault(request, store) if next(numbers) % count == 0 else store(request)


def canary(number: int, fault: Fault) -> Fault:
    return only(lambda request: request.key.startswith(f"canary-{number:04}-"), fault)


def shifted(seconds: float) -> Fault:
    """A clock that is wrong."""

    def told(date: str) -> str:
        right = email.utils.parsedate_to_datetime(date).timestamp()
        return email.utils.formatdate(right + seconds, usegmt=True)

    return headed("Date", told)


def by_link(fault: Fault) -> Fault:
    return only(lambda request: "X-Amz-Signature" in request.query, fault)


def of_another(request: Request, store: Store) -> Answer:
    """The content of another object of the same size."""
    answer = store(request)
    return Answer(answer.status, answer.headers, answer.body[::-1])


LIES = [
    # --- what others see
    Lie(
        "A new object can't be read by others at first",
        NEW,
        READ.format("new.txt"),
        r"to read 'new\.txt' as it was stored at once, but \(connection 1 of 3\) it was told that there is no such "
        r"object\. \d\.\d s later it was right",
        {"GetObject": first(2, NOT_THERE)},
    ),
    Lie(
        "A new object can't be read at one of three gateways",
        NEW,
        READ.format("new.txt"),
        r"\(connection 3 of 3\) it was told that there is no such object",
        {"GetObject": every(3, NOT_THERE)},
    ),
    Lie(
        "Others are not told of a new object at first",
        NEW,
        SIZE.format("new.txt"),
        r"to be told what 'new\.txt' is now at once, but \(connection 1 of 3\) it was told that there is no such ",
        {"HeadObject": first(1, NOT_THERE)},
    ),
    Lie(
        "A new object is not listed for others at first",
        NEW,
        LIST,
        r"to list what is in the bucket at once, but \(connection 1 of 3\) .*'new\.txt' is missing",
        {"ListObjectsV2": first(1, NO_ENTRY)},
    ),
    Lie(
        "That there was no object is remembered",
        IN_VAIN,
        READ.format("late.txt"),
        r"it was told that there is no such object\. \d\.\d s later it was right",
        {"GetObject": remembered(A_WHILE)},
    ),
    Lie(
        "An old listing is remembered",
        IN_VAIN,
        LIST,
        r"'late\.txt' is missing\. \d\.\d s later it was right",
        {"ListObjectsV2": remembered(A_WHILE)},
    ),
    Lie(
        "Old content is remembered",
        CHANGED,
        READ.format("page.html"),
        r"it got 1024 bytes instead of 2048\. \d\.\d s later it was right",
        {"GetObject": remembered(A_WHILE)},
    ),
    Lie(
        "An old size is told at first",
        CHANGED,
        SIZE.format("page.html"),
        r"it was told 1024 bytes instead of 2048",
        {"HeadObject": first(1, headed("Content-Length", "1024"))},
    ),
    Lie(
        "An old ETag is told at first",
        CHANGED,
        SIZE.format("page.html"),
        r"it was told the ETag 0123 instead of ",
        {"HeadObject": first(1, headed("ETag", '"0123"'))},
    ),
    Lie(
        "An old size is listed at first",
        CHANGED,
        LIST,
        r"'page\.html' has another size\. \d\.\d s later it was right",
        {"ListObjectsV2": first(1, replaced(rb"<Size>2048</Size>", b"<Size>1024</Size>"))},
    ),
    Lie(
        "A deleted object can be read by others for a while",
        DELETED,
        'other connections do not find "draft.txt"',
        r"not to find 'draft\.txt' at once, but \(connection 1 of 3\) it could read it\. \d\.\d s later it was right",
        {"GetObject": remembered(A_WHILE)},
    ),
    Lie(
        "Others are told of a deleted object for a while",
        DELETED,
        'other connections do not find "draft.txt"',
        r"it was told that it is there\. \d\.\d s later it was right",
        {"HeadObject": first(1, pretended(200))},
    ),
    Lie(
        "A deleted object is listed for others for a while",
        DELETED,
        'other connections do not find "draft.txt"',
        r"it was listed\. \d\.\d s later it was right",
        {"ListObjectsV2": remembered(A_WHILE)},
    ),
    # --- what stays
    Lie(
        "A canary is lost",
        DURABLE,
        CANARIES,
        r"Expected all 8 canaries to be there unchanged, but 1 is missing: \S+/canary-0002-of-512-bytes \(512 B, w",
        {"GetObject": canary(2, NOT_THERE)},
    ),
    Lie(
        "One bit of a canary is flipped",
        DURABLE,
        CANARIES,
        r"but 1 is corrupt: \S+/canary-0003-\S+ \(4096 B, w.*\): 4096 bytes, but other ones from byte 2048 on\.$",
        {"GetObject": canary(3, corrupted)},
    ),
    Lie(
        "A canary holds what another one of its size should",
        DURABLE,
        CANARIES,
        r"but 1 is corrupt: \S+/canary-0005-\S+ .*: 65536 bytes, but other ones from byte \d+ on\.$",
        {"GetObject": canary(5, of_another)},
    ),
    Lie(
        "The end of a canary is lost",
        DURABLE,
        CANARIES,
        r"but 1 is corrupt: \S+/canary-0008-\S+ .*: 2621440 bytes instead of 5242881\.$",
        {"GetObject": canary(8, shortened)},
    ),
    Lie(
        "All canaries are lost with their bucket",
        DURABLE,
        CANARIES,
        r"but 8 are missing: .* and 5 more\.$",
        {"GetObject": refused(404, "NoSuchBucket")},
    ),
    Lie(
        "A canary can't be read",
        DURABLE,
        CANARIES,
        r"but 1 could not be read: Expected s3\.GetObject of \S+/canary-0001\S+ to succeed",
        {"GetObject": canary(1, refused(500, "InternalError"))},
    ),
    Lie(
        "A canary is not listed any more",
        DURABLE,
        "every canary is listed",
        r"to list every canary, but not \S+/canary-0006-\S+ .*, listed not at all",
        {"ListObjectsV2": replaced(rb"<Contents><Key>canary-0006-.*?</Contents>", b"")},
    ),
    # --- the service itself
    Lie(
        "The service's clock is ahead",
        CLOCK,
        "the service's clock differs from mine by at most 30 seconds",
        r"to differ from ours by at most 30 s, but it is [\d.]+ s ahead",
        {"ListBuckets": shifted(+90)},
    ),
    Lie(
        "The service's clock is behind",
        CLOCK,
        "the service's clock differs from mine by at most 30 seconds",
        r"but it is (59 min|60 min) \d+ s behind",
        {"ListBuckets": shifted(-3600)},
    ),
    Lie(
        "The service does not tell the time",
        CLOCK,
        "the service's clock differs from mine by at most 30 seconds",
        r"Expected the service to tell its time, but it said ''",
        {"ListBuckets": headed("Date", lambda _: None)},
    ),
    Lie(
        "An address of the service hands out something else",
        ADDRESSES,
        '"report.csv" reads back unchanged through every address of the service',
        r"Expected each of the 1 addresses .* but 1 did not\. 127\.0\.0\.1 answers with 1024 bytes, but other ones",
        {"GetObject": by_link(corrupted)},
    ),
    Lie(
        "An address of the service is out of order",
        ADDRESSES,
        '"report.csv" reads back unchanged through every address of the service',
        r"but 1 did not\. 127\.0\.0\.1: Expected http\.Get of \S+ to succeed, but the server answered 503",
        {"GetObject": by_link(refused(503, "ServiceUnavailable"))},
    ),
    # --- how fast
    Lie(
        "Two reads of twenty are slow",
        FAST,
        "95 % of the reads finish within 1 second",
        r"Expected 95% of the 20 calls of s3\.GetObject to finish within 1 s, but 18 did; the slowest took 1\.\d+ s",
        {"GetObject": first(2, late(1.2))},
        too_slow=True,
    ),
    # --- what comes to the second site
    Lie(
        "An object never comes to the second site",
        REPLICATED,
        ARRIVES.format("report.csv"),
        r"Expected 'report\.csv' to be there unchanged, at the second site, within 1 s, but it says NoSuchKey",
        faults_there={"GetObject": NOT_THERE},
    ),
    Lie(
        "A bucket never comes to the second site",
        REPLICATED,
        ARRIVES.format("report.csv"),
        r"within 1 s, but it says NoSuchBucket",
        faults_there={"GetObject": refused(404, "NoSuchBucket")},
    ),
    Lie(
        "An object comes to the second site with one bit flipped",
        REPLICATED,
        ARRIVES.format("report.csv"),
        r"within 1 s, but it is there with 1048576 bytes, but other ones from byte 524288 on",
        faults_there={"GetObject": corrupted},
    ),
    Lie(
        "A part never comes to the second site",
        IN_PARTS,
        ARRIVES.format("backup.tar"),
        r"but it is there with 3145728 bytes instead of 6291456",
        faults_there={"GetObject": shortened},
    ),
    Lie(
        "An object is not listed at the second site",
        REPLICATED,
        LISTED_THERE,
        r"to be listed there, at the second site, within 1 s, but .*'report\.csv' is missing",
        faults_there={"ListObjectsV2": NO_ENTRY},
    ),
    Lie(
        "The second site keeps old content",
        CHANGED_THERE,
        ARRIVES.format("page.html"),
        r"within 1 s, but it is there with 1024 bytes instead of 2048",
        faults_there={"GetObject": remembered(600)},
    ),
    Lie(
        "The second site keeps a deleted object",
        DELETED_THERE,
        '"draft.txt" is gone from the second site within 1 second',
        r"Expected 'draft\.txt' to be gone there, at the second site, within 1 s, but it can still be read",
        faults_there={"GetObject": remembered(600)},
    ),
    Lie(
        "The second site lists a deleted object",
        DELETED_THERE,
        LISTED_THERE,
        r"but \S+ to list nothing, but it lists 'draft\.txt' .*'draft\.txt' should not be there",
        faults_there={
            "ListObjectsV2": replaced(
                rb"</ListBucketResult>", b"<Contents><Key>draft.txt</Key><Size>3</Size></Contents></ListBucketResult>"
            )
        },
    ),
    Lie(
        "The second site refuses",
        REPLICATED,
        ARRIVES.format("report.csv"),
        r"The second site: Expected s3\.GetObject of \S+ to succeed, but the server answered 403 AccessDenied",
        faults_there={"GetObject": refused(403, "AccessDenied")},
    ),
]


test_a_lie_is_caught = caught(LIES)
test_the_truth_is_believed = believed(LIES)
