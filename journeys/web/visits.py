"""What visitors of web sites do: they open pages and go where these lead, or call an address as programs do."""

import dataclasses
import gzip
import io
import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from urllib.parse import urljoin, urlsplit

from journeys import __version__, endpoint, metrics
from journeys.addresses import by, escaped, sendable
from journeys.certificates import Validity
from journeys.endpoint import Endpoint
from journeys.failures import SuiteError
from journeys.http import Answer, HttpFailed
from journeys.journey import Journey
from journeys.redaction import basic
from journeys.units import BYTES
from journeys.web.page import Page

LEADS_ON = (301, 302, 303, 307, 308)
MOST_TURNS = 10  # of one visit; browsers give up after 20
MOST_BYTES = 16 * BYTES["MiB"]  # of one answer

PACKED = "gzip"  # how answers may come, as browsers and most programs let them

# Never written into a feature: who may read it might use them.
SECRET_HEADERS = ("authorization", "proxy-authorization", "cookie", "x-auth-token", "x-api-key")

WRONG = "journeys-wrong-secret"


def open_pages(journey: Journey, addresses: Iterable[str], times: int = 1) -> None:
    """Opens each address as a browser does: it goes where the answers lead."""
    addresses = [whole(journey, address) for address in addresses]
    _begin(journey)
    journey.visit.pages = [_opened(journey, url) for _ in range(times) for url in addresses]


def open_sites(journey: Journey, times: int = 1, *, encrypted: bool = True) -> None:
    """Opens each site of the settings as a stranger, `times` each; where not `encrypted`, by http:// only."""
    with journey.acting_as("anonymous"):
        open_pages(journey, _sites(journey) if encrypted else _without_encryption(journey), times)


def open_private_page(journey: Journey) -> None:
    """Opens what only who logs in may open."""
    if not journey.settings.private_page:
        raise SuiteError("There is no private page: JOURNEYS_WEB_PRIVATE_URL has to name it (@needs.web-login).")
    open_pages(journey, [journey.settings.private_page])
    journey.visit.private = journey.visit.pages[-1].answer.body


def call(journey: Journey, method: str, address: str, body: str = "") -> None:
    """Makes one request, as programs do: where the answer leads to, they do not go by themselves."""
    url = whole(journey, address)
    _begin(journey)
    headers = {"Content-Type": "application/json"} if body else {}
    answer = _answered(journey, method, url, body.encode(), headers)
    journey.visit.pages = [Page(url, ((url, answer),))]


def opened_with_encryption(journey: Journey, page: Page) -> Page:
    """The page that opens for who asks for it with https:// from the beginning."""
    with journey.acting_as("anonymous"):
        return _opened(journey, by("https", page.asked))


def send_along(journey: Journey, header: str, value: str) -> None:
    """From here on the header goes with every request of the scenario."""
    if header.lower() in SECRET_HEADERS:
        raise SuiteError(
            f"The header {header} holds a secret, which no feature may: JOURNEYS_WEB_TOKEN, or JOURNEYS_WEB_USERNAME "
            "and JOURNEYS_WEB_PASSWORD, go along to the host of JOURNEYS_WEB_PRIVATE_URL."
        )
    journey.visit.headers[header] = value


def connect_to_sites(journey: Journey) -> None:
    """Makes a new connection to each site of the settings, and writes down what they tell.

    The metrics of connection and certificate are the store's where there is one.
    """
    settings = journey.settings
    _begin(journey)
    for url in _sites(journey):
        place = Endpoint.of(url)
        seen = endpoint.connect(place, settings.connect_timeout, settings.ca_bundle)
        if seen.certificate:
            journey.visit.certificates.add((str(place), seen.certificate))
        if "s3" not in settings.services:
            for phase, took in seen.phases.items():
                journey.recorder.read(metrics.CONNECTION_PHASE, phase, value=took)
    if journey.visit.certificates and "s3" not in settings.services:
        first = min(validity.expires for _, validity in journey.visit.certificates)
        journey.recorder.read(metrics.CERTIFICATE_EXPIRY, value=first)


def pages(journey: Journey) -> Iterator[tuple[Page, str]]:
    """Every page that the last step opened, and how it is called."""
    assert journey.visit.pages, (
        'No page was opened, or none that could be read: a step such as "I open …" has to come first.'
    )
    return ((page, shown(journey, page.url)) for page in journey.visit.pages)


def shown(journey: Journey, url: str) -> str:
    """An address for people and reports: without its query, which may prove rights."""
    return journey.recorder.redact(url.partition("#")[0].partition("?")[0])


def whole(journey: Journey, address: str) -> str:
    """The address as a URL: one without a host is on the first site of the settings."""
    elsewhere = re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", address)
    try:
        url = sendable(address if elsewhere else urljoin(_sites(journey)[0], address))
    except ValueError:
        raise SuiteError(
            f"{shown(journey, address)!r} is no address that can be opened, such as https://www.example.com/."
        ) from None
    if "@" in urlsplit(url).netloc:
        raise SuiteError("An address holds a password, which no feature may: see JOURNEYS_WEB_USERNAME.")
    return url


def _begin(journey: Journey) -> None:
    journey.visit.pages = []
    journey.visit.certificates = set()


def _sites(journey: Journey) -> tuple[str, ...]:
    if not journey.settings.sites:
        raise SuiteError("There is no web site to open: JOURNEYS_WEB_URL has to name it (@web).")
    return journey.settings.sites


def _without_encryption(journey: Journey) -> list[str]:
    secure = [url for url in _sites(journey) if url.startswith("https:")]
    if not secure:
        raise SuiteError("No site of JOURNEYS_WEB_URL is encrypted, so nobody can be led there.")
    return [by("http", url) for url in secure]


def _opened(journey: Journey, asked: str) -> Page:
    url, way = asked, []
    for _ in range(MOST_TURNS + 1):
        answer = _answered(journey, "GET", url)
        way.append((url, answer))
        if answer.status not in LEADS_ON:
            return Page(asked, tuple(way))
        url = _next(journey, url, answer)
    raise AssertionError(
        f"Expected {shown(journey, asked)} to lead to a page, but after {MOST_TURNS} turns it leads on, to "
        f"{shown(journey, url)}."
    )


def _next(journey: Journey, url: str, answer: Answer) -> str:
    # The letters of a header stand for bytes, of which browsers, too, make %C3%BC and the like.
    goal = escaped((answer.headers.get("Location") or "").encode("latin-1"))
    try:
        there = goal and sendable(urljoin(url, goal))
    except ValueError:
        there = ""
    assert there, (
        f"Expected {shown(journey, url)} to lead to a page, but the server answered {answer.status} and named "
        f"{shown(journey, goal) or 'no other place'}."
    )
    return there


def _answered(
    journey: Journey, method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None
) -> Answer:
    own = journey.visit.headers
    usual = {"User-Agent": f"cloud-journeys/{__version__}", "Accept": "*/*", "Accept-Encoding": PACKED}
    usual |= headers or {}
    named = {name.lower() for name in own}
    sent = {name: value for name, value in usual.items() if name.lower() not in named}
    try:
        answer = journey.http.request(
            method, url, body, {**sent, **own, **_proof(journey, url)}, journey.identity, most=MOST_BYTES
        )
    except HttpFailed as failure:
        if failure.answer:
            _note_certificate(journey, url, failure.answer)
            # steps may look at it as at any page, if it can be read: if not, it is the refusal that counts
            with suppress(AssertionError):
                journey.visit.pages = [Page(url, ((url, _unpacked(journey, url, failure.answer)),))]
        raise
    _note_certificate(journey, url, answer)
    return _unpacked(journey, url, answer)


def _unpacked(journey: Journey, url: str, answer: Answer) -> Answer:
    """The answer with its body as it was before the server packed it for the way, as it may for who can unpack it."""
    coding = (answer.headers.get("Content-Encoding") or "identity").strip().lower()
    if coding == "identity" or not answer.body:
        return answer
    assert coding == PACKED, (
        f"Expected {shown(journey, url)} to be packed as {PACKED}, which we can unpack, or not at all, but it is as "
        f"{journey.recorder.redact(coding)}."
    )
    try:
        body = gzip.GzipFile(fileobj=io.BytesIO(answer.body)).read(MOST_BYTES + 1)
    except (EOFError, OSError, zlib.error) as broken:
        raise AssertionError(
            f"Expected {shown(journey, url)} to come whole, but what came can't be unpacked: {broken}."
        ) from broken
    assert len(body) <= MOST_BYTES, (
        f"Expected {shown(journey, url)} to have at most {MOST_BYTES} bytes, but it has more."
    )
    return dataclasses.replace(answer, body=body)


def _note_certificate(journey: Journey, url: str, answer: Answer) -> None:
    if answer.certificate:
        journey.visit.certificates.add((str(Endpoint.of(url)), Validity.of(answer.certificate)))


def _proof(journey: Journey, url: str) -> dict[str, str]:
    """The header by which who acts logs in: only sent to the host for which the settings hold a login."""
    settings, who = journey.settings, journey.identity
    if not settings.private_page or _origin(url) != _origin(settings.private_page) or who == "anonymous":
        return {}
    if who == "second":
        raise SuiteError("Of web sites no second user is known: only the user, and strangers.")
    right = who == "user"
    if settings.web_token:
        return {"Authorization": f"Bearer {settings.web_token if right else WRONG}"}
    name = settings.web_username if who != "unknown-key" else "journeys-nobody"
    return {"Authorization": f"Basic {basic(name, settings.web_password if right else WRONG)}"}


def _origin(url: str) -> tuple[str, str]:
    return urlsplit(url).scheme, str(Endpoint.of(url))
