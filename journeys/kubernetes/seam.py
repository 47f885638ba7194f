"""The seam of Kubernetes: the one place through which every call of the official client passes.

Its generated methods all end in `ApiClient.call_api`, which knows the path as a template, without names.
"""

import json
import re
from contextvars import ContextVar
from typing import Any

import urllib3
from kubernetes.client import ApiClient, ApiException

from journeys import __version__
from journeys.kubernetes import reasons
from journeys.measurement import Measurement, Wire
from journeys.recorder import Recorder

_under_way: ContextVar["_Call"] = ContextVar("under_way")


class _Attempts(urllib3.Retry):
    """How often urllib3 tries again, as it does by itself; each further attempt is counted for the call under way."""

    def increment(self, *arguments: Any, **options: Any) -> "_Attempts":
        left = super().increment(*arguments, **options)
        _under_way.get().wire.attempts += 1
        return left


class MeasuredClient(ApiClient):
    """A client whose calls are each one of the journal, retries included.

    A failure is raised as the client's own exception that is a CallFailed too. `timeouts`: seconds to connect and
    between bytes; `attempts`: how many there may be of one call.
    """

    def __init__(
        self, configuration: Any, recorder: Recorder, identity: str, timeouts: tuple[float, float], attempts: int
    ):
        configuration.retries = _Attempts(attempts - 1, raise_on_status=False)
        super().__init__(configuration)
        self.user_agent = f"cloud-journeys/{__version__}"
        self._recorder = recorder
        self._identity = identity
        self._timeouts = timeouts

    def call_api(
        self,
        resource_path: str,
        method: str,
        path_params: dict[str, str] | None = None,
        *arguments: Any,
        **options: Any,
    ) -> Any:
        call = _Call(self._recorder, self._identity, method, resource_path, path_params or {})
        token = _under_way.set(call)
        options["_request_timeout"] = self._timeouts
        try:
            answer = super().call_api(resource_path, method, path_params, *arguments, **options)
        except BaseException as error:  # written down and raised again, translated
            raise call.failed(error) from error
        finally:
            _under_way.reset(token)
        call.ended("ok", status=call.status, request_id=call.request_id)
        return answer

    def deserialize(self, response: Any, response_type: Any) -> Any:
        """The answer as the client's own nouns, which raise ValueError where something is missing that has to be there.

        An API server tells the endpoints of a service that leads to nobody as null, which these do not expect, nor can
        they be told to: of its `client_side_validation` they do not know (35.0.0).
        """
        if response_type == "V1EndpointSliceList":
            response.data = re.sub(r'"endpoints":\s*null', '"endpoints":[]', response.data)
        return super().deserialize(response, response_type)

    def request(self, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        call = _under_way.get()
        call.wire.attempts = 1
        call.wire.sent = len(json.dumps(options["body"])) if options.get("body") is not None else 0
        call.begin()
        answer = super().request(method, url, *arguments, **options)
        call.answered(answer.status, answer.getheaders(), answer.data)
        return answer


class _Call(Measurement):
    status: int | None = None
    request_id: str | None = None

    def __init__(self, recorder: Recorder, identity: str, method: str, path: str, names: dict[str, str]):
        named = "/".join(names[part] for part in ("namespace", "name") if part in names)
        super().__init__(
            recorder,
            Wire(),
            api="kubernetes",
            operation=f"kubernetes.{method} {path}",
            subject=named,
            identity=identity,
        )

    def answered(self, status: int, headers: Any, body: str | bytes | None) -> None:
        self.status = status
        self.request_id = headers.get("Audit-Id")
        self.wire.received = len(body or "")

    def failed(self, error: BaseException) -> BaseException:
        if isinstance(error, Exception) and not self.wire.attempts:
            return error  # nothing left this machine: a mistake in the call
        if isinstance(error, ApiException) and error.status:
            self.answered(error.status, error.headers, error.body)
            self.wire.undone = error.status < 500
        else:
            self.wire.undone = reasons.never_sent(error)
        return super().failed(error)

    def evidence(self, error: BaseException) -> dict[str, Any]:
        if isinstance(error, ApiException) and error.status:
            code, message = reasons.told(error.body)
            return {
                "reason": reasons.of_answer(error.status, code, message),
                "code": code or str(error.status),
                "status": error.status,
                "request_id": self.request_id,
                "message": self.redact(message),
            }
        if self.status:  # there was an answer, which the client could not read
            told = {"reason": "server_error", "status": self.status, "request_id": self.request_id}
            return {**told, "message": self.redact(f"{type(error).__name__}: {error}"[:200])}
        return {"reason": reasons.without_answer(error), "message": self.redact(str(error))}
