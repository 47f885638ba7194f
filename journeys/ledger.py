"""What is ours: written down before it is created, removed whatever happened, and nothing else ever touched."""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager

from journeys.clock import DeadlinePassed, deadline
from journeys.failures import CallFailed
from journeys.journal import Journal, Owned
from journeys.recorder import CLEANUP, Recorder

PREFIX = "journeys"

# Removes the named resource of a kind, whatever it holds; a resource that is not there counts as removed.
Remover = Callable[[Owned], None]


class Ledger:
    """The resources of one run, and of earlier runs that could not remove theirs.

    `removers` has an entry for every kind of resource, in the order in which kinds have to go.
    """

    def __init__(self, journal: Journal, recorder: Recorder, owner: str, removers: Mapping[str, Remover]):
        self._journal = journal
        self._recorder = recorder
        self._owner = owner
        self._removers = removers

    def new_name(self) -> str:
        """A name that tells whose it is, which run made it and when; fit for a bucket, unique in this journal."""
        count = len(self._journal.rows("SELECT id FROM owned WHERE run = ?", self._recorder.run))
        return f"{PREFIX}-{self._owner}-{self._recorder.run}-{count + 1}"

    @contextmanager
    def creating(self, kind: str, name: str, identity: str = "user", site: str = "primary") -> Iterator[None]:
        """Notes what the block creates before it does; struck out again only if it surely was not created."""
        assert kind in self._removers, f"nothing removes a {kind}"
        owned = self._journal.own(self._recorder.run, self._recorder.scenario, kind, name, identity, site)
        try:
            yield
        except CallFailed as failure:
            if failure.undone:
                self._journal.removed(owned)
            raise

    def clean_scenario(self, scenario: int, seconds: float) -> None:
        """Removes what a scenario made, in `seconds` at most; what could not be removed stays in the ledger."""
        self._clean(self._journal.still_owned(self._recorder.run, scenario), seconds)

    def clean_run(self, seconds: float) -> None:
        """Removes what the run still has and nobody tried to remove yet, as where it was interrupted."""
        self._clean(self._journal.still_owned(self._recorder.run, untried=True), seconds)

    def sweep(self, seconds: float) -> None:
        """Removes what earlier runs left behind."""
        self._clean([left for left in self._journal.still_owned() if left.run != self._recorder.run], seconds)

    def _clean(self, resources: Iterable[Owned], seconds: float) -> None:
        kinds = list(self._removers)
        left = sorted(resources, key=lambda owned: kinds.index(owned.kind))  # stable: last created first
        end = time.monotonic() + seconds
        with self._recorder.doing(CLEANUP):
            while left:
                # Each gets an equal share of what is left, so that one that hangs does not starve the others.
                share = max(end - time.monotonic(), 0) / len(left)
                self._remove(left.pop(0), share)

    def _remove(self, owned: Owned, seconds: float) -> None:
        try:
            with deadline(seconds, "its removal"):
                self._removers[owned.kind](owned)
        except (Exception, DeadlinePassed) as failure:  # noqa: BLE001 - told as a leftover; the others go on
            self._journal.not_removed(owned, str(failure) or repr(failure))
        else:
            self._journal.removed(owned)
