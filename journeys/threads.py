"""Work in several threads at once, which ends where the main thread's work ends: at a deadline, or with a signal.

Both reach the main thread alone. A thread that waits for a server goes on waiting, and whoever waits for the thread
does, too: so the connections that our threads wait at are cut.
"""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from journeys.clock import DeadlinePassed

T = TypeVar("T")
R = TypeVar("R")

_waiting: "WeakKeyDictionary[threading.Thread, Interruptible]" = WeakKeyDictionary()
_ended: WeakKeyDictionary[threading.Thread, BaseException] = WeakKeyDictionary()


class Ended(Exception):
    """A thread would begin what is no longer wanted. An Exception, since SDKs tidy up in threads only after one."""


class Interruptible:
    """Mixed into a connection of urllib3's: it can be cut from another thread."""

    sock: socket.socket | None

    def connect(self) -> None:
        super().connect()
        unless_ended()

    def request(self, *arguments: Any, **named: Any) -> None:
        _waiting[threading.current_thread()] = self
        super().request(*arguments, **named)


def ended_by() -> BaseException | None:
    """What ended the work of the thread that asks: a deadline or a signal; None where nothing did."""
    return _ended.get(threading.current_thread())


def unless_ended() -> None:
    """To be asked before each attempt; raises Ended where the work of this thread was ended."""
    if end := ended_by():
        raise Ended(str(end)) from end


@contextlib.contextmanager
def ending_with_us(cancel: Callable[[], Any]) -> Iterator[None]:
    """A deadline or a signal inside the block ends what other threads do: `cancel` says that no more shall begin."""
    try:
        yield
    except (DeadlinePassed, KeyboardInterrupt) as end:
        cancel()
        _end_all(end)
        raise


def at_once(work: Callable[[T], R], items: Iterable[T], threads: int) -> list[R]:
    """What `work` makes of each, in so many threads. After an error no more is begun; what was begun ends first."""
    pool = ThreadPoolExecutor(threads)
    try:
        with ending_with_us(lambda: pool.shutdown(wait=False, cancel_futures=True)):
            return [each.result() for each in [pool.submit(work, item) for item in items]]
    finally:
        pool.shutdown(cancel_futures=True)


def _end_all(end: BaseException) -> None:
    for thread in threading.enumerate():
        if thread is threading.main_thread() or thread.daemon:
            continue
        _ended[thread] = end
        connection = _waiting.get(thread)
        if connection and connection.sock:
            with contextlib.suppress(OSError):  # it may be closed by now
                socket.socket.shutdown(connection.sock, socket.SHUT_RDWR)  # not TLS' own, which waits for an answer
