"""The file for node_exporter's textfile collector: the same series as at a Pushgateway, replaced at once."""

import os
import tempfile
from pathlib import Path
from urllib.parse import quote

from journeys import clock, exposition
from journeys.failures import DeliveryError
from journeys.settings import Settings
from journeys.totals import Totals


def push(totals: Totals, settings: Settings, seconds: float) -> None:
    """Replaces the file, in `seconds` at most: readers see all of the old or all of the new. Raises DeliveryError."""
    path = _path(settings)
    content = exposition.written(totals, exposition.group(settings.suite, settings.target))

    def replace() -> None:
        # node_exporter reads *.prom only, so never the unfinished one; it is another user, who may only read
        descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                os.fchmod(descriptor, 0o644)
                file.flush()
                os.fsync(descriptor)
            Path(unfinished).replace(path)
        except BaseException:
            Path(unfinished).unlink(missing_ok=True)
            raise

    _bounded(replace, path, seconds)


def pull(settings: Settings, seconds: float) -> Totals:
    """The totals that the file holds, empty where there is none; raises DeliveryError."""
    path, held = _path(settings), Totals(settings.histogram_buckets)

    def take_up() -> None:
        nonlocal held
        if path.exists():
            shared = exposition.group(settings.suite, settings.target)
            with path.open() as lines:
                held = exposition.read(lines, shared, settings.histogram_buckets)

    _bounded(take_up, path, seconds)
    return held


def delete(settings: Settings, seconds: float) -> None:
    """Removes the file, in `seconds` at most; raises DeliveryError."""
    path = _path(settings)
    _bounded(lambda: path.unlink(missing_ok=True), path, seconds)


def _path(settings: Settings) -> Path:
    """The file itself, or one of this target and suite's own in the directory that was named."""
    path = settings.textfile
    if path.is_dir():
        return path / f"journeys-{quote(settings.target, safe='')}-{quote(settings.suite, safe='')}.prom"
    return path


def _bounded(work, path: Path, seconds: float) -> None:
    try:
        ended = clock.within(seconds, work)
    except (OSError, ValueError) as error:
        raise DeliveryError(f"The textfile {path} can't be used ({error}).") from error
    if not ended:
        raise DeliveryError(f"The textfile {path} was not written within {seconds:.3g} s.")
