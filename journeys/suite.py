"""The only module that knows behave from the inside: what its hooks mean for a run, and how to start it."""

import functools
import re
import shlex
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace

from behave.__main__ import run_behave
from behave.configuration import Configuration
from behave.exception import ConfigError, TagExpressionError
from behave.model import Feature, Scenario, Status, Step
from behave.runner import Context, Runner
from behave.step_registry import registry

from journeys import spelling, summary, units
from journeys.capabilities import CAPABILITIES, why_missing
from journeys.clock import DeadlinePassed, deadline
from journeys.cloud.cloud import Cloud
from journeys.cloud.driver import OF_THE_API
from journeys.cloud.journey import CloudJourney
from journeys.database import JournalError
from journeys.failures import ObjectiveMissed, SuiteError
from journeys.interrupt import Interrupt
from journeys.journey import Journey
from journeys.kubernetes.journey import ClusterJourney
from journeys.kubernetes.scene import Scene
from journeys.recorder import PROBE, SETUP
from journeys.redaction import redact_logs
from journeys.run import Run
from journeys.settings import SettingsError, load
from journeys.speed import Objective
from journeys.spelling import suggestion
from journeys.verdict import UNJUDGED, Outcome
from journeys.vocabulary import slug, step_slug

SERVICES = {
    "s3": "no object store is configured (AWS_ENDPOINT_URL_S3)",
    "cloud": "no cloud is configured (OS_CLOUD, OS_AUTH_URL or AWS_ENDPOINT_URL_EC2; for AWS JOURNEYS_SERVER_IMAGE)",
    "web": "no web site is configured (JOURNEYS_WEB_URL)",
    "kubernetes": "no Kubernetes cluster is configured (JOURNEYS_KUBERNETES_CONTEXT)",
}
NEEDS = "needs."
CANARY = "canary"
DEADLINE = "deadline:"
# All others; a tag selects, so one that is misspelt would leave its scenario out.
TAGS = ("s3", "cloud", "web", "kubernetes", "usage", "hosts", "smoke", "slow", "canary")


class _Suite:
    """What this process knows of its one run; hooks have no other place that outlives them."""

    interrupt = Interrupt()
    run: Run | None = None
    outcome: Outcome | None = None
    target_option = ""  # what runs a scenario again against the same target
    undefined: Sequence[Step] = ()


# --- behave's hooks


def begin(context: Context) -> None:
    """Opens the run, checks the selected scenarios, and announces them. What can't be judged is not begun."""
    context.config.setup_logging()
    context.config.fail_on_cleanup_errors = False
    selected = list(_selected(context))
    try:
        run = _open(context.config)
        if problems := list(dict.fromkeys([*_problems(context, selected), *_in_vain(context, selected, run)])):
            raise SuiteError("\n".join(problems))
        possible = [scenario for scenario in selected if not _unconfigured(scenario, run)]
        run.announce([_labels(scenario) for scenario in possible], _objectives(context, possible))
        _guard_steps(context)
    except (SettingsError, SuiteError, JournalError) as problem:
        _refuse(context, str(problem))


def begin_scenario(context: Context, scenario: Scenario) -> None:
    run = _run()
    if too_late := run.out_of_time():
        _skip(scenario, too_late)
    elif unconfigured := _unconfigured(scenario, run):
        _skip(scenario, unconfigured)
    elif unable := sorted((_needs(scenario) & OF_THE_API) - _abilities(run)):
        _skip(scenario, f"this cloud's API, or its settings, offer no {', '.join(unable)}")
    elif undeclared := _needs(scenario) - run.settings.capabilities - _abilities(run):
        _skip(scenario, why_missing(undeclared))
    elif CANARY in scenario.effective_tags and not run.settings.canaries:
        _skip(scenario, "no canaries are kept (JOURNEYS_CANARIES=0)")
    recorder = run.recorder
    recorder.scenario = run.journal.scenario_began(
        run.id, *_labels(scenario), title=scenario.name, location=str(scenario.location)
    )
    context.scenario_began = time.perf_counter()
    context.deadline = _deadline(scenario, run)
    context.journey = Journey(run.settings, recorder, run.clients, run.ledger, run.http)
    context.cloud = CloudJourney(Cloud(run.cloud, run.ledger, recorder), run.http, run.ssh) if run.cloud else None
    context.cluster = ClusterJourney(Scene(run.cluster, run.ledger, recorder)) if run.cluster else None
    context.add_cleanup(run.ledger.clean_scenario, recorder.scenario, run.settings.cleanup_timeout)
    if context.cloud:
        context.add_cleanup(context.cloud.logins.close)


def begin_step(context: Context, step: Step) -> None:
    run = _run()
    run.recorder.purpose = SETUP if step.step_type == "given" else PROBE
    context.position = [id(each) for each in context.scenario.all_steps].index(id(step)) + 1
    run.recorder.step = run.journal.step_began(
        run.recorder.scenario,
        step_slug(context.position, step.name),
        text=f"{step.keyword} {step.name}",
        location=str(step.location),
    )
    context.step_began = time.perf_counter()


def end_step(context: Context, step: Step) -> None:
    run = _run()
    duration = time.perf_counter() - context.step_began
    run.journal.step_ended(run.recorder.step, duration, _status(run, step), _message(run, step))
    run.recorder.step = None


def end_scenario(context: Context, scenario: Scenario) -> None:
    run = _run()
    run.recorder.settle()
    duration = time.perf_counter() - context.scenario_began
    message = next((_message(run, step) for step in scenario.all_steps if step.status.has_failed()), None)
    run.journal.scenario_ended(
        run.recorder.scenario, duration, _status(run, scenario), message or scenario.skip_reason or None
    )


def end(context: Context) -> None:
    """Finishes the run and tells what came of it; makes behave's exit code agree with the verdict."""
    if _Suite.run and not _Suite.outcome:
        _conclude(_Suite.run)
    if _Suite.outcome and _Suite.outcome.exit_code:
        context._runner.hook_failures += 1  # the only way to exit with 1 that prints nothing misleading


# --- the way in


def main(arguments: list[str]) -> int:
    """Runs behave with its own command-line arguments; the exit code says what came of the run."""
    try:
        config = Configuration(arguments)
        status = run_behave(config, _Runner)
    except (ConfigError, TagExpressionError) as wrong:
        print(f"{type(wrong).__name__}: {wrong}", file=sys.stderr)
        return UNJUDGED
    except KeyboardInterrupt:
        status = 1
    except Exception:  # noqa: BLE001 - reported, and judged below: the suite is broken
        traceback.print_exc()
        status = 1
    if _Suite.run and not _Suite.outcome:
        return _conclude(_Suite.run).exit_code
    if _Suite.outcome:
        return _Suite.outcome.exit_code
    if _Suite.interrupt.signal:
        return 128 + _Suite.interrupt.signal
    if status and not config.dry_run:
        return _report_broken(config)
    for step in _Suite.undefined:
        print(_undefined(step), file=sys.stderr)
    return UNJUDGED if status else 0


class _Runner(Runner):
    """behave's own runner, which does not tell afterwards which steps a dry run found undefined."""

    def run(self) -> bool:
        failed = super().run()
        _Suite.undefined = self.undefined_steps
        return failed


def _report_broken(config: Configuration) -> int:
    """The suite could not even be loaded: a run all the same, whose verdict reaches the gateway."""
    try:
        run = _open(config)
    except (SettingsError, SuiteError, JournalError) as problem:
        print(problem, file=sys.stderr)
        return UNJUDGED
    run.refuse("the feature files or steps can't be loaded (see above)")
    return _conclude(run).exit_code


def _open(config: Configuration) -> Run:
    """Begins this process's run. `-D env_file=…` names a target's settings, `-D push=no` keeps metrics here."""
    env_file = config.userdata.get("env_file")
    settings = load(Path(env_file) if env_file else None)
    _Suite.target_option = f"-D env_file={shlex.quote(env_file)} " if env_file else ""
    redact_logs(settings.redact)
    _Suite.interrupt.install()
    _Suite.run = Run(settings, _Suite.interrupt, push=config.userdata.getbool("push", True))
    _Suite.run.begin()
    return _Suite.run


def _conclude(run: Run) -> Outcome:
    try:
        outcome = _Suite.outcome = run.finish()
        print(summary.of(run, outcome, _Suite.target_option), flush=True)
    except JournalError as problem:
        outcome = _Suite.outcome = Outcome(UNJUDGED, str(problem))
        print(problem, file=sys.stderr, flush=True)
    run.close()
    return outcome


def _run() -> Run:
    assert _Suite.run, "no run is under way: before_all has to begin one"
    return _Suite.run


def _refuse(context: Context, reason: str) -> None:
    """Lets no scenario run, without the noise of an aborted behave."""
    print(reason, file=sys.stderr, flush=True)
    if _Suite.run:
        _Suite.run.refuse(reason)
    else:
        _Suite.outcome = Outcome(UNJUDGED, reason)
    for feature in context._runner.features:
        feature.mark_skipped()


# --- what behave's model tells


def _selected(context: Context) -> Iterator[Scenario]:
    for feature in context._runner.features:
        for scenario in feature.walk_scenarios():
            if scenario.should_run(context.config):
                yield scenario


def _problems(context: Context, selected: list[Scenario]) -> Iterator[str]:
    """What makes a scenario impossible to judge, found before the first of them."""
    seen: dict[tuple[str, str], Scenario] = {}
    for scenario in selected:
        steps = list(scenario.all_steps)
        if not list(scenario.steps):
            yield f"{scenario.location}: the scenario {scenario.name!r} has no steps, so it would promise nothing."
        for step in steps:
            if context._runner.step_registry.find_match(step) is None:
                yield _undefined(step)
        yield from _misspelt(context, scenario)
        twin = seen.setdefault(_labels(scenario), scenario)
        if twin is not scenario:
            yield f"{scenario.location}: another scenario has this title too ({twin.location}); titles become labels."
        yield from _wrong_tags(scenario)


def _wrong_tags(scenario: Scenario) -> Iterator[str]:
    for tag in sorted(scenario.effective_tags):
        place = f"{scenario.location.filename}:{getattr(tag, 'line', scenario.location.line)}"
        kind = tag.partition(":")[0] + ":" if ":" in tag else tag.partition(".")[0] + "." if "." in tag else tag
        if kind == NEEDS:
            need = tag.removeprefix(NEEDS)
            if need not in CAPABILITIES:
                hint = suggestion(need, CAPABILITIES)
                yield f"{place}: there is no capability {need!r}{hint}, so @{tag} would never run."
        elif kind == DEADLINE:
            try:
                units.duration(tag.removeprefix(DEADLINE))
            except ValueError as expected:
                wrong = spelling.of_a_quantity(tag.removeprefix(DEADLINE), spaced=False)
                yield f"{place}: a tag @{DEADLINE} needs {expected}{f'; {wrong}' if wrong else ''}."
        elif kind not in TAGS:
            yield f"{place}: there is no tag @{tag}{suggestion(kind, (*TAGS, NEEDS, DEADLINE))}."


def _undefined(step: Step) -> str:
    """Which step there is not, and which there is that was perhaps meant."""
    said = f"{step.location}: no step is defined as {step.keyword} {step.name!r}"
    others = [kind for kind in registry.steps if registry.find_match(SimpleNamespace(step_type=kind, name=step.name))]
    if others:
        return f"{said}, but it is as {others[0].capitalize()}."
    patterns = [definition.pattern for kind in (step.step_type, "step") for definition in registry.steps[kind]]
    everywhere = [definition.pattern for definitions in registry.steps.values() for definition in definitions]
    meant = (
        spelling.of_a_quantity(step.name)
        or spelling.of_a_step(step.name, patterns)
        or spelling.of_a_step(step.name, everywhere)
    )
    return f"{said}; {f'{meant}; ' if meant else ''}see ./run.sh steps."


def _misspelt(context: Context, scenario: Scenario) -> Iterator[str]:
    """Gherkin takes the lines before the first step for a description, and a step with a wrong keyword as well."""
    for line in scenario.description:
        word, _, text = line.partition(" ")
        steps = [SimpleNamespace(step_type=step_type, name=text) for step_type in ("given", "when", "then")]
        if any(map(context._runner.step_registry.find_match, steps)):
            yield f"{scenario.location}: {line!r} is a step with a wrong keyword ({word!r}), and would not be done."


def _labels(scenario: Scenario) -> tuple[str, str]:
    feature: Feature = scenario.feature
    return slug(feature.name), slug(scenario.name)


def _objectives(context: Context, selected: list[Scenario]) -> set[str]:
    """The labels of the speed objectives that steps name."""
    steps = (step for scenario in selected for step in scenario.all_steps)
    matches = (context._runner.step_registry.find_match(step) for step in steps)
    named = ({value.name: value.value for value in match.arguments} for match in matches if match)
    return {
        Objective(values["share"] / 100, values["operation"], values["limit"]).label
        for values in named
        if values.keys() == {"share", "operation", "limit"}
    }


def _skip(scenario: Scenario, reason: str) -> None:
    """behave would log the reason at once; the summary tells it."""
    scenario.skip()
    scenario.skip_reason = reason


def _unconfigured(scenario: Scenario, run: Run) -> str | None:
    """Why the scenario can't be done with what is configured; None where it can."""
    services = set(scenario.effective_tags) & (SERVICES.keys() - run.settings.services)
    return "; ".join(SERVICES[service] for service in sorted(services)) or None


def _abilities(run: Run) -> frozenset[str]:
    """What need not be declared, since it follows from the cloud's API."""
    return run.cloud.capabilities if run.cloud else frozenset()


def _in_vain(context: Context, selected: list[Scenario], run: Run) -> Iterator[str]:
    """What was named on the command line although none of it can be done."""
    for path in context.config.paths:
        named = Path(path.partition(":")[0]).resolve()
        below = [each for each in selected if Path(each.filename).resolve().is_relative_to(named)]
        reasons = [_unconfigured(each, run) for each in below]
        if below and all(reasons):
            yield f"{path}: {reasons[0]}."


def _needs(scenario: Scenario) -> set[str]:
    return {tag.removeprefix(NEEDS) for tag in scenario.effective_tags if tag.startswith(NEEDS)}


def _tagged_deadline(scenario: Scenario) -> float | None:
    tags = [tag.removeprefix(DEADLINE) for tag in scenario.effective_tags if tag.startswith(DEADLINE)]
    return units.duration(tags[-1]) if tags else None


def _deadline(scenario: Scenario, run: Run) -> float:
    """When the scenario has to have ended, on the clock of `time.perf_counter`."""
    return min(time.perf_counter() + (_tagged_deadline(scenario) or run.settings.scenario_deadline), run.ends)


def _guard_steps(context: Context) -> None:
    """Puts every step under its scenario's deadline, and the last one under the check that nothing went unseen."""
    for definitions in context._runner.step_registry.steps.values():
        for definition in definitions:
            definition.func = _guarded(definition.func)


def _guarded(step: Callable) -> Callable:
    @functools.wraps(step)
    def guarded(context: Context, *args, **kwargs) -> None:
        left = context.deadline - time.perf_counter()
        try:
            with deadline(max(left, 0), f"The step number {context.position}"):
                step(context, *args, **kwargs)
        except DeadlinePassed as passed:
            raise AssertionError(_where_the_time_went(context)) from passed
        if context.position == len(list(context.scenario.all_steps)):
            context.journey.check_nothing_unseen()

    return guarded


def _where_the_time_went(context: Context) -> str:
    run, total = _run(), time.perf_counter() - context.scenario_began
    calls = run.journal.rows(
        "SELECT operation, count(*) AS count, sum(duration) AS seconds FROM calls WHERE scenario = ? "
        "GROUP BY operation ORDER BY seconds DESC LIMIT 3",
        run.recorder.scenario,
    )
    spent = ", ".join(f"{row['operation']} {units.seconds(row['seconds'])} ({row['count']})" for row in calls)
    return (
        f"Expected the scenario to end within its deadline, but after {units.seconds(total)} it was still busy with "
        f"this step. Most time went to: {spent or 'no call'}. Deadlines are set with @deadline:…, "
        "JOURNEYS_SCENARIO_DEADLINE and JOURNEYS_RUN_DEADLINE."
    )


def _status(run: Run, statement: Scenario | Step) -> str:
    """behave's many statuses as the five results of ours, and `missed` for a speed objective."""
    if run.interrupt.signal and statement.status.has_failed():
        return "aborted"
    if statement.status == Status.failed:
        steps = statement.all_steps if isinstance(statement, Scenario) else [statement]
        failed = [step for step in steps if step.status == Status.failed]
        return "missed" if all(isinstance(step.exception, ObjectiveMissed) for step in failed) else "failed"
    if statement.status == Status.passed:
        return "passed"
    if statement.status.has_failed():
        return "error"
    return "aborted" if run.interrupt.signal else "skipped"


def _message(run: Run, step: Step) -> str | None:
    return run.recorder.redact(re.sub(r"^ASSERT FAILED: ", "", str(step.exception))) if step.exception else None
