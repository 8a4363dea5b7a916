"""What is worked out of other values, of facts, within a row, on the sheet: totals, quotients, ends, steps, days."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, Final

from tests.reference.calendars import between_days
from tests.reference.conditions import truth
from tests.reference.limits import Limits
from tests.reference.stays import Stay
from tests.reference.values import UNKNOWN, exact, is_number

LookUp = Callable[[str], Any]
CALCULATIONS: Final = ("total", "ratio", "lowest", "highest", "steps", "days", "months", "cases", "calendar")
SCALES: Final = {"%": 100, "‰": 1000}


def calculated(
    measure: dict[str, Any], look_up: LookUp, limits_of: Callable[[str], Limits], period: Stay | None = None
) -> Any:
    """The value of one of the calculations, or UNKNOWN."""
    word = next(word for word in CALCULATIONS if word in measure)
    if word in ("lowest", "highest"):
        return _extreme(measure, look_up, limits_of)
    if word in ("days", "months"):
        return between_days(measure, look_up, period)
    return _PLAIN[word](measure, look_up)


def _ratio(measure: dict[str, Any], look_up: LookUp) -> Any:
    part, whole = look_up(measure["ratio"]["part"]), look_up(measure["ratio"]["whole"])
    if part is not UNKNOWN and whole == 0 and "otherwise" in measure:
        return exact(measure["otherwise"])
    return quotient(part, whole, measure.get("unit"))


def _cases(measure: dict[str, Any], look_up: LookUp) -> Any:
    """The first case that holds; UNKNOWN where none does, or where it cannot be said which."""
    for case in measure["cases"]:
        holds = truth(case["when"], _Looked(look_up)) if "when" in case else True
        if holds is not False:
            return exact(case["is"]) if holds else UNKNOWN
    return UNKNOWN


class _Looked(dict[str, Any]):
    """Facts that are worked out when a condition asks for them."""

    def __init__(self, look_up: LookUp) -> None:
        super().__init__()
        self.look_up = look_up

    def __missing__(self, code: str) -> Any:
        return self.look_up(code)


def _calendar(measure: dict[str, Any], look_up: LookUp) -> Any:
    """The month, quarter, half or whole year of a day, as text."""
    day = look_up(measure["of"])
    if day is UNKNOWN:
        return UNKNOWN
    within = {
        "month": f"{day.month}月",
        "quarter": f"第{(day.month + 2) // 3}季度",
        "half_year": "上半年" if day.month <= 6 else "下半年",
        "year": "",
    }
    return f"{day.year}年{within[measure['calendar']]}"


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


def _steps(measure: dict[str, Any], look_up: LookUp) -> Any:
    """Whole steps, down (`completed`) or up (`started`), below 0 too."""
    value = look_up(measure["steps"])
    if value is UNKNOWN:
        return UNKNOWN
    steps = value / exact(measure["every"])
    return Fraction(steps.__floor__() if measure["step"] == "completed" else steps.__ceil__())


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


_PLAIN: Final[dict[str, Callable[[dict[str, Any], LookUp], Any]]] = {
    "total": _total,
    "ratio": _ratio,
    "steps": _steps,
    "cases": _cases,
    "calendar": _calendar,
}
