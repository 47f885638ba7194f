"""Drills on a real Ceph RADOS Gateway (`tests/ceph.py`)."""

import time

import pytest

from tests.ceph import Ceph
from tests.conftest import Journeys

ONE = ("-n", "An object can be stored, found, read and deleted", "-f", "progress")
HASTY = {
    "JOURNEYS_READ_TIMEOUT": "2s",
    "AWS_MAX_ATTEMPTS": "1",
    "JOURNEYS_SCENARIO_DEADLINE": "10s",
    "JOURNEYS_CLEANUP_TIMEOUT": "3s",
}
A_FAULT_MAY_TAKE = 10 + 2 * 3 + 15  # seconds: the deadlines above, two interpreters and the push


def test_the_smoke_scenarios_succeed(journeys: Journeys, ceph: Ceph) -> None:
    ran = journeys.run("-f", "progress", "--tags", "@smoke", **ceph.settings(tls=True))
    assert ran.returncode == 0, ran.stdout
    assert ceph.buckets() == []


@pytest.mark.long
@pytest.mark.parametrize("tls", [False, True], ids=["http", "https"])
def test_every_journey_succeeds(journeys: Journeys, ceph: Ceph, tls: bool) -> None:
    ran = journeys.run("-f", "progress", **ceph.settings(tls=tls))
    assert ran.returncode == 0, ran.stdout
    assert ceph.buckets() == []


def test_todays_checksums_are_too_new_for_an_old_gateway(journeys: Journeys, ceph: Ceph) -> None:
    ran = journeys.run(*ONE, **ceph.settings(tls=True), AWS_REQUEST_CHECKSUM_CALCULATION="when_supported")
    assert ran.returncode == 1
    assert "411 MissingContentLength" in ran.stdout
    assert "set AWS_REQUEST_CHECKSUM_CALCULATION=when_required" in ran.stdout


@pytest.mark.parametrize(
    ("fault", "heal", "reason"),
    [
        ("stall-osd", "resume-osd", "timeout"),
        pytest.param("stall-rgw", "resume-rgw", "timeout", marks=pytest.mark.long),
        ("quota-full", "quota-off", "quota"),
        ("suspend-user", "enable-user", "auth"),
        pytest.param("full-cluster", "full-off", "timeout", marks=pytest.mark.long),
        # last: a change of users or quotas after it takes half a minute
        pytest.param("kill-rgw", "start-rgw", "connect", marks=pytest.mark.long),
    ],
)
def test_a_fault_is_told_apart_and_leaves_nothing_behind(
    journeys: Journeys, ceph: Ceph, fault: str, heal: str, reason: str
) -> None:
    settings = ceph.settings() | HASTY
    ceph.fault(fault)
    try:
        began = time.monotonic()
        ran = journeys.run(*ONE, **settings)
        took = time.monotonic() - began
    finally:
        ceph.fault(heal)
    assert ran.returncode == 1, ran.stdout
    assert took < A_FAULT_MAY_TAKE
    print(f"\n{fault}: the run took {took:.1f} s")
    assert journeys.metrics().value("journey_failures_total", api="s3", reason=reason) == 1, ran.stdout
    again = journeys.run(*ONE, **ceph.settings())
    assert again.returncode == 0, again.stdout
    assert ceph.buckets() == []
    assert journeys.metrics().value("journey_leftover_resources", kind="bucket") == 0
