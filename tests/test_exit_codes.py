"""What a run's exit code says, and what is told and published along with it."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import Journeys
from tests.faulty import Features

ONE = ("-f", "progress", "-n", "A new bucket is listed")
QUICK = {"AWS_MAX_ATTEMPTS": "1", "JOURNEYS_TARGET": "the target"}

KEPT = """\
  Scenario: A promise that is kept
    When I create a bucket
    Then the bucket is empty
"""
BROKEN = """\
  Scenario: A promise that is broken
    Given an empty bucket
    When I store an object as "a.txt"
    Then the bucket is empty
"""
TOO_SLOW = """\
  Scenario: A promise that is kept too slowly
    Given an empty bucket
    When I store an object as "a.txt"
    Then 100 % of the writes finish within 0.001 ms
"""
UNDEFINED = """\
  Scenario: A promise that nobody can judge
    Given an empty bucket
    Then the bucket sings
"""
CRASHES = """\
  Scenario: A promise whose step has a bug
    Given an empty bucket
    Then our own code crashes
"""
CRASHING_STEP = """\
from behave import then

@then("our own code crashes")
def _(context):
    raise ZeroDivisionError("our fault")
"""

MISSPELT = (
    """\
  @somke @needs.versionning @deadline:5mins @deadlin:5m
  Scenario: Everything is misspelt
    Given an emtpy bucket
    When I store a 5 MiBs object as "a.txt"
    And I stores an object as "a.txt"
    And I store a 5MiB object as "a.txt"
    And the bucket is empty
    Then "a.txt" read back unchanged
    And 95 % of the reads finish within 3 secs
""",
)
NEAREST = (
    r"made\.feature:5: .*'an emtpy bucket'; the nearest is 'an empty bucket' \(emtpy: empty\)",
    r"made\.feature:6: .*'MiBs' is no unit \(did you mean MiB\?\)",
    r"""made\.feature:7: .*the nearest is 'I store an object as "\{key:Name\}"' \(stores: store\)""",
    r"made\.feature:8: .*'5MiB' needs a space: 5 MiB",
    r"made\.feature:9: no step is defined as And 'the bucket is empty', but it is as Then",
    r"""made\.feature:10: .*the nearest is '"\{key:Name\}" reads back unchanged' \(read: reads\)""",
    r"made\.feature:11: .*'secs' is no unit \(did you mean s",
    r"made\.feature:3: there is no tag @deadlin:5m \(did you mean deadline:\?\)",
    r"made\.feature:3: a tag @deadline: needs a duration such as 30s, 500ms or 5m; 'mins' is no unit \(did you mean",
    r"made\.feature:3: there is no capability 'versionning' \(did you mean versioning\?\)",
    r"made\.feature:3: there is no tag @somke \(did you mean smoke\?\)",
)


def feature(*scenarios: str) -> str:
    return "Feature: Made for a test\n\n" + "\n".join(scenarios)


def verdict(result: subprocess.CompletedProcess[str]) -> str:
    lines = [line for line in result.stdout.splitlines() if line.startswith("Verdict: ")]
    assert len(lines) == 1, result.stdout
    return lines[0]


# --- 0 and 1 -----------------------------------------------------------------------------------------------


def test_0_every_promise_kept(journeys: Journeys) -> None:
    result = journeys.run(*ONE, **QUICK)
    assert result.returncode == 0
    assert verdict(result) == "Verdict: every promise kept (exit code 0)."
    assert journeys.behave(*ONE, **QUICK).returncode == 0
    pushed = journeys.metrics()
    assert pushed.value("journey_last_run_success") == 1
    assert pushed.value("journey_runs_total") == 2
    assert pushed.value("journey_run_failures_total") == 0


def test_1_a_promise_broken(journeys: Journeys, tmp_path: Path) -> None:
    features = Features(tmp_path, broken=feature(KEPT, BROKEN))
    result = journeys.run(features.path, **QUICK)
    assert result.returncode == 1
    assert verdict(result) == "Verdict: 1 of 2 promises broken (exit code 1)."
    told = result.stdout.partition("BROKEN: A promise that is broken\n")[2].splitlines()[0]
    assert re.fullmatch(
        r" +Expected journeys-\S+ to list nothing, but it lists 'a.txt' \(1024 B\): 'a.txt' should not be there\.", told
    )
    assert journeys.behave(features.path, **QUICK).returncode == 1
    pushed = journeys.metrics()
    assert pushed.value("journey_last_run_success") == 0
    assert pushed.value("journey_run_failures_total") == 2
    assert pushed.value("journey_last_run_scenarios", result="passed") == 1
    assert pushed.value("journey_last_run_scenarios", result="failed") == 1
    assert pushed.value("journey_scenario_success", scenario="a-promise-that-is-kept") == 1
    assert pushed.value("journey_scenario_success", scenario="a-promise-that-is-broken") == 0
    assert pushed.value("journey_scenario_failures_total", scenario="a-promise-that-is-broken") == 2
    assert pushed.total("journey_failures_total") == 0  # every call did what it said


@pytest.mark.parametrize(
    ("wrong", "evidence", "reason"),
    [
        (
            {"AWS_SECRET_ACCESS_KEY": "n0t-the-secret-of-the-tester"},
            r"the server answered 403 SignatureDoesNotMatch \(.+\) after \S+ m?s \(1 attempt, request id \S+\)",
            "auth",
        ),
        (
            {"AWS_ACCESS_KEY_ID": "nobody", "AWS_SECRET_ACCESS_KEY": "n0t-the-secret-of-the-tester"},
            r"the server answered 403 InvalidAccessKeyId \(.+\) after \S+ m?s \(1 attempt, request id \S+\)",
            "auth",
        ),
        (
            {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"},
            r"there was no answer \(.+\) after \S+ m?s \(1 attempt\)",
            "connect",
        ),
    ],
    ids=["wrong secret", "unknown key", "unreachable endpoint"],
)
def test_1_the_cloud_refuses_or_is_away(journeys: Journeys, wrong: dict, evidence: str, reason: str) -> None:
    assert journeys.run(*ONE, **QUICK).returncode == 0
    before = journeys.metrics()
    result = journeys.run(*ONE, **QUICK | wrong)
    assert result.returncode == 1
    assert verdict(result) == "Verdict: 1 of 1 promises broken (exit code 1)."
    told = result.stdout.partition("BROKEN: A new bucket is listed\n")[2].splitlines()[0]
    assert re.match(rf" +Expected s3\.CreateBucket of journeys-\S+ to succeed, but {evidence}\. ", told), told
    assert "n0t-the-secret" not in result.stdout

    pushed = journeys.metrics()
    assert pushed.value("journey_last_run_success") == 0
    assert pushed.value("journey_run_failures_total") == 1
    assert pushed.value("journey_failures_total", api="s3", reason=reason) == 1
    assert pushed.total("journey_failures_total") == 1
    for name in ("journey_last_success_timestamp_seconds", "journey_scenario_last_success_timestamp_seconds"):
        assert pushed.value(name) == before.value(name)
    assert pushed.value("journey_last_run_timestamp_seconds") > before.value("journey_last_run_timestamp_seconds")


# --- 2 -----------------------------------------------------------------------------------------------------


def test_2_no_target(journeys: Journeys) -> None:
    # A setting that is empty counts as none, and wins over a .env that an author may have.
    nothing = dict.fromkeys(("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "JOURNEYS_TARGET", "AWS_PROFILE"), "")
    result = journeys.run(*ONE, **nothing)
    assert result.returncode == 2
    assert "No target is configured" in result.stdout
    assert "./run.sh demo" in result.stdout
    assert journeys.behave(*ONE, **nothing).returncode == 1
    assert journeys.metrics().samples == []


def test_2_every_wrong_setting_is_named_at_once_and_no_secret_shown(journeys: Journeys) -> None:
    secret = "hunter2-of-the-tester"
    wrong = {
        "AWS_ENDPOINT_URL_S3": "s3.example.com",
        "AWS_ACCESS_KEY_ID": "",
        "AWS_SECRET_ACCESS_KEY": secret,
        "PUSHGATEWAY_URL": f"https://me:{secret}@gateway.example.com",
        "PUSHGATEWAY_PASSWORD": secret,
        "JOURNEYS_OBJECTS": "many",
        "JOURNEYS_OBJECT_SIZE": "-1 KiB",
        "JOURNEYS_READ_TIMEOUT": "soon",
        "JOURNEYS_SECRET": secret,
        "JOURNEYS_OBJETCS": "3",
    }
    result = journeys.run(*ONE, **wrong)
    assert result.returncode == 2
    named = {*wrong, "PUSHGATEWAY_USERNAME"} - {"AWS_SECRET_ACCESS_KEY", "PUSHGATEWAY_PASSWORD"}  # these are right
    assert {name for name in named if name in result.stdout} == named
    assert "did you mean JOURNEYS_OBJECTS?" in result.stdout
    assert secret not in result.stdout
    assert "Traceback" not in result.stdout


def test_2_a_url_without_a_scheme_does_not_give_its_password_away(journeys: Journeys) -> None:
    result = journeys.run(*ONE, PUSHGATEWAY_URL="me:hunter2-of-the-tester@gateway.example.com:9091")
    assert result.returncode == 2
    assert "PUSHGATEWAY_URL must be" in result.stdout
    assert "hunter2" not in result.stdout


def test_2_a_target_without_a_file(journeys: Journeys) -> None:
    result = journeys.run("--target", "atlantis", *ONE)
    assert result.returncode == 2
    assert "targets/atlantis.env" in result.stdout
    assert "Traceback" not in result.stdout


@pytest.mark.parametrize(
    "arguments",
    [("serve",), ("features/s3/bukkets.feature",), ("run", "features/s3/bukkets.feature"), ("--no-such-option",)],
    ids=" ".join,
)
def test_2_what_does_not_exist(journeys: Journeys, arguments: tuple[str, ...]) -> None:
    result = journeys.run(*arguments, **QUICK)
    assert result.returncode == 2
    assert arguments[-1] in result.stdout
    assert "Traceback" not in result.stdout


WRONG_SUITES = {
    "undefined step": (feature(UNDEFINED), "", r"made\.feature:5: no step is defined as Then 'the bucket sings'"),
    "whatever is misspelt": (feature(*MISSPELT), "", "(?s)" + ".*".join(NEAREST)),
    "syntax error": (feature(KEPT, "    Whatever I do\n"), "", r"made\.feature"),
    "syntax error in a step file": (feature(KEPT), "def (", r"SyntaxError"),
    "step file that can't import": (feature(KEPT), "import nowhere_to_be_found", r"nowhere_to_be_found"),
    "a step defined twice": (
        feature(KEPT),
        'from behave import then\n\n@then("the bucket is empty")\ndef _(context): pass\n',
        r"already been defined",
    ),
    "the same title twice": (feature(KEPT, KEPT), "", r"made\.feature:7: .*title.*made\.feature:3"),
    "titles that become the same label": (
        feature(KEPT, KEPT.replace("that is kept", "(that is kept!)")),
        "",
        r"made\.feature:7: .*title",
    ),
    "no steps": (feature("  Scenario: A promise of nothing\n", KEPT), "", r"made\.feature:3: .*no steps"),
    "no steps but a background's": (
        feature("  Background:\n    Given an empty bucket\n", "  Scenario: A promise of nothing\n"),
        "",
        r"made\.feature:6: .*no steps",
    ),
    "a deadline that is none": (feature("  @deadline:soon\n" + KEPT), "", r"@deadline"),
    "all steps commented out": (
        feature("  Scenario: A promise of nothing\n    # When I create a bucket\n"),
        "",
        r"no steps",
    ),
    "a keyword that is misspelt": (
        feature(KEPT.replace("    When I", "    Whem I create a bucket\n    When I")),
        "",
        r"made\.feature:3: 'Whem I create a bucket' is a step with a wrong keyword",
    ),
    "no scenario": (feature(), "", r"no scenario was selected"),
    "only skipped scenarios": (feature("  @needs.versioning\n" + KEPT), "", r"does not declare versioning"),
    "a capability that there is not": (
        feature("  @needs.versionning\n" + KEPT),
        "",
        r"made\.feature:3: there is no capability 'versionning' \(did you mean versioning\?\)",
    ),
    "a step of ours crashes": (feature(CRASHES), CRASHING_STEP, r"our fault"),
}


@pytest.mark.parametrize(("text", "steps", "said"), WRONG_SUITES.values(), ids=WRONG_SUITES)
def test_2_the_suite_is_wrong(journeys: Journeys, tmp_path: Path, text: str, steps: str, said: str) -> None:
    features = Features(tmp_path, made=text)
    (features.steps / "own.py").write_text(steps)
    result = journeys.run(features.path, **QUICK)
    assert result.returncode == 2
    assert verdict(result).endswith(" (exit code 2).")
    assert re.search(said, result.stdout), result.stdout
    pushed = journeys.metrics()
    assert pushed.value("journey_last_run_success") == 0
    assert pushed.value("journey_run_failures_total") == 1
    assert pushed.value("journey_last_success_timestamp_seconds") is None
    assert pushed.total("journey_failures_total") == 0


@pytest.mark.parametrize("text", [feature(UNDEFINED), feature(KEPT, "    Whatever I do\n"), feature()])
def test_plain_behave_is_not_green_where_nothing_is_judged(journeys: Journeys, tmp_path: Path, text: str) -> None:
    assert journeys.behave(Features(tmp_path, made=text).path, **QUICK).returncode == 1


@pytest.mark.parametrize(
    "selection",
    [("--tags", "@smok"), ("-n", "Nobody promised that"), ("--tags", "@s3 and not @s3")],
    ids=["mistyped tag", "unknown title", "impossible tags"],
)
def test_2_an_empty_selection(journeys: Journeys, selection: tuple[str, ...]) -> None:
    result = journeys.run("-f", "progress", *selection, **QUICK)
    assert result.returncode == 2
    assert verdict(result).startswith("Verdict: no scenario was selected")
    assert journeys.metrics().value("journey_last_run_success") == 0


def test_2_tags_that_can_not_be_read(journeys: Journeys) -> None:
    result = journeys.run("--tags", "not (", **QUICK)
    assert result.returncode == 2
    assert "TagExpressionError" in result.stdout


# --- 3, and what goes before what --------------------------------------------------------------------------


def test_3_kept_but_too_slowly(journeys: Journeys, tmp_path: Path) -> None:
    features = Features(tmp_path, slow=feature(KEPT, TOO_SLOW))
    junit = tmp_path / "junit"
    result = journeys.run(features.path, "--junit", "--junit-directory", str(junit), **QUICK)
    assert result.returncode == 3
    assert verdict(result) == "Verdict: every promise kept, 1 too slowly (exit code 3)."
    assert re.search(
        r"Expected 100% of the 1 calls of s3\.PutObject to finish within .* the slowest took", result.stdout
    )
    assert sum(file.read_text().count("<failure") for file in junit.iterdir()) == 1
    assert journeys.behave(features.path, **QUICK).returncode == 1
    pushed = journeys.metrics()
    assert pushed.value("journey_last_run_success") == 0
    assert pushed.value("journey_scenario_success", scenario="a-promise-that-is-kept-too-slowly") == 0
    assert pushed.total("journey_operation_failures_total") == 0


@pytest.mark.parametrize(
    ("scenarios", "code"),
    [
        ((TOO_SLOW, BROKEN), 1),
        ((CRASHES, BROKEN), 1),
        ((TOO_SLOW, CRASHES), 2),
        ((BROKEN, UNDEFINED), 2),
    ],
    ids=["broken before too slow", "broken before crashed", "crashed before too slow", "undefined before broken"],
)
def test_what_matters_most_is_the_verdict(journeys: Journeys, tmp_path: Path, scenarios: tuple, code: int) -> None:
    features = Features(tmp_path, mixed=feature(*scenarios))
    (features.steps / "own.py").write_text(CRASHING_STEP)
    result = journeys.run(features.path, **QUICK)
    assert result.returncode == code
    assert verdict(result).endswith(f" (exit code {code}).")


def test_nothing_is_begun_when_something_can_not_be_judged(journeys: Journeys, tmp_path: Path) -> None:
    features = Features(tmp_path, mixed=feature(KEPT, UNDEFINED))
    assert journeys.run(features.path, **QUICK).returncode == 2
    pushed = journeys.metrics()
    assert pushed.total("journey_operations_total") == 0
    assert pushed.total("journey_scenario_executions_total") == 0
