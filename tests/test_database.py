"""Trouble with the journal's file: the run goes on, and says what it loses."""

import os
import resource
import sqlite3
import tempfile
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from journeys.database import Database, JournalError
from journeys.journal import Journal
from journeys.lock import Lock

FORMATS = ("CREATE TABLE things (id INTEGER PRIMARY KEY, text TEXT)",)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "things.sqlite"


def opened(path: Path) -> Database:
    return Database(path, FORMATS)


def put(database: Database, text: str) -> int:
    return database.write("INSERT INTO things (text) VALUES (?)", text)


def things(path: Path) -> list[str]:
    with sqlite3.connect(path) as db:
        return [text for (text,) in db.execute("SELECT text FROM things ORDER BY id")]


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """No file of this process can grow beyond what the largest one of `path` has: as on a disk without room."""
    most = max(file.stat().st_size for file in path.parent.iterdir() if not file.name.endswith("-shm"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def in_a_child(work: Callable[[], object]) -> None:
    """Does the work in a process of its own, since limits and users are a process's."""
    child = os.fork()
    if not child:
        try:
            work()
        except Exception:  # noqa: BLE001 - told, and a failure of the test below
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0


def much(database: Database) -> None:
    for number in range(200):
        put(database, f"{number} " + "x" * 1000)


def test_a_disk_that_gets_full_loses_nothing_of_the_run(path: Path) -> None:
    def work() -> None:
        database = opened(path)
        put(database, "before")
        with full_disk(path):
            much(database)
            assert len(database.rows("SELECT * FROM things")) == 201
            (told,) = database.lost
            assert str(path) in told
            assert "JOURNEYS_STATE_DIR" in told

    in_a_child(work)
    assert things(path)[0] == "before"


def test_a_disk_that_has_room_again_by_the_end_loses_nothing_at_all(path: Path) -> None:
    def work() -> None:
        database = opened(path)
        with full_disk(path):
            much(database)
        database.close()

    in_a_child(work)
    assert len(things(path)) == 200


def test_a_transaction_in_which_the_disk_gets_full_is_still_whole(path: Path) -> None:
    def work() -> None:
        database = opened(path)
        put(database, "before")
        with full_disk(path):
            with database.transaction():
                first = put(database, "first")
                much(database)
                database.write("UPDATE things SET text = 'changed' WHERE id = ?", first)
            with pytest.raises(ZeroDivisionError), database.transaction():
                put(database, "never")
                raise ZeroDivisionError
            texts = [row["text"] for row in database.rows("SELECT text FROM things ORDER BY id")]
            assert texts[:2] == ["before", "changed"]
            assert len(texts) == 202

    in_a_child(work)


def test_a_disk_that_is_full_from_the_beginning(path: Path) -> None:
    def work() -> None:
        put(opened(path), "earlier")
        with full_disk(path):
            database = opened(path)
            much(database)
            assert len(database.rows("SELECT * FROM things")) == 201

    in_a_child(work)


def test_a_directory_that_can_only_be_read() -> None:
    with tempfile.TemporaryDirectory() as directory:  # pytest's own can't even be entered by others
        path = Path(directory) / "things.sqlite"
        database = opened(path)
        put(database, "earlier")
        database.close()
        path.chmod(0o444)
        path.parent.chmod(0o555)

        def work() -> None:
            if os.geteuid() == 0:  # whom no mode keeps from writing
                os.seteuid(65534)
            database = opened(path)
            put(database, "now")
            assert [row["text"] for row in database.rows("SELECT text FROM things")] == ["earlier", "now"]
            assert "can't be written" in database.lost[0]
            database.close()

        in_a_child(work)
        path.parent.chmod(0o700)
        assert things(path) == ["earlier"]


def test_a_directory_that_can_not_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    journal = Journal.of(tmp_path / "file" / "state", "target", "suite")
    journal.remember("anything", 1)
    assert journal.fact("anything") == 1
    assert str(tmp_path / "file" / "state") in journal.lost[0]
    lock = Lock(tmp_path / "file" / "state" / "lock")
    assert lock.acquire()
    assert "Nothing keeps two runs apart" in (lock.problem or "")
    lock.release()


def no_database(path: Path) -> None:
    path.write_bytes(b"no database at all, but text, and enough of it" * 100)


def cut_off(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:5000])


def zeros_in_the_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:4096] = bytes(3996)
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [no_database, cut_off, zeros_in_the_middle])
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(path: Path, damage: Callable[[Path], None]) -> None:
    database = opened(path)
    much(database)
    database.close()
    damage(path)
    damaged = path.read_bytes()
    database = opened(path)
    put(database, "new")
    database.close()
    (aside,) = path.parent.glob("*.damaged-*")
    assert aside.read_bytes() == damaged
    assert aside.name in database.lost[0]
    assert things(path) == ["new"]


def test_damage_that_shows_later_ends_the_run_and_not_the_next_one(path: Path) -> None:
    database = opened(path)
    much(database)
    database.close()
    content = bytearray(path.read_bytes())
    content[8192:] = b"\xff" * len(content[8192:])
    path.write_bytes(content)
    database = opened(path)
    with pytest.raises(JournalError, match="set aside as"):
        database.rows("SELECT sum(length(text)) FROM things")
    database.close()
    opened(path).close()
    assert things(path) == []


def test_what_can_neither_be_read_nor_set_aside_is_gone_on_without(path: Path) -> None:
    path.mkdir()  # no file, nor can SQLite make one of it
    database = opened(path)
    put(database, "now")
    assert database.rows("SELECT text FROM things")[0]["text"] == "now"
    assert database.lost
