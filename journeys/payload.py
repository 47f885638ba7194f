"""What we store: bytes that follow from an object's name and size alone, so that anyone can verify them any time."""

import hashlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

BLOCK = 2**20


@dataclass(frozen=True)
class Piece:
    """The bytes from `first` up to and without `stop` of those that follow from a name and a size."""

    name: str
    size: int
    first: int
    stop: int
    text: bool = False  # lines that are much alike, instead of bytes that nobody could compress

    @property
    def length(self) -> int:
        return self.stop - self.first


@dataclass(frozen=True)
class Content:
    """What an object should hold: pieces one after the other."""

    pieces: tuple[Piece, ...]

    @classmethod
    def of(cls, name: str, size: int, *, text: bool = False) -> "Content":
        """The content of one piece."""
        return cls((Piece(name, size, 0, size, text),))

    @property
    def size(self) -> int:
        return sum(piece.length for piece in self.pieces)

    def part(self, first: int, last: int) -> "Content":
        """The content of the bytes `first` to `last`, both included, as an object of its own."""
        found = []
        for piece in self.pieces:
            begin, end = max(first, 0), min(last + 1, piece.length)
            if begin < end:
                found.append(replace(piece, first=piece.first + begin, stop=piece.first + end))
            first, last = first - piece.length, last - piece.length
        return Content(tuple(found))

    def read(self, start: int = 0, stop: int | None = None) -> bytes:
        """The bytes from `start` up to and without `stop`, as far as there are any."""
        return b"".join(self.blocks(start, stop))

    def blocks(self, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """The same, at most 1 MiB at once."""
        stop = self.size if stop is None else min(stop, self.size)
        for piece in self.pieces:
            first, last = piece.first + max(start, 0), piece.first + min(stop, piece.length)
            for offset in range(first // BLOCK * BLOCK, last, BLOCK):
                block = _block(piece.name, piece.size, offset // BLOCK, piece.text)
                yield block[max(first - offset, 0) : last - offset]
            start, stop = start - piece.length, stop - piece.length

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
def _block(name: str, size: int, number: int, text: bool = False) -> bytes:
    length = min(BLOCK, max(size - number * BLOCK, 0))
    seed = hashlib.shake_256(f"{name}\0{size}\0{number}".encode())
    if not text:
        return seed.digest(length)
    # what programs are tempted to change: line ends of both kinds, runs of equal bytes, white space at the end
    line = f"{seed.hexdigest(20)}\t{'=' * 60}{' ' * 20}\r\n{chr(0) * 100}\n".encode()
    return (line * (length // len(line) + 1))[-length:] if length else b""


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
