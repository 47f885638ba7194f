"""Rules by which a bucket removes its objects: set, and read back. Nobody waits until they act."""

from typing import Any

from journeys.failures import CallFailed
from journeys.journey import Journey


def expire(journey: Journey, prefix: str, days: int) -> None:
    """Adds a rule: what begins with `prefix` goes after so many days."""
    rule = {
        "ID": f"rule-{len(journey.lifecycle) + 1}",
        "Status": "Enabled",
        "Filter": {"Prefix": prefix},
        "Expiration": {"Days": days},
    }
    rules = [*journey.lifecycle, rule]
    journey.s3.put_bucket_lifecycle_configuration(Bucket=journey.bucket.name, LifecycleConfiguration={"Rules": rules})
    journey.lifecycle = rules


def remove(journey: Journey) -> None:
    journey.s3.delete_bucket_lifecycle(Bucket=journey.bucket.name)
    journey.lifecycle = []


def assert_as_set(journey: Journey) -> None:
    """The store tells the very rules that were set, in whatever order; or that there are none."""
    bucket, expected = journey.bucket.name, _by_id(journey.lifecycle)
    found = _by_id(_rules(journey))
    assert found == expected, (
        f"Expected the lifecycle rules of {bucket} to be {_told(expected)}, but they are {_told(found)}."
    )


def _rules(journey: Journey) -> list[dict[str, Any]]:
    try:
        return journey.s3.get_bucket_lifecycle_configuration(Bucket=journey.bucket.name).get("Rules", [])
    except CallFailed as failure:
        if failure.call.code != "NoSuchLifecycleConfiguration":
            raise
        journey.recorder.expected(failure)
        return []


def _by_id(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rules, key=lambda rule: rule.get("ID", ""))


def _told(rules: list[dict[str, Any]]) -> str:
    return ", ".join(map(str, rules)) or "none"
