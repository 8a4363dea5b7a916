"""A zip that may be looked into: its directory read with bounds before any library does, every entry whole."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO, Final

from app.scoring.problems import Problem
from app.storage.kinds.kind import broken, fault

_END: Final = struct.Struct("<4s4H2LH")
_LOCATOR: Final = struct.Struct("<4sLQL")
_END64: Final = struct.Struct("<4sQ2H2L4Q")
_MOST_ENTRIES: Final = 4096
_LARGEST_DIRECTORY: Final = 1024 * 1024
_LARGEST_INSIDE: Final = 400 * 1024 * 1024
_ANYHOW: Final = 16 * 1024 * 1024
"""Bytes that any archive may hold unpacked; beyond that it may hold `_TIMES` its own size."""
_TIMES: Final = 100
_LOCAL_HEADER: Final = 30
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_NAME: Final = re.compile(r"(?!/)(?!.*(?:^|/)\.\.(?:/|$))[^\\:\x00-\x1f\x7f]+")

_BROKEN: Final = broken("压缩包不完整或已损坏")
_TOO_MUCH: Final = fault("too_much_inside", "压缩包中的文件过多，或解压后过大")


class Unfit(Exception):
    """The file is no archive that may be looked into."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


@contextmanager
def archive(file: BinaryIO, size: int) -> Iterator[zipfile.ZipFile]:
    """The archive, with every entry unpacked and checked once; raises Unfit."""
    try:
        entries, start = _directory(file, size)
        with zipfile.ZipFile(file) as opened:
            _check(opened.infolist(), entries, start, size)
            if opened.testzip() is not None:
                raise Unfit(_BROKEN)
            yield opened
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise Unfit(_BROKEN) from None


def _directory(file: BinaryIO, size: int) -> tuple[int, int]:
    """How many entries the directory has and where it begins; it goes from there to the very end."""
    file.seek(max(0, size - _END.size - _LOCATOR.size - _END64.size))
    tail = file.read()
    mark, disk, directory_disk, here, entries, length, start, comment = _END.unpack(tail[-_END.size :])
    end = size - _END.size
    if mark != b"PK\x05\x06" or disk or directory_disk or here != entries or comment:
        raise Unfit(_BROKEN)
    if tail[-_END.size - _LOCATOR.size :].startswith(b"PK\x06\x07"):
        end -= _LOCATOR.size + _END64.size
        entries, length, start = _large(tail, end)
    if entries > _MOST_ENTRIES or length > _LARGEST_DIRECTORY:
        raise Unfit(_TOO_MUCH)
    if start + length != end:
        raise Unfit(_BROKEN)
    return entries, start


def _large(tail: bytes, end: int) -> tuple[int, int, int]:
    """The same figures in the form for large archives, which some writers use for all."""
    locator = _LOCATOR.unpack(tail[-_END.size - _LOCATOR.size : -_END.size])
    record = _END64.unpack(tail[: _END64.size])
    mark, rest, _, _, disk, directory_disk, here, entries, length, start = record
    if locator[1:] != (0, end, 1) or mark != b"PK\x06\x06" or rest != _END64.size - 12:
        raise Unfit(_BROKEN)
    if disk or directory_disk or here != entries:
        raise Unfit(_BROKEN)
    return entries, length, start


def _check(infos: list[zipfile.ZipInfo], entries: int, start: int, size: int) -> None:
    """Bounds on what the directory says, before anything is unpacked."""
    names = {info.orig_filename.lower() for info in infos}
    if any(info.flag_bits & _ENCRYPTED for info in infos):
        raise Unfit(fault("encrypted_file", "文件已加密，请去掉密码后上传"))
    if len(infos) != entries or len(names) != entries or not all(map(_NAME.fullmatch, names)):
        raise Unfit(_BROKEN)
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
        raise Unfit(_BROKEN)
    places = [info.header_offset for info in infos]
    if not places or min(places) != 0 or max(places) >= start or _packed(infos) > start:
        raise Unfit(_BROKEN)
    if sum(info.file_size for info in infos) > min(_LARGEST_INSIDE, _ANYHOW + _TIMES * size):
        raise Unfit(_TOO_MUCH)


def _packed(infos: list[zipfile.ZipInfo]) -> int:
    """Bytes that the entries need when none lies in another."""
    return sum(_LOCAL_HEADER + len(info.orig_filename) + info.compress_size for info in infos)
