"""A copy that is there, read back: nothing in it but what it lists, and nothing put where it does not belong."""

from __future__ import annotations

import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from app.exchange.copies import FORMAT, MANIFEST, Hashed, Piece, is_name, write_new
from app.exchange.plain import Unreadable, read

LARGEST_MANIFEST: Final = 256 * 1024 * 1024
_DIGEST: Final = re.compile("[0-9a-f]{64}")


class NoCopy(Exception):
    """What is there is no copy, or not a whole one; its words are for people."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A copy that is there: what is said about it, and its files."""

    about: dict[str, object]
    pieces: tuple[Piece, ...]
    place: Path | tarfile.TarFile = field(repr=False)

    def take(self, piece: Piece, target: Path) -> bool:
        """Write a file of it to a new place; says whether its bytes are those that were copied."""
        with _open(self.place, piece.name) as file:
            hashed = Hashed(file)
            size = write_new(target, hashed, None)
        return (size, hashed.digest.hexdigest()) == (piece.size, piece.sha256)


@contextmanager
def reading(source: Path) -> Iterator[Reading]:
    """The copy in a folder or a tar file; raises NoCopy where there is none or files are missing or added, OSError."""
    if source.is_dir():
        yield _read(source, _names(source))
        return
    try:
        with tarfile.open(source, "r:") as tar:
            yield _read(tar, [each.name if each.isreg() else "" for each in tar.getmembers()])
    except tarfile.TarError as error:
        raise NoCopy(f"不是备份文件：{error}") from error


def _names(folder: Path) -> list[str]:
    """Every file in a folder; what is no plain file has no name."""
    files = [each for each in sorted(folder.rglob("*")) if each.is_symlink() or not each.is_dir()]
    plain = [each.is_file() and not each.is_symlink() for each in files]
    return [
        each.relative_to(folder).as_posix() if is_plain else "" for each, is_plain in zip(files, plain, strict=True)
    ]


def _read(place: Path | tarfile.TarFile, names: list[str]) -> Reading:
    if MANIFEST not in names:
        raise NoCopy(f"不是备份：没有 {MANIFEST}")
    with _open(place, MANIFEST) as file:
        data = file.read(LARGEST_MANIFEST)
    about = _about(data)
    listed = about.pop("files")
    pieces = tuple(piece for each in listed if (piece := _piece(each)) is not None) if isinstance(listed, list) else ()
    if not isinstance(listed, list) or len(pieces) != len(listed):
        raise NoCopy(f"{MANIFEST} 有误")
    here, said = sorted(names), sorted([MANIFEST, *(each.name for each in pieces)])
    if here != said:
        differs = sorted(set(here) ^ set(said)) or ["（重复的文件）"]
        raise NoCopy(f"备份中的文件与 {MANIFEST} 所列不同：{differs[0] or '（链接或特殊文件）'}")
    return Reading(about, pieces, place)


def _about(data: bytes) -> dict[str, object]:
    try:
        about = read(data)
    except Unreadable as error:
        raise NoCopy(f"{MANIFEST} 无法读取") from error
    if not isinstance(about, dict) or about.get("format") != FORMAT or "files" not in about:
        raise NoCopy(f"{MANIFEST} 不是本版本的备份格式（{FORMAT}）")
    return about


def _piece(said: object) -> Piece | None:
    match said:
        case {"name": str(name), "size": int(size), "sha256": str(sha256)} if is_name(name):
            return Piece(name, size, sha256) if size >= 0 and _DIGEST.fullmatch(sha256) else None
        case _:
            return None


@contextmanager
def _open(place: Path | tarfile.TarFile, name: str) -> Iterator[BinaryIO]:
    if isinstance(place, Path):
        with (place / name).open("rb") as file:
            yield file
    else:
        found = place.extractfile(name)
        assert found is not None  # noqa: S101 -- only plain files have names
        with found:
            yield found  # type: ignore[misc]
