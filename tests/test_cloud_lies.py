"""Journeys in a cloud that lies: every Then seen red, over the fake of `tests/fakestack.py`."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests import fakestack
from tests.cloud_lies import STORIES, StoryOfLies
from tests.conftest import Journeys
from tests.fakestack import Fakestack
from tests.runs import Run, own
from tests.stories import assert_noticed, one_of_each_end, tell

ENDS = one_of_each_end(STORIES)
MORE = [story for story in STORIES if story not in ENDS]

# While it lies, some things can't be removed.
HASTY = {"JOURNEYS_CLEANUP_TIMEOUT": "500ms", "JOURNEYS_SCENARIO_DEADLINE": "30s"}


@pytest.fixture(scope="module")
def told(
    tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config
) -> tuple[dict[str, Run], list[dict[str, str]]]:
    """The runs in which every lie was told, and of each what a sweep said and which names of ours are left."""
    stories = STORIES if pytestconfig.getoption("--long") else ENDS
    swept: list[dict[str, str]] = []

    @contextmanager
    def lying(directory: Path, turns: Iterator[StoryOfLies]) -> Iterator[dict[str, str]]:
        def next_lie() -> None:
            stack.lies = next(turns).lies

        stack = Fakestack(before_key_pair=next_lie)
        with fakestack.serving(stack):
            yield fakestack.settings(stack) | HASTY
            stack.lies = {}
            swept.append(_swept(stack, directory / "state"))

    runs = tell(tmp_path_factory.mktemp("lies"), "cloud", stories, lying, first="Given a key pair")
    return runs, swept


def _swept(stack: Fakestack, state: Path) -> dict[str, str]:
    for volume in stack.things["volumes"].values():  # as only an administrator can, if its server is gone
        volume |= {"status": "available", "attachments": []}
    sweeper = Journeys("cloud", "", own("cloud", state) | fakestack.settings(stack))
    said = sweeper.run("sweep", "--older-than", "0s", JOURNEYS_CLEANUP_TIMEOUT="5m")
    parts_of_others = {"listeners", "pools", "members"}  # which real ones take along
    kinds = stack.things.keys() - parts_of_others
    left = {thing["name"] for kind in kinds for thing in stack.things[kind].values() if thing.get("name")}
    ours = sorted(name for name in left if name.startswith("journeys-"))
    return {"verdict": str(said.returncode), "said": said.stdout, "left": ", ".join(ours)}


@pytest.mark.parametrize("story", ENDS, ids=[story.title for story in ENDS])
def test_a_lie_is_noticed(told: tuple[dict[str, Run], list], story: StoryOfLies) -> None:
    assert_noticed(told[0][story.title], story)


@pytest.mark.long
@pytest.mark.parametrize("story", MORE, ids=[story.title for story in MORE])
def test_every_other_lie_is_noticed(told: tuple[dict[str, Run], list], story: StoryOfLies) -> None:
    assert_noticed(told[0][story.title], story)


def test_a_sweep_finds_by_name_what_a_lying_cloud_had_hidden(told: tuple[dict[str, Run], list]) -> None:
    assert told[1]
    for swept in told[1]:
        assert swept["verdict"] == "0", swept["said"]
        assert not swept["left"]
