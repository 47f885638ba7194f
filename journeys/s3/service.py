"""The service behind the endpoint: connections, certificate, clock, addresses."""

import time

from journeys import certificates, endpoint, metrics
from journeys.certificates import Validity
from journeys.endpoint import Endpoint
from journeys.failures import CallFailed
from journeys.journey import Journey
from journeys.units import seconds

LINK_LASTS = 300  # seconds


def connect(journey: Journey) -> None:
    """Makes a new connection, and writes down what it tells."""
    settings = journey.settings
    place = Endpoint.of(journey.s3.meta.endpoint_url)
    journey.connection = endpoint.connect(place, settings.connect_timeout, settings.ca_bundle)
    for phase, took in journey.connection.phases.items():
        journey.recorder.read(metrics.CONNECTION_PHASE, phase, value=took)
    if journey.connection.certificate:
        journey.recorder.read(metrics.CERTIFICATE_EXPIRY, value=journey.connection.certificate.expires)


def assert_connected(journey: Journey, limit: float) -> None:
    """All phases of the connection together took `limit` seconds at most."""
    phases = _connection(journey).phases
    told = ", ".join(f"{phase} {seconds(took)}" for phase, took in phases.items())
    assert sum(phases.values()) <= limit, f"Expected a connection within {seconds(limit)}, but it took longer: {told}."


def assert_certificate_lasts(journey: Journey, days: int) -> None:
    """The certificate expires in `days` at the earliest."""
    certificates.assert_lasts("the certificate", _certificate(journey), days)


def assert_certificate_not_about_to_expire(journey: Journey) -> None:
    """The certificate is valid for as long as whoever renews it needs."""
    certificates.assert_not_about_to_expire("the certificate", _certificate(journey))


def _certificate(journey: Journey) -> Validity:
    certificate = _connection(journey).certificate
    assert certificate, "The endpoint has no certificate: it speaks plain HTTP."
    return certificate


def _connection(journey: Journey) -> endpoint.Connection:
    assert journey.connection, 'There is no connection: "When I connect to the service" has to come first.'
    return journey.connection


def assert_clock(journey: Journey, limit: float) -> None:
    """The clock that the service answers with is at most `limit` seconds off ours, as far as can be told."""
    asked = time.time()
    answer = journey.s3.list_buckets()
    date = answer["ResponseMetadata"]["HTTPHeaders"].get("date", "")
    try:
        least, most = endpoint.skew(date, asked, time.time())
    except ValueError:
        raise AssertionError(f"Expected the service to tell its time, but it said {date!r}.") from None
    journey.recorder.read(metrics.CLOCK_SKEW, value=(least + most) / 2)
    off = max(least, -most, 0)
    assert off <= limit, (
        f"Expected the service's clock to differ from ours by at most {seconds(limit)}, but it is {seconds(off)} "
        f"{'ahead' if least > 0 else 'behind'}: check the clocks of the service and of this machine."
    )


def assert_unchanged_everywhere(journey: Journey, key: str) -> None:
    """Every address behind the endpoint's name hands the object out as it was stored; tells all that do not."""
    content = journey.bucket[key].content
    asked = {"Bucket": journey.bucket.name, "Key": key}
    url = journey.s3.generate_presigned_url("get_object", Params=asked, ExpiresIn=LINK_LASTS)
    found, wrong = endpoint.addresses(Endpoint.of(url)), []
    for address in found:
        try:
            answer = journey.http.request("GET", url, identity="user", address=address)
        except CallFailed as failure:
            wrong.append(f"{address}: {failure}")
        else:
            if difference := content.difference([answer.body]):
                journey.recorder.corrupt("http.Get", difference)
                wrong.append(f"{address} answers with {difference}")
    assert not wrong, (
        f"Expected each of the {len(found)} addresses of the service to answer with {key!r} unchanged, but "
        f"{len(wrong)} did not. {' '.join(wrong)}"
    )
