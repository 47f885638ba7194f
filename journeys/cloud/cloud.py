"""The cloud as one scenario uses it: what it made, and how it waits for it."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from journeys import clock, metrics
from journeys.cloud.driver import KINDS, Driver
from journeys.cloud.nouns import BROKEN
from journeys.ledger import Ledger
from journeys.recorder import WAIT, Recorder
from journeys.threads import at_once
from journeys.units import seconds as told

T = TypeVar("T")

LOOK_EVERY = 0.5  # seconds between two looks at what is awaited: the resolution of what `journey_wait` tells


@dataclass(frozen=True)
class Cloud:
    """A cloud through one driver. Whatever is made through `make` stands in the ledger before."""

    driver: Driver
    ledger: Ledger
    recorder: Recorder

    def make(self, kind: str, create: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Creates a thing of ours, one of KINDS, with a verb of the driver that takes the name first."""
        name = self.ledger.new_name()
        with self.ledger.creating(kind, name):
            return create(name, *arguments, **options)

    def make_at_once(self, count: int, kind: str, create: Callable[..., T], *arguments: Any) -> list[T]:
        """Creates `count` things side by side. All are tried; the first failure is raised."""
        if count == 1:
            return [self.make(kind, create, *arguments)]
        return at_once(lambda _: self.make(kind, create, *arguments), range(count), count)

    def beyond_quota(self, kind: type) -> int:
        """How many more of a kind there may not be: one above what the quota leaves."""
        room = self.driver.room(kind)
        assert room is not None, f"Expected a quota of {_name_of(kind)}s, but this project has none."
        return max(room, 0) + 1

    def rename(self, rename: Callable[[T, str], None], noun: T) -> str:
        """Gives a thing of ours another name of ours; returns it."""
        name = self.ledger.new_name()
        with self.ledger.creating(_name_of(type(noun)), name):
            rename(noun, name)
        return name

    def until(
        self,
        noun: T,
        happened: Callable[[T | None], bool],
        expected: str,
        seconds: float,
        what: str | None = None,
        since: float | None = None,
    ) -> T:
        """Looks at `noun` until what `happened` asks for is so; what it is then.

        Raises AssertionError after `seconds`, and at once where the thing is broken, with what the cloud says of it.
        `what` names the time for the metric of waits; `since` is when it began, on the clock of `perf_counter`.
        """
        began = time.perf_counter()
        latest: T | None = noun

        def look() -> bool:
            nonlocal latest
            latest = self.driver.now(noun)
            return happened(latest) or getattr(latest, "status", None) == BROKEN

        with self.recorder.doing(WAIT):
            clock.wait_until(look, seconds, LOOK_EVERY)
        now = time.perf_counter()
        name = f"{_name_of(type(noun))} {noun.name}"
        if not happened(latest):
            raise AssertionError(
                f"Expected {name} {expected} within {told(seconds)}, but {_state(latest, now - began)}"
            )
        if what:
            self.recorder.read(metrics.WAIT, what, value=now - (since or began))
        return latest

    def assert_listed(self, *nouns: Any) -> None:
        """The list of their kind holds them, whatever else it holds."""
        assert nouns, "There is nothing to be listed: a step that creates it has to come first."
        kind = type(nouns[0])
        listed = {found.id: found.name for found in self.driver.listed(kind)}
        for noun in nouns:
            assert listed.get(noun.id) == noun.name, (
                f"Expected {_name_of(kind)} {noun.name} ({noun.id}) to be listed, but it is none of the "
                f"{len(listed)} listed."
            )

    def assert_gone(self, noun: Any, seconds: float) -> None:
        """It can't be found within so many seconds, and is listed no more."""
        name = _name_of(type(noun))
        self.until(noun, lambda latest: latest is None, "to be gone", seconds, f"{name.replace('-', '_')}_gone")
        listed = {found.id for found in self.driver.listed(type(noun))}
        assert noun.id not in listed, f"Expected {name} {noun.name} to be gone, but it is still listed."


def the(kind: str, made: list[T]) -> T:
    """The last one made: what a step means by "the network"."""
    assert made, f"There is no {kind}: a step that creates one has to come first."
    return made[-1]


def _state(latest: Any, after: float) -> str:
    if latest is None:
        return f"after {told(after)} it is gone."
    fault = getattr(latest, "fault", "")
    status = getattr(latest, "status", "")
    if status == BROKEN:
        return f'after {told(after)} the cloud says that it is broken: "{fault.rstrip(".") or "no reason given"}".'
    return f"after {told(after)} it is {latest}."


def _name_of(kind: type) -> str:
    return next(name for name, noun in KINDS.items() if noun is kind)
