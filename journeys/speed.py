"""How fast it has to be: objectives over the calls that a scenario's steps made, and the speed of transfers."""

import math
from collections.abc import Iterable
from dataclasses import dataclass

from journeys import metrics
from journeys.failures import ObjectiveMissed, SuiteError
from journeys.journey import Journey
from journeys.units import bytes_per_second, seconds
from journeys.vocabulary import OPERATIONS, slug

# What carries the bytes of an upload, in one request or in parts, and of a download.
UPLOADS = ("s3.PutObject", "s3.UploadPart")
DOWNLOADS = ("s3.GetObject",)


@dataclass(frozen=True)
class Objective:
    """`share` of the calls of `operation` succeed within `limit` seconds."""

    share: float
    operation: str
    limit: float

    @property
    def label(self) -> str:
        """``reads-95-within-200-ms``."""
        words = {operation: word for word, operation in OPERATIONS.items()}
        return slug(f"{words[self.operation]} {self.share * 100:g} within {seconds(self.limit)}")

    @property
    def samples(self) -> int:
        """The fewest calls of which so large a share can be told: 20 for 95 %, of which one may be slow."""
        return math.ceil(round(1 / (1 - self.share), 6)) if self.share < 1 else 1


def assert_fast(journey: Journey, objective: Objective) -> None:
    """The scenario's calls kept the objective; a failed one misses it. Raises ObjectiveMissed.

    Set-up, polling and cleanup do not count, nor what was refused as a step expected. Raises SuiteError where the
    scenario made too few calls for the share to mean anything.
    """
    calls = _calls(journey, [objective.operation])
    count = len(calls)
    assert calls, f"The scenario made no call of {objective.operation}, so nothing can be said of its speed."
    if count < objective.samples:
        raise SuiteError(
            f"Of {count} calls of {objective.operation}, a share of {objective.share:.0%} can't be told: that needs at "
            f"least {objective.samples}. Let the scenario make more of them, or name another share."
        )
    fast = sum(call["outcome"] == "ok" and call["duration"] <= objective.limit for call in calls)
    recorder = journey.recorder
    recorder.read(metrics.OBJECTIVE_SECONDS, objective.label, value=objective.limit)
    recorder.read(metrics.OBJECTIVE_RATIO, objective.label, value=objective.share)
    recorder.read(metrics.OBJECTIVE_EVENTS, objective.label, value=count)
    recorder.read(metrics.OBJECTIVE_MISSES, objective.label, value=count - fast)
    if fast < objective.share * count:
        slowest = seconds(max(call["duration"] for call in calls))
        raise ObjectiveMissed(
            f"Expected {objective.share:.0%} of the {count} calls of {objective.operation} to finish within "
            f"{seconds(objective.limit)}, but {fast} did; the slowest took {slowest}."
        )


def assert_upload_rate(journey: Journey, least: float) -> None:
    """The scenario's uploads ran at `least` bytes a second, while any was under way; raises ObjectiveMissed."""
    _assert_rate(journey, "uploads", UPLOADS, least)


def assert_download_rate(journey: Journey, least: float) -> None:
    """The scenario's downloads ran at `least` bytes a second, while any was under way; raises ObjectiveMissed."""
    _assert_rate(journey, "downloads", DOWNLOADS, least)


def _assert_rate(journey: Journey, what: str, operations: Iterable[str], least: float) -> None:
    calls = _calls(journey, operations)
    carried = sum(call["sent"] + call["received"] for call in calls if call["outcome"] == "ok")
    busy = _covered((call["started"], call["started"] + call["duration"]) for call in calls)
    assert carried and busy, f"The scenario made no {what}, so nothing can be said of their speed."
    if carried / busy < least:
        raise ObjectiveMissed(
            f"Expected the {what} to run at {bytes_per_second(least)} at least, but they ran at "
            f"{bytes_per_second(carried / busy)}: {carried} bytes in {seconds(busy)}."
        )


def _calls(journey: Journey, operations: Iterable[str]) -> list:
    operations = list(operations)
    return journey.recorder.journal.rows(
        "SELECT * FROM calls WHERE scenario = ? AND purpose = 'probe' AND site = 'primary' AND NOT expected "
        f"AND operation IN ({', '.join('?' * len(operations))}) ORDER BY started",
        *(journey.recorder.scenario, *operations),
    )


def _covered(spans: Iterable[tuple[float, float]]) -> float:
    """The seconds in which at least one of the spans lies; they come in the order of their beginnings."""
    total, latest = 0.0, -math.inf
    for began, ended in spans:
        total += max(ended - max(began, latest), 0)
        latest = max(latest, ended)
    return total
