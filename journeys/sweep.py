"""`./run.sh sweep`: removes what earlier runs of ours left behind, and nothing else."""

import sys
import time
from pathlib import Path

from journeys.database import JournalError
from journeys.failures import SuiteError
from journeys.journal import Owned
from journeys.run import Run
from journeys.s3.canaries import created, give_up, standing
from journeys.settings import SettingsError, load
from journeys.verdict import BROKEN, KEPT, UNJUDGED


def main(env_file: Path | None, older_than: float, *, canaries: bool, dry_run: bool) -> int:
    """Tells what it removes; 1 where something that is at least `older_than` seconds old could not be removed.

    Looks in the ledger, and by name at the cloud, for where the ledger was lost. `canaries`: removes these, too, which
    are kept otherwise. `dry_run` removes nothing.
    """
    try:
        run = Run(load(env_file), push=False)
        run.ledger.take_up(older_than)
        store = run.clients.s3() if "s3" in run.settings.services else None
        kept = [name for name in standing(store, run.journal, run.ledger) if _age(name) >= older_than] if store else []
    except (SettingsError, SuiteError, JournalError) as problem:
        print(problem, file=sys.stderr)
        return UNJUDGED
    except AssertionError as failure:  # of a call, or of a service that the cloud should have
        print(failure, file=sys.stderr)
        return BROKEN
    if canaries and not dry_run:
        give_up(run.journal, kept)
    found = run.ledger.left_behind(older_than)
    if not dry_run:
        run.ledger.sweep(run.settings.cleanup_timeout, older_than)
    left = {owned.id for owned in run.ledger.left_behind(older_than)}
    for owned in found:
        done = "would be removed" if dry_run else _not_removed(run, owned) if owned.id in left else "removed"
        print(f"{owned.kind} {owned.name} of {time.strftime('%F %T', time.localtime(owned.created))}: {done}")
    for name in kept if dry_run or not canaries else ():
        print(f"canaries {name}: {'would be removed' if canaries else 'kept (--canaries removes them)'}")
    print(f"{len(found)} left behind by earlier runs of suite {run.settings.suite!r} against {run.settings.target!r}.")
    run.close()
    return BROKEN if left and not dry_run else KEPT


def _not_removed(run: Run, owned: Owned) -> str:
    return f"could not be removed: {run.journal.problem(owned) or 'there was no time left (JOURNEYS_CLEANUP_TIMEOUT)'}"


def _age(name: str) -> float:
    """How old a bucket of canaries is, in seconds."""
    return time.time() - created(name)
