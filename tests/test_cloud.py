"""Journeys in a cloud: every Then seen red, every feature seen green, and nothing left behind.

Against the fake of `tests/fakestack.py` and against moto's EC2; against real services in `tests/test_openstack.py`.
"""

import json
import os
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from journeys import suite
from journeys.capabilities import why_missing
from journeys.demo.moto import IMAGE, Moto
from journeys.settings import ROOT
from tests import fakestack
from tests.cloud_lies import STORIES, Story
from tests.conftest import Journeys
from tests.fakestack import Fakestack
from tests.faulty import Features

ALONE = {"PATH": os.environ["PATH"], "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


QUOTAS = ("volume-quota", "server-quota", "port-quota")
NOBODY_LOGS_IN = why_missing({"login"})  # tests/test_logins.py


@dataclass
class Run:
    """A run without a gateway, and its journal."""

    result: CompletedProcess[str]
    journal: sqlite3.Connection

    def scenarios(self) -> dict[str, tuple[str, str | None]]:
        return {
            title: (status, told)
            for title, status, told in self.journal.execute("SELECT title, status, message FROM scenarios")
        }

    def statuses(self, title: str) -> list[str]:
        query = "SELECT steps.status FROM steps JOIN scenarios ON scenarios.id = steps.scenario WHERE title = ?"
        return [status for (status,) in self.journal.execute(f"{query} ORDER BY steps.id", (title,))]


def own(state: Path) -> dict[str, str]:
    return {"JOURNEYS_STATE_DIR": str(state), "JOURNEYS_TARGET": "cloud", "JOURNEYS_SUITE": "cloud"}


def run(directory: Path, settings: dict[str, str], *arguments: str) -> Run:
    result = Journeys("cloud", "", ALONE | own(directory / "state") | settings).run(
        "--no-push", "-f", "progress", *arguments
    )
    (file,) = (directory / "state").glob("*.sqlite")
    return Run(result, sqlite3.connect(file))


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


def test_every_journey_succeeds_on_an_honest_cloud(tmp_path: Path) -> None:
    with fakestack.serving(Fakestack()) as stack:
        ran = run(tmp_path, fakestack.settings(stack), "features")
        assert ran.result.returncode == 0, ran.result.stdout
    scenarios = ran.scenarios()
    assert {status for status, _ in scenarios.values()} == {"passed", "skipped"}
    skipped = {told for status, told in scenarios.values() if status == "skipped" and NOBODY_LOGS_IN not in told}
    assert skipped == {suite.SERVICES[service] for service in suite.SERVICES.keys() - {"cloud"}}
    assert ran.journal.execute("SELECT count(*) FROM owned WHERE removed IS NULL").fetchone() == (0,)
    query = "SELECT labels FROM readings WHERE family = 'journey_wait_seconds'"
    waits = {labels for (labels,) in ran.journal.execute(query)}
    assert {'["server_active"]', '["volume_available"]', '["load_balancer_active"]'} <= waits
    assert fakestack.PASSWORD not in ran.result.stdout


def test_every_journey_succeeds_through_ec2(tmp_path: Path) -> None:
    with Moto(tmp_path / "moto") as cloud:
        settings = {
            "AWS_ENDPOINT_URL_EC2": cloud.endpoint_url,
            "AWS_ACCESS_KEY_ID": "tester",
            "AWS_SECRET_ACCESS_KEY": "s3cr3t-of-the-tester",
            "JOURNEYS_SERVER_IMAGE": IMAGE,
        }
        ran = run(tmp_path, settings, "features/cloud")
    assert ran.result.returncode == 0, ran.result.stdout
    policy = json.loads((ROOT / "deploy" / "policies" / "ec2-user-policy.json").read_text())
    (granted,) = [statement["Action"] for statement in policy["Statement"]]
    called = {operation for (operation,) in ran.journal.execute("SELECT DISTINCT operation FROM calls")}
    assert {f"ec2:{operation.removeprefix('ec2.')}" for operation in called} == set(granted)
    results = [status for status, _ in ran.scenarios().values()]
    assert results.count("passed") >= 30
    skipped = {told for status, told in ran.scenarios().values() if status == "skipped"}
    assert {told for told in skipped if "API" not in told and NOBODY_LOGS_IN not in told} == {
        f"the target does not declare {name} (JOURNEYS_CAPABILITIES)"
        for name in ("load-balancers", "load-balancers, member-health", *QUOTAS)
    }
    assert ran.journal.execute("SELECT count(*) FROM owned WHERE removed IS NULL").fetchone() == (0,)
