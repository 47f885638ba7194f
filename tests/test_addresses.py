"""Addresses of the web: written to be sent, and the same however they are written."""

import pytest

from journeys.addresses import by, comparable, in_order, sendable


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("HTTPS://WWW.Example.com/A?b=C#D", "https://www.example.com/A?b=C#D"),
        ("https://münchen.example/über uns", "https://xn--mnchen-3ya.example/%C3%BCber%20uns"),
        ("https://M%C3%BCnchen.example:8443", "https://xn--mnchen-3ya.example:8443"),
        ("https://[2001:DB8::1]:443/", "https://[2001:db8::1]:443/"),
    ],
)
def test_an_address_is_put_into_the_form_that_is_sent(written: str, sent: str) -> None:
    assert sendable(written) == sent
    assert sendable(sent) == sent


@pytest.mark.parametrize(
    "written",
    [
        "https://host:undefined/",
        "https://host:99999/",
        "https://[oops/",
        "https:///path",
        "mailto:me@host",
        "/path",
        "https://straße.example/",
        f"https://{'ü' * 80}.example/",
    ],
)
def test_what_is_no_address_of_a_site_is_not_taken_for_one(written: str) -> None:
    with pytest.raises(ValueError):
        in_order(written)


@pytest.mark.parametrize(
    "written",
    [
        "https://host.example",
        "https://host.example/",
        "https://host.example:443/",
        "HTTPS://Host.Example/",
        "https://host.example/#top",
        "https://host.example:/",
    ],
)
def test_one_page_has_one_address(written: str) -> None:
    assert comparable(written) == "https://host.example/"


@pytest.mark.parametrize(
    "written",
    [
        "http://host.example/",
        "https://host.example:80/",
        "https://host.example/a",
        "https://host.example/?a",
        "https://www.host.example/",
        "https://host.example//",
    ],
)
def test_another_page_has_another(written: str) -> None:
    assert comparable(written) != "https://host.example/"


def test_a_query_counts_where_it_is_asked_for() -> None:
    assert comparable("https://host/?a=1#b", query=False) == "https://host/"
    assert comparable("https://host/?a=1#b") == "https://host/?a=1"


def test_the_same_address_by_another_scheme() -> None:
    assert by("http", "https://host:443/a?b") == "http://host/a?b"
    assert by("https", "http://host:80") == "https://host"
    assert by("http", "https://host:8443/") == "http://host:8443/"
