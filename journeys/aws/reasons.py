"""Why a call failed, as one of the bounded reasons of `journeys.failures`, from what botocore tells."""

import http.client

from botocore import exceptions
from botocore.parsers import ResponseParserError
from urllib3.exceptions import NameResolutionError

from journeys.clock import DeadlinePassed

# Error codes of S3 and EC2 servers whose HTTP status does not tell the reason.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html, and what Ceph and MinIO add.
_REASON_OF_CODE = {
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
_REASON_OF_STATUS = {
    401: "auth",
    403: "auth",
    404: "not_found",
    408: "timeout",
    429: "throttled",
    507: "quota",
}
_REASON_OF_ERROR = (
    ((exceptions.ConnectTimeoutError, exceptions.ReadTimeoutError, DeadlinePassed), "timeout"),
    ((exceptions.SSLError,), "tls"),
    ((exceptions.FlexibleChecksumError, exceptions.ChecksumError), "integrity"),
    ((ResponseParserError,), "server_error"),
    ((exceptions.ConnectionError, exceptions.HTTPClientError, exceptions.IncompleteReadError), "connect"),
)


def of_answer(code: str | None, status: int | None) -> str:
    """The reason for an answer with this error name and HTTP status."""
    if code in _REASON_OF_CODE:
        return _REASON_OF_CODE[code]
    if code and code.endswith("LimitExceeded"):
        return "quota"
    if status in _REASON_OF_STATUS:
        return _REASON_OF_STATUS[status]
    if status and status >= 400:
        return "server_error" if status >= 500 else "client_error"
    return "other"


def without_answer(error: BaseException) -> str:
    """The reason for an error of the connection, or of an answer that is none."""
    cause = getattr(error, "kwargs", {}).get("error")
    if isinstance(cause, NameResolutionError):
        return "dns"
    protocol = [arg for arg in getattr(cause, "args", ()) if isinstance(arg, http.client.HTTPException)]
    if protocol and not isinstance(protocol[0], (http.client.RemoteDisconnected, http.client.IncompleteRead)):
        return "server_error"  # the answer is no HTTP
    for classes, reason in _REASON_OF_ERROR:
        if isinstance(error, classes):
            return reason
    return "other"
