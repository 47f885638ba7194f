"""How long a server that never answers well holds a scenario beyond its deadline.

    .venv/bin/python -m benchmarks.deadlines

One run against each kind of faulty endpoint (fakes of the tests), with a deadline of 2 s for the scenario and as
much for cleanup, and timeouts that would never end it. Prints what each scenario and each run took.
"""

import os
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from journeys.demo.command import FOREIGN
from journeys.settings import ROOT
from tests.faulty import FaultyServer, answers, hangs, resets, stops_short, trickles

DEADLINE = 2.0  # seconds
FAULTS = {
    "accepts and never answers": hangs,
    "sends a byte now and then": trickles,
    "resets in the middle": resets,
    "stops in the middle": stops_short,
    "answers garbage": answers(b"this is no HTTP\r\n\r\n"),
}


def main() -> None:
    for name, behaviour in FAULTS.items():
        with FaultyServer(behaviour) as endpoint, tempfile.TemporaryDirectory() as state:
            began = time.perf_counter()
            code = run(endpoint.url, state)
            took = time.perf_counter() - began
            (journal,) = Path(state).glob("*.sqlite")
            with sqlite3.connect(journal) as db:
                ((scenario,),) = db.execute("SELECT duration FROM scenarios").fetchall()
        beyond = max(scenario - DEADLINE, 0)
        print(f"{name:26} exit {code}, scenario {scenario:5.2f} s ({beyond * 1000:.0f} ms beyond), run {took:5.2f} s")


def run(endpoint: str, state: str) -> int:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(FOREIGN)}
    settings = {
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "JOURNEYS_STATE_DIR": state,
        "JOURNEYS_READ_TIMEOUT": "60s",
        "JOURNEYS_SCENARIO_DEADLINE": f"{DEADLINE}s",
        "JOURNEYS_CLEANUP_TIMEOUT": f"{DEADLINE}s",
    }
    command = [sys.executable, "-m", "journeys", "-n", "A new bucket is listed", "-f", "progress"]
    return subprocess.run(command, cwd=ROOT, env=environment | settings, stdout=subprocess.DEVNULL).returncode


if __name__ == "__main__":
    main()
