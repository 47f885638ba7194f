"""A real one-node Ceph with a RADOS Gateway, where one can be started: `CEPH_RGW_LAB` names the script that does."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
from botocore.config import Config

from journeys.demo.process import free_port
from journeys.demo.seaweedfs import User
from journeys.settings import ROOT

LAB = Path(os.environ.get("CEPH_RGW_LAB", ROOT.parent / "shared" / "lab" / "ceph-rgw"))


# The users of the fixture `store`.
ADMIN = User("tester", "tester", "s3cr3t-of-the-tester")
SECOND = User("second", "second-tester", "s3cr3t-of-the-second-tester")


@dataclass(frozen=True)
class Store:
    """What the lying front has to know of a store."""

    endpoint_url: str
    access_key: str
    secret_key: str
    others: Sequence[User]


class Ceph:
    """A one-node Ceph with a RADOS Gateway."""

    def __init__(self, directory: Path):
        self._environment = os.environ | {
            "LAB_DIR": str(directory),
            "RGW_PORT": str(free_port()),
            "RGW_PORT_B": str(free_port()),
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

    def start_as_store_of_lies(self) -> "Store":
        """Starts it, with the users whom the lying front knows."""
        self.say("start")
        for user in (ADMIN, SECOND):
            keys = ("--access-key", user.access_key, "--secret-key", user.secret_key)
            self.say("admin", "user", "create", "--uid", user.access_key, "--display-name", user.access_key, *keys)
        return Store(self.settings()["AWS_ENDPOINT_URL_S3"], ADMIN.access_key, ADMIN.secret_key, [SECOND])

    def fault(self, *arguments: str) -> None:
        self.say("fault", *arguments)

    def settings(self, *, tls: bool = False) -> dict[str, str]:
        lines = [line.removeprefix("export ") for line in self.say("env").splitlines()]
        told = dict(line.split("=", 1) for line in lines)
        found = {name: told[name] for name in ("AWS_ENDPOINT_URL_S3", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")}
        found |= dict.fromkeys(("JOURNEYS_SECOND_ACCESS_KEY_ID", "JOURNEYS_SECOND_SECRET_ACCESS_KEY"), "")
        if tls:
            found |= {"AWS_ENDPOINT_URL_S3": told["S3_ENDPOINT_URL_TLS"], "AWS_CA_BUNDLE": told["S3_CA_BUNDLE"]}
        return found

    @property
    def second_endpoint_url(self) -> str:
        """Where the second site of two is."""
        return f"http://127.0.0.1:{self._environment['RGW_PORT_B']}"

    def buckets(self) -> list[str]:
        return [bucket["Name"] for bucket in self.client().list_buckets()["Buckets"]]

    def client(self):
        """A client that is not ours, for looking at what is really there."""
        settings = self.settings()
        return boto3.client(
            "s3",
            endpoint_url=settings["AWS_ENDPOINT_URL_S3"],
            aws_access_key_id=settings["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
            region_name="us-east-1",
            config=Config(retries={"total_max_attempts": 1}),
        )


def require_lab() -> None:
    """Skips the test where no Ceph can be started."""
    if not LAB.is_file() or not shutil.which("radosgw"):
        pytest.skip("needs a script that starts a Ceph lab (CEPH_RGW_LAB), and Ceph's packages")
