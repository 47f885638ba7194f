"""Tags of objects."""

from urllib.parse import quote, urlencode

from journeys.journey import Journey
from journeys.s3 import answers
from journeys.s3.bucket import Bucket


def as_parameter(tags: dict[str, str]) -> str:
    """Tags as they are given along with a new object."""
    return urlencode(tags, quote_via=quote)


def put(journey: Journey, key: str, tags: dict[str, str]) -> None:
    """Gives an object these tags in place of all that it had."""
    put_to(journey, journey.bucket, key, tags)
    journey.bucket[key].tags = tags


def put_to(journey: Journey, bucket: Bucket, key: str, tags: dict[str, str], **asked: str) -> None:
    """The same without remembering it; `asked` are further parameters of the request, such as a version."""
    told = [{"Key": name, "Value": value} for name, value in tags.items()]
    journey.s3.put_object_tagging(Bucket=bucket.name, Key=key, Tagging={"TagSet": told}, **asked)


def remove(journey: Journey, key: str) -> None:
    journey.s3.delete_object_tagging(Bucket=journey.bucket.name, Key=key)
    journey.bucket[key].tags = {}


def assert_kept(journey: Journey, bucket: Bucket, key: str) -> None:
    """The object has exactly the tags that it was given."""
    assert_of(journey, bucket, key, bucket[key].tags)


def assert_of(journey: Journey, bucket: Bucket, key: str, expected: dict[str, str], **asked: str) -> None:
    """The object has exactly these tags; `asked` are further parameters of the request, such as a version."""
    answer = journey.s3.get_object_tagging(Bucket=bucket.name, Key=key, **asked)
    told = {tag.get("Key"): tag.get("Value") for tag in answer.get("TagSet", ())}
    assert told == expected, (
        f"Expected {bucket.name}/{key} to have the tags {_told(expected)}, but it has {_told(told)}."
    )
    # Here they may be told of without their number, which is a promise of its own.
    _assert_number(journey, bucket, key, len(expected), len(expected), **asked)


def assert_counted(journey: Journey, key: str) -> None:
    """The number of the object's tags is told, and nothing or 0 where it has none."""
    _assert_number(journey, journey.bucket, key, len(journey.bucket[key].tags), 0)


def _assert_number(journey: Journey, bucket: Bucket, key: str, expected: int, untold: int, **asked: str) -> None:
    """A look and reading tell so many tags, where an answer that tells none counts as one of `untold`."""
    for how, ask in (("a look at", answers.look), ("reading", answers.read)):
        told = ask(journey, bucket, key, **asked).get("TagCount", untold)
        assert told == expected, (
            f"Expected {how} {bucket.name}/{key} to tell of {expected} tags, but it tells of {told}."
        )


def read(journey: Journey, key: str) -> None:
    journey.s3.get_object_tagging(Bucket=journey.bucket.name, Key=key)


def _told(tags: dict[str, str]) -> str:
    return ", ".join(f"{name!r} = {value!r}" for name, value in sorted(tags.items(), key=str)) or "none"
