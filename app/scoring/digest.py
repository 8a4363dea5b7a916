"""Canonical bytes of plain data (RFC 8785) and their SHA-256 digest, the same on every machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

_write = msgspec.json.Encoder(decimal_format="number").encode


def canonical(data: object) -> bytes:
    """The RFC 8785 form of dict, list, str, bool, None, int and Decimal of at most 15 digits and 6 places."""
    return _write(_plain(data))


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
