"""The alerts in deploy/prometheus: each fires when it should and not before, tells what to do, outlives its monitor."""

import functools
import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from journeys import metrics
from journeys.demo.process import Server, free_port, speaks_http
from journeys.settings import ROOT
from tests.realtools import require

HERE = ROOT / "deploy" / "prometheus"
CASES = sorted((HERE / "tests").glob("*.yml"))
TARGET = {"suite": "default", "target": "s3.example.com"}
EXPECTED = "journeys:expected_interval:seconds"

# What is not ours: Prometheus' own, and the Pushgateway's of each group (https://github.com/prometheus/pushgateway).
NOT_OURS = {"up", "push_time_seconds", "push_failure_time_seconds"}

# Families that the contract names, and that no journey fills yet.
COMING = {"journey_quota_limit", "journey_quota_used"}


@functools.cache
def read(path: Path) -> dict[str, Any]:
    return YAML(typ="safe").load(path)


def rules() -> Iterator[dict[str, Any]]:
    for path in sorted((HERE / "rules").glob("*.yml")):
        for group in read(path)["groups"]:
            yield from group["rules"]


ALERTS = {rule["alert"]: rule for rule in rules() if "alert" in rule}
ABOUT_A_TARGET = {name for name, rule in ALERTS.items() if EXPECTED in rule["expr"] and "absent" not in rule["expr"]}
ABOUT_A_TARGET |= {"JourneysNotRun"}


def checked(tool: str, *arguments: str | Path) -> str:
    """What the tool says, if it is content."""
    ended = subprocess.run([require(tool), *arguments], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout + ended.stderr


# --- the rules


def test_promtool_accepts_the_configuration_and_all_rules() -> None:
    said = checked("promtool", "check", "config", HERE / "prometheus.yml")
    for path in (HERE / "rules").glob("*.yml"):
        assert path.name in said
    (pushgateway,) = read(HERE / "prometheus.yml")["scrape_configs"]
    assert pushgateway["honor_labels"] is True
    assert f'job="{pushgateway["job_name"]}"' in ALERTS["JourneysGatewayAbsent"]["expr"]


@pytest.mark.parametrize("cases", CASES, ids=lambda path: path.stem)
def test_alerts_fire_when_they_should_and_not_before(cases: Path) -> None:
    checked("promtool", "test", "rules", cases)


def verdicts(alert: str) -> Iterator[bool]:
    """For each time at which the cases look at the alert, whether it fires then."""
    for path in CASES:
        for group in read(path)["tests"]:
            for looked in group["alert_rule_test"]:
                if looked["alertname"] == alert:
                    yield bool(looked.get("exp_alerts"))


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_has_a_case_that_fires_and_one_that_stays_silent(alert: str) -> None:
    assert set(verdicts(alert)) == {True, False}


@pytest.mark.parametrize("alert", sorted(ABOUT_A_TARGET - {"JourneysNotRun"}))
def test_an_alert_does_not_end_because_its_monitor_stopped(alert: str) -> None:
    """In one of its cases it still fires when JourneysNotRun does."""
    both = []
    for path in CASES:
        for group in read(path)["tests"]:
            fires = {
                name: {looked["eval_time"] for looked in group["alert_rule_test"] if looked.get("exp_alerts")
                       and looked["alertname"] == name}
                for name in (alert, "JourneysNotRun")
            }  # fmt: skip
            both += fires[alert] & fires["JourneysNotRun"]
    assert both


def test_only_monitors_that_are_expected_to_run_raise_an_alert() -> None:
    """Which leaves out suites such as `ci`, and keeps the decision in one place."""
    others = set(ALERTS) - ABOUT_A_TARGET
    assert others == {"JourneysAbsent", "JourneysGatewayAbsent"}
    for alert in ABOUT_A_TARGET - {"JourneysNotRun"}:
        assert ALERTS[alert]["expr"].rstrip().endswith(f"and on (suite, target) {EXPECTED}"), alert


def test_one_place_says_how_often_monitors_run(tmp_path: Path) -> None:
    """With the interval changed there, an hourly monitor is missed after two hours instead of twelve minutes."""
    shutil.copytree(HERE / "rules", tmp_path / "rules")
    expected = tmp_path / "rules" / "expected.yml"
    assert expected.read_text().count("* 300\n") == 1
    expected.write_text(expected.read_text().replace("* 300\n", "* 3600\n"))
    runs = "journey_last_run_timestamp_seconds" + '{job="journeys",suite="default",target="s3.example.com"}'
    missed = ALERTS["JourneysNotRun"]["annotations"]
    told = {
        "summary": "s3.example.com is not being watched: the journeys of suite default have stopped.",
        "as_of": "The last run ended 2h 5m 0s ago.",
    }
    looks = [
        {"eval_time": "120m", "alertname": "JourneysNotRun"},
        {
            "eval_time": "125m",
            "alertname": "JourneysNotRun",
            "exp_alerts": [
                {"exp_labels": {**TARGET, "severity": "page"}, "exp_annotations": {**missed, **told}},
            ],
        },
    ]
    cases = tmp_path / "cases.yml"
    group = {"interval": "1m", "input_series": [{"series": runs, "values": "0x130"}], "alert_rule_test": looks}
    order = [
        group["name"] for path in ("expected", "alerts") for group in read(HERE / "rules" / f"{path}.yml")["groups"]
    ]
    files = ["rules/expected.yml", "rules/alerts.yml"]
    whole = {"rule_files": files, "evaluation_interval": "1m", "group_eval_order": order, "tests": [group]}
    cases.write_text(json.dumps(whole))  # JSON is YAML
    checked("promtool", "test", "rules", cases)


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_reads_as_a_sentence_and_leads_to_its_runbook(alert: str) -> None:
    told = ALERTS[alert]["annotations"]
    assert ALERTS[alert]["labels"]["severity"] in ("page", "ticket")
    for text in (told["summary"], told["description"]):
        assert re.fullmatch(r"[A-Z{].*[.]", text), text
    assert ("as_of" in told) == (alert in ABOUT_A_TARGET)
    page, anchor = told["runbook_url"].removeprefix("file:///opt/cloud-journeys/").split("#")
    assert anchor == alert.lower()
    runbook = re.search(rf"^### {alert}\n(.*?)(?=^##|\Z)", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL)
    assert runbook, f"{page} lacks a heading {alert}"
    assert re.findall(r"^- \*\*(.+?):\*\* [A-Z`].+[.?]$", runbook[1], re.MULTILINE) == [
        *("It means", "Look first", "Usual causes", "Do")
    ]


def test_every_runbook_is_that_of_an_alert() -> None:
    told = re.findall(r"^### (Journeys\w+)$", (ROOT / "docs" / "alerts.md").read_text(), re.MULTILINE)
    assert told == list(ALERTS)


def metrics_in(expr: str) -> set[str]:
    """The names of series that a query asks for."""
    expr = re.sub(r'"[^"]*"', "", expr)
    expr = re.sub(r"\{[^}]*\}|\[[^]]*\]|\b(by|on|ignoring|without|group_left|group_right)\s*\([^)]*\)", " ", expr)
    words = re.findall(r"(?<![\w.])[a-z_][\w:]*\b(?!\s*\()", expr)
    return set(words) - {"and", "or", "unless", "bool", "offset", "by", "on", "group_left", "group_right"}


def test_rules_ask_only_for_what_there_is() -> None:
    published = {family.name for family in metrics.FAMILIES if family.kind != "histogram"}
    histograms = {family.name for family in metrics.FAMILIES if family.kind == "histogram"}
    published |= {f"{name}_{part}" for name in histograms for part in ("bucket", "sum", "count")}
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    asked = {name for rule in rules() for name in metrics_in(rule["expr"])}
    assert asked - published - recorded - NOT_OURS - COMING == set()
    assert recorded - asked <= {"journeys:overdue:bool"}, "what is recorded is asked for"
    assert COMING.isdisjoint(published), (
        "it has come: deploy/grafana/dashboards.py can take it from journeys.metrics, too"
    )


# --- Alertmanager


class Alertmanager(Server):
    """A real Alertmanager with our configuration, on loopback.

    Debian's reads templates in /usr/share. Where it is not installed, it is shown those it was unpacked with, in a
    mount namespace of its own: something that not every machine allows.
    """

    def __init__(self, directory: Path):
        self.url = f"http://127.0.0.1:{free_port()}"
        binary = require("prometheus-alertmanager")
        layers = f"lowerdir={binary.parent.parent / 'share'}:/usr/share"
        shown = f'mount -t overlay overlay -o {layers} /usr/share && exec "$@"'
        unpacked = not Path("/usr/share/prometheus/alertmanager").exists()
        command = [
            *([shutil.which("unshare"), "--map-root-user", "--mount", "sh", "-c", shown, "-"] if unpacked else []),
            binary,
            f"--config.file={HERE / 'alertmanager.yml'}",
            f"--storage.path={directory / 'data'}",
            f"--web.listen-address={self.url.removeprefix('http://')}",
            "--cluster.listen-address=",
        ]
        super().__init__("alertmanager", command, directory)

    def answers(self) -> bool:
        return speaks_http(f"{self.url}/-/ready")

    def muted(self, *alerts: dict[str, str]) -> set[str]:
        """Of these alerts, all firing at once, the names of those that reach nobody."""
        body = json.dumps([{"labels": labels} for labels in alerts]).encode()
        said = {"Content-Type": "application/json"}
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        direct.open(urllib.request.Request(f"{self.url}/api/v2/alerts", body, said), timeout=10).close()

        def listed() -> list[dict[str, Any]]:
            with direct.open(f"{self.url}/api/v2/alerts", timeout=10) as answer:
                return [each for each in json.load(answer) if each["labels"] in alerts]

        assert self.wait_until(lambda: len(listed()) == len(alerts), 10)
        return {each["labels"]["alertname"] for each in listed() if each["status"]["inhibitedBy"]}


def test_amtool_accepts_the_configuration() -> None:
    checked("amtool", "check-config", HERE / "alertmanager.yml")


@pytest.mark.parametrize(("severity", "receiver"), [("page", "pages"), ("ticket", "tickets")])
def test_a_severity_has_a_receiver(severity: str, receiver: str) -> None:
    config = f"--config.file={HERE / 'alertmanager.yml'}"
    labels = [f"{name}={value}" for name, value in {**TARGET, "severity": severity}.items()]
    said = checked("amtool", "config", "routes", "test", config, f"--verify.receivers={receiver}", *labels)
    assert receiver in said


def test_what_mutes_and_what_is_muted_are_alerts_of_ours() -> None:
    matchers = [
        re.fullmatch(r'alertname(?:=|!=|=~|!~)"(.+)"', matcher)[1]
        for rule in read(HERE / "alertmanager.yml")["inhibit_rules"]
        for matcher in rule["source_matchers"] + rule["target_matchers"]
    ]
    assert matchers
    assert [matcher for matcher in matchers if not any(re.fullmatch(matcher, alert) for alert in ALERTS)] == []


@pytest.mark.long
def test_one_cause_is_one_message(tmp_path: Path) -> None:
    """What a graver alert explains is muted, of the same target only."""

    def firing(alert: str, target: str, **labels: str) -> dict[str, str]:
        return {"alertname": alert, "suite": "default", "target": target, **labels}

    promise = {"feature": "objects", "scenario": "a"}
    with Alertmanager(tmp_path) as alertmanager:
        muted = alertmanager.muted(
            firing("JourneysNotRun", "stopped"),
            firing("JourneysPromiseStaysBroken", "stopped", **promise),
            firing("JourneysCertificateExpires", "stopped"),
            firing("JourneysLeftovers", "running", kind="bucket"),
        )
        assert muted == {"JourneysPromiseStaysBroken", "JourneysCertificateExpires"}
        muted = alertmanager.muted(
            firing("JourneysDeliveryRefused", "refused"),
            firing("JourneysNotRun", "refused"),
            firing("JourneysSlower", "refused", operation="s3.PutObject"),
        )
        assert muted == {"JourneysNotRun", "JourneysSlower"}
        muted = alertmanager.muted(
            firing("JourneysPromiseStaysBroken", "broken", **promise),
            firing("JourneysPromiseBroken", "broken", **promise),
            firing("JourneysNotSucceeding", "broken"),
            firing("JourneysPromiseBroken", "broken", feature="buckets", scenario="b"),
        )
        assert muted == {"JourneysPromiseBroken", "JourneysNotSucceeding"}
        gone = {"alertname": "JourneysGatewayAbsent", "job": "pushgateway", "instance": "gateway:9091"}
        muted = alertmanager.muted(
            gone, firing("JourneysNotRun", "stopped"), firing("JourneysLeftovers", "running", kind="bucket")
        )
        assert muted == {"JourneysNotRun", "JourneysLeftovers"}
