"""Checksums that a store verifies, keeps and tells."""

import base64
import hashlib
import zlib
from collections.abc import Callable
from functools import cache

from journeys.journey import Journey
from journeys.s3 import answers
from journeys.s3.bucket import Stored, etag_of


def _crc(polynomial: int, width: int) -> Callable[[bytes], bytes]:
    """A reflected CRC that begins and ends inverted, byte by byte: slow, but for small objects that is well enough."""

    @cache
    def table() -> list[int]:
        values = list(range(256))
        for _ in range(8):
            values = [(value >> 1) ^ (polynomial if value & 1 else 0) for value in values]
        return values

    def crc(data: bytes) -> bytes:
        ones = (1 << width) - 1
        value, values = ones, table()
        for byte in data:
            value = (value >> 8) ^ values[(value ^ byte) & 0xFF]
        return (value ^ ones).to_bytes(width // 8, "big")

    return crc


# By our words for them: how each is computed, and what PutObject calls it.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
# Polynomials: RFC 3720 (CRC32C), and NVM Express NVM Command Set Specification, 64b CRC. SDKs compute these two only
# with a library that boto3 would then use for transfers past our seam, so we do it ourselves.
ALGORITHMS: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "MD5": (lambda data: hashlib.md5(data, usedforsecurity=False).digest(), "ContentMD5"),
    "CRC32": (lambda data: zlib.crc32(data).to_bytes(4, "big"), "ChecksumCRC32"),
    "CRC32C": (_crc(0x82F63B78, 32), "ChecksumCRC32C"),
    "CRC64NVME": (_crc(0x9A6C9329AC4BC9B5, 64), "ChecksumCRC64NVME"),
    "SHA-1": (lambda data: hashlib.sha1(data, usedforsecurity=False).digest(), "ChecksumSHA1"),
    "SHA-256": (lambda data: hashlib.sha256(data).digest(), "ChecksumSHA256"),
}
SIZE = 1024  # bytes of an object whose checksum is looked at


def store(journey: Journey, key: str, algorithm: str, *, wrong: bool = False) -> None:
    """Stores an object along with its checksum, or with that of other bytes."""
    compute, parameter = ALGORITHMS[algorithm]
    content = journey.bucket.new_content(key, SIZE)
    checksum = compute(content.read()[1:] if wrong else content.read())
    asked = {parameter: base64.b64encode(checksum).decode()}
    answer = journey.s3.put_object(Bucket=journey.bucket.name, Key=key, Body=content.read(), **asked)
    journey.bucket.objects[key] = Stored(content, etag_of(answer))


def assert_shown(journey: Journey, key: str, algorithm: str) -> None:
    """A look at the object tells its checksum, and so does reading it."""
    compute, parameter = ALGORITHMS[algorithm]
    digest = compute(journey.bucket[key].content.read())
    for how, ask in (("a look at", answers.look), ("reading", answers.read)):
        answer = ask(journey, journey.bucket, key, ChecksumMode="ENABLED")
        if algorithm == "MD5":
            told, expected = etag_of(answer), digest.hex()
        else:
            told, expected = answer.get(parameter), base64.b64encode(digest).decode()
        assert told == expected, (
            f"Expected {how} {journey.bucket.name}/{key} to show its {algorithm} checksum {expected}, but it shows "
            f"{told or 'none'}."
        )
