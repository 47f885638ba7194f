"""Deadlines end what blocks, nest, and leave nothing behind; waiting and working are bounded."""

import signal
import socket
import threading
import time
from collections.abc import Iterator

import pytest

from journeys.clock import DeadlinePassed, deadline, wait_until, within


@pytest.fixture(autouse=True)
def nothing_left_behind() -> Iterator[None]:
    yield
    assert signal.getitimer(signal.ITIMER_REAL) == (0.0, 0.0), "an alarm is still set"


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A connection on which nothing ever arrives; a deadline that is never heard of ends in a TimeoutError."""
    ours, theirs = socket.socketpair()
    ours.settimeout(10)
    yield ours
    ours.close()
    theirs.close()


def test_a_deadline_ends_a_read_that_blocks(silent: socket.socket) -> None:
    began = time.monotonic()
    with pytest.raises(DeadlinePassed, match=r"the read took longer than 0\.1 s") as raised, deadline(0.1, "the read"):
        silent.recv(1)
    assert 0.1 <= time.monotonic() - began < 5
    assert (raised.value.what, raised.value.seconds) == ("the read", 0.1)


def test_no_except_for_errors_swallows_a_deadline(silent: socket.socket) -> None:
    def careless() -> None:
        for _ in range(2):
            try:
                silent.recv(1)
            except Exception:  # noqa: BLE001 - as in an SDK that repeats whatever fails
                continue

    with pytest.raises(DeadlinePassed), deadline(0.05, "it"):
        careless()


def test_a_deadline_that_is_kept_is_not_heard_of(silent: socket.socket) -> None:
    with deadline(0.05, "it"):
        pass
    silent.settimeout(0.1)
    with pytest.raises(TimeoutError):
        silent.recv(1)


def test_a_deadline_that_has_passed_already_ends_the_block_at_once(silent: socket.socket) -> None:
    for seconds in (0, -1):
        with pytest.raises(DeadlinePassed), deadline(seconds, "it"):
            silent.recv(1)


@pytest.mark.parametrize(("outer", "inner", "earlier"), [(0.05, 30, "outer"), (30, 0.05, "inner")])
def test_of_nested_deadlines_the_earlier_wins(silent: socket.socket, outer: float, inner: float, earlier: str) -> None:
    with pytest.raises(DeadlinePassed) as raised, deadline(outer, "outer"), deadline(inner, "inner"):
        silent.recv(1)
    assert raised.value.what == earlier


def test_the_outer_deadline_holds_again_after_an_inner_one(silent: socket.socket) -> None:
    ended = []
    with pytest.raises(DeadlinePassed) as raised, deadline(0.2, "outer"):
        with pytest.raises(DeadlinePassed, match="inner"), deadline(0.05, "inner"):
            silent.recv(1)
        with deadline(30, "another"):
            ended.append("inner")
        silent.recv(1)
    assert (raised.value.what, ended) == ("outer", ["inner"])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_deadline_rings_again_where_its_first_ring_was_lost(silent: socket.socket) -> None:
    """Python drops what is raised in a destructor."""

    class Destructor:
        def __del__(self) -> None:
            silent.recv(1)

    with pytest.raises(DeadlinePassed), deadline(0.05, "it"):
        Destructor()
        silent.recv(1)


def test_errors_of_the_block_come_out_of_it() -> None:
    with pytest.raises(ZeroDivisionError), deadline(30, "it"):
        1 / 0  # noqa: B018


def test_in_a_thread_a_deadline_does_nothing() -> None:
    held = []

    def work() -> None:
        with deadline(0.01, "it"):
            held.append(threading.Event().wait(0.05))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert held == [False]


# --- wait_until


def test_waiting_ends_as_soon_as_it_has_happened() -> None:
    answers = iter([False, False, True])
    assert wait_until(lambda: next(answers), 30, every=0.001)


def test_what_has_happened_already_is_not_waited_for() -> None:
    assert wait_until(lambda: True, 0)


def test_waiting_is_bounded() -> None:
    asked: list[float] = []
    began = time.monotonic()
    assert not wait_until(lambda: asked.append(time.monotonic()), 0.1, every=30)
    assert 0.1 <= time.monotonic() - began < 5
    assert len(asked) == 2, "at the beginning, and once more at the end"


# --- within


def test_work_that_ends_in_time_has_been_done() -> None:
    done = []
    assert within(30, lambda: done.append(threading.current_thread()))
    assert done != [threading.current_thread()]


def test_work_that_does_not_end_is_left_alone() -> None:
    end = threading.Event()
    began = time.monotonic()
    assert not within(0.05, lambda: end.wait(30))
    assert time.monotonic() - began < 5
    end.set()


@pytest.mark.parametrize("error", [ValueError("of the work"), KeyboardInterrupt("of the work")])
def test_what_the_work_raises_is_raised(error: BaseException) -> None:
    def work() -> None:
        raise error

    with pytest.raises(type(error), match="of the work"):
        within(30, work)
