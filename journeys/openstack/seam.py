"""The seam of OpenStack: the one place through which every request of openstacksdk passes.

Its proxies, its discovery of versions and its logins all ask one keystoneauth session, which asks a session of
requests for each HTTP attempt. Both are ours here: the outer one writes calls down, the inner one counts attempts.
"""

from contextvars import ContextVar
from typing import Any

import requests
from keystoneauth1 import session as keystone
from keystoneauth1.exceptions import ClientException
from openstack import exceptions
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from journeys.failures import CallFailed
from journeys.journal import Call
from journeys.measurement import Measurement, Wire
from journeys.openstack import reasons
from journeys.openstack.operations import operation
from journeys.recorder import Recorder
from journeys.threads import Interruptible, unless_ended

ERRORS = 400  # the lowest HTTP status that is one


_under_way: ContextVar["_Call"] = ContextVar("under_way")


class _Plain(Interruptible, HTTPConnection):
    pass


class _Secure(Interruptible, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _Attempts(requests.Session):
    """Carries out single HTTP attempts, and counts them for the call that is under way."""

    def __init__(self, timeouts: tuple[float, float]):
        super().__init__()
        self._timeouts = timeouts
        for scheme in ("http://", "https://"):
            adapter = keystone.TCPKeepAliveAdapter()
            adapter.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
            self.mount(scheme, adapter)

    def request(self, method: str, url: str, **arguments: Any) -> requests.Response:
        unless_ended()
        call = _under_way.get()
        wire = call.wire
        wire.attempts += 1
        if wire.attempts == 1:
            call.begin()  # what it took to log in and to find the service was other calls
        arguments["timeout"] = self._timeouts
        try:
            answer = super().request(method, url, **arguments)
        except BaseException as error:
            wire.undone &= reasons.never_sent(error)
            raise
        wire.undone &= ERRORS <= answer.status_code < 500
        wire.sent += len(answer.request.body or b"")
        wire.received += len(answer.content)
        return answer


class MeasuredSession(keystone.Session):
    """The session behind a connection: each request is one call of the journal, retries included.

    An answer that is an error is raised here, as openstacksdk would raise it a little later, and so is every
    failure: as the SDK's own exception that is a CallFailed too. `timeouts`: seconds to connect and between bytes.
    """

    def __init__(self, recorder: Recorder, identity: str, timeouts: tuple[float, float], **arguments: Any):
        super().__init__(session=_Attempts(timeouts), **arguments)
        self._recorder = recorder
        self._identity = identity

    def request(self, url: str, method: str, **arguments: Any) -> requests.Response:
        call = _Call(self._recorder, self._identity, arguments.get("endpoint_filter"), method, url)
        token = _under_way.set(call)
        try:
            answer = super().request(url, method, **arguments)
            if answer.status_code >= ERRORS:
                exceptions.raise_from_response(answer)
        except BaseException as error:  # written down and raised again, translated
            raise call.failed(error) from error
        finally:
            _under_way.reset(token)
        if call.wire.attempts:
            call.ended("ok", status=answer.status_code, request_id=_request_id(answer))
        return answer


class _Call(Measurement):
    def __init__(self, recorder: Recorder, identity: str, service: dict[str, Any] | None, method: str, url: str):
        name = operation((service or {}).get("service_type"), method, url)
        subject = recorder.redact(url.partition("?")[0]) if "{" in name else ""
        super().__init__(recorder, Wire(), api="openstack", operation=name, subject=subject, identity=identity)
        self._discovers = not service and "discovery" in name

    def failed(self, error: BaseException) -> BaseException:
        if isinstance(error, CallFailed) and not self.wire.attempts:
            return error  # a call on the way to this one, such as a login, was written down already
        if isinstance(error, Exception) and not self.wire.attempts and not isinstance(error, ClientException):
            return error  # nothing left this machine: a mistake in the call
        return super().failed(error)

    def translated(self, error: Exception, call: Call, number: int) -> Exception:
        failure = super().translated(error, call, number)
        if self._discovers and call.status and call.status < 500:
            self.recorder.expected(failure)  # the SDK asks whether it may, and goes on if not
        return failure

    def evidence(self, error: BaseException) -> dict[str, Any]:
        answer = getattr(error, "response", None)
        if answer is None:
            return {"reason": reasons.without_answer(error), "message": self.redact(str(error))}
        code, message = reasons.told(answer.content)
        return {
            "reason": reasons.of_answer(answer.status_code, code, message),
            "code": code or str(answer.status_code),
            "status": answer.status_code,
            "request_id": _request_id(answer),
            "message": self.redact(message),
        }


def _request_id(answer: requests.Response) -> str | None:
    return answer.headers.get("x-openstack-request-id") or answer.headers.get("x-compute-request-id")
