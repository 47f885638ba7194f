"""What S3 calls a refusal, and the HTTP status that belongs to it: programs look at the one or at the other.

https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
"""

from types import MappingProxyType

from journeys.failures import CallFailed

STATUSES = MappingProxyType(
    {
        "AccessDenied": 403,
        "BadDigest": 400,
        "BucketNotEmpty": 409,
        "EntityTooLarge": 400,
        "EntityTooSmall": 400,
        "InvalidAccessKeyId": 403,
        "InvalidBucketName": 400,
        "InvalidBucketState": 409,
        "InvalidPart": 400,
        "InvalidPartOrder": 400,
        "InvalidRange": 416,
        "NoSuchBucket": 404,
        "NoSuchKey": 404,
        "NoSuchUpload": 404,
        "NoSuchVersion": 404,
        "PreconditionFailed": 412,
        "RequestTimeTooSkewed": 403,
        "SignatureDoesNotMatch": 403,
    }
)


def assert_status(refusal: CallFailed) -> None:
    """The refusal came with the status that belongs to its name, where S3 has one for it."""
    code, status = refusal.call.code, refusal.call.status
    expected = STATUSES.get(code, status)
    assert status == expected, f"Expected {code} to come with status {expected}, but it came with {status}. {refusal}"
