"""The numbers in Prometheus equal what happened, run after run."""

from pathlib import Path

import pytest

from tests.conftest import Journeys
from tests.prometheus import Prometheus

ONE_PUT = ("-n", "An object can be stored, found, read and deleted", "-f", "progress")


def test_three_runs_of_n_puts_show_three_times_n(journeys: Journeys, tmp_path: Path) -> None:
    snapshots, puts = [], []
    for number in range(3):
        assert journeys.run("-n", "Many objects can be stored", "-f", "progress", JOURNEYS_OBJECTS="4").returncode == 0
        metrics = journeys.metrics()
        puts.append(metrics.value("journey_operations_total", operation="s3.PutObject"))
        assert metrics.value("journey_runs_total") == number + 1
        assert metrics.value("journey_operation_duration_seconds_count", operation="s3.PutObject") == puts[-1]
    assert puts == [4, 8, 12]
