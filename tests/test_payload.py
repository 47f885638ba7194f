"""What we store can be computed again by anyone, any time, from its key and size."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys import payload

SIZES = [0, 1, payload.BLOCK - 1, payload.BLOCK, payload.BLOCK + 1, 2 * payload.BLOCK, 2 * payload.BLOCK + 7]
KEYS = st.text(max_size=30)
# Sizes of some blocks are where mistakes are, but slow: a few of them, and many small ones.
sizes = st.one_of(st.integers(0, 5000), st.sampled_from(SIZES))


def test_the_bytes_of_a_key_and_size_never_change() -> None:
    """A canary of last year has to verify: these are the bytes that the first version stored."""
    assert payload.content("report.csv", 16).hex() == "0d95975ad6d3aaa34de2bea7d57059ca"
    assert payload.content("ключ/ü", 4).hex() == "f70f3a67"


@given(KEYS, sizes)
@settings(max_examples=30, deadline=None)
def test_content_has_its_size_and_comes_in_blocks(key: str, size: int) -> None:
    blocks = list(payload.blocks(key, size))
    assert b"".join(blocks) == payload.content(key, size)
    assert sum(map(len, blocks)) == size
    assert all(len(block) == payload.BLOCK for block in blocks[:-1])


@given(KEYS, sizes, st.lists(st.integers(1, 2 * payload.BLOCK), min_size=1, max_size=5))
@settings(max_examples=30, deadline=None)
def test_a_stream_reads_as_the_content_whatever_is_asked_for_at_once(key: str, size: int, amounts: list[int]) -> None:
    stream, read = payload.stream(key, size), []
    for amount in amounts:
        read.append(stream.read(amount))
    read.append(stream.read())
    assert b"".join(read) == payload.content(key, size)
    assert stream.read(1) == b""


@given(st.data(), sizes)
@settings(max_examples=30, deadline=None)
def test_a_stream_can_be_read_from_anywhere_like_a_file(data: st.DataObject, size: int) -> None:
    ours, file = payload.stream("key", size), io.BytesIO(payload.content("key", size))
    for _ in range(3):
        offset, whence = data.draw(
            st.one_of(
                st.tuples(st.integers(0, size), st.just(io.SEEK_SET)),
                st.tuples(st.integers(-size, 0), st.just(io.SEEK_END)),
                st.tuples(st.integers(0, 10), st.just(io.SEEK_CUR)),
            )
        )
        assert ours.seek(offset, whence) == file.seek(offset, whence) == ours.tell()
        amount = data.draw(st.integers(0, 5000))
        assert ours.read(amount) == file.read(amount)
        assert ours.tell() == file.tell()
    assert ours.seek(0, io.SEEK_END) == size


def test_a_stream_can_start_over_for_a_retry() -> None:
    stream = payload.stream("key", 3000)
    first = stream.read()
    stream.seek(0)
    assert stream.read() == first


def test_a_large_stream_needs_no_memory_for_it() -> None:
    stream = payload.stream("key", 2**40)
    stream.seek(2**40 - 5)
    assert len(stream.read()) == 5


@pytest.mark.parametrize("size", SIZES)
def test_no_difference_where_there_is_none(size: int) -> None:
    assert payload.difference("key", size, payload.content("key", size)) is None


@given(st.integers(1, 5000), st.data())
def test_one_wrong_byte_is_found_and_named(size: int, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, size - 1))
    got = bytearray(payload.content("key", size))
    got[at] ^= 1
    assert f"from byte {at} on" in payload.difference("key", size, bytes(got))


@pytest.mark.parametrize("got", [b"", b"short", b"x" * 11])
def test_another_length_is_named(got: bytes) -> None:
    assert payload.difference("key", 10, got) == f"{len(got)} bytes instead of 10"


def test_other_keys_and_sizes_have_other_content() -> None:
    contents = {payload.content(key, size)[:16] for key in ("a", "b") for size in (100, 101)}
    assert len(contents) == 4
    first, second = payload.blocks("a", 2 * payload.BLOCK)
    assert first != second


@given(st.lists(st.integers(0, 3000), min_size=1, max_size=4), st.data())
@settings(max_examples=30, deadline=None)
def test_a_part_is_the_bytes_that_it_names(sizes: list[int], data: st.DataObject) -> None:
    whole = payload.Content(
        tuple(piece for number, size in enumerate(sizes) for piece in payload.Content.of(f"part {number}", size).pieces)
    )
    first, last = data.draw(st.integers(0, 6000)), data.draw(st.integers(0, 12_000))
    part = whole.part(first, last)
    assert part.read() == whole.read()[first : last + 1]
    assert part.size == len(part.read())
    assert part.part(3, 9).read() == part.read()[3:10]


@pytest.mark.parametrize("size", SIZES)
def test_a_text_has_its_size_and_what_programs_are_tempted_to_change(size: int) -> None:
    text = payload.Content.of("diary.txt", size, text=True).read()
    assert len(text) == size
    assert size < 1000 or (b" \r\n" in text and b"\0" * 100 in text and text.endswith(b"\n"))
