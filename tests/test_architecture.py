"""What depends on what, what stands in one place only, and the house rules for steps: kept by looking at the source."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import parse
import pytest
from behave.parser import parse_file

from journeys import metrics, vocabulary
from journeys.settings import ROOT, Settings
from journeys.units import duration

SDKS = {"boto3", "botocore", "s3transfer", "openstack", "keystoneauth1", "kubernetes", "ovh", "paramiko"}
MEASURING = {
    "journal",
    "totals",
    "metrics",
    "recorder",
    "failures",
    "clock",
    "units",
    "payload",
    "http",
    "reasons",
    "measurement",
}
STEPS = sorted((ROOT / "features" / "steps").glob("*.py"))
LIBRARY = sorted(path for path in (ROOT / "journeys").rglob("*.py"))
PRODUCT = [*LIBRARY, *STEPS, ROOT / "environment.py", ROOT / "features" / "environment.py"]

# Steps that no feature of ours uses, for the features of others: each with the reason.
_OF_SITES = "what a page has to say, and how an address is called, only those know whose site it is"
FOR_OTHERS = dict.fromkeys(
    [
        'a header "{header:Name}" that says "{value:Name}"',
        "I open {addresses:Names}",
        "I open {addresses:Names} {count:Count} times",
        'I try to open "{address:Name}"',
        'a {visitor:Visitor} tries to open "{address:Name}"',
        'I call "{address:Name}" with {method:Method}',
        'I try to call "{address:Name}" with {method:Method}',
        'I send to "{address:Name}":',
        'I try to send to "{address:Name}":',
        'the page says "{text:Name}"',
        'every page says "{text:Name}"',
        'the page does not say "{text:Name}"',
        'no page says "{text:Name}"',
        'I am led to "{address:Name}"',
        "the answer has status {status:Count}",
        'the answer has the header "{header:Name}" as "{value:Name}"',
        'the answer has a header "{header:Name}" that mentions "{part:Name}"',
        'the answer has no header "{header:Name}"',
        'the answer holds "{value:Name}" at "{path:Name}"',
        'the answer holds at least {least:Count} at "{path:Name}"',
        "I am refused with status {status:Count}",
    ],
    _OF_SITES,
)
_OF_CERTIFICATES = "how long before a certificate expires is too late, only who renews it knows"
FOR_OTHERS["every certificate is valid for at least {days:Count} days"] = _OF_CERTIFICATES
FOR_OTHERS["the certificate is valid for at least {days:Count} days"] = _OF_CERTIFICATES
FOR_OTHERS["the load balancer's address lies in the subnet"] = "no-op drivers of Octavia make addresses up"


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(), name_of(path))


def imported(node: ast.AST) -> Iterator[str]:
    """The full names of the modules that are imported anywhere in `node`, and of what is taken from them."""
    for each in ast.walk(node):
        if isinstance(each, ast.Import):
            yield from (alias.name for alias in each.names)
        elif isinstance(each, ast.ImportFrom):
            assert each.level == 0, "imports are absolute"
            yield each.module
            yield from (f"{each.module}.{alias.name}" for alias in each.names)


def imported_at_once(path: Path) -> set[str]:
    """What importing the file imports: not what stands in functions, nor what only type checkers see."""
    body = [
        node
        for node in tree(path).body
        if not isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
    ]
    return {name for node in body for name in imported(node)}


@cache
def imported_by(path: Path) -> frozenset[str]:
    """All that the file imports, wherever in it."""
    return frozenset(imported(tree(path)))


def packages(names: set[str] | frozenset[str]) -> set[str]:
    return {name.partition(".")[0] for name in names}


@cache
def calls(path: Path) -> frozenset[str]:
    """What the file calls, as written: ``time.sleep``."""
    return frozenset(ast.unparse(node.func) for node in ast.walk(tree(path)) if isinstance(node, ast.Call))


def using(paths: list[Path], package: str) -> set[str]:
    return {name_of(path) for path in paths if package in packages(imported_by(path))}


# --- the direction of dependencies


@pytest.mark.parametrize("path", STEPS, ids=name_of)
def test_steps_know_behave_and_nothing_else(path: Path) -> None:
    assert packages(imported_by(path)) <= {"behave", "journeys"}


def test_only_the_suite_knows_behave() -> None:
    outside = {name for name in using(PRODUCT, "behave") if not name.startswith("features/")}
    assert outside == {"journeys/suite.py", "environment.py"}


def test_the_library_knows_neither_its_features_nor_its_tests() -> None:
    for package in ("features", "environment", "tests", "benchmarks"):
        assert using(LIBRARY, package) == set()


@pytest.mark.parametrize("module", sorted(MEASURING))
def test_measuring_imports_no_sdk_and_nothing_that_publishes(module: str) -> None:
    seen, waiting = set(), [ROOT / "journeys" / f"{module}.py"]
    while waiting:
        path = waiting.pop()
        names = imported_at_once(path)
        assert not packages(names) & {*SDKS, "behave"}, f"{module} imports an SDK, by {name_of(path)}"
        for name in names:
            found = ROOT / (name.replace(".", "/") + ".py")
            if found.is_file() and found not in seen:
                seen.add(found)
                waiting.append(found)
    assert {path.stem for path in seen}.isdisjoint({"gateway", "summary", "run", "suite"})


def test_sdks_are_only_known_below_the_modules_made_for_them() -> None:
    for sdk in ("boto3", "botocore"):
        outside = {name for name in using(PRODUCT, sdk) if not name.startswith(("journeys/aws/", "journeys/demo/"))}
        assert outside == set()


def test_one_module_logs_in() -> None:
    assert using(PRODUCT, "paramiko") == {"journeys/ssh.py"}


def test_the_demo_is_only_known_where_it_is_started() -> None:
    users = {
        name_of(path)
        for path in PRODUCT
        if any(name.startswith("journeys.demo") for name in imported_by(path))
        and not name_of(path).startswith("journeys/demo/")
    }
    assert users <= {"journeys/__main__.py"}


# --- everything once


def test_one_module_builds_clients() -> None:
    builds = re.compile(r"(\.|^)(client|resource|create_client|Session|get_session)$")
    builders = {
        name_of(path)
        for path in PRODUCT
        if using([path], "boto3") | using([path], "botocore") and any(builds.search(called) for called in calls(path))
    }
    assert {name for name in builders if not name.startswith("journeys/demo/")} == {"journeys/aws/clients.py"}


def test_one_module_sends_requests_that_no_sdk_sees() -> None:
    senders = {
        name_of(path)
        for path in PRODUCT
        if any(re.search(r"(HTTPS?Connection|urlopen|build_opener|PoolManager)$", called) for called in calls(path))
    }
    # The gateway is no cloud: what goes there is no journey. A proxy is only asked for the way to a place.
    assert {name for name in senders if not name.startswith("journeys/demo/")} == {
        "journeys/http.py",
        "journeys/gateway.py",
        "journeys/proxy.py",
    }


def test_one_module_sleeps() -> None:
    sleepers = {name_of(path) for path in PRODUCT if any(re.search(r"\bsleep$", called) for called in calls(path))}
    assert sleepers == {"journeys/clock.py"}


def test_threads_that_call_sdks_end_with_their_deadline() -> None:
    starters = {name_of(path) for path in PRODUCT if any("ThreadPool" in called for called in calls(path))}
    assert starters == {"journeys/threads.py"}


def test_one_module_names_metrics() -> None:
    namers = {
        name_of(path)
        for path in PRODUCT
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"journey_[a-z]", node.value)
    }
    assert namers == {"journeys/metrics.py"}


def test_every_metric_is_used() -> None:
    names = {name for name, value in vars(metrics).items() if isinstance(value, metrics.Family)}
    assert len(names) == len(metrics.FAMILIES) == len({family.name for family in metrics.FAMILIES})
    used = {
        node.attr
        for path in LIBRARY
        if path.name != "metrics.py"
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "metrics"
    }
    groups = {
        family
        for group in ("PER_OPERATION", "PER_SCENARIO", "PER_OBJECTIVE")
        if group in used
        for family in getattr(metrics, group)
    }
    assert {name for name in names - used if getattr(metrics, name) not in groups} == set()


def test_metrics_are_named_as_prometheus_wants_it() -> None:
    for family in metrics.FAMILIES:
        assert re.fullmatch(r"journey_[a-z_]+", family.name)
        assert family.name.endswith("_total") == (family.kind == "counter"), family.name
        assert not set(family.labels) & {"job", "suite", "target", "instance", "le", "bucket", "key", "url", "run"}
        assert family.meaning.endswith("."), family.name


def test_both_environments_name_the_same_hooks() -> None:
    root = {node.name for node in tree(ROOT / "environment.py").body if isinstance(node, ast.FunctionDef)}
    beside = ROOT / "features" / "environment.py"
    (exported,) = (
        ast.literal_eval(node.value)
        for node in tree(beside).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__"
    )
    taken = {name.removeprefix("environment.") for name in imported_by(beside) if name.startswith("environment.")}
    assert root == set(exported) == taken
    assert root, "there are hooks"


# --- steps


Sentence = tuple[str, str, ast.FunctionDef]  # its kind, its text and the function behind it


def sentences_of(path: Path) -> Iterator[Sentence]:
    """What a file adds to the vocabulary."""
    for node in tree(path).body:
        for decorator in getattr(node, "decorator_list", ()):
            assert isinstance(decorator, ast.Call), f"{name_of(path)}:{node.lineno}"
            yield decorator.func.id, ast.literal_eval(decorator.args[0]), node


SENTENCES = [sentence for path in STEPS for sentence in sentences_of(path)]


@pytest.mark.parametrize("path", STEPS, ids=name_of)
def test_a_step_tells_operators_in_one_line_what_it_does(path: Path) -> None:
    for _, text, node in sentences_of(path):
        told = ast.get_docstring(node)
        assert told, text
        assert "\n" not in told, text
        assert told.endswith("."), text


@pytest.mark.parametrize("path", STEPS, ids=name_of)
def test_every_placeholder_of_a_step_is_typed_and_taken(path: Path) -> None:
    for _, text, node in sentences_of(path):
        placeholders = re.findall(r"\{(\w*):?(\w*)\}", text)
        assert all(kind in vocabulary.TYPES for _, kind in placeholders), text
        assert {name for name, _ in placeholders} == {argument.arg for argument in node.args.args[1:]}, text


@pytest.mark.parametrize("path", STEPS, ids=name_of)
def test_a_step_is_a_few_lines_and_leaves_the_rest_to_the_library(path: Path) -> None:
    banned = (ast.Try, ast.For, ast.While, ast.Global)
    for _, text, node in sentences_of(path):
        assert len(node.body) <= 5, text
        assert not [each for each in ast.walk(node) if isinstance(each, banned)], text


@pytest.mark.parametrize("path", STEPS, ids=name_of)
def test_a_step_speaks_as_its_kind_does(path: Path) -> None:
    """When: what I do, or somebody else. Given and Then: what is so."""
    for kind, text, _ in sentences_of(path):
        assert text.startswith(("I ", "a {visitor:Visitor} ")) or kind != "when", text
        assert not text.startswith("I ") or kind == "when" or text.startswith("I am "), text
        assert "should be able" not in text, text


def test_no_sentence_is_defined_twice() -> None:
    told = [(kind, text) for kind, text, _ in SENTENCES]
    assert len(told) == len(set(told))


def written() -> set[tuple[str, str]]:
    """Every step of every feature: its kind and its text."""
    features = [parse_file(str(path)) for path in (ROOT / "features").rglob("*.feature")]
    scenarios = [scenario for feature in features for scenario in feature.walk_scenarios()]
    assert scenarios
    return {(step.step_type, step.name) for scenario in scenarios for step in scenario.all_steps}


def test_every_step_is_used_or_meant_for_others() -> None:
    steps = written()

    def matches(kind: str, text: str) -> bool:
        pattern = parse.compile(text, vocabulary.TYPES, case_sensitive=True)
        return any(kind == each and pattern.parse(name) for each, name in steps)

    used = {node for kind, text, node in SENTENCES if matches(kind, text)}  # by one of its sentences
    assert {text for _, text, node in SENTENCES if node not in used} == set(FOR_OTHERS)


def test_every_scenario_has_the_time_that_it_grants() -> None:
    """Its deadline leaves a minute for what goes before, even where every step takes as long as it may."""
    limit_of = parse.compile("within {:Duration}", vocabulary.TYPES)
    features = [parse_file(str(path)) for path in (ROOT / "features").rglob("*.feature")]
    for scenario in (scenario for feature in features for scenario in feature.walk_scenarios()):
        deadlines = [tag.removeprefix("deadline:") for tag in scenario.effective_tags if tag.startswith("deadline:")]
        limits = [limit_of.search(step.name) for step in scenario.all_steps]
        granted = sum(limit[0] for limit in limits if limit)
        ends = duration(deadlines[-1]) if deadlines else Settings.__dataclass_fields__["scenario_deadline"].default
        assert granted + 60 <= ends, f"{scenario.name}: {granted} s are granted, but it ends after {ends} s"


def test_every_placeholder_type_is_used() -> None:
    used = {kind for _, text, _ in SENTENCES for kind in re.findall(r"\{\w+:(\w+)\}", text)}
    assert used == set(vocabulary.TYPES)
