"""From one day to another: days, days within the period, whole calendar months."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.conditions import comparable
from tests.reference.stays import Stay, later
from tests.reference.values import UNKNOWN


def between_days(measure: dict[str, Any], look_up: Callable[[str], Any], period: Stay | None) -> Any:
    """The value of `days` or `months`; UNKNOWN while one of the two days is."""
    ends = measure["days"] if "days" in measure else measure["months"]
    first, last = (_day(ends[word], look_up, period) for word in ("from", "to"))
    if UNKNOWN in (first, last):
        return UNKNOWN
    if "months" in measure:
        return Fraction(
            -_months(last, first, measure["step"]) if last < first else _months(first, last, measure["step"])
        )
    if "during" in measure and period is not None:
        return Fraction(max(0, (min(last, period[1]) - max(first, period[0])).days + 1))
    return Fraction((last - first).days)


def _day(written: str, look_up: Callable[[str], Any], period: Stay | None) -> Any:
    """A day as it is written, an end of the period, or a fact."""
    if written in ("period_start", "period_end") and period is not None:
        return period[0 if written == "period_start" else 1]
    day = comparable(written)
    return day if isinstance(day, date) else look_up(written)


def _months(first: date, last: date, step: str) -> int:
    """Whole calendar months; `started` counts one more where days are left over."""
    months = 0
    while later(first, months + 1) <= last:
        months += 1
    return months + (step == "started" and later(first, months) < last)


def named_days(measure: dict[str, Any]) -> list[str]:
    """The facts that days are counted from and to."""
    ends = [*measure.get("days", {}).values(), *measure.get("months", {}).values()]
    return [end for end in ends if end not in ("period_start", "period_end") and isinstance(comparable(end), str)]
