"""The reason for an answer that is an error, as one of the bounded ones of `journeys.failures`; for every API."""

# Error names whose HTTP status does not tell the reason.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and what Ceph and MinIO add.
_OF_CODE = {
    "SlowDown": "throttled",
    "Throttling": "throttled",
    "ThrottlingException": "throttled",
    "RequestLimitExceeded": "throttled",
    "TooManyRequests": "throttled",
    "QuotaExceeded": "quota",
    "TooManyBuckets": "quota",
    "InsufficientCapacity": "quota",
    "XMinioStorageFull": "quota",
    "RequestTimeout": "timeout",
    "BadDigest": "integrity",
    "InvalidDigest": "integrity",
    "XAmzContentSHA256Mismatch": "integrity",
    "ExpiredToken": "auth",
    "InvalidToken": "auth",
}
_OF_STATUS = {
    401: "auth",
    403: "auth",
    404: "not_found",
    408: "timeout",
    429: "throttled",
    507: "quota",
}


def of_answer(code: str | None, status: int | None) -> str:
    """The reason for an answer with this error name and HTTP status."""
    if code in _OF_CODE:
        return _OF_CODE[code]
    if code and code.endswith("LimitExceeded"):
        return "quota"
    if status in _OF_STATUS:
        return _OF_STATUS[status]
    if status and status >= 400:
        return "server_error" if status >= 500 else "client_error"
    return "other"
