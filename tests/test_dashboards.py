"""The dashboards in deploy/grafana: made from code, and every panel shows something once journeys have run."""

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.cog.plugins import register_default_plugins
from grafana_foundation_sdk.models.dashboard import Dashboard

from deploy.grafana import dashboards
from journeys import metrics
from journeys.settings import DEFAULT_BUCKETS, ROOT
from journeys.totals import Totals
from tests.conftest import Journeys
from tests.prometheus import Prometheus

MADE = {file.stem: (file, text) for file, text in dashboards.generated().items()}
SHOWN = {name: json.loads(text) for name, (_, text) in MADE.items()}
RULES = sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.yml"))
TARGET, STOPPED = "store.example.com", "stopped.example.com"
UNIT = re.compile(r"s|Bps|iops|short|percentunit")


def panels(name: str) -> list[dict[str, Any]]:
    return [panel for panel in SHOWN[name]["panels"] if panel["type"] != "row"]


PANELS = [
    pytest.param(name, panel, id=f"{name} {panel['title']}".replace(" ", "-"))
    for name in SHOWN
    for panel in panels(name)
]


# --- as Grafana reads them


def test_the_files_are_what_the_code_makes() -> None:
    """If not: python -m deploy.grafana.dashboards."""
    assert {file.stem for file in dashboards.HERE.glob("*.json")} == set(MADE)
    for file, text in MADE.values():
        assert file.read_text() == text, file


@pytest.mark.parametrize("name", SHOWN)
def test_a_dashboard_is_one_by_grafanas_own_types(name: str) -> None:
    register_default_plugins()
    read = JSONEncoder(sort_keys=True).encode(Dashboard.from_json(SHOWN[name]))
    assert json.loads(read) == SHOWN[name]


@pytest.mark.parametrize("name", SHOWN)
def test_a_dashboard_tells_first_how_old_it_is_and_what_can_be_chosen(name: str) -> None:
    shown = SHOWN[name]
    assert panels(name)[0]["title"] == "How old is what you see?"
    assert panels(name)[0]["gridPos"]["w"] == 24
    assert [note["name"] for note in shown["annotations"]["list"] if note["enable"]] == ["Not watched"]
    chosen = [variable["name"] for variable in shown["templating"]["list"]]
    assert chosen[:4] == ["datasource", "suite", "target", "window"]
    assert len({panel["id"] for panel in shown["panels"]}) == len(shown["panels"])
    assert shown["uid"] == f"journeys-{name}"


@pytest.mark.parametrize(("name", "panel"), PANELS)
def test_a_panel_says_what_it_shows(name: str, panel: dict[str, Any]) -> None:
    assert re.fullmatch(r"[A-Z].+[.]", panel["description"])
    assert panel["datasource"]["uid"] == "${datasource}"
    units = re.findall(r'"unit", "value": "(\w+)"|"unit": "(\w+)"', json.dumps(panel["fieldConfig"]))
    assert units or panel["type"] == "state-timeline"
    assert all(UNIT.fullmatch(one or other) for one, other in units)
    assert panel["targets"]
    for target in panel["targets"]:
        assert "$__rate_interval" not in target["expr"], "it follows scrapes, not runs"


@pytest.mark.parametrize("name", SHOWN)
def test_nothing_lies_on_top_of_something_else(name: str) -> None:
    taken = set()
    for panel in SHOWN[name]["panels"]:
        at = panel["gridPos"]
        cells = {(at["x"] + x, at["y"] + y) for x in range(at["w"]) for y in range(at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24
        taken |= cells


# --- as Prometheus answers them


def seen(journeys: Journeys) -> str:
    """What the gateway shows of this suite."""
    with urllib.request.urlopen(f"{journeys.gateway_url}/metrics", timeout=10) as answer:
        lines = answer.read().decode().splitlines()
    return "\n".join(line for line in lines if f'suite="{journeys.suite}"' in line)


def of_target(suite: str, target: str, **labels: str) -> str:
    whole = {"job": "journeys", "suite": suite, "target": target, **labels}
    return ",".join(f'{name}="{value}"' for name, value in whole.items())


# Made up until journeys of these tests fill them: values of the first label of families that the runs below leave out.
MADE_UP = {
    "what": ("replica_visible", "server_active"),
    "objective": ("reads-are-quick",),
    "state": metrics.CANARY_STATES,
    "phase": metrics.PHASES,
    "operation": ("s3.PutObject",),
    "kind": ("bucket",),
}


def made_up(suite: str, times: int, shown: str) -> str:
    """What stands in, after so many runs, for what is not `shown`."""
    totals = Totals(DEFAULT_BUCKETS)
    for family in metrics.FAMILIES:
        if not re.search(rf"^{family.name}(_sum)?\{{", shown, re.MULTILINE):
            for label in MADE_UP.get(family.labels[0], ("any",)) if family.labels else ("",):
                fill(totals, family, [label] * len(family.labels), times)
    for family in metrics.PER_OPERATION:
        fill(totals, family, ["openstack.compute.POST /servers"], times)
    samples = [
        (sample.name, of_target(suite, TARGET, **sample.labels), sample.value)
        for metric in totals.collect()
        for sample in metric.samples
    ]
    cores = of_target(suite, TARGET, project="shop", region="north", resource="cores", unit="cores")
    samples += [(dashboards.QUOTA_LIMIT.name, cores, 100), (dashboards.QUOTA_USED.name, cores, 40 + times)]
    samples += [("up", 'job="pushgateway",instance="pushgateway:9091"', 1)]
    return "\n".join(f"{name}{{{labels}}} {value}" for name, labels, value in samples)


def fill(totals: Totals, family: metrics.Family, labels: list[str], times: int) -> None:
    if family.kind == "gauge":
        totals.set(family, *labels, to=0.9)
    for _ in range(times):
        if family.kind == "counter":
            totals.add(family, *labels)
        elif family.kind == "histogram":
            totals.observe(family, *labels, value=2.0)


def stopped(suite: str, at: float) -> str:
    """What the gateway still shows of a monitor whose last run kept every promise."""
    labels = of_target(suite, STOPPED)
    timestamp, success = metrics.LAST_RUN_TIMESTAMP.name, metrics.LAST_RUN_SUCCESS.name
    return f"{timestamp}{{{labels}}} {at}\n{success}{{{labels}}} 1"


def asked(expr: str, suite: str) -> str:
    """The query with what somebody chose in the browser."""
    chosen = {"suite": suite, "target": ".+", "operation": ".+", "what": ".+"}
    ranges = {"window": "4h", "__interval": "4h", "__range": "6h"}
    for name, value in {**chosen, **ranges}.items():
        expr = expr.replace(f"${name}", value)
    assert "$" not in expr, expr
    return expr


def test_every_panel_shows_something(journeys: Journeys, tmp_path: Path) -> None:
    """To a Prometheus that has seen two good runs, a broken one and a monitor that stopped, and evaluates our rules."""
    snapshots, suite = [], journeys.suite
    journeys.environment["JOURNEYS_TARGET"] = TARGET
    for expected, settings in ((0, {}), (0, {}), (1, {"AWS_SECRET_ACCESS_KEY": "wrong"})):
        ran = journeys.run("-n", "An object can be stored, found, read and deleted", "-f", "progress", **settings)
        assert ran.returncode == expected, ran.stdout
        # waits are all announced at zero, and these runs have none: they are made up, too
        snapshots.append("\n".join(line for line in seen(journeys).splitlines() if metrics.WAIT.name not in line))
    now = time.time()
    old = stopped(suite, now - 7200)
    history = [
        (now - 7000 + 3500 * place, "\n".join([shown, made_up(suite, place + 1, snapshots[-1]), old]))
        for place, shown in enumerate(snapshots)
    ]
    with Prometheus.from_snapshots(tmp_path, history, 200, rules=RULES) as prometheus:
        prometheus.wait_for('ALERTS{alertname="JourneysPromiseBroken", alertstate="firing"}')
        prometheus.wait_for("journeys:objective:burn_rate_6h")
        assert prometheus.wait_until(lambda: prometheus.rules_in_trouble() == [], 20), prometheus.rules_in_trouble()
        wrong = [problem for name in SHOWN for problem in problems(name, prometheus, suite)]
        assert wrong == []

        (note,) = SHOWN["s3"]["annotations"]["list"]
        assert [point.labels["target"] for point in prometheus.query(asked(note["expr"], suite))] == [STOPPED]
        states = prometheus.query(asked(dashboards.state(), suite))
        assert {point.labels["target"]: point.value for point in states} == {TARGET: 1, STOPPED: 2}


def problems(name: str, prometheus: Prometheus, suite: str) -> Iterator[str]:
    """What keeps this dashboard's panels and choices from showing what they should."""
    for panel in panels(name):
        joined = set()
        for target in panel["targets"]:
            answer = prometheus.query(asked(target["expr"], suite))
            place = f"{name}, {panel['title']}: {target['expr']}"
            if not any(point.value == point.value for point in answer) and "push_failure" not in target["expr"]:
                yield f"{place} is empty"
            named = re.findall(r"\{\{(\w+)\}\}", target.get("legendFormat", ""))
            if not all({*named} <= {*point.labels} for point in answer):
                yield f"{place} lacks a label of its legend"
            joined |= {frozenset(point.labels) for point in answer}
        if panel["type"] == "table" and len(panel["targets"]) > 1 and len(joined) > 1:
            yield f"{name}, {panel['title']}: rows of several queries join only by equal labels"
    for variable in SHOWN[name]["templating"]["list"]:
        if variable["type"] == "query":
            of, label = re.fullmatch(r"label_values\((.+), (\w+)\)", variable["query"]).groups()
            if not any(label in point.labels for point in prometheus.query(asked(of, suite))):
                yield f"{name}: nothing to choose for {variable['label']}"
