"""What keeps the number of series bounded: labels that would be others every time, and too many of them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from journeys.journal import Journal
from journeys.metrics import Family

# The labels whose values come from feature files, or from what servers and SDKs name.
FREE = {"feature", "scenario", "step", "operation", "what", "objective", "kind"}

# What would make another series of every run. Label values are slugs, so separators may have become dashes.
UNBOUNDED = {
    "an id": re.compile(
        r"(?<![0-9a-z])(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
        r"|(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}|\d{11,})(?![0-9a-z])"
    ),
    "a URL": re.compile("://"),
    "a timestamp": re.compile(
        r"(?<!\d)(?:1\d{9}|20\d\d-?[01]\d-?[0-3]\d(?:t?-?[0-2]\d-?[0-5]\d(?:-?[0-5]\d)?)?)(?![0-9a-z])"
    ),
}


@dataclass(frozen=True)
class Refusal:
    """A series that was not begun, why, and which of its labels is to blame, if one is."""

    family: Family
    labels: tuple[str, ...]
    why: str
    label: str | None = None


def refusal(family: Family, labels: tuple[str, ...], samples: int, limit: int) -> Refusal | None:
    """Why a new series may not begin where there would be so many `samples` with it; None where it may."""
    for name, value in zip(family.labels, labels, strict=True):
        for what, pattern in UNBOUNDED.items() if name in FREE else ():
            if pattern.search(value):
                why = f"{value!r} looks like {what}, another one every time; put it into quotes, or out of the title"
                return Refusal(family, labels, why, name)
    if samples > limit:
        return Refusal(family, labels, f"JOURNEYS_MAX_SERIES ({limit}) is reached; see ./run.sh forget")
    return None


def told(refusals: Iterable[Refusal], journal: Journal) -> list[str]:
    """Sentences that say which series were refused, why, and which line of which feature made them."""
    groups: dict[str, list[Refusal]] = {}
    for each in refusals:
        groups.setdefault(each.why, []).append(each)
    return [
        f"Not published: {_named(group[0])}{f' and {len(group) - 1} more series' if group[1:] else ''}"
        f"{_origin(group[0], journal)}: {why}."
        for why, group in groups.items()
    ]


def _named(refusal: Refusal) -> str:
    labels = zip(refusal.family.labels, refusal.labels, strict=True)
    return f"{refusal.family.name}{{{', '.join(f'{name}={value!r}' for name, value in labels)}}}"


def _origin(refusal: Refusal, journal: Journal) -> str:
    """The line of a feature file that made the series: the step's where its label is to blame."""
    named = dict(zip(refusal.family.labels, refusal.labels, strict=True))
    step = named.get("step") if refusal.label == "step" else None
    rows = journal.rows(
        "SELECT coalesce(step.location, scenario.location) AS location "
        "FROM scenarios AS scenario LEFT JOIN steps AS step ON step.scenario = scenario.id AND step.step = ?3 "
        "WHERE feature = ?1 AND scenario.scenario = ?2 ORDER BY scenario.id DESC LIMIT 1",
        *(named.get("feature"), named.get("scenario"), step),
    )
    return f" (made by {rows[0]['location']})" if rows else ""
