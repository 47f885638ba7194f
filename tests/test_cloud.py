"""Journeys in a cloud: every feature seen green, and nothing left behind. Lies are told in `tests/test_cloud_lies.py`.

Against the fake of `tests/fakestack.py` and against moto's EC2; against real services in `tests/test_openstack.py`.
"""

import json
from pathlib import Path

from journeys import suite
from journeys.capabilities import why_missing
from journeys.demo.moto import IMAGE, Moto
from journeys.settings import ROOT
from tests import fakestack
from tests.fakestack import Fakestack
from tests.runs import run

QUOTAS = ("volume-quota", "server-quota", "port-quota")
NOBODY_LOGS_IN = why_missing({"login"})  # tests/test_logins.py


def test_every_journey_succeeds_on_an_honest_cloud(tmp_path: Path) -> None:
    with fakestack.serving(Fakestack()) as stack:
        ran = run(tmp_path, "cloud", fakestack.settings(stack), "features")
        assert ran.result.returncode == 0, ran.result.stdout
    scenarios = ran.scenarios()
    assert {status for status, _ in scenarios.values()} == {"passed", "skipped"}
    skipped = {told for status, told in scenarios.values() if status == "skipped" and NOBODY_LOGS_IN not in told}
    assert skipped == {suite.SERVICES[service] for service in suite.SERVICES.keys() - {"cloud"}}
    assert ran.count("owned WHERE removed IS NULL") == 0
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
        ran = run(tmp_path, "cloud", settings, "features/cloud")
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
    assert ran.count("owned WHERE removed IS NULL") == 0
