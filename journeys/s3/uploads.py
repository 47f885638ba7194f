"""Uploads in parts, step by step."""

import base64
import hashlib
from datetime import datetime
from http import HTTPStatus
from urllib.parse import unquote, urlsplit

from journeys.journey import Journey
from journeys.payload import Content
from journeys.s3 import properties
from journeys.s3.bucket import Stored, Upload, etag_of
from journeys.s3.listings import in_order

HOUR = 3600  # seconds; how well clocks agree is told elsewhere
PAGE = 2  # parts that are asked for at once


def begin(journey: Journey, key: str, described: dict[str, str] | None = None) -> None:
    """Begins an upload; the steps after it mean this one."""
    asked = properties.as_parameters(described or {})
    answer = journey.s3.create_multipart_upload(Bucket=journey.bucket.name, Key=key, **asked)
    journey.upload = Upload(key, answer["UploadId"], described or {})


def put_part(journey: Journey, number: int, size: int) -> None:
    """Uploads a part of new content, in place of an earlier one of this number if there is any."""
    upload = journey.upload
    content = journey.bucket.new_content(f"{upload.key} part {number}", size)
    answer = journey.s3.upload_part(**_named(journey), PartNumber=number, Body=content.read())
    if number in upload.parts:
        upload.replaced[number] = upload.parts[number]
    upload.parts[number] = Stored(content, etag_of(answer))


def put_parts(journey: Journey, numbers: list[int], size: int) -> None:
    for number in numbers:
        put_part(journey, number, size)


def put_damaged_part(journey: Journey, number: int, size: int) -> None:
    """Uploads a part along with the MD5 of other bytes, and remembers none."""
    body = journey.bucket.new_content(f"{journey.upload.key} part {number}", size).read()
    digest = hashlib.md5(body[1:], usedforsecurity=False).digest()
    asked = {"PartNumber": number, "ContentMD5": base64.b64encode(digest).decode()}
    journey.s3.upload_part(**_named(journey), **asked, Body=body)


def copy_part(journey: Journey, number: int, source: str, first: int, last: int) -> None:
    """Makes a part of the bytes `first` to `last` (both included) of an object that is there."""
    answer = journey.s3.upload_part_copy(
        **_named(journey),
        PartNumber=number,
        CopySource={"Bucket": journey.bucket.name, "Key": source},
        CopySourceRange=f"bytes={first}-{last}",
    )
    content = journey.bucket[source].content.part(first, last)
    journey.upload.parts[number] = Stored(content, etag_of(answer.get("CopyPartResult", {})))


def complete(journey: Journey, without: int | None = None, **asked: str) -> None:
    """Makes an object of the parts, in the order of their numbers, `without` one of them.

    `asked` are further parameters of the request.
    """
    upload = journey.upload
    numbers = [number for number in sorted(upload.parts) if number != without]
    answer = _complete(journey, {number: upload.parts[number].etag for number in numbers}, **asked)
    content = Content(tuple(piece for number in numbers for piece in upload.parts[number].content.pieces))
    journey.bucket.completed(upload.key, Stored(content, etag_of(answer), upload.properties), answer.get("VersionId"))
    _assert_leads_to_it(journey, answer.get("Location"))


def _assert_leads_to_it(journey: Journey, told: str | None) -> None:
    """Where a completion tells at which address its object is, that is the object's.

    Its host may be that of a gateway behind others, and whatever stands in it may be encoded more than it has to be.
    """
    name, key = journey.bucket.name, journey.upload.key
    assert not told or (name in told and unquote(urlsplit(told).path).endswith(f"/{key}")), (
        f"Expected the completion to tell an address of {name}/{key}, but it tells {told}."
    )


def complete_with(journey: Journey, number: int) -> None:
    """Asks for an object of the parts and of one more, which was never uploaded; remembers none."""
    etags = {part: stored.etag for part, stored in sorted(journey.upload.parts.items())}
    _complete(journey, etags | {number: next(iter(etags.values()))})


def complete_with_another(journey: Journey, number: int) -> None:
    """Asks for an object with a part of another content than the one that was uploaded; remembers none."""
    etags = {part: stored.etag for part, stored in sorted(journey.upload.parts.items())}
    another = hashlib.md5(b"another part", usedforsecurity=False).hexdigest()
    _complete(journey, etags | {number: another})


def complete_in_reverse(journey: Journey) -> None:
    """Asks for an object of the parts in another order than their numbers', and remembers none."""
    _complete(journey, {number: journey.upload.parts[number].etag for number in sorted(journey.upload.parts)[::-1]})


def complete_with_replaced(journey: Journey, number: int) -> None:
    """Asks for an object with a part as it was before it was uploaded again, and remembers none."""
    etags = {part: stored.etag for part, stored in sorted(journey.upload.parts.items())}
    assert number in journey.upload.replaced, f"Part {number} was not uploaded again: a step has to do it first."
    _complete(journey, etags | {number: journey.upload.replaced[number].etag})


def _complete(journey: Journey, etags: dict[int, str | None], **asked: str) -> dict:
    parts = [{"PartNumber": number, "ETag": f'"{etag}"'} for number, etag in etags.items()]
    return journey.s3.complete_multipart_upload(**_named(journey), MultipartUpload={"Parts": parts}, **asked)


def abort(journey: Journey) -> None:
    journey.s3.abort_multipart_upload(**_named(journey))


def assert_shows_its_parts(journey: Journey) -> None:
    """The store lists the parts that were uploaded, in order and in small pages, with their sizes and ETags."""
    upload, found = journey.upload, []
    after, more = 0, True
    while more:
        page = journey.s3.list_parts(**_named(journey), PartNumberMarker=after, MaxParts=PAGE)
        found += [(part.get("PartNumber"), part.get("Size"), etag_of(part)) for part in page.get("Parts", ())]
        before, after = after, page.get("NextPartNumberMarker") or 0
        more = page.get("IsTruncated") and after > before
    parts = sorted(upload.parts.items())
    expected = [(number, part.content.size, part.etag) for number, part in parts]
    assert found == expected, (
        f"Expected the upload of {journey.bucket.name}/{upload.key} to show {_told(expected)}, but it shows "
        f"{_told(found)}."
    )


def assert_etag_of_parts(journey: Journey, key: str) -> None:
    """The object's ETag is what programs compute of a file in parts: the MD5 of the MD5s, and how many there are."""
    parts = [journey.upload.parts[number].content.read() for number in sorted(journey.upload.parts)]
    digests = b"".join(hashlib.md5(part, usedforsecurity=False).digest() for part in parts)
    expected = f"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(parts)}"
    told = etag_of(journey.s3.head_object(Bucket=journey.bucket.name, Key=key))
    assert told == expected, (
        f"Expected {journey.bucket.name}/{key} to show {expected}, the ETag of its {len(parts)} parts, but it shows "
        f"{told or 'none'}."
    )


def assert_listed(journey: Journey) -> None:
    """The upload is listed as unfinished, once, with about the time at which it was begun."""
    upload = journey.upload
    begun = {(key, id): at for key, id, at in _unfinished(journey)}
    assert (upload.key, upload.id) in begun, (
        f"Expected {journey.bucket.name} to list the upload of {upload.key!r} as unfinished, but it lists "
        f"{', '.join(repr(key) for key, _ in begun) or 'none'}."
    )
    told_at = begun[upload.key, upload.id]
    assert told_at and abs(told_at.timestamp() - upload.begun) < HOUR, (
        f"Expected {journey.bucket.name} to list the upload of {upload.key!r} with about the time at which it was "
        f"begun, but it lists {f'{told_at:%Y-%m-%d %H:%M:%S} UTC' if told_at else 'none'}."
    )


def assert_none_remains(journey: Journey) -> None:
    keys = _unfinished(journey)
    assert not keys, (
        f"Expected {journey.bucket.name} to have no unfinished upload, but it lists {len(keys)}, the first of "
        f"{keys[0][0]!r}."
    )


def assert_unfinished_under(journey: Journey, prefix: str, keys: list[str]) -> None:
    """The unfinished uploads of names that begin with `prefix` are these and no others."""
    found = in_order(str(key) for key, *_ in _unfinished(journey, Prefix=prefix))
    assert found == in_order(keys), (
        f"Expected {journey.bucket.name} to list unfinished uploads under {prefix!r} of "
        f"{', '.join(map(repr, keys))}, but it lists {', '.join(map(repr, found)) or 'none'}."
    )


def assert_gone(journey: Journey) -> None:
    """The parts of an upload that was given up can't be listed any more."""
    with journey.recorder.allowing(status=HTTPStatus.NOT_FOUND):  # Ceph 16 says NoSuchKey
        journey.s3.list_parts(**_named(journey))
        raise AssertionError(
            f"Expected the upload of {journey.bucket.name}/{journey.upload.key} to be gone, but its parts can still be "
            "listed."
        )


def _unfinished(journey: Journey, **asked: str) -> list[tuple[str | None, str | None, datetime | None]]:
    answer = journey.s3.list_multipart_uploads(Bucket=journey.bucket.name, **asked)
    return [
        (upload.get("Key"), upload.get("UploadId"), upload.get("Initiated")) for upload in answer.get("Uploads", ())
    ]


def _named(journey: Journey) -> dict[str, str]:
    return {"Bucket": journey.bucket.name, "Key": journey.upload.key, "UploadId": journey.upload.id}


def _told(parts: list[tuple]) -> str:
    return ", ".join(f"part {number} ({size} B, ETag {etag})" for number, size, etag in parts) or "no parts"
