"""The Pushgateway: one PUT of everything, and what it still holds of us. Bounded, and never the verdict's business."""

import http.client
import ssl
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import delete_from_gateway, push_to_gateway

from journeys import clock, exposition, redaction
from journeys.exposition import JOB
from journeys.failures import DeliveryError
from journeys.settings import Settings
from journeys.totals import Totals


def push(totals: Totals, settings: Settings, seconds: float) -> None:
    """Replaces our group by `totals`, in `seconds` at most; raises DeliveryError."""
    registry = CollectorRegistry()
    registry.register(totals)

    def put() -> None:
        push_to_gateway(*(settings.pushgateway_url, JOB, registry, _key(settings), seconds), handler=_handler(settings))

    _bounded(put, settings, seconds)


def pull(settings: Settings, seconds: float) -> Totals:
    """The totals that the gateway holds of our group, empty when there is none; raises DeliveryError."""
    held = Totals(settings.histogram_buckets)

    def get() -> None:
        nonlocal held
        with _open(settings, "GET", f"{settings.pushgateway_url}/metrics", seconds) as answer:
            shared = exposition.group(settings.suite, settings.target)
            held = exposition.read((line.decode() for line in answer), shared, settings.histogram_buckets)

    _bounded(get, settings, seconds)
    return held


def delete(settings: Settings, seconds: float) -> None:
    """Removes our group with all its series, in `seconds` at most; raises DeliveryError."""

    def remove() -> None:
        delete_from_gateway(*(settings.pushgateway_url, JOB, _key(settings), seconds), handler=_handler(settings))

    _bounded(remove, settings, seconds)


def _key(settings: Settings) -> dict[str, str]:
    """The grouping key but for the job, which prometheus_client wants apart."""
    shared = exposition.group(settings.suite, settings.target)
    return {name: value for name, value in shared.items() if name != "job"}


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
    return urllib.request.urlopen(request, timeout=timeout, context=_tls(settings) if secure else None)


def _tls(settings: Settings) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=settings.pushgateway_ca_bundle)
    if settings.pushgateway_client_certificate:
        context.load_cert_chain(settings.pushgateway_client_certificate, settings.pushgateway_client_key)
    return context


def _authorization(settings: Settings) -> dict[str, str]:
    if settings.pushgateway_token:
        return {"Authorization": f"Bearer {settings.pushgateway_token}"}
    if settings.pushgateway_username:
        pair = redaction.basic(settings.pushgateway_username, settings.pushgateway_password)
        return {"Authorization": f"Basic {pair}"}
    return {}
