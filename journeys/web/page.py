"""Pages as a visitor finds them, and what a scenario remembers of its visits."""

from dataclasses import dataclass, field

from journeys.http import Answer


@dataclass(frozen=True)
class Page:
    """What was opened: the address that was asked for, the one where that led to, and what was answered there.

    `duration`: seconds until the last byte, all that led there included.
    """

    asked: str
    url: str
    answer: Answer
    duration: float


@dataclass
class Visit:
    """What a scenario remembers of web sites."""

    headers: dict[str, str] = field(default_factory=dict)  # what goes with each request
    pages: list[Page] = field(default_factory=list)  # what the last step opened
    expiries: dict[str, float] = field(default_factory=dict)  # when the certificates expire, by host; Unix time
