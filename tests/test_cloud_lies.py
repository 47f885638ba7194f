"""Journeys in a cloud that lies: every Then seen red, over the fake of `tests/fakestack.py`."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import fakestack
from tests.cloud_lies import STORIES, Story
from tests.conftest import Journeys
from tests.fakestack import Fakestack
from tests.faulty import Features
from tests.test_cloud import ALONE, Run, own, run


@pytest.fixture(scope="module")
def lied_to(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Run, Fakestack]]:
    """The run in which every lie was told: the fake changes its lie with each story's first key pair."""
    directory = tmp_path_factory.mktemp("lies")
    turns = iter(STORIES)

    def next_lie() -> None:
        stack.lies = next(turns).lies

    stack = Fakestack(before_key_pair=next_lie)
    scenarios = [
        "\n    ".join([f"\n  Scenario: {story.title}", "Given a key pair", *_and(story.steps)]) for story in STORIES
    ]
    features = Features(directory, lies="@cloud\nFeature: Lies\n" + "\n".join(scenarios))
    with fakestack.serving(stack):
        # While it lies, some things can't be removed.
        hasty = {"JOURNEYS_CLEANUP_TIMEOUT": "500ms", "JOURNEYS_SCENARIO_DEADLINE": "30s"}
        yield run(directory, fakestack.settings(stack) | hasty, features.path), stack


def _and(steps: str) -> list[str]:
    # The key pair that begins each story is the one of which some stories are.
    return [line for line in steps.splitlines() if line != "Given a key pair"]


@pytest.mark.parametrize("story", STORIES, ids=[story.title for story in STORIES])
def test_a_lie_is_noticed(lied_to: tuple[Run, Fakestack], story: Story) -> None:
    status, told = lied_to[0].scenarios()[story.title]
    statuses = lied_to[0].statuses(story.title)
    assert set(statuses[:-1]) <= {"passed"}, told
    assert statuses[-1] == status == "failed", told
    assert re.search(story.shows, told or ""), told


def test_a_sweep_finds_by_name_what_a_lying_cloud_had_hidden(lied_to: tuple[Run, Fakestack]) -> None:
    ran, stack = lied_to
    stack.lies = {}
    for volume in stack.things["volumes"].values():  # as only an administrator can, if its server is gone
        volume |= {"status": "available", "attachments": []}
    (_, _, file) = ran.journal.execute("PRAGMA database_list").fetchone()
    swept = Journeys("cloud", "", ALONE | own(Path(file).parent) | fakestack.settings(stack)).run(
        "sweep", "--older-than", "0s"
    )
    assert swept.returncode == 0, swept.stdout
    parts_of_others = {"listeners", "pools", "members"}  # which real ones take along
    kinds = stack.things.keys() - parts_of_others
    left = {thing["name"] for kind in kinds for thing in stack.things[kind].values() if thing.get("name")}
    assert not {name for name in left if name.startswith("journeys-")}
