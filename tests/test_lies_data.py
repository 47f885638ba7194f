"""Lies about objects and all that belongs to them, each caught by a scenario that we ship."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest

from journeys.demo.seaweedfs import SeaweedFS
from tests.faulty import (
    Answer,
    Fault,
    Request,
    Store,
    after,
    changed,
    corrupted,
    headed,
    only,
    pretended,
    refused,
    replaced,
    shortened,
)
from tests.lying import Lie, Lied, caught, one_of_each
from tests.unguarded import of_key

# --- what is lied about


def once(happened: str, then: str, fault: Fault) -> dict[str, Fault]:
    """The fault for the operation `then`, from when `happened` was done."""
    done = []

    def happens(request: Request, store: Store) -> Answer:
        done.append(request)
        return store(request)

    return {happened: happens, then: only(lambda _: bool(done), fault)}


def remembering(operation: str, told: Callable[[list[Request], bytes], bytes]) -> dict[str, Fault]:
    """Reads tell what `told` makes of the requests of `operation` so far and of the truth."""
    past: list[Request] = []

    def remembered(request: Request, store: Store) -> Answer:
        past.append(request)
        return store(request)

    return {operation: remembered, "GetObject": changed(lambda body: told(past, body))}


def older(past: list[Request], body: bytes) -> bytes:
    """What was stored before the object of this content, where it was as long."""
    bodies = [request.body for request in past]
    at = bodies.index(body)
    return next((other for other in bodies[:at] if len(other) == len(body)), body)


def in_order_of_upload(past: list[Request], body: bytes) -> bytes:
    return b"".join(request.body for request in past)


def with_the_first_of_each_part(past: list[Request], body: bytes) -> bytes:
    parts: dict[int, bytes] = {}
    for request in past:
        parts.setdefault(int(request.query["partNumber"]), request.body)
    return b"".join(parts[number] for number in sorted(parts))


def entry(key: str) -> bytes:
    """A regular expression for a key in a listing."""
    return rb"<Contents>(?:(?!</Contents>).)*?<Key>" + re.escape(key).encode() + rb"</Key>.*?</Contents>"


def phantom(key: str) -> Fault:
    """A listing shows an object that is not there."""
    told = f"<Contents><Key>{key}</Key><Size>3</Size></Contents></ListBucketResult>"
    return replaced(rb"</ListBucketResult>", told.encode())


def entries(change: Callable[[list[bytes]], list[bytes]]) -> Fault:
    """A listing shows what `change` makes of its entries."""

    def told(body: bytes) -> bytes:
        found = re.findall(rb"<Contents>.*?</Contents>", body, re.DOTALL)
        rest = re.sub(rb"<Contents>.*</Contents>", b"@", body, flags=re.DOTALL)
        return rest.replace(b"@", b"".join(change(found))) if found else body

    return changed(told)


class Stale:
    """A fault that answers always as it did the first time."""

    def __init__(self) -> None:
        self._first: Answer | None = None

    def __call__(self, request: Request, store: Store) -> Answer:
        self._first = self._first or store(request)
        return self._first


def later_by(seconds: int) -> Callable[[str], str]:
    """Another time in a header."""
    return lambda told: format_datetime(parsedate_to_datetime(told) + timedelta(seconds=seconds), usegmt=True)


def shifted(request: Request, store: Store) -> Answer:
    """A part of an object that begins a byte too late."""
    answer = store(request)
    return replace(answer, body=answer.body[1:] + b"\0") if request.header("Range") else answer


def well(body: bytes = b"") -> Fault:
    """Whatever is asked for, all is well."""
    return pretended(200, body)


COPIED = b'<CopyObjectResult><ETag>"d41d8cd98f00b204e9800998ecf8427e"</ETag></CopyObjectResult>'
OTHER_ETAG = '"0123456789abcdef0123456789abcdef"'
NO_OBJECT = refused(404, "NoSuchKey")
DONE_WITH_ERROR = b"<Error><Code>InternalError</Code><Message>Said by a fake</Message></Error>"

SECOND_PART = rb"<Part>(?:(?!</Part>).)*<PartNumber>2<.*?</Part>"

STORED = "An object can be stored, found, read and deleted"
MANY = "Many objects can be stored, found and read"
AGAIN = "An object that is stored again has its new content"
PARTS = "Any part of an object can be read by itself"
TOLD = "An object tells when it was stored"
COPY = "A copy is like its original"
ELSEWHERE = "A copy comes to another bucket"
NOTES = "An object keeps its type and its user's notes"
FOLLOWS = "A listing follows every write and every deletion"
IN_ORDER = "A listing is in the order of its names' bytes"
PAGES = "Pages of a listing hold everything once"
THOUSAND = "A bucket with more than 1,000 objects lists them all"
BROWSED = "Folders can be browsed"
NEIGHBOURS = "Deleting one object leaves its neighbours alone"
ANY_ORDER = "Parts may come in any order"
GIVEN_UP = "An upload that is given up leaves nothing"
COMPLETE = "A file is there only when its upload is complete"

UNCHANGED = '"{}" reads back unchanged'.format
ONE_OF_EACH = '"{}" has one size and one ETag everywhere'.format
GIVEN = '"{}" has the properties it was given'.format
TAGGED = '"{}" has exactly the tags it was given'.format
ALL = "every object reads back unchanged"
LISTED = "the bucket lists exactly what I stored"
OLDER = "older programs list exactly what I stored"

DATA = [
    Lie(
        "One bit of an object is flipped",
        STORED,
        UNCHANGED("report.csv"),
        r"Expected \S+/report\.csv to read back unchanged, but got 1048576 bytes, but other ones from byte 524288 on",
        {"GetObject": corrupted},
    ),
    Lie(
        "The last bit of an object is flipped",
        "An object of 1 B reads back unchanged",
        UNCHANGED("data.bin"),
        r"but got 1 bytes, but other ones from byte \d+ on",
        {"GetObject": changed(lambda body: body[:-1] + bytes([body[-1] ^ 128]))},
    ),
    Lie(
        "An object comes back shorter",
        "An object of 5242879 B reads back unchanged",
        UNCHANGED("data.bin"),
        r"but got 2621439 bytes instead of 5242879",
        {"GetObject": shortened},
    ),
    Lie(
        "An object comes back longer",
        "An object of 5242879 B reads back unchanged",
        UNCHANGED("data.bin"),
        r"but got 5242880 bytes instead of 5242879",
        {"GetObject": changed(lambda body: body + b"\0")},
    ),
    Lie(
        "An empty object comes back with something in it",
        "An object of 0 B reads back unchanged",
        UNCHANGED("data.bin"),
        r"but got 1 bytes instead of 0",
        {"GetObject": changed(lambda body: body + b"\n")},
    ),
    Lie(
        "An object comes back as zeros",
        STORED,
        UNCHANGED("report.csv"),
        r"other ones from byte \d+ on",
        {"GetObject": changed(lambda body: bytes(len(body)))},
    ),
    Lie(
        "Another object's bytes come back",
        MANY,
        ALL,
        r"/object-00002 to read back unchanged, but got 1024 bytes, but other ones from byte \d+ on",
        remembering("PutObject", lambda past, body: past[0].body),
    ),
    Lie(
        "The bytes of before an overwrite of the same size come back",
        AGAIN,
        UNCHANGED("page.html"),
        r"/page\.html to read back unchanged, but got 6144 bytes, but other ones from byte \d+ on",
        remembering("PutObject", older),
    ),
    Lie(
        "An overwrite is not done",
        FOLLOWS,
        'the bucket lists exactly "a.txt" and "b.txt"',
        r"to list 'a\.txt' with the ETag \w+ that it was stored with, but it lists \w+",
        {"PutObject": of_key("a.txt", after(1, headed("ETag", OTHER_ETAG)))},
    ),
    Lie(
        "A bucket shows the object of another one",
        "Objects of one name in two buckets are two objects",
        UNCHANGED("page.html"),
        r"/page\.html to read back unchanged, but got 2048 bytes, but other ones",
        remembering("PutObject", lambda past, body: past[0].body),
    ),
    Lie(
        "A part of an object begins a byte too late",
        PARTS,
        'bytes 0 to 99 of "film.mp4" read back unchanged',
        r"Expected bytes 0 to 99 of \S+/film\.mp4 to read back unchanged, but got other bytes",
        {"GetObject": shifted},
    ),
    Lie(
        "Another part of the object comes back",
        PARTS,
        'bytes 65530 to 131080 of "film.mp4" read back unchanged',
        r"Expected bytes 65530 to 131080 of \S+ to read back unchanged, but got bytes 65529 to 131079",
        {
            **remembering("PutObject", lambda past, body: past[0].body[65529:131080] if len(body) == 65551 else body),
        },
    ),
    Lie(
        "The whole object comes back in place of its end",
        PARTS,
        '"film.mp4" reads back unchanged from byte 299990 on',
        r"Expected bytes 299990 to 299999 of \S+ to read back unchanged, but got 300000 bytes instead of 10",
        remembering("PutObject", lambda past, body: past[0].body if len(body) == 10 else body),
    ),
    Lie(
        "The first bytes come back in place of the last",
        PARTS,
        'the last 10 bytes of "film.mp4" read back unchanged',
        r"Expected bytes 299990 to 299999 of \S+ to read back unchanged, but got bytes 0 to 9",
        {
            **(kept := remembering("PutObject", lambda past, body: past[0].body[:10])),
            "GetObject": only(lambda request: request.header("Range") == "bytes=-10", kept["GetObject"]),
        },
    ),
    Lie(
        "A part tells that it belongs to a longer object",
        PARTS,
        'bytes 0 to 99 of "film.mp4" read back unchanged',
        r"Expected the answer to say that it holds 'bytes 0-99/300000' of \S+, not 'bytes 0-99/300001'",
        {"GetObject": headed("Content-Range", lambda told: told.replace("/300000", "/300001"))},
    ),
    Lie(
        "A part does not tell which part it is",
        PARTS,
        'bytes 0 to 99 of "film.mp4" read back unchanged',
        r"Expected the answer to say that it holds 'bytes 0-99/300000' of \S+, not None",
        {"GetObject": headed("Content-Range", None)},
    ),
    Lie(
        "A part tells that there are none",
        PARTS,
        'bytes 0 to 99 of "film.mp4" read back unchanged',
        r"Expected \S+/film\.mp4 to be told as readable in parts of bytes, not of 'none'",
        {"GetObject": headed("Accept-Ranges", "none")},
    ),
    Lie(
        "A part beyond the end is empty, but allowed",
        "A part beyond the end of an object is refused",
        'I am refused with "InvalidRange"',
        r"Expected a refusal with 'InvalidRange', but what was tried was allowed",
        {"GetObject": well()},
    ),
    Lie(
        "A wrong MD5 is accepted",
        "An object that was damaged on its way is refused",
        'I am refused with "BadDigest"',
        r"Expected a refusal with 'BadDigest', but what was tried was allowed",
        {"PutObject": well()},
    ),
    Lie(
        "What was damaged is refused, but stored",
        "An object that was damaged on its way is refused",
        "the bucket is empty",
        r"to list nothing, but it lists 'data\.bin' \(3 B\): 'data\.bin' should not be there",
        {"ListObjectsV2": phantom("data.bin")},
    ),
]

SIZES_AND_ETAGS = [
    Lie(
        "A look at an object tells another size",
        COPY,
        ONE_OF_EACH("copy.bin"),
        r"to have one size everywhere, but it has 70001 \(a look\), 70000 \(reading, .*\) instead of 70000",
        {"HeadObject": headed("Content-Length", "70001")},
    ),
    Lie(
        "The listing tells another size",
        COPY,
        ONE_OF_EACH("copy.bin"),
        r"one size everywhere, but it has 70000 \(.*\), 69999 \(the listing\) instead of 70000",
        {"ListObjectsV2": replaced(rb"<Size>70000</Size>", b"<Size>69999</Size>")},
    ),
    Lie(
        "The listing tells sizes in kilobytes",
        FOLLOWS,
        'the bucket lists exactly "a.txt" and "b.txt"',
        r"but it lists 'a\.txt' \(2 B\), 'b\.txt' \(1 B\): 'a\.txt' \(and 1 more\) has another size",
        {"ListObjectsV2": replaced(rb"<Size>(\d)\d+</Size>", rb"<Size>\1</Size>")},
    ),
    Lie(
        "Every object is stored with the same ETag",
        MANY,
        "objects that differ have different ETags",
        r"Expected 'object-00001' and 'object-00002' of \S+ to have ETags of their own, .* both have 0123456789abcdef",
        {
            "PutObject": headed("ETag", OTHER_ETAG),
            "ListObjectsV2": replaced(rb"<ETag>.*?</ETag>", f"<ETag>{OTHER_ETAG}</ETag>".encode()),
        },
    ),
    Lie(
        "An object is stored with another ETag than it is listed with",
        MANY,
        LISTED,
        r"to list 'object-00001' with the ETag 0123456789abcdef\w+ that it was stored with, but it lists \w+",
        {"PutObject": headed("ETag", OTHER_ETAG)},
    ),
    Lie(
        "A look at an object tells another ETag",
        COPY,
        ONE_OF_EACH("copy.bin"),
        r"one ETag everywhere, but it has \w+ \(storing it, reading.*\), 0123456789abcdef\w+ \(a look\)",
        {"HeadObject": headed("ETag", OTHER_ETAG)},
    ),
    Lie(
        "Reading an object tells no ETag",
        COPY,
        ONE_OF_EACH("copy.bin"),
        r"one ETag everywhere, but it has \w+ \(storing it, a look, the listing.*\), none \(reading, reading a part\)",
        {"GetObject": headed("ETag", None)},
    ),
    Lie(
        "A file uploaded in parts has another ETag in the listing",
        "A large file uploaded in parts reads back unchanged",
        ONE_OF_EACH("backup.tar"),
        r"one ETag everywhere, but it has [\w-]+ \(a look, .*\), 0123456789abcdef\w+ \(the listing\)",
        {"ListObjectsV2": replaced(rb"<ETag>.*?</ETag>", f"<ETag>{OTHER_ETAG}</ETag>".encode())},
    ),
    Lie(
        "The ETag is that of other content",
        "An object shows its MD5",
        '"data.bin" shows its MD5 checksum',
        r"to show its MD5 checksum \w+, but it shows 0123456789abcdef",
        {"PutObject": headed("ETag", OTHER_ETAG), "HeadObject": headed("ETag", OTHER_ETAG)},
    ),
    Lie(
        "A look tells a time an hour ahead",
        TOLD,
        '"page.html" tells the time at which I stored it, within 60 seconds',
        r"Expected a look of \S+/page\.html to tell the time .* within 60 s, but .* UTC is (59|60) min \d+ s later",
        {"HeadObject": headed("Last-Modified", later_by(3600))},
    ),
    Lie(
        "A look tells a time that was long ago",
        TOLD,
        '"page.html" tells the time at which I stored it, within 60 seconds',
        r"but 2006-02-03 16:45:09 UTC is .* earlier",
        {"HeadObject": headed("Last-Modified", "Fri, 03 Feb 2006 16:45:09 GMT")},
    ),
    Lie(
        "Reading tells another time",
        TOLD,
        '"page.html" tells the time at which I stored it, within 60 seconds',
        r"Expected reading of \S+/page\.html to tell the time .* UTC is (59|60|61) min \d+ s earlier",
        {"GetObject": headed("Last-Modified", later_by(-3600))},
    ),
    Lie(
        "The listing tells another time",
        TOLD,
        '"page.html" tells the time at which I stored it, within 60 seconds',
        r"Expected the listing of \S+/page\.html to tell the time .* but 1970-01-01 00:00:00 UTC is .* earlier",
        {"ListObjectsV2": replaced(rb"<LastModified>.*?<", b"<LastModified>1970-01-01T00:00:00Z<")},
    ),
    Lie(
        "The time stays that of the first object",
        TOLD,
        '"page.html" is newer than what it replaced',
        r"Expected \S+/page\.html to be newer than what it replaced, but its time went from (\S+) to \1",
        {"HeadObject": Stale()},
    ),
]

PROPERTIES = [
    Lie(
        "A note is lost",
        NOTES,
        GIVEN("report.csv"),
        r"Expected a look at \S+/report\.csv to tell 'owner' as 'Jane Doe, Building 7', but it is not there",
        {"HeadObject": headed("x-amz-meta-owner", None)},
    ),
    Lie(
        "Notes come back in small letters",
        NOTES,
        GIVEN("report.csv"),
        r"reading \S+/report\.csv to tell 'release' as '2026-Q3 \(Draft\)', but it is '2026-q3 \(draft\)'",
        {"GetObject": headed("x-amz-meta-release", str.lower)},
    ),
    Lie(
        "A long note is cut off",
        "An object keeps a long note",
        GIVEN("report.csv"),
        r"to tell 'note' as '0 1 2.*\(1900 characters\), but it is '0 1 2.*\(1024 characters\)",
        {"HeadObject": headed("x-amz-meta-note", lambda told: told[:1024])},
    ),
    Lie(
        "The content type is another",
        NOTES,
        GIVEN("report.csv"),
        r"to tell 'content type' as 'text/csv; charset=utf-8', but it is 'application/octet-stream'",
        {"GetObject": headed("Content-Type", "application/octet-stream")},
    ),
    Lie(
        "How to show an object is forgotten",
        NOTES,
        GIVEN("report.csv"),
        r"to tell 'content disposition' as .*Report\.CSV.*, but it is not there",
        {"HeadObject": headed("Content-Disposition", None)},
    ),
    Lie(
        "A note appears that nobody made",
        "An object that is stored again has none of its old properties",
        GIVEN("report.csv"),
        r"to tell 'owner' as not there, but it is 'Jane Doe'",
        {"HeadObject": headed("x-amz-meta-owner", "Jane Doe")},
    ),
    Lie(
        "A file uploaded in parts loses its notes",
        "A file uploaded in parts keeps its type and its user's notes",
        GIVEN("backup.tar"),
        r"to tell 'machine' as 'Host-A', but it is not there",
        {"HeadObject": headed("x-amz-meta-machine", None)},
    ),
    Lie(
        "A copy loses its notes",
        "A copy keeps the type and the notes of its original",
        '"copy.csv" in the other bucket has the properties it was given',
        r"to tell 'owner' as 'Jane Doe', but it is not there",
        {"HeadObject": of_key("copy.csv", headed("x-amz-meta-owner", None))},
    ),
    Lie(
        "New properties are not taken",
        "New properties take the place of old ones",
        GIVEN("report.csv"),
        r"to tell 'content type' as 'text/plain', but it is 'text/csv'",
        {"CopyObject": well(COPIED)},
    ),
    Lie(
        "Old properties stay beside new ones",
        "New properties take the place of old ones",
        GIVEN("report.csv"),
        r"to tell 'status' as not there, but it is 'Draft'",
        {"HeadObject": headed("x-amz-meta-status", "Draft")},
    ),
    Lie(
        "Tags are lost",
        "An object keeps the tags it was stored with",
        TAGGED("photo.jpg"),
        r"to have the tags 'Owner' = 'Ünal \+ Söhne', .*'project' = 'Cloud 9', but it has none",
        {"GetObjectTagging": replaced(rb"<TagSet>.*</TagSet>", b"<TagSet></TagSet>")},
    ),
    Lie(
        "The values of two tags are swapped",
        "Tags can be given, replaced and taken away",
        TAGGED("photo.jpg"),
        r"'project' = 'one', 'stage' = 'two', but it has 'project' = 'two', 'stage' = 'one'",
        {
            "GetObjectTagging": changed(
                lambda told: told.replace(b"one", b"@").replace(b"two", b"one").replace(b"@", b"two")
            )
        },
    ),
    Lie(
        "Tags that were taken away stay",
        "Tags can be given, replaced and taken away",
        TAGGED("photo.jpg"),
        r"to have the tags none, but it has 'project' = 'two'",
        {"DeleteObjectTagging": pretended(204)},
    ),
    Lie(
        "An object has the tags of another",
        "Each object has tags of its own",
        TAGGED("a.jpg"),
        r"'side' = 'left', but it has 'side' = 'right'",
        {"GetObjectTagging": changed(lambda told: told.replace(b"left", b"right"))},
    ),
    Lie(
        "An object has the tags of the one that it replaced",
        "An object that is stored again has none of its old tags",
        TAGGED("photo.jpg"),
        r"to have the tags none, but it has 'project' = 'Cloud 9'",
        {
            "GetObjectTagging": replaced(
                rb"<TagSet></TagSet>|<TagSet/>", b"<TagSet><Tag><Key>project</Key><Value>Cloud 9</Value></Tag></TagSet>"
            )
        },
    ),
    Lie(
        "A copy loses its tags",
        "A copy keeps the tags of its original",
        TAGGED("copy.jpg"),
        r"'project' = 'Cloud 9', but it has none",
        {"GetObjectTagging": replaced(rb"<TagSet>.*</TagSet>", b"<TagSet></TagSet>")},
    ),
]

COPIES = [
    Lie(
        "A copy is empty",
        COPY,
        UNCHANGED("copy.bin"),
        r"/copy\.bin to read back unchanged, but got 0 bytes instead of 70000",
        {"GetObject": of_key("copy.bin", changed(lambda _: b""))},
    ),
    Lie(
        "A copy is said to be made and is not",
        ELSEWHERE,
        '"copy.bin" in the other bucket reads back unchanged',
        r"the server answered 404 NoSuchKey",
        {"CopyObject": well(COPIED)},
    ),
    Lie(
        "A copy is answered with an error, but as if all were well",
        COPY,
        'I copy "original.bin" to "copy.bin"',
        r"Expected s3\.CopyObject of \S+/copy\.bin to succeed, but .*InternalError",
        {"CopyObject": well(DONE_WITH_ERROR)},
    ),
    Lie(
        "A copy is not listed in the other bucket",
        ELSEWHERE,
        'the other bucket lists exactly "copy.bin"',
        r"to list 'copy\.bin' \(70000 B\), but it lists nothing: 'copy\.bin' is missing",
        {"ListObjectsV2": entries(lambda found: [])},
    ),
    Lie(
        "A copy is only a link to its original",
        "A copy stays when its original changes and goes",
        UNCHANGED("copy.bin"),
        r"/copy\.bin to read back unchanged, but got 70000 bytes, but other ones from byte \d+ on",
        {
            **(newest := remembering("PutObject", lambda past, body: past[-1].body)),
            "GetObject": of_key("copy.bin", newest["GetObject"]),
        },
    ),
    Lie(
        "A copy does not take the place of what was there",
        "A copy takes the place of an older object",
        UNCHANGED("copy.bin"),
        r"/copy\.bin to read back unchanged, but got 3072 bytes, but other ones from byte \d+ on",
        {"CopyObject": well(COPIED)},
    ),
    Lie(
        "What is not there is copied all the same",
        "What is not there can't be copied",
        'I am refused with "NoSuchKey"',
        r"Expected a refusal with 'NoSuchKey', but what was tried was allowed",
        {"CopyObject": well(COPIED)},
    ),
]

LISTINGS = [
    Lie(
        "The first object is missing from the listing",
        MANY,
        LISTED,
        r"'object-00001' is missing",
        {"ListObjectsV2": entries(lambda found: found[1:])},
    ),
    Lie(
        "The last object is missing from the listing",
        MANY,
        LISTED,
        r"'object-00015' is missing",
        {"ListObjectsV2": entries(lambda found: found[:-1])},
    ),
    Lie(
        "An object in the middle is missing from the listing",
        IN_ORDER,
        LISTED,
        r"to list '1' \(1024 B\), 'B' .*6 more, but it lists .*5 more: 'a2' is missing",
        {"ListObjectsV2": replaced(entry("a2"), b"")},
    ),
    Lie(
        "The listing shows an object that nobody stored",
        MANY,
        LISTED,
        r"'phantom\.txt' should not be there",
        {"ListObjectsV2": phantom("phantom.txt")},
    ),
    Lie(
        "The listing is the other way round",
        IN_ORDER,
        LISTED,
        r"the order is another",
        {"ListObjectsV2": entries(lambda found: found[::-1])},
    ),
    Lie(
        "The listing is in the order of a dictionary",
        IN_ORDER,
        LISTED,
        r"the order is another",
        {"ListObjectsV2": entries(lambda found: sorted(found, key=bytes.lower))},
    ),
    Lie(
        "The listing begins at its beginning, wherever it was asked to",
        IN_ORDER,
        'the bucket lists after "a2" exactly "b", "~", "ä", "日", "￮" and "😀"',
        r"'a2' should not be there",
        {"ListObjectsV2": only(lambda request: "start-after" in request.query, phantom("a2"))},
    ),
    Lie(
        "The listing shows more than was asked for",
        "A listing can be narrowed to names that begin alike",
        'the bucket lists under "2026/07/b" exactly "2026/07/b.txt"',
        r"'2025\.txt' should not be there",
        {"ListObjectsV2": only(lambda request: request.query.get("prefix") == "2026/07/b", phantom("2025.txt"))},
    ),
    Lie(
        "A folder's files are shown in place of it",
        BROWSED,
        'the bucket shows at its top exactly "2025.txt", "2025/" and "2026/"',
        r"'2025/' is missing, '2025/old\.txt' should not be there",
        {
            "ListObjectsV2": replaced(
                rb"<CommonPrefixes><Prefix>2025/</Prefix></CommonPrefixes>",
                b"<Contents><Key>2025/old.txt</Key><Size>1024</Size></Contents>",
            )
        },
    ),
    Lie(
        "A folder is shown once for each of its files",
        BROWSED,
        'the folder "2026/" shows exactly "2026/06/", "2026/07/" and "2026/readme.txt"',
        r"'2026/07/' is listed twice",
        {
            "ListObjectsV2": only(
                lambda request: request.query.get("prefix") == "2026/",
                replaced(rb"(<CommonPrefixes><Prefix>2026/07/</Prefix></CommonPrefixes>)", rb"\1\1"),
            )
        },
    ),
    Lie(
        "Older programs do not see a folder",
        BROWSED,
        'the bucket shows at its top exactly "2025.txt", "2025/" and "2026/"',
        r"'2026/' is missing",
        {"ListObjects": replaced(rb"<CommonPrefixes><Prefix>2026/</Prefix></CommonPrefixes>", b"")},
    ),
    Lie(
        "Older programs see more than they ask for",
        "A listing can be narrowed to names that begin alike",
        'the bucket lists under "2026/07/b" exactly "2026/07/b.txt"',
        r"'2025\.txt' should not be there",
        {"ListObjects": only(lambda request: request.query.get("prefix") == "2026/07/b", phantom("2025.txt"))},
    ),
    Lie(
        "A deleted object is still listed",
        FOLLOWS,
        'the bucket lists exactly "a.txt"',
        r"'b\.txt' should not be there",
        once("DeleteObject", "ListObjectsV2", phantom("b.txt")),
    ),
    Lie(
        "A listing stays as it was before an overwrite",
        FOLLOWS,
        'the bucket lists exactly "a.txt" and "b.txt"',
        r"to list 'a\.txt' with the ETag \w+ that it was stored with, but it lists \w+",
        {"ListObjectsV2": Stale()},
    ),
    Lie(
        "Older programs see a deleted object",
        FOLLOWS,
        OLDER,
        r"'b\.txt' should not be there",
        {"ListObjects": phantom("b.txt")},
    ),
    Lie(
        "A listing ends after its first page",
        PAGES,
        "the bucket lists exactly what I stored in pages of 5",
        r"but it lists 'object-00001' .*: 'object-00006' \(and 5 more\) is missing",
        {"ListObjectsV2": replaced(rb"<IsTruncated>true</IsTruncated>", b"<IsTruncated>false</IsTruncated>")},
    ),
    Lie(
        "Older programs get the first page only",
        PAGES,
        "older programs list exactly what I stored in pages of 5",
        r"'object-00006' \(and 5 more\) is missing",
        {"ListObjects": replaced(rb"<IsTruncated>true</IsTruncated>", b"<IsTruncated>false</IsTruncated>")},
    ),
    Lie(
        "An object at the border of two pages is listed twice",
        PAGES,
        "the bucket lists exactly what I stored in pages of 5",
        r"'object-00010' is missing, 'object-00005' is listed twice",
        {
            "ListObjectsV2": only(
                lambda request: "continuation-token" in request.query,
                entries(lambda found: [found[0].replace(b"-00006<", b"-00005<"), *found[:-1]] if found[1:] else found),
            )
        },
    ),
    Lie(
        "Pages are longer than was asked for",
        PAGES,
        "the bucket lists exactly what I stored in pages of 5",
        r"Expected pages of \S+ with at most 5 keys, but one holds 6",
        {
            "ListObjectsV2": changed(
                lambda told: re.sub(
                    rb"(<Contents>.*</Contents>)(.*)<KeyCount>5</KeyCount>",
                    rb"\1<Contents><Key>x</Key></Contents>\2",
                    told,
                )
            )
        },
    ),
    Lie(
        "A page tells another number of keys than it holds",
        PAGES,
        "the bucket lists exactly what I stored in pages of 5",
        r"Expected a page of \S+ to hold as many keys as it says, but it says 4 and holds 5",
        {"ListObjectsV2": replaced(rb"<KeyCount>\d+<", b"<KeyCount>4<")},
    ),
    Lie(
        "A listing goes on for ever",
        PAGES,
        "the bucket lists exactly what I stored in pages of 5",
        r"Expected the listing of \S+ to come to an end, but it begins anew",
        {"ListObjectsV2": Stale()},
    ),
    Lie(
        "A listing is not whole, but tells not how it goes on",
        PAGES,
        "the bucket lists exactly what I stored in pages of 5",
        r"Expected \S+ to tell how its listing goes on, but it tells only that it does",
        {"ListObjectsV2": replaced(rb"<NextContinuationToken>.*?</NextContinuationToken>", b"")},
    ),
    Lie(
        "A new bucket is not listed",
        "A new bucket is listed",
        "the bucket is listed among my buckets",
        r"Expected journeys-\S+ among my buckets, but it is none of the \d+ listed",
        {"ListBuckets": replaced(rb"<Bucket>(?:(?!</Bucket>).)*<Name>journeys-.*?</Bucket>", b"")},
    ),
    Lie(
        "A new bucket is not empty",
        "A new bucket is listed",
        "the bucket is empty",
        r"to list nothing, but it lists 'old\.txt' \(3 B\)",
        {"ListObjectsV2": phantom("old.txt")},
    ),
    Lie(
        "A removed bucket is still there",
        "A removed bucket is gone",
        "the bucket is gone",
        r"Expected journeys-\S+ to be gone, but it is still listed",
        {"DeleteBucket": pretended(204)},
    ),
    Lie(
        "A removed bucket takes new objects",
        "Nothing can be stored in a removed bucket",
        'I am refused with "NoSuchBucket"',
        r"Expected a refusal with 'NoSuchBucket', but what was tried was allowed",
        {"PutObject": well()},
    ),
    Lie(
        "A bucket is removed with what it holds",
        "A bucket that holds an object can't be removed",
        'I am refused with "BucketNotEmpty"',
        r"Expected a refusal with 'BucketNotEmpty', but what was tried was allowed",
        {"DeleteBucket": pretended(204)},
    ),
    Lie(
        "A bucket stays, but what it held is gone",
        "A bucket that holds an object can't be removed",
        UNCHANGED("keep.txt"),
        r"the server answered 404 NoSuchKey",
        {"GetObject": NO_OBJECT},
    ),
]

NAMES = [
    Lie(
        "A plus in a name becomes a space",
        "Names may hold any letters and signs",
        LISTED,
        r"'1\+1=2\.txt' is missing, '1 1=2\.txt' should not be there",
        {"ListObjectsV2": replaced(rb"1%2B1%3D2", b"1+1%3D2")},
    ),
    Lie(
        "Names are decoded once too often",
        "Names may hold any letters and signs",
        LISTED,
        r"'%41\.txt' is missing, 'A\.txt' should not be there",
        {"ListObjectsV2": replaced(rb"%2541", b"%41")},
    ),
    Lie(
        "Case is ignored",
        "Names that look alike are different",
        LISTED,
        r"'A\.txt' is missing, 'a\.txt' is listed twice",
        {"ListObjectsV2": replaced(rb"<Key>A\.txt", b"<Key>a.txt")},
    ),
    Lie(
        "Two ways to write an umlaut are one",
        "Names that look alike are different",
        LISTED,
        r"is missing, .* is listed twice",
        {"ListObjectsV2": replaced(rb"e%CC%81", b"%C3%A9")},
    ),
    Lie(
        "Long names are cut off",
        "A name may be 1,024 bytes long",
        LISTED,
        r"is missing, .* should not be there",
        {"ListObjectsV2": replaced(rb"(<Key>[^<]{255})[^<]*", rb"\1")},
    ),
    Lie(
        "A copy takes another object's name for its source",
        "Copies keep unusual names apart",
        ALL,
        r"/ü/1\+1 = 50%25\.txt to read back unchanged, but got 1024 bytes, but other ones",
        {"GetObject": of_key("ü/1+1 = 50%25.txt", changed(lambda body: body[::-1]))},
    ),
]

DELETIONS = [
    Lie(
        "A deleted object is still there",
        "A deleted object can't be read any more",
        '"draft.txt" is gone',
        r"Expected \S+/draft\.txt to be gone, but it can still be looked at",
        {"DeleteObject": pretended(204)},
    ),
    Lie(
        "A deleted object is refused with another name",
        "A deleted object can't be read any more",
        'I am refused with "NoSuchKey"',
        r"Expected a refusal with 'NoSuchKey', but it came with another\. .* answered 404 NoSuchBucket",
        {"GetObject": after(2, refused(404, "NoSuchBucket"))},
    ),
    Lie(
        "A deleted object can still be read",
        "A deleted object can't be read any more",
        '"draft.txt" is gone',
        r"Expected \S+/draft\.txt to be gone, but it can still be read",
        {"GetObject": well()},
    ),
    Lie(
        "A deleted object can be read when asked a second time",
        "A deleted object can't be read any more",
        'I am refused with "NoSuchKey"',
        r"Expected a refusal with 'NoSuchKey', but what was tried was allowed",
        {"GetObject": after(2, well())},
    ),
    Lie(
        "A deleted object is listed when asked for by its name",
        NEIGHBOURS,
        '"log.1" is gone',
        r"Expected \S+/log\.1 to be gone, but it is still listed",
        {"ListObjectsV2": only(lambda request: request.query.get("prefix") == "log.1", phantom("log.1"))},
    ),
    Lie(
        "A deletion takes a neighbour along in the listing",
        NEIGHBOURS,
        'the bucket lists exactly "log", "log.10" and "log.old/1"',
        r"'log\.10' is missing",
        {"ListObjectsV2": replaced(entry("log.10"), b"")},
    ),
    Lie(
        "A deletion takes a neighbour's content along",
        NEIGHBOURS,
        ALL,
        r"GetObject of \S+/log\.10 to succeed, but the server answered 404 NoSuchKey",
        {"GetObject": of_key("log.10", NO_OBJECT)},
    ),
    Lie(
        "A deletion is not done",
        NEIGHBOURS,
        'the bucket lists exactly "log", "log.10" and "log.old/1"',
        r"'log\.1' should not be there",
        {"DeleteObject": pretended(204)},
    ),
    Lie(
        "A deleted object comes back",
        "A deleted object stays deleted",
        'the bucket lists exactly "b.txt" and "c.txt"',
        r"'a\.txt' should not be there",
        {"ListObjectsV2": phantom("a.txt")},
    ),
    Lie(
        "A name that was deleted shows its old content",
        "A name can be used again after its object was deleted",
        UNCHANGED("page.html"),
        r"/page\.html to read back unchanged, but got 1024 bytes instead of 3072",
        remembering("PutObject", lambda past, body: past[0].body),
    ),
    Lie(
        "One of many deletions is not done",
        "Many objects can be deleted",
        "the bucket is empty",
        r"to list nothing, but it lists 'object-00007' \(1024 B\)",
        {"DeleteObject": of_key("object-00007", pretended(204))},
    ),
    Lie(
        "Many deletions at once are not done",
        "Many objects can be deleted at once",
        "the bucket is empty",
        r"to list nothing, but it lists 'object-00001' .* 10 more",
        {"DeleteObjects": well(b"<DeleteResult></DeleteResult>")},
    ),
    Lie(
        "One of many deletions at once is refused",
        "Many objects can be deleted at once",
        "I delete every object at once",
        r"every object of the batch to be deleted, but 1 were not, the first 'object-00003' with InternalError",
        {
            "DeleteObjects": well(
                b"<DeleteResult><Error><Key>object-00003</Key><Code>InternalError</Code></Error></DeleteResult>"
            )
        },
    ),
    Lie(
        "What was deleted at once can still be read",
        "Deleting some objects at once leaves the others alone",
        '"log.2" is gone',
        r"Expected \S+/log\.2 to be gone, but it can still be read",
        {"GetObject": of_key("log.2", well())},
    ),
    Lie(
        "Deleting some at once takes others along",
        "Deleting some objects at once leaves the others alone",
        'the bucket lists exactly "log", "log.10" and "log.old/1"',
        r"'log\.10' is missing",
        {"ListObjectsV2": replaced(entry("log.10"), b"")},
    ),
]

UPLOADS = [
    Lie(
        "Parts are joined in the order in which they came",
        ANY_ORDER,
        UNCHANGED("backup.tar"),
        r"/backup\.tar to read back unchanged, but got 10486784 bytes, but other ones from byte \d+ on",
        remembering("UploadPart", in_order_of_upload),
    ),
    Lie(
        "A part is missing from the file",
        ANY_ORDER,
        UNCHANGED("backup.tar"),
        r"but got 5243904 bytes instead of 10486784",
        {"GetObject": changed(lambda body: body[5 * 2**20 :])},
    ),
    Lie(
        "Two parts are swapped",
        "A large file uploaded in parts reads back unchanged",
        UNCHANGED("backup.tar"),
        r"but got 12582912 bytes, but other ones from byte \d+ on",
        {"GetObject": changed(lambda body: body[5 * 2**20 : 10 * 2**20] + body[: 5 * 2**20] + body[10 * 2**20 :])},
    ),
    Lie(
        "The last byte of a file that is one byte longer than a part is lost",
        "A file of 5242881 B uploaded in parts reads back unchanged",
        UNCHANGED("backup.tar"),
        r"but got 5242880 bytes instead of 5242881",
        {"GetObject": changed(lambda body: body[:-1])},
    ),
    Lie(
        "An earlier part stays in place of the one that came again",
        "A part that is uploaded again takes the place of the earlier one",
        UNCHANGED("backup.tar"),
        r"but got 5243904 bytes, but other ones from byte \d+ on",
        remembering("UploadPart", with_the_first_of_each_part),
    ),
    Lie(
        "A part is missing from the parts of an upload",
        ANY_ORDER,
        "the upload shows exactly its parts",
        r"to show part 1 .*, part 2 .*, part 3 .*, but it shows part 1 \(5242880 B, ETag \w+\), part 3",
        {"ListParts": changed(lambda body: re.sub(SECOND_PART, b"", body, flags=re.DOTALL))},
    ),
    Lie(
        "A part is shown with another size",
        ANY_ORDER,
        "the upload shows exactly its parts",
        r"but it shows part 1 \(5242880 B.*part 3 \(1000 B",
        {"ListParts": changed(lambda body: body.replace(b"<Size>1024<", b"<Size>1000<"))},
    ),
    Lie(
        "A part is shown with another ETag",
        ANY_ORDER,
        "the upload shows exactly its parts",
        r"but it shows part 1 \(5242880 B, ETag 0123456789abcdef",
        {"ListParts": replaced(rb"<ETag>.*?</ETag>", f"<ETag>{OTHER_ETAG}</ETag>".encode())},
    ),
    Lie(
        "A completion is answered with an error, but as if all were well",
        ANY_ORDER,
        "I complete the upload",
        r"Expected s3\.CompleteMultipartUpload of \S+/backup\.tar to succeed, but .*InternalError",
        {"CompleteMultipartUpload": well(DONE_WITH_ERROR)},
    ),
    Lie(
        "A completion tells the address of another object",
        ANY_ORDER,
        "I complete the upload",
        r"Expected the completion to tell an address of \S+/backup\.tar, but it tells http://\S+/another\.tar",
        {"CompleteMultipartUpload": replaced(rb"backup\.tar</Location>", b"another.tar</Location>")},
    ),
    Lie(
        "A completion is said to be done and is not",
        ANY_ORDER,
        UNCHANGED("backup.tar"),
        r"the server answered 404 NoSuchKey",
        {"CompleteMultipartUpload": well(b"<CompleteMultipartUploadResult/>")},
    ),
    Lie(
        "An unfinished upload is not listed",
        COMPLETE,
        "the upload is listed as unfinished",
        r"to list the upload of 'backup\.tar' as unfinished, but it lists none",
        {"ListMultipartUploads": replaced(rb"<Upload>.*</Upload>", b"")},
    ),
    Lie(
        "An unfinished file is listed",
        COMPLETE,
        "the bucket is empty",
        r"to list nothing, but it lists 'backup\.tar'",
        {"ListObjectsV2": phantom("backup.tar")},
    ),
    Lie(
        "An unfinished file can be read",
        COMPLETE,
        'I am refused with "NoSuchKey"',
        r"Expected a refusal with 'NoSuchKey', but what was tried was allowed",
        {"GetObject": well()},
    ),
    Lie(
        "A finished upload is still listed as unfinished",
        COMPLETE,
        "no unfinished upload remains",
        r"to have no unfinished upload, but it lists 1, the first of 'backup\.tar'",
        {"ListMultipartUploads": Stale()},
    ),
    Lie(
        "An unfinished upload hides the object that was there",
        "An object stays as it is until a new upload of it is complete",
        UNCHANGED("backup.tar"),
        r"the server answered 404 NoSuchKey",
        {"GetObject": NO_OBJECT},
    ),
    Lie(
        "An upload that was given up is still there",
        GIVEN_UP,
        "no unfinished upload remains",
        r"to have no unfinished upload, but it lists 1, the first of 'backup\.tar'",
        {"AbortMultipartUpload": pretended(204)},
    ),
    Lie(
        "What was uploaded before giving up is kept as an object",
        GIVEN_UP,
        "the bucket is empty",
        r"to list nothing, but it lists 'backup\.tar'",
        {"ListObjectsV2": phantom("backup.tar")},
    ),
    Lie(
        "An upload that was given up takes further parts",
        GIVEN_UP,
        'I am refused with "NoSuchUpload"',
        r"Expected a refusal with 'NoSuchUpload', but what was tried was allowed",
        {"UploadPart": after(1, well())},
    ),
    Lie(
        "A file is made without a part that is missing",
        "A file can't be made of parts that were never uploaded",
        'I am refused with "InvalidPart"',
        r"Expected a refusal with 'InvalidPart', but what was tried was allowed",
        {"CompleteMultipartUpload": well(b"<CompleteMultipartUploadResult/>")},
    ),
    Lie(
        "A file is made of parts that are too small",
        "A part that is too small is refused",
        'I am refused with "EntityTooSmall"',
        r"Expected a refusal with 'EntityTooSmall', but what was tried was allowed",
        {"CompleteMultipartUpload": well(b"<CompleteMultipartUploadResult/>")},
    ),
]

CHECKSUMS = [
    *(
        Lie(
            f"A wrong {algorithm} checksum is accepted",
            f"An object stored with its {algorithm} checksum shows it",
            'I am refused with "BadDigest"',
            r"Expected a refusal with 'BadDigest', but what was tried was allowed",
            {"PutObject": of_key("damaged.bin", well())},
        )
        for algorithm in ("CRC32", "CRC32C", "CRC64NVME", "SHA-1", "SHA-256")
    ),
    Lie(
        "A checksum is not kept",
        "An object stored with its SHA-256 checksum shows it",
        '"data.bin" shows its SHA-256 checksum',
        r"to show its SHA-256 checksum \S+=, but it shows none",
        {"HeadObject": headed("x-amz-checksum-sha256", None)},
    ),
    Lie(
        "Another checksum is shown",
        "An object stored with its CRC32C checksum shows it",
        '"data.bin" shows its CRC32C checksum',
        r"to show its CRC32C checksum \S+==, but it shows AAAAAA==",
        {"HeadObject": headed("x-amz-checksum-crc32c", "AAAAAA==")},
    ),
    Lie(
        "What has a wrong checksum is refused, but stored",
        "An object stored with its CRC32 checksum shows it",
        'the bucket lists exactly "data.bin"',
        r"'damaged\.bin' should not be there",
        {"ListObjectsV2": phantom("damaged.bin")},
    ),
    Lie(
        "A current SDK's own checksums are refused",
        "Programs with a current SDK's own settings work",
        'I store an object as "page.html"',
        r"Expected s3\.PutObject of \S+/page\.html to succeed, but the server answered 501 NotImplemented",
        {
            "PutObject": only(
                lambda request: bool(request.header("x-amz-sdk-checksum-algorithm")), refused(501, "NotImplemented")
            )
        },
    ),
]

LIES = [
    *DATA,
    *SIZES_AND_ETAGS,
    *PROPERTIES,
    *COPIES,
    *LISTINGS,
    *NAMES,
    *DELETIONS,
    *UPLOADS,
    *CHECKSUMS,
]


# A thousand objects take their time through a front.
LONG = [
    Lie(
        "A listing ends after 1,000 objects",
        THOUSAND,
        LISTED,
        r"but it lists 'object-00001' .*995 more: 'object-01001' \(and 2 more\) is missing",
        {"ListObjectsV2": changed(lambda told: told.replace(b"<IsTruncated>true", b"<IsTruncated>false"))},
    ),
]


FIRST = one_of_each(LIES)
OTHERS = [lie for lie in LIES if lie not in FIRST]


test_a_lie_is_caught = caught(FIRST)
test_a_further_lie_is_caught = pytest.mark.long(caught(OTHERS))


@pytest.mark.long
def test_a_lie_about_more_than_a_thousand_objects_is_caught(store: SeaweedFS, tmp_path: Path) -> None:
    lied = Lied(tmp_path, store, LONG)
    for lie in LONG:
        lied.assert_caught(lie)
