"""`./run.sh doctor`: what keeps the journeys from working, found out step by step, and what to do about it."""

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from journeys import endpoint, gateway, probing
from journeys.certificates import DAY, Validity
from journeys.cloud.driver import Driver
from journeys.cloud.nouns import Network, Zone
from journeys.database import JournalError
from journeys.endpoint import Endpoint, EndpointError
from journeys.failures import CallFailed, DeliveryError, SuiteError
from journeys.run import Run
from journeys.settings import Settings, SettingsError, load
from journeys.units import seconds
from journeys.verdict import BROKEN, KEPT, UNJUDGED

# S3 servers refuse requests signed with a clock that is off by more than 15 minutes; worth a word long before.
# https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html (RequestTimeTooSkewed)
SKEW_WORTH_A_WORD = 60  # seconds
MARKS = {True: "ok ", False: "BAD", None: "-- "}


@dataclass(frozen=True)
class Finding:
    """What one check found: `fine`, and a sentence that says what was seen or what to do.

    `fine` is None where something is not there that need not be.
    """

    subject: str
    fine: bool | None
    sentence: str


def main(env_file: Path | None, *, probe: bool) -> int:
    """Prints a line for each check. 0: all well, 1: the target or the gateway is not, 2: the settings are not.

    Creates nothing, except with `probe`: buckets of ours, which are removed again, and in which the rights that every
    journey needs and all capabilities are tried. The last line is then the setting that declares them.
    """
    try:
        settings = load(env_file)
        run = Run(settings, push=False)
    except SuiteError as problem:  # such as a kubeconfig that can't be read
        _tell(Finding("start", False, str(problem)))
        return UNJUDGED
    except (SettingsError, JournalError) as problem:
        print(problem, file=sys.stderr)
        return UNJUDGED
    fine = True
    for finding in _findings(settings, run, probe):
        fine &= finding.fine is not False
        _tell(finding)
    run.close()
    return KEPT if fine else BROKEN


def _tell(finding: Finding) -> None:
    print(f"{MARKS[finding.fine]}  {finding.subject}: {finding.sentence}", flush=True)


def _findings(settings: Settings, run: Run, probe: bool) -> Iterator[Finding]:
    yield Finding("settings", True, f"target {settings.target!r}, suite {settings.suite!r}")
    yield Finding(
        "state", True, f"{run.journal.path}, {sum(run.journal.leftovers().values())} of our resources left behind"
    )
    reachable = True
    if settings.s3_endpoint:
        found = list(_connection(settings, settings.s3_endpoint))
        reachable = bool(found[0].fine)  # whatever else is the matter there, it can be asked
        yield from found
    if reachable and "s3" in settings.services:
        yield from _credentials_and_clock(run)
    if run.cloud:
        yield _cloud(run.cloud)
        yield _choices(run.cloud)
        yield from _logins(run)
    if run.cluster:
        yield from _cluster(run.cluster)
    for site in settings.sites:
        for finding in _connection(settings, site):
            yield Finding(f"{finding.subject} of {Endpoint.of(site)}", finding.fine, finding.sentence)
    if settings.pushgateway_url:
        yield _gateway(settings)
    else:
        yield Finding("gateway", True, "none is set (PUSHGATEWAY_URL), so nothing is pushed")
    if reachable and probe and "s3" in settings.services:
        yield from _rights(run)
        yield from _capabilities(run)


def _connection(settings: Settings, url: str) -> Iterator[Finding]:
    """Whether the place can be reached, and if so, what was seen there."""
    place = Endpoint.of(url)
    try:
        seen = endpoint.connect(place, settings.connect_timeout, settings.ca_bundle)
    except EndpointError as error:
        yield Finding({"dns": "name", "tls": "certificate"}.get(error.reason, "connection"), False, str(error))
        return
    except SuiteError as wrong:
        yield Finding("proxy", False, str(wrong))
        return
    phases = ", ".join(f"{phase} {seconds(took)}" for phase, took in seen.phases.items())
    port, way = (seen.proxy or place).port, ""
    if seen.proxy:
        way = "by way of the proxy " if place.secure else "to the proxy only, since nothing was asked for: "
    yield Finding("connection", True, f"{way}{', '.join(seen.addresses)} port {port}; {phases}")
    if seen.certificate:
        yield _certificate(seen.certificate)


def _certificate(validity: Validity) -> Finding:
    left = f"valid for {validity.left / DAY:.0f} more days"
    if validity.about_to_expire:
        return Finding("certificate", False, f"{left}, of {validity.whole / DAY:.0f}: see to it that it is renewed")
    return Finding("certificate", True, left)


def _credentials_and_clock(run: Run) -> Iterator[Finding]:
    client, asked = run.clients.s3(), time.time()
    try:
        answer = client.list_buckets()
    except CallFailed as failure:
        yield Finding("credentials", False, str(failure))
        return
    yield Finding("credentials", True, f"accepted; this user lists {len(answer.get('Buckets', ()))} buckets")
    try:
        least, most = endpoint.skew(answer["ResponseMetadata"]["HTTPHeaders"].get("date", ""), asked, time.time())
    except ValueError:
        yield Finding("clock", False, "the server tells no time that could be compared")
        return
    off = max(least, -most, 0)
    told = f"{off:.0f} s {'behind' if least > 0 else 'ahead of'} the server's" if off else "the same as the server's"
    yield Finding("clock", off < SKEW_WORTH_A_WORD, told)


def _cloud(cloud: Driver) -> Finding:
    try:
        networks, zones = cloud.listed(Network), cloud.listed(Zone)
    except AssertionError as failure:
        return Finding("cloud", False, str(failure))
    return Finding("cloud", True, f"this user lists {len(networks)} networks and {len(zones)} availability zones")


def _choices(cloud: Driver) -> Finding:
    try:
        chosen = cloud.choices()
    except AssertionError as failure:
        return Finding("choices", False, str(failure))
    return Finding("choices", True, ", ".join(f"{kind} {name}" for kind, name in chosen.items()))


def _logins(run: Run) -> Iterator[Finding]:
    settings = run.settings
    if run.ssh and settings.login_jump_host:
        place = "{}:{}".format(*settings.login_jump_host)
        try:
            run.ssh.at_jump_host().close()
        except (CallFailed, SuiteError) as failure:
            yield Finding("jump host", False, str(failure))
        else:
            yield Finding("jump host", True, f"{place} lets us in")
    elif "pings" in settings.capabilities:
        there = shutil.which("ping")
        yield Finding("ping", bool(there), there or "this machine has none: install it, or do not declare pings")


def _cluster(cluster: Any) -> Iterator[Finding]:
    try:
        there = not cluster.given or cluster.has_namespace(cluster.given)
        told = f"namespace {cluster.given} is" if cluster.given else f"{len(cluster.namespaces())} namespaces are"
        here = f"{told} there" if there else f"there is no {cluster.given}: check JOURNEYS_KUBERNETES_NAMESPACE"
        yield Finding("cluster", there, here)
        lacking = cluster.missing_rights()
    except AssertionError as failure:
        yield Finding("cluster", False, str(failure))
        return
    role = f"deploy/policies/kubernetes-{'namespace-' if cluster.given else ''}role.yaml"
    wrong = f"{role} grants what this user lacks: {', '.join(lacking)}"
    yield Finding("rights", not lacking, wrong if lacking else f"this user may do all that {role} grants")


def _gateway(settings: Settings) -> Finding:
    try:
        gateway.pull(settings, settings.push_timeout)
    except DeliveryError as problem:
        return Finding("gateway", False, str(problem))
    return Finding("gateway", True, f"{settings.pushgateway_url} answers")


def _capabilities(run: Run) -> Iterator[Finding]:
    """What the store can do, beside what the settings declare of it; what is declared and not there is no good."""
    found, declared = [], run.settings.capabilities
    for each in probing.probed(run):
        found.append(each)
        missing = None if each.name not in declared else False
        yield Finding(f"capability {each.name}", each.there or missing, each.why)
    undeclared = sorted(each.name for each in found if each.there and each.name not in declared)
    told = f"to try {', '.join(undeclared)}, too, put this into .env" if undeclared else "all that is there is declared"
    yield Finding("declare", None if undeclared else True, f"{told}:\n{probing.setting(found)}")


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
