"""What is ours is removed in order and in bounded time, and nobody waits for one that hangs."""

import itertools
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.journal import Journal, Owned
from journeys.ledger import Kind, Ledger
from journeys.recorder import Recorder
from journeys.settings import parse

SETTINGS = {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1", "AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}


class Made:
    """A ledger whose kinds are removed as the test says, and what was removed of them, in order."""

    def __init__(self, directory: Path):
        self.journal = Journal(directory / "journal.sqlite")
        self.removed: list[str] = []
        self.removals = {}  # by name; none: it goes at once
        self.there: list[str] = []
        kinds = [Kind(name, self._remove, lambda: self.there) for name in ("server", "network")]
        self.journal.run_began("run", time.time())
        self.ledger = Ledger(self.journal, Recorder(self.journal, parse(SETTINGS)), "run", "us", kinds)

    def own(self, kind: str, *names: str) -> None:
        for name in names:
            self.journal.own("run", None, kind, name, "user", "primary")

    def left(self) -> dict[str, str | None]:
        return {owned.name: self.journal.problem(owned) for owned in self.journal.still_owned()}

    def _remove(self, owned: Owned) -> None:
        self.removals.get(owned.name, lambda: None)()
        self.removed.append(owned.name)


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Made]:
    yield Made(tmp_path)


def many(count: int) -> list[str]:
    return [f"other-{number}" for number in range(count)]


def test_what_needs_longer_than_its_share_is_tried_again_with_what_time_the_others_left(made: Made) -> None:
    made.own("server", *many(50), "slow")  # the last created goes first
    made.removals["slow"] = lambda: time.sleep(0.5)
    made.ledger.clean_run(seconds=20)
    assert made.removed == [*reversed(many(50)), "slow"]
    assert not made.left()


def test_one_that_hangs_gets_no_more_than_all_others_leave(made: Made) -> None:
    made.own("server", *many(5), "hanging")
    made.removals["hanging"] = lambda: time.sleep(60)
    began = time.monotonic()
    made.ledger.clean_run(seconds=1)
    assert time.monotonic() - began < 20
    assert sorted(made.removed) == many(5)
    assert "its removal took longer than" in made.left()["hanging"]


def test_what_stands_in_the_way_of_another_is_waited_for(made: Made) -> None:
    """A network is refused to go before its server, and that needs longer than its share."""

    def in_use() -> None:
        if "server" not in made.removed:
            raise AssertionError("the network is in use")

    made.own("network", "network", *many(50))
    made.own("server", "server")
    made.removals.update({"server": lambda: time.sleep(0.5), "network": in_use})
    made.ledger.clean_run(seconds=20)
    assert made.removed[-2:] == ["server", "network"]
    assert not made.left()


def test_what_stood_in_the_way_of_another_is_gone_when_that_is_tried_once_more(made: Made) -> None:
    """Though the order of kinds has it otherwise."""

    def in_use() -> None:
        if "network" not in made.removed:
            raise AssertionError("the server is in use")

    made.own("network", "network")
    made.own("server", "server")
    made.removals["server"] = in_use
    made.ledger.clean_run(seconds=20)
    assert made.removed == ["network", "server"]
    assert not made.left()


def test_what_is_refused_is_not_asked_for_again_and_again(made: Made) -> None:
    asked = itertools.count()

    def refused() -> None:
        next(asked)
        raise AssertionError("it is locked")

    made.own("server", "locked", "free")
    made.removals["locked"] = refused
    made.ledger.clean_run(seconds=20)
    assert made.removed == ["free"]
    assert made.left() == {"locked": "it is locked"}
    assert next(asked) == 1


def test_where_no_time_is_left_nothing_is_tried(made: Made) -> None:
    made.own("server", "server")
    made.ledger.clean_run(seconds=0)
    assert made.left() == {"server": None}


def test_where_the_ledger_was_lost_names_tell_what_is_ours(made: Made) -> None:
    ours = "journeys-us-20260101t000000-a1b2c3-4"
    others = ["journeys-them-20260101t000000-a1b2c3-4", f"my-{ours}", f"{ours}-of-mine", f"{ours}-0"]
    made.there = [ours, f"{ours}-1", f"{ours}-2", *others]  # clouds number what one request makes several of
    made.ledger.take_up(older_than=3600)
    assert made.left() == {ours: None}
    made.ledger.take_up(older_than=3600)
    assert len(made.journal.still_owned()) == 1
