"""SIGTERM and SIGINT: the first ends the run in order, the second at once."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

SIGNALS = (signal.SIGINT, signal.SIGTERM)


class Interrupt:
    """Remembers the first signal and raises KeyboardInterrupt for it, which every part of a run understands."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None
        self._shielded = False
        self._before: dict[signal.Signals, object] = {}

    def install(self) -> None:
        """Takes SIGINT and SIGTERM over, also where a shell started us with SIGINT ignored."""
        self._before = {number: signal.signal(number, self._arrived) for number in SIGNALS}

    def uninstall(self) -> None:
        """Gives the signals back to whom they belonged before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def shield(self) -> Iterator[None]:
        """Inside the block a first signal is only remembered: what runs there is bounded and has to end."""
        self._shielded = True
        try:
            yield
        finally:
            self._shielded = False

    def _arrived(self, number: int, _frame: object) -> None:
        if self.signal is not None:
            os._exit(128 + number)  # the next run finishes this one and removes what it left
        self.signal = signal.Signals(number)
        if not self._shielded:
            raise KeyboardInterrupt
