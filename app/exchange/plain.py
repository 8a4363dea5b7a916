"""JSON that comes back from a file: plain values with exact numbers, within the limits of everything we write."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

import msgspec

MOST: Final = 10**15
"""No number has more than 15 digits."""
DEEPEST: Final = 100
_EXACT: Final = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,6}")


class Unreadable(ValueError):
    """The bytes are no JSON as we write it."""


def read(data: bytes) -> object:
    """The value; raises Unreadable. Numbers are refused before anything is worked out with them."""
    try:
        value: object = _read(data)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from error
    _refuse_odd(value, 0)
    return value


def _number(literal: str) -> Decimal:
    if _EXACT.fullmatch(literal) is None:
        raise Unreadable("a number past the limits")
    return Decimal(literal)


_read: Final = msgspec.json.Decoder(float_hook=_number).decode


def _refuse_odd(value: object, depth: int) -> None:
    if depth > DEEPEST:
        raise Unreadable("nested too deeply")
    if isinstance(value, int) and not -MOST < value < MOST:
        raise Unreadable("a number past the limits")
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            _refuse_odd(each, depth + 1)
