"""Why a call failed, as one of the bounded reasons of `journeys.failures`, from what an API server tells."""

import json
from collections.abc import Iterator

import urllib3

from journeys import reasons
from journeys.clock import DeadlinePassed

# Reasons of a Status whose HTTP status does not tell which of ours it is.
# https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/
_OF_CODE = {"Timeout": "timeout", "ServerTimeout": "timeout"}
_REFUSED = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.NameResolutionError)


def told(body: str | bytes | None) -> tuple[str | None, str | None]:
    """The reason and the message of a Status, which is how API servers tell errors."""
    try:
        answer = json.loads(body or "")
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or answer.get("kind") != "Status":
        text = body.decode(errors="replace") if isinstance(body, bytes) else body or ""
        return None, " ".join(text.split())[:200] or None
    return answer.get("reason"), answer.get("message")


def of_answer(status: int, code: str | None, message: str | None) -> str:
    """The reason for an answer with this HTTP status, Status reason and message."""
    if status == 403 and "exceeded quota" in (message or ""):
        return "quota"
    return _OF_CODE.get(code or "") or reasons.of_answer(None, status)


def without_answer(error: BaseException) -> str:
    """The reason for an error of the connection."""
    rules = (
        (urllib3.exceptions.NameResolutionError, "dns"),
        (urllib3.exceptions.NewConnectionError, "connect"),  # to urllib3 a kind of timeout
        ((DeadlinePassed, urllib3.exceptions.TimeoutError), "timeout"),
        (urllib3.exceptions.SSLError, "tls"),
        (urllib3.exceptions.HTTPError, "connect"),
    )
    causes = list(_causes(error))
    return next((reason for kinds, reason in rules if any(isinstance(cause, kinds) for cause in causes)), "other")


def never_sent(error: BaseException) -> bool:
    """Whether the request surely did not reach the server."""
    return any(isinstance(cause, _REFUSED) or "CERTIFICATE_VERIFY_FAILED" in str(cause) for cause in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, and what urllib3 tells as its reason."""
    while isinstance(error, BaseException):
        yield error
        error = getattr(error, "reason", None) or error.__cause__
