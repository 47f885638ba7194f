"""Links that carry their own proof, signed as if at another time."""

from datetime import UTC, datetime, timedelta

from botocore.auth import SIGV4_TIMESTAMP, S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials

AWAY = timedelta(hours=1)  # so long ago that no two clocks differ about it


def expired(address: str, method: str, credentials: ReadOnlyCredentials, region: str) -> str:
    """A link to `address` that was good for a minute, an hour ago."""
    request = AWSRequest(method, address)
    _Earlier(credentials, "s3", region, expires=60).add_auth(request)
    return request.url


class _Earlier(S3SigV4QueryAuth):
    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        request.context["timestamp"] = (datetime.now(UTC) - AWAY).strftime(SIGV4_TIMESTAMP)
        super()._modify_request_before_signing(request)
