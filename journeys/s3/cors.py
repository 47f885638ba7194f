"""Which web pages may use a bucket, as browsers find out."""

from typing import Any

from journeys.http import Answer
from journeys.journey import Journey
from journeys.s3 import links

# What a browser asks with for each deed, and which of it needs no permission of its own.
# https://fetch.spec.whatwg.org/#cors-safelisted-method
METHODS = {"read": "GET", "write": "PUT", "delete": "DELETE"}
SAFELISTED = ("GET", "HEAD", "POST")
SENT = "content-type"  # what a page says of what it sends


def allow(journey: Journey, origin: str, deed: str) -> None:
    """Adds a rule: pages of `origin` may do this."""
    rule = {
        "AllowedOrigins": [origin],
        "AllowedMethods": [METHODS[deed]],
        "AllowedHeaders": [SENT],
        "ExposeHeaders": ["ETag"],
        "MaxAgeSeconds": 600,
    }
    rules = [*journey.cors, rule]
    journey.s3.put_bucket_cors(Bucket=journey.bucket.name, CORSConfiguration={"CORSRules": rules})
    journey.cors = rules


def remove(journey: Journey) -> None:
    journey.s3.delete_bucket_cors(Bucket=journey.bucket.name)
    journey.cors = []


def assert_as_set(journey: Journey) -> None:
    """The store tells the very rules that were set, in their order; or that there are none."""
    found = _rules(journey)
    assert found == journey.cors, (
        f"Expected the rules of {journey.bucket.name} for web pages to be {_told(journey.cors)}, but they are "
        f"{_told(found)}."
    )


def _rules(journey: Journey) -> list[dict[str, Any]]:
    with journey.recorder.allowing(code="NoSuchCORSConfiguration"):
        return journey.s3.get_bucket_cors(Bucket=journey.bucket.name).get("CORSRules", [])
    return []


def _told(rules: list[dict[str, Any]]) -> str:
    return ", ".join(map(str, rules)) or "none"


def assert_may(journey: Journey, origin: str, deed: str, key: str) -> None:
    """A browser that shows a page of `origin` lets it do this."""
    answer = _preflight(journey, origin, deed, key)
    assert _allows(answer, origin, METHODS[deed]), (
        f"Expected pages of {origin} to be allowed to {deed} {journey.bucket.name}/{key}, but browsers are told "
        f"{_permission(answer)}."
    )


def assert_may_not(journey: Journey, origin: str, deed: str, key: str) -> None:
    """A browser that shows a page of `origin` does not let it do this."""
    with journey.recorder.allowing(reason="auth"):
        answer = _preflight(journey, origin, deed, key)
        assert not _allows(answer, origin, METHODS[deed]), (
            f"Expected pages of {origin} not to be allowed to {deed} {journey.bucket.name}/{key}, but browsers are "
            f"told {_permission(answer)}."
        )


def assert_sent(journey: Journey, origin: str, key: str) -> None:
    """A browser that reads an object for a page of `origin` is told with the object that the page may have it."""
    _assert_permission(journey, origin, key, origin)


def assert_not_sent(journey: Journey, origin: str, key: str) -> None:
    """A browser that reads an object for a page of `origin` is not told that the page may have it."""
    _assert_permission(journey, origin, key, None)


def _assert_permission(journey: Journey, origin: str, key: str, expected: str | None) -> None:
    answer = journey.http.request("GET", links.to_read(journey, key), headers={"Origin": origin})
    told = answer.headers.get("Access-Control-Allow-Origin")
    assert told == expected, (
        f"Expected {journey.bucket.name}/{key} to come {f'for pages of {expected}' if expected else 'for no page'}, "
        f"but browsers are told {_permission(answer)}."
    )


def _preflight(journey: Journey, origin: str, deed: str, key: str) -> Answer:
    asked = {"Origin": origin, "Access-Control-Request-Method": METHODS[deed], "Access-Control-Request-Headers": SENT}
    return journey.http.request("OPTIONS", links.address(journey, key), headers=asked)


def _allows(answer: Answer, origin: str, method: str) -> bool:
    methods, headers = (
        [each.strip() for each in answer.headers.get(f"Access-Control-Allow-{name}", "").split(",")]
        for name in ("Methods", "Headers")
    )
    return (
        answer.status < 300
        and answer.headers.get("Access-Control-Allow-Origin") in (origin, "*")
        and (method in methods or method in SAFELISTED or "*" in methods)
        and (SENT in map(str.lower, headers) or "*" in headers)
    )


def _permission(answer: Answer) -> str:
    told = [f"{name}: {value}" for name, value in answer.headers.items() if name.lower().startswith("access-control-")]
    return f"{answer.status} ({', '.join(told) or 'no permission'})"
