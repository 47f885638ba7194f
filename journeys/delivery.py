"""How the totals reach Prometheus: never the verdict's business, and bounded for a whole run together."""

import platform
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.metadata import version

from journeys import __version__, gateway, metrics, textfile
from journeys.failures import DeliveryError
from journeys.journal import Journal
from journeys.metrics import Family
from journeys.settings import Settings
from journeys.totals import Labels, Totals, add_run

JOINED = "joined with what was published"
# Which share of the time that is left may go into looking at what was published before, and into announcing.
LOOKING, ANNOUNCING = 0.25, 0.5


class Delivery:
    """Publishes the totals of a journal, on each of the ways out that are set; `push=False` keeps them here."""

    def __init__(self, journal: Journal, settings: Settings, *, push: bool):
        self._journal = journal
        self._settings = settings
        self._left = settings.push_timeout
        self._compared = False
        ways = [*([gateway] if settings.pushgateway_url else []), *([textfile] if settings.textfile else [])]
        self._ways = ways if push else []
        self.superseded = False  # whether others have published what this journal knows nothing of

    @property
    def wanted(self) -> bool:
        return bool(self._ways)

    def announce(self, known: Iterable[tuple[Family, Labels]], run: str | None = None) -> None:
        """Publishes at zero what was never published, `known` series among it, so that a scrape sees them rise."""
        with Totals.changing(self._journal, self._settings) as totals:
            totals.declare([*metrics.BORN_AT_ZERO, *known])
        if self._ways and self._compared_with_published(run) is None:
            announced = Totals.of(self._journal, self._settings.histogram_buckets).announced()
            if announced:
                self._publish(announced, run, ANNOUNCING)

    def deliver(self, run: str | None = None) -> list[str]:
        """Publishes the totals, in the time left; a sentence for each way out on which that failed."""
        if not self._ways:
            return []
        if problem := self._compared_with_published(run):
            problems = [problem]
        else:
            with Totals.changing(self._journal, self._settings) as totals:
                _describe_the_present(totals, self._journal)
            problems = self._publish(totals, run)
        return [f"{problem} The next run delivers this one's results too." for problem in problems]

    def _publish(self, totals: Totals, run: str | None, share: float = 1) -> list[DeliveryError]:
        """Takes `totals` out on every way, in this share of the time left; what went wrong."""
        problems = []
        for number, way in enumerate(self._ways):
            seconds = self._left * share / (len(self._ways) - number)
            problem = self._trying(lambda way=way, seconds=seconds: way.push(totals, self._settings, seconds))
            problems += [problem] if problem else []
        if problems:
            self._failed(run, len(problems))
        else:
            self._journal.write("UPDATE totals SET published = 1")
        return problems

    def _compared_with_published(self, run: str | None) -> DeliveryError | None:
        problem = self._trying(self._compare)
        if problem:
            self._failed(run, 1)
        return problem

    def _compare(self) -> None:
        """Goes on from what was published where that knows more than the journal: once. Raises DeliveryError.

        A new journal (the state was lost) adds what was published before it began; until that has worked nothing
        may be pushed, since it would overwrite what is to be added. A journal that finds results of runs it does
        not know (an older state was restored, a run could not write) takes the published totals, and adds its own
        runs since. Else the journal knows best: the gateway was wiped, restored, or has what was last pushed.
        """
        if self._compared or not self._ways:
            return
        joined = self._journal.fact(JOINED)
        try:
            published = self._published(self._left * (LOOKING if joined else 2 * LOOKING))
        except DeliveryError:
            if not joined:
                raise
            self._compared = True  # to ask again would cost this run more time
            return
        with Totals.changing(self._journal, self._settings) as totals:
            if not joined:
                totals.join(published)
            elif self._unknown(totals, published):
                self._supersede(totals, published)
            self._journal.remember(JOINED, True)
        self._compared = True

    def _published(self, seconds: float) -> Totals:
        """What the way out holds that saw the most runs; raises DeliveryError where none can be asked."""
        published, problems = [], []
        for way in self._ways:
            try:
                published.append(way.pull(self._settings, seconds / len(self._ways)))
            except DeliveryError as problem:
                problems.append(problem)
        if not published:
            raise problems[0]
        return max(published, key=lambda totals: totals.value(metrics.RUNS) or 0.0)

    def _unknown(self, totals: Totals, published: Totals) -> bool:
        """Whether what was published holds runs that this journal knows nothing of."""
        ended = published.value(metrics.LAST_RUN_TIMESTAMP)
        if not ended or self._journal.ended_at(ended):
            return False
        forgotten = ended < self._journal.first_end()
        return not forgotten or published.value(metrics.RUNS) > totals.value(metrics.RUNS)

    def _supersede(self, totals: Totals, published: Totals) -> None:
        overlaps = totals.value(metrics.RUN_OVERLAPS)  # no run's, so they are not among what is added below
        since = self._journal.ended_after(published.value(metrics.LAST_RUN_TIMESTAMP))
        totals.replace(published)
        for run in since:
            add_run(totals, self._journal, run)
        totals.set(metrics.RUN_OVERLAPS, to=max(overlaps or 0.0, totals.value(metrics.RUN_OVERLAPS) or 0.0))
        self.superseded = True

    def _trying(self, work) -> DeliveryError | None:
        """What kept the work from being done; the time that it takes comes off what is left for all of it."""
        with self._spending():
            try:
                work()
            except DeliveryError as problem:
                return problem
        return None

    def _failed(self, run: str | None, times: int) -> None:
        """Counts failures for good: as the run's, so that they count wherever that run is added."""
        if run:
            self._journal.read(run, None, metrics.DELIVERY_FAILURES.name, (), times)
        if run is None or self._journal.run(run)["folded"]:
            with Totals.changing(self._journal, self._settings) as totals:
                totals.add(metrics.DELIVERY_FAILURES, by=times)

    @contextmanager
    def _spending(self) -> Iterator[None]:
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
