"""Links by which a stranger may do one thing with one object, for a while."""

import re
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import quote

from journeys import clock
from journeys.aws import links
from journeys.http import Answer
from journeys.journey import Journey
from journeys.recorder import WAIT
from journeys.s3 import versions
from journeys.s3.bucket import Stored

# What a link may be good for: the SDK's name of it, and how it is asked for.
DEEDS = MappingProxyType({"read": ("get_object", "GET"), "write": ("put_object", "PUT")})


# How a request is made that does this with an object.
METHODS = MappingProxyType({"read": "GET", "write": "PUT", "delete": "DELETE"})


@dataclass(frozen=True)
class Link:
    """A link, and what it leads to."""

    url: str
    key: str


def make(journey: Journey, key: str, deed: str, seconds: float = 600, **asked: str) -> None:
    """Makes a link that is good for so long; `asked` are further parameters that it is signed with."""
    operation, _ = DEEDS[deed]
    journey.link = Link(_signed(journey, operation, key, seconds, **asked), key)


def make_to_version(journey: Journey, key: str, number: int) -> None:
    """Makes a link to read one version."""
    make(journey, key, "read", VersionId=versions.version(journey, key, number).id)


def make_named(journey: Journey, key: str, name: str) -> None:
    """Makes a link to read, which says under which name browsers are to save the object."""
    make(journey, key, "read", ResponseContentDisposition=f'attachment; filename="{name}"')


def make_expired(journey: Journey, key: str, deed: str) -> None:
    """Makes a link that was good once, and has not been for an hour."""
    _, method = DEEDS[deed]
    credentials, region = journey.clients.credentials(journey.identity), journey.s3.meta.region_name
    journey.link = Link(links.expired(address(journey, key), method, credentials, region), key)


def repeat_old_request(journey: Journey, key: str, deed: str) -> None:
    """Sends what the user signed an hour ago, as somebody may who listened in then."""
    place, method, owner = address(journey, key), METHODS[deed], journey.clients.credentials("user")
    headers = links.old_headers(place, method, owner, journey.s3.meta.region_name)
    journey.http.request(method, place, headers=headers, identity=journey.identity)


def to_read(journey: Journey, key: str) -> str:
    """A link to the object that is good for 10 minutes."""
    return _signed(journey, "get_object", key, 600)


def address(journey: Journey, key: str) -> str:
    """Where the object is, for who needs no proof."""
    return to_read(journey, key).partition("?")[0]


def _signed(journey: Journey, operation: str, key: str, seconds: float, **asked: str) -> str:
    asked |= {"Bucket": journey.bucket.name, "Key": key}
    return journey.s3.generate_presigned_url(operation, Params=asked, ExpiresIn=int(seconds))


def change(journey: Journey, part: str) -> None:
    """Changes the link in one of CHANGES."""
    link = _link(journey)
    changed = CHANGES[part](link.url)
    assert changed != link.url, f"there is no {part} in the link"
    journey.link = replace(link, url=changed)


def lead_to(journey: Journey, key: str) -> None:
    """Changes the link so that it leads to another object."""
    link = _link(journey)
    path, mark, query = link.url.partition("?")
    journey.link = Link(path.removesuffix(quote(link.key)) + quote(key) + mark + query, link.key)


def _another_signature(url: str) -> str:
    return re.sub(r"(?<=X-Amz-Signature=)[0-9a-f]", lambda digit: format(int(digit[0], 16) ^ 1, "x"), url)


def _another_date(url: str) -> str:
    """Another second of the same minute, so that the day of the signature stays."""
    return re.sub(r"(?<=X-Amz-Date=\d{8}T\d{4})\d\d(?=Z)", lambda second: f"{(int(second[0]) + 30) % 60:02}", url)


# What somebody may try to get more out of a link than it is good for.
CHANGES = MappingProxyType(
    {
        "signature": _another_signature,
        "expiry": lambda url: re.sub(r"(?<=X-Amz-Expires=)\d+", r"604800", url),
        "date": _another_date,
        "access key": lambda url: re.sub(r"(?<=X-Amz-Credential=)[^%&]+", "AKIAJOURNEYSNOBODY00", url),
        "version": lambda url: f"{url}&versionId=null",
        "parameters": lambda url: url.replace("?", "?response-content-type=text%2Fhtml&", 1),
    }
)


def _link(journey: Journey) -> Link:
    assert journey.link, 'There is no link: a step such as "Given a link to …" has to come first.'
    return journey.link


def follow(journey: Journey) -> None:
    """Reads what the link leads to, as somebody who has the link and nothing else."""
    answer = _answer(journey, "GET")
    journey.received, journey.received_as = answer.body, answer.headers.get("Content-Disposition")


def send(journey: Journey, size: int, content_type: str | None = None) -> None:
    """Stores a new object by way of the link, as a file of this type if it is given."""
    key = _link(journey).key
    content = journey.bucket.new_content(key, size)
    _answer(journey, "PUT", content.read(), {"Content-Type": content_type} if content_type else None)
    journey.bucket.objects[key] = Stored(content)


def look(journey: Journey) -> None:
    """Looks at what the link leads to, without reading it."""
    _answer(journey, "HEAD")


def delete(journey: Journey) -> None:
    """Deletes what the link leads to."""
    _answer(journey, "DELETE")


def _answer(journey: Journey, method: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
    link = _link(journey)
    answer = journey.http.request(method, link.url, body, headers, identity=journey.identity)
    assert answer.status < 300, (
        f"Expected the link to {journey.bucket.name}/{link.key} to lead there, but the server answered {answer.status} "
        f"and named {answer.headers.get('Location', 'no other place')}."
    )
    return answer


def assert_received(journey: Journey, key: str) -> None:
    """What the link brought is the object as it was stored."""
    _assert_brought(journey, f"{journey.bucket.name}/{key}", journey.bucket[key])


def assert_received_version(journey: Journey, key: str, number: int) -> None:
    """What the link brought is this version of the object."""
    wanted = versions.version(journey, key, number)
    _assert_brought(journey, f"version {number} of {journey.bucket.name}/{key}", wanted.stored)


def _assert_brought(journey: Journey, what: str, stored: Stored) -> None:
    assert journey.received is not None, "Nobody followed a link: a step that does has to come first."
    if wrong := stored.content.difference([journey.received]):
        journey.recorder.corrupt("http.Get", wrong)
        raise AssertionError(f"Expected the link to bring {what} unchanged, but got {wrong}.")


def assert_named(journey: Journey, name: str) -> None:
    """Browsers are told to save what the link brought under this name."""
    told, expected = journey.received_as, f'attachment; filename="{name}"'
    assert told == expected, f"Expected the link to bring a file to be saved by {expected!r}, but it tells {told!r}."


def assert_stops(journey: Journey, seconds: float) -> None:
    """Within so many seconds the link is good for nothing any more, and refused as expired."""

    def refused() -> bool:
        with journey.recorder.allowing(code="AccessDenied"):
            _answer(journey, "GET")
            return False
        return True

    with journey.recorder.doing(WAIT), journey.acting_as("anonymous"):
        stopped = clock.wait_until(refused, seconds)
    assert stopped, f"Expected the link to stop working within {seconds:g} s, but it still works."
