"""What generated rules return, and the few functions they call: small records, numbers in digits, exact quotients."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

import msgspec

from app.scoring.exact import FINEST_PLACES, FINEST_UNITS, MOST, MOST_DIGITS, Exact, RoundingMode, exact, rounded
from app.scoring.wording import number_text


class Deducted(msgspec.Struct, frozen=True, gc=False):
    """Points lost and why: what a line of a rule says, made in no time."""

    points: Exact
    nominal: Exact
    code: str
    reason: str
    clause: str | None


class Quick(msgspec.Struct, frozen=True, gc=False):
    """What a settled row comes to; `judged` says whether the points of a person went into it."""

    score: Exact
    surplus: Exact
    deductions: tuple[Deducted, ...]
    level: int | None
    judged: bool


class Unsettled(KeyError):
    """The row is open, or takes a turn that is left to the ordinary rule; a fact that is not there says the same."""


class Ending(NamedTuple):
    """What turns the value of a rule into the score of a row: what is due, the row's points, how it is rounded."""

    due: Exact
    points: Exact
    places: int
    mode: RoundingMode

    def score(self, value: Exact) -> Exact:
        """The value rounded to the row's places."""
        return rounded(value, self.places, self.mode)

    def surplus(self, score: Exact) -> Exact:
        """What goes beyond the row's points."""
        return max(0, score - self.points)


class Tail(NamedTuple):
    """How a tally ends: its row, the level it stands under, and how many units make a point."""

    ending: Ending
    level: int | None
    scale: int


def shown(value: Exact) -> str:
    """The digits of `wording.number_text`, sooner for the usual sizes."""
    if value.__class__ is int and -MOST <= value <= MOST:
        return str(value)
    return shown_ratio(value.numerator, value.denominator)


def shown_ratio(part: int, whole: int) -> str:
    """The same for a number in two halves, which have no common divisor."""
    digits = str(part * FINEST_UNITS // whole)
    if part < 0 or len(digits) > MOST_DIGITS:
        return number_text(ratio(part, whole))
    if part < whole:
        digits = digits.zfill(FINEST_PLACES + 1)
    text = f"{digits[:-FINEST_PLACES]}.{digits[-FINEST_PLACES:]}".rstrip("0")
    return text[:-1] if text[-1] == "." else text


def ratio(part: Exact, whole: int) -> Exact:
    """`part` of `whole`, exactly."""
    return part if whole == 1 else exact(Fraction(part, whole))


def score_ratio(part: int, whole: int, ending: Ending) -> Exact:
    """`part` of `whole`, rounded to the row's places."""
    if part < 0 or ending.mode != "half_up":
        return ending.score(ratio(part, whole))
    units = 10**ending.places
    return ratio((2 * part * units + whole) // (2 * whole), units)


def finish(value: Exact, lines: Sequence[Deducted], tail: Tail, *, judged: bool) -> Quick:
    """The row for a value and its deductions, both in units; where lines have to be rounded together, Unsettled."""
    ending, level, scale = tail
    score = ending.score(ratio(value, scale))
    if score >= ending.due:
        return Quick(score, ending.surplus(score), (), level, judged)
    if len(lines) == 1:
        line = _line(lines[0], ending.due - score, tail)
        return Quick(score, 0, (line,), level, judged)
    units = 10**ending.places
    if value * units % scale or any(line.points * units % scale for line in lines):
        raise Unsettled
    return Quick(score, 0, tuple(_line(line, ratio(line.points, scale), tail) for line in lines), level, judged)


def _line(line: Deducted, points: Exact, tail: Tail) -> Deducted:
    """In points; `nominal` is another figure where a limit cut the line."""
    nominal = points
    if line.nominal != line.points:
        nominal = max(points, rounded(ratio(line.nominal, tail.scale), tail.ending.places))
    return Deducted(points, nominal, line.code, line.reason, line.clause)
