"""What the reference interpreter works on: exact numbers, one unknown value, results that are still open."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, Final, TypeAlias

Document: TypeAlias = dict[str, Any]
Facts: TypeAlias = dict[str, Any]


class Unknown(Enum):
    """The type of the one value that stands for what is not known."""

    UNKNOWN = "unknown"


UNKNOWN: Final = Unknown.UNKNOWN


@dataclass(frozen=True)
class Pending:
    """No value yet: the reason is `evidence`, `round` (other units, the round before) or `judgement`."""

    reason: str


@dataclass(frozen=True)
class Undecided:
    """No level takes these facts, so there is no value at all."""


@dataclass(frozen=True)
class Refused:
    """A judgement outside its limits or between its steps."""

    points: Fraction


@dataclass(frozen=True)
class Apart:
    """An item that does not apply: with the score its policy gives, or left out of `total`, `rescale`, `section`."""

    score: Fraction | None = None
    left_out: str | None = None


@dataclass(frozen=True)
class Overridden:
    """An item whose points a person set, whatever its rule gives: it applies, and this is its score."""

    score: Fraction


Outcome: TypeAlias = Fraction | Pending | Undecided | Refused
Standing: TypeAlias = Outcome | Apart | Overridden


def exact(number: int | Decimal | Fraction) -> Fraction:
    """Turn a written number into a fraction; floats never enter."""
    if isinstance(number, float | bool):
        raise TypeError(number)
    return Fraction(number)


def share(number: Any) -> Fraction:
    """A written number, or one number by another."""
    return exact(number["part"]) / exact(number["whole"]) if isinstance(number, dict) else exact(number)


def written(number: int | Decimal | Fraction) -> int | Decimal:
    """The number as a document would write it."""
    fraction = exact(number)
    if fraction.denominator == 1:
        return fraction.numerator
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def is_number(value: object) -> bool:
    """Tell whether a plain value is a number (a boolean is none)."""
    return isinstance(value, int | Decimal | Fraction) and not isinstance(value, bool)


def as_key(value: Any) -> str:
    """An attribute or a cell as the text that keys are written in: 2024 is `2024`, true is `true`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not is_number(value):
        return str(value)
    number = exact(value)
    if number.denominator != 1:
        raise ValueError(value)
    return str(number.numerator)


def rounded(value: Fraction, places: int, mode: str) -> Fraction:
    """Round to places; `half_up` goes away from zero on a tie, `up` away from zero always, `down` towards it."""
    scaled = abs(value) * 10**places
    whole = scaled.numerator // scaled.denominator
    rest = scaled - whole
    half = Fraction(1, 2)
    away = {
        "half_up": rest >= half,
        "half_even": rest > half or (rest == half and whole % 2 == 1),
        "down": False,
        "up": rest > 0,
    }[mode]
    sign = 1 if value >= 0 else -1
    return Fraction(sign * (whole + away), 10**places)
