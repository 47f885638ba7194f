"""Drills on real OpenStack services with a fake hypervisor: `OPENSTACK_LAB` names the script that starts them.

`OSLAB_HOME` says where they were installed; where they are not, the tests are skipped.
"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from journeys.demo.process import free_port
from journeys.settings import ROOT
from tests.conftest import Journeys
from tests.runs import ALONE

LAB = Path(os.environ.get("OPENSTACK_LAB", ROOT.parent / "shared" / "lab" / "openstack"))
HOME = Path(os.environ.get("OSLAB_HOME", "/var/tmp/oslab"))
A_RUN_MAY_TAKE = 1800  # seconds; it takes about three minutes alone
HASTY = {"JOURNEYS_READ_TIMEOUT": "3s", "JOURNEYS_SCENARIO_DEADLINE": "40s", "JOURNEYS_CLEANUP_TIMEOUT": "20s"}

# Of each service a promise that needs it, and a call that this makes.
SERVICES = {
    "keystone": ("Logging in lasts for a working session", "POST /v3/auth/tokens"),
    "neutron": ("A new network is listed", "GET /v2.0/networks.*"),
    "nova": ("A new key pair is listed", "GET /v2.1/os-keypairs.*"),
    "glance": ("The cloud offers images", "GET /v2/images.*"),
    "cinder": ("A new volume is available and listed", "GET /v3/.*volumes.*"),
    "octavia": ("A new load balancer is ready and listed", "GET /v2.*/lbaas/loadbalancers.*"),
}
FAULTS = {  # and what the report has to say
    "status 503": "The server itself reports an error",
    "status 403": "The server refuses this user",
    "drop": "No connection, or a broken one",
    "hang": "The server did not answer in time",
    "delay 10": "The server did not answer in time",
}
BUILDS = {
    "nova": ("spawn fail", "A server starts in time and is reached by an address of its network"),
    "cinder": ("create fail", "A new volume is available and listed"),
}


@dataclass
class Lab:
    """The services, and how journeys reach them."""

    directory: Path
    journeys: Journeys

    @contextmanager
    def fault(self, service: str, line: str) -> Iterator[None]:
        file = self.directory / "faults" / service
        file.parent.mkdir(exist_ok=True)
        file.write_text(line + "\n")
        try:
            yield
        finally:
            file.unlink()

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        return self.journeys.run("--no-push", "-f", "progress", *arguments, **settings)

    def leftovers(self) -> str:
        """What there still is of ours, by name, whatever the ledger says."""
        return self.journeys.run("sweep", "--older-than", "0s", "--dry-run").stdout


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    if not LAB.is_file() or not (HOME / ".venv-ok").is_file():
        pytest.skip("needs a script that starts an OpenStack lab (OPENSTACK_LAB), installed (OSLAB_HOME)")
    directory = tmp_path_factory.mktemp("openstack")
    environment = os.environ | {"OSLAB_HOME": str(HOME), "OSLAB_PORT_OFFSET": str(free_port() % 20000 + 10000)}

    def say(command: str) -> str:
        asked = [LAB, command, directory / "cloud"]
        return subprocess.run(asked, env=environment, check=True, capture_output=True, text=True, timeout=300).stdout

    say("start")
    try:
        (directory / "clouds.yaml").write_text(say("clouds-yaml"))
        settings = {
            "OS_CLIENT_CONFIG_FILE": str(directory / "clouds.yaml"),
            "OS_CLOUD": "lab",
            "JOURNEYS_CAPABILITIES": "load-balancers,public-addresses,volume-quota,server-quota,port-quota",
            "JOURNEYS_READER_USERNAME": "reader",
            "JOURNEYS_READER_PASSWORD": "secret",
            "JOURNEYS_STATE_DIR": str(directory / "state"),
        }
        yield Lab(directory / "cloud", Journeys("lab", "", ALONE | settings))
    finally:
        say("stop")


@pytest.mark.long
def test_every_journey_succeeds(lab: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.conftest.RUN_ENDS_WITHIN", A_RUN_MAY_TAKE)
    began = time.monotonic()
    ran = lab.run("features/cloud")
    print(f"\nthe whole suite took {time.monotonic() - began:.0f} s\n{ran.stdout}")
    assert ran.returncode == 0, ran.stdout
    assert "\n0 left behind" in f"\n{lab.leftovers()}"


@pytest.mark.long
def test_an_administrator_is_told_the_user_data_of_a_server(lab: Lab) -> None:
    told = {"OS_CLOUD": "lab-admin", "JOURNEYS_CAPABILITIES": "user-data", "JOURNEYS_SUITE": "admin"}
    ran = lab.run("-n", "A server's user data is told as it was given", "features/cloud", **told)
    assert ran.returncode == 0, ran.stdout
    assert "1 kept" in ran.stdout, ran.stdout


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("services", [["keystone"], [name for name in SERVICES if name != "keystone"]])
def test_a_fault_is_told_apart_and_leaves_nothing_behind(lab: Lab, services: list[str], fault: str) -> None:
    """The services fail all at once, but without a token nothing could be asked of any."""
    chosen = [argument for service in services for argument in ("-n", SERVICES[service][0])]
    with ExitStack() as faults:
        for service in services:
            faults.enter_context(lab.fault(service, f"{fault} {SERVICES[service][1]}"))
        ran = lab.run(*chosen, "features/cloud", **HASTY)
    assert ran.returncode == 1, ran.stdout
    assert f"{len(services)} broken" in ran.stdout, ran.stdout
    assert "Traceback" not in ran.stdout
    assert ran.stdout.count(FAULTS[fault]) >= len(services), ran.stdout
    assert lab.run(*chosen, "features/cloud").returncode == 0
    assert "\n0 left behind" in f"\n{lab.leftovers()}"


@pytest.mark.long
def test_a_build_that_fails_is_told_with_what_the_cloud_says(lab: Lab) -> None:
    chosen = [argument for _, title in BUILDS.values() for argument in ("-n", title)]
    with ExitStack() as faults:
        for service, (fault, _) in BUILDS.items():
            faults.enter_context(lab.fault(service, fault))
        ran = lab.run(*chosen, "features/cloud", **HASTY)
    assert ran.returncode == 1, ran.stdout
    assert ran.stdout.count("the cloud says that it is broken") == len(BUILDS), ran.stdout
    assert "\n0 left behind" in f"\n{lab.leftovers()}"


@pytest.mark.long
def test_killed_runs_leave_nothing_behind(lab: Lab, pytestconfig: pytest.Config) -> None:
    kills = max(20, pytestconfig.getoption("--kills"))
    for number in range(kills):
        process = lab.journeys.start("--no-push", "features/cloud/servers.feature", "features/cloud/networks.feature")
        time.sleep(2 + 11 * number / kills)  # at another moment each time, in some middle of things
        process.send_signal(signal.SIGKILL)
        process.communicate()
    last = lab.run("features/cloud/key_pairs.feature", JOURNEYS_CLEANUP_TIMEOUT="5m")
    assert last.returncode == 0, last.stdout
    assert "\n0 left behind" in f"\n{lab.leftovers()}"


def test_the_quick_journeys_succeed(lab: Lab) -> None:
    ran = lab.run("--tags", "@smoke", "features/cloud")
    assert ran.returncode == 0, ran.stdout
