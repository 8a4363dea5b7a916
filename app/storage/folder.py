"""The storage in a folder of this machine: `incoming` for what comes, `contents/ab/cd/abcd…` for what stays."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from app.errors import Unavailable
from app.storage.arriving import Arriving, clear
from app.storage.contents import Content, Incoming, Referenced, checked, is_digest
from app.storage.disk import make_folder, open_locked, refusing

PATIENCE: Final = 5
"""Seconds to wait while a sweep asks who refers to what."""
YOUNG: Final = 3600
"""Seconds for which content stays though nobody refers to it: a commit may still be on its way to the database."""


class Folder:
    """A `Storage`; several processes of one machine may share it. The file system has to know locks: no NFS.

    Uploads hold the shard (`contents/ab`) they put content into, side by side, each until its transaction is over; a
    sweep works alone in a shard, and passes by those that are held. Locks go with their process, however that ends.
    """

    def __init__(self, root: Path, *, patience: float = PATIENCE, young: float = YOUNG) -> None:
        self._root = root.absolute()
        self._incoming = self._root / "incoming"
        self._contents = self._root / "contents"
        self._patience = patience
        self._young = young

    def begin(self) -> Incoming:
        """Content that will come."""
        with refusing():
            self._make()
        return Arriving(self._incoming, self._hold)

    def open(self, sha256: str) -> Content:
        """Content that was kept."""
        with refusing():
            file = self._place(sha256).open("rb")
            return Content(file, os.fstat(file.fileno()).st_size)

    def has(self, sha256: str) -> bool:
        """Whether it is there."""
        with refusing():
            return self._place(sha256).is_file()

    def remove(self, sha256: str) -> bool:
        """Remove content whoever may refer to it."""
        place = self._place(sha256)
        with refusing():
            if not place.exists():
                return False
            with _alone(place.parent.parent) as alone:
                return alone and _removed(place)

    def recover(self) -> int:
        """Remove what interrupted uploads left."""
        with refusing():
            self._make()
            return clear(self._incoming)

    def sweep(self, referenced: Referenced) -> int:
        """Remove contents that nobody refers to: shard by shard, asking only while no upload can add to the shard."""
        with refusing():
            self._make()
            shards = sorted(self._contents.glob("[0-9a-f][0-9a-f]"))
        return sum(self._swept(shard, referenced) for shard in shards)

    def _swept(self, shard: Path, referenced: Referenced) -> int:
        with refusing(), _alone(shard) as alone:
            old = {path.name: path for path in self._old(shard)} if alone else {}
            kept = frozenset(referenced(sorted(old))) if old else frozenset()
            return sum(_removed(path) for name, path in old.items() if name not in kept)

    def _old(self, shard: Path) -> Iterator[Path]:
        since = time.time() - self._young
        for path in shard.glob("*/*"):
            if is_digest(path.name) and path.stat().st_mtime <= since:
                yield path

    def _hold(self, sha256: str) -> tuple[Path, int]:
        place = self._place(sha256)
        make_folder(place.parent.parent)
        make_folder(place.parent)
        descriptor = open_locked(place.parent.parent, self._patience, shared=True)
        if descriptor is None:
            raise Unavailable("storage_busy", "附件存储正在整理，请稍后重试")
        return place, descriptor

    def _place(self, sha256: str) -> Path:
        return self._contents / checked(sha256)[:2] / sha256[2:4] / sha256

    def _make(self) -> None:
        self._root.parent.mkdir(parents=True, exist_ok=True)
        for folder in (self._root, self._incoming, self._contents):
            make_folder(folder)


@contextmanager
def _alone(shard: Path) -> Iterator[bool]:
    """Whether nobody holds the shard, nor will before this is over."""
    descriptor = open_locked(shard, 0, shared=False)
    try:
        yield descriptor is not None
    finally:
        if descriptor is not None:
            os.close(descriptor)


def _removed(place: Path) -> bool:
    place.unlink(missing_ok=True)
    return True
