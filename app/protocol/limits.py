"""Limits of everything that comes in, the same for JSON and YAML: size, depth, numbers, characters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from typing import Final

from app.scoring.problems import Path, Problem

LARGEST: Final = 1024 * 1024
"""Bytes."""
DEEPEST: Final = 32
"""Arrays and objects inside one another; a bare value has depth 0."""
MOST_DIGITS: Final = 15
MOST_PLACES: Final = 6
LONGEST_NUMBER: Final = 40
"""Characters of a written number: every number within the limits can be written in fewer."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_NUMBER = re.compile(r"-?(?P<whole>[0-9]+)(?:\.(?P<places>[0-9]+))?(?:[eE](?P<power>[+-]?[0-9]{1,4}))?")
_PLAIN = re.compile(r"-?[0-9]+\.[0-9]*[1-9]")


@lru_cache(maxsize=4096)
def number(literal: str) -> int | Decimal | Problem:
    """The exact number a JSON literal stands for, whole ones as int, or the problem with it (no arithmetic before)."""
    if len(literal) <= MOST_PLACES + 2 and _PLAIN.fullmatch(literal):
        return Decimal(literal)
    match = _NUMBER.fullmatch(literal) if len(literal) <= LONGEST_NUMBER else None
    if match is None:
        return _refuse("number_too_long", f"数字过长：至多 {MOST_DIGITS} 位有效数字、{MOST_PLACES} 位小数")
    written = (match["whole"] + (match["places"] or "")).lstrip("0")
    digits = written.rstrip("0")
    places = len(match["places"] or "") - int(match["power"] or 0) - (len(written) - len(digits))
    return _within_limits(literal[0] == "-", digits, places) if digits else 0


def _within_limits(negative: bool, digits: str, places: int) -> int | Decimal | Problem:  # noqa: FBT001
    """± digits × 10^−places; `digits` neither begins nor ends with 0."""
    if places > MOST_PLACES:
        return _refuse("too_many_places", f"小数位数过多：至多 {MOST_PLACES} 位小数")
    if max(len(digits), len(digits) - places) > MOST_DIGITS:
        return _refuse("too_many_digits", f"数字过大或过长：至多 {MOST_DIGITS} 位有效数字")
    sign = "-" if negative else ""
    return int(sign + digits + "0" * -places) if places <= 0 else Decimal(f"{sign}{digits}E-{places}")


def text_problems(text: str, path: Path) -> Iterator[Problem]:
    """Characters that are no text: control characters and halves of a surrogate pair."""
    found = _FORBIDDEN.search(text)
    if found is None:
        return
    if found[0] >= "\ud800":
        yield Problem(path, "lone_surrogate", "文字中有不成对的代理字符（如 \\ud800），不是合法的 Unicode")
    else:
        yield Problem(path, "control_character", f"文字中有控制字符 U+{ord(found[0]):04X}")


def printable(text: str) -> str:
    """The text as it can be sent: halves of a surrogate pair become question marks."""
    return text if text.isascii() else text.encode(errors="replace").decode()


def too_large() -> Problem:
    """More bytes than anything that comes in may have."""
    return _refuse("too_large", "内容超过 1 MiB")


def too_deep() -> Problem:
    """More nesting than anything that comes in may have."""
    return _refuse("too_deep", f"嵌套过深：至多 {DEEPEST} 层")


def _refuse(code: str, message: str) -> Problem:
    return Problem((), code, message)
