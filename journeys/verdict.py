"""What a run comes to, as an exit code and a sentence."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from signal import Signals

# The contract of the command line; above 128: interrupted by the signal of that number less 128.
KEPT, BROKEN, UNJUDGED, TOO_SLOW = 0, 1, 2, 3


@dataclass(frozen=True)
class Outcome:
    """What came of a run. `problems` are sentences that change no verdict: undelivered metrics, leftovers."""

    exit_code: int
    reason: str
    pushed: bool = False
    problems: list[str] = field(default_factory=list)


def verdict(
    results: Iterable[str | None], *, interrupted: Signals | None, refusal: str | None, overdue: int
) -> tuple[int, str]:
    """The exit code and its reason, what matters most first.

    `results` are those of the scenarios (None: it did not end), `refusal` says why nothing can be judged,
    `overdue` is how many scenarios the run's deadline kept from beginning.
    """
    count = Counter(results)
    unjudged = count["error"] + count[None]
    rules = (
        (interrupted, 128 + (interrupted or 0), f"interrupted by {interrupted.name if interrupted else ''}"),
        (refusal, UNJUDGED, str(refusal)),
        (not count, UNJUDGED, "no scenario was selected: check the paths and --tags"),
        (count["failed"], BROKEN, f"{count['failed']} of {count.total()} promises broken"),
        (overdue, BROKEN, f"the run's deadline passed before {overdue} of {count.total()} scenarios could begin"),
        (unjudged, UNJUDGED, f"{unjudged} of {count.total()} scenarios could not be judged"),
        (count["skipped"] == count.total(), UNJUDGED, "every selected scenario was skipped"),
        (count["missed"], TOO_SLOW, f"every promise kept, {count['missed']} too slowly"),
        (True, KEPT, "every promise kept"),
    )
    return next((code, reason) for applies, code, reason in rules if applies)
