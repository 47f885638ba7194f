"""A bucket of the scenario, and what should be in it."""

from collections import Counter
from dataclasses import dataclass, field

from journeys.payload import Content


@dataclass
class Stored:
    """An object as it should be found."""

    content: Content
    etag: str | None = None  # as the store told it, without quotes; None where it told none


@dataclass
class Bucket:
    """A bucket, and the objects that it should hold by their keys."""

    name: str
    objects: dict[str, Stored] = field(default_factory=dict)
    written: Counter[str] = field(default_factory=Counter)  # how often each key was written to

    def new_content(self, key: str, size: int) -> Content:
        """Content that no other object of ours has, nor had this one before."""
        self.written[key] += 1
        return Content.of(f"{self.name}/{key}/{self.written[key]}", size)

    def __getitem__(self, key: str) -> Stored:
        assert key in self.objects, f"Nothing was stored as {key!r}: a step that stores it has to come first."
        return self.objects[key]

    def all(self) -> dict[str, Stored]:
        """What the bucket should hold, which has to be something."""
        assert self.objects, "Nothing is stored: a step that stores objects has to come first."
        return self.objects


def etag_of(answer: dict) -> str | None:
    """The ETag that an answer, or an entry of a listing, tells; None where it tells none."""
    return (answer.get("ETag") or "").strip('"') or None
