"""The service behind the endpoint: its certificate, its clock, its addresses, and how long a connection takes."""

import time
from pathlib import Path

import pytest

from journeys import endpoint
from journeys.demo.seaweedfs import SeaweedFS
from journeys.endpoint import Endpoint, EndpointError
from journeys.failures import SuiteError
from tests.conftest import Journeys
from tests.fakeproxy import Proxy
from tests.faulty import FaultyProxy, FaultyServer, Features, certificate, closed_port, hangs, refused

# A fake resolver: it knows three addresses of the endpoint, the first of which is right.
RESOLVER = """\
from journeys import endpoint

endpoint.addresses = lambda place: ["127.0.0.1", "127.0.0.2", "127.0.0.3"]
"""


def test_a_connection_tells_how_long_its_phases_took() -> None:
    with FaultyServer(hangs) as server:
        seen = endpoint.connect(Endpoint.of(server.url), 5)
    assert list(seen.phases) == ["resolve", "connect"]
    assert all(took > 0 for took in seen.phases.values())
    assert seen.addresses == ["127.0.0.1"]
    assert seen.certificate is None


def test_a_secure_connection_tells_when_the_certificate_expires(tmp_path: Path) -> None:
    own = certificate(tmp_path, days=5, age=2)
    with FaultyServer(hangs, own) as server:
        seen = endpoint.connect(Endpoint.of(server.url), 5, own)
    assert list(seen.phases) == ["resolve", "connect", "tls"]
    assert seen.certificate
    assert seen.certificate.expires == pytest.approx(time.time() + 5 * 86400, abs=120)
    assert seen.certificate.begins == pytest.approx(time.time() - 2 * 86400, abs=120)


def test_a_proxy_leads_to_the_endpoint_where_one_is_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = certificate(tmp_path)
    for name in ("NO_PROXY", "no_proxy", "https_proxy", "http_proxy"):
        monkeypatch.delenv(name, raising=False)
    with FaultyServer(hangs, own) as server, Proxy() as proxy:
        place = Endpoint.of(server.url)
        for value in (f"http://{proxy.login}@{proxy.place}", f"{proxy.login}@{proxy.place}"):
            monkeypatch.setenv("HTTPS_PROXY", value)
            seen = endpoint.connect(place, 5, own)
            assert str(seen.proxy) == proxy.place
            assert seen.certificate, "the endpoint's own"
            assert list(seen.phases) == ["resolve", "connect", "tls"]
        assert proxy.asked == [f"CONNECT {place}"] * 2
        monkeypatch.setenv("HTTPS_PROXY", proxy.place)
        with pytest.raises(EndpointError, match=rf"proxy {proxy.place} does not lead to {place} \(.*407") as raised:
            endpoint.connect(place, 5, own)
        assert raised.value.reason == "connect"
        monkeypatch.setenv("HTTPS_PROXY", closed_port())
        with pytest.raises(EndpointError, match=r"The proxy of HTTPS_PROXY can't be used\. There is no connection"):
            endpoint.connect(place, 5, own)
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        assert endpoint.connect(place, 5, own).proxy is None
        assert len(proxy.asked) == 3


@pytest.mark.parametrize(
    "value", ["http://me:planted@proxy:port", "http://me:plan/ted@proxy:3128", "socks5://proxy", "pro xy", "http://"]
)
def test_what_is_no_proxy_is_told_without_what_it_may_hold(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", value)
    monkeypatch.setenv("NO_PROXY", "elsewhere.invalid")
    with pytest.raises(SuiteError, match=r"^HTTPS_PROXY must be a proxy such as .* to which we speak HTTP") as raised:
        endpoint.connect(Endpoint.of("https://far.invalid"), 5)
    assert "ted" not in str(raised.value)
    assert "planted" not in str(raised.value)


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ({"days": -1}, "certificate has expired"),
        ({"name": "DNS:other.example.com"}, "IP address mismatch"),
    ],
)
def test_a_certificate_that_is_not_right_is_refused(tmp_path: Path, made: dict, told: str) -> None:
    own = certificate(tmp_path, **made)
    with FaultyServer(hangs, own) as server, pytest.raises(EndpointError, match=told) as raised:
        endpoint.connect(Endpoint.of(server.url), 5, own)
    assert raised.value.reason == "tls"


def test_a_certificate_of_an_unknown_issuer_is_refused(tmp_path: Path) -> None:
    with (
        FaultyServer(hangs, certificate(tmp_path)) as server,
        pytest.raises(EndpointError, match="AWS_CA_BUNDLE") as raised,
    ):
        endpoint.connect(Endpoint.of(server.url), 5)
    assert raised.value.reason == "tls"


def test_what_is_not_there_is_told() -> None:
    with pytest.raises(EndpointError, match="There is no connection to 127") as raised:
        endpoint.connect(Endpoint.of(closed_port()), 5)
    assert raised.value.reason == "connect"
    with pytest.raises(EndpointError, match=r"nowhere\.invalid does not resolve") as raised:
        endpoint.connect(Endpoint.of("https://nowhere.invalid"), 5)
    assert raised.value.reason == "dns"


@pytest.mark.parametrize(
    ("ahead", "took", "least", "most"),
    [
        (0, 0.1, -0.5, 0.6),
        (90, 0.1, 89.5, 90.6),
        (-90, 0.1, -90.5, -89.4),
        (0, 8, -8.4, 0.6),  # a slow answer leaves the clock in doubt, and is not held against it
    ],
)
def test_a_date_tells_how_far_a_clock_is_off(ahead: float, took: float, least: float, most: float) -> None:
    asked = 1_795_000_000.4
    told = time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(asked + ahead))
    assert endpoint.skew(told, asked, asked + took) == pytest.approx((least, most))


def test_a_certificate_that_is_about_to_expire_breaks_its_promise_and_no_other(
    journeys: Journeys, store: SeaweedFS, tmp_path: Path
) -> None:
    own = certificate(tmp_path, days=5, age=60)
    with FaultyProxy(store.endpoint_url, own) as front:
        there = {"AWS_ENDPOINT_URL_S3": front.url, "AWS_CA_BUNDLE": str(own)}
        run = journeys.run("-f", "progress", "features/s3/service.feature", **there)
        asked = journeys.run("doctor", **there)
    assert run.returncode == 1, run.stdout
    assert "Verdict: 1 of 4 promises broken" in run.stdout
    assert (
        "Expected the certificate to be valid for at least 16.2 more of its 65 days, but it is for 5.0, until 20"
    ) in run.stdout
    assert "BAD  certificate: valid for 5 more days, of 65: see to it that it is renewed" in asked.stdout
    assert "ok   credentials: accepted" in asked.stdout, "it can be reached, so all the rest is looked at, too"
    assert "ok   clock: " in asked.stdout
    assert asked.returncode == 1
    pushed = journeys.metrics()
    expiry = pushed.value("journey_certificate_expiry_timestamp_seconds")
    assert expiry == pytest.approx(time.time() + 5 * 86400, abs=300)
    for phase in ("resolve", "connect", "tls"):
        assert pushed.value("journey_connection_last_phase_duration_seconds", phase=phase) > 0
    assert abs(pushed.value("journey_clock_skew_seconds")) < 60


def test_every_address_of_the_service_is_asked(journeys: Journeys, store: SeaweedFS, tmp_path: Path) -> None:
    scenario = """
@s3
Feature: Addresses
  Scenario: One of three is fine, one is dead, one is out of order
    Given an empty bucket
    When I store an object as "report.csv"
    Then "report.csv" reads back unchanged through every address of the service
"""
    features = Features(tmp_path, addresses=scenario)
    (features.steps / "a_resolver.py").write_text(RESOLVER)
    with FaultyProxy(store.endpoint_url) as fine:
        port = fine.server_address[1]
        broken = FaultyProxy(store.endpoint_url, address=("127.0.0.3", port), GetObject=refused(503, "SlowDown"))
        with broken:
            run = journeys.run("-f", "progress", features.path, AWS_ENDPOINT_URL_S3=fine.url)
    assert run.returncode == 1
    (told,) = (line.strip() for line in run.stdout.splitlines() if "Expected each of the 3 addresses" in line)
    assert "to answer with 'report.csv' unchanged, but 2 did not. 127.0.0.2: Expected http.Get" in told
    assert " 127.0.0.3: Expected http.Get" in told
    assert "503 SlowDown" in told
