"""Real servers, one of each for every test process, and the way to run journeys against them."""

import os
import re
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import boto3
import pytest
from botocore.config import Config
from prometheus_client.parser import text_string_to_metric_families

from journeys.demo.command import FOREIGN
from journeys.demo.pushgateway import Pushgateway
from journeys.demo.seaweedfs import SeaweedFS, User
from journeys.settings import ROOT
from tests import warm
from tests.ceph import Ceph, require_lab
from tests.realtools import require

if TYPE_CHECKING:
    from tests.lying import Lied

RUN_ENDS_WITHIN = 300  # seconds; a run of all that we ship takes about 30, on a machine with nothing else to do


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedFS]:
    """A real S3 server. Tests that pause or stop it start one of their own."""
    second = User("second", "second-tester", "s3cr3t-of-the-second-tester")
    with SeaweedFS(tmp_path_factory.mktemp("store"), "tester", "s3cr3t-of-the-tester", [second]) as server:
        yield server


@pytest.fixture(scope="session")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pushgateway]:
    """A real Pushgateway; every test has a suite, and so a group, of its own there."""
    binary = require("prometheus-pushgateway")
    with Pushgateway(tmp_path_factory.mktemp("gateway"), binary, options=["--web.enable-admin-api"]) as server:
        yield server


@pytest.fixture
def journeys(
    store: SeaweedFS, gateway: Pushgateway, tmp_path: Path, request: pytest.FixtureRequest
) -> "Iterator[Journeys]":
    """Runs of a suite of this test's own, against the real servers."""
    suite = re.sub(r"\W+", "-", request.node.name)[:80]
    # Without their compiled modules, hundreds of runs would compile them anew each time.
    unwanted = (*FOREIGN, "CI", "PYTHONDONTWRITEBYTECODE")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(unwanted)}
    yield Journeys(
        suite,
        gateway.url,
        environment
        | {
            "AWS_ENDPOINT_URL_S3": store.endpoint_url,
            "AWS_ACCESS_KEY_ID": store.access_key,
            "AWS_SECRET_ACCESS_KEY": store.secret_key,
            "JOURNEYS_SECOND_ACCESS_KEY_ID": store.others[0].access_key,
            "JOURNEYS_SECOND_SECRET_ACCESS_KEY": store.others[0].secret_key,
            "PUSHGATEWAY_URL": gateway.url,
            "JOURNEYS_SUITE": suite,
            "JOURNEYS_STATE_DIR": str(tmp_path / "state"),
            "JOURNEYS_OBJECT_SIZE": "1KiB",
            "JOURNEYS_CANARIES": "0",
        },
    )
    # a gateway compares each push with all that it holds: a hundred groups would make the runs ten times slower
    wipe = urllib.request.Request(f"{gateway.url}/api/v1/admin/wipe", method="PUT")
    urllib.request.urlopen(wipe, timeout=30).close()


@dataclass
class Journeys:
    """The command line in a process of its own, as cron starts it, and what it left at the gateway."""

    suite: str
    gateway_url: str
    environment: dict[str, str]

    def run(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """`./run.sh` with these arguments and settings; an empty setting counts as none."""
        return warm.run(arguments, self.environment | settings, RUN_ENDS_WITHIN)

    def behave(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        """Plain behave in the repository's root."""
        return self._completed([sys.executable, "-m", "behave", *arguments], settings)

    def start(self, *arguments: str, **settings: str) -> subprocess.Popen[str]:
        """A run in the background, for signals; its output is to be read from `stdout`."""
        return subprocess.Popen(
            [sys.executable, "-u", "-m", "journeys", *arguments],
            cwd=ROOT,
            env=self.environment | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def metrics(self, gateway_url: str | None = None) -> "Pushed":
        """What the gateway holds of this suite."""
        return Pushed.of(gateway_url or self.gateway_url, self.suite)

    def _completed(self, command: list[str], settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=self.environment | settings,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=RUN_ENDS_WITHIN,
        )


@dataclass
class Pushed:
    """The samples of one suite's group at a gateway."""

    samples: list

    @classmethod
    def of(cls, gateway_url: str, suite: str) -> "Pushed":
        with urllib.request.urlopen(f"{gateway_url}/metrics", timeout=10) as answer:
            families = list(text_string_to_metric_families(answer.read().decode()))
        return cls([sample for family in families for sample in family.samples if sample.labels.get("suite") == suite])

    def value(self, name: str, **labels: str) -> float | None:
        """The one sample of that name and these labels (others are not looked at); None when there is none."""
        found = [s.value for s in self.samples if s.name == name and labels.items() <= s.labels.items()]
        assert len(found) <= 1, f"{name}{labels} names {len(found)} series"
        return found[0] if found else None

    def total(self, name: str, **labels: str) -> float:
        """The sum over all samples of that name and these labels."""
        return sum(s.value for s in self.samples if s.name == name and labels.items() <= s.labels.items())


@pytest.fixture(scope="module")
def lied(request: pytest.FixtureRequest, store: SeaweedFS, tmp_path_factory: pytest.TempPathFactory) -> "Lied":
    """The run in which a list of lies was told: the parameter that `tests.lying.told` gives."""
    return request.param(tmp_path_factory.mktemp("lies"), store)


@pytest.fixture
def s3(store: SeaweedFS):
    """The store as its administrator sees it."""
    return unmeasured(store)


def unmeasured(store: SeaweedFS):
    """A client that is not ours, for looking at what is really there."""
    return boto3.client(
        "s3",
        endpoint_url=store.endpoint_url,
        aws_access_key_id=store.access_key,
        aws_secret_access_key=store.secret_key,
        region_name="us-east-1",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture(scope="module")
def ceph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ceph]:
    require_lab()
    # not in pytest's own folder: a path of a unix socket may be 107 characters long, no more
    directory = Path(f"/tmp/ceph-{os.getpid()}")
    lab = Ceph(directory)
    lab.say("start")
    try:
        yield lab
    finally:
        lab.say("stop")


def stop(process: subprocess.Popen, number: signal.Signals) -> tuple[int, str]:
    """Sends the signal; returns the exit code and all the process said."""
    process.send_signal(number)
    said, _ = process.communicate(timeout=RUN_ENDS_WITHIN)
    return process.returncode, said


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="the drills that take long, too")
    parser.addoption("--kills", type=int, default=4, help="how many runs the drill kills (default: 4)")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "long: a drill that is only done with --long")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        items[:] = [item for item in items if not item.get_closest_marker("long")]
