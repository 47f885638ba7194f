"""Why there was no answer, as one of the bounded reasons of `journeys.failures`, from what botocore tells."""

import http.client

from botocore import exceptions
from botocore.parsers import ResponseParserError
from urllib3.exceptions import NameResolutionError

from journeys.clock import DeadlinePassed

_REASON_OF_ERROR = (
    ((exceptions.ConnectTimeoutError, exceptions.ReadTimeoutError, DeadlinePassed), "timeout"),
    ((exceptions.SSLError,), "tls"),
    ((exceptions.FlexibleChecksumError, exceptions.ChecksumError), "integrity"),
    ((ResponseParserError,), "server_error"),
    ((exceptions.ConnectionError, exceptions.HTTPClientError, exceptions.IncompleteReadError), "connect"),
)


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
