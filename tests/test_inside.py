"""Pings, devices, and traffic through load balancers: every promise seen broken, on guests of tests/guests.py."""

import re
from collections.abc import Iterator

import pytest

from journeys.demo.process import free_port
from tests.faulty import Features
from tests.hosting import hosting
from tests.inside_lies import STORIES, StoryOfCloud
from tests.test_cloud import Run, run


@pytest.fixture(scope="module")
def lied_to(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The run in which every story was told: it goes on to the next one with each key pair."""
    directory = tmp_path_factory.mktemp("inside")
    turns = iter(STORIES)
    told = ["\n    ".join([f"\n  Scenario: {story.title}", *story.steps.splitlines()]) for story in STORIES]
    features = Features(directory, lies="@cloud\nFeature: Lies\n" + "\n".join(told))
    with hosting(lambda: next(turns).begin(stack)) as stack:
        outside = {"JOURNEYS_OUTSIDE_HOST": f"localhost:{free_port()}", "JOURNEYS_READ_TIMEOUT": "3s"}
        yield run(directory, stack.settings() | outside, features.path)


@pytest.mark.parametrize("story", STORIES, ids=[story.title for story in STORIES])
def test_a_lie_is_noticed(lied_to: Run, story: StoryOfCloud) -> None:
    status, told = lied_to.scenarios()[story.title]
    statuses = lied_to.statuses(story.title)
    assert set(statuses[:-1]) <= {"passed"}, told
    assert statuses[-1] == status == ("missed" if story.too_slow else "failed"), told
    assert re.search(story.shows, told or ""), told
