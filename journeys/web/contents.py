"""What can be seen of the pages and answers that a scenario got: each as it was promised."""

import itertools
import json
import re
import time
from collections.abc import Iterator
from html import unescape
from typing import Any

from journeys.http import Answer
from journeys.journey import Journey
from journeys.units import seconds
from journeys.web.page import Page
from journeys.web.visits import opened_with_encryption, shown, whole

DAY = 86400
PARTIAL = 206  # the HTTP status of a part of a page, for which we never ask
MARKUP = ("text/html", "application/xhtml+xml")
EXCERPT = 80  # letters of a page that an error shows …
LOOKED_THROUGH = 10_000  # … out of so many, so that no secret is cut in two before it is hidden


def assert_content(journey: Journey) -> None:
    """Every page was found, whole, and something stands on it: what its address tells, where that does."""
    for page, name in _pages(journey):
        found = page.answer.status < 300 and page.answer.status != PARTIAL and page.answer.body.strip()
        assert found, (
            f"Expected {name} to have content, but the server answered {page.answer.status} with "
            f"{len(page.answer.body)} bytes."
        )
        for text in page.texts:  # which browsers, too, look for whatever the case of its letters is
            assert _plain(text).casefold() in _plain(_text(page)).casefold(), (
                f"Expected {name} to say {text!r}, as its address tells, but it {_excerpt(journey, page)}."
            )


def assert_true_to_type(journey: Journey) -> None:
    """Every page names its type, by which browsers and programs know what to do with it, and is of that type."""
    for page, name in _pages(journey):
        wrong = _against_its_type(page)
        assert not wrong, f"Expected {name} to be of the type that it names, but {journey.recorder.redact(wrong)}."


def assert_stays_encrypted(journey: Journey) -> None:
    """Wherever a visit was led, after the first address with encryption there was none without it."""
    for page, _ in _pages(journey):
        addresses = [url for url, _ in page.way]
        after = itertools.dropwhile(lambda url: not url.startswith("https:"), addresses)
        lost = [url for url in after if not url.startswith("https:")]
        assert not lost, (
            f"Expected the visit of {shown(journey, page.asked)} to stay encrypted, but it led to "
            f"{shown(journey, lost[0])}."
        )


def assert_ends_as_encrypted(journey: Journey) -> None:
    """Every visit ended at the page to which who comes with encryption is led."""
    for page, name in list(_pages(journey)):
        goal = shown(journey, opened_with_encryption(journey, page).url)
        assert shown(journey, page.url) == goal, (
            f"Expected {shown(journey, page.asked)} to lead to {goal}, as with encryption, but it led to {name}."
        )


def assert_browsers_stay(journey: Journey, days: int) -> None:
    """Every host that was met tells browsers to come with encryption only, for so many days at least (HSTS)."""
    for page, _ in _pages(journey):
        for url, answer in _encrypted(page):
            told = answer.headers.get("Strict-Transport-Security") or ""  # of several, the first one counts
            ages = [int(part[2]) for part in re.finditer(r'(^|;)\s*max-age\s*=\s*"?(\d+)', told, re.IGNORECASE)]
            assert ages and ages[0] >= days * DAY, (
                f"Expected {shown(journey, url)} to keep browsers at https:// for {days} days or more, but its "
                f"Strict-Transport-Security is {journey.recorder.redact(repr(told)) if told else 'not there'}."
            )


def assert_cookies_encrypted(journey: Journey) -> None:
    """No cookie that was met on the way would ever be sent without encryption."""
    for page, _ in _pages(journey):
        for url, answer in page.way:
            for cookie in answer.headers.get_all("Set-Cookie") or ():
                name, *attributes = (part.strip() for part in cookie.split(";"))
                kept = url.startswith("https:") and "secure" in (each.lower() for each in attributes)
                assert kept, (
                    f"Expected every cookie of {shown(journey, url)} to be for encrypted pages only, but "
                    f"{journey.recorder.redact(name.partition('=')[0])!r} is for all."
                )


def assert_not_shared(journey: Journey) -> None:
    """No cache on the way may keep a page for others than who logged in for it."""
    for page, name in _pages(journey):
        told = ", ".join(page.answer.headers.get_all("Cache-Control") or ()).lower()
        # what was asked for with a login is kept by shared caches only where that is said: RFC 9111, section 3.5
        for_others = re.search(r"\bpublic\b|\bs-maxage\s*=\s*\"?0*[1-9]", told) and "no-store" not in told
        assert not for_others, f"Expected no cache to keep {name} for others, but its Cache-Control is {told!r}."


def assert_nothing_private(journey: Journey) -> None:
    """What was answered last does not hold what the private page showed who logged in."""
    private = journey.visit.private.strip()
    assert private, 'The private page was not seen: a step "I open the private page" has to come first.'
    for page, name in _pages(journey):
        assert private not in page.answer.body, f"Expected {name} to show nothing private, but it shows the whole page."


def assert_says(journey: Journey, text: str, *, says: bool = True) -> None:
    """Every page holds the text, or none does; line breaks and runs of blanks count as one blank."""
    for page, name in _pages(journey):
        if (_plain(text) in _plain(_text(page))) != says:
            expected = f"{'to say' if says else 'not to say'} {text!r}"
            raise AssertionError(f"Expected {name} {expected}, but it {_excerpt(journey, page) if says else 'does'}.")


def assert_status(journey: Journey, status: int) -> None:
    for page, name in _pages(journey):
        assert page.answer.status == status, (
            f"Expected {name} to answer with status {status}, but it did with {page.answer.status}."
        )


def assert_header(journey: Journey, header: str, value: str) -> None:
    for page, name in _pages(journey):
        told = page.answer.headers.get_all(header) or []
        assert value in told, (
            f"Expected {name} to answer with {header}: {value!r}, but it "
            f"{f'did with {_redacted(journey, told)}' if told else 'tells none'}."
        )


def assert_header_mentions(journey: Journey, header: str, part: str) -> None:
    for page, name in _pages(journey):
        told = page.answer.headers.get_all(header) or []
        assert any(part in each for each in told), (
            f"Expected {name} to answer with a {header} that mentions {part!r}, but it "
            f"{f'did with {_redacted(journey, told)}' if told else 'tells none'}."
        )


def assert_no_header(journey: Journey, header: str) -> None:
    for page, name in _pages(journey):
        told = page.answer.headers.get_all(header) or []
        assert not told, f"Expected {name} to answer without {header}, but it did with {_redacted(journey, told)}."


def assert_value(journey: Journey, path: str, value: str) -> None:
    """What the answer (JSON) holds at the path is this: a text as it is, anything else as JSON writes it."""
    for page, name in _pages(journey):
        found = _at(journey, page, name, path)
        told = found if isinstance(found, str) else json.dumps(found)
        assert told == value, (
            f"Expected {name} to hold {value!r} at {path!r}, but it holds {_redacted(journey, told)[:EXCERPT]}."
        )


def assert_value_at_least(journey: Journey, path: str, least: int) -> None:
    """What the answer (JSON) holds at the path is a number so large, or a list so long."""
    for page, name in _pages(journey):
        found = _at(journey, page, name, path)
        size = len(found) if isinstance(found, list) else found
        number = isinstance(size, (int, float)) and not isinstance(size, bool)
        assert number and size >= least, (
            f"Expected {name} to hold {least} or more at {path!r}, but it holds "
            f"{size if number else _redacted(journey, found)[:EXCERPT]}."
        )


def assert_came_within(journey: Journey, limit: float) -> None:
    for page, name in _pages(journey):
        assert page.duration <= limit, (
            f"Expected {name} to come within {seconds(limit)}, but it took {seconds(page.duration)}."
        )


def assert_led_to(journey: Journey, address: str) -> None:
    """The visit ended at the address; its query only counts where `address` has one."""
    for page, name in _pages(journey):
        goal = whole(journey, address)
        ended = page.url if "?" in goal else page.url.partition("?")[0]
        assert ended.partition("#")[0] == goal, (
            f"Expected {shown(journey, page.asked)} to lead to {goal}, but it led to {name}."
        )


def assert_encrypted(journey: Journey) -> None:
    for page, name in _pages(journey):
        assert page.url.startswith("https:"), (
            f"Expected {shown(journey, page.asked)} to lead to an encrypted page, but it led to {name}."
        )


def assert_certificates_last(journey: Journey, days: int) -> None:
    """The certificates of all hosts that were asked, verified when connecting, expire in `days` at the earliest."""
    expiries = journey.visit.expiries
    assert expiries, "No certificate was seen: a step that opens or connects to what is encrypted has to come first."
    for host, expires in expiries.items():
        left = (expires - time.time()) / DAY
        assert left >= days, (
            f"Expected the certificate of {host} to be valid for at least {days} more days, but it is for {left:.1f}, "
            f"until {time.strftime('%F %T', time.gmtime(expires))} UTC."
        )


def _pages(journey: Journey) -> Iterator[tuple[Page, str]]:
    """Every page that the last step opened, and how it is called."""
    assert journey.visit.pages, 'No page was opened: a step such as "I open …" has to come first.'
    return ((page, shown(journey, page.url)) for page in journey.visit.pages)


def _encrypted(page: Page) -> list[tuple[str, Answer]]:
    return [(url, answer) for url, answer in page.way if url.startswith("https:")]


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


def _text(page: Page) -> str:
    charset = page.answer.headers.get_content_charset() or "utf-8"
    try:
        return page.answer.body.decode(charset, errors="replace")
    except LookupError:  # there is no such charset
        return page.answer.body.decode(errors="replace")


def _plain(text: str) -> str:
    return " ".join(unescape(text).split())


def _excerpt(journey: Journey, page: Page) -> str:
    begins = journey.recorder.redact(_plain(re.sub(r"<[^>]*>", " ", _text(page)[:LOOKED_THROUGH])))[:EXCERPT]
    return f"begins with {begins!r}" if begins else "is empty"


def _at(journey: Journey, page: Page, name: str, path: str) -> Any:
    """What an answer in JSON holds at a path such as ``components[0].status``."""
    try:
        found = json.loads(page.answer.body)
    except ValueError:
        raise AssertionError(f"Expected {name} to answer in JSON, but it {_excerpt(journey, page)}.") from None
    for part in re.findall(r"[^.\[\]]+|\[\d+\]", path):
        try:
            found = found[int(part[1:-1]) if part.startswith("[") else part]
        except (LookupError, TypeError):
            there = _redacted(journey, list(found) if isinstance(found, dict) else found)
            raise AssertionError(
                f"Expected {name} to hold something at {path!r}, but there is no {part} in {there[:EXCERPT]}."
            ) from None
    return found


def _redacted(journey: Journey, value: Any) -> str:
    return journey.recorder.redact(repr(value))
