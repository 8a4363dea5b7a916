"""Folds over the rows of a table, step by step: which rows count, what each is worth, what they come to."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
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
    """What one row brings: its value, its weight, what it may count once for, and what it is preferred by there; and
    the group whose rows together are limited."""

    value: Any
    weight: Any = Fraction(1)
    group: tuple[Any, ...] = ()
    preference: Any = None
    limited: tuple[Any, ...] = ()

    @property
    def lacks(self) -> bool:
        """Whether something it needs is not there."""
        return UNKNOWN in (self.value, self.weight, self.preference, *self.group, *self.limited)


def folded(document: Document, measure: dict[str, Any], rows: Rows, period: Stay | None) -> Any:
    """The fold over rows that were given."""
    word = next(fold for fold in FOLDS if fold in measure)
    columns = document["evidence"][measure[word]]["columns"]
    kept = _kept(measure, [_with_columns(measure, columns, row, period) for row in rows], period)
    if kept is UNKNOWN:
        return UNKNOWN
    worths = [_worth(measure, row) for row in kept]
    if any(worth.lacks for worth in worths):
        if measure.get("missing") != "skip":
            return UNKNOWN
        worths = [worth for worth in worths if not worth.lacks]
    if "at_least" in measure:
        sizes = Counter(worth.group for worth in worths)
        return Fraction(sum(size >= measure["at_least"] for size in sizes.values()))
    return _come_to(word, measure, _trimmed(measure, _most_kept(measure, _once(measure, worths))))


def _with_columns(
    measure: dict[str, Any], columns: dict[str, Any], row: dict[str, Any], period: Stay | None
) -> dict[str, Any]:
    """The row with the columns that are worked out of its own."""
    worked_out = measure.get("columns", {})
    found = dict(row)

    def look_up(code: str) -> Any:
        if code not in found:
            found[code] = calculated(worked_out[code], look_up, limits_of, period)
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
        tests = [_in_period(measure["during"], row, period) if "during" in measure else True]
        tests.append(truth(measure["where"], row) if "where" in measure else True)
        if False in tests:
            continue
        if None in tests:
            return UNKNOWN
        kept.append(row)
    return kept


def _in_period(during: Any, row: dict[str, Any], period: Stay | None) -> bool | None:
    """A day within the period, or a stay that overlaps it."""
    if period is None:
        raise ValueError("a measure asks for the period")
    if isinstance(during, dict):
        names = [during["on"]] * 2 if "on" in during else [during["from"], during["to"]]
    else:
        names = ["date", "date"] if "date" in row else ["start_date", "end_date"]
    first, last = (row[name] for name in names)
    if UNKNOWN in (first, last):
        return None
    return bool(first <= period[1] and period[0] <= last)


def _worth(measure: dict[str, Any], row: dict[str, Any]) -> Worth:
    value = _value(measure, row)
    preference = value
    if "prefer" in measure:
        ((order, column),) = measure["prefer"].items()
        preference = row[column] if row[column] is UNKNOWN else _ordered(row[column]) * (1 if order == "most" else -1)
    return Worth(
        value,
        row[measure["weight"]] if "weight" in measure else Fraction(1),
        tuple(row[column] for column in _listed(measure.get("once_per", []))),
        preference,
        tuple(row[column] for column in _listed(measure.get("each_at_most", {}).get("per", []))),
    )


def _ordered(cell: Any) -> Any:
    return cell.toordinal() if isinstance(cell, date) else cell


def _listed(columns: Any) -> list[str]:
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
    """Of each group the row (or so many rows) of greatest value, or the preferred one; the first of them on a tie."""
    if "once_per" not in measure:
        return worths
    groups: dict[tuple[Any, ...], list[int]] = {}
    for place, worth in enumerate(worths):
        groups.setdefault(worth.group, []).append(place)
    left = [
        place
        for places in groups.values()
        for place in sorted(places, key=lambda place: -worths[place].preference)[: int(measure.get("per_group", 1))]
    ]
    return [worths[place] for place in sorted(left)]


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


def _come_to(word: str, measure: dict[str, Any], worths: list[Worth]) -> Any:
    if "each_at_most" in measure:
        return _limited_sum(exact(measure["each_at_most"]["most"]), worths)
    values = [worth.value for worth in worths]
    if word in ("count", "distinct"):
        return Fraction(len(values if word == "count" else set(values)))
    weighed = sum((worth.value * worth.weight for worth in worths), Fraction(0))
    if word == "sum":
        return weighed
    if word == "average":
        whole = sum((worth.weight for worth in worths), Fraction(0))
        return weighed / whole if whole != 0 else UNKNOWN
    if not values:
        return UNKNOWN
    return min(values) if word == "min" else max(values)


def _limited_sum(most: Fraction, worths: list[Worth]) -> Fraction:
    """The sum, the rows of one group together at most so much."""
    sums: dict[tuple[Any, ...], Fraction] = {}
    for worth in worths:
        sums[worth.limited] = sums.get(worth.limited, Fraction(0)) + worth.value
    return sum((min(most, each) for each in sums.values()), Fraction(0))
