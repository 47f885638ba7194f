"""Settings of a cloud: which one is meant, who logs in, what is missing, and no secret ever shown."""

import importlib.util
import os
from pathlib import Path

import openstack.config
import pytest

from journeys.settings import Settings, SettingsError, parse

SECRET = "planted-7f3a/+="
OPENSTACK = {
    "OS_AUTH_URL": "https://cloud.example.com:5000/v3",
    "OS_USERNAME": "monitor",
    "OS_PASSWORD": SECRET,
    "OS_PROJECT_NAME": "monitoring",
}
EC2 = {
    "AWS_ENDPOINT_URL_EC2": "https://ec2.example.com",
    "AWS_ACCESS_KEY_ID": "key",
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "JOURNEYS_SERVER_IMAGE": "ami-1",
}
CLOUDS = """\
clouds:
  whole:
    auth:
      auth_url: https://cloud.example.com:5000/v3
      username: monitor
      password: {secret}
      project_name: monitoring
      user_domain_name: Default
      project_domain_name: Default
  credential:
    auth_type: v3applicationcredential
    auth:
      auth_url: https://cloud.example.com:5000/v3
      application_credential_id: id
      application_credential_secret: {secret}
"""


@pytest.fixture(autouse=True)
def nothing_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """openstacksdk looks into the environment, and for clouds.yaml in places that it found when it was imported."""
    assert openstack.config
    for name in [name for name in os.environ if name.startswith("OS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(tmp_path / "clouds.yaml"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "clouds.yaml").write_text(CLOUDS.format(secret=SECRET))


def given(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in environ.items():
        if name.startswith("OS_"):
            monkeypatch.setenv(name, value)
    return parse(environ)


def problems(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    with pytest.raises(SettingsError) as wrong:
        given(environ, monkeypatch)
    assert SECRET not in str(wrong.value)
    return wrong.value.problems


def without(environ: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name not in names}


# --- one cloud


def test_a_url_a_user_and_a_project_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given(OPENSTACK, monkeypatch)
    assert (settings.services, settings.target) == ({"cloud"}, "cloud.example.com:5000")


@pytest.mark.parametrize("cloud", ["whole", "credential"])
def test_a_cloud_of_clouds_yaml_is_enough_and_its_secret_is_known(cloud: str, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = given({"OS_CLOUD": cloud}, monkeypatch)
    assert (settings.services, settings.target) == ({"cloud"}, "cloud.example.com:5000")
    assert settings.redact(f"it is {SECRET}, truly") == "it is ***, truly"
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    "login",
    [
        {"OS_APPLICATION_CREDENTIAL_ID": "id", "OS_APPLICATION_CREDENTIAL_SECRET": SECRET},
        {"OS_TOKEN": SECRET, "OS_PROJECT_ID": "1"},
        {"OS_USER_ID": "1", "OS_PASSWORD": SECRET, "OS_PROJECT_ID": "1"},
        {"OS_AUTH_TYPE": "v3oidcpassword"},
    ],
    ids=["application credential", "token", "ids", "a way of its own"],
)
def test_other_ways_to_log_in_are_enough(login: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert given({"OS_AUTH_URL": OPENSTACK["OS_AUTH_URL"], **login}, monkeypatch).openstack


def test_a_password_can_come_from_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "password").write_text(f"{SECRET}\n")
    settings = given(without(OPENSTACK, "OS_PASSWORD") | {"OS_PASSWORD_FILE": str(tmp_path / "password")}, monkeypatch)
    assert settings.os_password == SECRET


def test_ec2_is_a_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    assert given(EC2, monkeypatch).services == {"cloud"}


def test_a_store_and_a_cloud_may_be_one_target(monkeypatch: pytest.MonkeyPatch) -> None:
    store = {"AWS_ENDPOINT_URL_S3": "https://s3.example.com", **without(EC2, "AWS_ENDPOINT_URL_EC2")}
    settings = given(store | OPENSTACK, monkeypatch)
    assert (settings.services, settings.target) == ({"s3", "cloud"}, "s3.example.com")


# --- what is missing, or too much


@pytest.mark.parametrize(
    ("environ", "missing"),
    [
        (without(OPENSTACK, "OS_USERNAME"), "OS_USERNAME"),
        (without(OPENSTACK, "OS_PASSWORD"), "OS_PASSWORD"),
        (without(OPENSTACK, "OS_PROJECT_NAME"), "OS_PROJECT_NAME"),
        (
            {"OS_AUTH_URL": OPENSTACK["OS_AUTH_URL"], "OS_APPLICATION_CREDENTIAL_ID": "id"},
            "OS_APPLICATION_CREDENTIAL_SECRET",
        ),
        (OPENSTACK | {"JOURNEYS_READER_USERNAME": "reader"}, "JOURNEYS_READER_PASSWORD"),
        (without(EC2, "JOURNEYS_SERVER_IMAGE"), "JOURNEYS_SERVER_IMAGE"),
        (without(EC2, "AWS_SECRET_ACCESS_KEY"), "AWS_SECRET_ACCESS_KEY"),
        (
            OPENSTACK | {"JOURNEYS_LOGIN_USERNAME": "debian", "JOURNEYS_LOGIN_JUMP_HOST": "gate"},
            "JOURNEYS_LOGIN_JUMP_KEY",
        ),
        (
            OPENSTACK | {"JOURNEYS_LOGIN_USERNAME": "debian", "JOURNEYS_LOGIN_JUMP_KEY": SECRET},
            "JOURNEYS_LOGIN_JUMP_HOST",
        ),
        (
            OPENSTACK | {"JOURNEYS_LOGIN_JUMP_HOST": "gate", "JOURNEYS_LOGIN_JUMP_KEY": SECRET},
            "JOURNEYS_LOGIN_USERNAME",
        ),
    ],
)
def test_what_is_missing_is_named(environ: dict[str, str], missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems(environ, monkeypatch)
    assert problem.startswith(f"{missing} is missing: ")


def test_a_reader_can_not_use_the_project_of_an_application_credential(monkeypatch: pytest.MonkeyPatch) -> None:
    credential = {"OS_APPLICATION_CREDENTIAL_ID": "id", "OS_APPLICATION_CREDENTIAL_SECRET": SECRET}
    reader = {"JOURNEYS_READER_USERNAME": "reader", "JOURNEYS_READER_PASSWORD": SECRET}
    (problem,) = problems({"OS_AUTH_URL": OPENSTACK["OS_AUTH_URL"], **credential, **reader}, monkeypatch)
    assert problem.startswith("JOURNEYS_READER_USERNAME can't be used with an application credential")


def test_all_that_is_missing_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    told = problems({"OS_AUTH_URL": OPENSTACK["OS_AUTH_URL"]}, monkeypatch)
    assert [problem.partition(" ")[0] for problem in told] == ["OS_USERNAME", "OS_PASSWORD", "OS_PROJECT_NAME"]


def test_two_clouds_are_two_targets(monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems(OPENSTACK | EC2, monkeypatch)
    assert "two clouds are two targets" in problem


def test_a_cloud_that_clouds_yaml_does_not_hold_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems({"OS_CLOUD": "elsewhere"}, monkeypatch)
    assert problem.startswith("The OpenStack cloud can't be configured: Cloud elsewhere was not found. clouds.yaml is")


def test_a_clouds_yaml_that_is_none_is_refused_without_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "clouds.yaml").write_text(f"clouds:\n  whole: {{auth: [{SECRET}\n")
    (problem,) = problems({"OS_CLOUD": "whole"}, monkeypatch)
    assert problem.endswith("what is no valid YAML is passed over.")


def test_a_clouds_yaml_that_is_not_there_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "clouds.yaml").unlink()
    (problem,) = problems({"OS_CLOUD": "whole"}, monkeypatch)
    assert "OS_CLIENT_CONFIG_FILE" in problem


def test_a_cloud_without_a_password_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half = [line for line in CLOUDS.splitlines() if "secret" not in line]
    (tmp_path / "clouds.yaml").write_text("\n".join(half))
    (problem,) = problems({"OS_CLOUD": "whole"}, monkeypatch)
    assert problem == "The OpenStack cloud can't be configured: clouds.yaml holds no password of whole."


@pytest.mark.parametrize("password", ["", "user:pass@"])
def test_a_url_that_is_none_is_named_and_not_shown(password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems(OPENSTACK | {"OS_AUTH_URL": f"//{password}{SECRET}"}, monkeypatch)
    assert problem.startswith("OS_AUTH_URL must be a URL")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("JOURNEYS_LOGIN_PORT", "0"),
        ("JOURNEYS_LOGIN_PORT", "65536"),
        ("JOURNEYS_LOGIN_PORT", "ssh"),
        ("JOURNEYS_LOGIN_JUMP_HOST", "monitor@gate"),
        ("JOURNEYS_LOGIN_JUMP_HOST", "gate:0"),
        ("JOURNEYS_OUTSIDE_HOST", "https://example.com"),
    ],
)
def test_a_place_that_is_none_is_named(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    (problem,) = problems(OPENSTACK | {name: value}, monkeypatch)
    assert problem.startswith(f"{name} must be ")
    assert problem.endswith(f", not {value!r}.")


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("gate.example.com", ("gate.example.com", 22)),
        ("gate:2222", ("gate", 2222)),
        ("192.0.2.1:22", ("192.0.2.1", 22)),
        ("[2001:db8::1]:2222", ("2001:db8::1", 2222)),
    ],
)
def test_a_jump_host_is_read_as_people_write_it(
    value: str, place: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    jump = {"JOURNEYS_LOGIN_USERNAME": "debian", "JOURNEYS_LOGIN_JUMP_KEY": SECRET, "JOURNEYS_LOGIN_JUMP_HOST": value}
    assert given(OPENSTACK | jump, monkeypatch).login_jump_host == place


# --- what is not installed


@pytest.mark.parametrize(
    ("environ", "package", "told"),
    [
        (
            OPENSTACK,
            "openstack",
            "OS_AUTH_URL is set, but openstacksdk is not installed: run './run.sh setup openstack'.",
        ),
        (
            {"OS_CLOUD": "whole"},
            "openstack",
            "OS_CLOUD is set, but openstacksdk is not installed: run './run.sh setup openstack'.",
        ),
        (
            EC2 | {"JOURNEYS_LOGIN_USERNAME": "debian"},
            "paramiko",
            "JOURNEYS_LOGIN_USERNAME is set, but paramiko is not installed: run './run.sh setup login'.",
        ),
    ],
)
def test_a_package_that_is_missing_is_told_with_what_installs_it(
    environ: dict[str, str], package: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name, *rest: None if name == package else find(name, *rest))
    assert told in problems(environ, monkeypatch)
