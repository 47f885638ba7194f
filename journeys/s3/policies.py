"""What a bucket's policy grants and forbids."""

import json
from types import MappingProxyType
from typing import Any

from journeys.journey import Journey

# What people do with objects, as policies name it.
ACTIONS = MappingProxyType({"read": "s3:GetObject", "write": "s3:PutObject", "delete": "s3:DeleteObject"})


def grant(journey: Journey, deed: str, prefix: str) -> None:
    """Everybody may do this with the objects whose names begin so."""
    _add(journey, "Allow", ACTIONS[deed], f"/{prefix}*")


def forbid(journey: Journey, deed: str, prefix: str) -> None:
    """Nobody may do this with the objects whose names begin so, the owner included."""
    _add(journey, "Deny", ACTIONS[deed], f"/{prefix}*")


def grant_listing(journey: Journey) -> None:
    """Everybody may list the bucket."""
    _add(journey, "Allow", "s3:ListBucket", "")


def forbid_listing(journey: Journey) -> None:
    """Nobody may list the bucket, the owner included."""
    _add(journey, "Deny", "s3:ListBucket", "")


def _add(journey: Journey, effect: str, action: str, resource: str) -> None:
    statement = {
        "Sid": f"rule{len(journey.policy) + 1}",
        "Effect": effect,
        "Principal": "*",
        "Action": [action],
        "Resource": [f"arn:aws:s3:::{journey.bucket.name}{resource}"],
    }
    statements = [*journey.policy, statement]
    whole = json.dumps({"Version": "2012-10-17", "Statement": statements})
    journey.s3.put_bucket_policy(Bucket=journey.bucket.name, Policy=whole)
    journey.policy = statements


# https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
CLOSED = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)


def close(journey: Journey) -> None:
    """Closes the bucket to the public, whatever its policy and rights say."""
    journey.s3.put_public_access_block(Bucket=journey.bucket.name, PublicAccessBlockConfiguration=CLOSED)


def assert_closed(journey: Journey) -> None:
    """The bucket tells that it is closed to the public."""
    answer = journey.s3.get_public_access_block(Bucket=journey.bucket.name)
    told = answer.get("PublicAccessBlockConfiguration")
    assert told == CLOSED, (
        f"Expected {journey.bucket.name} to tell that it is closed to the public, but it tells {told}."
    )


def withdraw(journey: Journey) -> None:
    journey.s3.delete_bucket_policy(Bucket=journey.bucket.name)
    journey.policy = []


def assert_as_set(journey: Journey) -> None:
    """The store tells the very policy that was set; or that there is none."""
    found, expected = _told(_statements(journey)), _told(journey.policy)
    assert found == expected, f"Expected the policy of {journey.bucket.name} to be {expected}, but it is {found}."


def _statements(journey: Journey) -> list[dict[str, Any]]:
    told = '{"Statement": []}'
    with journey.recorder.allowing(code="NoSuchBucketPolicy"):
        told = journey.s3.get_bucket_policy(Bucket=journey.bucket.name)["Policy"]
    try:
        statements = json.loads(told)["Statement"]
    except (ValueError, KeyError, TypeError) as error:
        raise AssertionError(f"Expected the policy of {journey.bucket.name} in JSON, but it is {told!r}.") from error
    return statements if isinstance(statements, list) else [statements]


def _told(statements: list[dict[str, Any]]) -> str:
    """Statements in one form: servers write a list of one without its brackets, and everybody as they like."""
    return json.dumps([{name: _plain(value) for name, value in sorted(each.items())} for each in statements])


def _plain(value: Any) -> Any:
    if isinstance(value, list) and len(value) == 1:
        return _plain(value[0])
    return _plain(value["AWS"]) if isinstance(value, dict) and set(value) == {"AWS"} else value
