"""How the totals reach the gateway: never the verdict's business, and bounded for a whole run together."""

import platform
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version

from journeys import __version__, gateway, metrics
from journeys.gateway import DeliveryError
from journeys.journal import Journal
from journeys.metrics import Family
from journeys.settings import Settings
from journeys.totals import Labels, Totals

JOINED = "joined with what the gateway held"


class Delivery:
    """Publishes the totals of a journal; `push=False` keeps them here."""

    def __init__(self, journal: Journal, settings: Settings, *, push: bool):
        self._journal = journal
        self._settings = settings
        self._left = settings.push_timeout
        self.wanted = push and bool(settings.pushgateway_url)

    def join(self) -> None:
        """Adds what the gateway held before this journal began, as where the state was lost: once.

        Until that has worked nothing is pushed: it would overwrite what is to be added. Raises DeliveryError.
        """
        if not self.wanted or self._journal.fact(JOINED):
            return
        with self._spending():
            held = gateway.pull(self._settings, self._left / 2)
        with Totals.changing(self._journal, self._settings.histogram_buckets) as totals:
            totals.join(held)
            self._journal.remember(JOINED, True)

    def announce(self, known: Iterable[tuple[Family, Labels]]) -> None:
        """Publishes `known` series at zero where they are new, so that a scrape sees them rise."""
        with Totals.changing(self._journal, self._settings.histogram_buckets) as totals:
            grew = totals.declare([*metrics.BORN_AT_ZERO, *known])
        if grew:
            self.deliver(share=0.5)

    def deliver(self, share: float = 1) -> str | None:
        """Pushes the totals, within this share of the time left; the sentence that says why it failed, if so."""
        if not self.wanted:
            return None
        try:
            self.join()
            with Totals.changing(self._journal, self._settings.histogram_buckets) as totals:
                _describe_the_present(totals, self._journal)
            with self._spending():
                gateway.push(totals, self._settings, self._left * share)
        except DeliveryError as problem:
            with Totals.changing(self._journal, self._settings.histogram_buckets) as totals:
                totals.add(metrics.DELIVERY_FAILURES)
            return f"{problem} The next run delivers this one's results too."
        return None

    @contextmanager
    def _spending(self) -> Iterator[None]:
        """What the block takes comes off the time that is left for the gateway."""
        began = time.monotonic()
        try:
            yield
        finally:
            self._left = max(self._left - (time.monotonic() - began), 0.0)


def _describe_the_present(totals: Totals, journal: Journal) -> None:
    for (kind,) in totals.series(metrics.LEFTOVER_RESOURCES):
        totals.set(metrics.LEFTOVER_RESOURCES, kind, to=0)
    for kind, count in journal.leftovers().items():
        totals.set(metrics.LEFTOVER_RESOURCES, kind, to=count)
    totals.clear(metrics.BUILD_INFO)
    versions = (__version__, platform.python_version(), version("behave"), version("boto3"))
    totals.set(metrics.BUILD_INFO, *versions, to=1)
