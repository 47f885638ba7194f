"""The journal: what happened, written down as it happens, in one SQLite file per target and suite.

Hooks and the seam only append here; `journeys.finish` reads it when the run has ended, also where that end was
a kill -9 and the reader is the next run. Every append is a transaction of its own: what was written survives
the process. Times are Unix seconds, durations seconds, sizes bytes.
"""

import contextlib
import hashlib
import json
import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from journeys.database import Database

# File systems take 255 bytes; the suffixes of SQLite and of the lock need some of them.
LONGEST_NAME = 200

# What made each format out of the one before; a file is brought up to the last of them when it is opened.
# `counts`: the run's results belong to the totals; `folded`: they are part of them, or never will be.
# `exit_code` stays NULL where the run was killed.
FORMATS = (
    """
CREATE TABLE runs (
    id TEXT PRIMARY KEY, started REAL NOT NULL, ended REAL, exit_code INTEGER, reason TEXT,
    counts INTEGER NOT NULL, folded INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE scenarios (
    id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE,
    feature TEXT NOT NULL, scenario TEXT NOT NULL, title TEXT NOT NULL, location TEXT NOT NULL,
    started REAL NOT NULL, duration REAL, status TEXT, message TEXT
) STRICT;
CREATE TABLE steps (
    id INTEGER PRIMARY KEY, scenario INTEGER NOT NULL REFERENCES scenarios ON DELETE CASCADE,
    step TEXT NOT NULL, text TEXT NOT NULL, started REAL NOT NULL, duration REAL, status TEXT, message TEXT
) STRICT;
CREATE TABLE calls (
    id INTEGER PRIMARY KEY,
    run TEXT REFERENCES runs ON DELETE CASCADE, -- NULL: made by a sweep, in no run
    scenario INTEGER, step INTEGER,
    api TEXT NOT NULL, operation TEXT NOT NULL, subject TEXT NOT NULL,
    identity TEXT NOT NULL, site TEXT NOT NULL, purpose TEXT NOT NULL,
    started REAL NOT NULL, duration REAL NOT NULL, attempts INTEGER NOT NULL,
    sent INTEGER NOT NULL, received INTEGER NOT NULL,
    outcome TEXT NOT NULL, reason TEXT, code TEXT, status INTEGER, request_id TEXT, message TEXT,
    expected INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE owned (
    id INTEGER PRIMARY KEY, run TEXT NOT NULL, scenario INTEGER,
    kind TEXT NOT NULL, name TEXT NOT NULL, identity TEXT NOT NULL, site TEXT NOT NULL,
    created REAL NOT NULL, removed REAL, problem TEXT
) STRICT;
CREATE TABLE totals (
    family TEXT NOT NULL, labels TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (family, labels)
) STRICT, WITHOUT ROWID;
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX scenarios_of_run ON scenarios (run);
CREATE INDEX steps_of_scenario ON steps (scenario);
CREATE INDEX calls_of_run ON calls (run);
CREATE INDEX owned_still ON owned (run) WHERE removed IS NULL;
""",
    """
CREATE TABLE readings ( -- what was seen besides calls: one value of a metric's series
    id INTEGER PRIMARY KEY, run TEXT NOT NULL REFERENCES runs ON DELETE CASCADE, scenario INTEGER,
    family TEXT NOT NULL, labels TEXT NOT NULL, value REAL NOT NULL
) STRICT;
ALTER TABLE calls ADD COLUMN first_byte REAL; -- in seconds, NULL where it was not measured
CREATE INDEX readings_of_run ON readings (run);
ALTER TABLE steps ADD COLUMN location TEXT;
ALTER TABLE totals ADD COLUMN seen REAL; -- when a run last knew of the series
ALTER TABLE totals ADD COLUMN published INTEGER NOT NULL DEFAULT 1;
""",
    """
CREATE TABLE canaries ( -- the manifest: objects that stay in the store for good
    bucket TEXT NOT NULL, key TEXT NOT NULL, size INTEGER NOT NULL,
    written REAL, -- NULL: never acknowledged
    seen REAL, -- when it was last found intact
    PRIMARY KEY (bucket, key)
) STRICT, WITHOUT ROWID;
""",
)

OWNED = "owned.id, run, kind, name, identity, site, created"


@dataclass(frozen=True)
class Call:
    """One API call, retries included, from its start to the last byte of its answer."""

    api: str
    operation: str
    subject: str  # what it was about, such as bucket/key; never a label
    identity: str
    site: str
    purpose: str
    started: float
    duration: float
    attempts: int
    sent: int
    received: int
    outcome: str  # ok, failed, aborted (cut off by our own end)
    reason: str | None = None
    code: str | None = None
    status: int | None = None
    request_id: str | None = None
    message: str | None = None
    first_byte: float | None = None  # seconds until the answer began, where that was measured


@dataclass(frozen=True)
class Owned:
    """A resource of ours as the ledger holds it: noted before the call that creates it goes out."""

    id: int
    run: str
    kind: str
    name: str
    identity: str
    site: str
    created: float


class Journal(Database):
    """The open journal of one target and suite."""

    def __init__(self, path: Path | None):
        """`path`: None keeps it in memory. Raises JournalError."""
        super().__init__(path, FORMATS)

    @classmethod
    def of(cls, state_dir: Path, target: str, suite: str) -> "Journal":
        """The journal of `target` and `suite` below `state_dir`, made when missing; raises JournalError."""
        name = f"{quote(target, safe=' @')}+{quote(suite, safe=' @')}"
        if len(name) > LONGEST_NAME:
            name = f"{name[:LONGEST_NAME]}-{hashlib.sha256(name.encode()).hexdigest()[:16]}"
        with contextlib.suppress(OSError):  # told when the file can't be made in it
            state_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        return cls(state_dir / f"{name}.sqlite")

    def _insert(self, table: str, row: Mapping[str, Any]) -> int:
        marks = ", ".join("?" * len(row))
        return self.write(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", *row.values())

    # --- appended as things happen

    def run_began(self, run: str, started: float, *, counts: bool = True) -> None:
        self._insert("runs", {"id": run, "started": started, "counts": counts})

    def run_ended(self, run: str, ended: float, exit_code: int | None, reason: str | None) -> None:
        """Writes the verdict down; a run has one end, the first."""
        self.write(
            "UPDATE runs SET ended = ?, exit_code = ?, reason = ? WHERE id = ? AND ended IS NULL",
            *(ended, exit_code, reason, run),
        )

    def run_folded(self, run: str) -> None:
        """The run's results are part of the totals now, or never will be."""
        self.write("UPDATE runs SET folded = 1 WHERE id = ?", run)

    def scenario_began(self, run: str, feature: str, scenario: str, title: str, location: str) -> int:
        row = {"run": run, "feature": feature, "scenario": scenario, "title": title, "location": location}
        return self._insert("scenarios", {**row, "started": time.time()})

    def scenario_ended(self, scenario: int, duration: float, status: str, message: str | None) -> None:
        self.write(
            "UPDATE scenarios SET duration = ?, status = ?, message = ? WHERE id = ?",
            duration,
            status,
            message,
            scenario,
        )

    def step_began(self, scenario: int, step: str, text: str, location: str | None = None) -> int:
        row = {"scenario": scenario, "step": step, "text": text, "location": location}
        return self._insert("steps", {**row, "started": time.time()})

    def step_ended(self, step: int, duration: float, status: str, message: str | None) -> None:
        self.write(
            "UPDATE steps SET duration = ?, status = ?, message = ? WHERE id = ?",
            duration,
            status,
            message,
            step,
        )

    def called(self, run: str | None, scenario: int | None, step: int | None, call: Call) -> int:
        return self._insert("calls", {"run": run, "scenario": scenario, "step": step, **vars(call)})

    def read(self, run: str | None, scenario: int | None, family: str, labels: tuple[str, ...], value: float) -> None:
        """Writes down a value seen for a series: a gauge's, a counter's increase, or an observation."""
        row = {"family": family, "labels": json.dumps(labels), "value": value}
        self._insert("readings", {"run": run, "scenario": scenario, **row})

    def call_was_expected(self, call: int) -> None:
        """The refusal that this call met was what the scenario wanted to see: no failure."""
        self.write("UPDATE calls SET expected = 1 WHERE id = ?", call)

    def last_call_was_wrong(self, scenario: int | None, operation: str, reason: str, message: str) -> None:
        """What the scenario's last call of this operation answered turned out wrong: a failure after all."""
        self.write(
            "UPDATE calls SET outcome = 'failed', reason = ?, message = ? "
            "WHERE id = (SELECT max(id) FROM calls WHERE scenario IS ? AND operation = ?)",
            *(reason, message, scenario, operation),
        )

    # --- the ledger

    def own(
        self,
        run: str,
        scenario: int | None,
        kind: str,
        name: str,
        identity: str,
        site: str,
        created: float | None = None,
    ) -> Owned:
        """Notes a resource that is about to be created, or was at the time `created`; returns its entry."""
        created = time.time() if created is None else created
        row = {"run": run, "kind": kind, "name": name, "identity": identity, "site": site, "created": created}
        return Owned(self._insert("owned", {**row, "scenario": scenario}), **row)

    def removed(self, owned: Owned) -> None:
        self.write("UPDATE owned SET removed = ?, problem = NULL WHERE id = ?", time.time(), owned.id)

    def not_removed(self, owned: Owned, problem: str) -> None:
        self.write("UPDATE owned SET problem = ? WHERE id = ?", problem, owned.id)

    def problem(self, owned: Owned) -> str | None:
        """Why it could not be removed when that was tried last; None where it was not tried."""
        return self.rows("SELECT problem FROM owned WHERE id = ?", owned.id)[0]["problem"]

    def still_owned(self, run: str | None = None, scenario: int | None = None, *, untried: bool = False) -> list[Owned]:
        """What is not yet removed, of one scenario, of one run or of all, the last created first.

        `untried`: only that whose removal was not even begun.
        """
        rows = self.rows(
            f"SELECT {OWNED} FROM owned WHERE removed IS NULL "
            "AND (?1 IS NULL OR run = ?1) AND (?2 IS NULL OR scenario = ?2) AND (NOT ?3 OR problem IS NULL) "
            "ORDER BY id DESC",
            *(run, scenario, untried),
        )
        return [Owned(*row) for row in rows]

    def doubtful(self, seconds: float) -> list[Owned]:
        """What was removed within `seconds` of its creation, but may have come back since, the last created first.

        A server may still carry out what it was asked for when nobody waits for the answer any more: where the
        run was killed, or a call of the scenario got no answer.
        """
        rows = self.rows(
            f"SELECT {OWNED} FROM owned LEFT JOIN runs ON runs.id = owned.run WHERE removed < created + ? AND "
            "(exit_code IS NULL OR EXISTS (SELECT 1 FROM calls WHERE calls.scenario = owned.scenario "
            "AND outcome != 'ok' AND calls.status IS NULL)) ORDER BY owned.id DESC",
            seconds,
        )
        return [Owned(*row) for row in rows]

    def leftovers(self) -> dict[str, int]:
        """How many resources of each kind ever owned are still there; zero is an answer."""
        return dict(self.rows("SELECT kind, count(*) - count(removed) FROM owned GROUP BY kind"))

    # --- what finish needs

    def unfinished_runs(self) -> list[str]:
        """Runs whose results are not part of the totals yet, the oldest first."""
        return [row["id"] for row in self.rows("SELECT id FROM runs WHERE folded = 0 ORDER BY started")]

    def run(self, run: str) -> sqlite3.Row:
        return self.rows("SELECT * FROM runs WHERE id = ?", run)[0]

    def last_sign_of_life(self, run: str) -> float:
        """When the last thing that the journal knows of this run happened."""
        (row,) = self.rows(
            "SELECT max(coalesce((SELECT max(started + duration) FROM calls WHERE run = ?1), 0), "
            "coalesce((SELECT max(coalesce(duration, 0) + started) FROM scenarios WHERE run = ?1), 0), "
            "(SELECT started FROM runs WHERE id = ?1)) AS latest",
            run,
        )
        return row["latest"]

    def fact(self, name: str) -> Any:
        """A small thing remembered across runs; None when it was never set."""
        rows = self.rows("SELECT value FROM facts WHERE name = ?", name)
        return json.loads(rows[0]["value"]) if rows else None

    def ended_at(self, ended: float) -> bool:
        """Whether one of our runs, as far as they are kept, ended at that very moment."""
        return bool(self.rows("SELECT 1 FROM runs WHERE ended = ? AND counts", ended))

    def first_end(self) -> float:
        """When the first run that is still kept ended; infinite where there is none."""
        (row,) = self.rows("SELECT min(ended) AS first FROM runs WHERE counts AND folded")
        return float("inf") if row["first"] is None else row["first"]

    def ended_after(self, ended: float) -> list[str]:
        """The runs that ended after that moment and are part of the totals, in that order."""
        rows = self.rows("SELECT id FROM runs WHERE ended > ? AND counts AND folded ORDER BY ended", ended)
        return [row["id"] for row in rows]

    def remember(self, name: str, value: Any) -> None:
        self.write("INSERT OR REPLACE INTO facts (name, value) VALUES (?, ?)", name, json.dumps(value))

    def forget_old_runs(self, keep: int) -> None:
        """Bounds the history: drops all but the last `keep` runs, never one that is not part of the totals yet."""
        self.write(
            "DELETE FROM runs WHERE folded = 1 AND id NOT IN (SELECT id FROM runs ORDER BY started DESC LIMIT ?)",
            keep,
        )
        self.write("DELETE FROM calls WHERE run IS NULL AND started < (SELECT min(started) FROM runs)")
        self.write("DELETE FROM owned WHERE removed IS NOT NULL AND run NOT IN (SELECT id FROM runs)")
