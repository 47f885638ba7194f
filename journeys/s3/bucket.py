"""A bucket of the scenario, and what should be in it."""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from journeys.payload import Content


@dataclass
class Stored:
    """An object as it should be found."""

    content: Content
    etag: str | None = None  # as the store told it, without quotes; None where it told none
    properties: dict[str, str] = field(default_factory=dict)  # what steps said of it: its type, its owner, …
    tags: dict[str, str] = field(default_factory=dict)
    at: float = field(default_factory=time.time)  # when it had been stored, by our clock
    replaced: datetime | None = None  # when the store says that the object before it was stored
    replaced_later: datetime | None = None  # what it said of that a second later, before anybody stored anew


@dataclass
class Bucket:
    """A bucket, and the objects that it should hold by their keys."""

    name: str
    objects: dict[str, Stored] = field(default_factory=dict)
    written: Counter[str] = field(default_factory=Counter)  # how often each key was written to
    marks: dict[str, str | None] = field(default_factory=dict)  # what its last deletion told to be a key's mark

    def new_content(self, key: str, size: int, *, text: bool = False) -> Content:
        """Content that no other object of ours has, nor had this one before."""
        self.written[key] += 1
        return Content.of(f"{self.name}/{key}/{self.written[key]}", size, text=text)

    def completed(self, key: str, stored: Stored, id: str | None) -> None:
        """An upload in parts made this object; `id` is that of its version, where the bucket keeps them."""
        self.objects[key] = stored

    def __getitem__(self, key: str) -> Stored:
        assert key in self.objects, f"Nothing was stored as {key!r}: a step that stores it has to come first."
        return self.objects[key]

    def all(self) -> dict[str, Stored]:
        """What the bucket should hold, which has to be something."""
        assert self.objects, "Nothing is stored: a step that stores objects has to come first."
        return self.objects


@dataclass
class Upload:
    """An upload in parts that is neither complete nor aborted."""

    key: str
    id: str
    properties: dict[str, str]
    begun: float = field(default_factory=time.time)  # when it had been begun, by our clock
    parts: dict[int, Stored] = field(default_factory=dict)  # by their numbers
    replaced: dict[int, Stored] = field(default_factory=dict)  # parts as they were before they were uploaded again


def etag_of(answer: dict[str, Any]) -> str | None:
    """The ETag that an answer, or an entry of a listing, tells; None where it tells none."""
    return (answer.get("ETag") or "").strip('"') or None
