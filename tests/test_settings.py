"""What the operator sets: read once, checked together, every problem named, no secret ever shown."""

import dataclasses
import importlib.util
import os
import re
from pathlib import Path

import pytest

from journeys import settings as module
from journeys.settings import LAUNCHER_SETTINGS, ROOT, Settings, SettingsError, load, parse, specs

SECRET = "hunter2-in-the-settings"
GOOD = {
    "AWS_ENDPOINT_URL_S3": "https://s3.example.com:9000",
    "AWS_ACCESS_KEY_ID": "an-access-key",
    "AWS_SECRET_ACCESS_KEY": SECRET,
    "HOME": "/nonexistent/home",
}
REPLICA = {"JOURNEYS_REPLICA_ENDPOINT_URL_S3": "https://replica.example.com"}
WEB = {
    "JOURNEYS_WEB_URL": "https://dashboard.example.com/auth/login/",
    "JOURNEYS_WEB_PRIVATE_URL": "https://api.example.com/v1/me",
}
SECRETS = [spec["name"] for spec in specs() if spec["secret"]]


@pytest.fixture(autouse=True)
def aws_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's AWS configuration: an empty one of the test's own. The SDK looks for it in the real environment."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    config = tmp_path / "aws-config"
    config.touch()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(config))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "aws-credentials"))
    return config


def problems(changes: dict[str, str], base: dict[str, str] = GOOD) -> list[str]:
    """What is wrong with good settings after these changes."""
    with pytest.raises(SettingsError) as raised:
        parse(base | changes)
    assert all(problem in str(raised.value) for problem in raised.value.problems)
    return raised.value.problems


# --- good ones


def test_a_few_settings_are_enough() -> None:
    settings = parse(GOOD)
    assert settings.s3_endpoint == "https://s3.example.com:9000"
    assert (settings.target, settings.suite, settings.region) == ("s3.example.com:9000", "default", "us-east-1")
    assert settings.pushgateway_url is None


def test_settings_can_not_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        parse(GOOD).suite = "another"


def test_an_empty_value_counts_as_none() -> None:
    assert parse(GOOD | {"JOURNEYS_OBJECTS": "", "PUSHGATEWAY_URL": ""}) == parse(GOOD)


@pytest.mark.parametrize(
    ("name", "value", "field", "parsed"),
    [
        ("JOURNEYS_OBJECTS", "7", "objects", 7),
        ("JOURNEYS_OBJECT_SIZE", "1MiB", "object_size", 2**20),
        ("JOURNEYS_READ_TIMEOUT", "500ms", "read_timeout", 0.5),
        ("JOURNEYS_SCENARIO_DEADLINE", "5 minutes", "scenario_deadline", 300),
        ("JOURNEYS_CAPABILITIES", "versioning, object-lock,", "capabilities", {"versioning", "object-lock", "tls"}),
        ("JOURNEYS_HISTOGRAM_BUCKETS", "0.1, 0.5,1", "histogram_buckets", (0.1, 0.5, 1.0)),
        ("JOURNEYS_S3_ADDRESSING_STYLE", "Virtual", "addressing_style", "virtual"),
        ("AWS_RETRY_MODE", "adaptive", "retry_mode", "adaptive"),
        ("JOURNEYS_TARGET", "Zürich west", "target", "Zürich west"),
        ("PUSHGATEWAY_URL", "http://gateway:9091/prefix/", "pushgateway_url", "http://gateway:9091/prefix"),
        ("AWS_ENDPOINT_URL_S3", "http://[::1]:9000/", "target", "[::1]:9000"),
    ],
)
def test_values_are_read_as_people_write_them(name: str, value: str, field: str, parsed: object) -> None:
    assert getattr(parse(GOOD | {name: value}), field) == parsed


def test_the_endpoint_of_s3_beats_that_of_every_service() -> None:
    both = {"AWS_ENDPOINT_URL": "http://all.example.com"}
    assert parse(GOOD | both).s3_endpoint == GOOD["AWS_ENDPOINT_URL_S3"]
    assert parse(GOOD | both | {"AWS_ENDPOINT_URL_S3": ""}).target == "all.example.com"


@pytest.mark.parametrize(("ci", "suite"), [("true", "ci"), ("True", "ci"), ("false", "default"), ("", "default")])
def test_a_run_in_ci_is_a_suite_of_its_own(ci: str, suite: str) -> None:
    assert parse(GOOD | {"CI": ci}).suite == suite
    assert parse(GOOD | {"CI": ci, "JOURNEYS_SUITE": "nightly"}).suite == "nightly"


def test_state_is_kept_where_the_xdg_standard_says() -> None:
    assert parse(GOOD | {"HOME": "/home/me"}).state_dir == Path("/home/me/.local/state/cloud-journeys")
    assert parse(GOOD | {"XDG_STATE_HOME": "/var/state"}).state_dir == Path("/var/state/cloud-journeys")
    own = {"XDG_STATE_HOME": "/var/state", "JOURNEYS_STATE_DIR": "/srv/journeys"}
    assert parse(GOOD | own).state_dir == Path("/srv/journeys")


# --- AWS itself, and the profiles of its configuration


def test_aws_itself_needs_a_label_and_a_region_only() -> None:
    settings = parse({"JOURNEYS_TARGET": "aws", "AWS_DEFAULT_REGION": "eu-central-1"})
    assert (settings.s3_endpoint, settings.target, settings.region) == (None, "aws", "eu-central-1")


def test_aws_itself_without_a_region_is_refused() -> None:
    (problem,) = problems({"JOURNEYS_TARGET": "aws"}, base={})
    assert "AWS_DEFAULT_REGION" in problem


def test_no_target_at_all_is_refused_with_a_way_out() -> None:
    (problem,) = problems({}, base={})
    assert "AWS_ENDPOINT_URL_S3" in problem
    assert ".env.example" in problem
    assert "./run.sh demo" in problem


def test_an_own_endpoint_without_credentials_is_refused() -> None:
    (problem,) = problems({}, base={"AWS_ENDPOINT_URL_S3": "http://s3.example.com"})
    assert "AWS_ACCESS_KEY_ID" in problem


@pytest.mark.parametrize(
    "config",
    [
        "[profile mine]\nendpoint_url = https://mine.example.com\nregion = eu-1\n",
        "[profile mine]\nregion = eu-1\nservices = ours\nendpoint_url = https://others.example.com\n"
        "[services ours]\ns3 =\n  endpoint_url = https://mine.example.com\n",
    ],
    ids=["for all services", "for S3"],
)
def test_a_profile_can_name_the_endpoint(config: str, aws_files: Path) -> None:
    aws_files.write_text(config)
    settings = parse({"AWS_PROFILE": "mine"})
    assert settings.s3_endpoint == "https://mine.example.com"
    assert (settings.target, settings.region) == ("mine.example.com", "eu-1")


def test_the_environment_beats_a_profile(aws_files: Path) -> None:
    aws_files.write_text("[profile mine]\nendpoint_url = https://mine.example.com\nregion = eu-1\n")
    settings = parse({**GOOD, "AWS_PROFILE": "mine", "AWS_DEFAULT_REGION": "eu-2"})
    assert (settings.s3_endpoint, settings.region) == (GOOD["AWS_ENDPOINT_URL_S3"], "eu-2")


def test_a_profile_that_is_not_there_is_refused() -> None:
    found = problems({"AWS_PROFILE": "nobody"})
    assert any("nobody" in problem for problem in found)


# --- bad ones


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_ENDPOINT_URL_S3", "s3.example.com"),
        ("AWS_ENDPOINT_URL_S3", "ftp://s3.example.com"),
        ("AWS_ENDPOINT_URL_S3", "https://"),
        ("AWS_ENDPOINT_URL_S3", "https://s3.example.com:99999"),
        ("AWS_ENDPOINT_URL_S3", "https://s3.example.com:port"),
        ("AWS_ENDPOINT_URL_S3", "https://[::1"),
        ("AWS_ENDPOINT_URL_S3", "https://user:pass@s3.example.com"),
        ("PUSHGATEWAY_URL", "localhost:9091"),
        ("AWS_CA_BUNDLE", "/nonexistent/ca.pem"),
        ("PUSHGATEWAY_CA_BUNDLE", "/"),
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "always"),
        ("AWS_RETRY_MODE", "none"),
        ("JOURNEYS_POD_USER", "0"),
        ("JOURNEYS_POD_USER", "2147483648"),
        ("JOURNEYS_POD_USER", "nobody"),
        ("JOURNEYS_WEB_URL", "https://status.example.com, dashboard.example.com"),
        ("JOURNEYS_WEB_URL", "https://straße.example/"),
        ("https_proxy", "proxy.example.com:many"),
        ("JOURNEYS_WEB_PRIVATE_URL", "https://user:pass@api.example.com"),
        ("AWS_MAX_ATTEMPTS", "0"),
        ("JOURNEYS_CAPABILITIES", "versioning,versionin"),
        ("JOURNEYS_OBJECTS", "many"),
        ("JOURNEYS_OBJECTS", "-1"),
        ("JOURNEYS_OBJECTS", "1.5"),
        ("JOURNEYS_OBJECT_SIZE", "0"),
        ("JOURNEYS_OBJECT_SIZE", "1 mile"),
        ("JOURNEYS_READ_TIMEOUT", "soon"),
        ("JOURNEYS_READ_TIMEOUT", "0s"),
        ("JOURNEYS_READ_TIMEOUT", "-5s"),
        ("JOURNEYS_READ_TIMEOUT", "inf"),
        ("JOURNEYS_READ_TIMEOUT", "nan"),
        ("JOURNEYS_HISTOGRAM_BUCKETS", "1,0.5"),
        ("JOURNEYS_HISTOGRAM_BUCKETS", "0.5,0.5"),
        ("JOURNEYS_HISTOGRAM_BUCKETS", "0,1"),
        ("JOURNEYS_HISTOGRAM_BUCKETS", "1,inf"),
        ("JOURNEYS_HISTOGRAM_BUCKETS", "1,nan"),
        ("JOURNEYS_HISTOGRAM_BUCKETS", "fast"),
        ("JOURNEYS_SUITE", "x" * 101),
        ("JOURNEYS_TARGET", 'a "quote"'),
        ("JOURNEYS_TARGET", "a\nline"),
        ("JOURNEYS_TARGET", "a line\n"),
        ("JOURNEYS_SUITE", "  "),
        ("JOURNEYS_S3_ADDRESSING_STYLE", "dns"),
    ],
)
def test_a_bad_value_is_named_with_what_was_expected(name: str, value: str) -> None:
    (problem,) = problems({name: value})
    assert problem.startswith(f"{name} must be ")


def test_all_problems_are_told_at_once() -> None:
    found = problems({"JOURNEYS_OBJECTS": "many", "PUSHGATEWAY_URL": "nowhere", "JOURNEYS_SUIT": "x"})
    assert [next(n for n in ("JOURNEYS_OBJECTS", "PUSHGATEWAY_URL", "JOURNEYS_SUIT") if n in p) for p in found]
    assert len(found) == 3


def test_a_bad_endpoint_is_not_also_called_a_missing_one() -> None:
    assert len(problems({"AWS_ENDPOINT_URL_S3": "s3.example.com"})) == 1


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"AWS_SECRET_ACCESS_KEY": ""}, "AWS_SECRET_ACCESS_KEY"),
        ({"AWS_ACCESS_KEY_ID": ""}, "AWS_ACCESS_KEY_ID"),
        ({"JOURNEYS_SECOND_ACCESS_KEY_ID": "me"}, "JOURNEYS_SECOND_SECRET_ACCESS_KEY"),
        ({"JOURNEYS_SECOND_SECRET_ACCESS_KEY": "s"}, "JOURNEYS_SECOND_ACCESS_KEY_ID"),
        ({"PUSHGATEWAY_USERNAME": "me"}, "PUSHGATEWAY_PASSWORD"),
        ({"PUSHGATEWAY_PASSWORD": "p"}, "PUSHGATEWAY_USERNAME"),
    ],
)
def test_half_of_a_pair_is_refused(changes: dict[str, str], missing: str) -> None:
    (problem,) = problems(changes)
    assert f"{missing} is missing" in problem


def test_a_second_user_is_a_capability() -> None:
    second = {"JOURNEYS_SECOND_ACCESS_KEY_ID": "other", "JOURNEYS_SECOND_SECRET_ACCESS_KEY": "s"}
    assert "second-user" in parse(GOOD | second).capabilities
    assert "second-user" not in parse(GOOD).capabilities
    (problem,) = problems({"JOURNEYS_CAPABILITIES": "second-user"})
    assert "JOURNEYS_SECOND_ACCESS_KEY_ID" in problem
    (problem,) = problems(second | {"JOURNEYS_SECOND_ACCESS_KEY_ID": GOOD["AWS_ACCESS_KEY_ID"]})
    assert "has to be another one" in problem


def test_a_replica_is_a_capability() -> None:
    assert "replica" in parse(GOOD | REPLICA).capabilities
    assert "replica" not in parse(GOOD).capabilities
    (problem,) = problems({"JOURNEYS_CAPABILITIES": "replica"})
    assert "JOURNEYS_REPLICA_ENDPOINT_URL_S3" in problem


def test_keys_of_a_replica_go_together_and_need_a_replica() -> None:
    keys = {"JOURNEYS_REPLICA_ACCESS_KEY_ID": "k", "JOURNEYS_REPLICA_SECRET_ACCESS_KEY": "s"}
    (problem,) = problems(keys)
    assert "JOURNEYS_REPLICA_ENDPOINT_URL_S3 is missing" in problem
    for name in keys:
        (problem,) = problems(REPLICA | keys | {name: ""})
        assert f"{name} is missing" in problem


def test_web_sites_alone_are_a_target_and_no_store() -> None:
    settings = parse({"JOURNEYS_WEB_URL": " https://status.example.com/, https://dashboard.example.com:8443/login/ ,"})
    assert settings.sites == ("https://status.example.com/", "https://dashboard.example.com:8443/login/")
    assert (settings.services, settings.target) == ({"web"}, "status.example.com")
    assert settings.implied >= {"web-tls"}
    loud = parse({"JOURNEYS_WEB_URL": "HTTPS://München.Example:8443/Über"})
    assert loud.sites == ("https://xn--mnchen-3ya.example:8443/Über",)
    assert "web-tls" in loud.capabilities
    named = parse({"JOURNEYS_WEB_URL": "http://status.example.com", "JOURNEYS_TARGET": "status"})
    assert (named.services, named.target, named.implied & {"web-tls"}) == ({"web"}, "status", set())


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"JOURNEYS_WEB_TOKEN": "t"}, "JOURNEYS_WEB_PRIVATE_URL is missing"),
        (WEB, "JOURNEYS_WEB_TOKEN is missing"),
        (WEB | {"JOURNEYS_WEB_USERNAME": "me"}, "JOURNEYS_WEB_PASSWORD is missing"),
        (WEB | {"JOURNEYS_WEB_PASSWORD": "p"}, "JOURNEYS_WEB_USERNAME is missing"),
        (WEB | {"JOURNEYS_WEB_URL": "", "JOURNEYS_WEB_TOKEN": "t"}, "JOURNEYS_WEB_URL is missing"),
        (
            WEB | {"JOURNEYS_WEB_TOKEN": "t", "JOURNEYS_WEB_USERNAME": "me", "JOURNEYS_WEB_PASSWORD": "p"},
            "choose one way to log in",
        ),
    ],
)
def test_a_login_of_a_web_site_needs_all_its_parts(changes: dict[str, str], missing: str) -> None:
    (problem,) = problems(changes)
    assert missing in problem


def test_a_cluster_alone_is_a_target_and_needs_a_context() -> None:
    settings = parse({"JOURNEYS_KUBERNETES_CONTEXT": "kind@lab!1"})
    assert (settings.services, settings.target) == ({"kubernetes"}, "kind@lab-1")
    (problem,) = problems({"KUBECONFIG": "/etc/kubeconfig"}, base={})
    assert "JOURNEYS_KUBERNETES_CONTEXT" in problem, "a kubeconfig may be there for other purposes"


def test_a_cluster_needs_its_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    (problem,) = problems({"JOURNEYS_KUBERNETES_CONTEXT": "lab"})
    assert "run './run.sh setup kubernetes'" in problem


def test_whether_there_is_tls_follows_from_the_endpoint() -> None:
    assert "tls" in parse(GOOD).capabilities
    plain = {"AWS_ENDPOINT_URL_S3": "http://s3.example.com"}
    assert "tls" not in parse(GOOD | plain).capabilities
    (problem,) = problems(plain | {"JOURNEYS_CAPABILITIES": "tls"})
    assert "the endpoint speaks plain HTTP" in problem


def test_two_ways_to_authenticate_at_the_gateway_are_refused() -> None:
    (problem,) = problems({"PUSHGATEWAY_TOKEN": "t", "PUSHGATEWAY_USERNAME": "u", "PUSHGATEWAY_PASSWORD": "p"})
    assert "PUSHGATEWAY_TOKEN" in problem


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("JOURNEYS_OBJECT_SIZES", "JOURNEYS_OBJECT_SIZE"),
        ("JOURNEYS_SUTE", "JOURNEYS_SUITE"),
        ("JOURNEYS_TARGETS", "JOURNEYS_TARGET"),
    ],
)
def test_an_unknown_name_of_ours_is_refused_with_a_suggestion(name: str, meant: str) -> None:
    (problem,) = problems({name: "1"})
    assert problem.startswith(f"{name} is no setting of ours")
    assert problem.endswith(f"did you mean {meant}?")


def test_the_launchers_settings_are_no_unknown_names() -> None:
    assert parse(GOOD | dict.fromkeys(LAUNCHER_SETTINGS, "1")) == parse(GOOD)


# --- secrets


def test_what_is_secret_is_known_as_such() -> None:
    assert {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "PUSHGATEWAY_PASSWORD", "PUSHGATEWAY_TOKEN"} <= {*SECRETS}


JUMP_HOST = {"JOURNEYS_LOGIN_USERNAME": "debian", "JOURNEYS_LOGIN_JUMP_HOST": "gate.example.com"}


def test_no_secret_is_shown_where_settings_are() -> None:
    others = {"PUSHGATEWAY_TOKEN", "JOURNEYS_WEB_TOKEN"}  # which do not go with a password
    secret = {name: f"{SECRET}-{number}" for number, name in enumerate(SECRETS) if name not in others}
    settings = parse(
        GOOD | secret | {"PUSHGATEWAY_USERNAME": "me", "JOURNEYS_WEB_USERNAME": "me", **REPLICA, **WEB, **JUMP_HOST}
    )
    assert SECRET not in repr(settings)
    assert SECRET not in str(settings)
    for value in secret.values():
        assert value not in settings.redact(f"before {value} after")


def test_no_secret_is_shown_where_settings_are_wrong() -> None:
    everything = dict.fromkeys(SECRETS, SECRET) | {"PUSHGATEWAY_USERNAME": "me", "JOURNEYS_OBJECTS": "many"}
    assert SECRET not in "".join(problems(everything))


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_S3", "PUSHGATEWAY_URL", "JOURNEYS_WEB_URL"])
def test_no_password_in_a_url_is_shown(name: str) -> None:
    (problem,) = problems({name: f"https://me:{SECRET}@s3.example.com"})
    assert SECRET not in problem


def test_no_password_in_a_url_without_a_scheme_is_shown() -> None:
    (problem,) = problems({"PUSHGATEWAY_URL": f"me:{SECRET}@gateway:9091"})
    assert SECRET not in problem


@pytest.mark.parametrize("name", SECRETS)
def test_every_secret_can_be_given_as_a_file(name: str, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(f"{SECRET}\n")
    others = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret"}
    if name == "PUSHGATEWAY_PASSWORD":
        others["PUSHGATEWAY_USERNAME"] = "me"
    if name.startswith("JOURNEYS_SECOND_"):
        others |= {"JOURNEYS_SECOND_ACCESS_KEY_ID": "other", "JOURNEYS_SECOND_SECRET_ACCESS_KEY": "other"}
    if name.startswith("JOURNEYS_REPLICA_"):
        others |= REPLICA | {"JOURNEYS_REPLICA_ACCESS_KEY_ID": "other", "JOURNEYS_REPLICA_SECRET_ACCESS_KEY": "other"}
    if name == "JOURNEYS_LOGIN_JUMP_KEY":
        others |= JUMP_HOST
    if name.startswith("JOURNEYS_WEB_"):
        others |= WEB
    if name == "JOURNEYS_WEB_PASSWORD":
        others["JOURNEYS_WEB_USERNAME"] = "me"
    others.pop(name, None)
    environ = {"AWS_ENDPOINT_URL_S3": GOOD["AWS_ENDPOINT_URL_S3"], **others, f"{name}_FILE": str(file)}
    settings = parse(environ)
    field = next(field.name for field in dataclasses.fields(Settings) if field.metadata["name"] == name)
    assert getattr(settings, field) == SECRET


def test_a_secret_and_its_file_together_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    (problem,) = problems({"AWS_SECRET_ACCESS_KEY_FILE": str(file)})
    assert "AWS_SECRET_ACCESS_KEY_FILE" in problem
    assert SECRET not in problem


@pytest.mark.parametrize("file", ["/nonexistent/secret", "/"])
def test_a_secrets_file_that_can_not_be_read_is_named(file: str) -> None:
    found = problems({"AWS_SECRET_ACCESS_KEY": "", "AWS_SECRET_ACCESS_KEY_FILE": file})
    assert any("AWS_SECRET_ACCESS_KEY_FILE can't be read" in problem for problem in found)


def test_a_secrets_file_that_is_no_text_is_refused_without_its_content(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_bytes(b"\xff\xfe" + SECRET.encode())
    found = problems({"AWS_SECRET_ACCESS_KEY": "", "AWS_SECRET_ACCESS_KEY_FILE": str(file)})
    assert any("AWS_SECRET_ACCESS_KEY" in problem for problem in found)
    assert SECRET not in "".join(found)


def test_an_unreadable_secrets_file_is_not_also_called_a_missing_secret() -> None:
    found = problems({"AWS_SECRET_ACCESS_KEY": "", "AWS_SECRET_ACCESS_KEY_FILE": "/nonexistent/secret"})
    assert len(found) == 1


# --- .env and the files of targets


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository's root of the test's own, where `.env` lies."""
    monkeypatch.setattr(module, "ROOT", tmp_path)
    return tmp_path


def test_the_environment_beats_the_env_file(root: Path) -> None:
    (root / ".env").write_text("JOURNEYS_SUITE=of-the-file\nJOURNEYS_OBJECTS=3\n")
    environ = GOOD | {"JOURNEYS_SUITE": "of-the-environment"}
    settings = load(environ=environ)
    assert (settings.suite, settings.objects) == ("of-the-environment", 3)
    assert environ["JOURNEYS_OBJECTS"] == "3", "the SDKs look for standard names in the environment"


def test_a_targets_file_beats_the_environment_and_leaves_the_env_file_out(root: Path) -> None:
    (root / ".env").write_text("JOURNEYS_OBJECTS=3\n")
    target = root / "west.env"
    target.write_text("JOURNEYS_SUITE=of-the-target\n")
    environ = GOOD | {"JOURNEYS_SUITE": "of-the-environment"}
    settings = load(target, environ)
    assert (settings.suite, settings.objects) == ("of-the-target", 15)
    assert environ["JOURNEYS_SUITE"] == "of-the-target"


def test_a_targets_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"west\.env"):
        load(tmp_path / "west.env", dict(GOOD))


def test_without_an_env_file_the_environment_is_enough(root: Path) -> None:
    assert load(environ=dict(GOOD)) == parse(GOOD)


@pytest.mark.parametrize("line", [f"{SECRET}", f"AWS_SECRET_ACCESS_KEY '{SECRET}'", f'PUSHGATEWAY_TOKEN="{SECRET}'])
def test_a_line_that_can_not_be_read_is_named_without_its_content(root: Path, line: str) -> None:
    (root / ".env").write_text(f"# a comment\n\nJOURNEYS_OBJECTS=3\n{line}\n")
    with pytest.raises(SettingsError) as raised:
        load(environ=dict(GOOD))
    (problem,) = raised.value.problems
    assert "Line 4 of .env" in problem
    assert SECRET not in str(raised.value)


def test_unreadable_lines_are_told_together_with_bad_values(root: Path) -> None:
    (root / ".env").write_text("what is this\nJOURNEYS_OBJECTS=many\n")
    with pytest.raises(SettingsError) as raised:
        load(environ=dict(GOOD))
    assert [problem.split()[0] for problem in raised.value.problems] == ["Line", "JOURNEYS_OBJECTS"]


def test_secrets_of_the_env_file_may_hold_what_a_shell_would_expand(root: Path) -> None:
    (root / ".env").write_text("AWS_SECRET_ACCESS_KEY='a$b ${HOME} #c'\n")
    environ = {name: value for name, value in GOOD.items() if name != "AWS_SECRET_ACCESS_KEY"}
    assert load(environ=environ).secret_access_key == "a$b ${HOME} #c"


# --- .env.example


def test_the_example_lists_exactly_what_the_code_knows_with_its_defaults() -> None:
    listed = {}
    for line in (ROOT / ".env.example").read_text().splitlines():
        if found := re.match(r"\s*(?:#\s?)?([A-Z][A-Z0-9_]+)=(\S*)(?:\s+#\s*(.*))?$", line):
            name, value, meaning = found.groups()
            assert name not in listed, f"{name} is listed twice"
            assert meaning, f"{name} says nothing of what it means"
            listed[name] = value.strip("\"'")
    known = {spec["name"]: spec for spec in specs()}
    assert listed.keys() - LAUNCHER_SETTINGS.keys() == known.keys()
    for name, spec in known.items():
        if spec["default"] in (None, frozenset(), ()):
            continue  # nothing, or an example
        assert spec["parse"](listed[name]) == spec["default"], name


def test_every_setting_says_what_it_means() -> None:
    assert all(spec["meaning"] for spec in specs())
    assert not [spec["name"] for spec in specs() if spec["secret"] and spec["default"] is not None]


def test_a_capability_that_there_is_not_is_told_with_the_nearest_that_there_is() -> None:
    (problem,) = problems({"JOURNEYS_CAPABILITIES": "tagging,versionin,object lock"})
    assert "'versionin' (did you mean versioning?)" in problem
    assert "'object lock' (did you mean object-lock?)" in problem
    assert "'tagging'" not in problem
