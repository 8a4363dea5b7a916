"""Facts: what was stated and what is worked out from it, known, unknown and in between."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.scoring.exact import ANYTHING, Range, point
from app.scoring.facts import Given, Workings
from app.scoring.periods import Period
from app.scoring.rows import UNDECIDED
from tests.builders import F, a_scheme, cases, compiled, day, integer, table, text

YEAR = Period(date(2020, 4, 1), date(2021, 3, 31))
FIELDS = {
    "good": integer(label="满意", unit="份"),
    "bad": integer(label="不满意", unit="份"),
    "extra": integer(min=-5, max=5, unit=None),
    "prizes": table(columns={"name": text(), "date": day(required=False)}),
}
MEASURES = {
    "answers": {"total": {"good": 1, "bad": 1}, "unit": "份"},
    "rate": {"label": "满意度", "unit": "%", "ratio": {"part": "good", "whole": "answers"}},
    "odds": {"ratio": {"part": "good", "whole": "bad"}},
    "mixed": {"total": {"rate": 1, "extra": -2}, "plus": 3},
    "twice": {"total": {"answers": 2, "good": -2}},
    "prize_count": {"count": "prizes", "during": "period"},
    "prize_names": {"distinct": "prizes", "value": "name"},
    "all_things": {"total": {"prize_count": 1, "good": 1}},
}


def workings(**changes: Any) -> Workings:
    return compiled(a_scheme(**{"evidence": FIELDS, "measures": MEASURES, **changes})).workings


def worked(values: Any = None, **tables: Any) -> Any:
    numbered = {code: list(enumerate(rows, start=1)) for code, rows in tables.items()}
    return workings().work_out(values or {}, Given(YEAR, numbered))


VALUES = [
    ("nothing stated", {}, {}),
    ("one part missing", {"good": 3}, {"good": 3}),
    (
        "both parts",
        {"good": 3, "bad": 1},
        {"good": 3, "bad": 1, "answers": 4, "rate": 75, "odds": 3, "twice": 2},
    ),
    ("whole is 0", {"good": 0, "bad": 0}, {"good": 0, "bad": 0, "answers": 0, "twice": 0}),
    (
        "exact thirds",
        {"good": 1, "bad": 2, "extra": -1},
        {
            "good": 1,
            "bad": 2,
            "extra": -1,
            "answers": 3,
            "rate": F("100/3"),
            "odds": F("1/2"),
            "mixed": F("115/3"),
            "twice": 4,
        },
    ),
]


@pytest.mark.parametrize(("stated", "values"), cases(VALUES))
def test_what_is_worked_out_from_numbers(stated, values):
    found = worked(stated)
    assert found.values == values
    assert found.verdicts == {}


def test_what_is_worked_out_from_a_table():
    rows = [{"name": "甲", "date": date(2020, 5, 1)}, {"name": "甲", "date": date(2019, 5, 1)}]
    found = worked({"good": 2}, prizes=rows)
    assert found.values == {"good": 2, "prize_count": 1, "prize_names": 1, "all_things": 3}
    assert found.verdicts == {
        "prize_count": {1: None, 2: "日期2019-05-01不在考评期内"},
        "prize_names": {1: None, 2: "“甲”重复，只计一次"},
    }


def test_empty_table_is_an_answer():
    assert worked(prizes=[]).values == {"prize_count": 0, "prize_names": 0}


def test_table_that_leaves_a_fold_unknown():
    found = worked(prizes=[{"name": "甲"}])
    assert found.values == {"prize_names": 1}
    assert found.verdicts["prize_count"] == {1: UNDECIDED}


# --- facts set to other values -----------------------------------------------------------------------------------


def changed(values: Any, changes: Any) -> Any:
    found = workings()
    return found.changed(found.work_out(values, Given(YEAR, {})).values, changes)


def test_what_rests_on_a_changed_field_is_worked_out_again():
    after = changed({"good": 3, "bad": 1}, {"bad": 3})
    assert after == {"good": 3, "bad": 3, "answers": 6, "rate": 50, "odds": 1, "twice": 6}


def test_changed_measure_keeps_its_value():
    after = changed({"good": 3, "bad": 1, "extra": 0}, {"rate": 90})
    assert after["rate"] == 90
    assert after["mixed"] == 93
    assert after["good"] == 3


def test_measure_can_lose_its_value():
    after = changed({"good": 3, "bad": 1}, {"bad": 0, "good": 0})
    assert "rate" not in after
    assert after["answers"] == 0


# --- what is open ------------------------------------------------------------------------------------------------

OPEN = [
    ("a known fact", {"good": 1}, ["good"], set()),
    ("a field", {}, ["good"], {"good"}),
    ("a total over fields", {"good": 1}, ["answers"], {"bad"}),
    ("a total of a total", {}, ["twice"], {"good", "bad"}),
    ("a ratio whose parts are missing", {"good": 1}, ["rate"], {"bad"}),
    ("a ratio whose whole is 0", {"good": 0, "bad": 0}, ["rate"], {"rate"}),
    ("a total over a ratio without a value", {"good": 0, "bad": 0, "extra": 1}, ["mixed"], {"rate"}),
    ("a total over a ratio, and a field", {"good": 0, "bad": 0}, ["mixed"], {"extra"}),
    ("a fold", {}, ["prize_count", "prize_names"], {"prize_count", "prize_names"}),
    ("a fold and a field", {}, ["all_things"], {"prize_count", "good"}),
    ("several", {"good": 1}, ["rate", "extra"], {"bad", "extra"}),
]


@pytest.mark.parametrize(("values", "codes", "leaves"), cases(OPEN))
def test_what_is_really_open(values, codes, leaves):
    found = workings()
    known = found.work_out(values, Given(YEAR, {})).values
    assert found.unknown_leaves(frozenset(codes), known) == leaves


@pytest.mark.parametrize(
    ("leaf", "table_of"),
    [("prize_count", "prizes"), ("prize_names", "prizes"), ("good", None), ("rate", None), ("all_things", None)],
)
def test_table_behind_a_fold(leaf, table_of):
    assert workings().table(leaf) == table_of


# --- facts as far as they can be seen ----------------------------------------------------------------------------


def seen(values: Any, **box: Any) -> Any:
    found = workings()
    return found.seen(found.work_out(values, Given(YEAR, {})).values, box)


UP = Range(0, None)
SIGHTS = [
    ("a point", {"good": 1}, {"bad": point(3)}, "answers", point(4)),
    ("a range", {"good": 1}, {"bad": Range(2, 3)}, "answers", Range(3, 4)),
    ("no end", {"good": 1}, {"bad": UP}, "answers", Range(1, None)),
    ("what cancels out", {}, {"good": UP, "bad": Range(1, 2)}, "twice", Range(2, 4)),
    ("a ratio", {"good": 3}, {"bad": Range(1, 2)}, "rate", Range(60, 75)),
    ("a ratio whose whole may be 0", {"good": 0}, {"bad": Range(0, 2)}, "rate", Range(0, 100)),
    ("a ratio whose whole is 0", {"good": 0}, {"bad": point(0)}, "odds", UP),
    ("a ratio that is known", {"good": 3, "bad": 1}, {}, "rate", 75),
    ("a ratio set in the box", {"good": 0, "bad": 0}, {"rate": Range(10, 20)}, "rate", Range(10, 20)),
    (
        "a total over a ratio in the box",
        {"good": 0, "bad": 0, "extra": 1},
        {"rate": Range(10, 20)},
        "mixed",
        Range(11, 21),
    ),
    ("nothing of what it reads", {}, {}, "answers", ANYTHING),
    ("known", {"good": 3, "bad": 1}, {}, "answers", 4),
]


@pytest.mark.parametrize(("values", "box", "code", "sight"), cases(SIGHTS))
def test_how_a_fact_is_seen(values, box, code, sight):
    assert seen(values, **box)[code] == sight


def test_only_what_some_facts_need():
    found = workings().only(frozenset({"mixed"}))
    assert set(found.facts) == {"mixed", "rate", "extra", "good", "bad"}
    assert [each.fact.code for each in found.derived] == ["rate", "mixed"]
    assert found.looks == ()
    assert found.changed({"good": 1, "bad": 1, "extra": 0}, {}) == {
        "good": 1,
        "bad": 1,
        "extra": 0,
        "rate": 50,
        "mixed": 53,
    }
