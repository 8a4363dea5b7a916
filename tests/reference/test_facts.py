"""Measures and conditions of the reference interpreter, case by case, from the words of the format page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from tests.reference.conditions import truth
from tests.reference.interpreter import UNKNOWN, facts
from tests.reference.stays import longest_stay
from tests.reference.values import rounded

PERIOD = (date(2020, 4, 1), date(2021, 3, 31))
TALKS = {
    "type": "table",
    "columns": {
        "date": {"type": "date"},
        "related": {"type": "boolean"},
        "hours": {"type": "decimal", "required": False},
        "town": {"type": "choice", "choices": {"a": "甲", "b": "乙"}},
    },
}
ROWS = [
    {"date": "2020-04-01", "related": True, "hours": Decimal("1.5"), "town": "a"},
    {"date": "2021-03-31", "related": True, "hours": 2, "town": "b"},
    {"date": "2020-10-01", "related": False, "hours": 4, "town": "a"},
    {"date": "2021-04-01", "related": True, "hours": 8, "town": "b"},
]
NO_HOURS = [{"date": "2020-05-01", "related": True, "town": "a"}]

FOLDED: list[tuple[str, dict[str, Any], Any, Any]] = [
    ("count", {"count": "talks"}, ROWS, 4),
    ("count in the period, both days in it", {"count": "talks", "during": "period"}, ROWS, 3),
    ("count where", {"count": "talks", "during": "period", "where": "related"}, ROWS, 2),
    ("sum", {"sum": "talks", "value": "hours"}, ROWS, "15.5"),
    ("sum in the period", {"sum": "talks", "value": "hours", "during": "period"}, ROWS, "7.5"),
    ("average", {"average": "talks", "value": "hours", "where": {"town": {"is": "a"}}}, ROWS, "2.75"),
    ("min", {"min": "talks", "value": "hours"}, ROWS, "1.5"),
    ("max", {"max": "talks", "value": "hours", "where": {"town": {"in": ["a"]}}}, ROWS, 4),
    ("distinct", {"distinct": "talks", "value": "town"}, ROWS, 2),
    ("nothing counted", {"count": "talks"}, [], 0),
    ("nothing added", {"sum": "talks", "value": "hours"}, [], 0),
    ("average of nothing", {"average": "talks", "value": "hours"}, [], UNKNOWN),
    ("least of nothing", {"min": "talks", "value": "hours"}, [], UNKNOWN),
    ("no table", {"count": "talks"}, None, UNKNOWN),
    ("a row without its value", {"sum": "talks", "value": "hours"}, ROWS + NO_HOURS, UNKNOWN),
    (
        "a row without its value, said",
        {"sum": "talks", "value": "hours", "missing": "unknown"},
        ROWS + NO_HOURS,
        UNKNOWN,
    ),
    (
        "a row without its value, skipped",
        {"sum": "talks", "value": "hours", "missing": "skip"},
        ROWS + NO_HOURS,
        "15.5",
    ),
]


@pytest.mark.parametrize(("name", "measure", "rows", "gives"), FOLDED, ids=[row[0] for row in FOLDED])
def test_folds(name: str, measure: dict[str, Any], rows: Any, gives: Any) -> None:
    document = {"evidence": {"talks": TALKS}, "measures": {"found": measure}}
    found = facts(document, {} if rows is None else {"talks": rows}, PERIOD)["found"]
    assert found == (gives if gives is UNKNOWN else Fraction(Decimal(gives)))


def test_a_ratio_is_in_percent_where_its_unit_says_so() -> None:
    fields = {"done": {"type": "integer"}, "all": {"type": "integer"}}
    ratio = {"ratio": {"part": "done", "whole": "all"}}
    document = {"evidence": fields, "measures": {"rate": ratio | {"unit": "%"}, "share": ratio}}
    known = facts(document, {"done": 1, "all": 3})
    assert (known["rate"], known["share"]) == (Fraction(100, 3), Fraction(1, 3))
    assert facts(document, {"done": 1, "all": 0})["share"] is UNKNOWN
    assert facts(document, {"done": 1})["rate"] is UNKNOWN


def test_what_is_put_instead_of_a_measure_reaches_the_measures_above_it() -> None:
    document = {
        "evidence": {"talks": TALKS},
        "measures": {"lack": {"total": {"held": -1}, "plus": 3}, "held": {"count": "talks"}},
    }
    assert facts(document, {"talks": ROWS}, PERIOD)["lack"] == -1
    assert facts(document, {}, PERIOD, {"held": 2})["lack"] == 1


def stay(*rows: tuple[str, str, str]) -> tuple[int, int]:
    table = [{"name": n, "start": date.fromisoformat(s), "end": date.fromisoformat(e)} for n, s, e in rows]
    return longest_stay({"person": ["name"], "start": "start", "end": "end", "during": "period"}, table, PERIOD)


STAYS = [
    ("nobody", [], (0, 0)),
    ("a whole month", [("a", "2020-05-01", "2020-05-31")], (1, 0)),
    ("a day less", [("a", "2020-05-01", "2020-05-30")], (0, 30)),
    ("a day more than two months", [("a", "2020-05-10", "2020-07-10")], (2, 1)),
    ("clamped to the month's end", [("a", "2021-01-31", "2021-02-27")], (1, 0)),
    ("two people are not one", [("a", "2020-05-01", "2020-05-31"), ("b", "2020-06-01", "2020-06-30")], (1, 0)),
    ("the next day follows on", [("a", "2020-06-01", "2020-06-30"), ("a", "2020-05-01", "2020-05-31")], (2, 0)),
    ("a day between breaks it", [("a", "2020-05-01", "2020-05-31"), ("a", "2020-06-02", "2020-06-30")], (1, 0)),
    ("uncut by the period", [("a", "2020-01-01", "2020-04-01")], (3, 1)),
    ("before the period", [("a", "2020-01-01", "2020-03-31")], (0, 0)),
    ("merged first, then kept", [("a", "2020-01-01", "2020-03-31"), ("a", "2020-04-01", "2020-04-30")], (4, 0)),
]


@pytest.mark.parametrize(("name", "rows", "length"), STAYS, ids=[row[0] for row in STAYS])
def test_stays(name: str, rows: Any, length: tuple[int, int]) -> None:
    assert stay(*rows) == length


U = UNKNOWN
KNOWN = {
    "yes": True,
    "no": False,
    "open": U,
    "n": Fraction(80),
    "u": U,
    "c": "a",
    "ticks": frozenset("ab"),
    "s": (2, 0),
}
ASKED: list[tuple[Any, bool | None]] = [
    ("yes", True),
    ("open", None),
    ({"not": "open"}, None),
    ({"not": "no"}, True),
    ({"all": ["yes", "open"]}, None),
    ({"all": ["open", "no"]}, False),
    ({"any": ["no", "open"]}, None),
    ({"any": ["open", "yes"]}, True),
    ({"some": {"at_least": 1, "of": ["yes", "open"]}}, True),
    ({"some": {"at_least": 2, "of": ["yes", "open", "no"]}}, None),
    ({"some": {"at_least": 3, "of": ["yes", "open", "no"]}}, False),
    ({"n": {"at_least": 80}}, True),
    ({"n": {"more_than": 80}}, False),
    ({"n": {"at_most": 80}}, True),
    ({"n": {"less_than": Decimal("80.1")}}, True),
    ({"n": {"is": 80}}, True),
    ({"n": {"in": [1, 80]}}, True),
    ({"u": {"at_least": 0}}, None),
    ({"c": {"is": "a"}}, True),
    ({"c": {"in": ["b", "c"]}}, False),
    ({"ticks": {"has": "a"}}, True),
    ({"ticks": {"has": "c"}}, False),
    ({"s": {"more_than": {"months": 2, "days": 0}}}, False),
    ({"s": {"at_least": {"months": 1, "days": 0}}}, True),
]


@pytest.mark.parametrize(("condition", "holds"), ASKED, ids=[str(row[0]) for row in ASKED])
def test_conditions(condition: Any, holds: bool | None) -> None:
    assert truth(condition, KNOWN) is holds


ROUNDED = [
    ("half_up", "2.345", "2.35"),
    ("half_up", "-2.345", "-2.35"),
    ("half_even", "2.345", "2.34"),
    ("half_even", "2.355", "2.36"),
    ("down", "-2.349", "-2.34"),
    ("up", "-2.341", "-2.35"),
    ("up", "2.34", "2.34"),
]


@pytest.mark.parametrize(("mode", "value", "gives"), ROUNDED, ids=[f"{row[0]} {row[1]}" for row in ROUNDED])
def test_rounding(mode: str, value: str, gives: str) -> None:
    assert rounded(Fraction(Decimal(value)), 2, mode) == Fraction(Decimal(gives))
