"""Replication between two real sites: a Ceph of two zones (`tests/ceph.py`)."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from journeys.settings import ROOT
from tests.ceph import Ceph, require_lab
from tests.conftest import Journeys
from tests.faulty import Features

REPLICATED = "features/s3/replication.feature"
DEADLINE = "20 seconds"  # in place of 2 minutes; where all is well, objects come within one


@pytest.fixture(scope="module")
def sites() -> Iterator[Ceph]:
    require_lab()
    lab = Ceph(Path(f"/tmp/ceph-{os.getpid()}"))
    lab.say("start-multisite")
    try:
        yield lab
    finally:
        lab.say("stop")


@pytest.mark.long
def test_replication_is_promised_while_it_goes_on_and_no_longer(
    journeys: Journeys, sites: Ceph, tmp_path: Path
) -> None:
    settings = sites.settings() | {"JOURNEYS_REPLICA_ENDPOINT_URL_S3": sites.second_endpoint_url}

    ran = journeys.run("-f", "progress", REPLICATED, **settings)
    assert ran.returncode == 0, ran.stdout
    assert journeys.metrics().value("journey_wait_seconds_count", what="replica_visible") >= 4

    hasty = (ROOT / REPLICATED).read_text().replace("2 minutes", DEADLINE)
    sites.fault("stall-sync")
    try:
        ran = journeys.run("-f", "progress", Features(tmp_path, replication=hasty).path, **settings)
    finally:
        sites.fault("resume-sync")
    assert ran.returncode == 1, ran.stdout
    assert "4 of 4 promises broken" in ran.stdout
    assert "Expected 'report.csv' to be there unchanged, at the second site, within 20 s, but it says" in ran.stdout

    ran = journeys.run("-f", "progress", REPLICATED, **settings)
    assert ran.returncode == 0, ran.stdout
    assert sites.buckets() == []
