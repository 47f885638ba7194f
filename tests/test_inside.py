"""Pings, devices, and traffic through load balancers: every promise seen broken, on guests of tests/guests.py."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from journeys.demo.process import free_port
from tests.hosting import hosting
from tests.inside_lies import STORIES, StoryOfCloud
from tests.runs import Run
from tests.stories import assert_noticed, tell


@contextmanager
def lying(_directory: Path, turns: Iterator[StoryOfCloud]) -> Iterator[dict[str, str]]:
    """A cloud that goes on to the next story with each key pair."""
    with hosting(lambda: next(turns).begin(stack)) as stack:
        outside = {"JOURNEYS_OUTSIDE_HOST": f"localhost:{free_port()}", "JOURNEYS_READ_TIMEOUT": "3s"}
        yield stack.settings() | outside


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    return tell(tmp_path_factory.mktemp("inside"), "cloud", STORIES, lying)


@pytest.mark.parametrize("story", STORIES, ids=[story.title for story in STORIES])
def test_a_lie_is_noticed(told: dict[str, Run], story: StoryOfCloud) -> None:
    assert_noticed(told[story.title], story)
