"""What the documents say is so: scenarios, queries, commands, settings, metrics and links are tried or compared."""

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import pytest
from behave.configuration import setup_parser

from journeys import __main__ as command_line
from journeys import metrics, verdict
from journeys.capabilities import CAPABILITIES
from journeys.settings import LAUNCHER_SETTINGS, ROOT, specs
from tests.realtools import require

DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]

# Files that a reader makes while following a document.
MADE_BY_READERS = {"features/s3/names.feature"}

COMMANDS = {*command_line.COMMANDS, "setup"}

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A fenced block of a document: where it stands, its language and its text."""

    place: str
    language: str
    text: str


def blocks(*languages: str) -> list[Block]:
    found = []
    for document in DOCUMENTS:
        text = document.read_text()
        for fence in _FENCE.finditer(text):
            line = text.count("\n", 0, fence.start()) + 1
            found.append(Block(f"{document.relative_to(ROOT)}:{line}", fence[1], fence[2]))
    return [block for block in found if block.language in languages]


def each_line() -> Iterator[tuple[str, str]]:
    for document in DOCUMENTS:
        for number, line in enumerate(document.read_text().splitlines(), 1):
            yield f"{document.relative_to(ROOT)}:{number}", line


# --- scenarios


def test_every_scenario_parses_and_has_only_steps_that_are_defined(tmp_path: Path) -> None:
    features = tmp_path / "features"
    features.mkdir()
    (features / "steps").symlink_to(ROOT / "features" / "steps")
    (features / "environment.py").symlink_to(ROOT / "features" / "environment.py")
    shown = blocks("gherkin")
    assert shown
    places = {}
    for number, block in enumerate(shown):
        places[f"features/{number}.feature"] = block.place
        (features / f"{number}.feature").write_text(block.text)
    (tmp_path / "behave.ini").write_text((ROOT / "behave.ini").read_text())
    dry = subprocess.run(
        [sys.executable, "-m", "behave", "--dry-run", "--format", "json", "--outfile", "steps.json"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=60,
    )
    said = re.sub(r"features/\d+\.feature", lambda match: f"{match[0]} ({places[match[0]]})", dry.stdout)
    assert (tmp_path / "steps.json").exists(), said
    parsed = json.loads((tmp_path / "steps.json").read_text())
    # A background is told without matches; the exit code speaks for it.
    scenarios = [each for feature in parsed for each in feature["elements"] if each["type"] != "background"]
    steps = [step for scenario in scenarios for step in scenario["steps"]]
    undefined = [f"{step['location']}: {step['name']}" for step in steps if "match" not in step]
    assert {str(feature["location"]).partition(":")[0] for feature in parsed} == set(places), said
    assert not undefined, (undefined, places)
    assert dry.returncode == 0, said


def test_the_vocabulary_is_that_of_the_steps() -> None:
    catalogue = subprocess.run(
        [sys.executable, "-m", "journeys", "steps"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    defined = re.findall(r"^((?:Given|When|Then) .+)\n    (.+)$", catalogue.stdout, re.MULTILINE)
    document = (ROOT / "docs" / "writing-journeys.md").read_text()
    table = document[document.index("<!-- vocabulary") : document.index("<!-- end -->")]
    assert defined
    assert re.findall(r"^\| `(.+)` \| (.+) \|$", table, re.MULTILINE) == defined


def test_every_placeholder_type_is_explained() -> None:
    document = (ROOT / "docs" / "writing-journeys.md").read_text()
    used = set(re.findall(r"\{\w+:(\w+)\}", document))
    assert used == set(re.findall(r"^\| `([A-Z][a-z]+)` \|", document, re.MULTILINE))


def test_every_capability_is_explained() -> None:
    document = (ROOT / "docs" / "writing-journeys.md").read_text()
    table = document[document.index("| capability |") : document.index("## House rules")]
    assert dict(re.findall(r"^\| `([\w-]+)` \| (.+) \|$", table, re.MULTILINE)) == CAPABILITIES


# --- Prometheus


def test_promtool_accepts_every_query_and_every_alert(tmp_path: Path) -> None:
    rules = [block for block in blocks("yaml") if block.text.startswith("groups:")]
    queries = [(block.place, query) for block in blocks("promql") for query in re.split(r"\n\s*\n", block.text)]
    assert rules
    assert queries
    recorded = [{"record": f"query:{number}", "expr": query} for number, (_, query) in enumerate(queries)]
    of_queries = tmp_path / "queries.yaml"
    of_queries.write_text(json.dumps({"groups": [{"name": "queries", "rules": recorded}]}))  # JSON is YAML
    files = [of_queries]
    for number, block in enumerate(rules):
        files.append(tmp_path / f"{number}.yaml")
        files[-1].write_text(block.text)
    checked = promtool("check", "rules", *files)
    assert checked.returncode == 0, (checked.stdout + checked.stderr, list(enumerate(queries)))


def test_promtool_accepts_the_scrape_configuration(tmp_path: Path) -> None:
    (shown,) = (block for block in blocks("yaml") if block.text.startswith("scrape_configs:"))
    (tmp_path / "prometheus.yml").write_text(shown.text)
    checked = promtool("check", "config", tmp_path / "prometheus.yml")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "honor_labels: true" in shown.text


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([require("promtool"), *arguments], capture_output=True, text=True, timeout=60)


def test_the_table_of_metrics_is_what_the_code_publishes() -> None:
    document = (ROOT / "docs" / "metrics.md").read_text()
    rows = re.findall(r"^\| `(journey_\w+)` \| (\w+) \| (.+?) \| (.+) \|$", document, re.MULTILINE)
    told = [(name, kind, tuple(re.findall(r"`(\w+)`", labels))) for name, kind, labels, _ in rows]
    assert sorted(told) == sorted((family.name, family.kind, family.labels) for family in metrics.FAMILIES)


def test_every_metric_that_is_named_exists() -> None:
    known = {family.name for family in metrics.FAMILIES}
    of_histograms = {family.name for family in metrics.FAMILIES if family.kind == "histogram"}
    known |= {f"{name}_{part}" for name in of_histograms for part in ("bucket", "sum", "count")}
    assert not unknown(r"\bjourney_[a-z_]*[a-z]\b", known)


def test_every_value_of_a_bounded_label_is_told() -> None:
    document = (ROOT / "docs" / "metrics.md").read_text()
    reasons = document[document.index("| `dns`") : document.index("## Support operations")]
    assert re.findall(r"^\| `(\w+)` \| [a-z]", reasons, re.MULTILINE) == list(metrics.REASONS)
    for name, values in (("result", metrics.RESULTS), ("api", metrics.APIS)):
        assert f"| `{name}` | {', '.join(f'`{value}`' for value in values)}" in document


# --- settings, commands, exit codes


def test_every_setting_that_is_named_exists() -> None:
    known = {spec["name"] for spec in specs()} | set(LAUNCHER_SETTINGS)
    known |= {f"{spec['name']}_FILE" for spec in specs() if spec["secret"]}
    assert not unknown(r"\b(?:JOURNEYS|PUSHGATEWAY|AWS|OS)_[A-Z][A-Z0-9_]*\b", known)


def unknown(pattern: str, known: set[str]) -> list[str]:
    return [
        f"{place}: {name}" for place, line in each_line() for name in re.findall(pattern, line) if name not in known
    ]


def calls() -> Iterator[tuple[str, list[str]]]:
    """Every `./run.sh …` of the documents, in code blocks and in backticks, with its arguments."""
    for block in blocks("sh", "bash", "console", "yaml", "text"):
        for line in block.text.splitlines():
            if found := re.match(r"\s*(?:\$ |- run: |- |again: )?(?:[A-Z_]+=\S+ )*\./run\.sh\b(.*)", line):
                yield block.place, shlex.split(found[1], comments=True)
    for place, line in each_line():
        for found in re.findall(r"`(?:[A-Z_]+=\S+ )*\./run\.sh\b([^`]*)`", line):
            usage = re.sub(r"\[\w+'s [^]]*\]", "", found)  # "[behave's options and paths]"
            yield place, shlex.split(re.sub(r"[][…]", "", usage))


def test_every_call_of_run_sh_names_a_command_with_options_that_it_has(capsys: pytest.CaptureFixture) -> None:
    wrong, seen = [], set()
    for place, arguments in calls():
        command = arguments[0] if arguments and arguments[0] in COMMANDS else "run"
        seen.add(command)
        words = arguments[1:] if arguments[:1] == [command] else arguments
        if command not in ("test", "setup"):  # which take pytest's options, and names of requirements
            options = options_of(command, capsys)
            wrong += [f"{place}: {word}" for word in words_not_known(words, options)]
    assert not wrong
    assert seen == COMMANDS


def words_not_known(words: list[str], options: set[str]) -> Iterator[str]:
    """The options that there are not, and what is neither an option's value nor a path."""
    before = ""
    for word in words:
        path = word.partition(":")[0]
        value = before.startswith("-") and before not in ("--keep", "--dry-run", "--no-push", "--junit")
        if word.startswith("-"):
            if word not in options:
                yield word
        elif not value and not (ROOT / path).exists() and path not in MADE_BY_READERS:
            yield word
        before = word


def options_of(command: str, capsys: pytest.CaptureFixture) -> set[str]:
    behaves = {option for action in setup_parser()._actions for option in action.option_strings}
    if command == "run":
        return behaves | {"--target", "--no-push"}
    if command in ("demo", "steps"):
        return behaves | ({"--keep"} if command == "demo" else set())
    with suppress(SystemExit):
        command_line.COMMANDS[command](["--help"])
    return set(re.findall(r"--[a-z-]+", capsys.readouterr().out))


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    table = readme[readme.index("## Commands") : readme.index("## Read on")]
    assert set(re.findall(r"^\| `\./run\.sh \[?(\w+)", table, re.MULTILINE)) == COMMANDS


def test_the_exit_codes_are_those_of_the_code() -> None:
    readme = (ROOT / "README.md").read_text()
    told = re.findall(r"^\| (\d+)(?:, (\d+))? \|", readme, re.MULTILINE)
    codes = {int(code) for pair in told for code in pair if code}
    assert codes == {*command_line.GRAVEST_FIRST, 130, 143}
    assert set(command_line.GRAVEST_FIRST) == {verdict.KEPT, verdict.BROKEN, verdict.UNJUDGED, verdict.TOO_SLOW}


# --- files and links


def test_every_file_that_is_named_exists() -> None:
    named = r"`((?:journeys|features|tests|docs|deploy|benchmarks)/[\w./-]*|[\w-]+\.(?:py|ini|toml|sh))`"
    missing = [
        f"{place}: {path}"
        for place, line in each_line()
        for path in re.findall(named, line)
        if not (ROOT / path).exists() and path not in MADE_BY_READERS
    ]
    assert not missing


def test_every_module_is_in_the_table_of_modules() -> None:
    document = (ROOT / "docs" / "developing.md").read_text()
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "journeys").rglob("*.py") if path.stem != "__init__"}
    modules = {module for module in modules if not module.startswith("journeys/demo/")} - {"journeys/checks.py"}
    assert modules - set(re.findall(r"^\| `(journeys/[\w/]+\.py)` \|", document, re.MULTILINE)) == set()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.stem)
def test_links_lead_somewhere(document: Path) -> None:
    text = _FENCE.sub("", document.read_text())
    for path, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", text):
        goal = (document.parent / path).resolve() if path else document
        assert goal.exists(), f"{document.name} links to {path}"
        if anchor:
            assert anchor in anchors(goal), f"{document.name} links to {path}#{anchor}"


def anchors(document: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _FENCE.sub("", document.read_text()), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
