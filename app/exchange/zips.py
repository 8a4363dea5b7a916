"""Zip archives in one form only: files stored as they are, one after the other, without times, owners or comments."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import Final

_LOCAL: Final = struct.Struct("<4s5H3L2H")
_CENTRAL: Final = struct.Struct("<4s6H3L5H2L")
_END: Final = struct.Struct("<4s4H2LH")
_LOCAL_SIGN: Final = b"PK\x03\x04"
_VERSION: Final = 20
_STORED: Final = 0
_NO_TIME: Final = 0
_NO_DAY: Final = 0x21
"""1 January 1980, the first day that the format can name."""
MOST_FILES: Final = 64
LARGEST: Final = 64 * 1024 * 1024
"""Bytes of an archive that is read."""


def write(files: Mapping[str, bytes]) -> bytes:
    """The archive of these files in this order; the same files give the same bytes for ever."""
    body, directory = bytearray(), bytearray()
    for name, data in files.items():
        label = name.encode("ascii")
        about = (0, _STORED, _NO_TIME, _NO_DAY, zlib.crc32(data), len(data), len(data), len(label), 0)
        directory += _CENTRAL.pack(b"PK\x01\x02", _VERSION, _VERSION, *about, 0, 0, 0, 0, len(body)) + label
        body += _LOCAL.pack(_LOCAL_SIGN, _VERSION, *about) + label + data
    end = _END.pack(b"PK\x05\x06", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return bytes(body + directory + end)


def read(data: bytes) -> dict[str, bytes] | None:
    """The files at the beginning of some bytes, as far as they are stored as `write` stores them.

    None where there are none, too many, or a name twice. Only what `write` gives back the same bytes for is an archive
    of ours; nothing is unpacked, so that nothing grows.
    """
    files: dict[str, bytes] = {}
    place = 0
    while data[place : place + 4] == _LOCAL_SIGN and place + _LOCAL.size <= len(data):
        *_, size, name_size, extra_size = _LOCAL.unpack_from(data, place)
        place += _LOCAL.size
        name = data[place : place + name_size].decode("ascii", "replace")
        place += name_size + extra_size
        if name in files or len(files) == MOST_FILES or place + size > len(data):
            return None
        files[name] = data[place : place + size]
        place += size
    return files or None
