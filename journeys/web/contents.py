"""What can be seen of the pages and answers that a scenario got: each as it was promised."""

import json
import re
from html import unescape
from typing import Any

from journeys.addresses import comparable
from journeys.journey import Journey
from journeys.units import seconds
from journeys.web.page import Page
from journeys.web.visits import pages, shown, whole

PARTIAL = 206  # the HTTP status of a part of a page, for which we never ask
EXCERPT = 80  # letters of a page that an error shows …
LOOKED_THROUGH = 10_000  # … out of so many, so that no secret is cut in two before it is hidden


def assert_content(journey: Journey) -> None:
    """Every page was found, whole, and something stands on it: what its address tells, where that does."""
    for page, name in pages(journey):
        found = page.answer.status < 300 and page.answer.status != PARTIAL and page.answer.body.strip()
        assert found, (
            f"Expected {name} to have content, but the server answered {page.answer.status} with "
            f"{len(page.answer.body)} bytes."
        )
        for text in page.texts:  # which browsers, too, look for whatever the case of its letters is
            assert _plain(text).casefold() in _plain(_text(page)).casefold(), (
                f"Expected {name} to say {text!r}, as its address tells, but it {_excerpt(journey, page)}."
            )


def assert_says(journey: Journey, text: str, *, says: bool = True) -> None:
    """Every page holds the text, or none does; line breaks and runs of blanks count as one blank."""
    for page, name in pages(journey):
        if (_plain(text) in _plain(_text(page))) != says:
            expected = f"{'to say' if says else 'not to say'} {text!r}"
            raise AssertionError(f"Expected {name} {expected}, but it {_excerpt(journey, page) if says else 'does'}.")


def assert_status(journey: Journey, status: int) -> None:
    for page, name in pages(journey):
        assert page.answer.status == status, (
            f"Expected {name} to answer with status {status}, but it did with {page.answer.status}."
        )


def assert_header(journey: Journey, header: str, value: str) -> None:
    for page, name in pages(journey):
        told = page.answer.headers.get_all(header) or []
        assert value in told, (
            f"Expected {name} to answer with {header}: {value!r}, but it "
            f"{f'did with {_redacted(journey, told)}' if told else 'tells none'}."
        )


def assert_header_mentions(journey: Journey, header: str, part: str) -> None:
    for page, name in pages(journey):
        told = page.answer.headers.get_all(header) or []
        assert any(part in each for each in told), (
            f"Expected {name} to answer with a {header} that mentions {part!r}, but it "
            f"{f'did with {_redacted(journey, told)}' if told else 'tells none'}."
        )


def assert_no_header(journey: Journey, header: str) -> None:
    for page, name in pages(journey):
        told = page.answer.headers.get_all(header) or []
        assert not told, f"Expected {name} to answer without {header}, but it did with {_redacted(journey, told)}."


def assert_value(journey: Journey, path: str, value: str) -> None:
    """What the answer (JSON) holds at the path is this: a text as it is, anything else as JSON writes it."""
    for page, name in pages(journey):
        found = _at(journey, page, name, path)
        told = found if isinstance(found, str) else json.dumps(found)
        assert told == value, (
            f"Expected {name} to hold {value!r} at {path!r}, but it holds {_redacted(journey, told)[:EXCERPT]}."
        )


def assert_value_at_least(journey: Journey, path: str, least: int) -> None:
    """What the answer (JSON) holds at the path is a number so large, or a list so long."""
    for page, name in pages(journey):
        found = _at(journey, page, name, path)
        size = len(found) if isinstance(found, list) else found
        number = isinstance(size, (int, float)) and not isinstance(size, bool)
        assert number and size >= least, (
            f"Expected {name} to hold {least} or more at {path!r}, but it holds "
            f"{size if number else _redacted(journey, found)[:EXCERPT]}."
        )


def assert_came_within(journey: Journey, limit: float) -> None:
    for page, name in pages(journey):
        assert page.duration <= limit, (
            f"Expected {name} to come within {seconds(limit)}, but it took {seconds(page.duration)}."
        )


def assert_led_to(journey: Journey, address: str) -> None:
    """The visit ended at the address; its query only counts where `address` has one."""
    for page, name in pages(journey):
        goal = comparable(whole(journey, address))
        assert comparable(page.url, query="?" in goal) == goal, (
            f"Expected {shown(journey, page.asked)} to lead to {goal}, but it led to {name}."
        )


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
