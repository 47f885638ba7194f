"""The seam: the one place through which every boto3 call passes, where it is timed, counted and written down.

botocore lets a base class be added to every client it builds; its `_make_api_call` then sees every operation,
those inside paginators, waiters and multipart transfers included, in whatever thread they run.
"""

import time
from contextvars import ContextVar
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from botocore import exceptions
from botocore.httpchecksum import StreamingChecksumBody
from botocore.response import StreamingBody

from journeys.aws.reasons import without_answer
from journeys.aws.wire import prepare_connections
from journeys.journal import Call
from journeys.measurement import Measurement, Wire
from journeys.reasons import of_answer
from journeys.recorder import Recorder
from journeys.threads import unless_ended

# Of these we tell how long it took until the answer began: together with the whole it tells a slow start from a
# slow transfer.
FIRST_BYTES = frozenset({"s3.GetObject", "s3.PutObject", "s3.ListObjectsV2", "s3.ListObjects"})

_NEVER_SENT = (exceptions.EndpointConnectionError, exceptions.ConnectTimeoutError, exceptions.ProxyConnectionError)


@dataclass
class _Wire(Wire):
    sending: int = 0
    method: str = ""
    cut_off: str | None = None  # how much of the last answer arrived, where that was not all
    first_byte: float | None = None  # when the last answer began, on the clock of `time.perf_counter`


class _Measurement(Measurement):
    wire: _Wire
    status: int | None = None
    request_id: str | None = None

    def succeeded(self) -> None:
        self.ended("ok", status=self.status, request_id=self.request_id)

    def ended(self, outcome: str, **evidence: Any) -> tuple[Call, int]:
        return super().ended(outcome, first_byte=self._first_byte(), **evidence)

    def _first_byte(self) -> float | None:
        began = self.wire.first_byte
        return began - self.clock if began and self.operation in FIRST_BYTES else None

    def failed(self, error: BaseException) -> BaseException:
        if isinstance(error, Exception) and not self.wire.attempts:
            return error  # nothing left this machine: a mistake in the call or in the settings
        return super().failed(error)

    def evidence(self, error: BaseException) -> dict[str, Any]:
        if not isinstance(error, exceptions.ClientError):
            message = self.redact(str(error))
            reason = without_answer(error)
            return {"reason": reason, "status": self.status, "request_id": self.request_id, "message": message}
        if self.wire.cut_off:
            return {"reason": "connect", "status": HTTPStatus.OK, "message": self.wire.cut_off}
        status, request_id = _answer(error.response)
        told = error.response.get("Error") or error.response  # where a cloud tells errors in the words of another API
        code, message = told.get("Code"), told.get("Message")
        return {
            "reason": of_answer(code, status),
            "code": code,
            "status": status,
            "request_id": request_id,
            "message": self.redact(message),
        }


class MeasuredClient:
    """The base class of every client we build; `recorder`, `identity` and `site` are set by `journeys.aws.clients`."""

    recorder: Recorder
    identity: str
    site: str

    def _make_api_call(self, operation_name: str, api_params: dict[str, Any]) -> dict[str, Any]:
        api = self.meta.service_model.service_name
        measurement = _Measurement(
            self.recorder,
            _Wire(),
            api=api,
            operation=f"{api}.{operation_name}",
            subject=_subject(api_params),
            identity=self.identity,
            site=self.site,
        )
        token = _wire.set(measurement.wire)
        try:
            response = super()._make_api_call(operation_name, api_params)
        except BaseException as error:  # written down and raised again, translated
            raise measurement.failed(error) from error
        finally:
            _wire.reset(token)
        measurement.status, measurement.request_id = _answer(response)
        for member, value in response.items():
            if isinstance(value, StreamingBody):
                response[member] = MeasuredBody(value, response.get("ContentLength"), measurement)
                return response
        measurement.succeeded()
        return response


class MeasuredBody(StreamingBody):
    """A streamed answer whose call ends with its last byte, with its first error, or when it is closed."""

    def __init__(self, body: StreamingBody, length: int | None, measurement: _Measurement):
        super().__init__(body, None)  # the inner body checks length and checksum
        # A checksum is only looked at by the read that finds nothing any more.
        self._length = None if isinstance(body, StreamingChecksumBody) else length
        self._received = 0
        self._measurement: _Measurement | None = measurement
        measurement.recorder.streaming(self)

    def read(self, amt: int | None = None) -> bytes:
        with _ending_on_error(self):
            chunk = super().read(amt)
        self._count(len(chunk), at_end=amt is None or (not chunk and amt > 0))
        return chunk

    def readinto(self, b: Any) -> int:
        with _ending_on_error(self):
            count = super().readinto(b)
        self._count(count, at_end=count == 0 and len(b) > 0)
        return count

    def set_socket_timeout(self, timeout: float) -> None:
        self._raw_stream.set_socket_timeout(timeout)

    def __enter__(self) -> "MeasuredBody":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        super().close()
        self._end()

    def _count(self, count: int, at_end: bool) -> None:
        self._received += count
        if self._measurement:
            self._measurement.wire.received += count
        if at_end or self._received == self._length:
            self._end()

    def _end(self) -> None:
        measurement, self._measurement = self._measurement, None
        if measurement:
            measurement.recorder.streamed(self)
            measurement.succeeded()

    def _fail(self, error: BaseException) -> BaseException:
        measurement, self._measurement = self._measurement, None
        if not measurement:
            return error
        measurement.recorder.streamed(self)
        return measurement.failed(error)


class _ending_on_error:
    def __init__(self, body: MeasuredBody):
        self._body = body

    def __enter__(self) -> None:
        pass

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        if error is not None:
            raise self._body._fail(error) from error


_wire: ContextVar[_Wire] = ContextVar("wire")


def add_base_class(base_classes: list[type], **_: Any) -> None:
    """For the event `creating-client-class`."""
    base_classes.insert(0, MeasuredClient)


def count_attempts(client: Any) -> None:
    """Has a client tell of every HTTP attempt."""
    client.meta.events.register("before-send", _sending)
    client.meta.events.register("response-received", _answered)
    client.meta.events.register("before-parse", _arrived)
    prepare_connections(client, _answer_began)


def _sending(request: Any, **_: Any) -> None:
    unless_ended()
    wire = _wire.get()
    wire.attempts += 1
    wire.method, wire.cut_off, wire.first_byte = request.method, None, None
    headers = request.headers
    # aws-chunked bodies carry their payload's length in a header of its own
    wire.sending = int(headers.get("X-Amz-Decoded-Content-Length") or headers.get("Content-Length") or 0)


def _answer_began() -> None:
    _wire.get().first_byte = time.perf_counter()


def _arrived(response_dict: dict[str, Any], **_: Any) -> None:
    wire, body = _wire.get(), response_dict["body"]
    length = int(response_dict["headers"].get("Content-Length") or 0)
    if not isinstance(body, bytes) or wire.method == "HEAD" or len(body) >= length:
        return
    # By now botocore has made a 500 of a 200 whose body it can't read; a real one would tell of an error.
    if response_dict["status_code"] in (HTTPStatus.OK, HTTPStatus.INTERNAL_SERVER_ERROR) and b"<Error" not in body:
        wire.cut_off = f"it broke off after {len(body)} of {length} bytes"


def _answered(response_dict: dict[str, Any] | None, exception: Exception | None, **_: Any) -> None:
    wire = _wire.get()
    if response_dict is None:
        wire.undone &= isinstance(exception, _NEVER_SENT) or "CERTIFICATE_VERIFY_FAILED" in str(exception)
        return
    wire.undone &= 400 <= response_dict["status_code"] < 500
    wire.sent += wire.sending
    if isinstance(response_dict["body"], bytes):
        wire.received += len(response_dict["body"])


def _answer(response: dict[str, Any]) -> tuple[int | None, str | None]:
    """The HTTP status and the request id of a parsed answer, be it an error."""
    metadata = response.get("ResponseMetadata", {})
    request_id = metadata.get("RequestId") or metadata.get("HTTPHeaders", {}).get("x-amz-request-id")
    return metadata.get("HTTPStatusCode"), request_id


def _subject(api_params: dict[str, Any]) -> str:
    return "/".join(str(api_params[name]) for name in ("Bucket", "Key") if name in api_params)
