"""The cluster as one scenario uses it: how it makes things there, and how it waits for them."""

import itertools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from journeys import clock, metrics
from journeys.ledger import Ledger
from journeys.recorder import WAIT, Recorder
from journeys.units import seconds as told

if TYPE_CHECKING:
    from journeys.kubernetes.cluster import Cluster

T = TypeVar("T")

LOOK_EVERY = 0.5  # seconds between two looks at what is awaited: the resolution of what `journey_wait` tells
READY_WITHIN = 300  # seconds for what a Given needs; what it may take is a Then's business


@dataclass(frozen=True)
class Scene:
    """A cluster, with what has to be written down of all that is done there."""

    cluster: "Cluster"
    ledger: Ledger
    recorder: Recorder
    _numbers: itertools.count = field(default_factory=lambda: itertools.count(1))

    @contextmanager
    def making(self, kind: str) -> Iterator[str]:
        """The name of what the block makes. It goes with the scenario's namespace; in one that was given, by itself."""
        if not self.cluster.given:
            yield f"{kind}-{next(self._numbers)}"
            return
        name = self.ledger.new_name()
        with self.ledger.creating(kind, name, site=self.cluster.given):
            yield name

    def until(
        self,
        look: Callable[[], T],
        happened: Callable[[T], bool],
        expected: str,
        limit: float,
        state: Callable[[T], str],
        what: str | None = None,
        since: float | None = None,
    ) -> T:
        """Looks until what `happened` asks for is so; what was seen then. Raises AssertionError after `limit` seconds.

        `what` names the time for the metric of waits; `since` is when it began, on the clock of `perf_counter`.
        """
        began = time.perf_counter()
        seen: list[T] = []

        def looked() -> bool:
            seen[:] = [look()]
            return happened(seen[0])

        with self.recorder.doing(WAIT):
            came = clock.wait_until(looked, limit, LOOK_EVERY)
        now = time.perf_counter()
        assert came, f"Expected {expected} within {told(limit)}, but after {told(now - began)} {state(seen[0])}."
        if what:
            self.recorder.read(metrics.WAIT, what, value=now - (since or began))
        return seen[0]


def the(kind: str, name: str) -> str:
    """The name of what a step means by "the pod"."""
    assert name, f"There is no {kind}: a step that creates one has to come first."
    return name
