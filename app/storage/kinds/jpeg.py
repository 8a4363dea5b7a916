"""JPEG: every segment from SOI to EOI, with a frame and a scan; what telephones append after EOI is their own."""

from __future__ import annotations

import os
import re
from typing import BinaryIO, Final

from app.scoring.problems import Problem
from app.storage.kinds.kind import broken

_MOST_SEGMENTS: Final = 10_000
_AT_ONCE: Final = 65_536
_MARKER: Final = re.compile(rb"\xff+([^\x00\xd0-\xd7\xff])")
"""In the data of a scan: FF 00 is a byte FF, D0 to D7 only part the data."""
_SCAN, _END = 0xDA, 0xD9
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE: Final = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
"""Markers without a length, which have no place between segments."""
_SHORTEST_FRAME: Final = 9


def jpeg_fault(file: BinaryIO, size: int) -> Problem | None:
    """What is wrong with a JPEG."""
    file.seek(2)
    return None if _reaches_its_end(file, size) else broken("JPEG 图片不完整或已损坏")


def _reaches_its_end(file: BinaryIO, size: int) -> bool:
    framed = scanned = False
    marker = _marker(file)
    for _ in range(_MOST_SEGMENTS):
        if marker == _END:
            return framed and scanned
        segment = _segment(file, size) if marker is not None and marker not in _BARE else None
        if segment is None or (marker in _FRAMES and not _is_frame(segment)):
            return False
        framed = framed or marker in _FRAMES
        if marker == _SCAN and not framed:
            return False
        scanned = scanned or marker == _SCAN
        marker = _marker_after_data(file) if marker == _SCAN else _marker(file)
    return False


def _marker(file: BinaryIO) -> int | None:
    """The marker that has to stand here."""
    if file.read(1) != b"\xff":
        return None
    while (byte := file.read(1)) == b"\xff":
        pass
    return byte[0] if byte else None


def _segment(file: BinaryIO, size: int) -> bytes | None:
    """What stands in the segment that begins here; at most 64 KiB."""
    length = int.from_bytes(file.read(2), "big")
    return file.read(length - 2) if 2 <= length <= size - file.tell() + 2 else None  # noqa: PLR2004 -- counts itself


def _is_frame(segment: bytes) -> bool:
    """Bits, height (0: told later), width, components of three bytes each."""
    return len(segment) >= _SHORTEST_FRAME and segment[3:5] != b"\0\0" and len(segment) == 6 + 3 * segment[5]


def _marker_after_data(file: BinaryIO) -> int | None:
    """The next marker behind the data of a scan."""
    before = b""
    while block := file.read(_AT_ONCE):
        data = before + block
        if found := _MARKER.search(data):
            file.seek(found.end() - len(data), os.SEEK_CUR)
            return found[1][0]
        before = b"\xff" if data.endswith(b"\xff") else b""
    return None
