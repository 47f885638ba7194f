"""Pages as a visitor finds them, and what a scenario remembers of its visits."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from journeys.certificates import Validity
from journeys.http import Answer

# What begins the part of an address that names texts of its page: https://wicg.github.io/scroll-to-text-fragment/
TEXT = ":~:"


@dataclass(frozen=True)
class Page:
    """What was opened: the address that was asked for, and every one on the way from there, with what was answered."""

    asked: str
    way: tuple[tuple[str, Answer], ...]

    @property
    def url(self) -> str:
        """Where it led to."""
        return self.way[-1][0]

    @property
    def answer(self) -> Answer:
        """What was answered there."""
        return self.way[-1][1]

    @property
    def duration(self) -> float:
        """Seconds until the last byte, all that led there included."""
        return sum(answer.duration for _, answer in self.way)

    @property
    def texts(self) -> list[str]:
        """What the page has to say, as the address tells that was asked for: ``…/#:~:text=All%20is%20well``."""
        directives = urlsplit(self.asked).fragment.partition(TEXT)[2].split("&")
        return [unquote(each.removeprefix("text=")) for each in directives if each.startswith("text=")]


@dataclass
class Visit:
    """What a scenario remembers of web sites."""

    headers: dict[str, str] = field(default_factory=dict)  # what goes with each request
    pages: list[Page] = field(default_factory=list)  # what the last step opened
    certificates: set[tuple[str, Validity]] = field(default_factory=set)  # each with its host, which may have several
    private: bytes = b""  # what the private page showed who logged in
