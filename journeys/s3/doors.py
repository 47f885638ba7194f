"""Whatever else somebody may try with a bucket that is not his: the ways in that nobody thinks of."""

import json
from collections.abc import Callable
from types import MappingProxyType
from typing import Any

from journeys.failures import CallFailed
from journeys.journey import Journey
from journeys.s3.bucket import Bucket

# An answer without a body tells no name, but its status. What a store can't do at all, it does for nobody.
CLOSED_AS_WELL = ("403", "NotImplemented", "MethodNotAllowed")

Door = Callable[[Any, Bucket, str], Any]


def _policy(bucket: Bucket) -> str:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket.name}/*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _expiring() -> dict[str, Any]:
    return {"Rules": [{"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 1}}]}


def _pages() -> dict[str, Any]:
    return {"CORSRules": [{"AllowedOrigins": ["*"], "AllowedMethods": ["GET", "PUT"]}]}


def _of(bucket: Bucket, key: str | None = None) -> dict[str, str]:
    return {"Bucket": bucket.name} | ({"Key": key} if key else {})


# What is tried, in words that follow "to", and the call that does it.
DOORS: MappingProxyType[str, Door] = MappingProxyType(
    {
        "find out about the bucket": lambda s3, bucket, key: s3.head_bucket(**_of(bucket)),
        "list it as older programs do": lambda s3, bucket, key: s3.list_objects(**_of(bucket)),
        "list its versions": lambda s3, bucket, key: s3.list_object_versions(**_of(bucket)),
        "list its unfinished uploads": lambda s3, bucket, key: s3.list_multipart_uploads(**_of(bucket)),
        "read its policy": lambda s3, bucket, key: s3.get_bucket_policy(**_of(bucket)),
        "set a policy": lambda s3, bucket, key: s3.put_bucket_policy(**_of(bucket), Policy=_policy(bucket)),
        "read its rights": lambda s3, bucket, key: s3.get_bucket_acl(**_of(bucket)),
        "make it public": lambda s3, bucket, key: s3.put_bucket_acl(**_of(bucket), ACL="public-read-write"),
        "read its rules for web pages": lambda s3, bucket, key: s3.get_bucket_cors(**_of(bucket)),
        "let web pages in": lambda s3, bucket, key: s3.put_bucket_cors(**_of(bucket), CORSConfiguration=_pages()),
        "read its lifecycle rules": lambda s3, bucket, key: s3.get_bucket_lifecycle_configuration(**_of(bucket)),
        "let all of it expire": lambda s3, bucket, key: s3.put_bucket_lifecycle_configuration(
            **_of(bucket), LifecycleConfiguration=_expiring()
        ),
        "turn on versioning": lambda s3, bucket, key: s3.put_bucket_versioning(
            **_of(bucket), VersioningConfiguration={"Status": "Enabled"}
        ),
        "read a part of an object": lambda s3, bucket, key: s3.get_object(**_of(bucket, key), Range="bytes=0-0"),
        "copy an object": lambda s3, bucket, key: s3.copy_object(
            **_of(bucket, f"copy of {key}"), CopySource=_of(bucket, key)
        ),
        "upload in parts": lambda s3, bucket, key: s3.create_multipart_upload(**_of(bucket, key)),
        "read an object's tags": lambda s3, bucket, key: s3.get_object_tagging(**_of(bucket, key)),
        "tag an object": lambda s3, bucket, key: s3.put_object_tagging(
            **_of(bucket, key), Tagging={"TagSet": [{"Key": "owner", "Value": "nobody"}]}
        ),
        "read an object's rights": lambda s3, bucket, key: s3.get_object_acl(**_of(bucket, key)),
        "make an object public": lambda s3, bucket, key: s3.put_object_acl(**_of(bucket, key), ACL="public-read"),
        "delete many at once": lambda s3, bucket, key: _delete_at_once(s3, bucket, key),
    }
)


class _Refused(AssertionError):
    """One refusal among the answers of a request that was carried out for the rest."""


def _delete_at_once(s3: Any, bucket: Bucket, key: str) -> None:
    told = s3.delete_objects(**_of(bucket), Delete={"Objects": [{"Key": key}], "Quiet": True}).get("Errors", ())
    if told:
        raise _Refused(told[0].get("Code"))


def assert_closed(journey: Journey, error: str) -> None:
    """Whoever acts is refused with `error`, whichever of DOORS he tries."""
    (key, *_), wrong = journey.bucket.all(), []
    for name, attempt in DOORS.items():
        try:
            attempt(journey.s3, journey.bucket, key)
        except CallFailed as refusal:
            if refusal.call.code not in (error, *CLOSED_AS_WELL):
                wrong.append(f"To {name} was refused with {refusal.call.code}.")
            else:
                journey.recorder.expected(refusal)
        except _Refused as refusal:
            if str(refusal) != error:
                wrong.append(f"To {name} was refused with {refusal}.")
        else:
            wrong.append(f"To {name} was allowed.")
    assert not wrong, f"Expected nobody but its owner to get into {journey.bucket.name}. {' '.join(wrong)}"
