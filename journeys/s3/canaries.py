"""Canaries: objects that are written once, stay for good, and are looked at by every later run.

The manifest of them is kept in the journal, outside the store. What each holds follows from its bucket, name and
size, so that anyone can verify it any time, also where the manifest was lost. None is ever written again once the
store has acknowledged it: what is lost stays lost, until somebody removes them all.
"""

import calendar
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from journeys import metrics, payload
from journeys.aws import transfer
from journeys.failures import CallFailed
from journeys.journal import Journal
from journeys.journey import Journey
from journeys.ledger import Ledger
from journeys.payload import Content
from journeys.s3 import buckets
from journeys.s3.listings import contents
from journeys.s3.removal import bucket_names

# One byte, small ones, and one that is uploaded in parts: stores keep these in different ways.
SIZES = (1, 512, 4 * 2**10, 64 * 2**10, 64 * 2**10, 256 * 2**10, 2**20, 5 * 2**20 + 1)
TOLD = 3  # canaries in a sentence


@dataclass(frozen=True)
class Canary:
    """An object that stays. `written`, `seen` (intact): in Unix time, None where it never was."""

    bucket: str
    key: str
    size: int
    written: float | None = None
    seen: float | None = None

    @property
    def content(self) -> Content:
        return Content.of(f"{self.bucket}/{self.key}", self.size)

    def __str__(self) -> str:
        seen = f", last intact {_day(self.seen)}" if self.seen else ""
        return f"{self.bucket}/{self.key} ({self.size} B, written {_day(self.written)}{seen})"


def manifest(journal: Journal) -> list[Canary]:
    """Every canary ever begun, the oldest first."""
    return [
        Canary(*row)
        for row in journal.rows("SELECT bucket, key, size, written, seen FROM canaries ORDER BY bucket, key")
    ]


def keep(journey: Journey) -> None:
    """Sees to it that there are JOURNEYS_CANARIES; writes those that were never acknowledged, and no other."""
    journal = journey.recorder.journal
    earlier = [] if manifest(journal) else _take_up(journey)
    known = manifest(journal)
    bucket = known[-1].bucket if known else [journey.ledger.lasting_name(), *earlier][-1]
    for canary in _wanted(bucket, journey.settings.canaries - len(known), known):
        _note(journal, canary)
    known = manifest(journal)
    missing = [canary for canary in known if canary.written is None]
    for bucket in dict.fromkeys(canary.bucket for canary in missing):
        if not any(canary.written for canary in known if canary.bucket == bucket):
            _create(journey.s3, bucket)
    for canary in missing:
        transfer.upload(journey.s3, canary.content.file(), canary.bucket, canary.key, {})
        journal.write("UPDATE canaries SET written = ? WHERE bucket = ? AND key = ?", time.time(), *_id(canary))


def assert_intact(journey: Journey) -> None:
    """Every canary is there, with the very bytes that were written; missing and corrupt ones are told apart."""
    journal, recorder = journey.recorder.journal, journey.recorder
    known = manifest(journal)
    assert known, 'There is no canary: "Given the canaries" has to come first.'
    missing, corrupt, unread, intact = [], [], [], []
    for canary in known:
        try:
            body = journey.s3.get_object(Bucket=canary.bucket, Key=canary.key)["Body"]
            wrong = canary.content.difference(body.iter_chunks(payload.BLOCK))
        except CallFailed as failure:
            if failure.call.reason == "not_found":
                missing.append(str(canary))
            else:
                unread.append(str(failure))
            continue
        if wrong:
            recorder.corrupt("s3.GetObject", wrong)
            corrupt.append(f"{canary}: {wrong}")
        else:
            intact.append(canary)
            journal.write("UPDATE canaries SET seen = ? WHERE bucket = ? AND key = ?", time.time(), *_id(canary))
    for state, found in zip(metrics.CANARY_STATES, (intact, missing, corrupt), strict=True):
        recorder.read(metrics.CANARY_OBJECTS, state, value=len(found))
    if intact:
        recorder.read(metrics.CANARY_OLDEST, value=min(canary.written for canary in intact))
    told = [
        f"{len(found)} {verb}: {_first(found)}"
        for verb, found in (
            (_be(missing, "missing"), missing),
            (_be(corrupt, "corrupt"), corrupt),
            ("could not be read", unread),
        )
        if found
    ]
    assert not told, f"Expected all {len(known)} canaries to be there unchanged, but {'; '.join(told)}."


def assert_listed(journey: Journey) -> None:
    """The listing of their bucket shows every canary, with its size."""
    known = manifest(journey.recorder.journal)
    for bucket in dict.fromkeys(canary.bucket for canary in known):
        listed = {entry["Key"]: entry["Size"] for entry in contents(journey.s3, bucket)}
        wrong = [
            f"{canary}, listed {f'with {listed[canary.key]} B' if canary.key in listed else 'not at all'}"
            for canary in known
            if canary.bucket == bucket and listed.get(canary.key) != canary.size
        ]
        assert not wrong, f"Expected {bucket} to list every canary, but not {_first(wrong)}."


def standing(client: Any, journal: Journal, ledger: Ledger) -> list[str]:
    """The names of all buckets that hold canaries of this target and suite, as the manifest and their names tell."""
    named = bucket_names(client)
    return list(dict.fromkeys([*(canary.bucket for canary in manifest(journal)), *ledger.lasting(named)]))


def give_up(journal: Journal, names: Iterable[str]) -> None:
    """Forgets the canaries of these buckets, which from now on are to be removed like all that is left behind."""
    with journal.transaction():
        for name in names:
            journal.write("DELETE FROM canaries WHERE bucket = ?", name)
            journal.own(name, None, "bucket", name, "user", "primary", created(name))


def created(bucket: str) -> float:
    """When the bucket of canaries was made, in Unix time, as its name tells."""
    match = re.search(r"-(\d{8}t\d{6})-[0-9a-f]{6}$", bucket)
    return calendar.timegm(time.strptime(match[1], "%Y%m%dt%H%M%S")) if match else time.time()


def _wanted(bucket: str, count: int, known: list[Canary]) -> Iterator[Canary]:
    """So many canaries more, in the order of their numbers."""
    numbers = [_number(canary.key) for canary in known if canary.bucket == bucket]
    first = max(numbers, default=0) + 1
    for number in range(first, first + count):
        yield _canary(bucket, number)


def _canary(bucket: str, number: int) -> Canary:
    size = SIZES[(number - 1) % len(SIZES)]
    return Canary(bucket, f"canary-{number:04}-of-{size}-bytes", size)


def _number(key: str) -> int:
    return int(key.split("-")[1])


def _take_up(journey: Journey) -> list[str]:
    """Enters what earlier runs wrote, where the manifest was lost, as their listings tell; returns their buckets.

    Canaries are written in the order of their numbers, so one below the highest that is listed was written, too.
    """
    journal = journey.recorder.journal
    earlier = standing(journey.s3, journal, journey.ledger)
    for bucket in earlier:
        found = {}
        for entry in contents(journey.s3, bucket):
            if match := re.fullmatch(r"canary-(\d{4})-of-(\d+)-bytes", entry["Key"]):
                written = entry["LastModified"].timestamp()
                found[int(match[1])] = Canary(bucket, entry["Key"], int(match[2]), written)
        for number in range(1, max(found, default=0) + 1):
            _note(journal, found.get(number) or _canary(bucket, number), created(bucket))
    return earlier


def _note(journal: Journal, canary: Canary, written: float | None = None) -> None:
    journal.write(
        "INSERT INTO canaries (bucket, key, size, written) VALUES (?, ?, ?, ?)",
        *(canary.bucket, canary.key, canary.size, canary.written or written),
    )


def _create(client: Any, bucket: str) -> None:
    try:
        buckets.create_as(client, bucket)
    except CallFailed as failure:
        # Made by an earlier run, which did not get to write into it: its name is nobody else's.
        if failure.call.code not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
            raise
        client.recorder.expected(failure)


def _id(canary: Canary) -> tuple[str, str]:
    return canary.bucket, canary.key


def _be(found: list[str], what: str) -> str:
    return f"{'is' if len(found) == 1 else 'are'} {what}"


def _first(found: list[str]) -> str:
    return ", ".join(found[:TOLD]) + (f" and {len(found) - TOLD} more" if len(found) > TOLD else "")


def _day(moment: float | None) -> str:
    return time.strftime("%F", time.gmtime(moment)) if moment else "never"
