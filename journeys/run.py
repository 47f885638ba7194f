"""A run from its beginning to its verdict, and `finish`, the one way in which every run ends."""

import fcntl
import hashlib
import os
import platform
import secrets
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

from journeys import __version__, clock, gateway, metrics
from journeys.aws import s3
from journeys.aws.clients import Clients
from journeys.failures import CallFailed, SuiteError
from journeys.gateway import DeliveryError
from journeys.interrupt import Interrupt
from journeys.journal import Journal, JournalError, Owned
from journeys.ledger import Ledger
from journeys.recorder import Recorder
from journeys.settings import Settings, SettingsError, load
from journeys.totals import Totals, add_run

# Exit codes (the contract of the command line).
KEPT, BROKEN, UNJUDGED, TOO_SLOW = 0, 1, 2, 3

# Where the state was lost, only what is older than any run is taken for left behind; seconds.
LOST_FOR = 3600


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
        self.overdue = 0
        self._outcome: Outcome | None = None
        self._push = push and bool(settings.pushgateway_url)
        self._push_left = settings.push_timeout
        self.journal = Journal.of(settings.state_dir, settings.target, settings.suite)
        self._lock = Path(f"{self.journal.path}.lock").open("a+")  # noqa: SIM115 - held until `close`
        self._wait_for_the_lock()
        self.id = f"{time.strftime('%Y%m%dt%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
        self.recorder = Recorder(self.journal, settings)
        self.clients = Clients(settings, self.recorder)
        self.ledger = Ledger(self.journal, self.recorder, self.id, _owner(settings), [s3.bucket_kind(self.clients)])

    def begin(self) -> None:
        """Starts the clock; finishes runs that were killed and removes what they left. Raises SuiteError."""
        self.journal.run_began(self.id, time.time())
        self.ends = time.perf_counter() + self.settings.run_deadline
        self.recorder.run = self.id
        self.interrupt.install()
        self.clients.s3()
        self._take_up_totals()
        for killed in self.journal.unfinished_runs():
            if killed != self.id:
                self._conclude(killed, self.journal.last_sign_of_life(killed), None, "killed")
        if self.journal.is_new:
            self._take_up_ledger()
        self.ledger.sweep(self.settings.cleanup_timeout)

    def announce(self, scenarios: Iterable[tuple[str, str]]) -> None:
        """Publishes what this run will count, at zero where it is new, so that a scrape sees it rise.

        `scenarios` are the labels (feature, scenario) of those selected.
        """
        with self._changing_totals() as totals:
            known = [*metrics.BORN_AT_ZERO]
            known += [(family, labels) for family in metrics.PER_SCENARIO for labels in scenarios]
            known += [(family, (operation,)) for family in metrics.PER_OPERATION for operation in s3.OPERATIONS]
            grew = totals.declare(known)
        if grew:
            self._deliver(self._push_left / 2)

    def refuse(self, reason: str) -> None:
        """Nothing can be judged, as was found before the first scenario."""
        self.refusal = reason

    def out_of_time(self) -> str | None:
        """Why no further scenario may begin; None as long as the run's deadline has not passed."""
        if time.perf_counter() < self.ends:
            return None
        self.overdue += 1
        return f"the run's deadline of {self.settings.run_deadline:g} s had passed (JOURNEYS_RUN_DEADLINE)"

    def sweep(self, older_than: float, *, dry_run: bool) -> list[Owned]:
        """In place of a run: removes what is ours and at least `older_than` seconds old; what that was.

        Looks in the ledger, and by name at the cloud, for where the ledger was lost. `dry_run` removes nothing.
        """
        self.ledger.take_up(older_than)
        found = self.ledger.left_behind(older_than)
        if not dry_run:
            self.ledger.sweep(self.settings.cleanup_timeout, older_than)
        return found

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

    def _wait_for_the_lock(self) -> None:
        """Holds the lock until the file is closed or the process ends, however it ends."""
        if self._has_lock():
            return
        with self._changing_totals() as totals:
            totals.add(metrics.RUN_OVERLAPS)
        if not clock.wait_until(self._has_lock, self.settings.overlap_wait, every=0.2):
            self._lock.seek(0)
            raise SuiteError(
                f"Another run of suite {self.settings.suite!r} against {self.settings.target!r} (process "
                f"{self._lock.read().strip() or 'unknown'}) is still under way after {self.settings.overlap_wait:g} s "
                "of waiting (JOURNEYS_OVERLAP_WAIT). Run less often, or give this one a suite of its own with "
                "JOURNEYS_SUITE."
            )

    def _has_lock(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()
        return True

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
        if self.overdue:
            return BROKEN, f"the run's deadline passed before {self.overdue} of {len(rows)} scenarios could begin"
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
        with self._changing_totals() as totals:
            self.journal.run_ended(run, ended, exit_code, reason)
            add_run(totals, self.journal, run)
            self.journal.write("UPDATE runs SET folded = 1 WHERE id = ?", run)

    def _totals(self) -> Totals:
        return Totals.of(self.journal, self.settings.histogram_buckets)

    @contextmanager
    def _changing_totals(self) -> Iterator[Totals]:
        """The totals, kept again at the end of the block, in one transaction with what else it writes."""
        with self.journal.transaction():
            totals = self._totals()
            yield totals
            totals.save(self.journal)

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

    def _take_up_ledger(self) -> None:
        """Goes on with what its name tells to be ours, where the state was lost."""
        try:
            with clock.deadline(self.settings.cleanup_timeout, "looking for what earlier runs left"):
                self.ledger.take_up(LOST_FOR)
        except (CallFailed, clock.DeadlinePassed):
            return  # the scenarios will tell what is wrong with the target; `sweep` looks again

    def _deliver(self, seconds: float) -> str | None:
        """Pushes the totals; the sentence that says why they did not arrive, if so."""
        with self._changing_totals() as totals:
            self._describe_the_present(totals)
        if not self._push:
            return None
        began = time.monotonic()
        try:
            gateway.push(totals, self.settings, seconds)
        except DeliveryError as problem:
            with self._changing_totals() as totals:
                totals.add(metrics.DELIVERY_FAILURES)
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


def sweep(env_file: Path | None, older_than: float, *, dry_run: bool) -> int:
    """`./run.sh sweep`: tells what it removes; the exit code is 1 where something of ours could not be removed."""
    try:
        settings = load(env_file)
        run = Run(settings, push=False)
        found = run.sweep(older_than, dry_run=dry_run)
    except (SettingsError, SuiteError, JournalError) as problem:
        print(problem, file=sys.stderr)
        return UNJUDGED
    except CallFailed as failure:
        print(failure, file=sys.stderr)
        return BROKEN
    left = {owned.id for owned in run.ledger.left_behind(older_than)}
    for owned in found:
        done = "would be removed" if dry_run else "could not be removed" if owned.id in left else "removed"
        print(f"{owned.kind} {owned.name} of {time.strftime('%F %T', time.localtime(owned.created))}: {done}")
    print(f"{len(found)} left behind by earlier runs of suite {settings.suite!r} against {settings.target!r}.")
    run.close()
    return BROKEN if left and not dry_run else KEPT
