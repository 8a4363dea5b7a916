"""PNG: every chunk from IHDR to IEND with its check sum, and nothing after."""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO, Final

from app.scoring.problems import Problem
from app.storage.kinds.kind import broken

SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_MOST_CHUNKS: Final = 65_536
_AT_ONCE: Final = 65_536
_FRAME: Final = 12
"""Bytes of a chunk beside its data: length, type, check sum."""
_DEPTHS: Final = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}
"""Bits that a colour type may have."""
_LARGEST_SIDE: Final = 2**31


class _Broken(Exception):
    """The file is no PNG."""


def png_fault(file: BinaryIO, size: int) -> Problem | None:
    """What is wrong with a PNG."""
    if file.read(len(SIGNATURE)) != SIGNATURE:
        return broken("PNG 文件头有误")
    try:
        kinds = _chunks(file, size)
    except _Broken:
        return broken("PNG 图片不完整或已损坏")
    if b"IDAT" not in kinds:
        return broken("PNG 图片中没有图像")
    return broken("PNG 图片结束之后还有其他内容") if file.tell() != size else None


def _chunks(file: BinaryIO, size: int) -> set[bytes]:
    """The types of the chunks up to IEND."""
    _check_header(file)
    seen: set[bytes] = set()
    for _ in range(_MOST_CHUNKS):
        length, kind = struct.unpack(">I4s", _exactly(file, 8))
        if not kind.isalpha() or kind == b"IHDR" or length > size - file.tell():
            break
        _check_sum(file, kind, length)
        if kind == b"IEND" and not length:
            return seen
        seen.add(kind)
    raise _Broken


def _check_header(file: BinaryIO) -> None:
    data = _exactly(file, _FRAME + 13)
    length, kind, width, height, depth, colour, *methods, check = struct.unpack(">I4sIIBBBBBI", data)
    good = (length, kind) == (13, b"IHDR") and check == zlib.crc32(data[4:-4])
    if not good or not 0 < width < _LARGEST_SIDE or not 0 < height < _LARGEST_SIDE:
        raise _Broken
    if depth not in _DEPTHS.get(colour, ()) or methods not in ([0, 0, 0], [0, 0, 1]):
        raise _Broken


def _check_sum(file: BinaryIO, kind: bytes, length: int) -> None:
    found = zlib.crc32(kind)
    while length:
        data = _exactly(file, min(length, _AT_ONCE))
        found = zlib.crc32(data, found)
        length -= len(data)
    if found != int.from_bytes(_exactly(file, 4), "big"):
        raise _Broken


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    if len(data) != length:
        raise _Broken
    return data
