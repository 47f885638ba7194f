"""Canaries in a real store: what happens to them there is seen by the next run, and by all later ones."""

from pathlib import Path
from typing import Any

import pytest

from journeys.journal import Journal
from tests.conftest import Journeys

CANARY = ("--tags=@canary", "-f", "progress")
COUNT = 4  # of which the first is 1 B long, the second 512 B, the third 4 KiB, the fourth 64 KiB


@pytest.fixture
def kept(journeys: Journeys, s3) -> str:
    """The bucket of canaries that a first run has written."""
    journeys.environment["JOURNEYS_CANARIES"] = str(COUNT)
    first = journeys.run(*CANARY)
    assert first.returncode == 0, first.stdout
    (name,) = (name for name in buckets(journeys, s3) if "-canaries-" in name)
    assert f"Canaries: {COUNT} objects (70145 B) were written to {name}." in " ".join(first.stdout.split())
    return name


def buckets(journeys: Journeys, s3) -> list[str]:
    """The buckets at the store that carry this suite's mark."""
    (file,) = Path(journeys.environment["JOURNEYS_STATE_DIR"]).glob("*.sqlite")
    marks = {row["bucket"].split("-")[1] for row in Journal(file).rows("SELECT bucket FROM canaries")}
    return [each["Name"] for each in s3.list_buckets()["Buckets"] if each["Name"].split("-")[1:2] == [*marks][:1]]


def contents(s3, bucket: str) -> dict[str, tuple[bytes, Any]]:
    """What really is in the bucket, and since when."""
    return {
        entry["Key"]: (s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read(), entry["LastModified"])
        for entry in s3.list_objects_v2(Bucket=bucket).get("Contents", ())
    }


def states(journeys: Journeys) -> dict[str, float | None]:
    pushed = journeys.metrics()
    return {state: pushed.value("journey_canary_objects", state=state) for state in ("intact", "missing", "corrupt")}


def test_what_is_lost_and_what_is_corrupt_is_told_apart_and_stays_so(journeys: Journeys, kept: str, s3) -> None:
    one, two, three, _ = sorted(contents(s3, kept))
    oldest = journeys.metrics().value("journey_canary_oldest_timestamp_seconds")
    assert states(journeys) == {"intact": COUNT, "missing": 0, "corrupt": 0}

    s3.delete_object(Bucket=kept, Key=two)
    s3.put_object(Bucket=kept, Key=three, Body=b"x" * 4096)
    damaged = contents(s3, kept)
    second = journeys.run(*CANARY)
    assert second.returncode == 1
    (sentence,) = (line for line in second.stdout.splitlines() if line.lstrip().startswith("Expected all"))
    assert f"but 1 is missing: {kept}/{two} (512 B, written" in sentence
    assert f"; 1 is corrupt: {kept}/{three} (4096 B, written" in sentence
    assert states(journeys) == {"intact": 2, "missing": 1, "corrupt": 1}
    assert journeys.metrics().value("journey_integrity_failures_total") == 1
    assert journeys.metrics().value("journey_canary_oldest_timestamp_seconds") >= oldest

    # Where the manifest is lost, names and contents still tell: the missing one has a number below the highest.
    for file in Path(journeys.environment["JOURNEYS_STATE_DIR"]).glob("*.sqlite*"):
        file.unlink()
    third = journeys.run(*CANARY)
    assert third.returncode == 1
    assert "1 is missing" in third.stdout
    assert "1 is corrupt" in third.stdout
    assert states(journeys) == {"intact": 2, "missing": 1, "corrupt": 1}
    assert contents(s3, kept) == damaged, "no canary is ever written again"

    s3.delete_object(Bucket=kept, Key=one)  # and one more is lost
    assert "2 are missing" in journeys.run(*CANARY).stdout


def test_only_an_explicit_command_removes_canaries(journeys: Journeys, kept: str, s3) -> None:
    before = contents(s3, kept)
    swept = journeys.run("sweep", "--older-than", "0s")
    assert swept.returncode == 0
    assert f"canaries {kept}: kept (--canaries removes them)" in swept.stdout
    assert (
        f"canaries {kept}: would be removed"
        in journeys.run("sweep", "--canaries", "--dry-run", "--older-than=0s").stdout
    )
    assert contents(s3, kept) == before

    assert journeys.run("sweep", "--canaries", "--older-than", "0s").returncode == 0
    assert kept not in [each["Name"] for each in s3.list_buckets()["Buckets"]]
    assert journeys.run(*CANARY).returncode == 0  # with new ones
    (new,) = (name for name in buckets(journeys, s3) if "-canaries-" in name)
    assert new != kept
    assert len(contents(s3, new)) == COUNT


def test_a_canary_that_was_never_acknowledged_is_written_again(journeys: Journeys, kept: str, s3) -> None:
    (file,) = Path(journeys.environment["JOURNEYS_STATE_DIR"]).glob("*.sqlite")
    last = max(contents(s3, kept))
    journal = Journal(file)
    journal.write("UPDATE canaries SET written = NULL WHERE key = ?", last)  # as where a run was killed
    journal.close()
    s3.delete_object(Bucket=kept, Key=last)
    assert journeys.run(*CANARY).returncode == 0
    assert last in contents(s3, kept)


def test_without_canaries_there_are_none(journeys: Journeys, s3) -> None:
    run = journeys.run("--tags=@canary or @smoke", "-f", "progress", "-n", "there, unchanged", JOURNEYS_CANARIES="0")
    assert (
        "skipped: Objects of earlier runs are there, unchanged: no canaries are kept (JOURNEYS_CANARIES=0)"
        in run.stdout
    )
