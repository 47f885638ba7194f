"""The one place that sleeps, waits and enforces deadlines."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator


class DeadlinePassed(BaseException):
    """Raised in the main thread, wherever it is, when a `deadline` passes.

    No Exception, so that neither an SDK's retries nor a broad ``except`` in between can swallow it.
    """

    def __init__(self, what: str, seconds: float):
        self.what = what
        self.seconds = seconds
        super().__init__(f"{what} took longer than {seconds:g} s")


@contextlib.contextmanager
def deadline(seconds: float, what: str) -> Iterator[None]:
    """Ends the block with DeadlinePassed once `seconds` have gone by, even inside a call that blocks.

    Deadlines nest: the earlier one wins. Outside the main thread, where no signal arrives, it does nothing.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    ours = _Deadline(time.monotonic() + seconds, what, seconds)
    outer = _Deadline.current
    _Deadline.current = ours if outer is None or ours.at < outer.at else outer
    _arm(_Deadline.current)
    try:
        yield
    finally:
        _Deadline.current = outer
        _arm(outer)


class _Deadline:
    current: "_Deadline | None" = None

    def __init__(self, at: float, what: str, seconds: float):
        self.at, self.what, self.seconds = at, what, seconds


def _arm(limit: _Deadline | None) -> None:
    if limit is None:
        signal.setitimer(signal.ITIMER_REAL, 0)
        return
    signal.signal(signal.SIGALRM, _ring)
    # It rings again every second: an exception raised inside a destructor is lost, the next one is not.
    signal.setitimer(signal.ITIMER_REAL, max(limit.at - time.monotonic(), 0.001), 1.0)


def _ring(_signum: int, _frame: object) -> None:
    limit = _Deadline.current
    if limit is not None and time.monotonic() >= limit.at:
        raise DeadlinePassed(limit.what, limit.seconds)


def wait_until(happened: Callable[[], bool], seconds: float, every: float = 0.5) -> bool:
    """Asks `happened` every `every` seconds until it is true, for `seconds` at most; whether it came true."""
    end = time.monotonic() + seconds
    while not happened():
        left = end - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(every, left))
    return True


def within(seconds: float, work: Callable[[], None]) -> bool:
    """Runs `work` in a thread of its own and waits `seconds` at most; whether it ended in time.

    For work that no timeout of its own bounds, such as an HTTP answer that trickles; what `work` raises is
    raised here. A thread that did not end in time ends with the process.
    """
    raised: list[BaseException] = []

    def guarded() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed to the caller below
            raised.append(error)

    thread = threading.Thread(target=guarded, daemon=True)
    thread.start()
    thread.join(seconds)
    if raised:
        raise raised[0]
    return not thread.is_alive()
