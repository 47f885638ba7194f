"""Durations and sizes as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys import units


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("30", 30),
        ("30s", 30),
        ("500ms", 0.5),
        ("500 ms", 0.5),
        ("1 millisecond", 0.001),
        ("1 second", 1),
        ("90 seconds", 90),
        ("5m", 300),
        ("1 minute", 60),
        ("1.5h", 5400),
        ("2 days", 172_800),
        (" 7 s ", 7),
        ("0", 0),
    ],
)
def test_durations(text: str, seconds: float) -> None:
    assert units.duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("512", 512),
        ("1 byte", 1),
        ("2 bytes", 2),
        ("512 B", 512),
        ("64KiB", 65_536),
        ("64 KB", 64_000),
        ("1 MiB", 2**20),
        ("1.5 KiB", 1536),
        ("2 GiB", 2**31),
        ("5GB", 5 * 10**9),
    ],
)
def test_sizes(text: str, size: int) -> None:
    found = units.size(text)
    assert found == size
    assert isinstance(found, int)


@pytest.mark.parametrize(
    "text", ["", "s", "soon", "-1s", "1 s 2", "1e3", "inf", "nan", "1 parsec", "1,5 s", "5 M", "5 S", "1.s", "0x10"]
)
def test_what_is_no_duration_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="a duration such as 30s"):
        units.duration(text)


@pytest.mark.parametrize("text", ["", "big", "-1", "1 mib", "1 m", "1 kb", "1 TiB", "1 s", "five bytes"])
def test_what_is_no_size_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="a size such as 512"):
        units.size(text)


@pytest.mark.parametrize("text", ["1.5", "0.1 KiB"])
def test_a_fraction_of_a_byte_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="whole number of bytes"):
        units.size(text)


@pytest.mark.parametrize("text", ["1ss", "5 mss", "s1"])
def test_no_unit_is_made_up(text: str) -> None:
    with pytest.raises(ValueError, match="a duration"):
        units.duration(text)


@given(st.integers(0, 10**6), st.sampled_from(sorted(units.BYTES)))
def test_every_whole_size_is_exact(count: int, unit: str) -> None:
    assert units.size(f"{count} {unit}") == count * units.BYTES[unit]


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0, "0 ms"),
        (0.0004, "0.4 ms"),
        (0.012, "12 ms"),
        (0.9994, "999 ms"),
        (1, "1 s"),
        (1.534, "1.53 s"),
        (119, "119 s"),
        (120, "2 min 0 s"),
        (250.9, "4 min 10 s"),
        (7200, "120 min 0 s"),
    ],
)
def test_durations_for_people(value: float, shown: str) -> None:
    assert units.seconds(value) == shown


@pytest.mark.parametrize("value", [0.9995, 0.99999])
def test_durations_for_people_are_never_written_in_powers_of_ten(value: float) -> None:
    assert units.seconds(value) == "1 s"
