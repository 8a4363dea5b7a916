"""A value of the unit beside those of the round before and of all units of the round."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.outside import Outside
from tests.reference.values import UNKNOWN, exact


def previous(measure: dict[str, Any], outside: Outside) -> Any:
    """The number of the round before; `otherwise` where that round has none."""
    if outside.previous is None:
        return UNKNOWN
    value = outside.previous.get(measure["previous"])
    if value is None:
        value = measure.get("otherwise")
    return UNKNOWN if value is None else exact(value)


def among_peers(measure: dict[str, Any], own: Any, values: list[Fraction]) -> Any:
    """Place, best, mean, number or percentile; UNKNOWN while the others or the unit itself are."""
    kind = measure["as"]
    if not values or (own is UNKNOWN and kind != "units"):
        return UNKNOWN
    more = measure.get("better") == "more"
    if kind == "percentile" and "of" in measure:
        return _at_percentile(sorted(values, reverse=not more), exact(measure["of"]))
    if kind in ("rank", "percentile"):
        rank = Fraction(1 + sum(value > own if more else value < own for value in values))
        return rank if kind == "rank" else rank / len(values) * 100
    if "trim" in measure and len(values) > measure["trim"]["when_more_than"]:
        values = sorted(values)[measure["trim"]["drop"] : -measure["trim"]["drop"]]
    best = max(values) if more else min(values)
    total = sum(values, Fraction(0))
    return {"units": Fraction(len(values)), "total": total, "average": total / len(values), "best": best}[kind]


def _at_percentile(from_worst: list[Fraction], percent: Fraction) -> Fraction:
    """The value so far up from the worse end, straight between neighbours (the spreadsheet's PERCENTILE.INC)."""
    place = (len(from_worst) - 1) * percent / 100
    below = int(place)
    if below == len(from_worst) - 1:
        return from_worst[below]
    return from_worst[below] + (place - below) * (from_worst[below + 1] - from_worst[below])
