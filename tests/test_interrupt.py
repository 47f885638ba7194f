"""The first signal ends a run in order, the second at once."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from journeys.interrupt import SIGNALS, Interrupt
from journeys.settings import ROOT


@pytest.fixture
def interrupt() -> Iterator[Interrupt]:
    interrupt = Interrupt()
    interrupt.install()
    yield interrupt
    interrupt.uninstall()


@pytest.mark.parametrize("number", SIGNALS)
def test_the_first_signal_is_an_interrupt_and_remembered(interrupt: Interrupt, number: signal.Signals) -> None:
    assert interrupt.signal is None
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(number)
    assert interrupt.signal is number


def test_a_signal_is_only_remembered_by_what_has_to_end(interrupt: Interrupt) -> None:
    ended = []
    with interrupt.shield():
        signal.raise_signal(signal.SIGTERM)
        ended.append("the block")
    assert ended == ["the block"]
    assert interrupt.signal is signal.SIGTERM


def test_after_the_shield_signals_interrupt_again(interrupt: Interrupt) -> None:
    with pytest.raises(ZeroDivisionError), interrupt.shield():
        1 / 0  # noqa: B018
    with pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGINT)


def test_signals_are_given_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    interrupt = Interrupt()
    interrupt.install()
    assert [signal.getsignal(number) for number in SIGNALS] != before
    interrupt.uninstall()
    assert [signal.getsignal(number) for number in SIGNALS] == before


SENDS_TWO = """
import signal, sys
from journeys.interrupt import Interrupt

interrupt = Interrupt()
interrupt.install()
first, second = (signal.Signals[name] for name in sys.argv[1:])
with interrupt.shield():
    signal.raise_signal(first)
    print("in order", flush=True)
    signal.raise_signal(second)
print("still there", flush=True)
"""


@pytest.mark.parametrize(
    ("first", "second", "code"), [("SIGTERM", "SIGINT", 130), ("SIGINT", "SIGTERM", 143), ("SIGINT", "SIGINT", 130)]
)
def test_the_second_signal_ends_the_process_at_once(first: str, second: str, code: int) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SENDS_TWO, first, second],
        cwd=ROOT,
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert (ended.returncode, ended.stdout) == (code, "in order\n")


def test_a_process_started_with_interrupts_ignored_hears_them_all_the_same() -> None:
    """As a shell starts what it runs in the background."""
    program = (
        "import signal; from journeys.interrupt import Interrupt; interrupt = Interrupt(); interrupt.install()\n"
        "try: signal.raise_signal(signal.SIGINT)\n"
        "except KeyboardInterrupt: print(interrupt.signal.name)"
    )
    ended = subprocess.run(
        ["sh", "-c", 'trap "" INT; exec "$0" -c "$1"', sys.executable, program],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert ended.stdout == "SIGINT\n", ended.stderr
