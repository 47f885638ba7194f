"""One run at a time of a target and suite, by a lock that dies with its process, however that ends."""

import fcntl
import os
from pathlib import Path

from journeys import clock


class Lock:
    """A lock file, taken by `acquire` and held until `release` or the end of the process."""

    def __init__(self, path: Path):
        self._file = path.open("a+")

    def acquire(self, seconds: float = 0) -> bool:
        """Waits for the lock, `seconds` at most; whether it is ours."""
        return clock.wait_until(self._taken, seconds, every=0.2)

    def holder(self) -> str:
        """The process id of who holds the lock, as they wrote it down."""
        self._file.seek(0)
        return self._file.read().strip() or "unknown"

    def release(self) -> None:
        self._file.close()

    def _taken(self) -> bool:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._file.truncate(0)
        self._file.write(str(os.getpid()))
        self._file.flush()
        return True
