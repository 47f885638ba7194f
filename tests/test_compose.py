"""deploy/compose.yaml, as far as it can be checked without an engine, and the schedule of its monitor."""

import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from journeys.settings import ROOT, specs

DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = YAML(typ="safe").load(DEPLOY / "compose.yaml")
SERVICES = COMPOSE["services"]
ENDS_WITHIN = 60  # seconds; a fraction of one is usual


def read(path: Path) -> dict[str, Any]:
    return YAML(typ="safe").load(path)


def mounts(service: str) -> dict[str, Path]:
    """What of this repository a service sees: where, and what."""
    found = {}
    for volume in SERVICES[service]["volumes"]:
        source, inside, *_ = volume.split(":")
        if source.startswith("."):
            found[inside] = (DEPLOY / source).resolve()
    return found


def test_it_keeps_to_the_compose_specification() -> None:
    checked = subprocess.run(
        [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", DEPLOY / "compose.yaml"],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_what_is_mounted_exists_and_is_read_only(service: str) -> None:
    for volume in SERVICES[service].get("volumes", ()):
        source, _, *mode = volume.split(":")
        if source.startswith("."):
            assert (DEPLOY / source).exists(), source
            assert mode == ["ro,z"], "z: for SELinux"
        else:
            assert source in COMPOSE["volumes"]


@pytest.mark.parametrize("service", SERVICES)
def test_images_are_pinned_and_found_by_every_engine(service: str) -> None:
    image = SERVICES[service]["image"]
    assert re.fullmatch(r"docker\.io/[\w/-]+:v?\d+\.\d+\.\d+", image) or "build" in SERVICES[service]


def test_nothing_listens_beyond_loopback() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert len(ports) == 4
    assert all(port.startswith("127.0.0.1:") for port in ports)
    assert not any("network_mode" in service for service in SERVICES.values())


def test_it_holds_no_secret() -> None:
    secret = {spec["name"] for spec in specs() if spec["secret"]}
    for service in SERVICES.values():
        for name in service.get("environment", {}):
            assert name not in secret
            assert name.endswith("_FILE") or not re.search(r"PASSWORD|SECRET|TOKEN", name)
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert f"deploy/{SERVICES['monitor']['env_file']}" in ignored
    for secret in COMPOSE["secrets"].values():
        assert f"deploy/{secret['file'].split('/')[1]}/" in ignored


def test_its_parts_find_each_other() -> None:
    seen = mounts("prometheus")["/etc/prometheus"]
    prometheus = read(seen / "prometheus.yml")
    named = [job["static_configs"] for job in prometheus["scrape_configs"]]
    named += [manager["static_configs"] for manager in prometheus["alerting"]["alertmanagers"]]
    for target in [target for (static,) in named for target in static["targets"]]:
        host, port = target.split(":")
        assert any(published.endswith(f":{port}") for published in SERVICES[host]["ports"]), target
    grafana = mounts("grafana")
    provisioning = grafana["/etc/grafana/provisioning"]
    (source,) = read(provisioning / "datasources" / "prometheus.yml")["datasources"]
    assert source["url"] == "http://prometheus:9090"
    (provider,) = read(provisioning / "dashboards" / "cloud-journeys.yml")["providers"]
    assert list(grafana[provider["options"]["path"]].glob("*.json"))
    home = Path(SERVICES["grafana"]["environment"]["GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH"])
    assert (grafana[str(home.parent)] / home.name).exists()
    assert mounts("alertmanager")["/etc/alertmanager/alertmanager.yml"].exists()


def test_the_monitor_runs_as_often_as_the_rules_expect_and_ends_before_the_next_run() -> None:
    shell, script, interval, command = SERVICES["monitor"]["entrypoint"]
    assert (shell, command) == ("bash", "./run.sh")
    assert mounts("monitor")[script] == DEPLOY / "schedule.sh"
    assert f"* {interval}\n" in (DEPLOY / "prometheus" / "rules" / "expected.yml").read_text()
    known = {spec["name"]: spec for spec in specs()}
    given = SERVICES["monitor"]["environment"]

    def seconds(name: str) -> float:
        return known[name]["parse"](given[name]) if name in given else known[name]["default"]

    longest = (
        seconds("JOURNEYS_RUN_DEADLINE") + 2 * seconds("JOURNEYS_CLEANUP_TIMEOUT") + seconds("JOURNEYS_PUSH_TIMEOUT")
    )
    assert longest < int(interval)


# --- the schedule


def scheduled(tmp_path: Path, interval: int, script: str) -> subprocess.Popen[str]:
    """The schedule of a program that does what the script says."""
    program = tmp_path / "program"
    program.write_text(f"#!/usr/bin/env bash\n{script}\n")
    program.chmod(0o755)
    command = ["bash", DEPLOY / "schedule.sh", str(interval), program]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def test_a_run_that_fails_is_followed_by_the_next(tmp_path: Path) -> None:
    with scheduled(tmp_path, 1, "echo run; exit 1") as schedule:
        assert [schedule.stdout.readline() for _ in range(2)] == ["run\n"] * 2
        schedule.send_signal(signal.SIGTERM)
        assert schedule.wait(ENDS_WITHIN) in (1, 143), "the last run's verdict; it may have been under way"


def test_a_run_in_progress_cleans_up_before_the_schedule_ends(tmp_path: Path) -> None:
    script = "trap 'kill $!; sleep 0.3; echo cleaned up; exit 143' TERM; echo run; sleep 600 & wait"
    with scheduled(tmp_path, 3600, script) as schedule:
        assert schedule.stdout.readline() == "run\n"
        schedule.send_signal(signal.SIGTERM)
        assert schedule.wait(ENDS_WITHIN) == 143
        assert schedule.stdout.readline() == "cleaned up\n"
