"""Rules by which a bucket removes its objects: set, and read back. Nobody waits until they act."""

from types import MappingProxyType
from typing import Any

from journeys.journey import Journey

# What goes, and how S3 calls a rule for it that acts after so many days.
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
GOING = MappingProxyType(
    {
        "objects": ("Expiration", "Days"),
        "earlier versions": ("NoncurrentVersionExpiration", "NoncurrentDays"),
        "unfinished uploads": ("AbortIncompleteMultipartUpload", "DaysAfterInitiation"),
    }
)


def expire(journey: Journey, what: str, prefix: str, days: int, status: str = "Enabled") -> None:
    """Adds a rule: of what begins with `prefix`, these of GOING go after so many days; not while it is Disabled."""
    action, unit = GOING[what]
    rule = {
        "ID": f"rule-{len(journey.lifecycle) + 1}",
        "Status": status,
        "Filter": {"Prefix": prefix},
        action: {unit: days},
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
    with journey.recorder.allowing(code="NoSuchLifecycleConfiguration"):
        return journey.s3.get_bucket_lifecycle_configuration(Bucket=journey.bucket.name).get("Rules", [])
    return []


def _by_id(rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rules, key=lambda rule: rule.get("ID", ""))


def _told(rules: list[dict[str, Any]]) -> str:
    return ", ".join(map(str, rules)) or "none"
