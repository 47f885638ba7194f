"""Pages as a visitor finds them, and what a scenario remembers of its visits."""

from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from journeys.http import Answer

# What begins the part of an address that names texts of its page: https://wicg.github.io/scroll-to-text-fragment/
TEXT = ":~:"


@dataclass(frozen=True)
class Page:
    """What was opened: the address that was asked for, the one where that led to, and what was answered there.

    `duration`: seconds until the last byte, all that led there included. `way`: every address, in order, with what was
    answered there.
    """

    asked: str
    url: str
    answer: Answer
    duration: float
    way: tuple[tuple[str, Answer], ...]

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
    expiries: dict[str, float] = field(default_factory=dict)  # when the certificates expire, by host; Unix time
    private: bytes = b""  # what the private page showed who logged in
