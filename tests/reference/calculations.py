"""What is worked out of other values, of facts, within a row, on the sheet: totals, quotients, ends, steps, days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any, Final

from tests.reference.conditions import comparable
from tests.reference.limits import Limits
from tests.reference.values import UNKNOWN, exact, is_number

LookUp = Callable[[str], Any]
CALCULATIONS: Final = ("total", "ratio", "lowest", "highest", "steps", "days")
SCALES: Final = {"%": 100, "‰": 1000}


def calculated(measure: dict[str, Any], look_up: LookUp, limits_of: Callable[[str], Limits]) -> Any:
    """The value of one of the calculations, or UNKNOWN."""
    if "total" in measure:
        return _total(measure, look_up)
    if "ratio" in measure:
        part, whole = look_up(measure["ratio"]["part"]), look_up(measure["ratio"]["whole"])
        return quotient(part, whole, measure.get("unit"))
    if "steps" in measure:
        return _steps(measure, look_up(measure["steps"]))
    if "days" in measure:
        return _days(measure["days"], look_up)
    return _extreme(measure, look_up, limits_of)


def _total(measure: dict[str, Any], look_up: LookUp) -> Any:
    value = exact(measure.get("plus", 0))
    for code, weight in measure["total"].items():
        part = look_up(code)
        if part is UNKNOWN:
            return UNKNOWN
        value += part * exact(weight)
    return value


def quotient(part: Any, whole: Any, unit: str | None) -> Any:
    """Part by whole, in hundredths or thousandths where the unit says so."""
    if part is UNKNOWN or whole is UNKNOWN or whole == 0:
        return UNKNOWN
    return part / whole * SCALES.get(unit or "", 1)


def _steps(measure: dict[str, Any], value: Any) -> Any:
    """Whole steps, down (`completed`) or up (`started`), below 0 too."""
    if value is UNKNOWN:
        return UNKNOWN
    steps = value / exact(measure["every"])
    return Fraction(steps.__floor__() if measure["step"] == "completed" else steps.__ceil__())


def _days(ends: dict[str, str], look_up: LookUp) -> Any:
    """From one day to the other: the same day is 0, an earlier one below 0."""
    first, last = (_day(ends[word], look_up) for word in ("from", "to"))
    return UNKNOWN if UNKNOWN in (first, last) else Fraction((last - first).days)


def _day(written: str, look_up: LookUp) -> Any:
    day = comparable(written)
    return day if isinstance(day, date) else look_up(written)


def _extreme(measure: dict[str, Any], look_up: LookUp, limits_of: Callable[[str], Limits]) -> Any:
    """The least or the greatest, known also where an unknown part cannot pass what is known."""
    lowest = "lowest" in measure
    known, ends = [], []
    for part in measure["lowest" if lowest else "highest"]:
        value = exact(part) if is_number(part) else look_up(part)
        if value is UNKNOWN:
            ends.append(limits_of(part)[0 if lowest else 1])
        else:
            known.append(value)
    if not known:
        return UNKNOWN
    found = min(known) if lowest else max(known)
    passes = [end is None or (end < found if lowest else end > found) for end in ends]
    return UNKNOWN if True in passes else found
