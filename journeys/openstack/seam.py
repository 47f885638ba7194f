"""The seam of OpenStack: the one place through which every request of openstacksdk passes.

Its proxies, its discovery of versions and its logins all ask one keystoneauth session, which asks a session of
requests for each HTTP attempt. Both are ours here: the outer one writes calls down, the inner one counts attempts.
"""

import time
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import requests
from keystoneauth1 import session as keystone
from keystoneauth1.exceptions import ClientException
from openstack import exceptions

from journeys.clock import DeadlinePassed
from journeys.failures import CallFailed, sentence
from journeys.journal import Call
from journeys.openstack import reasons
from journeys.openstack.operations import operation
from journeys.recorder import Recorder

ERRORS = 400  # the lowest HTTP status that is one


@dataclass
class _Wire:
    """What went over the wire for one call, all attempts together."""

    attempts: int = 0
    sent: int = 0
    received: int = 0
    undone: bool = True  # so far, no attempt can have had an effect
    clock: float = field(default_factory=time.perf_counter)


_wire: ContextVar[_Wire] = ContextVar("wire")


class _Attempts(requests.Session):
    """Carries out single HTTP attempts, and counts them for the call that is under way."""

    def __init__(self, timeouts: tuple[float, float]):
        super().__init__()
        self._timeouts = timeouts
        for scheme in ("http://", "https://"):
            self.mount(scheme, keystone.TCPKeepAliveAdapter())

    def request(self, method: str, url: str, **arguments: Any) -> requests.Response:
        wire = _wire.get()
        wire.attempts += 1
        if wire.attempts == 1:
            wire.clock = time.perf_counter()  # what it took to log in and to find the service was other calls
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
        token = _wire.set(call.wire)
        try:
            answer = super().request(url, method, **arguments)
            if answer.status_code >= ERRORS:
                exceptions.raise_from_response(answer)
        except BaseException as error:  # written down and raised again, translated
            raise call.failed(error) from error
        finally:
            _wire.reset(token)
        if call.wire.attempts:
            call.ended("ok", status=answer.status_code, request_id=_request_id(answer))
        return answer


class _Call:
    """A call under way: the position it was made at, and its clock."""

    def __init__(self, recorder: Recorder, identity: str, service: dict[str, Any] | None, method: str, url: str):
        self.wire = _Wire()
        self._operation = operation((service or {}).get("service_type"), method, url)
        self._discovers = not service and "discovery" in self._operation
        self._subject = recorder.redact(url.partition("?")[0]) if "{" in self._operation else ""
        self._recorder, self._identity = recorder, identity
        self._purpose, self._scenario, self._step = recorder.purpose, recorder.scenario, recorder.step

    def ended(self, outcome: str, **evidence: Any) -> tuple[Call, int]:
        duration = time.perf_counter() - self.wire.clock
        call = Call(
            api="openstack",
            operation=self._operation,
            subject=self._subject,
            identity=self._identity,
            site="primary",
            purpose=self._purpose,
            started=time.time() - duration,
            duration=duration,
            attempts=self.wire.attempts,
            sent=self.wire.sent,
            received=self.wire.received,
            outcome=outcome,
            **evidence,
        )
        return call, self._recorder.record(call, self._scenario, self._step)

    def failed(self, error: BaseException) -> BaseException:
        """Writes the failure down; returns what to raise in its place."""
        if isinstance(error, CallFailed) and not self.wire.attempts:
            return error  # a call on the way to this one, such as a login, was written down already
        if isinstance(error, Exception) and not self.wire.attempts and not isinstance(error, ClientException):
            return error  # nothing left this machine: a mistake in the call
        if not isinstance(error, (Exception, DeadlinePassed)):
            self.ended("aborted")
            return error
        call, number = self.ended("failed", **self._evidence(error))
        if self._discovers and call.status and call.status < 500:
            self._recorder.journal.call_was_expected(number)  # the SDK asks whether it may, and goes on if not
        return error if isinstance(error, DeadlinePassed) else _translated(error, call, number, self.wire.undone)

    def _evidence(self, error: BaseException) -> dict[str, Any]:
        answer = getattr(error, "response", None)
        if answer is None:
            return {"reason": reasons.without_answer(error), "message": self._recorder.redact(str(error))}
        code, message = reasons.told(answer.content)
        return {
            "reason": reasons.of_answer(answer.status_code, code, message),
            "code": code or str(answer.status_code),
            "status": answer.status_code,
            "request_id": _request_id(answer),
            "message": self._recorder.redact(message) if message else None,
        }


def _translated(error: Exception, call: Call, number: int, undone: bool) -> Exception:
    kind = _also_assertion(type(error))
    translated = kind.__new__(kind)
    translated.__dict__.update(error.__dict__)
    translated.call, translated.id, translated.undone = call, number, undone
    translated.sentence = sentence(call)
    translated.args = (translated.sentence,)
    return translated


@cache
def _also_assertion(original: type[Exception]) -> type[Exception]:
    return type(original.__name__, (original, CallFailed), {"__str__": CallFailed.__str__})


def _request_id(answer: requests.Response) -> str | None:
    return answer.headers.get("x-openstack-request-id") or answer.headers.get("x-compute-request-id")
