"""The cloud as one scenario uses it: what it made, and how it waits for it."""

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from journeys import clock, metrics
from journeys.cloud.driver import KINDS, Driver
from journeys.cloud.nouns import AS_ORDERED, BROKEN, BUSY
from journeys.failures import CallFailed, SuiteError
from journeys.ledger import Ledger
from journeys.recorder import WAIT, Recorder
from journeys.threads import at_once
from journeys.units import seconds as told

T = TypeVar("T")

LOOK_EVERY = 0.5  # seconds between two looks at what is awaited: the resolution of what `journey_wait` tells


@dataclass
class _Awaited(Generic[T]):
    """One of the things that are waited for: what it was like at the last look, and when it was as it should be."""

    noun: T
    happened: Callable[[T | None], bool]
    latest: T | None
    reached: float | None = None

    @property
    def is_broken(self) -> bool:
        return not self.reached and _state_of(self.latest) == BROKEN


@dataclass(frozen=True)
class Cloud:
    """A cloud through one driver. Whatever is made through `make` stands in the ledger before."""

    driver: Driver
    ledger: Ledger
    recorder: Recorder
    ordered: dict[str, Any] = field(default_factory=dict)  # what the scenario made, as ordered, by its id
    removed: set[str] = field(default_factory=set)  # of these, what it removed again, by id
    refused: list[tuple[str, str]] = field(default_factory=list)  # what it was not given: the kind and the name

    def make(self, kind: str, create: Callable[..., T], *arguments: Any, **options: Any) -> T:
        """Creates a thing of ours, one of KINDS, with a verb of the driver that takes the name first."""
        made = self._create(kind, create, *arguments, **options)
        self._until_known(made)
        return made

    def _create(self, kind: str, create: Callable[..., T], *arguments: Any, **options: Any) -> T:
        name = self.ledger.new_name()
        try:
            with self.ledger.creating(kind, name):
                made = create(name, *arguments, **options)
        except CallFailed:
            self.refused.append((kind, name))
            raise
        if made is not None:
            self.ordered[made.id] = made
        return made

    def make_at_once(self, count: int, kind: str, create: Callable[..., T], *arguments: Any) -> list[T]:
        """Creates `count` things side by side. All are tried; the first failure is raised."""
        if count == 1:
            return [self.make(kind, create, *arguments)]
        made = at_once(lambda _: self._create(kind, create, *arguments), range(count), count)
        self._until_known(*made)
        return made

    def _until_known(self, *made: Any) -> None:
        with self.recorder.doing(WAIT):
            for noun in filter(None, made):
                self.driver.until_known(noun)

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
        """Looks at `noun` until what `happened` asks for is so; what it is then. See `until_each`."""
        return self.until_each([(noun, happened)], expected, seconds, what, since)[0]

    def until_each(
        self,
        nouns: Iterable[tuple[T, Callable[[T | None], bool]]],
        expected: str,
        seconds: float,
        what: str | None = None,
        since: float | None = None,
    ) -> list[T]:
        """Looks at each thing until what is asked for it is so; what they are then.

        Raises AssertionError after `seconds`, and at once where one is broken, with what the cloud says of it.
        `what` names each one's time for the metric of waits; `since` is when it began, on the clock of `perf_counter`.
        """
        began = time.perf_counter()
        awaited = [_Awaited(noun, happened, noun) for noun, happened in nouns]

        def look() -> bool:
            for each in awaited:
                if not each.reached:
                    each.latest = self.driver.now(each.noun)
                    each.reached = time.perf_counter() if each.happened(each.latest) else None
            return all(each.reached for each in awaited) or any(each.is_broken for each in awaited)

        with self.recorder.doing(WAIT):
            clock.wait_until(look, seconds, LOOK_EVERY)
        for each in sorted(awaited, key=lambda each: not each.is_broken):
            name = f"{_name_of(type(each.noun))} {each.noun.name}"
            after = time.perf_counter() - began
            assert each.reached, f"Expected {name} {expected} within {told(seconds)}, but {_state(each.latest, after)}"
            if what:
                self.recorder.read(metrics.WAIT, what, value=each.reached - (since or began))
        return [each.latest for each in awaited]

    def assert_listed(self, *nouns: Any) -> None:
        """The list of their kind holds each of them once, under its name and as it is told by its id.

        Two looks are two moments, and what a cloud tells may lag behind; so it has `driver.settles_within`.
        """
        assert nouns, "There is nothing to be listed: a step that creates it has to come first."

        def problem() -> str | None:
            listed = self.driver.listed(type(nouns[0]))
            return next(filter(None, (self._wrong_in(listed, noun) for noun in nouns)), None)

        self.settled(problem)

    def settled(self, problem: Callable[[], str | None]) -> None:
        """Raises what `problem` tells, if it still does after `driver.settles_within`."""
        told: str | None = None

        def look() -> bool:
            nonlocal told
            told = problem()
            return not told

        assert clock.wait_until(look, self.driver.settles_within, LOOK_EVERY), told

    def _wrong_in(self, listed: list[Any], noun: Any) -> str | None:
        """What is wrong with how a list tells of `noun`, as a sentence."""
        name = f"{_name_of(type(noun))} {noun.name}"
        found = [other for other in listed if other.id == noun.id or other.name == noun.name]
        if not any((other.id, other.name) == (noun.id, noun.name) for other in found):
            return f"Expected {name} ({noun.id}) to be listed, but it is none of the {len(listed)} listed."
        if len(found) > 1:
            return f"Expected {name} to be listed once, but it is listed {len(found)} times."
        latest = self.driver.now(noun)
        if latest != found[0]:
            return (
                f"Expected {name} to be listed as it is told by its id, but the list says {found[0]}, and by its id "
                f"it is {latest or 'not found'}."
            )
        if _state_of(noun) not in (_state_of(latest), BUSY):
            return f"Expected {name} to be {_state_of(noun)} still, but it is {latest}."
        return None

    def assert_as_ordered(self, *nouns: Any) -> None:
        """What the user chose of them is as it was chosen; raises SuiteError where nothing can be chosen."""
        assert nouns, "There is nothing to be as ordered: a step that creates it has to come first."
        for noun in nouns:
            if type(noun) not in AS_ORDERED:
                raise SuiteError(
                    f"Nothing is chosen of a {_name_of(type(noun))}, so it can't be otherwise than ordered."
                )
            self.settled(lambda noun=noun: self._otherwise_than_ordered(noun))

    def _otherwise_than_ordered(self, noun: Any) -> str | None:
        latest, ordered = self.driver.now(noun), self.ordered[noun.id]
        name = f"{_name_of(type(noun))} {noun.name}"
        if not latest:
            return f"Expected {name} to be there, but it is gone."
        for part in AS_ORDERED[type(noun)]:
            wanted, told = getattr(ordered, part), getattr(latest, part)
            if wanted not in (None, told):
                return f"Expected {name} to be as ordered, with {part} {_listing(wanted)}, but it has {_listing(told)}."
        return None

    def assert_gone(self, noun: Any, seconds: float) -> None:
        """It can't be found within so many seconds, is listed no more, and does not come back at the next look."""
        name = _name_of(type(noun))
        self.until(noun, lambda latest: latest is None, "to be gone", seconds, f"{name.replace('-', '_')}_gone")

        def problem() -> str | None:
            if noun.id in {found.id for found in self.driver.listed(type(noun))}:
                return f"Expected {name} {noun.name} to be gone, but it is still listed."
            return f"Expected {name} {noun.name} to be gone, but it came back." if self.driver.now(noun) else None

        self.settled(problem)

    def remove(self, noun: Any) -> None:
        """Asks for its removal."""
        self.removed.add(noun.id)
        self.driver.delete(noun)

    def assert_others_left(self, kind: type) -> None:
        """Whatever else of the kind the scenario made and did not remove is still there."""
        others = [noun for noun in self.ordered.values() if type(noun) is kind and noun.id not in self.removed]
        assert others, f"There is no other {_name_of(kind)}: a step that creates one has to come first."

        def problem() -> str | None:
            listed = {found.id for found in self.driver.listed(kind)}
            lost = [noun.name for noun in others if noun.id not in listed]
            return f"Expected no other {_name_of(kind)} to be gone, but {', '.join(lost)} is." if lost else None

        self.settled(problem)

    def assert_nothing_made(self) -> None:
        """What was refused is not there all the same, in whole or in part, nor comes while the cloud settles."""
        assert self.refused, 'Nothing was refused: a step "I try to …" has to come first.'
        made: list[str] = []

        def look() -> bool:
            for kind, name in self.refused:
                found = [each for each in self.driver.listed(KINDS[kind]) if each.name.startswith(name)]
                made.extend([f"{len(found)} {kind} called {name}"] if found else [])
            return bool(made)

        clock.wait_until(look, self.driver.settles_within, LOOK_EVERY)
        assert not made, f"Expected nothing to be made of what was refused, but there is {', '.join(made)}."


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


def _state_of(noun: Any) -> str:
    return getattr(noun, "status", "")


def _listing(told: Any) -> str:
    """A value as sentences tell it."""
    if isinstance(told, (frozenset, tuple)):
        told = ", ".join(sorted(told))
    return str(told) if told not in ("", None) else "none"


def _name_of(kind: type) -> str:
    return next(name for name, noun in KINDS.items() if noun is kind)
