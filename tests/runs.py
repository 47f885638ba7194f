"""Runs without a gateway, and what their journals tell."""

import os
import sqlite3
from dataclasses import dataclass
from pathlib import Path
from subprocess import CompletedProcess

from tests.conftest import Journeys

# Nothing of this machine's own configuration.
ALONE = {"PATH": os.environ["PATH"], "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull}


@dataclass
class Run:
    """A run that has ended, and its journal."""

    result: CompletedProcess[str]
    journal: sqlite3.Connection

    def scenarios(self) -> dict[str, tuple[str, str | None]]:
        """The status and the message of each, by its title."""
        told = self.journal.execute("SELECT title, status, message FROM scenarios")
        return {title: (status, message) for title, status, message in told}

    def statuses(self, title: str) -> list[str]:
        """Those of a scenario's steps."""
        query = "SELECT steps.status FROM steps JOIN scenarios ON scenarios.id = steps.scenario WHERE title = ?"
        return [status for (status,) in self.journal.execute(f"{query} ORDER BY steps.id", (title,))]

    def count(self, query: str) -> int:
        """How many rows there are of what stands behind FROM."""
        return self.journal.execute(f"SELECT count(*) FROM {query}").fetchone()[0]


def own(suite: str, state: Path) -> dict[str, str]:
    """The environment of a suite that has a state of its own, and no target yet."""
    return ALONE | {"JOURNEYS_STATE_DIR": str(state), "JOURNEYS_TARGET": suite, "JOURNEYS_SUITE": suite}


def run(directory: Path, suite: str, settings: dict[str, str], *arguments: str) -> Run:
    """A run with these settings and no others; its state is in `directory`."""
    journeys = Journeys(suite, "", own(suite, directory / "state") | settings)
    result = journeys.run("--no-push", "-f", "progress", *arguments)
    (file,) = (directory / "state").glob("*.sqlite")
    return Run(result, sqlite3.connect(file, check_same_thread=False))
