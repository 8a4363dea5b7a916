"""Linear forms over facts and quotients of two of them: exact values, and exact ends while facts are only ranges."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from app.scoring.exact import ANYTHING, Exact, Range, exact, point, quotient

FARTHEST = 10**21
"""Stands for an end that does not exist where a quotient only approaches its limit: no table can sum up to more."""


@dataclass(frozen=True, slots=True)
class Linear:
    """A constant and, for each fact, the number it is multiplied by (never 0)."""

    terms: Mapping[str, Exact]
    constant: Exact = 0

    def plus(self, other: Linear, factor: Exact) -> Linear:
        """This and `factor` times another."""
        terms = dict(self.terms)
        for code, weight in other.terms.items():
            terms[code] = exact(Fraction(terms.get(code, 0) + weight * factor))
        kept = {code: weight for code, weight in terms.items() if weight != 0}
        return Linear(kept, self.constant + other.constant * factor)

    def range_over(self, box: Mapping[str, Range]) -> Range:
        """The least and the most over every choice of the facts within their ranges."""
        total = point(self.constant)
        for code, weight in self.terms.items():
            total += box[code].times(weight)
        return total

    def at(self, values: Mapping[str, Exact]) -> Exact:
        """The value for known facts."""
        total = self.constant
        for code, weight in self.terms.items():
            total += weight * values[code]
        return total


def quotient_range(part: Linear, whole: Linear, box: Mapping[str, Range], steps: Mapping[str, Exact]) -> Range | None:
    """The ends of part ÷ whole wherever the whole is above 0; None where it never is.

    Exact while the whole cannot fall below 0 (counts, sums, weighted votes); otherwise an outer bound.
    """
    least = whole.range_over(box).low
    if least is None or least < 0:
        return ANYTHING
    if least > 0:
        return Range(_lowest(part, whole, box), _highest(part, whole, box))
    found: Range | None = None
    for code, weight in whole.terms.items():
        above = _raised(box, code, weight, steps[code])
        if above is not None:
            here = Range(_lowest(part, whole, above), _highest(part, whole, above))
            found = here if found is None else found.union(here)
    return found


def _raised(box: Mapping[str, Range], code: str, weight: Exact, step: Exact) -> Mapping[str, Range] | None:
    """The box with one fact moved off the end where the whole is 0."""
    here = box[code]
    if here.is_point:
        return None
    up, down = here + point(step), here + point(-step)
    return {**box, code: Range(up.low, here.high) if weight > 0 else Range(here.low, down.high)}


def _lowest(part: Linear, whole: Linear, box: Mapping[str, Range]) -> Exact | None:
    opposite = Linear({code: -weight for code, weight in part.terms.items()}, -part.constant)
    highest = _highest(opposite, whole, box)
    return None if highest is None else -highest


def _highest(part: Linear, whole: Linear, box: Mapping[str, Range]) -> Exact | None:
    """Climb from corner to corner: the best quotient q is where the greatest part - q × whole is 0 (Dinkelbach)."""
    for code, weight in part.terms.items():
        open_end = box[code].high if weight > 0 else box[code].low
        if open_end is None and whole.terms.get(code, 0) == 0:
            return None
    closed = {code: _closed(box[code]) for code in {*part.terms, *whole.terms}}
    corner = {code: each[0] for code, each in closed.items()}
    best = quotient(part.at(corner), whole.at(corner))
    while True:
        slopes = part.plus(whole, -best)
        corner = {code: ends[1] if slopes.terms.get(code, 0) > 0 else ends[0] for code, ends in closed.items()}
        if slopes.at(corner) <= 0:
            return best
        best = quotient(part.at(corner), whole.at(corner))


def _closed(ends: Range) -> tuple[Exact, Exact]:
    return (-FARTHEST if ends.low is None else ends.low, FARTHEST if ends.high is None else ends.high)
