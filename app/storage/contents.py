"""What the other rooms know of the storage: content comes in, is kept under its digest, is read, is swept."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Final, Protocol, TypeAlias

_DIGEST: Final = re.compile("[0-9a-f]{64}")

Referenced: TypeAlias = Callable[[Sequence[str]], Collection[str]]
"""Which of these digests somebody still refers to, by what is committed at the time it is asked."""


@dataclass(frozen=True, slots=True)
class Received:
    """Content that came in whole: its SHA-256 in hexadecimal, its size in bytes."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Content:
    """Content to read: a file that can be sought in, for its reader to close; its size in bytes."""

    file: BinaryIO
    size: int


class Incoming(Protocol):
    """Content on its way in. Who began it ends it with `drop`, whatever happened; used by one thread at a time.

    All but `drop` raise Unavailable when the storage is full or away.
    """

    def write(self, data: bytes | memoryview) -> None:
        """The next bytes."""

    def finish(self) -> Received:
        """No more bytes come; what came has reached the disk."""

    def read(self) -> BinaryIO:
        """What came, to look at, for the caller to close."""

    def keep(self) -> None:
        """Let it stay under its digest, after `finish`; no sweep takes it before `drop`."""

    def drop(self) -> None:
        """The end: what was not kept is gone, what was kept is a sweep's from now on. Again does nothing."""


class Storage(Protocol):
    """Contents by their digest. A digest is 64 hexadecimal digits; anything else raises ValueError."""

    def begin(self) -> Incoming:
        """Content that will come; raises Unavailable."""

    def open(self, sha256: str) -> Content:
        """Content that was kept; raises Unavailable when it cannot be read now, also when it is not there."""

    def has(self, sha256: str) -> bool:
        """Whether it is there; raises Unavailable."""

    def remove(self, sha256: str) -> bool:
        """Remove content whoever may refer to it; False where it is not, or is just being kept once more."""

    def recover(self) -> int:
        """Remove what interrupted uploads left, nothing of those that still go on; how many there were."""

    def sweep(self, referenced: Referenced) -> int:
        """Remove contents that nobody refers to and nobody is about to refer to; how many there were."""


def checked(sha256: str) -> str:
    """The digest, which may form a path; raises ValueError for anything else."""
    if not _DIGEST.fullmatch(sha256):
        raise ValueError("not a SHA-256 in hexadecimal")
    return sha256


def is_digest(name: str) -> bool:
    """Whether a name is a digest."""
    return _DIGEST.fullmatch(name) is not None
