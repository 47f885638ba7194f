"""One run at a time of a target and suite, by a lock that dies with its process, however that ends."""

import contextlib
import fcntl
import os
from pathlib import Path
from typing import IO

from journeys import clock


class Lock:
    """A lock file, taken by `acquire` and held until `release` or the end of the process.

    Where the file can't be made there is no lock, and `problem` says so: better two runs at once than none.
    """

    def __init__(self, path: Path):
        self.problem: str | None = None
        self._file: IO[str] | None = None
        try:
            self._file = path.open("a+")
        except OSError as error:
            self.problem = f"Nothing keeps two runs apart: the lock {path} can't be made ({error.strerror})."

    def acquire(self, seconds: float = 0) -> bool:
        """Waits for the lock, `seconds` at most; whether it is ours."""
        return self._file is None or clock.wait_until(self._taken, seconds, every=0.2)

    def holder(self) -> str:
        """The process id of who holds the lock, as they wrote it down."""
        self._file.seek(0)
        return self._file.read().strip() or "unknown"

    def release(self) -> None:
        if self._file:
            self._file.close()

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        with contextlib.suppress(OSError):  # a full disk: the lock holds, only its holder stays unknown
            os.truncate(self._file.fileno(), 0)
            os.write(self._file.fileno(), str(os.getpid()).encode())
        return True
