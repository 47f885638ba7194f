"""The Pushgateway: one PUT of everything, and what it still holds of us. Bounded, and never the verdict's business."""

import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import push_to_gateway
from prometheus_client.parser import text_string_to_metric_families

from journeys import clock, metrics, redaction
from journeys.settings import Settings
from journeys.totals import Histogram, Totals

JOB = "journeys"


class DeliveryError(Exception):
    """The gateway did not take, or not give, what it should; the message says why and what to do."""


def push(totals: Totals, settings: Settings, seconds: float) -> None:
    """Replaces our group by `totals`, in `seconds` at most; raises DeliveryError."""
    registry = CollectorRegistry()
    registry.register(totals)

    def put() -> None:
        push_to_gateway(
            *(settings.pushgateway_url, JOB, registry, _group(settings), seconds), handler=_handler(settings)
        )

    _bounded(put, settings, seconds)


def pull(settings: Settings, seconds: float) -> Totals:
    """The totals that the gateway holds of our group, empty when there is none; raises DeliveryError."""
    totals = Totals(settings.histogram_buckets)

    def get() -> None:
        with _open(settings, "GET", f"{settings.pushgateway_url}/metrics", seconds) as answer:
            _take_up(totals, answer.read().decode(), _group(settings))

    _bounded(get, settings, seconds)
    return totals


def _group(settings: Settings) -> dict[str, str]:
    return {"suite": settings.suite, "target": settings.target}


def _bounded(work: Callable[[], None], settings: Settings, seconds: float) -> None:
    try:
        ended = clock.within(seconds, work)
    except urllib.error.HTTPError as refusal:
        said = refusal.read(500).decode(errors="replace").strip()
        raise _error(settings, f"answered {refusal.code} ({said or refusal.reason})") from refusal
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise _error(settings, f"can't be used ({getattr(error, 'reason', error)})") from error
    if not ended:
        raise _error(settings, f"did not answer within {seconds:.3g} s")


def _error(settings: Settings, what: str) -> DeliveryError:
    return DeliveryError(settings.redact(f"The Pushgateway {settings.pushgateway_url} {what}."))


def _handler(settings: Settings) -> Callable:
    def handler(url: str, method: str, timeout: float, headers: list, data: bytes) -> Callable[[], None]:
        return lambda: _open(settings, method, url, timeout, data, headers).close()

    return handler


def _open(
    settings: Settings,
    method: str,
    url: str,
    timeout: float,
    data: bytes | None = None,
    headers: Iterable[tuple[str, str]] = (),
) -> http.client.HTTPResponse:
    request = urllib.request.Request(url, data, {**dict(headers), **_authorization(settings)}, method=method)
    secure = url.startswith("https:")
    trusted = ssl.create_default_context(cafile=settings.pushgateway_ca_bundle) if secure else None
    return urllib.request.urlopen(request, timeout=timeout, context=trusted)


def _authorization(settings: Settings) -> dict[str, str]:
    if settings.pushgateway_token:
        return {"Authorization": f"Bearer {settings.pushgateway_token}"}
    if settings.pushgateway_username:
        pair = redaction.basic(settings.pushgateway_username, settings.pushgateway_password)
        return {"Authorization": f"Basic {pair}"}
    return {}


def _take_up(totals: Totals, exposition: str, group: dict[str, str]) -> None:
    ours = {"job": JOB, **group}
    families = {family.name: family for family in metrics.FAMILIES}
    for parsed in text_string_to_metric_families(exposition):
        family = families.get(parsed.name) or families.get(f"{parsed.name}_total")
        if family is None:
            continue
        samples = [sample for sample in parsed.samples if ours.items() <= sample.labels.items()]
        if family.kind == "histogram":
            _take_up_histogram(totals, family, samples)
        else:
            for sample in samples:
                totals.put(family, _labels(family, sample), sample.value)


def _take_up_histogram(totals: Totals, family: metrics.Family, samples: list) -> None:
    sums, buckets = {}, {}
    for sample in samples:
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
        if bounds[:-1] == totals.bounds:
            totals.put(family, labels, Histogram(bounds[:-1], counts, sums[labels]))


def _labels(family: metrics.Family, sample) -> tuple[str, ...]:
    return tuple(sample.labels.get(label, "") for label in family.labels)
