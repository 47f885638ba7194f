"""What is stored with an object and says something about it: its type, how it is shown, whatever its user notes."""

from typing import Any

from journeys.journey import Journey
from journeys.s3 import answers
from journeys.s3.bucket import Bucket

# What has a meaning of its own, by our words for it; anything else is a note of the user's.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html
MEANT = {
    "content type": "ContentType",
    "content encoding": "ContentEncoding",
    "content language": "ContentLanguage",
    "content disposition": "ContentDisposition",
    "cache control": "CacheControl",
    "expires": "Expires",
    "storage class": "StorageClass",
}
# An answer tells the date as it came by another name, and of the standard class it need not tell.
TOLD = MEANT | {"expires": "ExpiresString"}
UNTOLD = {"storage class": "STANDARD"}


def as_parameters(described: dict[str, str]) -> dict[str, Any]:
    """The parameters of a PutObject, CopyObject or CreateMultipartUpload for these properties."""
    notes = {name: value for name, value in described.items() if name not in MEANT}
    meant = {MEANT[name]: value for name, value in described.items() if name in MEANT}
    return meant | ({"Metadata": notes} if notes else {})


def of_answer(answer: dict[str, Any], expected: dict[str, str]) -> dict[str, str | None]:
    """The properties that an answer tells: all notes, and of those with a meaning the ones that are `expected`."""
    meant = {name: answer.get(TOLD[name], UNTOLD.get(name)) for name in expected if name in MEANT}
    return answer.get("Metadata", {}) | meant


def note(length: int) -> dict[str, str]:
    """A property of so many letters, of which none could be left out or swapped unnoticed."""
    return {"note": "".join(f"{number} " for number in range(length))[: length - 1] + "."}


def assert_kept(journey: Journey, bucket: Bucket, key: str) -> None:
    """The object has the properties it was stored with and no other notes, when looked at and when read."""
    expected = bucket[key].properties
    assert expected, f"Nothing was said of {key!r}: a step that describes it has to come first."
    assert_of(journey, bucket, key, expected)


def assert_of(journey: Journey, bucket: Bucket, key: str, expected: dict[str, str], **asked: str) -> None:
    """The same for these properties; `asked` are further parameters of the requests, such as a version."""
    for how, ask in (("a look at", answers.look), ("reading", answers.read)):
        answer = ask(journey, bucket, key, **asked)
        told = of_answer(answer, expected)
        wrong = next((name for name in {**expected, **told} if told.get(name) != expected.get(name)), None)
        assert wrong is None, (
            f"Expected {how} {bucket.name}/{key} to tell {wrong!r} as {_short(expected.get(wrong))}, but it is "
            f"{_short(told.get(wrong))}."
        )


def _short(value: str | None) -> str:
    if value is None:
        return "not there"
    return repr(value) if len(value) <= 60 else f"{value[:60]!r}… ({len(value)} characters)"
