"""Where nobody lies, every promise is kept: what turned scenarios red was a lie, and not the front that told it."""

from pathlib import Path

from journeys.capabilities import IMPLIED, OF_STORES
from journeys.demo.seaweedfs import SeaweedFS
from tests.lying import through_the_honest_front

# What SeaweedFS lacks.
LACKING = {"flat-names"}


def test_a_store_that_keeps_every_promise_is_believed(store: SeaweedFS, tmp_path: Path) -> None:
    declared = ",".join(sorted(set(OF_STORES) - set(IMPLIED) - LACKING))
    ran = through_the_honest_front(tmp_path, store, JOURNEYS_CAPABILITIES=declared)
    assert ran.returncode == 0, ran.stdout
    assert " 0 kept" not in ran.stdout
