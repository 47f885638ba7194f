"""What we store: bytes that follow from an object's name and size alone, so that anyone can verify them any time."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

BLOCK = 2**20


@dataclass(frozen=True)
class Content:
    """What an object should hold: pieces one after the other, each the bytes of a name and a size."""

    pieces: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, name: str, size: int) -> "Content":
        """The content of one piece."""
        return cls(((name, size),))

    @property
    def size(self) -> int:
        return sum(size for _, size in self.pieces)

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        """The bytes from `start` up to and without `stop`, as far as there are any."""
        return b"".join(self.blocks(start, stop))

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The same, at most 1 MiB at once."""
        stop = self.size if stop is None else min(stop, self.size)
        for name, size in self.pieces:
            for offset in range(max(start, 0) // BLOCK * BLOCK, min(stop, size), BLOCK):
                yield _block(name, size, offset // BLOCK)[max(start - offset, 0) : stop - offset]
            start, stop = start - size, stop - size

    def file(self) -> io.BufferedReader:
        """The content as a file to read: in constant memory, and able to start over for a retry."""
        return io.BufferedReader(_File(self), BLOCK)

    def difference(self, got: Iterable[bytes]) -> str | None:
        """What is wrong with the chunks of `got` as this content, as part of a sentence; None when nothing is."""
        received, wrong = 0, None
        for chunk in got:
            expected = self.read(received, received + len(chunk))
            if wrong is None and chunk != expected:
                pairs = enumerate(zip(expected, chunk, strict=False))
                wrong = received + next((at for at, (ours, theirs) in pairs if ours != theirs), len(expected))
            received += len(chunk)
        if received != self.size:
            return f"{received} bytes instead of {self.size}"
        return None if wrong is None else f"{received} bytes, but other ones from byte {wrong} on"


@lru_cache(maxsize=8)
def _block(name: str, size: int, number: int) -> bytes:
    left = max(size - number * BLOCK, 0)
    return hashlib.shake_256(f"{name}\0{size}\0{number}".encode()).digest(min(BLOCK, left))


def blocks(key: str, size: int) -> Iterator[bytes]:
    """The content of the object `key` of `size` bytes, in blocks of 1 MiB."""
    return Content.of(key, size).blocks()


def content(key: str, size: int) -> bytes:
    """The whole content, for objects that fit into memory."""
    return Content.of(key, size).read()


def stream(key: str, size: int) -> io.BufferedReader:
    """The content as a file to read, for objects that do not."""
    return Content.of(key, size).file()


def difference(key: str, size: int, got: bytes) -> str | None:
    """What is wrong with `got` as the content of `key`, as part of a sentence; None when nothing is."""
    return Content.of(key, size).difference([got])


class _File(io.RawIOBase):
    def __init__(self, content: Content):
        self._content, self._size, self._at = content, content.size, 0

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
        block = self._content.read(self._at, self._at + len(buffer))
        buffer[: len(block)] = block
        self._at += len(block)
        return len(block)
