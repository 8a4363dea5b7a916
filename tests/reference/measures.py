"""Facts: the profile, the fields of the evidence as they are stated, and the measures worked out from them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

from tests.reference.calculations import calculated
from tests.reference.folds import FOLDS, folded
from tests.reference.limits import limits
from tests.reference.outside import NOTHING, Outside
from tests.reference.peers import among_peers, previous
from tests.reference.stays import Stay, longest_stay
from tests.reference.values import UNKNOWN, Document, Facts, exact

__all__ = ["FOLDS", "facts"]


def facts(
    document: Document,
    evidence: dict[str, Any],
    period: Stay | None = None,
    instead: dict[str, Any] | None = None,
    outside: Outside = NOTHING,
) -> Facts:
    """Give every field and measure its value or UNKNOWN; `instead` replaces values by code, whatever they come from."""
    given = instead or {}
    known: Facts = {}
    for code, field in document.get("profile", {}).items():
        known[code] = _stated(field, outside.subject.get(code))
    for code, field in document.get("evidence", {}).items():
        known[code] = _stated(field, given.get(code, evidence.get(code)))
    measures = document.get("measures", {})

    def work_out(measure: dict[str, Any]) -> Any:
        return _measured(document, measure, look_up, period, outside)

    def look_up(code: str) -> Any:
        if code not in known:
            known[code] = _replaced(given[code]) if code in given else work_out(measures[code])
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


def _measured(
    document: Document,
    measure: dict[str, Any],
    look_up: Callable[[str], Any],
    period: Stay | None,
    outside: Outside,
) -> Any:
    for fold in FOLDS:
        if fold in measure:
            return _fold(document, measure, look_up(measure[fold]), period)
    if "longest_stay" in measure:
        return _stay(measure, look_up(measure["longest_stay"]), period)
    if "previous" in measure:
        return previous(measure, outside)
    if "peers" in measure:
        return among_peers(measure, look_up(measure["peers"]), outside.peers_of(measure["peers"]))
    return calculated(measure, look_up, lambda code: limits(document, code), period)


def _fold(document: Document, measure: dict[str, Any], given: Any, period: Stay | None) -> Any:
    """Over the rows of a table, or the number of options that are ticked."""
    if given is UNKNOWN:
        return UNKNOWN
    return Fraction(len(given)) if isinstance(given, frozenset) else folded(document, measure, given, period)


def _stay(measure: dict[str, Any], rows: Any, period: Stay | None) -> Any:
    """The longest stay; UNKNOWN while a row does not say who stayed, or from when to when."""
    columns = [*measure["person"], measure["start"], measure["end"]]
    if rows is UNKNOWN or any(row[column] is UNKNOWN for row in rows for column in columns):
        return UNKNOWN
    return longest_stay(measure, rows, period if "during" in measure else None)
