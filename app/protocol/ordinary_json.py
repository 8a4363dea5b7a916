"""The swift way of ordinary JSON: decoded at once, unless anything in it needs the careful look of `strict_json`."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

import msgspec

from app.protocol.limits import DEEPEST, LARGEST, LONGEST_NUMBER, MOST_DIGITS, number
from app.scoring.problems import Problem


class Suspect(Exception):
    """What was sent may be fine or not: it has to be read with care."""


_ESCAPES = re.compile(rb"\\(?:u(?:00[01]|003[aA]|[dD][89a-fA-F])|[bf])")
"""Escapes that may stand for what is no text, and those of the colon, which would upset the count of members."""
_DIGITS: Final = bytes(0x30 if 0x30 <= each <= 0x39 else 0x20 for each in range(256))  # noqa: PLR2004 -- 0 to 9
_TOO_MANY: Final = b"0" * (MOST_DIGITS + 1)
_LONG_WHOLE = re.compile(rb"(?:\A|[\[:,\s])-?[0-9]{%d}" % len(_TOO_MANY))

_ROUND: Final = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS: Final = bytes(set(range(256)) - set(b"[]{}"))
_NO_MARKS: Final = bytes(set(_NO_BRACKETS) - set(b'"'))


def read_ordinary(data: bytes) -> object:
    """The value, as `strict_json` would read it; raises Suspect wherever that is not certain."""
    if len(data) > LARGEST or _has_odd_escapes(data) or _has_long_wholes(data):
        raise Suspect
    try:
        value: object = _decode(data)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        raise Suspect from None
    if data.count(b":") != _encode(value).count(b":") or is_too_deep(data):
        raise Suspect  # names and texts come through letter by letter: a colon less is a member that another one hid
    return value


def exact_number(literal: str) -> int | Decimal | Problem:
    """The number of a literal; of an endless one no more is kept than shows that it is."""
    return number(literal[: LONGEST_NUMBER + 1])


def is_too_deep(data: bytes) -> bool:
    """Whether containers lie inside one another more than `DEEPEST` times, in JSON known to be well-formed.

    Outside the strings only brackets are kept; each pass takes away the innermost pairs. Faster than walking the tree.
    """
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    brackets = data.translate(_ROUND, _NO_MARKS).replace(b'""', b"")
    if b'"' in brackets:  # a bracket within a text
        brackets = b"".join(data.split(b'"')[::2]).translate(_ROUND, _NO_BRACKETS)
    for _ in range(DEEPEST):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def _has_odd_escapes(data: bytes) -> bool:
    return b"\\" in data and _ESCAPES.search(data) is not None


def _has_long_wholes(data: bytes) -> bool:
    """Whole numbers of more digits than any may have; the decoder asks about the others itself."""
    return _TOO_MANY in data.translate(_DIGITS) and _LONG_WHOLE.search(data) is not None


def _fraction(literal: str) -> int | Decimal:
    value = exact_number(literal)
    if isinstance(value, Problem):
        raise Suspect
    return value


_decode = msgspec.json.Decoder(float_hook=_fraction).decode
_encode = msgspec.json.Encoder().encode
