"""Facts: the fields of the evidence as they are stated, and the measures worked out from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.conditions import truth
from tests.reference.stays import Stay, longest_stay
from tests.reference.values import UNKNOWN, Document, Facts, exact

Rows = list[dict[str, Any]]
FOLDS = ("count", "sum", "average", "min", "max", "distinct")


def facts(
    document: Document,
    evidence: dict[str, Any],
    period: Stay | None = None,
    instead: dict[str, Any] | None = None,
) -> Facts:
    """Give every field and measure its value or UNKNOWN; `instead` replaces values by code, whatever they come from."""
    given = instead or {}
    known: Facts = {}
    for code, field in document.get("evidence", {}).items():
        known[code] = _stated(field, given.get(code, evidence.get(code)))
    measures = document.get("measures", {})

    def look_up(code: str) -> Any:
        if code not in known:
            known[code] = _replaced(given[code]) if code in given else _measured(measures[code], look_up, period)
        return known[code]

    for code in measures:
        look_up(code)
    return known


def _replaced(value: Any) -> Any:
    return value if isinstance(value, tuple) or value is UNKNOWN else exact(value)


def _stated(field: dict[str, Any], value: Any) -> Any:
    """Read one plain value by its field's type; what is absent or null is UNKNOWN."""
    if value is None or value is UNKNOWN:
        return UNKNOWN
    kind = field["type"]
    if kind in ("integer", "decimal", "percent"):
        return exact(value)
    if kind == "date":
        return date.fromisoformat(value)
    if kind == "table":
        return [_row(field["columns"], row) for row in value]
    return frozenset(value) if isinstance(value, list) else value


def _row(columns: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    return {code: _stated(column, row.get(code)) for code, column in columns.items()}


def _measured(measure: dict[str, Any], look_up: Callable[[str], Any], period: Stay | None) -> Any:
    for fold in FOLDS:
        if fold in measure:
            return _fold(fold, measure, look_up(measure[fold]), period)
    if "total" in measure:
        return _total(measure, look_up)
    if "ratio" in measure:
        return _ratio(measure, look_up)
    return _stay(measure, look_up(measure["longest_stay"]), period)


def _stay(measure: dict[str, Any], rows: Rows | Any, period: Stay | None) -> Any:
    """The longest stay; UNKNOWN while a row does not say who stayed, or from when to when."""
    columns = [*measure["person"], measure["start"], measure["end"]]
    if rows is UNKNOWN or any(row[column] is UNKNOWN for row in rows for column in columns):
        return UNKNOWN
    return longest_stay(measure, rows, period if "during" in measure else None)


def _total(measure: dict[str, Any], look_up: Callable[[str], Any]) -> Any:
    value = exact(measure.get("plus", 0))
    for code, weight in measure["total"].items():
        part = look_up(code)
        if part is UNKNOWN:
            return UNKNOWN
        value += part * exact(weight)
    return value


def _ratio(measure: dict[str, Any], look_up: Callable[[str], Any]) -> Any:
    part, whole = look_up(measure["ratio"]["part"]), look_up(measure["ratio"]["whole"])
    if part is UNKNOWN or whole is UNKNOWN or whole == 0:
        return UNKNOWN
    return part / whole * (100 if measure.get("unit") == "%" else 1)


def _fold(fold: str, measure: dict[str, Any], rows: Rows | Any, period: Stay | None) -> Any:
    if rows is UNKNOWN:
        return UNKNOWN
    kept = _kept(measure, rows, period)
    if kept is UNKNOWN:
        return UNKNOWN
    if fold == "count":
        return Fraction(len(kept))
    values = [row[measure["value"]] for row in kept]
    if measure.get("missing") == "skip":
        values = [value for value in values if value is not UNKNOWN]
    if UNKNOWN in values:
        return UNKNOWN
    return _folded(fold, values)


def _folded(fold: str, values: list[Any]) -> Any:
    if fold == "sum":
        return sum(values, Fraction(0))
    if fold == "distinct":
        return Fraction(len(set(values)))
    if not values:
        return UNKNOWN
    if fold == "average":
        return sum(values, Fraction(0)) / len(values)
    return min(values) if fold == "min" else max(values)


def _kept(measure: dict[str, Any], rows: Rows, period: Stay | None) -> Any:
    """The rows that count; UNKNOWN when it cannot be said of one of them."""
    kept = []
    for row in rows:
        tests = [_in_period(row, period) if "during" in measure else True]
        tests.append(truth(measure["where"], row) if "where" in measure else True)
        if False in tests:
            continue
        if None in tests:
            return UNKNOWN
        kept.append(row)
    return kept


def _in_period(row: dict[str, Any], period: Stay | None) -> bool | None:
    """A `date` within the period, or a stay that overlaps it."""
    if period is None:
        raise ValueError("a measure asks for the period")
    days = (row["date"], row["date"]) if "date" in row else (row["start_date"], row["end_date"])
    if UNKNOWN in days:
        return None
    return bool(days[0] <= period[1] and period[0] <= days[1])
