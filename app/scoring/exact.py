"""Exact numbers: whole numbers and fractions, ranges of them, and the one place that rounds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Literal, TypeAlias

Exact: TypeAlias = int | Fraction
RoundingMode: TypeAlias = Literal["half_up", "half_even", "down", "up"]

FINEST_PLACES = 6
"""Decimal places that any stated number may have."""
FINEST_UNITS: int = 10**FINEST_PLACES
MOST_DIGITS = 15
MOST: int = 10**MOST_DIGITS - 1
"""The greatest number that can be stated or shown, so that every JSON library reads the same."""


class TooLarge(ArithmeticError):
    """A result that 15 digits cannot show."""


def exact(value: int | Decimal | Fraction) -> Exact:
    """Turn a stated number into a whole number where it is one, else into a fraction in lowest terms."""
    if type(value) is int:
        return value
    fraction = value if type(value) is Fraction else Fraction(value)
    return fraction.numerator if fraction.denominator == 1 else fraction


def quotient(part: Exact, whole: Exact) -> Exact:
    """Divide exactly; raises ZeroDivisionError when `whole` is 0."""
    over, under = part.numerator * whole.denominator, part.denominator * whole.numerator
    times, rest = divmod(over, under)
    return Fraction(over, under) if rest else times


def floor_of(value: Exact) -> int:
    """The greatest whole number that is not above `value`."""
    return value if isinstance(value, int) else value.numerator // value.denominator


def ceiling_of(value: Exact) -> int:
    """The least whole number that is not below `value`."""
    return -floor_of(-value)


def rounded(value: Exact, places: int, mode: RoundingMode = "half_up") -> Exact:
    """Round to `places` decimals; `half_up` goes away from zero on a tie, `up` away from zero always."""
    if isinstance(value, int):
        return value
    scale, part = 10**places, value.numerator
    whole, rest = divmod(abs(part) * scale, value.denominator)
    if _goes_up(2 * rest - value.denominator, rest, whole, mode):
        whole += 1
    return quotient(whole if part > 0 else -whole, scale)


def _goes_up(above_half: int, rest: int, whole: int, mode: RoundingMode) -> bool:
    if mode == "half_up":
        return above_half >= 0
    if mode == "half_even":
        return above_half > 0 or (above_half == 0 and whole % 2 == 1)
    return mode == "up" and rest > 0


def as_decimal(value: Exact) -> int | Decimal:
    """The same number for JSON: an int, or a Decimal without trailing zeros, at most six places and 15 digits.

    What is finer is cut downwards, which keeps every value on its own side of a mark: 79.9999999 is shown as
    79.999999, never as 80. Raises TooLarge where 15 digits do not reach.
    """
    if type(value) is int and -MOST <= value <= MOST:
        return value
    part, whole = value.numerator, value.denominator
    if not -MOST * whole <= part <= MOST * whole:
        raise TooLarge
    places = min(FINEST_PLACES, MOST_DIGITS - len(str(abs(part) // whole)))
    units, scale = part * 10**places // whole, 10**places
    return Decimal(units).scaleb(-places).normalize() if units % scale else units // scale


def cut(value: Exact) -> Exact:
    """The number as it is handed on to others: the places of `as_decimal`, whatever its size."""
    if isinstance(value, int):
        return value
    scale = 10 ** min(FINEST_PLACES, max(0, MOST_DIGITS - len(str(floor_of(abs(value))))))
    return exact(Fraction(floor_of(value * scale), scale))


@dataclass(frozen=True, slots=True)
class Range:
    """The least and the most a number can be; an end that does not exist is None."""

    low: Exact | None
    high: Exact | None

    def __add__(self, other: Range) -> Range:
        """The range of a sum of two numbers that vary freely."""
        return Range(
            None if self.low is None or other.low is None else self.low + other.low,
            None if self.high is None or other.high is None else self.high + other.high,
        )

    def times(self, factor: Exact) -> Range:
        """The range of the number multiplied by a constant."""
        if factor == 0:
            return Range(0, 0)
        low = None if self.low is None else self.low * factor
        high = None if self.high is None else self.high * factor
        return Range(low, high) if factor > 0 else Range(high, low)

    def union(self, other: Range) -> Range:
        """The least range that holds both."""
        low = None if self.low is None or other.low is None else min(self.low, other.low)
        high = None if self.high is None or other.high is None else max(self.high, other.high)
        return Range(low, high)

    def common(self, other: Range) -> Range:
        """What lies in both; the two are bounds of the same number, so something does."""
        lows = [low for low in (self.low, other.low) if low is not None]
        highs = [high for high in (self.high, other.high) if high is not None]
        return Range(max(lows, default=None), min(highs, default=None))

    def clamped(self, least: Exact | None, most: Exact | None) -> Range:
        """Both ends limited by `most`, then by `least` (the lower limit wins)."""
        return Range(_clamp(self.low, least, most, least), _clamp(self.high, least, most, most))

    @property
    def is_point(self) -> bool:
        """Whether only one number is left."""
        return self.low is not None and self.low == self.high


ANYTHING = Range(None, None)
NOTHING = Range(0, 0)


def point(value: Exact) -> Range:
    """The range of a number that is known."""
    return Range(value, value)


def extreme_range(spans: Sequence[Range], *, highest: bool) -> Range:
    """What the greatest, or the least, of numbers that vary freely can be; an end without limit is None."""
    if highest:
        turned = extreme_range([Range(_turned(each.high), _turned(each.low)) for each in spans], highest=False)
        return Range(_turned(turned.high), _turned(turned.low))
    lows, highs = [each.low for each in spans], [each.high for each in spans]
    low = None if None in lows else min(each for each in lows if each is not None)
    return Range(low, min((each for each in highs if each is not None), default=None))


def _turned(end: Exact | None) -> Exact | None:
    return None if end is None else -end


def _clamp(value: Exact | None, least: Exact | None, most: Exact | None, missing: Exact | None) -> Exact | None:
    if value is None:
        if missing is None:
            return None
        value = missing
    if most is not None:
        value = min(value, most)
    return value if least is None else max(value, least)
