"""The journal: what was written down survives whatever becomes of the process, and stays bounded."""

import dataclasses
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from journeys.database import JournalError
from journeys.journal import FORMATS, Call, Journal
from journeys.settings import ROOT

CALL = {
    "api": "s3",
    "operation": "s3.PutObject",
    "subject": "bucket/key",
    "identity": "user",
    "site": "primary",
    "purpose": "probe",
    "started": 1000.0,
    "duration": 0.25,
    "attempts": 1,
    "sent": 512,
    "received": 0,
    "outcome": "ok",
}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    journal = Journal(path)
    journal.run_began("run", 1000.0)
    yield journal
    journal.close()


def calls(journal: Journal) -> list[sqlite3.Row]:
    return journal.rows("SELECT * FROM calls ORDER BY id")


# --- appending


def test_what_is_appended_is_there_at_once_and_for_others_too(journal: Journal, path: Path) -> None:
    scenario = journal.scenario_began("run", "objects", "a-title", title="A title", location="x.feature:1")
    step = journal.step_began(scenario, "01-i-do", "When I do")
    call = Call(**CALL | {"outcome": "failed", "reason": "auth", "code": "AccessDenied", "status": 403})
    journal.called("run", scenario, step, call)
    journal.step_ended(step, 0.5, "failed", "because")
    journal.scenario_ended(scenario, 0.75, "failed", "because")

    other = Journal(path)
    (row,) = calls(other)
    assert {name: row[name] for name in dataclasses.asdict(call)} == dataclasses.asdict(call)
    assert (row["run"], row["scenario"], row["step"], row["expected"]) == ("run", scenario, step, 0)
    (row,) = other.rows("SELECT * FROM scenarios")
    assert (row["feature"], row["scenario"], row["duration"], row["status"]) == ("objects", "a-title", 0.75, "failed")
    (row,) = other.rows("SELECT * FROM steps")
    assert (row["step"], row["duration"], row["status"], row["message"]) == ("01-i-do", 0.5, "failed", "because")
    other.close()


def test_threads_append_at_once(journal: Journal) -> None:
    with ThreadPoolExecutor(8) as threads:
        numbers = list(threads.map(lambda _: journal.called("run", None, None, Call(**CALL)), range(200)))
    assert len(calls(journal)) == len(set(numbers)) == 200


def test_a_refusal_can_be_marked_as_expected(journal: Journal) -> None:
    first, second = (journal.called("run", None, None, Call(**CALL)) for _ in range(2))
    journal.call_was_expected(second)
    assert {row["id"]: row["expected"] for row in calls(journal)} == {first: 0, second: 1}


def test_a_run_has_one_end_the_first(journal: Journal) -> None:
    journal.run_ended("run", 1010.0, 1, "a promise broken")
    journal.run_ended("run", 2000.0, 0, "another")
    run = journal.run("run")
    assert (run["ended"], run["exit_code"], run["reason"]) == (1010.0, 1, "a promise broken")


def test_facts_are_remembered_and_replaced(journal: Journal) -> None:
    assert journal.fact("position") is None
    journal.remember("position", {"run": "a", "count": 3})
    journal.remember("position", [1, "ü"])
    assert journal.fact("position") == [1, "ü"]


# --- transactions


def test_a_transaction_is_all_or_nothing(journal: Journal) -> None:
    class Cut(BaseException):
        pass

    with pytest.raises(Cut), journal.transaction():
        journal.called("run", None, None, Call(**CALL))
        raise Cut
    assert not calls(journal)
    with journal.transaction():
        journal.called("run", None, None, Call(**CALL))
    assert len(calls(journal)) == 1


def test_another_threads_append_is_no_part_of_a_transaction(journal: Journal) -> None:
    started = threading.Event()

    def append() -> None:
        started.set()
        journal.called("run", None, None, Call(**CALL | {"operation": "s3.GetObject"}))

    thread = threading.Thread(target=append)
    with pytest.raises(RuntimeError), journal.transaction():
        journal.called("run", None, None, Call(**CALL))
        thread.start()
        started.wait()
        raise RuntimeError
    thread.join()
    assert [row["operation"] for row in calls(journal)] == ["s3.GetObject"]


# --- kill -9

APPENDS_UNTIL_KILLED = f"""
import sys
from journeys.journal import FORMATS, Call, Journal

journal = Journal(sys.argv[1])
journal.run_began("killed", 1000.0)
scenario = journal.scenario_began("killed", "f", "s", title="S", location="x:1")
journal.own("killed", scenario, "bucket", "ours", "user", "primary")
number = 0
while True:
    journal.called("killed", scenario, None, Call(**{CALL!r}))
    number += 1
    print(number, flush=True)
"""

KILLED_INSIDE_A_TRANSACTION = f"""
import sys, time
from journeys.journal import FORMATS, Call, Journal

journal = Journal(sys.argv[1])
journal.run_began("killed", 1000.0)
with journal.transaction():
    for number in range(100):
        journal.called("killed", None, None, Call(**{CALL!r}))
    print(number, flush=True)
    sys.stdin.read()
"""


def killed(program: str, path: Path, after: int) -> int:
    """Runs the program until it has said `after` lines, and kills it; returns how many it said in all."""
    process = subprocess.Popen(
        [sys.executable, "-c", program, path],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
    )
    said = [process.stdout.readline() for _ in range(after)]
    process.send_signal(signal.SIGKILL)
    said += process.stdout.readlines()
    process.stdin.close()
    process.stdout.close()
    assert process.wait(30) == -signal.SIGKILL, said
    return len(said)


def test_what_a_killed_process_appended_is_there(path: Path) -> None:
    appended = killed(APPENDS_UNTIL_KILLED, path, after=50)
    journal = Journal(path)
    assert len(calls(journal)) in (appended, appended + 1), "the last one perhaps before it could say so"
    assert journal.unfinished_runs() == ["killed"]
    assert [owned.name for owned in journal.still_owned("killed")] == ["ours"]
    assert journal.last_sign_of_life("killed") > 1000.0
    assert [tuple(row) for row in journal.rows("PRAGMA integrity_check")] == [("ok",)]
    journal.run_began("next", 2000.0)
    journal.close()


def test_a_process_killed_inside_a_transaction_wrote_nothing_of_it(path: Path) -> None:
    killed(KILLED_INSIDE_A_TRANSACTION, path, after=1)
    journal = Journal(path)
    assert not calls(journal)
    assert journal.unfinished_runs() == ["killed"]
    journal.close()


def test_the_last_sign_of_life_is_the_latest_thing_known(journal: Journal) -> None:
    assert journal.last_sign_of_life("run") == 1000.0
    journal.called("run", None, None, Call(**CALL | {"started": 1005.0, "duration": 2.5}))
    assert journal.last_sign_of_life("run") == 1007.5


# --- history


def test_history_is_bounded(journal: Journal) -> None:
    for number in range(6):
        run = f"run-{number}"
        journal.run_began(run, 2000.0 + number)
        scenario = journal.scenario_began(run, "f", "s", title="S", location="x:1")
        journal.step_began(scenario, "01-s", "When")
        journal.called(run, scenario, None, Call(**CALL))
        journal.removed(journal.own(run, scenario, "bucket", f"{run}-bucket", "user", "primary"))
        journal.write("UPDATE runs SET folded = 1 WHERE id = ?", run)
    journal.forget_old_runs(2)
    assert [row["id"] for row in journal.rows("SELECT id FROM runs WHERE folded = 1 ORDER BY id")] == ["run-4", "run-5"]
    for table in ("scenarios", "steps", "calls", "owned"):
        assert len(journal.rows(f"SELECT id FROM {table}")) == 2, table


def test_runs_that_are_no_part_of_the_totals_are_never_forgotten(journal: Journal) -> None:
    journal.called("run", None, None, Call(**CALL))
    for number in range(3):
        journal.run_began(f"run-{number}", 2000.0 + number)
        journal.write("UPDATE runs SET folded = 1 WHERE id = ?", f"run-{number}")
    journal.forget_old_runs(1)
    assert journal.unfinished_runs() == ["run"]
    assert len(calls(journal)) == 1


def test_what_is_still_there_is_never_forgotten(journal: Journal) -> None:
    journal.own("long-gone", None, "bucket", "left", "user", "primary")
    journal.forget_old_runs(1)
    assert [owned.name for owned in journal.still_owned()] == ["left"]


def test_calls_made_in_no_run_are_bounded_too(journal: Journal) -> None:
    """`sweep` makes such calls."""
    for _ in range(3):
        journal.called(None, None, None, Call(**CALL))
    journal.write("UPDATE runs SET folded = 1")
    for number in range(2):
        journal.run_began(f"run-{number}", 2000.0 + number)
        journal.write("UPDATE runs SET folded = 1 WHERE id = ?", f"run-{number}")
    journal.forget_old_runs(1)
    assert not calls(journal)


# --- the ledger


def test_the_ledger_knows_what_is_not_removed_yet(journal: Journal) -> None:
    first = journal.own("run", 1, "bucket", "first", "user", "primary")
    second = journal.own("run", 2, "bucket", "second", "user", "primary")
    elsewhere = journal.own("another", 3, "volume", "elsewhere", "second", "replica")
    assert journal.still_owned() == [elsewhere, second, first], "the last created first"
    assert journal.still_owned("run") == [second, first]
    assert journal.still_owned("run", 1) == [first]

    journal.not_removed(second, "it would not go")
    assert journal.still_owned("run", untried=True) == [first]
    journal.removed(second)
    assert journal.still_owned("run") == [first]


def test_leftovers_are_counted_for_every_kind_ever_owned(journal: Journal) -> None:
    assert journal.leftovers() == {}
    journal.removed(journal.own("run", 1, "volume", "v", "user", "primary"))
    for name in ("a", "b"):
        journal.own("run", 1, "bucket", name, "user", "primary")
    assert journal.leftovers() == {"bucket": 2, "volume": 0}


# --- the file


def test_a_journal_goes_on_where_it_was_left(path: Path) -> None:
    for number in range(2):
        journal = Journal(path)
        journal.run_began(f"run-{number}", float(number))
        journal.close()
    journal = Journal(path)
    assert journal.unfinished_runs() == ["run-0", "run-1"]
    journal.close()


def test_many_may_open_a_new_journal_at_once(path: Path) -> None:
    barrier = threading.Barrier(8)

    def open_and_append(number: int) -> None:
        barrier.wait()
        journal = Journal(path)
        journal.run_began(f"run-{number}", float(number))
        journal.close()

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(open_and_append, range(8)))
    journal = Journal(path)
    assert len(journal.unfinished_runs()) == 8
    journal.close()


@pytest.mark.parametrize(
    ("target", "suite"), [("s3.example.com:9000", "default"), ("a/b", "../c"), ("Zürich west", "ü"), ("a" * 100, "b")]
)
def test_every_target_and_suite_has_a_file_of_its_own_below_the_state_directory(
    tmp_path: Path, target: str, suite: str
) -> None:
    state = tmp_path / "made" / "when-missing"
    Journal.of(state, target, suite).close()
    (file,) = state.glob("*.sqlite")
    Journal.of(state, suite, target).close()
    assert len(list(state.glob("*.sqlite"))) == 2
    assert file.is_file()
    assert state.stat().st_mode & 0o077 == 0, "messages may tell much of the target: for its owner only"


@pytest.mark.parametrize("name", ["Ü" * 100, "日" * 100, "/" * 100], ids=["Ü", "日", "slash"])
def test_no_label_is_too_long_for_a_file(tmp_path: Path, name: str) -> None:
    Journal.of(tmp_path / "state", name, name).close()


def test_a_journal_of_another_version_is_refused(path: Path) -> None:
    Journal(path).close()
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 999")
    with pytest.raises(JournalError, match="format 999"):
        Journal(path)


def test_a_journal_of_an_earlier_version_goes_on_with_all_it_holds(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.executescript(FORMATS[0])
        db.execute("PRAGMA user_version = 1")
        db.execute("INSERT INTO runs (id, started, counts) VALUES ('earlier', 1.0, 1)")
        db.execute("INSERT INTO facts VALUES ('joined', 'true')")
    journal = Journal(path)
    assert (journal.unfinished_runs(), journal.fact("joined")) == (["earlier"], True)
    journal.read("earlier", None, "journey_wait_seconds", ("server_active",), 1.5)
    journal.close()
    assert Journal(path).rows("SELECT value FROM readings")[0]["value"] == 1.5
