"""Links and requests that carry their own proof, signed as if at another time."""

from datetime import UTC, datetime, timedelta

from botocore.auth import SIGV4_TIMESTAMP, UNSIGNED_PAYLOAD, S3SigV4Auth, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

AWAY = timedelta(hours=1)  # so long ago that no two clocks differ about it


def expired(address: str, method: str, credentials: ReadOnlyCredentials, region: str) -> str:
    """A link to `address` that was good for a minute, an hour ago."""
    request = AWSRequest(method, address)
    _Earlier(credentials, "s3", region, expires=60).add_auth(request)
    return request.url


def old_headers(address: str, method: str, credentials: ReadOnlyCredentials, region: str) -> dict[str, str]:
    """The headers of a request to `address` that was signed an hour ago, the SDK's way."""
    request = AWSRequest(method, address, headers={"x-amz-content-sha256": UNSIGNED_PAYLOAD})
    _SentEarlier(credentials, "s3", region).add_auth(request)
    return dict(request.headers)


class _Ago:
    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        request.context["timestamp"] = (datetime.now(UTC) - AWAY).strftime(SIGV4_TIMESTAMP)
        super()._modify_request_before_signing(request)


class _Earlier(_Ago, S3SigV4QueryAuth):
    """Signs a link."""


class _SentEarlier(_Ago, S3SigV4Auth):
    """Signs a request."""
