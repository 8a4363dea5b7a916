"""Copies of everything the service keeps: a folder or a tar file, whole or not at all, with a digest of each file."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from app.scoring.digest import canonical

FORMAT: Final = "alliance-assessment-backup/1"
MANIFEST: Final = "manifest.json"
TAR: Final = ".tar"
AT_ONCE: Final = 1024 * 1024
_NAME: Final = re.compile(r"(?!.*(?:^|/)\.\.?(?:/|$))[A-Za-z0-9._-]{1,100}(?:/[A-Za-z0-9._-]{1,100}){0,8}")


@dataclass(frozen=True, slots=True)
class Piece:
    """One file of a copy: where it stands in it, its bytes, their SHA-256 in hexadecimal."""

    name: str
    size: int
    sha256: str


class _Place(Protocol):
    """Where the files of a copy are put."""

    def put(self, name: str, file: BinaryIO, size: int) -> None:
        """So many bytes of an open file; raises OSError."""


@dataclass(slots=True)
class Writing:
    """A copy that is being made."""

    place: _Place
    pieces: list[Piece] = field(default_factory=list)

    def add(self, name: str, file: BinaryIO, size: int) -> Piece:
        """So many bytes of an open file under this name; raises OSError where there are fewer."""
        if not is_name(name):
            raise ValueError(f"{name} cannot stand in a copy")
        hashed = Hashed(file)
        self.place.put(name, hashed, size)  # type: ignore[arg-type]
        self.pieces.append(Piece(name, size, hashed.digest.hexdigest()))
        return self.pieces[-1]

    def finish(self, about: dict[str, object]) -> None:
        """Say what is in the copy, and more about it."""
        files = [{"name": each.name, "size": each.size, "sha256": each.sha256} for each in self.pieces]
        data = canonical({**about, "format": FORMAT, "files": files})
        self.place.put(MANIFEST, io.BytesIO(data), len(data))


def is_name(name: str) -> bool:
    """Whether a file of a copy may be called so: it stays inside, on every system."""
    return name != MANIFEST and _NAME.fullmatch(name) is not None


@contextmanager
def writing(target: Path) -> Iterator[Writing]:
    """A copy that appears at `target` when the block ends well: a tar file if it is called so, else a folder.

    Only its owner can read it. Raises FileExistsError where something is, OSError.
    """
    if target.exists() or target.is_symlink():
        raise FileExistsError(f"{target} is there already")
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}."))  # for its owner alone
    try:
        made = beside / target.name
        if target.suffix == TAR:
            made.touch(0o600)
            with tarfile.open(made, "w", format=tarfile.PAX_FORMAT) as tar:
                yield Writing(_Tar(tar))
            _sync(made)
        else:
            made.mkdir(0o700)
            yield Writing(_Folder(made))
        made.rename(target)
        _sync(target.parent)
    finally:
        shutil.rmtree(beside, ignore_errors=True)


class Hashed:
    """An open file whose bytes are hashed as they are read."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.digest = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self.digest.update(data)
        return data


@dataclass(frozen=True, slots=True)
class _Tar:
    tar: tarfile.TarFile

    def put(self, name: str, file: BinaryIO, size: int) -> None:
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self.tar.addfile(entry, file)


@dataclass(frozen=True, slots=True)
class _Folder:
    folder: Path

    def put(self, name: str, file: BinaryIO, size: int) -> None:
        path = self.folder / name
        if write_new(path, file, size) != size:
            raise OSError(f"{name} became shorter while it was read")
        _sync(path.parent)


def write_new(path: Path, file: Hashed | BinaryIO, size: int | None) -> int:
    """So many bytes (all) into a new file, on disk when this returns; how many there were."""
    done = 0
    _make(path.parent)
    with open(path, "xb", opener=_owners_alone) as target:
        while data := file.read(AT_ONCE if size is None else min(AT_ONCE, size - done)):
            done += target.write(data)
        target.flush()
        os.fsync(target.fileno())
    return done


def _make(folder: Path) -> None:
    """A folder, and those around it, for its owner alone."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(0o700)


def _owners_alone(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
