"""A stream cut into chunks of whole lines, as many as are there, without waiting for more of them."""

from __future__ import annotations

import io
import os
from typing import BinaryIO, Final, NamedTuple

from app.protocol.limits import LARGEST

MOST_LINES: Final = 32
MOST_BYTES: Final = 64 * 1024
"""A chunk grows no further than this, unless a single line does."""


class Chunk(NamedTuple):
    """Whole lines, with the number of the first."""

    first: int
    lines: bytes


class Chunks:
    """Reads a stream no faster than chunks are taken; of a line that is too long no more is kept than shows it."""

    def __init__(self, source: BinaryIO) -> None:
        """Nothing is read yet."""
        self._source = source
        self._held = bytearray()
        self._next = 1
        self._skipping = False
        self.ended = False
        """Whether the stream has come to its end; what was read before may still have to be taken."""

    @property
    def handle(self) -> int | None:
        """What tells that there is something to read; None where reading has to wait for it."""
        try:
            return self._source.fileno() if os.name == "posix" else None
        except io.UnsupportedOperation:
            return None

    def read(self) -> None:
        """Read what is there; waits where there is nothing."""
        data = self._read_some()
        self.ended = not data
        if self._skipping:
            end = data.find(b"\n")
            data = b"" if end < 0 else data[end:]
            self._skipping = end < 0
        self._held += data
        if len(self._held) > LARGEST + 1 and b"\n" not in self._held:
            del self._held[LARGEST + 1 :]
            self._skipping = True

    def _read_some(self) -> bytes:
        if self.handle is not None:
            return os.read(self.handle, MOST_BYTES)
        return self._source.read1(MOST_BYTES)  # type: ignore[attr-defined,no-any-return]

    def take(self) -> Chunk | None:
        """The next lines; None while no line is whole."""
        end = 0
        for _ in range(MOST_LINES):
            found = self._held.find(b"\n", end)
            if found < 0 or (end and found >= MOST_BYTES):
                break
            end = found + 1
        if not end and self.ended:
            end = len(self._held)
        if not end:
            return None
        chunk = Chunk(self._next, bytes(self._held[:end]))
        del self._held[:end]
        self._next += chunk.lines.count(b"\n")
        return chunk
