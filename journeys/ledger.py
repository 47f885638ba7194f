"""What is ours: written down before it is created, removed whatever happened, and nothing else ever touched."""

import calendar
import itertools
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from journeys.clock import DeadlinePassed, deadline
from journeys.failures import CallFailed
from journeys.journal import Journal, Owned
from journeys.recorder import CLEANUP, Recorder

PREFIX = "journeys"
LASTING = "canaries"

# For how long a server may still carry out a request that nobody waits for any more; seconds. Ceph was seen to
# do so after an OSD had been stalled, SeaweedFS to bring a bucket back with an upload that its removal overtook.
IN_FLIGHT = 300

LEAST_SHARE = 0.1  # seconds: in less, nothing can be removed

REMOVED, REFUSED, SLOW = "removed", "refused", "slow"  # what comes of trying to remove something


@dataclass(frozen=True)
class Kind:
    """A kind of resource that we create: how it is removed, and how ours are found where the ledger was lost.

    `remove` takes the resource away with all that it holds; one that is not there counts as removed.
    `names` lists the names of all resources of the kind, ours or not.
    """

    name: str
    remove: Callable[[Owned], None]
    names: Callable[[], Iterable[str]]


class Ledger:
    """The resources of the run `run`, and of earlier runs that could not remove theirs.

    `owner` stands in every name and tells our target and suite from others; `kinds` are in the order in which
    they have to go.
    """

    def __init__(self, journal: Journal, recorder: Recorder, run: str, owner: str, kinds: Sequence[Kind]):
        self._journal = journal
        self._recorder = recorder
        self._run = run
        self._owner = owner
        self._kinds = {kind.name: kind for kind in kinds}
        self._numbers = itertools.count(1)

    def new_name(self) -> str:
        """A name that tells whose it is, which run made it and when; fit for a bucket, unique in this journal."""
        return f"{PREFIX}-{self._owner}-{self._run}-{next(self._numbers)}"

    def lasting_name(self) -> str:
        """A name for what outlives the run that makes it, and is neither in the ledger nor ever swept."""
        return f"{PREFIX}-{self._owner}-{LASTING}-{self._run}"

    def lasting(self, names: Iterable[str]) -> list[str]:
        """Those of the names that `lasting_name` gave to this run or another of its target and suite, oldest first."""
        return sorted(name for name in names if name.startswith(f"{PREFIX}-{self._owner}-{LASTING}-"))

    @contextmanager
    def creating(self, kind: str, name: str, identity: str = "user", site: str = "primary") -> Iterator[None]:
        """Notes what the block creates before it does; struck out again only if it surely was not created."""
        assert kind in self._kinds, f"nothing removes a {kind}"
        owned = self._journal.own(self._run, self._recorder.scenario, kind, name, identity, site)
        try:
            yield
        except CallFailed as failure:
            if failure.undone:
                self._journal.removed(owned)
            raise

    def clean_scenario(self, scenario: int, seconds: float) -> None:
        """Removes what a scenario made, in `seconds` at most; what could not be removed stays in the ledger."""
        self._clean(self._journal.still_owned(self._run, scenario), seconds)

    def clean_run(self, seconds: float) -> None:
        """Removes what the run still has and nobody tried to remove yet, as where it was interrupted."""
        self._clean(self._journal.still_owned(self._run, untried=True), seconds)

    def sweep(self, seconds: float, older_than: float = 0) -> None:
        """Removes what other runs left behind, if it is `older_than` so many seconds, and what may have come back."""
        back = [owned for owned in self._journal.doubtful(IN_FLIGHT) if owned.run != self._run]
        self._clean(self.left_behind(older_than) + back, seconds)

    def left_behind(self, older_than: float = 0) -> list[Owned]:
        """What other runs left behind, as far as the ledger knows."""
        latest = time.time() - older_than
        return [left for left in self._journal.still_owned() if left.run != self._run and left.created <= latest]

    def take_up(self, older_than: float) -> None:
        """Enters into the ledger what its name tells to be ours and older: for where the ledger was lost."""
        known = {owned.name for owned in self._journal.still_owned()}
        with self._recorder.doing(CLEANUP):
            for kind in self._kinds.values():
                for name in kind.names():
                    made = self._made(name)
                    if made and time.time() - made.created >= older_than and made.name not in known:
                        self._journal.own(made.run, None, kind.name, made.name, "user", "primary", made.created)
                        known.add(made.name)

    def _made(self, name: str) -> "_Made | None":
        """Which run made the resource of that name, and when; None where it is not ours."""
        run = r"(?P<run>(?P<at>\d{8}t\d{6})-[0-9a-f]{6})"
        # Clouds number what one request makes several of.
        match = re.fullmatch(rf"(?P<name>{PREFIX}-{self._owner}-{run}-[1-9]\d*)(-[1-9]\d*)?", name)
        if not match:
            return None
        try:
            made = time.strptime(match["at"], "%Y%m%dt%H%M%S")
        except ValueError:
            return None
        return _Made(match["name"], match["run"], calendar.timegm(made))

    def _clean(self, resources: Iterable[Owned], seconds: float) -> None:
        order = {kind: place for place, kind in enumerate(self._kinds)}
        left = sorted(resources, key=lambda owned: order.get(owned.kind, len(order)))  # stable: last created first
        end = time.monotonic() + seconds
        tried: list[tuple[Owned, str]] = []
        with self._recorder.doing(CLEANUP):
            while left and time.monotonic() < end:
                results = self._try_each(left, end)
                tried += results
                left = [owned for owned, came in results if came == SLOW]
            last = max((place for place, (_, came) in enumerate(tried) if came == REMOVED), default=0)
            # What was removed later may have stood in the way.
            self._try_each([owned for owned, came in tried[:last] if came == REFUSED], end)

    def _try_each(self, resources: list[Owned], end: float) -> list[tuple[Owned, str]]:
        """What came of each that was tried: SLOW where it needs more time than its share of what there is.

        Shares are equal, so that one that hangs does not starve the others.
        """
        results: list[tuple[Owned, str]] = []
        for waiting, owned in zip(range(len(resources), 0, -1), resources, strict=True):
            remaining = end - time.monotonic()
            if remaining <= 0:
                break
            try:
                self._remove(owned, max(remaining / waiting, LEAST_SHARE))
            except (Exception, DeadlinePassed) as failure:  # noqa: BLE001 - told as a leftover; the others go on
                self._journal.not_removed(owned, str(failure) or repr(failure))
                results.append((owned, SLOW if isinstance(failure, DeadlinePassed) else REFUSED))
            else:
                self._journal.removed(owned)
                results.append((owned, REMOVED))
        return results

    def _remove(self, owned: Owned, seconds: float) -> None:
        if owned.kind not in self._kinds:
            raise LookupError("its service is not configured any more")
        with deadline(seconds, "its removal"):
            self._kinds[owned.kind].remove(owned)


@dataclass(frozen=True)
class _Made:
    name: str  # as in the ledger
    run: str
    created: float
