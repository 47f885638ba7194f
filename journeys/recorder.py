"""Where in the run we are, and what every measured call is written down with."""

from collections.abc import Iterator
from contextlib import contextmanager

from journeys.failures import CallFailed
from journeys.journal import Call, Journal
from journeys.metrics import Family
from journeys.settings import Settings

# What a call is for. Operation metrics hold probes only; set-up, cleanup and polling are counted apart.
PROBE, SETUP, CLEANUP, WAIT = "probe", "setup", "cleanup", "wait"


class Recorder:
    """The position of a run (scenario, step, purpose), and the way of calls into its journal.

    One for the whole process: calls made in an SDK's threads belong to the step that is under way.
    """

    def __init__(self, journal: Journal, settings: Settings):
        self.journal = journal
        self.run: str | None = None  # none until a run has begun
        self.scenario: int | None = None
        self.step: int | None = None
        self.purpose = SETUP
        self._settings = settings
        self._open: dict[int, object] = {}

    @contextmanager
    def doing(self, purpose: str) -> Iterator[None]:
        """Calls inside the block are for `purpose`."""
        before, self.purpose = self.purpose, purpose
        try:
            yield
        finally:
            self.purpose = before

    def record(self, call: Call, scenario: int | None, step: int | None) -> int:
        """Writes a finished call down; returns its number in the journal."""
        return self.journal.called(self.run, scenario, step, call)

    def read(self, family: Family, *labels: str, value: float) -> None:
        """Writes down what was seen besides calls: a gauge's value, a counter's increase, a histogram's observation."""
        self.journal.read(self.run, self.scenario, family.name, labels, value)

    def expected(self, refusal: CallFailed) -> None:
        """The refusal was wanted: it counts as no failure."""
        self.journal.call_was_expected(refusal.id)

    @contextmanager
    def allowing(self, **told: object) -> Iterator[None]:
        """A call that fails as `told`, such as ``code="NoSuchKey"``, ends the block, and counts as no failure."""
        try:
            yield
        except CallFailed as failure:
            if any(getattr(failure.call, name) != value for name, value in told.items()):
                raise
            self.expected(failure)

    def corrupt(self, operation: str, what: str) -> None:
        """The last call of `operation` answered with other bytes than were stored: it failed, for integrity."""
        self.journal.last_call_was_wrong(self.scenario, operation, "integrity", what)

    def redact(self, text: str) -> str:
        return self._settings.redact(text)

    def streaming(self, body: object) -> None:
        """Remembers an answer whose body is still to be read, for `settle`."""
        self._open[id(body)] = body

    def streamed(self, body: object) -> None:
        self._open.pop(id(body), None)

    def settle(self) -> None:
        """Ends the measurement of answers that nobody read to their end; called when a scenario ends."""
        for body in list(self._open.values()):
            body.close()
