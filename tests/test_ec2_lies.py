"""What a cloud tells wrong through EC2: every Then that runs there seen red, by a front before moto that lies."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from behave.parser import parse_file
from behave.runner_util import load_step_modules
from behave.step_registry import registry

import environment
from journeys.aws.ec2 import Ec2
from journeys.demo.moto import IMAGE, Moto
from journeys.settings import ROOT
from tests.cloud_lies import StoryOfLies
from tests.conftest import Journeys
from tests.ec2_lies import MORE, STORIES, Ec2Front
from tests.faulty import Answer, Request, Store
from tests.runs import Run, own
from tests.stories import assert_noticed, tell


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory, pytestconfig: pytest.Config) -> tuple[dict[str, Run], list[str]]:
    """The runs in which every lie was told, and what a second sweep found to be left after each."""
    left: list[str] = []

    @contextmanager
    def lying(directory: Path, turns: Iterator[StoryOfLies]) -> Iterator[dict[str, str]]:
        def next_lie(request: Request, store: Store) -> Answer:
            front.faults = next(turns).lies | {"CreateKeyPair": next_lie}
            return store(request)

        with Moto(directory / "moto") as cloud, Ec2Front(cloud.endpoint_url, CreateKeyPair=next_lie) as front:
            settings = {
                "AWS_ENDPOINT_URL_EC2": front.url,
                "AWS_ACCESS_KEY_ID": "tester",
                "AWS_SECRET_ACCESS_KEY": "s3cr3t-of-the-tester",
                "AWS_MAX_ATTEMPTS": "1",
                "JOURNEYS_SERVER_IMAGE": IMAGE,
            }
            yield settings | {"JOURNEYS_CLEANUP_TIMEOUT": "500ms"}  # while it lies, some things can't be removed
            front.faults = {}
            sweep = Journeys("cloud", "", own("cloud", directory / "state") | settings)
            sweep.run("sweep", "--older-than", "0s")
            left.append(sweep.run("sweep", "--older-than", "0s", "--dry-run").stdout)

    stories = [*STORIES, *(MORE if pytestconfig.getoption("--long") else ())]
    directory = tmp_path_factory.mktemp("ec2")
    return tell(directory, "cloud", stories, lying, first="Given a key pair"), left


@pytest.mark.parametrize("story", STORIES, ids=[story.title for story in STORIES])
def test_a_lie_is_noticed(told: tuple[dict[str, Run], list[str]], story: StoryOfLies) -> None:
    assert_noticed(told[0][story.title], story)


@pytest.mark.long
@pytest.mark.parametrize("story", MORE, ids=[story.title for story in MORE])
def test_every_other_lie_is_noticed(told: tuple[dict[str, Run], list[str]], story: StoryOfLies) -> None:
    assert_noticed(told[0][story.title], story)


def test_what_a_lying_cloud_had_hidden_is_found_by_name(told: tuple[dict[str, Run], list[str]]) -> None:
    assert told[1]
    for left in told[1]:
        assert "\n0 left behind" in f"\n{left}", left


def test_every_then_that_runs_through_ec2_was_seen_red() -> None:
    assert environment  # which registers the placeholders' types
    load_step_modules([str(ROOT / "features" / "steps")])
    never = set()
    for path in sorted((ROOT / "features" / "cloud").glob("*.feature")):
        for scenario in parse_file(str(path)).walk_scenarios():
            needs = {tag.removeprefix("needs.") for tag in scenario.effective_tags if tag.startswith("needs.")}
            thens = [registry.find_match(step).func for step in scenario.all_steps if step.step_type == "then"]
            never |= set(thens) if needs <= Ec2.capabilities else set()
    red = {registry.find_match(_Then(story.last_step)).func for story in STORIES}
    assert never
    assert never <= red, f"No lie shows that these can fail: {[then.__doc__ for then in never - red]}"


class _Then:
    """A step as behave's registry wants it."""

    step_type = "then"

    def __init__(self, name: str):
        self.name = name
