"""What we store: bytes that follow from an object's key and size alone, so that anyone can verify them any time."""

import hashlib
import io
from collections.abc import Iterator

BLOCK = 2**20


def blocks(key: str, size: int) -> Iterator[bytes]:
    """The content of the object `key` of `size` bytes, in blocks of 1 MiB."""
    for number in range(-(-size // BLOCK)):
        yield _block(key, size, number)


def _block(key: str, size: int, number: int) -> bytes:
    left = max(size - number * BLOCK, 0)
    return hashlib.shake_256(f"{key}\0{size}\0{number}".encode()).digest(min(BLOCK, left))


def content(key: str, size: int) -> bytes:
    """The whole content, for objects that fit into memory."""
    return b"".join(blocks(key, size))


def difference(key: str, size: int, got: bytes) -> str | None:
    """What is wrong with `got` as the content of `key`, as part of a sentence; None when nothing is."""
    expected = content(key, size)
    if got == expected:
        return None
    if len(got) != size:
        return f"{len(got)} bytes instead of {size}"
    at = next(index for index, (ours, theirs) in enumerate(zip(expected, got, strict=True)) if ours != theirs)
    return f"{size} bytes, but other ones from byte {at} on (SHA-256 {_sha(got)} instead of {_sha(expected)})"


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def stream(key: str, size: int) -> io.BufferedReader:
    """The content as a file to read: in constant memory, and able to start over for a retry."""
    return io.BufferedReader(_Content(key, size), BLOCK)


class _Content(io.RawIOBase):
    def __init__(self, key: str, size: int):
        self._key, self._size, self._at = key, size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = offset + {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        return self._at

    def readinto(self, buffer: memoryview) -> int:
        number, start = divmod(self._at, BLOCK)
        block = _block(self._key, self._size, number)[start : start + len(buffer)]
        buffer[: len(block)] = block
        self._at += len(block)
        return len(block)
