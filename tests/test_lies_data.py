"""Lies about objects, listings, deletions and uploads, each caught by a scenario that we ship."""

import pytest

from journeys.demo.seaweedfs import SeaweedFS
from tests.faulty import corrupted, pretended
from tests.lying import Lie, Lied

ROUND_TRIP = "An object can be stored, found, read and deleted"

LIES = [
    Lie(
        "One bit of an object is flipped",
        ROUND_TRIP,
        '"report.csv" reads back unchanged',
        r"Expected \S+/report\.csv to read back unchanged, but got 1048576 bytes, but other ones from byte 524288 on",
        {"GetObject": corrupted},
    ),
    Lie(
        "A deleted object is still there",
        "A deleted object can't be read any more",
        'I am refused with "NoSuchKey"',
        r"Expected a refusal with 'NoSuchKey', but what was tried was allowed",
        {"DeleteObject": pretended(204)},
    ),
]


@pytest.fixture(scope="module")
def lied(store: SeaweedFS, tmp_path_factory: pytest.TempPathFactory) -> Lied:
    """The run in which every lie was told."""
    return Lied(tmp_path_factory.mktemp("lies"), store, LIES)


@pytest.fixture(scope="module")
def honest(store: SeaweedFS, tmp_path_factory: pytest.TempPathFactory) -> Lied:
    """A run of the same scenarios in which no lie was told."""
    return Lied(tmp_path_factory.mktemp("honest"), store, LIES, honest=True)


@pytest.mark.parametrize("lie", LIES, ids=[lie.title for lie in LIES])
def test_a_lie_is_caught(lied: Lied, lie: Lie) -> None:
    lied.assert_caught(lie)


@pytest.mark.parametrize("scenario", sorted({lie.scenario for lie in LIES}))
def test_the_truth_is_believed(honest: Lied, scenario: str) -> None:
    honest.assert_kept(scenario)
