"""Drills on a real Ceph RADOS Gateway, where one can be started: `CEPH_RGW_LAB` names the script that does."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

from journeys.demo.process import free_port
from journeys.settings import ROOT
from tests.conftest import Journeys

LAB = Path(os.environ.get("CEPH_RGW_LAB", ROOT.parent / "shared" / "lab" / "ceph-rgw"))
ONE = ("-n", "An object can be stored, found, read and deleted", "-f", "progress")
HASTY = {
    "JOURNEYS_READ_TIMEOUT": "2s",
    "AWS_MAX_ATTEMPTS": "1",
    "JOURNEYS_SCENARIO_DEADLINE": "10s",
    "JOURNEYS_CLEANUP_TIMEOUT": "3s",
}
A_FAULT_MAY_TAKE = 10 + 2 * 3 + 15  # seconds: the deadlines above, two interpreters and the push


class Ceph:
    """A one-node Ceph with a RADOS Gateway."""

    def __init__(self, directory: Path):
        self._environment = os.environ | {
            "LAB_DIR": str(directory),
            "RGW_PORT": str(free_port()),
            "RGW_TLS_PORT": str(free_port()),
            "MON_PORT": str(free_port()),
        }

    def say(self, *arguments: str) -> str:
        return subprocess.run(
            [LAB, *arguments],
            env=self._environment,
            check=True,
            capture_output=True,
            text=True,
            timeout=180,
        ).stdout

    def fault(self, *arguments: str) -> None:
        self.say("fault", *arguments)

    def settings(self, *, tls: bool = False) -> dict[str, str]:
        lines = [line.removeprefix("export ") for line in self.say("env").splitlines()]
        told = dict(line.split("=", 1) for line in lines)
        found = {name: told[name] for name in ("AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        if tls:
            found |= {"AWS_ENDPOINT_URL_S3": told["S3_ENDPOINT_URL_TLS"], "AWS_CA_BUNDLE": told["S3_CA_BUNDLE"]}
        return found

    def buckets(self) -> list[str]:
        settings = self.settings()
        client = boto3.client(
            "s3",
            endpoint_url=settings["AWS_ENDPOINT_URL_S3"],
            aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
            region_name="us-east-1",
            config=Config(retries={"total_max_attempts": 1}),
        )
        return [bucket["Name"] for bucket in client.list_buckets()["Buckets"]]


@pytest.fixture(scope="module")
def ceph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ceph]:
    if not LAB.is_file() or not shutil.which("radosgw"):
        pytest.skip("needs a script that starts a Ceph lab (CEPH_RGW_LAB), and Ceph's packages")
    # not in pytest's own folder: a path of a unix socket may be 107 characters long, no more
    directory = Path(f"/tmp/ceph-{os.getpid()}")
    lab = Ceph(directory)
    lab.say("start")
    try:
        yield lab
    finally:
        lab.say("stop")


pytestmark = pytest.mark.xdist_group("ceph")


@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_every_journey_succeeds(journeys: Journeys, ceph: Ceph, tls: bool) -> None:
    ran = journeys.run("-f", "progress", **ceph.settings(tls=tls))
    assert ran.returncode == 0, ran.stdout
    assert ceph.buckets() == []


def test_todays_checksums_are_too_new_for_an_old_gateway(journeys: Journeys, ceph: Ceph) -> None:
    ran = journeys.run(*ONE, **ceph.settings(tls=True), AWS_REQUEST_CHECKSUM_CALCULATION="when_supported")
    assert ran.returncode == 1
    assert "411 MissingContentLength" in ran.stdout
    assert "set AWS_REQUEST_CHECKSUM_CALCULATION=when_required" in ran.stdout


@pytest.mark.parametrize(
    ("fault", "heal", "reason"),
    [
        ("stall-osd", "resume-osd", "timeout"),
        pytest.param("stall-rgw", "resume-rgw", "timeout", marks=pytest.mark.long),
        ("quota-full", "quota-off", "quota"),
        ("suspend-user", "enable-user", "auth"),
        pytest.param("full-cluster", "full-off", "timeout", marks=pytest.mark.long),
        # last: a change of users or quotas after it takes half a minute
        pytest.param("kill-rgw", "start-rgw", "connect", marks=pytest.mark.long),
    ],
)
def test_a_fault_is_told_apart_and_leaves_nothing_behind(
    journeys: Journeys, ceph: Ceph, fault: str, heal: str, reason: str
) -> None:
    settings = ceph.settings() | HASTY
    ceph.fault(fault)
    try:
        began = time.monotonic()
        ran = journeys.run(*ONE, **settings)
        took = time.monotonic() - began
    finally:
        ceph.fault(heal)
    assert ran.returncode == 1, ran.stdout
    assert took < A_FAULT_MAY_TAKE
    print(f"\n{fault}: the run took {took:.1f} s")
    assert journeys.metrics().value("journey_failures_total", api="s3", reason=reason) == 1, ran.stdout
    again = journeys.run(*ONE, **ceph.settings())
    assert again.returncode == 0, again.stdout
    assert ceph.buckets() == []
    assert journeys.metrics().value("journey_leftover_resources", kind="bucket") == 0
