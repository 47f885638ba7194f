"""One call under way: where in the run it was made, its clock, what went over the wire, and how it ended."""

import time
from dataclasses import dataclass
from typing import Any

from journeys.clock import DeadlinePassed
from journeys.failures import also_call_failed
from journeys.journal import Call
from journeys.recorder import Recorder
from journeys.threads import ended_by


@dataclass
class Wire:
    """What went over the wire for one call, all attempts together."""

    attempts: int = 0
    sent: int = 0
    received: int = 0
    undone: bool = True  # so far, no attempt can have had an effect


class Measurement:
    """A call of a seam: made before anything is sent, and ended once, by `ended` or by `failed`.

    Its scenario, step and purpose are those at its beginning: it may end in a later step, as a streamed body does.
    """

    def __init__(
        self,
        recorder: Recorder,
        wire: Wire,
        *,
        api: str,
        operation: str,
        subject: str,
        identity: str,
        site: str = "primary",
    ):
        self.wire = wire
        self.operation = operation
        self.recorder = recorder
        self._who = {"api": api, "operation": operation, "subject": subject, "identity": identity, "site": site}
        self._purpose, self._scenario, self._step = recorder.purpose, recorder.scenario, recorder.step
        self.begin()

    def begin(self) -> None:
        """Starts the clock anew: what it told so far belonged to other calls."""
        self._started, self.clock = time.time(), time.perf_counter()

    def evidence(self, error: BaseException) -> dict[str, Any]:
        """What an error tells of the call: `reason` and other fields of `Call`."""
        raise NotImplementedError

    def failed(self, error: BaseException) -> BaseException:
        """Writes the failure down; returns what to raise in its place."""
        cause = ended_by() or error
        if not isinstance(cause, (Exception, DeadlinePassed)):
            self.ended("aborted")
            return error
        call, number = self.ended("failed", **self.evidence(cause))
        return error if isinstance(error, DeadlinePassed) else self.translated(error, call, number)

    def translated(self, error: Exception, call: Call, number: int) -> Exception:
        """The CallFailed to raise for an error that was written down as this call."""
        return also_call_failed(error).tell(call, number, self.wire.undone)

    def redact(self, text: str | None) -> str | None:
        return self.recorder.redact(text) if text else None

    def ended(self, outcome: str, **evidence: Any) -> tuple[Call, int]:
        """Writes the call down; returns it, and its number in the journal."""
        call = Call(
            **self._who,
            purpose=self._purpose,
            started=self._started,
            duration=time.perf_counter() - self.clock,
            attempts=self.wire.attempts,
            sent=self.wire.sent,
            received=self.wire.received,
            outcome=outcome,
            **evidence,
        )
        return call, self.recorder.record(call, self._scenario, self._step)
