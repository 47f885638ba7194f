"""How pages come: encrypted, for who may see them and nobody else, and as what they say that they are."""

import itertools
import json
import re
from collections.abc import Iterator

from journeys import certificates
from journeys.addresses import comparable
from journeys.certificates import DAY, Validity
from journeys.journey import Journey
from journeys.web.page import Page
from journeys.web.visits import opened_with_encryption, pages, shown

MARKUP = ("text/html", "application/xhtml+xml")


def assert_encrypted(journey: Journey) -> None:
    for page, name in pages(journey):
        assert _encrypted(page.url), (
            f"Expected {shown(journey, page.asked)} to lead to an encrypted page, but it led to {name}."
        )


def assert_stays_encrypted(journey: Journey) -> None:
    """Wherever a visit was led, after the first address with encryption there was none without it."""
    for page, _ in pages(journey):
        after = itertools.dropwhile(lambda url: not _encrypted(url), (url for url, _ in page.way))
        lost = [url for url in after if not _encrypted(url)]
        assert not lost, (
            f"Expected the visit of {shown(journey, page.asked)} to stay encrypted, but it led to "
            f"{shown(journey, lost[0])}."
        )


def assert_ends_as_encrypted(journey: Journey) -> None:
    """Every visit ended at the page to which who comes with encryption is led."""
    for page, name in pages(journey):
        assert not _encrypted(page.asked), (
            f"{shown(journey, page.asked)} was opened with encryption from the beginning, so there is nothing to "
            "compare: a step that opens pages without encryption has to come first."
        )
        goal = opened_with_encryption(journey, page).url
        assert comparable(page.url, query=False) == comparable(goal, query=False), (
            f"Expected {shown(journey, page.asked)} to lead to {shown(journey, goal)}, as with encryption, but it led "
            f"to {name}."
        )


def assert_certificates_last(journey: Journey, days: int) -> None:
    """The certificates of all hosts that were asked expire in `days` at the earliest."""
    for named, validity in _certificates(journey):
        certificates.assert_lasts(named, validity, days)


def assert_no_certificate_about_to_expire(journey: Journey) -> None:
    """The certificates of all hosts that were asked are valid for as long as whoever renews them needs."""
    for named, validity in _certificates(journey):
        certificates.assert_not_about_to_expire(named, validity)


def assert_browsers_stay(journey: Journey, days: int) -> None:
    """Every host that was met tells browsers to come with encryption only, for so many days at least (HSTS)."""
    for page, _ in pages(journey):
        # what they are told without encryption, browsers do not heed
        encrypted = [(url, answer) for url, answer in page.way if _encrypted(url)]
        assert encrypted, (
            f"Expected {shown(journey, page.asked)} to keep browsers at https://, but no answer there was encrypted."
        )
        for url, answer in encrypted:
            told = answer.headers.get("Strict-Transport-Security") or ""  # of several, the first one counts
            ages = [int(part[2]) for part in re.finditer(r'(^|;)\s*max-age\s*=\s*"?(\d+)', told, re.IGNORECASE)]
            assert ages and ages[0] >= days * DAY, (
                f"Expected {shown(journey, url)} to keep browsers at https:// for {days} days or more, but its "
                f"Strict-Transport-Security is {journey.recorder.redact(repr(told)) if told else 'not there'}."
            )


def assert_cookies_encrypted(journey: Journey) -> None:
    """No cookie that was met on the way would ever be sent without encryption."""
    for page, _ in pages(journey):
        for url, answer in page.way:
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                name, *attributes = (part.strip() for part in cookie.split(";"))
                kept = _encrypted(url) and "secure" in (each.lower() for each in attributes)
                assert kept, (
                    f"Expected every cookie of {shown(journey, url)} to be for encrypted pages only, but "
                    f"{journey.recorder.redact(name.partition('=')[0])!r} is for all."
                )


def assert_not_shared(journey: Journey) -> None:
    """No cache on the way may keep a page for others than who logged in for it."""
    for page, name in pages(journey):
        told = ", ".join(page.answer.headers.get_all("Cache-Control") or ()).lower()
        # what was asked for with a login is kept by shared caches only where that is said: RFC 9111, section 3.5
        for_others = re.search(r"\bpublic\b|\bs-maxage\s*=\s*\"?0*[1-9]", told) and "no-store" not in told
        assert not for_others, f"Expected no cache to keep {name} for others, but its Cache-Control is {told!r}."


def assert_nothing_private(journey: Journey) -> None:
    """What was answered last does not hold what the private page showed who logged in."""
    private = journey.visit.private.strip()
    assert private, 'The private page was not seen: a step "I open the private page" has to come first.'
    for page, name in pages(journey):
        assert private not in page.answer.body, f"Expected {name} to show nothing private, but it shows the whole page."


def assert_true_to_type(journey: Journey) -> None:
    """Every page names its type, by which browsers and programs know what to do with it, and is of that type."""
    for page, name in pages(journey):
        wrong = _against_its_type(page)
        assert not wrong, f"Expected {name} to be of the type that it names, but {journey.recorder.redact(wrong)}."


def _certificates(journey: Journey) -> Iterator[tuple[str, Validity]]:
    """Every certificate that the last step saw, and how it is called."""
    seen = journey.visit.certificates
    assert seen, "No certificate was seen: a step that opens or connects to what is encrypted has to come first."
    return ((f"the certificate of {host}", validity) for host, validity in sorted(seen))


def _encrypted(url: str) -> bool:
    return url.startswith("https:")


def _against_its_type(page: Page) -> str:
    """What tells that a page is not of the type that it names; "" where nothing does."""
    headers, body = page.answer.headers, page.answer.body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not headers.get("Content-Type"):
        return "it names none"
    kind, charset = headers.get_content_type(), headers.get_content_charset()
    if kind in MARKUP and not body.startswith(b"<"):
        return f"what it calls {kind} begins with {body[:20]!r}"
    if kind not in MARKUP and re.match(rb"<!doctype html|<html", body, re.IGNORECASE):
        return f"it calls a web page {kind}"
    try:
        if kind == "application/json" or kind.endswith("+json"):
            json.loads(page.answer.body)
        elif charset:
            page.answer.body.decode(charset)
    except LookupError:
        return f"nobody knows its charset {charset}"
    except ValueError as wrong:
        return f"it can't be read as {kind}{f' in {charset}' if charset else ''}: {wrong}"
    return ""
