"""Why a call failed, as one of the bounded reasons of `journeys.failures`, from what OpenStack's services tell."""

import json
import re
from typing import Any

import requests
import urllib3
from keystoneauth1 import exceptions

from journeys.clock import DeadlinePassed

# Cinder says 413 for a quota, Nova 403 and Neutron 409, each in words of its own.
_QUOTA = re.compile(r"quota|overlimit|exceeds allowed|maximum number of .* exceeded", re.IGNORECASE)
_REASON_OF_STATUS = {401: "auth", 403: "auth", 404: "not_found", 408: "timeout", 429: "throttled"}
_NEVER_SENT = (requests.exceptions.ConnectTimeout, requests.exceptions.InvalidURL)


def of_answer(status: int, code: str | None, message: str | None) -> str:
    """The reason for an answer with this HTTP status, error name and message."""
    if status in (403, 409, 413) and _QUOTA.search(f"{code} {message}"):
        return "quota"
    if status == 413:  # Nova's limits of rates said this, before 429 was there
        return "throttled"
    if status in _REASON_OF_STATUS:
        return _REASON_OF_STATUS[status]
    return "server_error" if status >= 500 else "client_error"


def without_answer(error: BaseException) -> str:
    """The reason for an error of the connection."""
    causes = list(_causes(error))
    if any(isinstance(cause, urllib3.exceptions.NameResolutionError) for cause in causes):
        return "dns"
    rules = (
        ((DeadlinePassed, exceptions.ConnectTimeout, requests.exceptions.Timeout), "timeout"),
        ((exceptions.SSLError, requests.exceptions.SSLError), "tls"),
        ((exceptions.EndpointNotFound, exceptions.EmptyCatalog), "not_found"),
        ((exceptions.ConnectionError, requests.exceptions.RequestException), "connect"),
    )
    return next((reason for kinds, reason in rules if isinstance(error, kinds)), "other")


def never_sent(error: BaseException) -> bool:
    """Whether the request surely did not reach the server."""
    if isinstance(error, _NEVER_SENT):
        return True
    refused = (urllib3.exceptions.NewConnectionError, urllib3.exceptions.NameResolutionError)
    return any(isinstance(cause, refused) or "CERTIFICATE_VERIFY_FAILED" in str(cause) for cause in _causes(error))


def told(body: bytes) -> tuple[str | None, str | None]:
    """The name and the message of an error, in whichever of its dialects a service tells it.

    ``{"itemNotFound": {"message": …}}`` (Nova, Cinder), ``{"NeutronError": {"type": …, "message": …}}``,
    ``{"error": {"title": …, "message": …}}`` (Keystone), ``{"faultcode": …, "faultstring": …}`` (Octavia).
    """
    try:
        answer = json.loads(body)
    except ValueError:
        return None, _plain(body)
    if not isinstance(answer, dict) or not answer:
        return None, None
    if "faultstring" in answer:
        return answer.get("faultcode"), answer["faultstring"]
    name, detail = next(iter(answer.items()))
    if isinstance(detail, list) and detail:  # the guidelines' {"errors": [{"code": …, "title": …}]}
        detail = detail[0]
    if not isinstance(detail, dict):
        return None, str(detail)
    code = detail.get("type") or detail.get("title") or (name if name != "error" else None)
    return code, detail.get("message") or detail.get("detail")


def _plain(body: bytes) -> str | None:
    """An answer in HTML or plain text, as people would read it, shortened."""
    text = re.sub(r"<(title|style)>.*?</\1>|<[^>]*>", " ", body.decode(errors="replace"), flags=re.DOTALL)
    return " ".join(text.split())[:200] or None


def _causes(error: BaseException) -> list[Any]:
    """The error, what it was raised for, and what they carry as their reason."""
    found, waiting = [], [error]
    while waiting and len(found) < 20:
        cause = waiting.pop()
        if not isinstance(cause, BaseException) or any(cause is known for known in found):
            continue
        found.append(cause)
        waiting += [cause.__cause__, cause.__context__, getattr(cause, "reason", None), *cause.args]
    return found
