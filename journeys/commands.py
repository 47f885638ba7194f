"""Commands, inside servers and on this machine: what they come to."""

import os
import subprocess
import time
from dataclasses import dataclass

from journeys.failures import SuiteError
from journeys.units import seconds as told


@dataclass(frozen=True)
class Said:
    """What a command came to: `status` is 0 where it says that all went well; `seconds` as we saw it."""

    status: int
    out: str
    err: str
    seconds: float


def here(seconds: float, *command: str) -> Said:
    """Carries a command out on this machine; raises SuiteError where it is missing or takes longer than `seconds`."""
    began = time.perf_counter()
    plain = os.environ | {"LC_ALL": "C"}
    try:
        ended = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=seconds, env=plain)
    except FileNotFoundError as missing:
        raise SuiteError(f"Expected {command[0]} on this machine, but it is not installed.") from missing
    except subprocess.TimeoutExpired as late:
        raise SuiteError(f"Expected {' '.join(command)!r} to end within {told(seconds)} on this machine.") from late
    return Said(ended.returncode, ended.stdout, ended.stderr, time.perf_counter() - began)


def failed(said: Said, command: str) -> str:
    """How a command failed, as the end of a sentence."""
    words = " ".join((said.err or said.out).split())[-200:]
    return f"{command!r} ended with {said.status}: {words.rstrip('.') or 'it said nothing'}."
