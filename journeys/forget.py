"""`./run.sh forget`: removes all series of a suite, from where they are published and from what would be published."""

import dataclasses
import sys
from pathlib import Path

from journeys import gateway, textfile
from journeys.database import JournalError
from journeys.failures import DeliveryError, SuiteError
from journeys.run import Run
from journeys.settings import SettingsError, load
from journeys.verdict import BROKEN, KEPT, UNJUDGED


def main(env_file: Path | None, suite: str) -> int:
    """Forgets the totals of `suite` against the configured target; history and ledger stay.

    1: the gateway or the textfile could not be reached; they are forgotten here all the same.
    """
    try:
        settings = dataclasses.replace(load(env_file), suite=suite)
        run = Run(settings, push=False)
    except (SettingsError, SuiteError, JournalError) as problem:
        print(problem, file=sys.stderr)
        return UNJUDGED
    with run.journal.transaction():
        count = len(run.journal.rows("SELECT 1 FROM totals"))
        run.journal.write("DELETE FROM totals")
    run.close()
    problems = []
    for way in [*([gateway] if settings.pushgateway_url else []), *([textfile] if settings.textfile else [])]:
        try:
            way.delete(settings, settings.push_timeout)
        except DeliveryError as problem:
            problems.append(problem)
    print(f"Forgotten: {count} series of suite {suite!r} against {settings.target!r}. Its next run begins at zero.")
    for problem in problems:
        print(f"{problem} What is published there is still to be removed: try again.", file=sys.stderr)
    return BROKEN if problems else KEPT
