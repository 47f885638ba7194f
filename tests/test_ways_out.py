"""The ways in which the series leave us: each gives the same, and all of it or nothing."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from journeys import gateway as pushing
from journeys import textfile
from journeys.demo.pushgateway import Pushgateway
from journeys.demo.seaweedfs import SeaweedFS
from journeys.failures import DeliveryError
from tests.conftest import Journeys
from tests.faulty import Answer, FaultyProxy, Request, Store
from tests.monitor import PUT, Monitor, SharedClients, shown
from tests.realtools import require
from tests.test_demo_servers import HASH_OF_TEST


@pytest.fixture
def monitor(
    store: SeaweedFS, gateway: Pushgateway, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch
) -> Monitor:
    monkeypatch.setattr("journeys.run.Clients", SharedClients)
    return Monitor(store, gateway, tmp_path, request.node.name)


def series(exposition: str) -> dict[tuple, float]:
    """Samples by name and labels; bounds as numbers, as node_exporter writes 1.0 as 1, like the gateway does."""
    return {
        (sample.name, *sorted((name, _number(value)) for name, value in sample.labels.items() if value)): sample.value
        for family in text_string_to_metric_families(exposition)
        for sample in family.samples
        if sample.name.startswith("journey_")
    }


def _number(value: str) -> str | float:
    try:
        return float(value)
    except ValueError:
        return value


def test_every_way_out_gives_the_same_series(monitor: Monitor, tmp_path: Path) -> None:
    collected = tmp_path / "collected"
    collected.mkdir()
    outcome = monitor.run(0.2, 4.0, JOURNEYS_TEXTFILE=str(collected))
    assert (outcome.pushed, outcome.problems) == (True, [])
    (file,) = collected.glob("*.prom")
    assert series(file.read_text()) == series(shown(monitor.gateway.url, monitor.suite))
    assert len(series(file.read_text())) > 100
    assert list(collected.iterdir()) == [file], "nothing unfinished is left"
    assert file.stat().st_mode & 0o777 == 0o644, "node_exporter is another user"


def test_promtool_finds_no_fault_with_the_textfile(monitor: Monitor, tmp_path: Path) -> None:
    monitor.run(0.2, JOURNEYS_TEXTFILE=str(tmp_path / "ours.prom"), PUSHGATEWAY_URL="")
    with (tmp_path / "ours.prom").open() as exposition:
        subprocess.run([require("promtool"), "check", "metrics"], stdin=exposition, check=True, capture_output=True)


def test_the_textfile_alone_carries_totals_over_a_lost_state(monitor: Monitor, tmp_path: Path) -> None:
    way = {"JOURNEYS_TEXTFILE": str(tmp_path / "ours.prom"), "PUSHGATEWAY_URL": ""}
    monitor.run(0.2, 0.3, **way)
    monitor.lose_the_state()
    monitor.run(0.2, **way)
    operations = ("journey_operations_total", ("job", "journeys"), ("operation", PUT))
    (value,) = [v for key, v in series((tmp_path / "ours.prom").read_text()).items() if key[:3] == operations]
    assert value == 3


def test_a_textfile_that_can_not_be_written_is_told_and_keeps_what_it_had(monitor: Monitor, tmp_path: Path) -> None:
    path = tmp_path / "gone" / "ours.prom"
    outcome = monitor.run(0.2, JOURNEYS_TEXTFILE=str(path))
    assert not outcome.pushed
    assert outcome.exit_code == 0
    assert any(str(path) in problem for problem in outcome.problems)
    assert series(shown(monitor.gateway.url, monitor.suite)), "the other way out is not held up"
    path.parent.mkdir()
    assert monitor.run(0.2, JOURNEYS_TEXTFILE=str(path)).pushed
    counted = {key[0]: value for key, value in series(path.read_text()).items()}
    assert counted["journey_delivery_failures_total"] == 2, "the zeros, and the results"


def test_one_way_that_is_stuck_leaves_the_other_its_time(monitor: Monitor, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "stuck.prom")  # to be read without a writer, for ever
    settings = monitor.settings(JOURNEYS_TEXTFILE=str(tmp_path / "stuck.prom"))
    with pytest.raises(DeliveryError, match=r"within 0\.2 s"):
        textfile.pull(settings, 0.2)
    changes = {"JOURNEYS_TEXTFILE": str(tmp_path / "stuck.prom"), "JOURNEYS_PUSH_TIMEOUT": "2s"}
    monitor.run(0.2, **changes)
    assert series(shown(monitor.gateway.url, monitor.suite))


# --- gateways that want to know who we are


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A CA of its own, a server's certificate for 127.0.0.1 and a client's, each with its key."""
    directory = tmp_path_factory.mktemp("certificates")

    def openssl(*arguments: str) -> None:
        command = ["openssl", *arguments]
        subprocess.run(command, cwd=directory, check=True, capture_output=True, timeout=60)

    key = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1")
    openssl("req", "-x509", *key, "-subj", "/CN=ca", "-keyout", "ca.key", "-out", "ca.pem")
    for name in ("server", "client"):
        extension = ("-addext", "subjectAltName=IP:127.0.0.1")
        openssl(
            *("req", "-x509", *key, "-subj", f"/CN={name}", *extension, "-CA", "ca.pem", "-CAkey", "ca.key"),
            *("-keyout", f"{name}.key", "-out", f"{name}.pem"),
        )
    return directory


@pytest.fixture(scope="module")
def strict(certificates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pushgateway]:
    """A real gateway behind TLS, which wants a certificate and a password."""
    directory = tmp_path_factory.mktemp("strict")
    web_config = directory / "web.yml"
    web_config.write_text(
        f"tls_server_config: {{cert_file: {certificates}/server.pem, key_file: {certificates}/server.key, "
        f"client_ca_file: {certificates}/ca.pem, client_auth_type: RequireAndVerifyClientCert}}\n"
        f"basic_auth_users: {{monitor: {HASH_OF_TEST}}}\n"
    )
    with Pushgateway(directory, require("prometheus-pushgateway"), web_config=web_config) as server:
        yield server


def test_mutual_tls_and_a_password(monitor: Monitor, strict: Pushgateway, certificates: Path) -> None:
    given = {
        "PUSHGATEWAY_URL": strict.url,
        "PUSHGATEWAY_CA_BUNDLE": str(certificates / "ca.pem"),
        "PUSHGATEWAY_CLIENT_CERTIFICATE": str(certificates / "client.pem"),
        "PUSHGATEWAY_CLIENT_KEY": str(certificates / "client.key"),
        "PUSHGATEWAY_USERNAME": "monitor",
        "PUSHGATEWAY_PASSWORD": "test",
    }
    outcome = monitor.run(0.2, **given)
    assert (outcome.pushed, outcome.problems) == (True, [])
    refused = {
        "PUSHGATEWAY_CA_BUNDLE": "certificate verify failed",
        "PUSHGATEWAY_CLIENT_KEY": "can't be used",
        "PUSHGATEWAY_PASSWORD": "answered 401",
    }
    without = {"PUSHGATEWAY_CA_BUNDLE": "", "PUSHGATEWAY_CLIENT_KEY": "", "PUSHGATEWAY_PASSWORD": "wrong"}
    for name, said in refused.items():
        with pytest.raises(DeliveryError, match=said):
            pushing.pull(monitor.settings(**given | {name: without[name]}), 10)
    nobody = given | {"PUSHGATEWAY_CLIENT_CERTIFICATE": "", "PUSHGATEWAY_CLIENT_KEY": ""}
    with pytest.raises(DeliveryError, match="can't be used"):
        pushing.pull(monitor.settings(**nobody), 10)


def test_a_bearer_token(monitor: Monitor) -> None:
    """The gateway itself knows none; what stands before it may."""

    def asks(request: Request, gateway: Store) -> Answer:
        token = dict(request.headers).get("Authorization")
        return gateway(request) if token == "Bearer the-token" else Answer(401, [], b"No.")

    operations = ("PUT", "PutObject", "GET", "GetObject", "ListBuckets")
    with FaultyProxy(monitor.gateway.url, **dict.fromkeys(operations, asks)) as front:
        assert monitor.run(0.2, PUSHGATEWAY_URL=front.url, PUSHGATEWAY_TOKEN="the-token").pushed
        outcome = monitor.run(0.2, PUSHGATEWAY_URL=front.url, PUSHGATEWAY_TOKEN="another-token")
    assert not outcome.pushed
    assert "answered 401" in outcome.problems[0]
    assert "another-token" not in "".join(outcome.problems)


# --- ./run.sh forget


def test_forgetting_a_suite_removes_its_group_and_what_would_be_pushed_again(journeys: Journeys) -> None:
    quick = ("-n", "A new bucket is listed", "-f", "progress")
    assert journeys.run(*quick).returncode == 0
    assert journeys.metrics().samples
    forgotten = journeys.run("forget", "--suite", journeys.suite)
    assert forgotten.returncode == 0, forgotten.stdout
    assert "Forgotten: " in forgotten.stdout
    assert not journeys.metrics().samples
    assert journeys.run(*quick).returncode == 0
    assert journeys.metrics().value("journey_runs_total") == 1


def test_forgetting_where_the_gateway_is_away_is_told(journeys: Journeys) -> None:
    said = journeys.run("forget", "--suite", journeys.suite, PUSHGATEWAY_URL="http://127.0.0.1:9")
    assert said.returncode == 1
    assert "still to be removed" in said.stdout
    assert journeys.run("forget").returncode == 2
