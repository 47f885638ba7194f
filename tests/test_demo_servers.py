"""The servers that demo and tests stand on: real ones, and the stand-in held against the real one."""

import base64
import html
import http.client
import os
import socket
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ReadTimeoutError
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from journeys import clock
from journeys.demo.process import Server, ServerFailed, free_port, free_ports_apart
from journeys.demo.pushgateway import Pushgateway
from journeys.demo.seaweedfs import SeaweedFS, User
from journeys.demo.standin import StandInGateway
from tests.prometheus import Prometheus
from tests.realtools import require

# --- Processes -------------------------------------------------------------------------------------------


class Script(Server):
    """A Python program as a server, which answers by printing "up"."""

    def __init__(self, directory: Path, program: str, *arguments: str):
        super().__init__("script", [sys.executable, "-c", program, *arguments], directory)

    def answers(self) -> bool:
        return "up" in self.log.read_text()


SLEEPER = "import time; print('up', flush=True); time.sleep(60)"


def runs(mark: str) -> bool:
    """Whether there is a process with `mark` in its command line."""
    return mark in subprocess.run(["ps", "-eww", "-o", "args"], capture_output=True, text=True, check=True).stdout


def test_a_server_that_ends_by_itself_is_noticed_at_once_and_quoted(tmp_path: Path) -> None:
    with pytest.raises(ServerFailed, match=r"script ended by itself, with 3.*\n(.*\n)*no disk left"):
        Script(tmp_path, "import sys; print('no disk left'); sys.exit(3)").start()


def test_a_program_that_is_missing_is_a_failed_server(tmp_path: Path) -> None:
    class Missing(Server):
        def answers(self) -> bool:
            return False

    with pytest.raises((ServerFailed, FileNotFoundError), match="No such file"):
        Missing("missing", [tmp_path / "nothing"], tmp_path).start()


def test_a_server_that_does_not_want_to_end_is_killed_even_when_paused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("journeys.demo.process.ENDS_WITHIN", 0.5)
    mark = uuid.uuid4().hex
    server = Script(tmp_path, f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {SLEEPER}", mark)
    with server:
        server.pause()
        assert runs(mark)
    assert not runs(mark)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child when its parent is killed")
def test_a_server_does_not_outlive_us_when_we_are_killed(tmp_path: Path) -> None:
    mark = uuid.uuid4().hex
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT],
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "MARK": mark, "HERE": str(tmp_path)},
    )
    with parent:
        try:
            assert parent.stdout and parent.stdout.readline() == b"started\n"
            assert runs(mark)
        finally:
            parent.kill()
    assert clock.wait_until(lambda: not runs(mark), 10, every=0.05)


PARENT = """
import os, time
from pathlib import Path
from tests.test_demo_servers import SLEEPER, Script
Script(Path(os.environ["HERE"]), SLEEPER, os.environ["MARK"]).start()
print("started", flush=True)
time.sleep(60)
"""


def test_free_ports_are_distinct_and_free() -> None:
    ports = [free_port() for _ in range(50)]
    low, high = free_ports_apart(10_000)
    assert high - low == 10_000
    assert len({*ports, low, high}) == 52
    with socket.create_server(("127.0.0.1", high)), pytest.raises(OSError):
        free_port(high)


# --- SeaweedFS -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedFS]:
    nobody = User("nobody", "nobodys-key", "nobodys-secret")
    with pytest.MonkeyPatch.context() as environment:
        # Our own keys must not count there, and our proxy must not come between.
        environment.setenv("AWS_ACCESS_KEY_ID", "our-own-key")
        environment.setenv("AWS_SECRET_ACCESS_KEY", "our-own-secret")
        environment.setenv("http_proxy", "http://127.0.0.1:9")
        server = SeaweedFS(tmp_path_factory.mktemp("seaweedfs"), "admins-key", "admins-secret", [nobody])
        server.start()
    yield server
    server.stop()


def s3(server: SeaweedFS, access_key: str = "admins-key", secret_key: str = "admins-secret", patience: float = 10):
    """A plain client of the server, which waits `patience` seconds for an answer, and does not try again."""
    config = Config(retries={"total_max_attempts": 1}, read_timeout=patience, proxies={})
    session = boto3.session.Session(access_key, secret_key, region_name="us-east-1")
    return session.client("s3", endpoint_url=server.endpoint_url, config=config)


def test_the_store_begins_empty_and_keeps_what_it_is_given(store: SeaweedFS) -> None:
    client = s3(store)
    assert client.list_buckets()["Buckets"] == []
    client.create_bucket(Bucket="papers")
    client.put_object(Bucket="papers", Key="report", Body=b"all is well")
    assert client.get_object(Bucket="papers", Key="report")["Body"].read() == b"all is well"
    with pytest.raises(ClientError, match="BucketNotEmpty"):
        client.delete_bucket(Bucket="papers")
    client.delete_object(Bucket="papers", Key="report")
    client.delete_bucket(Bucket="papers")


@pytest.mark.parametrize(
    "keys, refusal",
    [
        (("admins-key", "wrong-secret"), "SignatureDoesNotMatch"),
        (("our-own-key", "our-own-secret"), "InvalidAccessKeyId"),
        (("nobodys-key", "nobodys-secret"), "AccessDenied"),
    ],
)
def test_the_store_refuses_who_has_no_right(store: SeaweedFS, keys: tuple[str, str], refusal: str) -> None:
    with pytest.raises(ClientError, match=refusal):
        s3(store, *keys).create_bucket(Bucket="papers")


def test_a_paused_store_hangs_and_goes_on(store: SeaweedFS) -> None:
    store.pause()
    try:
        with pytest.raises(ReadTimeoutError):
            s3(store, patience=0.3).list_buckets()
    finally:
        store.resume()
    s3(store).list_buckets()


def test_a_stopped_store_leaves_nothing_but_its_data(tmp_path: Path) -> None:
    server = SeaweedFS(tmp_path, "admins-key", "admins-secret")

    def sockets() -> list[Path]:
        return [path for port in server.ports.values() for path in Path("/tmp").glob(f"seaweedfs-*-{port}.sock")]

    with server:
        s3(server).create_bucket(Bucket="papers")
        assert runs(str(tmp_path)) and sockets()
    assert not runs(str(tmp_path))
    assert not sockets()
    for port in server.ports.values():
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))

    with server:
        assert [bucket["Name"] for bucket in s3(server).list_buckets()["Buckets"]] == ["papers"]


# --- Gateways --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pushgateway]:
    with Pushgateway(tmp_path_factory.mktemp("pushgateway"), require("prometheus-pushgateway")) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def standin() -> Iterator[StandInGateway]:
    with StandInGateway() as gateway:
        yield gateway


@pytest.fixture
def job() -> str:
    """A name of the test's own for a job, or a metric, since the gateways are shared."""
    return f"job_{uuid.uuid4().hex}"


def ask(method: str, url: str, body: str = "", timeout: float = 5, **headers: str) -> tuple[int, str]:
    """The status and the text of an answer."""
    address = urlsplit(url)
    connection = http.client.HTTPConnection(address.netloc, timeout=timeout)
    try:
        connection.request(method, address.path, body.encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def shown(gateway: Pushgateway | StandInGateway, job: str) -> dict[str, tuple[str, str, dict]]:
    """What /metrics shows of a job: type, help and samples of each family, but for the times of pushes."""
    families = {}
    for family in text_string_to_metric_families(ask("GET", f"{gateway.url}/metrics")[1]):
        samples = {}
        for sample in family.samples:
            labels = dict(sample.labels)
            if "le" in labels:
                labels["le"] = float(labels["le"])
            if labels.get("job") == job:
                samples[sample.name, frozenset(labels.items())] = repr(float(sample.value))
        if samples and not family.name.startswith("push_"):
            families[family.name] = (family.type, family.documentation, samples)
    return families


def exposition() -> str:
    registry = CollectorRegistry()
    Counter("runs", "Runs, \\ and\nmore.", ["instance"], registry=registry).labels("here").inc(2)
    colours = Gauge("colours", 'Labels with "quotes".', ["colour", "suite"], registry=registry)
    colours.labels('"re\\d"\n', "overridden").set(float("inf"))
    colours.labels("blü", "overridden").set(1.5e-9)
    seconds = Histogram("seconds", "Durations.", ["operation"], buckets=(0.5, 1, 2.5), registry=registry)
    seconds.labels("s3.PutObject").observe(0.7)
    return generate_latest(registry).decode()


def test_the_stand_in_shows_what_the_real_gateway_shows(real: Pushgateway, standin: StandInGateway, job: str) -> None:
    slashed = base64.urlsafe_b64encode(b"s3.example.com/eu").decode()
    group = f"/metrics/job/{job}/target@base64/{slashed}/empty@base64/=/suite/a%2Bb"
    other = f"/metrics/job/{job}"
    history = [
        ("PUT", group, exposition(), 200),
        ("PUT", other, '# TYPE ups gauge\nups 1\nbare 2\nbare{a="b"} NaN\n', 200),
        ("POST", other, '# TYPE ups gauge\nups{only="this"} 3\n', 200),
        ("PUT", group, "# TYPE ups gauge\nups 4\n", 200),
        ("DELETE", other, "", 202),
        ("DELETE", other, "", 202),
        ("PUT", group, "", 200),
    ]
    for method, path, body, status in history:
        assert ask(method, standin.url + path, body) == (status, "")
        assert ask(method, real.url + path, body) == (status, "")
        # The real one deletes a moment after it said so.
        assert clock.wait_until(lambda: shown(standin, job) == shown(real, job), 5, every=0.05), (
            f"after {method} {path}\nstand-in: {shown(standin, job)}\nreal: {shown(real, job)}"
        )
    assert not shown(real, job)


@pytest.mark.parametrize("which", ["standin", "real"])
@pytest.mark.parametrize(
    "body",
    [
        "up 1 1700000000000\n",
        "up 1",
        "up 1\nup 1\n",
        'up{a="1",b="2"} 1\nup{b="2",a="1"} 2\n',
        "# TYPE up gauge\nup 1\n",
        "up one\n",
        'up{a="1} 1\n',
    ],
    ids=[
        "timestamp",
        "no final newline",
        "twice",
        "twice in other order",
        "other type",
        "no number",
        "no quote",
    ],
)
def test_a_gateway_refuses_what_it_can_not_show(
    which: str, body: str, job: str, request: pytest.FixtureRequest
) -> None:
    gateway = request.getfixturevalue(which)
    group = f"{gateway.url}/metrics/job/{job}"
    assert ask("PUT", f"{group}/kept/yes", f"{job} 5\n")[0] == 200
    before = shown(gateway, job)
    assert before
    assert ask("PUT", group, body.replace("up", job))[0] == 400
    assert shown(gateway, job) == before


@pytest.mark.parametrize("which", ["standin", "real"])
def test_a_refused_push_shows_as_a_failure_of_its_group(which: str, job: str, request: pytest.FixtureRequest) -> None:
    gateway = request.getfixturevalue(which)

    def failed() -> bool:
        times = {}
        for family in text_string_to_metric_families(ask("GET", f"{gateway.url}/metrics")[1]):
            times |= {sample.name: sample.value for sample in family.samples if sample.labels.get("job") == job}
        return times["push_failure_time_seconds"] > times["push_time_seconds"]

    group = f"{gateway.url}/metrics/job/{job}"
    ask("PUT", group, "up 1\n")
    assert not failed()
    ask("PUT", group, "up 1 1700000000000\n")
    assert failed()
    ask("PUT", group, "up 1\n")
    assert not failed()


@pytest.mark.parametrize("which", ["standin", "real"])
@pytest.mark.parametrize("path", ["/metrics/job/j/suite", "/metrics/job/j/suite@base64/a", "/metrics/jobs/j"])
def test_a_gateway_refuses_groups_without_a_name(which: str, path: str, request: pytest.FixtureRequest) -> None:
    assert ask("PUT", request.getfixturevalue(which).url + path, "up 1\n")[0] in (400, 404)


def test_the_stand_in_shows_what_promtool_accepts(standin: StandInGateway, job: str) -> None:
    ask("PUT", f"{standin.url}/metrics/job/{job}", exposition())
    metrics = ask("GET", f"{standin.url}/metrics")[1]
    checked = subprocess.run(
        [require("promtool"), "check", "metrics"], input=metrics, capture_output=True, text=True, check=False
    )
    assert checked.returncode in (0, 3), checked.stderr  # 3: it would name or explain a metric otherwise


def test_the_stand_in_says_what_it_is_and_which_groups_it_has(standin: StandInGateway, job: str) -> None:
    ask("PUT", f"{standin.url}/metrics/job/{job}/suite/a%3Cb", "up 1\n")
    status, page = ask("GET", f"{standin.url}/")
    assert status == 200
    assert "Stand-in" in page
    assert html.escape(f'job="{job}", suite="a<b"') in page
    assert ask("GET", f"{standin.url}/-/ready") == ask("GET", f"{standin.url}/-/healthy") == (200, "OK")
    assert ask("GET", f"{standin.url}/nothing")[0] == 404


def test_the_real_gateway_can_want_a_password_and_hang_and_keep_what_it_has(tmp_path: Path) -> None:
    web_config = tmp_path / "web.yml"
    web_config.write_text(f"basic_auth_users: {{monitor: {HASH_OF_TEST}}}\n")
    binary = require("prometheus-pushgateway")
    gateway = Pushgateway(tmp_path, binary, web_config=web_config, persistence=tmp_path / "kept")
    password = {"Authorization": "Basic " + base64.b64encode(b"monitor:test").decode()}
    with gateway:
        assert ask("PUT", f"{gateway.url}/metrics/job/j", "up 1\n")[0] == 401
        assert ask("PUT", f"{gateway.url}/metrics/job/j", "up 1\n", **password)[0] == 200
        gateway.pause()
        with pytest.raises(TimeoutError):
            ask("GET", f"{gateway.url}/-/ready", timeout=0.2)
        gateway.resume()
        assert ask("GET", f"{gateway.url}/-/ready", **password)[0] == 200
    with gateway:
        assert 'up{instance="",job="j"} 1' in ask("GET", f"{gateway.url}/metrics", **password)[1]


HASH_OF_TEST = "$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay"  # bcrypt of "test"


# --- Prometheus ------------------------------------------------------------------------------------------


def test_snapshots_of_a_gateway_can_be_asked_like_a_scraped_one(tmp_path: Path) -> None:
    start = 1_700_000_000.0

    def after(runs: int) -> str:
        return (
            "# HELP reads_total Reads.\n# TYPE reads_total counter\n"
            f'reads_total{{instance="",job="journeys"}} {5 * runs}\n'
            "# TYPE seconds histogram\n"
            f'seconds_bucket{{job="journeys",le="0.5"}} {3 * runs}\n'
            f'seconds_bucket{{job="journeys",le="1"}} {5 * runs}\n'
            f'seconds_bucket{{job="journeys",le="+Inf"}} {5 * runs}\n'
        )

    # A run every ten minutes, of 5 calls, of which 3 took less than half a second.
    snapshots = [(start + 600 * runs, after(runs)) for runs in range(6)]
    with Prometheus.from_snapshots(tmp_path, snapshots) as prometheus:
        end = start + 3000
        assert prometheus.value("increase(reads_total[50m])", at=end) == pytest.approx(25)
        p95 = "histogram_quantile(0.95, rate(seconds_bucket[50m]))"
        assert prometheus.value(p95, at=end) == pytest.approx(0.9375)
        # The last push before is still seen a minute before the next.
        assert prometheus.query("reads_total", at=end - 60) == [({"__name__": "reads_total", "job": "journeys"}, 20.0)]
        assert prometheus.query("reads_total", at=start - 1) == []
        with pytest.raises(ValueError, match="parse error"):
            prometheus.query("sum(")


def test_a_scraped_gateway_keeps_the_labels_that_were_pushed(tmp_path: Path, standin: StandInGateway, job: str) -> None:
    ask("PUT", f"{standin.url}/metrics/job/{job}", "answer 42\n")
    with Prometheus(tmp_path, [standin.url]) as prometheus:
        (answer,) = prometheus.wait_for(f'answer{{job="{job}"}}')
        assert answer == ({"__name__": "answer", "job": job}, 42.0)
