"""Lies that an earlier suite believed: each slipped through until a scenario was written or sharpened for it."""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import pytest

from tests.faulty import Answer, Fault, Request, Store, after, both, changed, headed, only, pretended, refused
from tests.lying import Lie, believed, caught
from tests.unguarded import allowed, as_admin, by_link, of_key, unsigned

ALLOWED = r"Expected a refusal with .*, but what was tried was allowed"
ALLOWED_ANYHOW = "Expected a refusal .*, but what was tried was allowed"
CHANGED = r"Expected \S+ to read back unchanged, but got"
CHECKSUM = "x-amz-checksum-crc32"
OF_A_BODY = ("content-type", "content-md5", CHECKSUM)  # headers that belong to a body


# --- what stores do


def asked(request: Request, store: Store, method: str, key: str = "", **query: str) -> Answer:
    """Another request of the administrator's, about the same bucket."""
    return store(as_admin(request, method=method, key=key, query=query, body=b"", without=OF_A_BODY))


def told(answer: Answer, header: str) -> str:
    """What an answer's header tells; nothing where it is not there."""
    return next((value for name, value in answer.headers if name.lower() == header), "")


def without(*headers: str) -> Fault:
    """Carries the request out without these headers."""

    def fault(request: Request, store: Store) -> Answer:
        if any(request.header(name) for name in headers):
            return store(as_admin(request, without=headers))
        return store(request)

    return fault


def without_query(*names: str) -> Fault:
    """Carries the request out without these parameters."""

    def fault(request: Request, store: Store) -> Answer:
        query = {name: value for name, value in request.query.items() if name not in names}
        return store(request) if query == request.query else store(as_admin(request, query=query))

    return fault


def with_body(change: Callable[[bytes], bytes]) -> Fault:
    """Carries the request out with another body."""
    return lambda request, store: store(as_admin(request, body=change(request.body), without=OF_A_BODY))


def where_asked(name: str, fault: Fault) -> Fault:
    """The fault for requests that have this parameter."""
    return only(lambda request: name in request.query, fault)


def where_ranged(fault: Fault) -> Fault:
    """The fault for requests for a part of an object."""
    return only(lambda request: bool(request.header("range")), fault)


def where_in_parts(fault: Fault) -> Fault:
    """The fault for answers about files that were uploaded in parts, as their ETags tell."""

    def in_parts(request: Request, store: Store) -> Answer:
        answer = store(request)
        return fault(request, lambda _: answer) if "-" in told(answer, "etag") else answer

    return in_parts


def found_all_the_same(status: int = 200, body: bytes = b"") -> Fault:
    """Answers well where the store says that there is no such thing."""

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        return Answer(status, [("ETag", '"0"')], body) if answer.status == 404 else answer

    return fault


def cached(request_key: Callable[[Request], object]) -> Fault:
    """Repeats the first good answer for what has the same key; None is never repeated."""
    kept: dict[object, Answer] = {}

    def fault(request: Request, store: Store) -> Answer:
        answer, key = store(request), request_key(request)
        return kept.setdefault(key, answer) if key is not None and answer.status < 300 else answer

    return fault


def remembered_headers(prefix: str) -> dict[str, Fault]:
    """Gives an object that comes without these headers those that one of its name once had."""
    kept: dict[str, list[tuple[str, str]]] = {}

    def write(request: Request, store: Store) -> Answer:
        if told := [each for each in request.headers if each[0].lower().startswith(prefix)]:
            kept[request.path] = told
        return store(request)

    def read(request: Request, store: Store) -> Answer:
        answer = store(request)
        has = any(name.lower().startswith(prefix) for name, _ in answer.headers)
        return answer if has else replace(answer, headers=[*answer.headers, *kept.get(request.path, [])])

    return {"PutObject": write, "HeadObject": read, "GetObject": read}


def remembered_tags() -> dict[str, Fault]:
    """Shows the tags that a deleted object of that name had."""
    kept: dict[str, Answer] = {}

    def delete(request: Request, store: Store) -> Answer:
        kept[request.key] = asked(request, store, "GET", request.key, tagging="")
        return store(request)

    return {"DeleteObject": delete, "GetObjectTagging": lambda request, store: kept.get(request.key) or store(request)}


def destroying_versions(request: Request, store: Store) -> Answer:
    """Carries the request out, and destroys what versions there were of the object."""
    return _destroying(request, store, [request.key])


def batch_destroying_versions(request: Request, store: Store) -> Answer:
    """Deletes many at once, with all versions that they had."""
    return _destroying(request, store, [key.decode() for key in re.findall(rb"<Key>(.*?)</Key>", request.body)])


def _destroying(request: Request, store: Store, keys: list[str]) -> Answer:
    listed = {key: asked(request, store, "GET", versions="", prefix=key).body for key in keys}
    answer = store(request)
    for key, versions in listed.items():
        for version in re.findall(rb"<VersionId>(.*?)</VersionId>", versions):
            asked(request, store, "DELETE", key, versionId=version.decode())
    return answer


def destroying_the_first(request: Request, store: Store) -> Answer:
    """Carries the request out, and destroys what was stored before versions were kept."""
    answer = store(request)
    if told(answer, "x-amz-version-id") != "null":
        asked(request, store, "DELETE", request.key, versionId="null")
    return answer


def with_headers_of_the_latest(prefix: str) -> Fault:
    """Tells of an earlier version what was said of the latest, in headers that begin so."""

    def concerned(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        return [each for each in headers if each[0].lower().startswith(prefix)]

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        if "versionId" not in request.query or answer.status >= 300:
            return answer
        own, latest = concerned(answer.headers), asked(request, store, "HEAD", request.key).headers
        return replace(answer, headers=[*(each for each in answer.headers if each not in own), *concerned(latest)])

    return fault


def one_upload_of_a_name() -> Fault:
    """Continues the upload that was begun, instead of beginning another one."""
    ids: dict[str, bytes] = {}

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        new = re.search(rb"<UploadId>(.*?)</UploadId>", answer.body)[1]
        return replace(answer, body=answer.body.replace(new, ids.setdefault(request.path, new)))

    return fault


def with_every_part(request: Request, store: Store) -> Answer:
    """Completes an upload with all parts that there are, asked for or not."""
    listed = asked(request, store, "GET", request.key, uploadId=request.query["uploadId"]).body
    return with_body(lambda _: completed(parts_of(listed)))(request, store)


def in_order(request: Request, store: Store) -> Answer:
    """Completes an upload with its parts in order, however they were named."""
    parts = sorted(parts_of(request.body), key=lambda part: int(part[0]))
    return with_body(lambda _: completed(parts))(request, store)


def parts_of(body: bytes) -> list[tuple[bytes, bytes]]:
    """The numbers and ETags of the parts that a body tells of."""
    return [
        (re.search(rb"<PartNumber>(\d+)<", part)[1], re.search(rb"<ETag>(.*?)<", part)[1])
        for part in re.findall(rb"<Part>.*?</Part>", body, re.DOTALL)
    ]


def completed(parts: Iterable[tuple[bytes, bytes]]) -> bytes:
    listed = b"".join(b"<Part><PartNumber>%b</PartNumber><ETag>%b</ETag></Part>" % part for part in parts)
    return b"<CompleteMultipartUpload>%b</CompleteMultipartUpload>" % listed


def taking_the_older_along(request: Request, store: Store) -> Answer:
    answer = store(request)
    asked(request, store, "DELETE", request.key)
    return answer


def with_any_checksum(request: Request, store: Store) -> Answer:
    answer = store(request)
    return store(as_admin(request, without=OF_A_BODY)) if answer.status == 400 else answer


def new_only_once() -> Fault:
    """Refuses a name that was new before, whatever became of its object."""
    seen: set[str] = set()

    def fault(request: Request, store: Store) -> Answer:
        known = request.path in seen
        seen.add(request.path)
        return replace(REFUSED, body=PRECONDITION) if known and request.header("if-none-match") else store(request)

    return fault


REFUSED = Answer(412)
PRECONDITION = b"<Error><Code>PreconditionFailed</Code></Error>"


def where_it_fails(status: int, fault: Fault) -> Fault:
    """The fault for what the store refuses with this status."""

    def fails(request: Request, store: Store) -> Answer:
        answer = store(request)
        return fault(request, store) if answer.status == status else answer

    return fails


def with_status(status: int, told: int) -> Fault:
    """Tells another status than the store does, and the same of it in words."""

    def fault(request: Request, store: Store) -> Answer:
        answer = store(request)
        return replace(answer, status=told) if answer.status == status else answer

    return fault


def despite_policy(request: Request, store: Store) -> Answer:
    """Carries out what the bucket's policy forbids its owner."""
    answer = store(request)
    if answer.status != 403 or not request.header("authorization"):
        return answer
    policy = asked(request, store, "GET", policy="").body
    asked(request, store, "DELETE", policy="")
    answer = store(request)
    store(as_admin(request, method="PUT", key="", query={"policy": ""}, body=policy, without=OF_A_BODY))
    return answer


def with_my_key() -> dict[str, Fault]:
    """Keeps the keys that objects were encrypted with, and uses them for who brings none."""
    name = "x-amz-server-side-encryption-customer-"
    kept: dict[str, list[tuple[str, str]]] = {}

    def keep(request: Request, store: Store) -> Answer:
        kept[request.path] = [each for each in request.headers if each[0].lower().startswith(name)]
        return store(request)

    def use(request: Request, store: Store) -> Answer:
        answer = store(request)
        return store(as_admin(request, adding=kept[request.path])) if answer.status == 400 else answer

    return {"PutObject": keep, "HeadObject": use, "GetObject": where_ranged(use)}


def moved(by: timedelta) -> Callable[[str], str]:
    return lambda told: format_datetime(parsedate_to_datetime(told) + by, usegmt=True)


def now(_told: str) -> str:
    return format_datetime(datetime.now(UTC), usegmt=True)


def of_parts(change: Callable[[bytes], bytes]) -> dict[str, Fault]:
    """Changes the ETags of files in parts, wherever they are told."""

    def header(told: str) -> str:
        return change(told.encode()).decode()

    bodies = ("CompleteMultipartUpload", "ListObjects", "ListObjectsV2")
    return dict.fromkeys(bodies, changed(change)) | dict.fromkeys(READING, headed("ETag", header))


def lost(pattern: bytes) -> Fault:
    """Leaves out of a body what matches."""
    return changed(lambda body: re.sub(pattern, b"", body, flags=re.DOTALL))


def turned(pattern: bytes, by: bytes) -> Fault:
    return changed(lambda body: re.sub(pattern, by, body, flags=re.DOTALL))


READING = ("HeadObject", "GetObject")
LISTING = ("ListObjects", "ListObjectsV2")
EPOCH = "Thu, 01 Jan 1970 00:00:00 GMT"
IN_1970 = b"1970-01-01T00:00:00.000Z"
LOCK = ("x-amz-object-lock-mode", "x-amz-object-lock-retain-until-date", "x-amz-object-lock-legal-hold")


# --- data, sizes, times

TEXT = "A text reads back with every space and line end"
PARTS_ANEW = "Parts of an object that is stored again are those of the new one"
TOLD = "An object tells when it was stored"
NEW_BUCKET = "A new bucket is listed"
LARGE = "A large file uploaded in parts reads back unchanged"
LARGE_COPY = "A copy of a file that was uploaded in parts holds all of it"
ETAG_OF_PARTS = "A file uploaded in parts shows the ETag of its parts"
UNCHANGED = '"{}" reads back unchanged'.format
STORED_AT = '"{}" tells the time at which I stored it, within 60 seconds'.format

OF_DATA = [
    Lie("Line ends are translated", TEXT, UNCHANGED("diary.txt"), CHANGED, {"GetObject": turned(rb"\r\n", b"\n")}),
    Lie("White space at the end is cut off", TEXT, UNCHANGED("diary.txt"), CHANGED, {"GetObject": lost(rb"\s+\Z")}),
    Lie("Zeros in a row are one", TEXT, UNCHANGED("diary.txt"), CHANGED, {"GetObject": turned(rb"\0+", b"\0")}),
    Lie(
        "Parts come from a cache that nobody empties",
        PARTS_ANEW,
        'bytes 0 to 99 of "film.mp4" read back unchanged',
        r"Expected bytes 0 to 99 of \S+ to read back unchanged, but got other bytes",
        {"GetObject": cached(lambda request: (request.path, request.header("range")))},
    ),
    Lie(
        "A copy of a large file holds its first part only",
        LARGE_COPY,
        UNCHANGED("copy.tar"),
        r"but got 5242880 bytes instead of 6291456",
        {"GetObject": of_key("copy.tar", changed(lambda body: body[: 5 * 2**20]))},
    ),
    Lie(
        "A copy is told as older than it is",
        LARGE_COPY,
        STORED_AT("copy.tar"),
        "to tell the time at which we stored it within 60 s, but",
        dict.fromkeys(READING, of_key("copy.tar", headed("Last-Modified", moved(timedelta(days=-30))))),
    ),
    Lie(
        "A file in parts is from 1970",
        LARGE,
        STORED_AT("backup.tar"),
        "but 1970-01-01 00:00:00 UTC is",
        dict.fromkeys(READING, where_in_parts(headed("Last-Modified", EPOCH))),
    ),
    Lie(
        "The ETag of a file in parts is not that of its parts",
        ETAG_OF_PARTS,
        '"backup.tar" shows the ETag of its parts',
        r"to show \w{32}-2, the ETag of its 2 parts, but it shows \w{32}-2",
        of_parts(lambda told: re.sub(rb"([0-9a-f]{32})(?=-\d)", lambda found: found[1][::-1], told)),
    ),
    Lie(
        "The ETag of a file in parts tells another number of them",
        ETAG_OF_PARTS,
        '"backup.tar" shows the ETag of its parts',
        r"but it shows \w{32}-99",
        of_parts(lambda told: re.sub(rb"(?<=[0-9a-f]{32}-)\d+", b"99", told)),
    ),
    Lie(
        "Everything was stored just now",
        TOLD,
        '"page.html" is newer than what it replaced',
        "to keep its time while nobody stored it, but it went from",
        dict.fromkeys(READING, headed("Last-Modified", now)),
    ),
    Lie(
        "A look tells another time than a listing",
        TOLD,
        STORED_AT("page.html"),
        r"to tell one time everywhere, but it tells \S+ \(a look\)",
        {"HeadObject": headed("Last-Modified", moved(timedelta(seconds=-30)))},
    ),
    Lie(
        "Older programs are told of times in 1970",
        TOLD,
        STORED_AT("page.html"),
        "the listing for older programs of .* but 1970-01-01",
        {"ListObjects": turned(rb"(?<=<LastModified>)[^<]*", IN_1970)},
    ),
    Lie(
        "Buckets were made in 1970",
        NEW_BUCKET,
        "the bucket tells that it was made just now, within 60 seconds",
        "to be told as made within 60 s of now, but 1970-01-01",
        {"ListBuckets": turned(rb"(?<=<CreationDate>)[^<]*", IN_1970)},
    ),
    Lie(
        "Buckets are listed twice",
        NEW_BUCKET,
        "the bucket is listed among my buckets",
        "once among my buckets, but it is listed 2 times",
        {"ListBuckets": turned(rb"(<Bucket>.*?</Bucket>)", rb"\1\1")},
    ),
    Lie(
        "Buckets tell no time",
        NEW_BUCKET,
        "the bucket tells that it was made just now, within 60 seconds",
        "Expected the list of buckets to tell when",
        {"ListBuckets": lost(rb"<CreationDate>.*?</CreationDate>")},
    ),
]

# --- properties and tags

NOTES = "An object keeps its type and its user's notes"
COPY_KEEPS = "A copy keeps the type and the notes of its original"
NOTES_OF_DELETED = "An object of a deleted one's name has none of its properties"
TAGS_OF_DELETED = "An object of a deleted one's name has none of its tags"
TAGS_OF_PARTS = "A file uploaded in parts keeps the tags it came with"
OWN_NOTES = "Each version has properties of its own"
COUNTED = "An object tells how many tags it has"
TELLS_HOW_MANY = '"photo.jpg" tells how many tags it has'
OWN_TAGS = "Each version has tags of its own"
IN_STANDARD = '"report.csv" is listed in the storage class "STANDARD"'
GIVEN = '"{}" has the properties it was given'.format
TAGGED = '"{}" has exactly the tags it was given'.format


def forgetful_copy(concerned: Callable[[Request], bool]) -> Fault:
    """Copies an object without what was said of it."""
    anew = [("x-amz-metadata-directive", "REPLACE")]
    return only(concerned, lambda request, store: store(as_admin(request, adding=anew)))


def within_the_bucket(request: Request) -> bool:
    return (request.header("x-amz-copy-source") or "").lstrip("/").startswith(f"{request.bucket}/")


OF_PROPERTIES = [
    Lie(
        "The content encoding is lost",
        NOTES,
        GIVEN("report.csv"),
        "to tell 'content encoding' as 'gzip', but it is not there",
        dict.fromkeys(READING, headed("Content-Encoding", None)),
    ),
    Lie(
        "A copy within its bucket loses its notes",
        COPY_KEEPS,
        GIVEN("copy.csv"),
        "to tell 'content type' as 'text/csv', but it is",
        {"CopyObject": forgetful_copy(within_the_bucket)},
    ),
    Lie(
        "Notes of a deleted object come back",
        NOTES_OF_DELETED,
        GIVEN("report.csv"),
        "to tell 'owner' as not there, but it is 'Jane Doe'",
        remembered_headers("x-amz-meta-"),
    ),
    Lie(
        "Tags of a deleted object come back",
        TAGS_OF_DELETED,
        TAGGED("photo.jpg"),
        "to have the tags none, but it has 'project' = 'Cloud 9'",
        remembered_tags(),
    ),
    Lie(
        "Tags that come with an upload in parts are lost",
        TAGS_OF_PARTS,
        TAGGED("film.mp4"),
        "but it has none",
        {"CreateMultipartUpload": without("x-amz-tagging")},
    ),
    Lie(
        "An earlier version has the notes of the latest",
        OWN_NOTES,
        'version 1 of "report.csv" has the properties it was given',
        "to tell 'status' as 'Draft', but it is 'Final'",
        dict.fromkeys(READING, with_headers_of_the_latest("x-amz-meta-")),
    ),
    Lie(
        "A restored version has lost its notes",
        OWN_NOTES,
        GIVEN("report.csv"),
        "to tell .*, but it is",
        {"CopyObject": forgetful_copy(within_the_bucket)},
    ),
    Lie(
        "Tags of an earlier version are those of the latest",
        OWN_TAGS,
        'version 1 of "report.csv" has exactly the tags it was given',
        "to have the tags 'status' = 'Draft', but it has 'owner' = 'Jane Doe', 'status' = 'Final'",
        {"GetObjectTagging": without_query("versionId")},
    ),
    Lie(
        "Tags of an earlier version are counted as the latest's",
        OWN_TAGS,
        'version 1 of "report.csv" has exactly the tags it was given',
        "a look at .* to tell of 1 tags, but it tells of 2",
        dict.fromkeys(READING, with_headers_of_the_latest("x-amz-tagging-count")),
    ),
    Lie(
        "Whoever tags a version tags the latest",
        OWN_TAGS,
        'version 1 of "report.csv" has exactly the tags it was given',
        "to have the tags 'status' = 'Draft', but it has none",
        {"PutObjectTagging": without_query("versionId")},
    ),
    Lie(
        "A copy in another bucket has lost its tags",
        "A copy keeps the tags of its original",
        '"copy.jpg" in the other bucket has exactly the tags it was given',
        "to have the tags 'project' = 'Cloud 9', but it has none",
        {
            "CopyObject": only(
                lambda request: not within_the_bucket(request),
                lambda request, store: store(as_admin(request, adding=[("x-amz-tagging-directive", "REPLACE")])),
            )
        },
    ),
    Lie(
        "A file in parts forgets how it is to be shown",
        "A file uploaded in parts keeps its type and its user's notes",
        GIVEN("backup.tar"),
        "to tell 'content disposition' as 'attachment.*, but it is not there",
        {"CreateMultipartUpload": without("content-disposition")},
    ),
    Lie(
        "Another number of tags is told",
        "An object keeps the tags it was stored with",
        TAGGED("photo.jpg"),
        "to tell of 3 tags, but it tells of 4",
        {"GetObject": headed("x-amz-tagging-count", "4")},
    ),
    Lie(
        "A look tells another number of tags",
        "An object keeps the tags it was stored with",
        TAGGED("photo.jpg"),
        "a look at .* to tell of 3 tags, but it tells of 4",
        {"HeadObject": headed("x-amz-tagging-count", "4")},
    ),
    Lie(
        "A look tells no number of tags",
        COUNTED,
        TELLS_HOW_MANY,
        "a look at .* to tell of 2 tags, but it tells of 0",
        {"HeadObject": headed("x-amz-tagging-count", None)},
    ),
    Lie(
        "Reading tells no number of tags",
        COUNTED,
        TELLS_HOW_MANY,
        "reading .* to tell of 2 tags, but it tells of 0",
        {"GetObject": headed("x-amz-tagging-count", None)},
    ),
    Lie(
        "The number of tags outlasts them",
        COUNTED,
        TELLS_HOW_MANY,
        "a look at .* to tell of 0 tags, but it tells of 2",
        {"HeadObject": headed("x-amz-tagging-count", "2")},
    ),
    Lie(
        "The date until which a page may be kept is lost",
        NOTES,
        GIVEN("report.csv"),
        "to tell 'expires' as 'Fri, 31 Dec 2027 23:59:59 GMT', but it is not there",
        dict.fromkeys(READING, headed("Expires", None)),
    ),
    Lie(
        "The date until which a page may be kept is another",
        NOTES,
        GIVEN("report.csv"),
        "to tell 'expires' as .*, but it is 'Sat, 01 Jan 2028 23:59:59 GMT'",
        dict.fromkeys(READING, headed("Expires", moved(timedelta(days=1)))),
    ),
    Lie(
        "An object is told as archived",
        NOTES,
        GIVEN("report.csv"),
        "to tell 'storage class' as 'STANDARD', but it is 'GLACIER'",
        dict.fromkeys(READING, headed("x-amz-storage-class", "GLACIER")),
    ),
    Lie(
        "An object is listed as archived",
        NOTES,
        IN_STANDARD,
        r"to show 'report\.csv' in the storage class STANDARD, but it shows \['GLACIER'\]",
        dict.fromkeys(LISTING, turned(b"<StorageClass>STANDARD", b"<StorageClass>GLACIER")),
    ),
    Lie(
        "Older programs are shown no storage class",
        NOTES,
        IN_STANDARD,
        r"the listing for older programs of .* but it shows \[None\]",
        {"ListObjects": lost(rb"<StorageClass>.*?</StorageClass>")},
    ),
    Lie(
        "A deleted object has tags, none",
        "A deleted object has no tags, not even none",
        'I am refused with "NoSuchKey"',
        ALLOWED,
        {"GetObjectTagging": found_all_the_same(200, b"<Tagging><TagSet></TagSet></Tagging>")},
    ),
]

# --- listings

GROUPED = "Names can be grouped at any sign"
BROWSED = "Folders can be browsed"
NARROWED = "A listing can be narrowed to names of any letters"
GOES_ON = "Pages of a listing go on after names of any letters"
VERSION_PAGES = "Pages of versions hold everything once"
ANY_ORDER = "Parts may come in any order"
GONE_BUCKET = "A removed bucket is gone"
IN_FOLDER = 'the folder "2026/" shows exactly "2026/06/", "2026/07/" and "2026/readme.txt"'
AT_TOP = 'the bucket shows at its top exactly "2025.txt", "2025/" and "2026/"'

OF_LISTINGS = [
    Lie(
        "Names are grouped at slashes, whatever was asked for",
        GROUPED,
        'the bucket shows, grouped at "-", exactly "2025-", "2026-" and "readme.txt"',
        "'2025-' .*is missing",
        dict.fromkeys(
            LISTING, lambda request, store: store(as_admin(request, query=request.query | {"delimiter": "/"}))
        ),
    ),
    Lie(
        "Older programs are shown the first page of folders only",
        BROWSED,
        AT_TOP,
        "is missing",
        {"ListObjects": where_asked("delimiter", turned(rb"<IsTruncated>true", b"<IsTruncated>false"))},
    ),
    Lie(
        "Pages of folders begin anew for older programs",
        BROWSED,
        AT_TOP,
        "to come to an end, but it begins anew",
        {"ListObjects": without_query("marker")},
    ),
    Lie(
        "A beginning is taken for a folder",
        BROWSED,
        'the folder "2026/0" shows exactly "2026/06/" and "2026/07/"',
        "but it lists nothing",
        {
            "ListObjectsV2": only(
                lambda request: request.query.get("prefix") == "2026/0",
                lambda request, store: store(as_admin(request, query=request.query | {"prefix": "2026/0/"})),
            )
        },
    ),
    Lie(
        "Nothing is found under names of other alphabets",
        NARROWED,
        'the bucket lists under "Köln/" exactly "Köln/1 1.txt", "Köln/1+1.txt" and "Köln/100%.txt"',
        "but it lists nothing",
        {
            "ListObjectsV2": only(
                lambda request: not request.query.get("prefix", "").isascii(), lost(rb"<Contents>.*</Contents>")
            )
        },
    ),
    Lie(
        "A plus ends a name where names are narrowed",
        NARROWED,
        'the bucket lists under "Köln/1+" exactly "Köln/1+1.txt"',
        "'Köln/1 1.txt' .*should not be there",
        {
            "ListObjectsV2": only(
                lambda request: "+" in request.query.get("prefix", ""),
                lambda request, store: store(as_admin(request, query=request.query | {"prefix": "Köln/1"})),
            )
        },
    ),
    Lie(
        "A listing that goes on leaves names of other letters out",
        GOES_ON,
        "the bucket lists exactly what I stored in pages of 1",
        "to hold as many keys as it says, but it says 1 and holds 0",
        {"ListObjectsV2": where_asked("continuation-token", lost(rb"<Contents><Key>[^<]*%25.*?</Contents>"))},
    ),
    Lie(
        "Pages of versions forget where they were",
        VERSION_PAGES,
        'all versions of "report.csv" are listed in pages of 1',
        r"to list version 5 .*, but it lists version 5",
        {"ListObjectVersions": without_query("version-id-marker")},
    ),
    Lie(
        "Versions are listed whatever their names",
        VERSION_PAGES,
        'all versions of "report.csv" are listed in pages of 1',
        r"to list version 5 .*, but it lists version 5",
        {"ListObjectVersions": without_query("prefix")},
    ),
    Lie(
        "Pages of parts are cut short",
        ANY_ORDER,
        "the upload shows exactly its parts",
        r"part 3 \(.*\), but it shows part 1 \(.*\), part 2 \([^)]*\)\.$",
        {"ListParts": turned(rb"<IsTruncated>true", b"<IsTruncated>false")},
    ),
    Lie(
        "A removed bucket is still there for who looks",
        GONE_BUCKET,
        "the bucket is gone",
        "to be gone, but it is still there for who looks",
        {"HeadBucket": pretended(200)},
    ),
    Lie(
        "A removed bucket can be removed for ever",
        GONE_BUCKET,
        "the bucket is gone",
        "to be gone, but it can be removed once more",
        {"DeleteBucket": found_all_the_same(204)},
    ),
    Lie(
        "A removed bucket is empty for older programs",
        GONE_BUCKET,
        "the bucket is gone",
        "to be gone, but its objects can still be listed by older programs",
        {"ListObjects": found_all_the_same(200, b"<ListBucketResult></ListBucketResult>")},
    ),
    Lie(
        "A removed bucket has no unfinished uploads",
        GONE_BUCKET,
        "the bucket is gone",
        "to be gone, but its unfinished uploads can still be listed",
        {"ListMultipartUploads": found_all_the_same(200, b"<ListMultipartUploadsResult/>")},
    ),
    Lie(
        "Reading from a removed bucket says that the object is missing",
        GONE_BUCKET,
        "the bucket is gone",
        "answered 404 NoSuchKey",
        {"GetObject": refused(404, "NoSuchKey")},
    ),
    Lie(
        "Older programs are shown what was there when they first asked",
        "Older programs see every write and every deletion, too",
        "older programs list exactly what I stored",
        "has another size",
        {"ListObjects": cached(lambda request: request.path)},
    ),
    Lie(
        "Where to begin is forgotten when a page ends",
        GOES_ON,
        'the bucket lists after "ü b/c+d.txt" exactly "ü b/e%.txt", "ü b/f&g.txt" and "ü b/h.txt"',
        "should not be there|is listed twice|begins anew",
        {
            "ListObjectsV2": only(
                lambda request: {"start-after", "max-keys"} <= set(request.query),
                without_query("start-after", "continuation-token"),
            )
        },
    ),
]

# --- deletions and uploads

ANY_NAMES = "Objects of any names can be deleted at once"
BATCH_KEEPS = "Objects that are deleted at once keep their versions"
VERSIONS_AT_ONCE = "Versions that are deleted at once are gone, and no others"
OLDER_STAYS = "An upload that is given up leaves the older object as it was"
APART = "Two uploads of one file are kept apart"
MADE_PART = "A part can be made of an object that is there"
DAMAGED_PART = "A part that was damaged on its way is refused"
LEFT_OUT = "A part that is left out is not in the file"
OTHER_ORDER = "A file can't be made of parts in another order"
LEAVES_VERSION = "A file uploaded in parts leaves the version before it"
BACKUP = UNCHANGED("backup.tar")
VERSIONS = 'all versions of "report.csv" are listed, the latest first'

OF_UPLOADS = [
    Lie(
        "Of many objects those of other names stay",
        ANY_NAMES,
        "the bucket is empty",
        "to list nothing, but it lists",
        {
            "DeleteObjects": with_body(
                lambda body: re.sub(rb"<Object><Key>[^<]*[^ -~][^<]*</Key>.*?</Object>", b"", body)
            )
        },
    ),
    Lie(
        "Objects that are deleted at once lose their versions",
        BATCH_KEEPS,
        'all versions of "report.csv" are listed, below a mark that it was deleted',
        "to list version 2 .*, but it lists no version",
        {"DeleteObjects": batch_destroying_versions},
    ),
    Lie(
        "Versions that are deleted at once only get a mark",
        VERSIONS_AT_ONCE,
        VERSIONS,
        "to list version 4 .*, but it lists version 4",
        {"DeleteObjects": with_body(lambda body: re.sub(rb"<VersionId>.*?</VersionId>", b"", body))},
    ),
    Lie(
        "An upload that is given up takes the older object along",
        OLDER_STAYS,
        BACKUP,
        "answered 404 NoSuchKey",
        {"AbortMultipartUpload": taking_the_older_along},
    ),
    Lie(
        "Two uploads of one name are one",
        APART,
        "the upload shows exactly its parts",
        r"to show part 1 \(2048 B, .*\), but it shows .*part 2 ",
        {"CreateMultipartUpload": one_upload_of_a_name()},
    ),
    Lie(
        "A part that is made of a few bytes holds them all",
        MADE_PART,
        UNCHANGED("copy.bin"),
        "but got 70000 bytes instead of 65000",
        {"UploadPartCopy": without("x-amz-copy-source-range")},
    ),
    Lie(
        "A damaged part is taken",
        DAMAGED_PART,
        'I am refused with "BadDigest"',
        ALLOWED,
        {"UploadPart": with_any_checksum},
    ),
    Lie(
        "A part that was left out is in the file",
        LEFT_OUT,
        "I complete the upload without part 2",
        "answered 400 EntityTooSmall",
        {"CompleteMultipartUpload": with_every_part},
    ),
    Lie(
        "Parts in another order are put in order",
        OTHER_ORDER,
        'I am refused with "InvalidPartOrder"',
        ALLOWED,
        {"CompleteMultipartUpload": in_order},
    ),
    Lie(
        "A file in parts destroys the version before it",
        LEAVES_VERSION,
        'version 1 of "report.csv" reads back unchanged',
        "answered 404",
        {"CompleteMultipartUpload": destroying_versions},
    ),
    Lie(
        "Unfinished uploads are listed whatever their names begin with",
        "Unfinished uploads can be narrowed to names that begin alike",
        'the unfinished uploads under "2026/" are exactly "2026/backup.tar"',
        r"of '2026/backup\.tar', but it lists '2025/backup\.tar', '2026/backup\.tar'",
        {"ListMultipartUploads": without_query("prefix")},
    ),
    Lie(
        "Parts of an upload that was given up are listed",
        "An upload that is given up leaves nothing",
        "the upload is gone",
        "to be gone, but its parts can still be listed",
        {"ListParts": found_all_the_same(200, b"<ListPartsResult></ListPartsResult>")},
    ),
    Lie(
        "An upload that was given up is completed",
        "An upload that was given up can't be completed",
        'I am refused with "NoSuchUpload"',
        ALLOWED,
        {
            "CompleteMultipartUpload": found_all_the_same(
                200, b"<CompleteMultipartUploadResult><ETag>0</ETag></CompleteMultipartUploadResult>"
            )
        },
    ),
    Lie(
        "Unfinished uploads are from 1970",
        "A file is there only when its upload is complete",
        "the upload is listed as unfinished",
        "with about the time at which it was begun, but it lists 1970-01-01",
        {"ListMultipartUploads": turned(rb"(?<=<Initiated>)[^<]*", IN_1970)},
    ),
    Lie(
        "Parts of a deleted object can still be read",
        "A deleted object can't be read any more",
        '"draft.txt" is gone',
        "to be gone, but it can still be read in part",
        {"GetObject": where_ranged(found_all_the_same(206, b"x"))},
    ),
    Lie(
        "A part is taken whatever ETag it should have",
        "A file can't be made of another part than was uploaded",
        'I am refused with "InvalidPart"',
        ALLOWED,
        {"CompleteMultipartUpload": with_every_part},
    ),
]

# --- conditions

NEW_AGAIN = "A name is new again when its object was deleted"
EXPECTED = "What was deleted is not overwritten by who expects it"
NO_FILE = "A file is not overwritten in parts by who expects none"
NOT_COPIED = "What has changed is not copied for what was seen"
NOT_SENT = "An object that has not changed is not sent again"
NOT_AGAIN = '"page.html" is not sent again to who has seen it'
PRECONDITION_FAILED = 'I am refused with "PreconditionFailed"'
CONDITIONS = ("if-match", "if-none-match", "if-modified-since", "if-unmodified-since")

OF_CONDITIONS = [
    Lie(
        "A name is new only once",
        NEW_AGAIN,
        'I store "page.html" only if it is new',
        "answered 412 PreconditionFailed",
        {"PutObject": new_only_once()},
    ),
    Lie(
        "What is not there is overwritten by who expects it",
        EXPECTED,
        'I am refused with "NoSuchKey" or "PreconditionFailed"',
        ALLOWED,
        {"PutObject": without("if-match")},
    ),
    Lie(
        "A condition of completing an upload is ignored",
        NO_FILE,
        PRECONDITION_FAILED,
        ALLOWED,
        {"CompleteMultipartUpload": without("if-none-match")},
    ),
    Lie(
        "A copy is made whatever its original should be",
        NOT_COPIED,
        PRECONDITION_FAILED,
        ALLOWED,
        {"CopyObject": without("x-amz-copy-source-if-match")},
    ),
    Lie(
        "A look tells of an object whatever it should be",
        NOT_SENT,
        NOT_AGAIN,
        "to be known as unchanged by its ETag, but it was told of once more",
        {"HeadObject": without(*CONDITIONS)},
    ),
    Lie(
        "Parts of an object are sent whatever it should be",
        NOT_SENT,
        NOT_AGAIN,
        "to be known as unchanged by its ETag, but it was sent in part once more",
        {"GetObject": where_ranged(without(*CONDITIONS))},
    ),
]

# --- versions and locks

DELETED_VERSION = "A deleted version is gone, and no other"
EVERY_VERSION = "Every version of an object can be read"
FROM_BEFORE = "What was stored before versions were kept is the first version"
WHILE_SUSPENDED = "A deletion while versioning is suspended destroys no version"
FIRST_MOMENT = "A version can be locked from its first moment"
LOCK_OF_ONE = "A lock is that of one version"
HOLD_OF_ONE = "A legal hold is that of one version"
LONGER = "A lock can be made longer"
KEEPS_VERSIONS = "A bucket with locks has to keep versions"
TOLD_LOCKED = 'version 1 of "contract.pdf" is told as locked'
LOCKS_WHAT_COMES = "A bucket that locks what comes locks it from its first moment"
LOCKED_FOR = 'version 1 of "contract.pdf" is told as locked for 2 days'
DELETED_KEEPS = "A deleted object keeps its versions"
BELOW_A_MARK = 'all versions of "report.csv" are listed, below a mark that it was deleted'
OF_CLASS = "Every version is listed in its storage class"
IN_ITS_CLASS = 'all versions of "report.csv" are listed in the storage class "STANDARD"'
IN_STANDARD_EACH = r"to list version 2 in STANDARD, version 1 in STANDARD of 'report\.csv', but it lists "
VERSION_1 = 'version 1 of "report.csv" reads back unchanged'

FOUND = {"HeadObject": found_all_the_same()}


OF_VERSIONS = [
    Lie(
        "A look finds a version that was deleted",
        DELETED_VERSION,
        'version 2 of "report.csv" is gone',
        "to be gone, but it can still be looked at",
        FOUND,
    ),
    Lie(
        "A look at an earlier version is one at the latest",
        EVERY_VERSION,
        VERSION_1,
        "Expected a look at version .* to tell its 1024 bytes, but it tells of 1026 bytes",
        {"HeadObject": without_query("versionId")},
    ),
    Lie(
        "Parts of an earlier version are the latest's",
        EVERY_VERSION,
        VERSION_1,
        CHANGED,
        {"GetObject": where_ranged(without_query("versionId"))},
    ),
    Lie(
        "What was stored before versions were kept is lost",
        FROM_BEFORE,
        VERSION_1,
        "answered 404",
        {"PutObject": destroying_the_first},
    ),
    Lie(
        "A deletion while versioning is suspended destroys versions",
        WHILE_SUSPENDED,
        'all versions of "report.csv" are listed, below a mark that it was deleted',
        "to list version 2 .*, but it lists no version",
        {"DeleteObject": destroying_versions},
    ),
    Lie(
        "Times of versions are in 1970",
        "All versions are listed in order",
        VERSIONS,
        "with about the time at which we stored it, but it lists 1970-01-01",
        {"ListObjectVersions": turned(rb"(?<=<LastModified>)[^<]*", IN_1970)},
    ),
    Lie(
        "A version without an id is listed twice",
        FROM_BEFORE,
        VERSIONS,
        r"version 1 \(1024 B\), version 1",
        {"ListObjectVersions": turned(rb"(<Version>(?:(?!</Version>).)*<VersionId>null<.*?</Version>)", rb"\1\1")},
    ),
    Lie(
        "Earlier versions are listed as archived",
        OF_CLASS,
        IN_ITS_CLASS,
        IN_STANDARD_EACH + r"version 2 in STANDARD, version 1 in GLACIER\.$",
        {"ListObjectVersions": turned(rb"(<IsLatest>false(?:(?!</Version>).)*<StorageClass>)STANDARD", rb"\1GLACIER")},
    ),
    Lie(
        "Versions are listed in no storage class",
        OF_CLASS,
        IN_ITS_CLASS,
        IN_STANDARD_EACH + "version 2 in None, version 1 in None",
        {"ListObjectVersions": lost(rb"<StorageClass>.*?</StorageClass>")},
    ),
    Lie(
        "A deletion tells of no mark",
        DELETED_KEEPS,
        BELOW_A_MARK,
        r"Expected the deletion of .* to tell of its mark, version \S+, but it told of none",
        {"DeleteObject": headed("x-amz-delete-marker", None)},
    ),
    Lie(
        "A deletion tells of another mark",
        DELETED_KEEPS,
        BELOW_A_MARK,
        "to tell of its mark, version .*, but it told of version elsewhere",
        {"DeleteObject": headed("x-amz-version-id", "elsewhere")},
    ),
    Lie(
        "Marks of deletions are from 1970",
        DELETED_KEEPS,
        BELOW_A_MARK,
        r"to list the mark of 'report\.csv' with about the time of the deletion, but it lists 1970-01-01",
        {
            "ListObjectVersions": turned(
                rb"(<DeleteMarker>(?:(?!</DeleteMarker>).)*<LastModified>)[^<]*", rb"\g<1>" + IN_1970
            )
        },
    ),
    Lie(
        "A completed upload tells no version",
        LEAVES_VERSION,
        "I complete the upload",
        r"Expected a version of \S+/report\.csv to get an id, but it got None",
        {"CompleteMultipartUpload": headed("x-amz-version-id", None)},
    ),
    Lie(
        "A completed upload tells of another version",
        LEAVES_VERSION,
        'version 2 of "report.csv" reads back unchanged',
        "answered 40",
        {"CompleteMultipartUpload": headed("x-amz-version-id", "elsewhere")},
    ),
    Lie(
        "The deletion of a version tells of another",
        DELETED_VERSION,
        'version 2 of "report.csv" is gone',
        "to tell so, but it told of version elsewhere",
        {"DeleteObject": headed("x-amz-version-id", "elsewhere")},
    ),
    Lie(
        "The deletion of a version tells of a mark",
        DELETED_VERSION,
        'version 2 of "report.csv" is gone',
        "to tell so, but it told of mark",
        {"DeleteObject": headed("x-amz-delete-marker", "true")},
    ),
    Lie(
        "A look at a version tells a time in 1970",
        EVERY_VERSION,
        VERSION_1,
        "to tell about the time at which we stored it, but it tells 1970-01-01",
        {"HeadObject": headed("Last-Modified", EPOCH)},
    ),
    Lie(
        "A bucket's rule locks nothing",
        LOCKS_WHAT_COMES,
        LOCKED_FOR,
        "answered 404",
        {"PutObjectLockConfiguration": pretended(200)},
    ),
    Lie(
        "A bucket's rule locks for a day only",
        LOCKS_WHAT_COMES,
        LOCKED_FOR,
        "to be told as locked until about .*, but it is",
        {"PutObjectLockConfiguration": with_body(lambda body: body.replace(b"<Days>2<", b"<Days>1<"))},
    ),
    Lie(
        "A lock that comes with a version is ignored",
        FIRST_MOMENT,
        TOLD_LOCKED,
        "answered 404|to be told as locked",
        {"PutObject": without(*LOCK)},
    ),
    Lie(
        "A look tells nothing of a lock",
        FIRST_MOMENT,
        TOLD_LOCKED,
        "to be told by a look as locked until .*, but it is told without a date",
        {"HeadObject": both(headed(LOCK[0], None), headed(LOCK[1], None))},
    ),
    Lie(
        "A lock is put on the latest version",
        LOCK_OF_ONE,
        'I delete version 2 of "contract.pdf"',
        "answered 403 AccessDenied",
        {"PutObjectRetention": without_query("versionId")},
    ),
    Lie(
        "A hold is put on the latest version",
        HOLD_OF_ONE,
        'I delete version 2 of "contract.pdf"',
        "answered 403 AccessDenied",
        {"PutObjectLegalHold": without_query("versionId")},
    ),
    Lie(
        "A batch tells of no version that is under legal hold",
        "A version under legal hold can't be deleted in a batch",
        'version 1 of "contract.pdf" can\'t be deleted in a batch',
        "to be kept from a batch with AccessDenied, but the answer tells of no refusal",
        {"DeleteObjects": lost(rb"<Error>.*</Error>")},
    ),
    Lie(
        "A lock that is made longer stays as it was",
        LONGER,
        TOLD_LOCKED,
        "as locked until .*, but it is",
        {"PutObjectRetention": after(1, pretended(200))},
    ),
    Lie(
        "Versions are said to be kept no longer, locks or not",
        KEEPS_VERSIONS,
        'I am refused with "InvalidBucketState"',
        ALLOWED,
        {"PutBucketVersioning": where_it_fails(409, pretended(200))},
    ),
]

# --- access

DOORS = {
    "find out about the bucket": "HeadBucket",
    "list it as older programs do": "ListObjects",
    "list its versions": "ListObjectVersions",
    "list its unfinished uploads": "ListMultipartUploads",
    "set a policy": "PutBucketPolicy",
    "turn on versioning": "PutBucketVersioning",
    "upload in parts": "CreateMultipartUpload",
    "read an object's tags": "GetObjectTagging",
    "tag an object": "PutObjectTagging",
    "copy an object": "CopyObject",
    "read a part of an object": "GetObject",
    "delete many at once": "DeleteObjects",
}
STRANGER = "A stranger gets in by no side door"
WRONG_SECRET = "A user with a wrong secret gets in by no side door"
OLD_REQUEST = "What a user signed an hour ago can't be repeated"
LIKE_FOLDER = "What a policy lets everybody read below a folder ends with the folder"
NOT_LOOKED_AT = "What a policy forbids to read can't be looked at"
NOT_IN_PARTS = "What a policy forbids to write can't be uploaded in parts"
NOT_LISTED = "A bucket that a policy forbids to list can't be listed"
NAMED = "A link tells by which name to save the file"
OTHER_TYPE = "A link to write takes no file of another type"
NO_OTHER_WAY = 'a {} gets in by no other way, but is refused with "{}"'.format
DENIED = 'I am refused with "AccessDenied"'

OF_ACCESS = [
    *(
        Lie(
            f"Whoever comes may {deed}",
            STRANGER,
            NO_OTHER_WAY("stranger", "AccessDenied"),
            f"Expected nobody but its owner to get into .*To {deed} was allowed",
            {operation: unsigned(allowed)},
        )
        for deed, operation in DOORS.items()
    ),
    Lie(
        "A wrong secret is no hindrance to a tag",
        WRONG_SECRET,
        NO_OTHER_WAY("user with a wrong secret", "SignatureDoesNotMatch"),
        "To tag an object was allowed",
        {"PutObjectTagging": allowed},
    ),
    Lie(
        "A request that was signed an hour ago is carried out",
        OLD_REQUEST,
        'the stranger is refused with "RequestTimeTooSkewed"',
        ALLOWED,
        {"GetObject": allowed},
    ),
    Lie(
        "An old deletion is repeated",
        OLD_REQUEST,
        'the stranger is refused with "RequestTimeTooSkewed"',
        ALLOWED,
        {"DeleteObject": allowed},
    ),
    Lie(
        "What is granted for a folder holds for names that begin alike",
        LIKE_FOLDER,
        'the stranger is refused with "AccessDenied"',
        ALLOWED,
        {"GetObject": of_key("public.txt", unsigned(allowed))},
    ),
    Lie(
        "What may not be read may be looked at",
        NOT_LOOKED_AT,
        'I am refused with "403"',
        ALLOWED,
        {"HeadObject": despite_policy},
    ),
    Lie(
        "What may not be read may be read in part",
        NOT_LOOKED_AT,
        DENIED,
        ALLOWED,
        {"GetObject": where_ranged(despite_policy)},
    ),
    Lie(
        "What may not be written may be uploaded in parts",
        NOT_IN_PARTS,
        DENIED,
        ALLOWED,
        {"CreateMultipartUpload": despite_policy},
    ),
    Lie("What may not be written may be copied to", NOT_IN_PARTS, DENIED, ALLOWED, {"CopyObject": despite_policy}),
    Lie("A bucket that may not be listed is", NOT_LISTED, DENIED, ALLOWED, {"ListObjectsV2": despite_policy}),
    Lie(
        "What a link says of its answer is ignored",
        NAMED,
        'the link brought a file to be saved as "Invoice 7.pdf"',
        "to be saved by .*, but it tells None",
        {"GetObject": by_link(headed("Content-Disposition", None))},
    ),
    Lie(
        "What everybody may read, everybody may overwrite in parts",
        "What everybody may read, strangers can neither change nor delete",
        'the stranger is refused with "AccessDenied"',
        ALLOWED,
        {"CreateMultipartUpload": unsigned(allowed)},
    ),
    Lie(
        "Who looks through a link needs no right signature",
        "A link to read is good for nothing else",
        "the stranger is refused for lack of rights",
        ALLOWED_ANYHOW,
        {"HeadObject": by_link(allowed)},
    ),
    Lie(
        "A link leads to any version",
        "A link with another version does not work",
        'the stranger is refused with "SignatureDoesNotMatch"',
        ALLOWED,
        {"GetObject": where_asked("versionId", by_link(allowed))},
    ),
    Lie(
        "A name that somebody has can be had again",
        "A name that is taken can't be had by another user",
        'the second user is refused with "BucketAlreadyExists" or "AccessDenied"',
        ALLOWED,
        {"CreateBucket": where_it_fails(403, pretended(200))},
    ),
    Lie(
        "A bucket may have any name",
        "A bucket gets no name that buckets may not have",
        'I am refused with "InvalidBucketName"',
        ALLOWED,
        {"CreateBucket": where_it_fails(400, pretended(200))},
    ),
    Lie(
        "A link to a version leads to the latest",
        "A link to a version leads to that version",
        'the link brought version 1 of "invoice.pdf" unchanged',
        "Expected the link to bring version 1 of .* unchanged, but got",
        {"GetObject": by_link(lambda request, store: store(as_admin(request, query={})))},
    ),
    Lie(
        "What is not there is a mistake of who asks",
        "A deleted object keeps its versions",
        'I am refused with "NoSuchKey"',
        "Expected NoSuchKey to come with status 404, but it came with 400",
        {"GetObject": with_status(404, 400)},
    ),
    Lie(
        "Strangers are told to log in",
        LIKE_FOLDER,
        'the stranger is refused with "AccessDenied"',
        "Expected AccessDenied to come with status 403, but it came with 401",
        {"GetObject": with_status(403, 401)},
    ),
    Lie(
        "A link to write takes any type",
        OTHER_TYPE,
        'the stranger is refused with "SignatureDoesNotMatch"',
        ALLOWED,
        {"PutObject": by_link(allowed)},
    ),
]

# --- encryption, checksums, rules

NO_KEY = "An object encrypted with my key can't be read without it"
ENCRYPTION_OFF = "What comes when encryption was turned off again is not encrypted"
COPY_WITH_KEY = "An object encrypted with my key is copied with it, and not without it"
ENCRYPTED_TOO = "Copies and files in parts are encrypted, too"
SHOWS = "An object stored with its SHA-256 checksum shows it"
PAGES_MAY = "Pages may do what the rules allow, and other pages may not"
LEAVE = "Objects come with leave for the pages that may have them"
ALL_RULES = "Rules for all that grows unseen are kept as they were set"
RULES = "the lifecycle rules read back as set"
ENCRYPTION = "x-amz-server-side-encryption"
KEY = [f"{ENCRYPTION}-customer-{part}" for part in ("algorithm", "key", "key-md5")]
LEAVES = "Access-Control-Allow-Origin"

OF_RULES = [
    Lie(
        "A look needs no key",
        NO_KEY,
        'I am refused with "400" or "403"',
        ALLOWED,
        with_my_key() | {"GetObject": lambda request, store: store(request)},
    ),
    Lie(
        "Parts of an encrypted object need no key",
        NO_KEY,
        'I am refused with "InvalidRequest" or "InvalidArgument"',
        ALLOWED,
        with_my_key(),
    ),
    Lie(
        "A file in parts is not encrypted with the key that it comes with",
        "A file in parts encrypted with my key reads back with it, and with no other",
        '"backup.tar" reads back unchanged with my key',
        "answered 400|told as encrypted with my key",
        dict.fromkeys(("CreateMultipartUpload", "UploadPart", "CompleteMultipartUpload"), without(*KEY)),
    ),
    Lie(
        "A file in parts is not told as encrypted",
        ENCRYPTED_TOO,
        '"backup.tar" is told as encrypted',
        "but the server tells None",
        {"HeadObject": of_key("backup.tar", headed(ENCRYPTION, None))},
    ),
    Lie(
        "A copy is not told as encrypted",
        ENCRYPTED_TOO,
        '"copy.txt" is told as encrypted',
        "but the server tells None",
        {"HeadObject": of_key("copy.txt", headed(ENCRYPTION, None))},
    ),
    Lie(
        "Encryption that is turned off stays on",
        ENCRYPTION_OFF,
        "the bucket tells that it does not encrypt",
        "to tell of no encryption, but it tells",
        {"DeleteBucketEncryption": pretended(204)},
    ),
    Lie(
        "What comes when encryption was turned off is told as encrypted",
        ENCRYPTION_OFF,
        '"diary.txt" is told as not encrypted',
        "not to be told as encrypted, but the server tells AES256",
        {"HeadObject": headed(ENCRYPTION, "AES256")},
    ),
    Lie(
        "A copy of an encrypted object needs no key",
        COPY_WITH_KEY,
        'I am refused with "InvalidRequest" or "InvalidArgument"',
        ALLOWED,
        {"CopyObject": where_it_fails(400, pretended(200, b"<CopyObjectResult><ETag>0</ETag></CopyObjectResult>"))},
    ),
    Lie(
        "Reading tells no checksum",
        SHOWS,
        '"data.bin" shows its SHA-256 checksum',
        "Expected reading .* to show its SHA-256 checksum .*, but it shows none",
        {"GetObject": headed("x-amz-checksum-sha256", None)},
    ),
    Lie(
        "Reading tells another checksum",
        SHOWS,
        '"data.bin" shows its SHA-256 checksum',
        "What arrived is not what was sent",
        {"GetObject": headed("x-amz-checksum-sha256", lambda _: "A" * 43 + "=")},
    ),
    Lie(
        "Pages may not say what they send",
        PAGES_MAY,
        'a page of "https://app.example.com" may read "app.js"',
        "Expected pages of .* to be allowed to read",
        {"Preflight": headed("Access-Control-Allow-Headers", None)},
    ),
    Lie(
        "An object comes without leave for its pages",
        LEAVE,
        '"app.js" comes with leave for pages of "https://app.example.com"',
        "to come for pages of https://app.example.com, but browsers are told 200",
        {"GetObject": headed(LEAVES, None)},
    ),
    Lie(
        "An object comes with leave for every page",
        LEAVE,
        '"app.js" comes without leave for pages of "https://elsewhere.example.com"',
        "to come for no page, but browsers are told 200",
        {
            "GetObject": only(
                lambda request: "elsewhere" in (request.header("origin") or ""),
                headed(LEAVES, "https://elsewhere.example.com"),
            )
        },
    ),
    Lie(
        "An object comes with leave for all pages at once",
        LEAVE,
        '"app.js" comes with leave for pages of "https://app.example.com"',
        r"but browsers are told 200 .*Allow-Origin: \*",
        {"GetObject": headed(LEAVES, "*")},
    ),
    Lie(
        "Rules about unfinished uploads are dropped",
        ALL_RULES,
        RULES,
        "AbortIncompleteMultipartUpload.*, but they are",
        {
            "GetBucketLifecycleConfiguration": lost(
                rb"<AbortIncompleteMultipartUpload>.*?</AbortIncompleteMultipartUpload>"
            )
        },
    ),
    Lie(
        "Rules about earlier versions are dropped",
        ALL_RULES,
        RULES,
        "NoncurrentVersionExpiration.*, but they are",
        {"GetBucketLifecycleConfiguration": lost(rb"<NoncurrentVersionExpiration>.*?</NoncurrentVersionExpiration>")},
    ),
    Lie(
        "A rule that is off is told as on",
        ALL_RULES,
        RULES,
        "'Disabled'.*, but they are",
        {"GetBucketLifecycleConfiguration": turned(b"Disabled", b"Enabled")},
    ),
]

CLASSES = (
    OF_DATA,
    OF_PROPERTIES,
    OF_LISTINGS,
    OF_UPLOADS,
    OF_CONDITIONS,
    OF_VERSIONS,
    OF_ACCESS,
    OF_RULES,
)
LIES = [lie for lies in CLASSES for lie in lies]
FIRST = [lies[0] for lies in CLASSES]
OTHERS = [lie for lie in LIES if lie not in FIRST]


test_a_lie_is_caught = caught(FIRST)
test_a_further_lie_is_caught = pytest.mark.long(caught(OTHERS))
test_the_truth_is_believed = pytest.mark.long(believed(LIES))
