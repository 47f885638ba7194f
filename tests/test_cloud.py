"""Journeys in a cloud: every feature seen green, and nothing left behind. Lies are told in `tests/test_cloud_lies.py`.

Against the fake of `tests/fakestack.py` and against moto's EC2; against real services in `tests/test_openstack.py`.
"""

import json
import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from journeys import suite
from journeys.capabilities import why_missing
from journeys.demo.moto import IMAGE, Moto
from journeys.settings import ROOT
from tests import fakestack
from tests.conftest import Journeys
from tests.fakestack import Fakestack

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
