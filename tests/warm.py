"""The command line in a process of its own, without the second that it takes to start one.

Python's forkserver has loaded all that a run needs (tests/preload.py); every run is a fork of it. Tests of how a
process starts and ends start a real one: `Journeys.start` and `Journeys.behave`.
"""

import multiprocessing
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from multiprocessing.connection import wait
from pathlib import Path

from journeys.__main__ import main
from journeys.settings import ROOT

_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(["tests.preload"])
_looking = threading.Lock()  # whoever starts or joins a process looks at all others, too


def run(arguments: Sequence[str], environment: Mapping[str, str], timeout: float) -> subprocess.CompletedProcess[str]:
    """As `python -m journeys`; its standard output and its errors are one. Raises TimeoutExpired."""
    with tempfile.NamedTemporaryFile() as said:
        process = _forks.Process(target=_run, args=(list(arguments), dict(environment), said.name), daemon=True)
        with _looking:
            process.start()
        wait([process.sentinel], timeout)
        with _looking:
            process.join(0)
            code = process.exitcode
        if code is None:
            process.kill()
            raise subprocess.TimeoutExpired(list(arguments), timeout, said.read())
        output = Path(said.name).read_text(errors="replace")
        return subprocess.CompletedProcess(list(arguments), code, output)


def _run(arguments: list[str], environment: dict[str, str], output: str) -> None:
    nothing, said = os.open(os.devnull, os.O_RDONLY), os.open(output, os.O_WRONLY | os.O_APPEND)
    os.dup2(nothing, 0)
    os.dup2(said, 1)
    os.dup2(said, 2)
    os.chdir(ROOT)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["journeys", *arguments]
    sys.exit(main(arguments))
