"""Folds over the rows of a table, step by step: which rows count, what each is worth, what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Final

from tests.reference.calculations import calculated, quotient
from tests.reference.conditions import truth
from tests.reference.limits import FREE, Limits, limits_of_field
from tests.reference.stays import Stay
from tests.reference.values import UNKNOWN, Document, as_key, exact

Rows = list[dict[str, Any]]
FOLDS: Final = ("count", "sum", "average", "min", "max", "distinct")


@dataclass(frozen=True)
class Worth:
    """What one row brings: its value, its weight, and what it may count once for."""

    value: Any
    weight: Any = Fraction(1)
    group: tuple[Any, ...] = ()

    @property
    def lacks(self) -> bool:
        """Whether something it needs is not there."""
        return UNKNOWN in (self.value, self.weight, *self.group)


def folded(document: Document, measure: dict[str, Any], rows: Rows, period: Stay | None) -> Any:
    """The fold over rows that were given."""
    word = next(fold for fold in FOLDS if fold in measure)
    columns = document["evidence"][measure[word]]["columns"]
    kept = _kept(measure, [_with_columns(measure, columns, row) for row in rows], period)
    if kept is UNKNOWN:
        return UNKNOWN
    worths = [_worth(measure, row) for row in kept]
    if any(worth.lacks for worth in worths):
        if measure.get("missing") != "skip":
            return UNKNOWN
        worths = [worth for worth in worths if not worth.lacks]
    return _come_to(word, _trimmed(measure, _most_kept(measure, _once(measure, worths))))


def _with_columns(measure: dict[str, Any], columns: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
    """The row with the columns that are worked out of its own."""
    worked_out = measure.get("columns", {})
    found = dict(row)

    def look_up(code: str) -> Any:
        if code not in found:
            found[code] = calculated(worked_out[code], look_up, limits_of)
        return found[code]

    def limits_of(code: str) -> Limits:
        return limits_of_field(columns[code]) if code in columns else FREE

    for code in worked_out:
        look_up(code)
    return found


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


def _worth(measure: dict[str, Any], row: dict[str, Any]) -> Worth:
    weight = row[measure["weight"]] if "weight" in measure else Fraction(1)
    return Worth(_value(measure, row), weight, tuple(row[column] for column in _once_per(measure)))


def _once_per(measure: dict[str, Any]) -> list[str]:
    columns = measure.get("once_per", [])
    return [columns] if isinstance(columns, str) else columns


def _value(measure: dict[str, Any], row: dict[str, Any]) -> Any:
    """A column, a share of two columns, or a number by the cell of a column; a counted row is 1."""
    asked = measure.get("value")
    if asked is None:
        return Fraction(1)
    if isinstance(asked, str):
        return row[asked]
    if "part" in asked:
        return quotient(row[asked["part"]], row[asked["whole"]], measure.get("unit"))
    cell = row[asked["by"]]
    found = None if cell is UNKNOWN else asked["values"].get(as_key(cell), asked.get("otherwise"))
    return UNKNOWN if found is None else exact(found)


def _once(measure: dict[str, Any], worths: list[Worth]) -> list[Worth]:
    """Of each group the row of greatest value, the first of them on a tie."""
    if "once_per" not in measure:
        return worths
    best: dict[tuple[Any, ...], int] = {}
    for place, worth in enumerate(worths):
        if worth.group not in best or worth.value > worths[best[worth.group]].value:
            best[worth.group] = place
    return [worths[place] for place in sorted(best.values())]


def _most_kept(measure: dict[str, Any], worths: list[Worth]) -> list[Worth]:
    """Only so many rows of greatest value, the first of them on a tie."""
    if "keep" not in measure:
        return worths
    return sorted(worths, key=lambda worth: -worth.value)[: int(measure["keep"])]


def _trimmed(measure: dict[str, Any], worths: list[Worth]) -> list[Worth]:
    """Without so many of the greatest and so many of the least, when there are more than a number of them."""
    if "trim" not in measure or len(worths) <= measure["trim"]["when_more_than"]:
        return worths
    drop = int(measure["trim"]["drop"])
    return sorted(worths, key=lambda worth: worth.value)[drop : len(worths) - drop]


def _come_to(word: str, worths: list[Worth]) -> Any:
    values = [worth.value for worth in worths]
    if word == "count":
        return Fraction(len(values))
    if word == "distinct":
        return Fraction(len(set(values)))
    weighed = sum((worth.value * worth.weight for worth in worths), Fraction(0))
    if word == "sum":
        return weighed
    if not values:
        return UNKNOWN
    if word == "average":
        whole = sum((worth.weight for worth in worths), Fraction(0))
        return weighed / whole if whole != 0 else UNKNOWN
    return min(values) if word == "min" else max(values)
