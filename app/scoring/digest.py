"""Canonical bytes of plain data (RFC 8785) and their SHA-256 digest, the same on every machine."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec

_write = msgspec.json.Encoder(decimal_format="number").encode
_write_sorted = msgspec.json.Encoder(decimal_format="number", order="sorted").encode

_LONG_SIGNS: Final = tuple(bytes([lead]) for lead in range(0xF0, 0xF5))
"""What signs beyond the first plane begin with: UTF-16 puts them before some of it, UTF-8 after all of it."""
_WORDS: Final = ((b"E", b"E+"), (b"E", b"E-"), (b"N", b"NaN"), (b"I", b"Inf"))
"""What is found in odd numbers, after a letter that is looked for much faster."""
_SEPARATORS: Final = bytes.maketrans(b",[", b"::")
_ODD_ENDING = re.compile(rb"\.[0-9]*0(?![0-9])")


def canonical(data: object) -> bytes:
    """The RFC 8785 form of dict, list, str, bool, None, int and Decimal of at most 15 digits and 6 places."""
    try:
        written = _write_sorted(data)
    except (TypeError, ValueError):
        return canonical_by_walk(data)
    return canonical_by_walk(data) if _is_doubtful(written) else written


def canonical_by_walk(data: object) -> bytes:
    """The same from a look at every value and name, where the bytes alone do not show that they are canonical."""
    return _write(_plain(data))


def _is_doubtful(written: bytes) -> bool:
    """Whether members may stand in another order, or a number in another form, than RFC 8785 says."""
    return (
        any(lead in written for lead in _LONG_SIGNS)
        or any(letter in written and word in written for letter, word in _WORDS)
        or _ODD_ENDING.search(written) is not None
        or b":-0" in written.translate(_SEPARATORS)
        or written.startswith(b"-0")
    )


def digest(data: object) -> str:
    """`sha256:` and 64 hexadecimal digits over the canonical bytes."""
    return digest_of(canonical(data))


def digest_of(data: bytes) -> str:
    """The digest of bytes that are already canonical."""
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _plain(data: object) -> object:
    """Numbers in their one written form; members in the order of their UTF-16 code units where that order matters."""
    if isinstance(data, Decimal):
        return normal(data)
    if isinstance(data, Mapping):
        return {key: _plain(data[key]) for key in _in_order(data)}
    if isinstance(data, list | tuple):
        return [_plain(value) for value in data]
    return data


def normal(number: Decimal) -> int | Decimal:
    """The number without trailing zeros, as an int where it is whole, and never with an exponent when written."""
    if number == number.to_integral_value():
        return int(number)
    return number.normalize()


def _in_order(data: Mapping[Any, object]) -> list[str]:
    return sorted(data, key=_utf16)


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be")
