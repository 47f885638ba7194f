"""Waiting for several things of a cloud at once: each has a time of its own, and what one comes to is no other's."""

from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from journeys.cloud.cloud import LOOK_EVERY, Cloud
from journeys.cloud.nouns import AVAILABLE, BROKEN, BUSY, Volume
from journeys.cloud.volumes import Volumes


@dataclass
class Ripening:
    """A cloud whose volumes take a number of looks each until they are what they come to."""

    looks: dict[str, int]
    comes_to: dict[str, str] = field(default_factory=dict)

    def now(self, volume: Volume) -> Volume:
        self.looks[volume.id] -= 1
        ripe = self.looks[volume.id] < 0
        return Volume(volume.id, volume.name, self.comes_to.get(volume.id, AVAILABLE) if ripe else BUSY, 1)


@dataclass
class Times:
    """A recorder that keeps what it is told."""

    told: list[float] = field(default_factory=list)

    @contextmanager
    def doing(self, purpose: str):
        yield

    def read(self, family: object, *labels: str, value: float) -> None:
        self.told.append(value)


def wait(driver: Ripening, times: Times) -> list[Volume]:
    volumes = [
        (Volume(id_, f"volume {id_}", BUSY, 1), lambda latest: latest.status == AVAILABLE) for id_ in driver.looks
    ]
    return Cloud(driver, None, times).until_each(volumes, "to be available", 30, "volume_available")


def test_each_has_a_time_of_its_own() -> None:
    times = Times()
    made = wait(Ripening({"a": 2, "b": 0, "c": 1}), times)
    assert [volume.id for volume in made] == ["a", "b", "c"]
    late, at_once, later = times.told
    assert at_once < LOOK_EVERY <= later < 2 * LOOK_EVERY <= late


def test_only_a_volume_that_was_new_has_a_time() -> None:
    times = Times()
    volumes = Volumes(Cloud(Ripening({"old": 0, "new": 1}), None, times))
    volumes.made = [Volume("old", "volume old", AVAILABLE, 1), Volume("new", "volume new", BUSY, 1)]
    for _ in range(2):
        volumes.assert_available(30)
    assert len(times.told) == 1


def test_one_that_is_broken_ends_the_wait_for_all() -> None:
    driver = Ripening({"a": 1000, "b": 0}, {"b": BROKEN})
    with pytest.raises(AssertionError, match=r'volume b to be available .* broken: "no reason given"'):
        wait(driver, Times())
    assert driver.looks["a"] >= 998
