"""The words of feature files: typed placeholders, and titles as labels."""

import re

import parse
import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys import http, vocabulary
from journeys.s3.operations import OPERATIONS


def matched(kind: str, text: str):
    """What a step with one placeholder of this type gets from the text; None where it does not match."""
    found = parse.parse(f"x {{value:{kind}}} y", f"x {text} y", vocabulary.TYPES, case_sensitive=True)
    return None if found is None else found["value"]


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        ("Name", "report.csv", "report.csv"),
        ("Name", "ein Ordner/ü (1).txt", "ein Ordner/ü (1).txt"),
        ("Size", "512 B", 512),
        ("Size", "1 byte", 1),
        ("Size", "64 KiB", 65_536),
        ("Size", "1 MB", 10**6),
        ("Size", "5 GiB", 5 * 2**30),
        ("Count", "3", 3),
        ("Duration", "200 ms", 0.2),
        ("Duration", "1.5 s", 1.5),
        ("Duration", "1 second", 1),
        ("Duration", "5 minutes", 300),
        ("Duration", "2 hours", 7200),
        ("Operation", "reads", "s3.GetObject"),
    ],
)
def test_placeholders_match_what_they_promise(kind: str, text: str, value: object) -> None:
    assert matched(kind, text) == pytest.approx(value) if isinstance(value, float) else matched(kind, text) == value


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("Name", 'a "quoted" one'),
        ("Size", "512"),
        ("Size", "512KiB"),
        ("Size", "1.5 MiB"),
        ("Size", "a big"),
        ("Count", "three"),
        ("Count", "-1"),
        ("Count", "1.5"),
        ("Duration", "200"),
        ("Duration", "200ms"),
        ("Duration", "1 day"),
        ("Operation", "uploads"),
    ],
)
def test_placeholders_match_nothing_else(kind: str, text: str) -> None:
    assert matched(kind, text) is None


@given(st.sampled_from(["B", "byte", "bytes", "KB", "KiB", "MB", "MiB", "GB", "GiB"]), st.integers(0, 10**6))
def test_every_size_that_matches_can_be_read(unit: str, count: int) -> None:
    assert matched("Size", f"{count} {unit}") >= count


@given(
    st.sampled_from(
        ["ms", "s", "m", "h", "millisecond", "milliseconds", "second", "seconds", "minute", "minutes", "hour", "hours"]
    ),
    st.decimals(0, 1000, places=2),
)
def test_every_duration_that_matches_can_be_read(unit: str, count: object) -> None:
    assert matched("Duration", f"{count} {unit}") >= 0


def test_every_operation_word_means_an_operation_that_we_measure() -> None:
    assert set(vocabulary.OPERATIONS.values()) <= {*OPERATIONS, *http.OPERATIONS}


# --- labels


@pytest.mark.parametrize(
    ("title", "label"),
    [
        ("A link stops working when it expires", "a-link-stops-working-when-it-expires"),
        ("A bucket that holds an object can't be removed", "a-bucket-that-holds-an-object-can-t-be-removed"),
        ("  Über   alles_hinaus!  ", "über-alles-hinaus"),
        ("Sizes -- 5 MiB", "sizes-5-mib"),
    ],
)
def test_titles_become_labels(title: str, label: str) -> None:
    assert vocabulary.slug(title) == label


@pytest.mark.parametrize(
    ("position", "text", "label"),
    [
        (3, 'I store an object as "report.csv"', "03-i-store-an-object-as"),
        (4, 'I store a 1 MiB object as "report.csv"', "04-i-store-a-mib-object-as"),
        (12, "95 % of the reads finish within 200 ms", "12-of-the-reads-finish-within-ms"),
        (1, "it takes 1.5 s, or 1,000 s", "01-it-takes-s-or-s"),
    ],
)
def test_steps_become_labels_without_their_values(position: int, text: str, label: str) -> None:
    assert vocabulary.step_slug(position, text) == label


@given(st.text())
def test_a_label_is_words_and_hyphens_no_longer_than_its_title(title: str) -> None:
    slug = vocabulary.slug(title)
    assert re.fullmatch(r"(?:[^\W_]+(?:-[^\W_]+)*)?", slug)
    assert len(slug) <= len(title.lower())
    assert vocabulary.slug(slug) == slug


@given(
    st.integers(1, 99),
    st.text('abcü1.,% "', max_size=20).filter(lambda text: '"' not in text and not re.search(r"\w\d|\d\w", text)),
    st.text().filter(lambda text: '"' not in text),
    st.integers(0, 10**9),
)
def test_a_steps_label_does_not_depend_on_its_values(position: int, words: str, name: str, number: int) -> None:
    slug = vocabulary.step_slug(position, f'{words} "{name}" in {number} s or {number}.5 s')
    assert slug == vocabulary.step_slug(position, f'{words} "a" in 1 s or 1.5 s')
    assert '"' not in slug
    assert not re.search(r"\d", slug.partition("-")[2])
