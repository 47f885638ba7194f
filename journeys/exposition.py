"""The text format of Prometheus: how totals are written in it, and read again."""

from collections.abc import Iterable, Iterator, Mapping

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families

from journeys import metrics
from journeys.totals import Histogram, Totals

JOB = "journeys"


def group(suite: str, target: str) -> dict[str, str]:
    """The labels that all series of a suite and target share: they name its group at a Pushgateway."""
    return {"job": JOB, "suite": suite, "target": target}


def written(totals: Totals, shared: Mapping[str, str]) -> bytes:
    """All series, each with the `shared` labels too."""
    registry = CollectorRegistry()
    registry.register(_Labelled(totals, shared))
    return generate_latest(registry)


def read(lines: Iterable[str], shared: Mapping[str, str], bounds: Iterable[float]) -> Totals:
    """The totals of the series with the `shared` labels, whatever else stands there.

    Series with other labels than their family has today are left out, and histograms with other `bounds`: there
    is no telling what was counted in them. Raises ValueError where a line can't be read.
    """
    totals = Totals(bounds)
    families = {family.name: family for family in metrics.FAMILIES}
    for parsed in text_string_to_metric_families("".join(_of_group(lines, shared))):
        family = families.get(parsed.name) or families.get(f"{parsed.name}_total")
        if family is None:
            continue
        samples = [sample for sample in parsed.samples if shared.items() <= sample.labels.items()]
        if family.kind == "histogram":
            _take_up_histogram(totals, family, samples, shared)
            continue
        for sample in samples:
            if sample.labels.keys() - shared.keys() - {"instance"} == set(family.labels):
                totals.put(family, _labels(family, sample), sample.value)
    return totals


class _Labelled:
    """A collector that gives the totals' series their shared labels."""

    def __init__(self, totals: Totals, shared: Mapping[str, str]):
        self._totals = totals
        self._shared = dict(shared)

    def collect(self) -> Iterator[Metric]:
        for metric in self._totals.collect():
            metric.samples = [sample._replace(labels=sample.labels | self._shared) for sample in metric.samples]
            yield metric


def _of_group(lines: Iterable[str], shared: Mapping[str, str]) -> Iterator[str]:
    """Only what can be ours is parsed: a gateway may hold a thousand times as much of others."""
    needles = [f'{name}="{_escaped(value)}"' for name, value in shared.items()]
    for line in lines:
        if line.startswith("# TYPE journey_") or (
            line.startswith("journey_") and all(needle in line for needle in needles)
        ):
            yield line


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")


def _take_up_histogram(totals: Totals, family: metrics.Family, samples: list, shared: Mapping[str, str]) -> None:
    sums, buckets = {}, {}
    for sample in samples:
        if sample.labels.keys() - shared.keys() - {"instance", "le"} != set(family.labels):
            continue
        labels = _labels(family, sample)
        if sample.name.endswith("_sum"):
            sums[labels] = sample.value
        elif sample.name.endswith("_bucket"):
            # as numbers: the gateway rewrites le="1.0" to le="1"
            buckets.setdefault(labels, {})[float(sample.labels["le"])] = sample.value
    for labels, cumulative in buckets.items():
        bounds = sorted(cumulative)
        counts = [cumulative[bound] for bound in bounds]
        counts = [upper - lower for upper, lower in zip(counts, [0.0, *counts], strict=False)]
        if bounds[:-1] == totals.bounds and labels in sums:
            totals.put(family, labels, Histogram(bounds[:-1], counts, sums[labels]))


def _labels(family: metrics.Family, sample) -> tuple[str, ...]:
    return tuple(sample.labels[label] for label in family.labels)
