"""A run from its beginning to its verdict, and `finish`, the one way in which every run ends."""

import fcntl
import hashlib
import os
import platform
import secrets
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import TextIO

from journeys import __version__, clock, gateway, metrics
from journeys.aws import s3
from journeys.aws.clients import Clients
from journeys.failures import SuiteError
from journeys.gateway import DeliveryError
from journeys.interrupt import Interrupt
from journeys.journal import Journal
from journeys.ledger import Ledger
from journeys.recorder import Recorder
from journeys.settings import Settings
from journeys.totals import Totals, add_run

# Exit codes (the contract of the command line).
KEPT, BROKEN, UNJUDGED, TOO_SLOW = 0, 1, 2, 3


@dataclass(frozen=True)
class Outcome:
    """What came of a run. `problems` are sentences that change no verdict: undelivered metrics, leftovers."""

    run: str
    exit_code: int
    reason: str
    pushed: bool = False
    problems: list[str] = field(default_factory=list)


class Run:
    """A run under way against one target; the only one of its suite, by a lock that dies with the process."""

    def __init__(self, settings: Settings, *, push: bool = True):
        """Takes the lock of the target and suite; raises SuiteError where another run holds it, JournalError."""
        self.settings = settings
        self.interrupt = Interrupt()
        self.refusal: str | None = None
        self._outcome: Outcome | None = None
        self._push = push and bool(settings.pushgateway_url)
        self._push_left = settings.push_timeout
        self.journal = Journal.of(settings.state_dir, settings.target, settings.suite)
        self._lock = _alone(Path(f"{self.journal.path}.lock"), settings)
        self.id = f"{time.strftime('%Y%m%dt%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
        self.recorder = Recorder(self.journal, self.id, settings)
        self.clients = Clients(settings, self.recorder)
        self.ledger = Ledger(self.journal, self.recorder, _owner(settings), {"bucket": s3.remover(self.clients)})

    def begin(self) -> None:
        """Starts the clock; first finishes runs that were killed and removes what they left."""
        self.journal.run_began(self.id, time.time())
        self.interrupt.install()
        self._take_up_totals()
        for killed in self.journal.unfinished_runs():
            if killed != self.id:
                self._conclude(killed, self.journal.last_sign_of_life(killed), None, "killed")
        self.ledger.sweep(self.settings.cleanup_timeout)

    def announce(self, scenarios: Iterable[tuple[str, str]]) -> None:
        """Publishes what this run will count, at zero where it is new, so that a scrape sees it rise.

        `scenarios` are the labels (feature, scenario) of those selected.
        """
        with self.journal.transaction():
            totals = self._totals()
            known = [*metrics.BORN_AT_ZERO]
            known += [(family, labels) for family in metrics.PER_SCENARIO for labels in scenarios]
            known += [(family, (operation,)) for family in metrics.PER_OPERATION for operation in s3.OPERATIONS]
            grew = totals.declare(known)
            totals.save(self.journal)
        if grew:
            self._deliver(self._push_left / 2)

    def refuse(self, reason: str) -> None:
        """Nothing can be judged, as was found before the first scenario."""
        self.refusal = reason

    def finish(self) -> Outcome:
        """Ends the run: removes what is left of it, gives the verdict, adds it to the totals and delivers them."""
        if self._outcome is None:
            with self.interrupt.shield():
                self.ledger.clean_run(self.settings.cleanup_timeout)
                exit_code, reason = self._verdict()
                self._conclude(self.id, time.time(), exit_code, reason)
                problem = self._deliver(self._push_left)
                self.journal.forget_old_runs(self.settings.history_runs)
                problems = [problem] if problem else []
                self._outcome = Outcome(
                    self.id, exit_code, reason, self._push and not problem, problems + self._leftovers()
                )
        return self._outcome

    def close(self) -> None:
        """Lets go of the journal, the lock and the signals."""
        self.interrupt.uninstall()
        self.journal.close()
        self._lock.close()

    def _verdict(self) -> tuple[int, str]:
        rows = self.journal.rows("SELECT status FROM scenarios WHERE run = ?", self.id)
        statuses = Counter(row["status"] for row in rows)
        if self.interrupt.signal:
            return 128 + self.interrupt.signal, f"interrupted by {self.interrupt.signal.name}"
        if self.refusal:
            return UNJUDGED, self.refusal
        if not rows:
            return UNJUDGED, "no scenario was selected: check the paths and --tags"
        if statuses["failed"]:
            return BROKEN, f"{statuses['failed']} of {len(rows)} promises broken"
        if statuses["error"] or statuses[None]:
            return (
                UNJUDGED,
                f"{statuses['error'] + statuses[None]} of {len(rows)} scenarios could not be judged",
            )
        if statuses["skipped"] == len(rows):
            return UNJUDGED, "every selected scenario was skipped"
        if statuses["missed"]:
            return TOO_SLOW, f"every promise kept, {statuses['missed']} too slowly"
        return KEPT, "every promise kept"

    def _conclude(self, run: str, ended: float, exit_code: int | None, reason: str) -> None:
        """Writes the end of a run down and adds it to the totals: both or neither, and once."""
        with self.journal.transaction():
            self.journal.run_ended(run, ended, exit_code, reason)
            totals = self._totals()
            add_run(totals, self.journal, run)
            totals.save(self.journal)
            self.journal.write("UPDATE runs SET folded = 1 WHERE id = ?", run)

    def _totals(self) -> Totals:
        return Totals.of(self.journal, self.settings.histogram_buckets)

    def _take_up_totals(self) -> None:
        """Goes on from what the gateway still holds, where the state was lost."""
        if not self._push or self._totals().value(metrics.RUNS):
            return
        try:
            held = gateway.pull(self.settings, self._push_left / 4)
        except DeliveryError:
            return  # the push to come tells it; counters that begin anew are what Prometheus understands
        with self.journal.transaction():
            held.save(self.journal)

    def _deliver(self, seconds: float) -> str | None:
        """Pushes the totals; the sentence that says why they did not arrive, if so."""
        with self.journal.transaction():
            totals = self._totals()
            self._describe_the_present(totals)
            totals.save(self.journal)
        if not self._push:
            return None
        began = time.monotonic()
        try:
            gateway.push(totals, self.settings, seconds)
        except DeliveryError as problem:
            with self.journal.transaction():
                totals.add(metrics.DELIVERY_FAILURES)
                totals.save(self.journal)
            return f"{problem} The next run delivers this one's results too."
        finally:
            self._push_left -= time.monotonic() - began
        return None

    def _describe_the_present(self, totals: Totals) -> None:
        for (kind,) in totals.series(metrics.LEFTOVER_RESOURCES):
            totals.set(metrics.LEFTOVER_RESOURCES, kind, to=0)
        for kind, count in self.journal.leftovers().items():
            totals.set(metrics.LEFTOVER_RESOURCES, kind, to=count)
        totals.clear(metrics.BUILD_INFO)
        versions = (__version__, platform.python_version(), version("behave"), version("boto3"))
        totals.set(metrics.BUILD_INFO, *versions, to=1)

    def _leftovers(self) -> list[str]:
        left = self.journal.rows("SELECT kind, name, problem FROM owned WHERE removed IS NULL ORDER BY id DESC")
        if not left:
            return []
        told = [f"  {row['kind']} {row['name']}: {row['problem'] or 'there was no time to try'}" for row in left[:3]]
        more = [f"  and {len(left) - 3} more"] if len(left) > 3 else []
        return [f"Left behind: {len(left)} of our resources. The next run tries again to remove them.", *told, *more]


def _owner(settings: Settings) -> str:
    """Tells our resources from those of other targets and suites by their names."""
    return hashlib.sha256(f"{settings.target}\n{settings.suite}".encode()).hexdigest()[:8]


def _alone(path: Path, settings: Settings) -> TextIO:
    """The lock of a target and suite, held until the file is closed or the process ends, however it ends."""
    lock = path.open("a+")

    def acquired() -> bool:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    if not clock.wait_until(acquired, settings.overlap_wait, every=0.2):
        lock.seek(0)
        holder = lock.read().strip() or "unknown"
        lock.close()
        raise SuiteError(
            f"Another run of suite {settings.suite!r} against {settings.target!r} (process {holder}) is still under "
            f"way after {settings.overlap_wait:g} s of waiting (JOURNEYS_OVERLAP_WAIT). Run less often, or give this "
            "one a suite of its own with JOURNEYS_SUITE."
        )
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock
