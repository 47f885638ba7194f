"""When a certificate is about to expire: what is short for one year's is much for that of a week."""

import time

import pytest

from journeys.certificates import DAY, Validity


@pytest.mark.parametrize(
    ("whole", "left", "about"),
    [
        (365, 21.1, False),
        (365, 20.9, True),
        (90, 21.1, False),
        (90, 20.9, True),
        (45, 15, False),  # when a machine that follows Let's Encrypt renews it
        (45, 11.3, False),
        (45, 11.2, True),
        (6, 1.6, False),
        (6, 1.4, True),
        (365, -1, True),
    ],
)
def test_what_has_to_be_left_of_a_certificate(whole: float, left: float, about: bool) -> None:
    now = time.time()
    assert Validity(now + (left - whole) * DAY, now + left * DAY).about_to_expire == about


def test_its_times_are_those_that_are_written_in_it() -> None:
    validity = Validity.of({"notBefore": "Jan  1 00:00:00 2026 GMT", "notAfter": "Jan 31 00:00:00 2026 GMT"})
    assert (validity.begins, validity.whole) == (1_767_225_600, 30 * DAY)
