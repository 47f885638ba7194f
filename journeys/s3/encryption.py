"""Objects that are encrypted: with a key of the user's, which the store forgets, or with one of the store's."""

import base64
import hashlib
from typing import Any

from journeys.journey import Journey
from journeys.s3 import copies, objects

ALGORITHM = "AES256"


def _key(journey: Journey, key: str, whose: str) -> bytes:
    """A key of 256 bits, another one for each object and whoever's it is."""
    return hashlib.sha256(f"{journey.bucket.name}/{key} {whose}".encode()).digest()


def _asked(secret: bytes) -> dict[str, Any]:
    return {"SSECustomerAlgorithm": ALGORITHM, "SSECustomerKey": secret}


def store(journey: Journey, key: str) -> None:
    """Stores an object encrypted with the user's key."""
    secret = _key(journey, key, "mine")
    answer = objects.store(journey, key, journey.settings.object_size, **_asked(secret))
    _assert_told(journey, key, secret, answer)


def upload(journey: Journey, key: str, size: int) -> None:
    """Stores an object encrypted with the user's key, the way SDKs store large files."""
    objects.upload(journey, key, size, **_asked(_key(journey, key, "mine")))


def assert_unchanged(journey: Journey, key: str) -> None:
    """With the user's key the object has the very bytes that were stored, and that key is told as the one used."""
    secret, content = _key(journey, key, "mine"), journey.bucket[key].content
    answer = objects.assert_content(journey, journey.bucket, key, content, **_asked(secret))
    _assert_told(journey, key, secret, answer)


def read_part(journey: Journey, key: str) -> None:
    """Reads the first byte, without any key."""
    objects.read(journey, key, Range="bytes=0-0")


def read_with_another_key(journey: Journey, key: str) -> None:
    objects.read(journey, key, **_asked(_key(journey, key, "another")))


def copy(journey: Journey, source: str, key: str) -> None:
    """Copies an object that is encrypted with the user's key; the copy needs none."""
    secret = _key(journey, source, "mine")
    copies.make(
        journey, source, journey.bucket, key, CopySourceSSECustomerAlgorithm=ALGORITHM, CopySourceSSECustomerKey=secret
    )


def _assert_told(journey: Journey, key: str, secret: bytes, answer: dict[str, Any]) -> None:
    fingerprint = base64.b64encode(hashlib.md5(secret, usedforsecurity=False).digest()).decode()
    algorithm, told = answer.get("SSECustomerAlgorithm"), answer.get("SSECustomerKeyMD5") or ""
    # SeaweedFS tells the fingerprint twice, which the SDK joins.
    assert algorithm == ALGORITHM and set(told.split(", ")) == {fingerprint}, (
        f"Expected {journey.bucket.name}/{key} to be told as encrypted with my key ({ALGORITHM}, {fingerprint}), but "
        f"the server tells {algorithm}, {told or 'no key'}."
    )


def turn_on(journey: Journey) -> None:
    """From now on the store encrypts what comes into the bucket."""
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": ALGORITHM}}
    journey.s3.put_bucket_encryption(Bucket=journey.bucket.name, ServerSideEncryptionConfiguration={"Rules": [rule]})


def turn_off(journey: Journey) -> None:
    """From now on what comes into the bucket stays as it is."""
    journey.s3.delete_bucket_encryption(Bucket=journey.bucket.name)


def assert_off(journey: Journey) -> None:
    """The bucket tells of no encryption."""
    with journey.recorder.allowing(code="ServerSideEncryptionConfigurationNotFoundError"):
        told = journey.s3.get_bucket_encryption(Bucket=journey.bucket.name)["ServerSideEncryptionConfiguration"]
        raise AssertionError(f"Expected {journey.bucket.name} to tell of no encryption, but it tells {told}.")


def assert_on(journey: Journey) -> None:
    """The bucket tells that it encrypts."""
    told = journey.s3.get_bucket_encryption(Bucket=journey.bucket.name)["ServerSideEncryptionConfiguration"]
    used = [rule.get("ApplyServerSideEncryptionByDefault", {}).get("SSEAlgorithm") for rule in told.get("Rules", ())]
    assert used == [ALGORITHM], (
        f"Expected {journey.bucket.name} to tell {ALGORITHM} as its encryption, but it tells {used}."
    )


def assert_encrypted(journey: Journey, key: str) -> None:
    """The object is told as encrypted by the store."""
    told = _told_of(journey, key)
    assert told == ALGORITHM, (
        f"Expected {journey.bucket.name}/{key} to be told as encrypted with {ALGORITHM}, but the server tells {told}."
    )


def assert_unencrypted(journey: Journey, key: str) -> None:
    """The object is not told as encrypted."""
    told = _told_of(journey, key)
    assert told is None, (
        f"Expected {journey.bucket.name}/{key} not to be told as encrypted, but the server tells {told}."
    )


def _told_of(journey: Journey, key: str) -> str | None:
    return journey.s3.head_object(Bucket=journey.bucket.name, Key=key).get("ServerSideEncryption")
