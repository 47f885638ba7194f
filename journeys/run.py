"""A run from its beginning to its end; `finish` is the one way in which every run ends."""

import hashlib
import secrets
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from journeys import clock, guard, http, metrics
from journeys.aws.clients import Clients
from journeys.aws.seam import FIRST_BYTES
from journeys.cloud import driver
from journeys.cloud.driver import Driver
from journeys.delivery import Delivery
from journeys.failures import SuiteError
from journeys.interrupt import Interrupt
from journeys.journal import Journal
from journeys.ledger import Ledger
from journeys.lock import Lock
from journeys.recorder import Recorder
from journeys.s3.operations import OPERATIONS
from journeys.s3.removal import bucket_kind
from journeys.settings import Settings
from journeys.totals import Totals, add_run
from journeys.verdict import Outcome, verdict

if TYPE_CHECKING:
    from journeys.kubernetes.cluster import Cluster
    from journeys.ssh import Ssh

# Where the state was lost, only what is older than any run is taken for left behind; seconds.
LOST_FOR = 3600
LOOKED_FOR_OURS = "looked for ours"


class Run:
    """A run against one target, the only one of its suite at a time; `begin` starts it."""

    def __init__(self, settings: Settings, interrupt: Interrupt | None = None, *, push: bool = True):
        """Takes the lock of the target and suite; raises SuiteError where another run holds it, JournalError.

        `interrupt`: the signals that end the run early, if they were taken over. `push=False` makes it a
        rehearsal: its results never become part of what is published.
        """
        self.settings = settings
        self._counts = push
        self.interrupt = interrupt or Interrupt()
        self.id = f"{time.strftime('%Y%m%dt%H%M%S', time.gmtime())}-{secrets.token_hex(3)}"
        self.journal = Journal.of(settings.state_dir, settings.target, settings.suite)
        self._lock = Lock(Path(f"{self.journal.path}.lock"))
        self._wait_for_the_lock()
        self._delivery = Delivery(self.journal, settings, push=push)
        self.recorder = Recorder(self.journal, settings)
        self.clients = Clients(settings, self.recorder)
        self.http = http.Http(settings, self.recorder)
        self.cloud = _cloud(settings, self.clients, self.recorder)
        self.ssh = _ssh(settings, self.recorder)
        self.cluster = _cluster(settings, self.recorder)
        kinds = [bucket_kind(self.clients)] if "s3" in settings.services else []
        kinds += driver.kinds(self.cloud) if self.cloud else []
        kinds += self.cluster.kinds if self.cluster else []
        self.ledger = Ledger(self.journal, self.recorder, self.id, _owner(settings), kinds)
        self._refusal: str | None = None
        self._overdue = 0
        self._outcome: Outcome | None = None

    def begin(self) -> None:
        """Starts the clock; finishes runs that were killed and removes what they left. Raises SuiteError."""
        self.journal.run_began(self.id, time.time(), counts=self._counts)
        self.ends = time.perf_counter() + self.settings.run_deadline
        self.recorder.run = self.id
        if "s3" in self.settings.services:
            self.clients.s3()
        for killed in self.journal.unfinished_runs():
            if killed != self.id:
                self._conclude(killed, self.journal.last_sign_of_life(killed), None, "killed")
        self._take_up_ledger()
        self.ledger.sweep(self.settings.cleanup_timeout)

    def announce(self, scenarios: Iterable[tuple[str, str]], objectives: Iterable[str] = ()) -> None:
        """Publishes at zero what is new in this run: `scenarios` and `objectives` are the labels of those selected."""
        known = [(family, labels) for family in metrics.PER_SCENARIO for labels in scenarios]
        operations = [*(OPERATIONS if "s3" in self.settings.services else ()), *http.OPERATIONS]
        operations += self.cloud.operations if self.cloud else ()
        operations += self.ssh.operations if self.cloud and self.ssh else ()
        operations += self.cluster.operations if self.cluster else ()
        known += [(family, (operation,)) for family in metrics.PER_OPERATION for operation in operations]
        known += [(metrics.OPERATION_FIRST_BYTE, (operation,)) for operation in FIRST_BYTES.intersection(operations)]
        known += [(family, (objective,)) for family in metrics.PER_OBJECTIVE for objective in objectives]
        waits = [
            *(metrics.WAITS if "s3" in self.settings.services else ()),
            *(metrics.CLOUD_WAITS if self.cloud else ()),
            *(metrics.KUBERNETES_WAITS if self.cluster else ()),
        ]
        known += [(metrics.WAIT, (what,)) for what in waits]
        self._delivery.announce(known, self.id)
        if self._delivery.superseded:
            self.journal.remember(LOOKED_FOR_OURS, False)  # the runs that we know nothing of may have left something

    def refuse(self, reason: str) -> None:
        """Nothing can be judged, as was found before the first scenario."""
        self._refusal = reason

    def out_of_time(self) -> str | None:
        """Why no further scenario may begin; None as long as the run's deadline has not passed."""
        if time.perf_counter() < self.ends:
            return None
        self._overdue += 1
        return f"the run's deadline of {self.settings.run_deadline:g} s had passed (JOURNEYS_RUN_DEADLINE)"

    def finish(self) -> Outcome:
        """Ends the run: removes what is left of it, gives the verdict, adds it to the totals and delivers them."""
        if self._outcome is None:
            with self.interrupt.shield():
                self._outcome = self._finished()
        return self._outcome

    def close(self) -> None:
        """Lets go of the journal, the lock and the signals."""
        self.interrupt.uninstall()
        self.journal.close()
        self._lock.release()

    def _finished(self) -> Outcome:
        self.ledger.clean_run(self.settings.cleanup_timeout)
        exit_code, reason = verdict(
            [row["status"] for row in self.journal.rows("SELECT status FROM scenarios WHERE run = ?", self.id)],
            interrupted=self.interrupt.signal,
            refusal=self._refusal,
            overdue=self._overdue,
        )
        refused = self._conclude(self.id, time.time(), exit_code, reason)
        undelivered = self._delivery.deliver(self.id)
        self.journal.forget_old_runs(self.settings.history_runs)
        lock = [self._lock.problem] if self._lock.problem else []
        problems = [*undelivered, *refused, *self._leftovers(), *self.journal.lost, *lock]
        return Outcome(exit_code, reason, self._delivery.wanted and not undelivered, problems)

    def _conclude(self, run: str, ended: float, exit_code: int | None, reason: str) -> list[str]:
        """Writes the end of a run down and adds it to the totals: both or neither, and once.

        Returns sentences about the series that were not begun.
        """
        with Totals.changing(self.journal, self.settings) as totals:
            self.journal.run_ended(run, ended, exit_code, reason)
            if self.journal.run(run)["counts"]:
                add_run(totals, self.journal, run)
            self.journal.run_folded(run)
        return guard.told(totals.refused, self.journal)

    def _take_up_ledger(self) -> None:
        """Goes on with what its name tells to be ours: once for a journal, as an earlier one may have been lost."""
        if self.journal.fact(LOOKED_FOR_OURS):
            return
        try:
            with clock.deadline(self.settings.cleanup_timeout, "looking for what earlier runs left"):
                self.ledger.take_up(LOST_FOR)
        except (AssertionError, clock.DeadlinePassed):
            return  # the scenarios will tell what is wrong with the target; the next run looks again
        self.journal.remember(LOOKED_FOR_OURS, True)

    def _wait_for_the_lock(self) -> None:
        if self._lock.acquire():
            return
        if self._counts:
            with Totals.changing(self.journal, self.settings) as totals:
                totals.add(metrics.RUN_OVERLAPS)
        if not self._lock.acquire(self.settings.overlap_wait):
            raise SuiteError(
                f"Another run of suite {self.settings.suite!r} against {self.settings.target!r} (process "
                f"{self._lock.holder()}) is still under way after {self.settings.overlap_wait:g} s of waiting "
                "(JOURNEYS_OVERLAP_WAIT). Run less often, or give this one a suite of its own with JOURNEYS_SUITE."
            )

    def _leftovers(self) -> list[str]:
        left = self.journal.rows("SELECT kind, name, problem FROM owned WHERE removed IS NULL ORDER BY id DESC")
        if not left:
            return []
        told = [f"  {row['kind']} {row['name']}: {row['problem'] or 'there was no time to try'}" for row in left[:3]]
        more = [f"  and {len(left) - 3} more"] if len(left) > 3 else []
        return [f"Left behind: {len(left)} of our resources. The next run tries again to remove them.", *told, *more]


def _cloud(settings: Settings, clients: Clients, recorder: Recorder) -> Driver | None:
    """The cloud that is configured, through its API; SDKs are imported only where they are needed."""
    if settings.openstack:
        from journeys.openstack.driver import OpenStack

        return OpenStack(settings, recorder)
    if "cloud" not in settings.services:
        return None
    from journeys.aws.ec2 import Ec2

    return Ec2(clients, settings, recorder)


def _ssh(settings: Settings, recorder: Recorder) -> "Ssh | None":
    """The way into servers, where it is said as whom."""
    if not settings.login_username:
        return None
    from journeys.ssh import Ssh

    return Ssh(settings, recorder)


def _cluster(settings: Settings, recorder: Recorder) -> "Cluster | None":
    """The Kubernetes cluster that is configured; its client is imported only then."""
    if "kubernetes" not in settings.services:
        return None
    from journeys.kubernetes.cluster import Cluster

    return Cluster(settings, recorder)


def _owner(settings: Settings) -> str:
    """Tells our resources from those of other targets and suites by their names."""
    return hashlib.sha256(f"{settings.target}\n{settings.suite}".encode()).hexdigest()[:8]
