"""A store that lies, and the shipped scenarios that have to notice: all lies of a list in one run, a scenario each.

The run's features are copies of the shipped scenarios, named after the lies. Before each of them a step of the test's
own tells the front which lie is next; before the scenario's cleanup, the front is told to be honest again.
"""

import importlib
import os
import re
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path

import pytest
from behave.model import Scenario, Step
from behave.parser import parse_file

from journeys.capabilities import IMPLIED, OF_STORES
from journeys.demo.seaweedfs import SeaweedFS
from journeys.journal import Journal
from journeys.settings import ROOT
from tests.conftest import Journeys
from tests.faulty import Answer, Fault, FaultyProxy, Features, Request

STEP = """\
import os
import urllib.request

from behave import given


def tell(which):
    for site in ("AWS_ENDPOINT_URL_S3", "JOURNEYS_REPLICA_ENDPOINT_URL_S3"):
        if site in os.environ:
            urllib.request.urlopen(f"{os.environ[site]}/-/{which}", timeout=30).close()


@given("the lie number {number:Count}")
def _(context, number):
    tell(number)
    context.add_cleanup(tell, "")
"""


# Nobody waits as long for a lie as users do for the truth.
HURRY = ("within 2 minutes", "within 1 second")


@dataclass(frozen=True)
class Lie:
    """What a store tells wrong, and which step of which shipped scenario has to fail, saying what `shows` matches.

    `step` is its text without the keyword, as HURRY makes it. `faults` are functions of tests/faulty.py by operation.
    """

    title: str
    scenario: str
    step: str
    shows: str
    faults: Mapping[str, Fault] = field(default_factory=dict)
    faults_there: Mapping[str, Fault] = field(default_factory=dict)  # at the second site
    too_slow: bool = False

    @property
    def last_step(self) -> str:
        return self.step


def one_of_each(lies: Sequence[Lie]) -> list[Lie]:
    """The first lie of every scenario, and the first that every step caught."""
    scenarios = {lie.scenario: lie for lie in reversed(lies)}
    steps = {lie.step: lie for lie in reversed(lies)}
    return [lie for lie in lies if lie in (scenarios[lie.scenario], steps[lie.step])]


@dataclass(frozen=True)
class Told:
    """What came of one scenario: `failed` is the text of the step that failed, and `message` its sentence."""

    status: str
    failed: str | None
    message: str | None


class LyingFront(FaultyProxy):
    """A store that tells one lie at a time, or none."""

    def __init__(self, store_url: str, lies: Sequence[Mapping[str, Fault]]):
        super().__init__(store_url)
        self._lies = lies

    def answer(self, request: Request) -> Answer:
        if request.path.startswith("/-/"):
            which = request.path.removeprefix("/-/")
            self.faults = dict(self._lies[int(which)]) if which else {}
            return Answer(200)
        return super().answer(request)


class Lied:
    """A run in which every one of `lies` was told to its scenario, and what came of it.

    `settings` are added to those of the run. With `honest=True` the front keeps to the truth, and each scenario that
    a lie names is run once.
    """

    def __init__(
        self, directory: Path, store: SeaweedFS, lies: Sequence[Lie], *, honest: bool = False, **settings: str
    ):
        titles = {lie.scenario: lie.scenario for lie in lies} if honest else {lie.title: lie.scenario for lie in lies}
        assert honest or len(titles) == len(lies), "the title of a lie is a scenario's: no two may have the same"
        written = [_written(number, title, shipped()[of]) for number, (title, of) in enumerate(titles.items())]
        features = Features(directory, lies="Feature: Lies\n\n" + "\n".join(written))
        (features.steps / "the_lie.py").write_text(STEP)
        with ExitStack() as fronts:
            here = LyingFront(store.endpoint_url, [{} if honest else lie.faults for lie in lies])
            url = fronts.enter_context(here).url
            if any(lie.faults_there for lie in lies):
                # A fake of a second site, at which all is at once: the same store, behind a front of its own.
                there = LyingFront(store.endpoint_url, [{} if honest else lie.faults_there for lie in lies])
                settings["JOURNEYS_REPLICA_ENDPOINT_URL_S3"] = fronts.enter_context(there).url
            self.result = _run(directory, store, url, features.path, **settings)
        (file,) = (directory / "state").glob("*.sqlite")
        self.journal = Journal(file)

    def assert_caught(self, lie: Lie) -> None:
        """The lie broke the promise, at the step that it names, and with a sentence that tells of it."""
        told = self.told(lie.title)
        assert told.status == ("missed" if lie.too_slow else "failed"), told
        assert told.failed == lie.step, told
        assert re.search(lie.shows, told.message or ""), told.message

    def assert_kept(self, scenario: str) -> None:
        """Where nobody lied, the promise was kept."""
        assert self.told(scenario) == Told("passed", None, None), self.result.stdout

    def told(self, title: str) -> Told:
        """What came of the scenario of that title: that of the lie, or the shipped one's of an honest run."""
        rows = self.journal.rows("SELECT id, status, message FROM scenarios WHERE title = ?", title)
        assert len(rows) == 1, self.result.stdout
        ((number, status, message),) = rows
        steps = self.journal.rows("SELECT text, status FROM steps WHERE scenario = ? ORDER BY id", number)
        failed = [text.partition(" ")[2] for text, outcome in steps if outcome not in ("passed", "skipped")]
        return Told(status, failed[0] if failed else None, message)


def told(lies: Sequence[Lie], *, honest: bool = False) -> pytest.MarkDecorator:
    """Gives tests the run of these lies, as their argument `lied`; those that share the mark share the run."""
    run = partial(Lied, lies=lies, honest=honest)
    return pytest.mark.parametrize("lied", [run], ids=[pytest.HIDDEN_PARAM], indirect=True)


def caught(lies: Sequence[Lie], run: pytest.MarkDecorator | None = None) -> Callable[..., None]:
    """A test for each of the lies; `run` is where they were told, unless nothing else is asked of it."""

    @(run or told(lies))
    @pytest.mark.parametrize("lie", lies, ids=[lie.title for lie in lies])
    def test_a_lie_is_caught(lied: Lied, lie: Lie) -> None:
        lied.assert_caught(lie)

    return test_a_lie_is_caught


def believed(lies: Sequence[Lie]) -> Callable[..., None]:
    """A test for each scenario to which the lies are told: where nobody lies, it is kept."""

    @told(lies, honest=True)
    @pytest.mark.parametrize("scenario", sorted({lie.scenario for lie in lies}))
    def test_the_truth_is_believed(lied: Lied, scenario: str) -> None:
        lied.assert_kept(scenario)

    return test_the_truth_is_believed


def through_the_honest_front(directory: Path, store: SeaweedFS, **settings: str) -> subprocess.CompletedProcess[str]:
    """A run of every shipped scenario of the default suite, through a front that never lies."""
    with LyingFront(store.endpoint_url, []) as front:
        return _run(directory, store, front.url, "features/s3", **settings)


def _run(
    directory: Path, store: SeaweedFS, endpoint_url: str, *arguments: str, **settings: str
) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": os.environ["PATH"],
        "AWS_ENDPOINT_URL_S3": endpoint_url,
        "AWS_ACCESS_KEY_ID": store.access_key,
        "AWS_SECRET_ACCESS_KEY": store.secret_key,
        "JOURNEYS_SECOND_ACCESS_KEY_ID": store.others[0].access_key,
        "JOURNEYS_SECOND_SECRET_ACCESS_KEY": store.others[0].secret_key,
        "AWS_MAX_ATTEMPTS": "1",
        "JOURNEYS_TARGET": "lies",
        "JOURNEYS_SUITE": "lies",
        "JOURNEYS_STATE_DIR": str(directory / "state"),
        "JOURNEYS_OBJECT_SIZE": "1KiB",
        "JOURNEYS_CAPABILITIES": ",".join(sorted(set(OF_STORES) - set(IMPLIED))),
    }
    return Journeys("lies", "", environment | settings).run("--no-push", "-f", "progress", *arguments)


@cache
def shipped() -> dict[str, Scenario]:
    """The scenarios of the default suite, by their titles."""
    found: dict[str, Scenario] = {}
    for path in sorted((ROOT / "features").rglob("*.feature")):
        for scenario in parse_file(str(path)).walk_scenarios():
            if "slow" not in scenario.effective_tags:
                title = scenario.name.partition(" -- @")[0]  # what behave adds to a row of an outline by itself
                assert title not in found, f"two shipped scenarios are called {title!r}"
                found[title] = scenario
    return found


def _written(number: int, title: str, scenario: Scenario) -> str:
    """The scenario as Gherkin, with its background's steps, under another title and with a lie told first."""
    tags = "".join(f"  @{tag}\n" for tag in scenario.effective_tags if tag.startswith("deadline:"))
    lines = [f"Given the lie number {number}", *(line for step in scenario.all_steps for line in _lines(step))]
    return f"{tags}  Scenario: {title}\n" + "".join(f"    {line}\n" for line in lines)


def _lines(step: Step) -> Iterator[str]:
    yield f"{step.keyword} {step.name}".replace(*HURRY)
    if step.table:
        for row in (step.table.headings, *step.table.rows):
            yield "  | " + " | ".join(row) + " |"
    if step.text:
        yield from ('"""', *step.text.splitlines(), '"""')


def every_list() -> list[Lie]:
    """The lies of every tests/test_lies_….py."""
    modules = [
        importlib.import_module(f"tests.{path.stem}") for path in sorted(Path(__file__).parent.glob("test_lies_*.py"))
    ]
    return [lie for module in modules for lie in module.LIES]
