"""The running totals: each run counts once and as documented, and Prometheus' own tools accept the result."""

import dataclasses
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from journeys import gateway as pushgateway
from journeys import guard, metrics
from journeys.demo.pushgateway import Pushgateway
from journeys.failures import REASONS
from journeys.journal import Call, Journal
from journeys.settings import DEFAULT_BUCKETS, Settings
from journeys.totals import Histogram, Totals, add_run
from journeys.vocabulary import slug
from tests.realtools import require
from tests.test_journal import CALL

PUT = "s3.PutObject"
KEPT = {"status": "passed"}


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    journal = Journal(tmp_path / "journal.sqlite")
    yield journal
    journal.close()


@pytest.fixture
def totals() -> Totals:
    return Totals(DEFAULT_BUCKETS)


def run(
    journal: Journal,
    name: str = "run",
    *,
    exit_code: int | None = 0,
    ended: float = 1010.0,
    scenarios: tuple[dict, ...] = (),
    calls: tuple[dict, ...] = (),
) -> str:
    """A run of ten seconds that has ended; scenarios and calls are told by what is special about them."""
    journal.run_began(name, ended - 10)
    for told in scenarios:
        told = {"feature": "objects", "scenario": "a-title", "duration": 2.0, "status": "passed", **told}
        number = journal.scenario_began(name, told["feature"], told["scenario"], title="A title", location="x:1")
        journal.write("UPDATE scenarios SET started = ? WHERE id = ?", ended - 5, number)
        step = journal.step_began(number, "01-i-do", "When I do")
        if told["status"]:
            journal.step_ended(step, 1.5, told["status"], None)
            journal.scenario_ended(number, told["duration"], told["status"], None)
    for told in calls:
        expected = told.get("expected")
        call = Call(**CALL | {key: value for key, value in told.items() if key != "expected"})
        number = journal.called(name, None, None, call)
        if expected:
            journal.call_was_expected(number)
    journal.run_ended(name, ended, exit_code, "the reason")
    return name


def samples(totals: Totals) -> dict[tuple, float]:
    """Every series that would be published, with its value; none of them twice."""
    found = [
        ((sample.name, *sorted(sample.labels.items())), sample.value)
        for family in totals.collect()
        for sample in family.samples
    ]
    assert len(dict(found)) == len(found), "a series is there twice"
    return dict(found)


# --- the verdict


@pytest.mark.parametrize(
    ("exit_code", "failures", "aborts", "success"),
    [(0, 0, 0, 1), (1, 1, 0, 0), (2, 1, 0, 0), (3, 1, 0, 0), (130, 0, 1, 0), (143, 0, 1, 0), (None, 0, 1, 0)],
)
def test_a_run_counts_by_its_verdict(
    journal: Journal, totals: Totals, exit_code: int | None, failures: int, aborts: int, success: int
) -> None:
    add_run(totals, journal, run(journal, exit_code=exit_code))
    assert totals.value(metrics.RUNS) == 1
    assert totals.value(metrics.RUN_FAILURES) == failures
    assert totals.value(metrics.RUN_ABORTS) == aborts
    assert totals.value(metrics.LAST_RUN_SUCCESS) == success
    assert totals.value(metrics.LAST_RUN_TIMESTAMP) == 1010
    assert totals.value(metrics.LAST_RUN_DURATION) == 10
    assert totals.value(metrics.LAST_SUCCESS_TIMESTAMP) == (1010 if success else None)


def test_the_last_success_survives_what_comes_after_it(journal: Journal, totals: Totals) -> None:
    title = ("objects", "a-title")
    add_run(totals, journal, run(journal, "good", ended=1000.0, scenarios=(KEPT,)))
    seen = totals.value(metrics.SCENARIO_LAST_SUCCESS, *title)
    for number, exit_code in enumerate((1, 2, 143, None)):
        bad = run(
            journal, f"bad-{number}", exit_code=exit_code, ended=2000.0 + number, scenarios=({"status": "failed"},)
        )
        add_run(totals, journal, bad)
    assert totals.value(metrics.LAST_SUCCESS_TIMESTAMP) == 1000
    assert totals.value(metrics.SCENARIO_LAST_SUCCESS, *title) == seen == 997, "when it ended: started at 995, took 2"
    assert totals.value(metrics.SCENARIO_SUCCESS, *title) == 0


# --- scenarios and steps


@pytest.mark.parametrize(
    ("status", "result", "executions", "failures"),
    [
        ("passed", "passed", 1, 0),
        ("failed", "failed", 1, 1),
        ("missed", "failed", 1, 1),
        ("error", "error", 1, 1),
        ("skipped", "skipped", None, None),
        ("aborted", "aborted", None, None),
        (None, "aborted", None, None),
    ],
)
def test_a_scenario_counts_by_its_result(
    journal: Journal, totals: Totals, status: str | None, result: str, executions: int | None, failures: int | None
) -> None:
    add_run(totals, journal, run(journal, scenarios=({"status": status},)))
    title = ("objects", "a-title")
    assert totals.value(metrics.SCENARIO_EXECUTIONS, *title) == executions
    assert totals.value(metrics.SCENARIO_FAILURES, *title) == failures
    judged = executions is not None
    assert totals.value(metrics.SCENARIO_SUCCESS, *title) == ((not failures) if judged else None)
    assert totals.value(metrics.SCENARIO_DURATION, *title) == (2.0 if judged else None)
    assert totals.value(metrics.STEP_DURATION, *title, "01-i-do") == (1.5 if judged else None)
    results = {each: totals.value(metrics.LAST_RUN_SCENARIOS, each) for each in metrics.RESULTS}
    assert results == dict.fromkeys(metrics.RESULTS, 0) | {result: 1}


def test_what_did_not_run_is_carried_over_unchanged(journal: Journal, totals: Totals) -> None:
    both = ({"scenario": "one"}, {"scenario": "two", "status": "failed"})
    add_run(totals, journal, run(journal, "first", exit_code=1, scenarios=both))
    before = {key: value for key, value in samples(totals).items() if ("scenario", "two") in key}
    add_run(totals, journal, run(journal, "second", ended=2000.0, scenarios=({"scenario": "one"},)))
    after = samples(totals)
    assert {key: after[key] for key in before} == before
    assert totals.value(metrics.SCENARIO_EXECUTIONS, "objects", "one") == 2
    assert totals.value(metrics.LAST_RUN_SCENARIOS, "failed") == 0


# --- calls


def test_calls_of_steps_are_counted_and_timed(journal: Journal, totals: Totals) -> None:
    calls = (
        {"duration": 0.25, "sent": 100, "received": 7},
        {"duration": 0.75, "sent": 200, "received": 8, "attempts": 3},
        {"duration": 9.0, "outcome": "failed", "reason": "server_error"},
    )
    add_run(totals, journal, run(journal, calls=calls))
    assert totals.value(metrics.OPERATIONS, PUT) == 3
    assert totals.value(metrics.OPERATION_FAILURES, PUT) == 1
    assert totals.value(metrics.OPERATION_ATTEMPTS, PUT) == 5
    assert totals.value(metrics.SENT_BYTES, PUT) == 300 + CALL["sent"]
    assert totals.value(metrics.RECEIVED_BYTES, PUT) == 15
    assert totals.value(metrics.OPERATION_LAST_DURATION, PUT) == 0.75, "of the last successful one"
    histogram = totals.value(metrics.OPERATION_DURATION, PUT)
    assert (sum(histogram.counts), histogram.sum) == (2, 1.0)
    assert totals.value(metrics.FAILURES, "s3", "server_error") == 1


def test_a_refusal_that_was_expected_is_no_failure(journal: Journal, totals: Totals) -> None:
    refused = {"outcome": "failed", "reason": "auth", "status": 403, "code": "AccessDenied", "expected": True}
    add_run(totals, journal, run(journal, calls=(refused,)))
    assert totals.value(metrics.OPERATIONS, PUT) == 1
    assert totals.value(metrics.OPERATION_FAILURES, PUT) == 0
    assert totals.value(metrics.FAILURES, "s3", "auth") == 0
    assert sum(totals.value(metrics.OPERATION_DURATION, PUT).counts) == 0, "only successes are timed"


def test_a_call_that_our_own_end_cut_off_counts_nowhere(journal: Journal, totals: Totals) -> None:
    add_run(totals, journal, run(journal, exit_code=143, calls=({"outcome": "aborted"},)))
    assert totals.value(metrics.OPERATIONS, PUT) is None


@pytest.mark.parametrize(
    ("told", "purpose"),
    [
        ({"purpose": "setup"}, "setup"),
        ({"purpose": "wait"}, "wait"),
        ({"purpose": "cleanup"}, "cleanup"),
        ({"site": "replica"}, "replica"),
    ],
)
def test_calls_that_are_no_probe_of_the_primary_site_are_counted_apart(
    journal: Journal, totals: Totals, told: dict, purpose: str
) -> None:
    failed = {"outcome": "failed", "reason": "timeout"}
    add_run(totals, journal, run(journal, calls=(told, told | failed)))
    for family in (*metrics.PER_OPERATION, metrics.OPERATION_LAST_DURATION):
        assert totals.series(family) == []
    assert totals.value(metrics.SUPPORT_OPERATIONS, PUT, purpose) == 2
    assert totals.value(metrics.SUPPORT_OPERATION_FAILURES, PUT, purpose) == 1
    cleanup = purpose == "cleanup"
    assert totals.value(metrics.CLEANUP_FAILURES) == (1 if cleanup else None)
    assert totals.value(metrics.FAILURES, "s3", "timeout") == (None if cleanup else 1)


def test_readings_are_taken_in_as_their_family_is_meant(journal: Journal, totals: Totals) -> None:
    run(journal)
    for value in (2.0, 3.0):
        journal.read("run", None, metrics.CANARY_OBJECTS.name, ("intact",), value)
        journal.read("run", None, metrics.OBJECTIVE_MISSES.name, ("reads",), value)
        journal.read("run", None, metrics.WAIT.name, ("server_active",), value)
    add_run(totals, journal, "run")
    assert totals.value(metrics.CANARY_OBJECTS, "intact") == 3
    assert totals.value(metrics.OBJECTIVE_MISSES, "reads") == 5
    assert totals.value(metrics.WAIT, "server_active").sum == 5


def test_the_first_byte_is_timed_where_it_was_measured(journal: Journal, totals: Totals) -> None:
    run(journal, calls=[{"first_byte": 0.25}, {"first_byte": None}, {"first_byte": 0.5, "outcome": "failed"}])
    add_run(totals, journal, "run")
    assert totals.value(metrics.OPERATION_FIRST_BYTE, PUT).sum == 0.25


def test_calls_of_other_runs_are_not_counted(journal: Journal, totals: Totals) -> None:
    run(journal, "another", calls=({}, {}))
    journal.called(None, None, None, Call(**CALL))
    add_run(totals, journal, run(journal, "ours", calls=({},)))
    assert totals.value(metrics.OPERATIONS, PUT) == 1


# --- continuing


def test_totals_go_on_from_run_to_run(journal: Journal) -> None:
    for number in range(3):
        with journal.transaction():
            totals = Totals.of(journal, DEFAULT_BUCKETS)
            add_run(totals, journal, run(journal, f"run-{number}", calls=({}, {"duration": 0.1}), scenarios=(KEPT,)))
            totals.save(journal)
    totals = Totals.of(journal, DEFAULT_BUCKETS)
    assert totals.value(metrics.RUNS) == 3
    assert totals.value(metrics.OPERATIONS, PUT) == 6
    assert totals.value(metrics.SCENARIO_EXECUTIONS, "objects", "a-title") == 3
    assert sum(totals.value(metrics.OPERATION_DURATION, PUT).counts) == 6


def test_totals_are_kept_exactly(journal: Journal) -> None:
    totals = every_family()
    totals.save(journal)
    totals.save(journal)  # in the place of what was kept
    assert samples(Totals.of(journal, DEFAULT_BUCKETS)) == samples(totals)


def test_histograms_with_other_bounds_start_anew_and_all_else_goes_on(journal: Journal) -> None:
    every_family().save(journal)
    other = Totals.of(journal, (0.1, 1.0))
    histogram = other.value(metrics.OPERATION_DURATION, PUT)
    assert (histogram.bounds, histogram.counts, histogram.sum) == ([0.1, 1.0], [0, 0, 0], 0)
    histograms = tuple(f"{family.name}_" for family in metrics.FAMILIES if family.kind == "histogram")
    before, after = (
        {key: value for key, value in samples(totals).items() if not key[0].startswith(histograms)}
        for totals in (every_family(), other)
    )
    assert after == before


def test_a_family_that_this_version_no_longer_knows_is_dropped(journal: Journal, totals: Totals) -> None:
    totals.add(metrics.RUNS)
    totals.save(journal)
    journal.write("INSERT INTO totals (family, labels, value) VALUES ('journey_of_old', '[]', '1')")
    assert samples(Totals.of(journal, DEFAULT_BUCKETS)) == samples(totals)


def test_declared_series_start_at_zero_once(totals: Totals) -> None:
    totals.declare(metrics.BORN_AT_ZERO)
    assert totals.value(metrics.RUNS) == 0
    assert totals.value(metrics.FAILURES, "s3", "dns") == 0
    totals.add(metrics.RUNS)
    totals.declare(metrics.BORN_AT_ZERO)
    assert totals.value(metrics.RUNS) == 1


def test_only_counts_that_were_never_published_are_announced_at_zero(journal: Journal, totals: Totals) -> None:
    totals.add(metrics.RUNS)
    totals.observe(metrics.WAIT, "server_active", value=1)
    totals.set(metrics.CANARY_OBJECTS, "intact", to=3)
    totals.save(journal)
    journal.write("UPDATE totals SET published = 1 WHERE family = ?", metrics.RUNS.name)
    announced = Totals.of(journal, DEFAULT_BUCKETS).announced()
    assert announced.value(metrics.RUNS) == 1
    assert sum(announced.value(metrics.WAIT, "server_active").counts) == 0
    assert announced.value(metrics.CANARY_OBJECTS, "intact") == 3
    assert sum(Totals.of(journal, DEFAULT_BUCKETS).value(metrics.WAIT, "server_active").counts) == 1
    journal.write("UPDATE totals SET published = 1")
    assert Totals.of(journal, DEFAULT_BUCKETS).announced() is None
    assert Totals.of(journal, (0.1, 1.0)).announced(), "the histogram starts anew"


# --- the guard, and retirement


def changing(journal: Journal, **limits: float) -> AbstractContextManager[Totals]:
    limits = {"max_series": 5000, "retire_after": 3600.0} | limits
    return Totals.changing(journal, Settings(histogram_buckets=DEFAULT_BUCKETS, **limits))


def executed(totals: Totals, *scenarios: str) -> None:
    for scenario in scenarios:
        totals.add(metrics.SCENARIO_EXECUTIONS, "objects", scenario)


def test_above_the_limit_no_new_series_begins_and_the_others_go_on(journal: Journal) -> None:
    with changing(journal) as totals:
        executed(totals, "one", "two")
    with changing(journal, max_series=3) as totals:
        executed(totals, "one", "two", "three", "four")
    assert [refusal.labels for refusal in totals.refused] == [("objects", "four")]
    assert "JOURNEYS_MAX_SERIES (3)" in totals.refused[0].why
    with changing(journal, max_series=1) as totals:
        executed(totals, "one", "two", "three")
    assert totals.refused == []
    assert totals.value(metrics.SCENARIO_EXECUTIONS, "objects", "one") == 3


def test_a_histogram_counts_with_all_its_buckets(journal: Journal) -> None:
    samples_of_one = len(DEFAULT_BUCKETS) + 3
    with changing(journal, max_series=2 * samples_of_one - 1) as totals:
        totals.observe(metrics.WAIT, "one", value=1)
        totals.observe(metrics.WAIT, "two", value=1)
    assert [refusal.labels for refusal in totals.refused] == [("two",)]
    assert len(samples(totals)) == samples_of_one


@pytest.mark.parametrize(
    "title",
    [
        "Bucket 3f2a9b1c is there",
        "Run 550e8400-e29b-41d4-a716-446655440000",
        "On 2026-11-22 all was well",
        "At 1732250000",
        "It is 20261122T101010",
        "Reads https://s3.example.com:9000/x",
        "Account 123456789012",
    ],
)
def test_a_label_that_would_be_another_every_time_is_refused(journal: Journal, title: str) -> None:
    with changing(journal) as totals:
        executed(totals, slug(title), "honest")
    assert [refusal.labels for refusal in totals.refused] == [("objects", slug(title))]
    assert totals.series(metrics.SCENARIO_EXECUTIONS) == [("objects", "honest")]


@pytest.mark.parametrize(
    "title",
    [
        "A 5 GiB object of 5368709120 bytes",
        "CRC64NVME and SHA-256 agree",
        "The HTTPS endpoint answers",
        "Feedback is added to the facade",
        "More than 1,000 keys",
        "A key of 1,024 bytes",
        "IPv6 subnet fd00:1234::/64",
    ],
)
def test_an_ordinary_title_is_let_through(journal: Journal, title: str) -> None:
    with changing(journal) as totals:
        executed(totals, slug(title))
    assert totals.refused == []


def test_a_series_that_exists_goes_on_whatever_it_looks_like(journal: Journal, totals: Totals) -> None:
    executed(totals, "bucket-3f2a9b1c")
    totals.save(journal)
    with changing(journal) as totals:
        executed(totals, "bucket-3f2a9b1c")
    assert totals.value(metrics.SCENARIO_EXECUTIONS, "objects", "bucket-3f2a9b1c") == 2


def test_a_refusal_names_the_line_of_the_feature(journal: Journal) -> None:
    run(journal)
    number = journal.scenario_began("run", "objects", "a-title", "A title", "features/s3/objects.feature:12")
    journal.step_began(number, "01-i-read-3f2a9b1c", "When I read 3f2a9b1c", "features/s3/objects.feature:13")
    with changing(journal) as totals:
        totals.set(metrics.STEP_DURATION, "objects", "a-title", "01-i-read-3f2a9b1c", to=1)
        totals.add(metrics.OPERATIONS, "x.GET /things/3f2a9b1c")
    by_step, by_operation = guard.told(totals.refused, journal)
    assert "features/s3/objects.feature:13" in by_step
    assert "looks like an id" in by_step
    assert "made by" not in by_operation


def test_what_no_run_knows_of_retires_with_all_its_series(journal: Journal) -> None:
    with changing(journal) as totals:
        for scenario in ("old", "kept"):
            executed(totals, scenario)
            totals.set(metrics.SCENARIO_LAST_SUCCESS, "objects", scenario, to=1)
        for operation in ("s3.Old", "s3.Kept"):
            totals.add(metrics.OPERATIONS, operation)
            totals.add(metrics.SUPPORT_OPERATIONS, operation, "setup")
        totals.set(metrics.LAST_SUCCESS_TIMESTAMP, to=1)
    journal.write("UPDATE totals SET seen = seen - 7200")
    with changing(journal) as totals:
        totals.declare([(metrics.SCENARIO_EXECUTIONS, ("objects", "kept")), (metrics.OPERATIONS, ("s3.Kept",))])
    assert totals.series(metrics.SCENARIO_EXECUTIONS) == totals.series(metrics.SCENARIO_LAST_SUCCESS)
    assert totals.series(metrics.SCENARIO_LAST_SUCCESS) == [("objects", "kept")]
    assert totals.series(metrics.OPERATIONS) == [("s3.Kept",)]
    assert totals.series(metrics.SUPPORT_OPERATIONS) == [("s3.Kept", "setup")]
    assert totals.value(metrics.LAST_SUCCESS_TIMESTAMP) == 1


def test_every_reason_of_every_api_is_born_at_zero(totals: Totals) -> None:
    totals.declare(metrics.BORN_AT_ZERO)
    assert {*totals.series(metrics.FAILURES)} == {(api, reason) for api in metrics.APIS for reason in REASONS}


@given(st.lists(st.floats(0, 1000), max_size=30))
def test_buckets_are_cumulative_and_inclusive(values: list[float]) -> None:
    histogram = Histogram.empty(DEFAULT_BUCKETS)
    for value in [*values, 0.1]:
        histogram.observe(value)
    buckets = {float(le): count for le, count in histogram.cumulative()}
    for bound in (*DEFAULT_BUCKETS, float("inf")):
        assert buckets[bound] == sum(value <= bound for value in [*values, 0.1])


# --- what is published


def every_family() -> Totals:
    """Totals with series of every family, as many runs would leave them."""
    totals = Totals(DEFAULT_BUCKETS)
    totals.declare(metrics.BORN_AT_ZERO)
    for number, family in enumerate(metrics.FAMILIES):
        for odd in ("plain", 'with "quotes"', "ü\\ and\nmore", "a/b c"):
            labels = [odd, *["x"] * (len(family.labels) - 1)] if family.labels else []
            if family.kind == "histogram":
                for value in (0.001, 0.1, 1.0, 1 / 3, 100.0):
                    totals.observe(family, *labels, value=value * (number + 1))
            else:
                totals.add(family, *labels, by=1 / 3 + number)
    totals.observe(metrics.OPERATION_DURATION, PUT, value=0.3)
    totals.set(metrics.LAST_RUN_TIMESTAMP, to=1_700_000_000.123456)
    return totals


def exposition(totals: Totals) -> bytes:
    registry = CollectorRegistry()
    registry.register(totals)
    return generate_latest(registry)


def test_prometheus_own_linter_has_nothing_to_say() -> None:
    checked = subprocess.run(
        [require("promtool"), "check", "metrics"],
        input=exposition(every_family()),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=30,
    )
    assert (checked.returncode, checked.stdout.decode()) == (0, "")


def test_no_series_is_published_twice_and_none_without_a_meaning() -> None:
    families = list(text_string_to_metric_families(exposition(every_family()).decode()))
    series = Counter((s.name, *sorted(s.labels.items())) for family in families for s in family.samples)
    assert [name for name, count in series.items() if count > 1] == []
    assert all(family.documentation for family in families)
    assert not [name for name, *_ in series if name.endswith("_created")]
    assert {name.removesuffix("_total") for name in (family.name for family in metrics.FAMILIES)} == {
        family.name for family in families
    }


# --- the gateway as a memory


def settings_for(gateway: Pushgateway, suite: str, target: str) -> Settings:
    # Built directly: settings from the environment allow fewer characters.
    return Settings(pushgateway_url=gateway.url, suite=suite, target=target)


@pytest.mark.parametrize(
    ("suite", "target"),
    [
        ("plain", "s3.example.com:9000"),
        ("with/slash", "a/b/"),
        ("with space", " x "),
        ("Zürich", "日本"),
        ('quote"d', "back\\slash"),
        ("per%cent+plus?&#", "new\nline"),
    ],
)
def test_what_the_gateway_shows_is_what_was_pushed(gateway: Pushgateway, suite: str, target: str) -> None:
    settings = settings_for(gateway, f"totals {suite}", target)
    pushed = every_family()
    pushgateway.push(pushed, settings, 10)
    assert samples(pushgateway.pull(settings, 10)) == samples(pushed)


def test_bounds_are_the_same_however_the_gateway_writes_them(gateway: Pushgateway) -> None:
    """It turns le="1.0" into le="1"."""
    settings = settings_for(gateway, "totals-bounds", "t")
    settings = dataclasses.replace(settings, histogram_buckets=(0.5, 1.0, 10.0, 1e6))
    pushed = Totals(settings.histogram_buckets)
    for value in (0.2, 0.7, 5, 5e5, 5e9):
        pushed.observe(metrics.OPERATION_DURATION, PUT, value=value)
    pushgateway.push(pushed, settings, 10)
    held = pushgateway.pull(settings, 10)
    assert held.value(metrics.OPERATION_DURATION, PUT) == pushed.value(metrics.OPERATION_DURATION, PUT)
    assert samples(held) == samples(pushed)


def test_histograms_of_other_bounds_are_not_taken_up(gateway: Pushgateway) -> None:
    settings = settings_for(gateway, "totals-other-bounds", "t")
    pushgateway.push(every_family(), settings, 10)
    held = pushgateway.pull(dataclasses.replace(settings, histogram_buckets=(1.0, 2.0)), 10)
    assert held.series(metrics.OPERATION_DURATION) == []
    assert held.value(metrics.RUNS) == every_family().value(metrics.RUNS)


def test_the_groups_of_others_are_not_taken_up(gateway: Pushgateway) -> None:
    pushgateway.push(every_family(), settings_for(gateway, "totals-mine", "t"), 10)
    for suite, target in (("totals-yours", "t"), ("totals-mine", "another")):
        assert samples(pushgateway.pull(settings_for(gateway, suite, target), 10)) == {}


def test_a_push_replaces_all_that_was_there(gateway: Pushgateway) -> None:
    settings = settings_for(gateway, "totals-replaced", "t")
    pushgateway.push(every_family(), settings, 10)
    few = Totals(DEFAULT_BUCKETS)
    few.add(metrics.RUNS, by=7)
    pushgateway.push(few, settings, 10)
    assert samples(pushgateway.pull(settings, 10)) == samples(few)
