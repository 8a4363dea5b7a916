"""What an unknown fact can become: small finite lists, and a word on how much they say.

`exact` lists hold everything the fact can be. Decimals, percentages, averages, quotients have too many values: theirs
are samples, good for showing that a range holds them, not for saying where it ends. An `endless` list goes on without
limit; its last values lie beyond every mark, step and limit that the strategies write.

A missing table is filled in through the one fold over it: a count and a sum are 0 or more, distinct values as many as
can pass `where` (a range need not know of `where`), least and greatest what the column can be. A table with missing
cells is filled in cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations, islice, product
from typing import Any

from tests.reference.calendars import named_days
from tests.reference.conditions import truth
from tests.reference.measures import FOLDS, facts
from tests.reference.reads import parts_of
from tests.reference.values import UNKNOWN, Document, exact

NEAR = range(45)
FAR = (60, 61, 100, 101, 10**6, 10**6 + 1)
FARTHEST = (10**9, 10**9 + 1)
PERCENTAGES = [Decimal(written) for written in ("0", "0.000001", "25", "50", "79.996", "79.999999", "80", "95", "100")]

DATES = ["2020-03-31", "2020-04-01", "2020-04-02", "2020-09-30", "2020-10-01", "2020-10-02"]
STAYS = [(0, 0), (0, 27), (1, 0), (1, 1), (1, 27), (2, 0), (2, 1), (5, 28), (5, 29), (6, 0)]
"""Before, at and after every day and length that the strategies ask for."""
MOST_TRIED = 1000
IN, OUT = date(2020, 4, 1), date(2021, 3, 31)
"""The period of every request; the day after it is outside."""


@dataclass(frozen=True)
class Domain:
    """The values to try."""

    values: Sequence[Any]
    exact: bool = True
    endless: bool = False


LISTED = {
    "boolean": Domain([True, False]),
    "date": Domain(DATES),
    "percent": Domain(PERCENTAGES, exact=False),
}


def domain(document: Document, evidence: dict[str, Any], code: str) -> Domain:
    """What a field that is not a table, or a measure that can be unknown by itself, can become where it is unknown."""
    for place in ("evidence", "profile"):
        if code in document.get(place, ()):
            found = _of_field(document[place][code])
            return replace(found, exact=False) if _is_counted(document, code) else found
    measure = document["measures"][code]
    if "ratio" in measure:
        return Domain(_quotients(document, code), exact=False)
    if "longest_stay" in measure:
        return Domain(STAYS)
    if "previous" in measure or "peers" in measure:
        return _of_others(document, evidence, measure)
    fold = next(word for word in FOLDS if word in measure)
    if document["evidence"][measure[fold]]["type"] != "table":
        return Domain(range(len(document["evidence"][measure[fold]]["choices"]) + 1))
    rows = evidence.get(measure[fold]) or ([{}] if _is_worked_out(measure) else [])
    filled = _filled_in(document, rows, code) if rows else []
    return Domain(filled, exact=False) if filled else _of_fold(document, fold, measure)


def _is_worked_out(measure: dict[str, Any]) -> bool:
    """Whether its value is worked out for each row, so that one row can be tried with whatever may stand in it.

    A step of nothing stands where the unit's profile lacks one, which is refused before anything is scored.
    """
    value, columns = measure.get("value"), measure.get("columns", {})
    if not isinstance(value, str) or value not in columns or any(word in measure for word in NARROWING):
        return False
    return all(column.get("every") != 0 for column in columns.values())


def _is_counted(document: Document, code: str) -> bool:
    """Whether days are counted from or to a date, so that every day matters; or options, apart from which they are."""
    return any(code in (measure.get("count"), *named_days(measure)) for measure in document["measures"].values())


def _of_others(document: Document, evidence: dict[str, Any], measure: dict[str, Any]) -> Domain:
    """A value of the round before or of all units of this one."""
    if "previous" in measure:
        return replace(domain(document, evidence, measure["previous"]), exact=False)
    if measure["as"] in ("rank", "units"):
        return Domain([number for number in [*NEAR, *FAR, *FARTHEST] if number], endless=True)
    if measure["as"] == "percentile" and "of" not in measure:
        return Domain(PERCENTAGES, exact=False)
    return replace(domain(document, evidence, measure["peers"]), exact=False)


def _of_field(field: dict[str, Any]) -> Domain:
    kind = field["type"]
    if kind in LISTED:
        return LISTED[kind]
    if kind == "choice":
        codes = list(field["choices"])
        sets = chain.from_iterable(combinations(codes, size) for size in range(len(codes) + 1))
        return Domain([list(one) for one in sets] if field.get("multiple") else codes)
    if kind == "decimal":
        low, high = exact(field["min"]), exact(field["max"])
        inside = [exact(number) for number in (0, Decimal("0.5"), 1, Decimal("1.2")) if low < number < high]
        return Domain([low, low + Fraction(1, 10**6), *inside, high], exact=False)
    return Domain(range(field.get("min", 0), field["max"] + 1)) if "max" in field else _endless()


def _endless() -> Domain:
    return Domain([*NEAR, *FAR, *FARTHEST], endless=True)


def _of_fold(document: Document, fold: str, measure: dict[str, Any]) -> Domain:
    """A fold over a table that is missing, or one that no row gives a value."""
    if any(word in measure for word in NARROWING):
        return Domain([Fraction(0), Fraction(1)] if fold == "count" else _some_values(measure), exact=False)
    if fold == "count":
        return _endless()
    if not isinstance(measure["value"], str) or measure["value"] in measure.get("columns", ()):
        return Domain(_some_values(measure), exact=False)
    if fold == "sum":
        return _endless()
    column = document["evidence"][measure[fold]]["columns"][measure["value"]]
    if fold == "distinct":
        where = measure.get("where", {"kind": {"in": list(column["choices"])}})
        passing = [one for one in column["choices"] if truth(where, {"kind": one, "flag": True}) is not False]
        return Domain(range(len(passing) + 1), exact=len(passing) == len(column["choices"]))
    numbers = [Fraction(number) for number in range(column["max"] + 1)]
    return Domain(numbers) if fold != "average" else Domain([*numbers, Fraction(1, 2), Fraction(7, 3)], exact=False)


NARROWING = ("once_per", "weight", "trim", "keep")


def _some_values(measure: dict[str, Any]) -> list[Fraction]:
    """Values that one row can have, so that a fold over some rows can have them too."""
    asked = measure["value"]
    nothing = [Fraction(0)] if "sum" in measure else []
    if isinstance(asked, dict) and "by" in asked:
        return sorted([*nothing, *(exact(value) for value in asked["values"].values())])
    return [*nothing, Fraction(1), Fraction(2)]


def _filled_in(document: Document, rows: list[dict[str, Any]], code: str) -> list[Fraction]:
    """A fold that cells without a value leave unknown: its values over the ways of filling them in."""
    measure = document["measures"][code]
    table = next(measure[word] for word in FOLDS if word in measure)
    columns = document["evidence"][table]["columns"]
    holes = [(number, name) for number, row in enumerate(rows) for name in columns if name not in row]
    small: Document = {"evidence": {table: document["evidence"][table]}, "measures": {code: measure}}
    found = set()
    for values in islice(product(*(_of_column(columns[name]) for _, name in holes)), MOST_TRIED):
        filled = [dict(row) for row in rows]
        for (number, name), value in zip(holes, values, strict=True):
            filled[number][name] = value
        found.add(facts(small, {table: filled}, (IN, OUT))[code])
    return sorted(found - {UNKNOWN})


def _of_column(column: dict[str, Any]) -> Sequence[Any]:
    if column["type"] == "date":
        return [IN.isoformat(), (OUT + timedelta(days=1)).isoformat()]
    return _of_field(column).values


def _quotients(document: Document, code: str) -> list[Fraction]:
    """A ratio to nothing: what the ratio is elsewhere, wherever its whole is above 0."""
    leaves = sorted(_leaves(document, code))
    tried = [_few(domain(document, {}, leaf).values) for leaf in leaves]
    measures = {name: each for name, each in document["measures"].items() if name in _needed(document, code)}
    small: Document = {"evidence": document["evidence"] | document.get("profile", {}), "measures": measures}
    whole = document["measures"][code]["ratio"]["whole"]
    found = set()
    for values in islice(product(*tried), MOST_TRIED):
        known = facts(small, {}, (IN, OUT), dict(zip(leaves, values, strict=True)))
        if known[whole] is not UNKNOWN and known[whole] > 0:
            found.add(known[code])
    return _few(sorted(found - {UNKNOWN})) or [Fraction(0)]


def _few(values: Sequence[Any]) -> list[Any]:
    """Both ends and a few between them."""
    values = [value for value in values if value not in FARTHEST]
    return [values[number * (len(values) - 1) // 4] for number in range(5)] if len(values) > 5 else values


def _needed(document: Document, code: str) -> set[str]:
    """The measure and all measures it uses."""
    measure = document["measures"].get(code)
    if measure is None:
        return set()
    return {code}.union(*(_needed(document, part) for part in _parts(measure)))


def _leaves(document: Document, code: str) -> set[str]:
    """The fields, folds and values of others that a measure rests on."""
    parts = _parts(document["measures"].get(code, {}))
    return set().union(*(_leaves(document, part) for part in parts)) if parts else {code}


def _parts(measure: dict[str, Any]) -> list[str]:
    return [] if "peers" in measure else parts_of(measure)
