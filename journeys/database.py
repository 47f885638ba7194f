"""The SQLite file under the journal: what is written survives a killed process, and trouble with the file a run.

A file that can't be written any more (full disk, read-only directory) is gone on with in memory; a damaged one is
set aside. Either way the run goes on, and `lost` says in sentences what that costs.
"""

import contextlib
import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# https://www.sqlite.org/rescode.html, the primary codes
DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
UNWRITABLE = {
    sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_IOERR,
    sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM,
}


class JournalError(Exception):
    """The journal can't be used at all; the message says which file and what to do."""


class Database:
    """An open database; usable from any thread of one process. `path`: None keeps it in memory."""

    def __init__(self, path: Path | None, formats: Sequence[str]):
        """`formats`: the statements that made each format out of the one before. Raises JournalError."""
        self.path = path
        self.lost: list[str] = []
        self._formats = formats
        self._lock = threading.RLock()
        self._under_way: list[tuple[str, tuple]] | None = None  # what the transaction under way has done so far
        self._db = self._opened()

    def close(self) -> None:
        """Lets go of the file; what had to go on in memory is put back where the file takes it again."""
        if self.path and self._in_memory:
            with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(self.path, timeout=1)) as file:
                self._db.backup(file)
        self._db.close()

    def rows(self, query: str, *values: Any) -> list[sqlite3.Row]:
        """The answer to a SELECT; raises JournalError, as all that follows does."""
        return self._execute(query, *values).fetchall()

    def write(self, statement: str, *values: Any) -> int:
        """Carries out one INSERT, UPDATE or DELETE; the new row's id, where there is one."""
        return self._execute(statement, *values).lastrowid or 0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that the block writes, or nothing of it."""
        with self._lock:
            self._under_way = []
            try:
                self._execute("BEGIN IMMEDIATE")
                try:
                    yield
                except BaseException:
                    self._execute("ROLLBACK")
                    raise
                self._execute("COMMIT")
            finally:
                self._under_way = None

    @property
    def _in_memory(self) -> bool:
        return not self._db.execute("PRAGMA database_list").fetchone()["file"]

    def _execute(self, statement: str, *values: Any) -> sqlite3.Cursor:
        with self._lock:
            try:
                cursor = self._db.execute(statement, values)
            except sqlite3.Error as error:
                cursor = self._repeated(error, statement, values)
            if self._under_way is not None:
                self._under_way.append((statement, values))
            return cursor

    def _repeated(self, error: sqlite3.Error, statement: str, values: tuple) -> sqlite3.Cursor:
        """The statement once more, in memory, after all that its transaction had done."""
        if _primary_code(error) in DAMAGED:
            self._set_aside(error)
        if _primary_code(error) not in UNWRITABLE or self._in_memory:
            raise self._error(error) from error
        if self._db.in_transaction:
            self._db.execute("ROLLBACK")
        self._db = self._taken_into_memory(self._db, error)
        for done, its_values in self._under_way or ():
            self._db.execute(done, its_values)
        return self._db.execute(statement, values)

    # --- opening, and what can be wrong with the file

    def _opened(self) -> sqlite3.Connection:
        try:
            return self._connected(self.path)
        except sqlite3.Error as error:
            if _primary_code(error) in DAMAGED and self._set_aside(error):
                return self._connected(self.path)
            if _primary_code(error) in DAMAGED | UNWRITABLE:
                return self._taken_into_memory(self._read_only(), error)
            raise self._error(error) from error

    def _connected(self, path: Path | None) -> sqlite3.Connection:
        db = sqlite3.connect(path or ":memory:", timeout=10, isolation_level=None, check_same_thread=False)
        try:
            db.row_factory = sqlite3.Row
            # WAL without a sync per append: a killed process loses nothing, a power cut perhaps the last run.
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("PRAGMA synchronous = NORMAL")
            db.execute("PRAGMA foreign_keys = ON")
            self._bring_up_to_date(db)
        except BaseException:
            db.close()
            raise
        return db

    def _bring_up_to_date(self, db: sqlite3.Connection) -> None:
        db.execute("BEGIN IMMEDIATE")
        version = db.execute("PRAGMA user_version").fetchone()[0]
        if version > len(self._formats):
            raise sqlite3.DatabaseError(
                f"it has format {version}, this version knows formats up to {len(self._formats)}"
            )
        for statement in "".join(self._formats[version:]).split(";"):
            db.execute(statement)
        if version < len(self._formats):
            db.execute(f"PRAGMA user_version = {len(self._formats)}")
        db.execute("COMMIT")

    def _read_only(self) -> sqlite3.Connection | None:
        """What a file that can't be written holds, as far as it can be read."""
        for mode in ("mode=ro", "immutable=1"):
            with contextlib.suppress(sqlite3.Error):
                db = sqlite3.connect(f"{self.path.resolve().as_uri()}?{mode}", uri=True, timeout=1)
                db.execute("SELECT count(*) FROM sqlite_master")
                return db
        return None

    def _taken_into_memory(self, db: sqlite3.Connection | None, error: sqlite3.Error) -> sqlite3.Connection:
        memory = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
        if db:
            with contextlib.suppress(sqlite3.Error):
                db.backup(memory)
            db.close()
        memory.row_factory = sqlite3.Row
        memory.execute("PRAGMA foreign_keys = ON")
        self._bring_up_to_date(memory)
        self.lost.append(
            f"The journal {self.path} can't be written ({error}), so this run is kept in memory. If that is all "
            "until its end, its history is lost, its counts are only where they are pushed to, and what it may leave "
            "behind is found by name alone. Make room, or set JOURNEYS_STATE_DIR to a directory that can be written."
        )
        return memory

    def _set_aside(self, error: sqlite3.Error) -> bool:
        """Renames a damaged file with all that belongs to it; whether that worked."""
        aside = Path(f"{self.path}.damaged-{time.strftime('%Y%m%dT%H%M%S', time.gmtime())}")
        try:
            for suffix in ("-wal", "-shm", ""):
                with contextlib.suppress(FileNotFoundError):
                    Path(f"{self.path}{suffix}").rename(f"{aside}{suffix}")
        except OSError:
            return False
        self.lost.append(
            f"The journal {self.path} was damaged ({error}); it was set aside as {aside.name}, and a new one begun. "
            "Counts go on from what the gateway holds, what was left behind is found by name. The history is in the "
            "file set aside: `sqlite3 FILE .recover` may get it back."
        )
        return True

    def _error(self, error: sqlite3.Error) -> JournalError:
        remedy = " ".join(self.lost) or (
            "Move the file away to begin a new one (counters are then taken up again from the gateway), or point "
            "JOURNEYS_STATE_DIR elsewhere."
        )
        return JournalError(f"The journal {self.path} can't be used: {error}. {remedy}")


def _primary_code(error: sqlite3.Error) -> int | None:
    code = getattr(error, "sqlite_errorcode", None)  # none on those that are raised here
    return code & 0xFF if code is not None else None
