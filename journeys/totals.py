"""The running totals of a target and suite: what is published, and how a run's journal is added to them.

A Pushgateway holds what was last pushed, so counters have to continue where the last run left them; they are
kept beside the journal and pushed whole.
"""

import json
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.utils import floatToGoString

from journeys import guard, metrics
from journeys.guard import Refusal
from journeys.journal import Journal
from journeys.metrics import Family
from journeys.settings import Settings

Labels = tuple[str, ...]


@dataclass
class Histogram:
    """Observations counted by bucket: `counts` has one more entry than `bounds`, for what lies above the last."""

    bounds: list[float]
    counts: list[float]
    sum: float = 0.0

    @classmethod
    def empty(cls, bounds: Iterable[float]) -> "Histogram":
        bounds = list(bounds)
        return cls(bounds, [0.0] * (len(bounds) + 1))

    def observe(self, value: float) -> None:
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    def add(self, other: "Histogram") -> None:
        """Adds the observations of a histogram with the same bounds."""
        self.counts = [ours + theirs for ours, theirs in zip(self.counts, other.counts, strict=True)]
        self.sum += other.sum

    def cumulative(self) -> list[tuple[str, float]]:
        """Prometheus' buckets: the upper bound, and how many observations are at most that."""
        total, buckets = 0.0, []
        for bound, count in zip([*self.bounds, float("inf")], self.counts, strict=True):
            total += count
            buckets.append((floatToGoString(bound), total))
        return buckets


class Totals:
    """All series with their values. `bounds` are the buckets of histograms, in seconds.

    A histogram that was kept with other bounds starts anew: Prometheus takes that for the counter reset it is.
    """

    def __init__(self, bounds: Iterable[float]):
        self.bounds = list(bounds)
        self.refused: list[Refusal] = []  # series that the guard did not let begin
        self._values: dict[Family, dict[Labels, float | Histogram]] = {family: {} for family in metrics.FAMILIES}
        self._seen: dict[tuple[Family, Labels], float] = {}  # when a run last knew of the series; Unix time
        self._begun: set[tuple[Family, Labels]] = set()  # series that the guard has let begin
        self._published: set[tuple[Family, Labels]] = set()  # series that Prometheus may have seen

    @classmethod
    def of(cls, journal: Journal, bounds: Iterable[float]) -> "Totals":
        """The totals as the journal keeps them."""
        totals, now = cls(bounds), time.time()
        families = {family.name: family for family in metrics.FAMILIES}
        for row in journal.rows("SELECT * FROM totals"):
            family, labels = families.get(row["family"]), tuple(json.loads(row["labels"]))
            if family and len(labels) == len(family.labels):
                value = totals._loaded(json.loads(row["value"]))
                totals._values[family][labels] = Histogram.empty(bounds) if value is None else value
                totals._seen[family, labels] = now if row["seen"] is None else row["seen"]
                totals._begun.add((family, labels))
                if row["published"] and value is not None:
                    totals._published.add((family, labels))
        return totals

    @classmethod
    @contextmanager
    def changing(cls, journal: Journal, settings: Settings) -> "Iterator[Totals]":
        """The totals, kept again at the end of the block, in one transaction with what else it writes.

        What the guard refuses to begin is left out, what no run has known of for long is dropped.
        """
        with journal.transaction():
            totals = cls.of(journal, settings.histogram_buckets)
            yield totals
            totals._refuse(settings.max_series)
            totals._retire(time.time() - settings.retire_after)
            totals.save(journal)

    def _loaded(self, value: float | dict) -> float | Histogram | None:
        """None for a histogram with other bounds."""
        if not isinstance(value, dict):
            return value
        histogram = Histogram(**value)
        return histogram if histogram.bounds == self.bounds else None

    def _refuse(self, limit: int) -> None:
        samples = sum(self._samples(self._values[family][labels]) for family, labels in self._begun)
        for family, series in self._values.items():
            for labels in [labels for labels in series if (family, labels) not in self._begun]:
                more = self._samples(series[labels])
                if refused := guard.refusal(family, labels, samples + more, limit):
                    self.refused.append(refused)
                    del series[labels]
                else:
                    samples += more

    def _samples(self, value: float | Histogram) -> int:
        return len(value.counts) + 2 if isinstance(value, Histogram) else 1

    def _retire(self, before: float) -> None:
        """Drops the labelled series of every subject that no run has known of since `before`, in Unix time."""
        newest: dict[Labels, float] = {}
        for (family, labels), seen in self._seen.items():
            subject = _subject(family, labels)
            newest[subject] = max(seen, newest.get(subject, 0.0))
        for family, series in self._values.items():
            for labels in [labels for labels in series if labels and newest[_subject(family, labels)] < before]:
                del series[labels]

    def save(self, journal: Journal) -> None:
        """Keeps all values; to be called inside a transaction of the journal's."""
        journal.write("DELETE FROM totals")
        for family, series in self._values.items():
            for labels, value in series.items():
                value = vars(value) if isinstance(value, Histogram) else value
                known = (self._seen[family, labels], (family, labels) in self._published)
                row = (family.name, json.dumps(labels), json.dumps(value), *known)
                journal.write(
                    "INSERT INTO totals (family, labels, value, seen, published) VALUES (?, ?, ?, ?, ?)", *row
                )

    def value(self, family: Family, *labels: str) -> float | Histogram | None:
        """The series' value; None where there is no such series."""
        return self._values[family].get(labels)

    def series(self, family: Family) -> list[Labels]:
        return list(self._values[family])

    def add(self, family: Family, *labels: str, by: float = 1) -> None:
        self.put(family, labels, self._values[family].get(labels, 0.0) + by)

    def set(self, family: Family, *labels: str, to: float) -> None:
        self.put(family, labels, float(to))

    def observe(self, family: Family, *labels: str, value: float) -> None:
        histogram = self._values[family].get(labels) or Histogram.empty(self.bounds)
        histogram.observe(value)
        self.put(family, labels, histogram)

    def read(self, family: Family, *labels: str, value: float) -> None:
        """Takes a value in, in the way of its family: a gauge's value, a counter's increase, an observation."""
        if family.kind == "histogram":
            self.observe(family, *labels, value=value)
        elif family.kind == "counter":
            self.add(family, *labels, by=value)
        else:
            self.set(family, *labels, to=value)

    def put(self, family: Family, labels: Labels, value: float | Histogram) -> None:
        self._values[family][labels] = value
        self._seen[family, labels] = time.time()

    def join(self, earlier: "Totals") -> None:
        """Adds the counts of totals that ended where these began; gauges of theirs stay where we have none."""
        for family, series in earlier._values.items():
            for labels, value in series.items():
                ours = self._values[family].get(labels)
                self._begun.add((family, labels))
                self._published.add((family, labels))
                if ours is None:
                    self.put(family, labels, value)
                elif isinstance(ours, Histogram):
                    ours.add(value)
                elif family.kind == "counter":
                    self.put(family, labels, ours + value)

    def replace(self, others: "Totals") -> None:
        """Goes on from totals that know more than these; what only these know of starts again from zero."""
        mine = [(family, labels) for family, series in self._values.items() for labels in series]
        self._values = others._values
        self._seen = others._seen
        self._begun |= set(others._seen)
        self._published = set(others._seen)
        self.declare((family, labels) for family, labels in mine if family.kind != "gauge")

    def clear(self, family: Family) -> None:
        """Drops all series of a family whose labels describe the present, such as versions."""
        self._values[family].clear()

    def declare(self, known: Iterable[tuple[Family, Labels]]) -> None:
        """Starts series that are not there yet at zero."""
        for family, labels in known:
            if labels not in self._values[family]:
                self._values[family][labels] = Histogram.empty(self.bounds) if family.kind == "histogram" else 0.0
            self._seen[family, labels] = time.time()

    def announced(self) -> "Totals | None":
        """These totals as they have to be published first, with zeros where a count was never published.

        None where there is no such series. Prometheus' increase() does not see how a series got to its first value.
        """
        news = [
            (family, labels)
            for family, series in self._values.items()
            for labels in series
            if family.kind != "gauge" and (family, labels) not in self._published
        ]
        if not news:
            return None
        announced = Totals(self.bounds)
        announced._values = {family: dict(series) for family, series in self._values.items()}
        for family, labels in news:
            del announced._values[family][labels]
        announced.declare(news)
        return announced

    def collect(self) -> Iterator[Metric]:
        """All series as prometheus_client's families, so that a registry can hold these totals."""
        for family, series in self._values.items():
            if series:
                yield _exposed(family, series)


def _exposed(family: Family, series: dict[Labels, float | Histogram]) -> Metric:
    if family.kind == "histogram":
        exposed = HistogramMetricFamily(family.name, family.meaning, labels=family.labels)
        for labels, histogram in series.items():
            exposed.add_metric(labels, histogram.cumulative(), histogram.sum)
        return exposed
    kind = CounterMetricFamily if family.kind == "counter" else GaugeMetricFamily
    exposed = kind(family.name, family.meaning, labels=family.labels)
    for labels, value in series.items():
        exposed.add_metric(labels, value)
    return exposed


def _subject(family: Family, labels: Labels) -> Labels:
    """Whom a series is about: a scenario or an operation, else nobody but itself."""
    named = dict(zip(family.labels, labels, strict=True))
    for name in ("scenario", "operation"):
        if name in named:
            return (name, named.get("feature", ""), named[name])
    return (family.name, *labels)


def add_run(totals: Totals, journal: Journal, run: str) -> None:
    """Adds what the journal knows of a run that has ended."""
    _add_verdict(totals, journal, run)
    _add_scenarios(totals, journal, run)
    _add_steps(totals, journal, run)
    _add_calls(totals, journal, run)
    _add_readings(totals, journal, run)


def _add_verdict(totals: Totals, journal: Journal, run: str) -> None:
    row = journal.run(run)
    aborted = row["exit_code"] is None or row["exit_code"] >= 128
    succeeded = row["exit_code"] == 0
    totals.add(metrics.RUNS)
    totals.add(metrics.RUN_ABORTS, by=aborted)
    totals.add(metrics.RUN_FAILURES, by=not aborted and not succeeded)
    totals.set(metrics.LAST_RUN_TIMESTAMP, to=row["ended"])
    totals.set(metrics.LAST_RUN_DURATION, to=row["ended"] - row["started"])
    totals.set(metrics.LAST_RUN_SUCCESS, to=succeeded)
    if succeeded:
        totals.set(metrics.LAST_SUCCESS_TIMESTAMP, to=row["ended"])


def _add_scenarios(totals: Totals, journal: Journal, run: str) -> None:
    results = dict.fromkeys(metrics.RESULTS, 0)
    for row in journal.rows("SELECT * FROM scenarios WHERE run = ? ORDER BY id", run):
        # No status: the run ended in the middle of it. A missed objective is a promise that was not kept.
        result = {None: "aborted", "missed": "failed"}.get(row["status"], row["status"])
        results[result] += 1
        if result in ("skipped", "aborted"):
            continue
        labels, kept = (row["feature"], row["scenario"]), result == "passed"
        totals.add(metrics.SCENARIO_EXECUTIONS, *labels)
        totals.add(metrics.SCENARIO_FAILURES, *labels, by=not kept)
        totals.set(metrics.SCENARIO_SUCCESS, *labels, to=kept)
        totals.set(metrics.SCENARIO_DURATION, *labels, to=row["duration"])
        if kept:
            totals.set(metrics.SCENARIO_LAST_SUCCESS, *labels, to=row["started"] + row["duration"])
    for result, count in results.items():
        totals.set(metrics.LAST_RUN_SCENARIOS, result, to=count)


def _add_steps(totals: Totals, journal: Journal, run: str) -> None:
    for row in journal.rows(
        "SELECT feature, scenario.scenario, step, step.duration FROM steps AS step "
        "JOIN scenarios AS scenario ON scenario.id = step.scenario "
        "WHERE run = ? AND step.status IN ('passed', 'failed', 'missed', 'error') ORDER BY step.id",
        run,
    ):
        totals.set(metrics.STEP_DURATION, *row[:3], to=row["duration"])


def _add_calls(totals: Totals, journal: Journal, run: str) -> None:
    for call in journal.rows("SELECT * FROM calls WHERE run = ? AND outcome != 'aborted' ORDER BY id", run):
        failed = call["outcome"] == "failed" and not call["expected"]
        if call["purpose"] == "cleanup":
            totals.add(metrics.CLEANUP_FAILURES, by=failed)
        else:
            totals.add(metrics.FAILURES, call["api"], call["reason"] or "other", by=failed)
            totals.add(metrics.INTEGRITY_FAILURES, by=failed and call["reason"] == "integrity")
        if call["purpose"] == "probe" and call["site"] == "primary":
            _add_operation(totals, call, failed)
        else:
            purpose = call["purpose"] if call["site"] == "primary" else call["site"]
            totals.add(metrics.SUPPORT_OPERATIONS, call["operation"], purpose)
            totals.add(metrics.SUPPORT_OPERATION_FAILURES, call["operation"], purpose, by=failed)


def _add_operation(totals: Totals, call, failed: bool) -> None:
    operation = call["operation"]
    totals.declare((family, (operation,)) for family in metrics.PER_OPERATION)
    totals.add(metrics.OPERATIONS, operation)
    totals.add(metrics.OPERATION_FAILURES, operation, by=failed)
    totals.add(metrics.OPERATION_ATTEMPTS, operation, by=call["attempts"])
    totals.add(metrics.SENT_BYTES, operation, by=call["sent"])
    totals.add(metrics.RECEIVED_BYTES, operation, by=call["received"])
    if call["outcome"] == "ok":
        totals.observe(metrics.OPERATION_DURATION, operation, value=call["duration"])
        totals.set(metrics.OPERATION_LAST_DURATION, operation, to=call["duration"])
        if call["first_byte"] is not None:
            totals.observe(metrics.OPERATION_FIRST_BYTE, operation, value=call["first_byte"])


def _add_readings(totals: Totals, journal: Journal, run: str) -> None:
    families = {family.name: family for family in metrics.FAMILIES}
    for row in journal.rows("SELECT family, labels, value FROM readings WHERE run = ? ORDER BY id", run):
        totals.read(families[row["family"]], *json.loads(row["labels"]), value=row["value"])
