"""Stories: scenarios that have to break at their last step, as what they are told in was made wrong for them."""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from tests.faulty import Features
from tests.runs import Run, run


@dataclass(frozen=True)
class Story:
    """A scenario of `steps` whose last one has to fail, saying what `shows` matches."""

    title: str
    steps: str
    shows: str
    too_slow: bool = field(default=False, kw_only=True)  # it is kept, but misses its objective

    @property
    def last_step(self) -> str:
        """Its text without the keyword."""
        return next(line for line in reversed(self.steps.splitlines()) if line[:1].isalpha()).split(maxsplit=1)[1]


S = TypeVar("S", bound=Story)
# What stories are told in, made wrong for the next one of the iterator whenever one begins: as settings of a run.
World = Callable[[Path, Iterator[S]], AbstractContextManager[dict[str, str]]]


def one_of_each_end(stories: Sequence[S]) -> list[S]:
    """The first story of all that end with the same step."""
    return list({story.last_step: story for story in reversed(stories)}.values())[::-1]


def feature(service: str, stories: Sequence[Story], first: str = "") -> str:
    """As Gherkin, each beginning with the step `first`."""
    told = []
    for story in stories:
        steps = [line for line in story.steps.splitlines() if line != first]
        told.append("\n    ".join([f"\n  Scenario: {story.title}", *([first] if first else []), *steps]))
    return f"@{service}\nFeature: Lies\n" + "\n".join(told)


def tell(
    directory: Path, service: str, stories: Sequence[S], world: World[S], *, first: str = "", side_by_side: int = 3
) -> dict[str, Run]:
    """The runs in which the stories were told, by their titles: several, each in a world of its own.

    Side by side, since most of the time they wait.
    """

    def told(number: int) -> dict[str, Run]:
        share, place = stories[number::side_by_side], directory / str(number)
        place.mkdir()
        features = Features(place, lies=feature(service, share, first))
        with world(place, iter(share)) as settings:
            ran = run(place, service, settings, features.path)
        return {story.title: ran for story in share}

    with ThreadPoolExecutor(side_by_side) as runs:
        shares = list(runs.map(told, range(side_by_side)))
    return {title: ran for share in shares for title, ran in share.items()}


def assert_noticed(ran: Run, story: Story, status: str = "failed") -> None:
    """All steps but the last one are as they should be, and that one says what is wrong."""
    came, message = ran.scenarios()[story.title]
    statuses = ran.statuses(story.title)
    assert set(statuses[:-1]) <= {"passed"}, message
    assert statuses[-1] == came == ("missed" if story.too_slow else status), message
    assert re.search(story.shows, message or ""), message
