"""Content that comes into a folder: a locked file of its own, hashed while it is written, renamed when it is whole."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Final

from app.storage.contents import Received
from app.storage.disk import refusing, sync, try_lock

_NAME: Final = re.compile("[0-9a-f]{32}")
_ALONE: Final = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_AS_IT_IS: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC

Hold = Callable[[str], tuple[Path, int]]
"""Where a digest has its place, and the descriptor that keeps sweeps away from it until it is closed."""


class Arriving:
    """One file in `incoming`; its lock tells everybody that its writer lives."""

    def __init__(self, incoming: Path, hold: Hold) -> None:
        self._hold = hold
        self._open: list[int] = []
        self._digest = hashlib.sha256()
        self._size = 0
        self._received: Received | None = None
        with refusing():
            self._path, self._descriptor = _claim(incoming)
        self._open.append(self._descriptor)
        self._kept = False

    def write(self, data: bytes | memoryview) -> None:
        """The next bytes."""
        if self._received or not self._open:
            raise ValueError("this content takes no more bytes")
        self._digest.update(data)
        self._size += len(data)
        left = memoryview(data)
        with refusing():
            while left:
                left = left[os.write(self._descriptor, left) :]

    def finish(self) -> Received:
        """No more bytes come; what came has reached the disk."""
        if self._received is None:
            with refusing():
                os.fsync(self._descriptor)
            self._received = Received(self._digest.hexdigest(), self._size)
        return self._received

    def read(self) -> BinaryIO:
        """What came, to look at, for the caller to close."""
        with refusing():
            return self._path.open("rb")

    def keep(self) -> None:
        """Put it in its place, over the same content if that is there: what is written last is surely whole."""
        if self._received is None:
            raise ValueError("this content is not finished")
        if self._kept:
            return
        with refusing():
            place, descriptor = self._hold(self._received.sha256)
            self._open.append(descriptor)
            os.utime(self._descriptor)
            self._path.replace(place)
            self._kept = True
            sync(place.parent)

    def drop(self) -> None:
        """The end, for whatever reason; what cannot be removed now is removed at the next start."""
        if self._open and not self._kept:
            with suppress(OSError):
                self._path.unlink()
        while self._open:
            with suppress(OSError):
                os.close(self._open.pop())


def _claim(incoming: Path) -> tuple[Path, int]:
    """A new file, locked; another one when somebody took it for a leftover before it was."""
    while True:
        path = incoming / secrets.token_hex(16)
        descriptor = os.open(path, _ALONE, 0o600)
        if try_lock(descriptor) and os.fstat(descriptor).st_nlink:
            return path, descriptor
        os.close(descriptor)


def clear(incoming: Path) -> int:
    """Remove every file whose writer is gone; how many there were."""
    return sum(_cleared(path) for path in list(incoming.iterdir()) if _NAME.fullmatch(path.name))


def _cleared(path: Path) -> bool:
    try:
        descriptor = os.open(path, _AS_IT_IS)
    except FileNotFoundError:  # kept or dropped meanwhile
        return False
    try:
        if not try_lock(descriptor):
            return False
        path.unlink(missing_ok=True)
    finally:
        os.close(descriptor)
    return True
