"""`./run.sh doctor`: what keeps the journeys from working, found out step by step, and what to do about it."""

import email.utils
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from journeys import gateway
from journeys.cloud.driver import Driver
from journeys.cloud.nouns import Network, Zone
from journeys.database import JournalError
from journeys.failures import CallFailed, DeliveryError, SuiteError
from journeys.run import Run
from journeys.settings import Settings, SettingsError, load
from journeys.verdict import BROKEN, KEPT, UNJUDGED

# S3 servers refuse requests signed with a clock that is off by more than 15 minutes; worth a word long before.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (RequestTimeTooSkewed)
SKEW_WORTH_A_WORD = 60  # seconds
EXPIRY_WORTH_A_WORD = 21  # days


@dataclass(frozen=True)
class Finding:
    """What one check found: `fine`, and a sentence that says what was seen or what to do."""

    subject: str
    fine: bool
    sentence: str


def main(env_file: Path | None, *, probe: bool) -> int:
    """Prints a line for each check. 0: all well, 1: the target or the gateway is not, 2: the settings are not.

    Creates nothing, except with `probe`: a bucket of ours, in which every right that journeys need is tried.
    """
    try:
        settings = load(env_file)
        run = Run(settings, push=False)
    except (SettingsError, SuiteError, JournalError) as problem:
        print(problem, file=sys.stderr)
        return UNJUDGED
    fine = True
    for finding in _findings(settings, run, probe):
        fine &= finding.fine
        print(f"{'ok ' if finding.fine else 'BAD'}  {finding.subject}: {finding.sentence}", flush=True)
    run.close()
    return KEPT if fine else BROKEN


def _findings(settings: Settings, run: Run, probe: bool) -> Iterator[Finding]:
    yield Finding("settings", True, f"target {settings.target!r}, suite {settings.suite!r}")
    yield Finding(
        "state", True, f"{run.journal.path}, {sum(run.journal.leftovers().values())} of our resources left behind"
    )
    reachable = True
    if settings.s3_endpoint:
        for finding in _connection(settings):
            reachable &= finding.fine
            yield finding
    if reachable and "s3" in settings.services:
        yield from _credentials_and_clock(run)
        if probe:
            yield from _rights(run)
    if run.cloud:
        yield _cloud(run.cloud)
    if settings.pushgateway_url:
        yield _gateway(settings)
    else:
        yield Finding("gateway", True, "none is set (PUSHGATEWAY_URL), so nothing is pushed")


def _connection(settings: Settings) -> Iterator[Finding]:
    parts = urlsplit(settings.s3_endpoint)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        addresses = {entry[4][0] for entry in socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)}
        began = time.perf_counter()
        connection = socket.create_connection((parts.hostname, port), settings.connect_timeout)
    except socket.gaierror as error:
        yield Finding(
            "name", False, f"{parts.hostname} does not resolve ({error.strerror}): check the endpoint's name."
        )
        return
    except OSError as error:
        yield Finding("connection", False, f"none to {parts.hostname}:{port} ({error}): check that it is up.")
        return
    took = time.perf_counter() - began
    yield Finding("connection", True, f"{', '.join(sorted(addresses))} port {port} in {took * 1000:.1f} ms")
    with connection:
        if parts.scheme == "https":
            yield _certificate(connection, str(parts.hostname), settings)


def _certificate(connection: socket.socket, name: str, settings: Settings) -> Finding:
    trusted = ssl.create_default_context(cafile=settings.ca_bundle)
    try:
        with trusted.wrap_socket(connection, server_hostname=name) as secured:
            expires = ssl.cert_time_to_seconds(secured.getpeercert()["notAfter"])
    except (ssl.SSLError, OSError) as error:
        return Finding("certificate", False, f"refused ({error}): check it, its name, and AWS_CA_BUNDLE for an own CA.")
    days = (expires - time.time()) / 86400
    return Finding("certificate", days > EXPIRY_WORTH_A_WORD, f"valid for {days:.0f} more days")


def _credentials_and_clock(run: Run) -> Iterator[Finding]:
    client = run.clients.s3()
    try:
        answer = client.list_buckets()
    except CallFailed as failure:
        yield Finding("credentials", False, str(failure))
        return
    yield Finding("credentials", True, f"accepted; this user lists {len(answer.get('Buckets', ()))} buckets")
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date")
    if date:
        skew = time.time() - email.utils.parsedate_to_datetime(date).timestamp()
        sentence = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the server's"
        yield Finding("clock", abs(skew) < SKEW_WORTH_A_WORD, sentence)


def _cloud(cloud: Driver) -> Finding:
    try:
        networks, zones = cloud.listed(Network), cloud.listed(Zone)
    except AssertionError as failure:
        return Finding("cloud", False, str(failure))
    return Finding("cloud", True, f"this user lists {len(networks)} networks and {len(zones)} availability zones")


def _gateway(settings: Settings) -> Finding:
    try:
        gateway.pull(settings, settings.push_timeout)
    except DeliveryError as problem:
        return Finding("gateway", False, str(problem))
    return Finding("gateway", True, f"{settings.pushgateway_url} answers")


def _rights(run: Run) -> Iterator[Finding]:
    """Tries every right that journeys need, in a bucket of ours that is removed again."""
    bucket = run.ledger.new_name()
    client = run.clients.s3()
    tries: tuple[tuple[str, Callable[[], Any]], ...] = (
        ("s3:PutObject", lambda: client.put_object(Bucket=bucket, Key="probe", Body=b"probe")),
        ("s3:GetObject", lambda: client.get_object(Bucket=bucket, Key="probe")["Body"].read()),
        ("s3:ListBucket", lambda: client.list_objects_v2(Bucket=bucket)),
        ("s3:ListBucketVersions", lambda: client.list_object_versions(Bucket=bucket)),
        ("s3:ListBucketMultipartUploads", lambda: client.list_multipart_uploads(Bucket=bucket)),
        ("s3:AbortMultipartUpload", lambda: _abort(client, bucket)),
        ("s3:DeleteObject", lambda: client.delete_object(Bucket=bucket, Key="probe")),
        ("s3:DeleteBucket", lambda: client.delete_bucket(Bucket=bucket)),
    )
    try:
        with run.ledger.creating("bucket", bucket):
            client.create_bucket(Bucket=bucket)
    except CallFailed as failure:
        yield Finding("right s3:CreateBucket", False, str(failure))
        return
    yield Finding("right s3:CreateBucket", True, f"as {bucket}")
    try:
        for right, attempt in tries:
            try:
                attempt()
            except CallFailed as failure:
                yield Finding(f"right {right}", False, str(failure))
            else:
                yield Finding(f"right {right}", True, "granted")
    finally:
        run.ledger.clean_run(run.settings.cleanup_timeout)


def _abort(client: Any, bucket: str) -> None:
    upload = client.create_multipart_upload(Bucket=bucket, Key="probe")
    client.abort_multipart_upload(Bucket=bucket, Key="probe", UploadId=upload["UploadId"])
