"""The swift reading of evidence takes nothing that field by field would be read otherwise, and takes what is usual."""

from __future__ import annotations

from collections import ChainMap
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.problems import Problems
from app.scoring.stated import Evidence, read_carefully, read_evidence
from app.scoring.swift import SwiftReader
from tests.builders import (
    D,
    boolean,
    cases,
    choice,
    compiled,
    day,
    decimal,
    integer,
    one_item,
    percent,
    table,
    tally,
    text,
    ticks,
)

COLUMNS = {
    "name": text(max_length=3),
    "kind": choice(),
    "count": integer(min=-5, max=9),
    "share": percent(required=False),
    "done": ticks(required=False),
    "signed": boolean(required=False),
    "start_date": day(),
    "end_date": day(required=False),
    "first": day(required=False),
    "last": day(required=False),
}
FIELDS = {
    "signed": boolean(),
    "count": integer(),
    "limited": integer(min=3, max=5),
    "amount": decimal(min=D("0.5")),
    "share": percent(),
    "state": choice(),
    "done": ticks(),
    "on": day(),
    "remark": text(),
    "stays": table(columns=COLUMNS, max_rows=3),
    "names": table(columns={"name": text()}),
    "notes": table(columns={"start_date": text(required=False), "end_date": text(required=False)}),
    "checked": integer(by="evaluator"),
}
LONGEST = {
    "longest": {"label": "最长一次", "longest_stay": "stays", "person": ["name"], "start": "first", "end": "last"}
}
PROGRAM = compiled(one_item(tally({"lose": 1, "each": "count"}), evidence=FIELDS, measures=LONGEST))


def swift(stated: Any) -> Evidence | None:
    for _ in range(2):
        read_evidence(PROGRAM, {})
    reader = PROGRAM.recall(SwiftReader)
    assert isinstance(reader, SwiftReader)
    found = reader.read(stated)
    return None if found is None else Evidence(*found)


def typed(evidence: Evidence) -> Any:
    """The evidence with the types of its values, whatever the order of members."""
    rows = {code: [(number, with_types(row)) for number, row in numbered] for code, numbered in evidence.tables.items()}
    return with_types(evidence.values), rows


def with_types(values: Any) -> dict[str, Any]:
    return {code: (type(value), value) for code, value in values.items()}


def both_agree(stated: Any) -> None:
    found, expected = swift(stated), read_carefully(PROGRAM, stated)
    if found is not None:
        assert not isinstance(expected, Problems)
        assert typed(found) == typed(expected)


ROW = {"name": "甲", "kind": "done", "count": 0, "start_date": "2020-04-01"}
WHOLE = {
    "signed": False,
    "count": 0,
    "limited": 5,
    "amount": D("2.5"),
    "share": 100,
    "state": "begun",
    "done": ["done", "none"],
    "on": "2020-02-29",
    "remark": "张 三",
    "stays": [
        {**ROW, "end_date": "2020-04-01", "share": D("0.5"), "done": [], "signed": True},
        {**ROW, "first": "2020-01-01", "last": "2020-01-02"},
    ],
    "names": [],
}


def test_the_usual_is_taken_at_once():
    found = swift(WHOLE)
    assert found is not None
    assert found.values == {
        "signed": False,
        "count": 0,
        "limited": 5,
        "amount": Fraction(5, 2),
        "share": 100,
        "state": "begun",
        "done": frozenset({"done", "none"}),
        "on": date(2020, 2, 29),
        "remark": "张 三",
    }
    assert found.tables["names"] == []
    first = {**WHOLE["stays"][0], "start_date": date(2020, 4, 1), "end_date": date(2020, 4, 1)}
    assert found.tables["stays"][0] == (1, {**first, "share": Fraction(1, 2), "done": frozenset()})
    both_agree(WHOLE)


LEFT = [
    ("no object", [WHOLE]),
    ("unknown field", {"x": 1}),
    ("what the evaluator fills in", {"checked": 1}),
    ("a name that is no text", {1: 2}),
    ("fraction for a whole number", {"count": D("1.0")}),
    ("truth for a number", {"share": True}),
    ("text for a fraction", {"amount": "1.5"}),
    ("float for a fraction", {"amount": 1.5}),
    ("no number", {"amount": D("sNaN")}),
    ("below a limit", {"amount": D("0.4")}),
    ("above a limit", {"limited": 6}),
    ("no such choice", {"state": "x"}),
    ("half a sign for a choice", {"state": "\ud800"}),
    ("the same twice", {"done": ["done", "done"]}),
    ("padded", {"remark": "甲 "}),
    ("a day of Python's", {"on": date(2020, 4, 1)}),
    ("tuple for a list", {"names": ()}),
    ("too many rows", {"stays": [ROW] * 4}),
    ("unknown column", {"stays": [{**ROW, "x": 1}]}),
    ("column missing", {"stays": [{}]}),
    ("padded in a row", {"stays": [{**ROW, "name": "　甲"}]}),
    ("too long in a row", {"stays": [{**ROW, "name": "甲乙丙丁"}]}),
    ("a day of Python's in a row", {"stays": [{**ROW, "end_date": date(2020, 5, 1)}]}),
    ("too much in a row", {"stays": [{**ROW, "share": D("100.5")}]}),
    ("stay reversed", {"stays": [{**ROW, "end_date": "2020-03-31"}]}),
    ("stay reversed that a measure looks at", {"stays": [{**ROW, "first": "2020-03-31", "last": "2020-03-30"}]}),
]


@pytest.mark.parametrize("stated", cases(LEFT))
def test_the_unusual_is_left_to_the_fields(stated):
    assert swift(stated) is None


def test_nothing_is_compiled_for_a_single_submission():
    program = compiled(one_item(tally({"lose": 1, "each": "count"}), evidence={"count": integer()}))
    stated = {"count": 1}
    answers = [(read_evidence(program, stated), isinstance(program.recall(SwiftReader), SwiftReader)) for _ in range(3)]
    assert answers == [(Evidence(stated, {}), swiftly) for swiftly in (False, True, True)]


def test_a_mapping_of_any_kind_is_read_alike():
    stated = ChainMap({"count": 1}, {"names": [ChainMap({"name": "甲"})]})
    both_agree(stated)
    assert read_evidence(PROGRAM, stated) == Evidence({"count": 1}, {"names": [(1, {"name": "甲"})]})


def test_texts_may_come_in_any_order():
    both_agree({"notes": [{"start_date": "b", "end_date": "a"}]})


DAYS = ["2020-04-01", "2020-03-31", "2020-02-30", "2020-W23-1", "20200401", "0001-01-01", "２020-04-01", "2020-04-01Z"]
NUMBERS = [0, 3, 5, -5, 9, 10, 100, 101, 10**15 - 1, 10**15, 10**30, D("0.5"), D("5.0"), D("-0"), D("1E-7"), D("1E+2")]
NUMBERS += [D("NaN"), D("Infinity"), D("99.999999"), 1.0, 0.5, Decimal(10**20)]
TEXTS = [
    "甲",
    "",
    " 甲",
    "甲\n",
    "\x1f甲",
    "甲\u200b",
    "甲乙丙",
    "甲乙丙丁",
    "😀😀😀",
    "\ud800",
    "字" * 200,
    "字" * 201,
]
ANYTHING = [
    None,
    True,
    False,
    [],
    {},
    (),
    [[]],
    date(2020, 4, 1),
    "done",
    "begun",
    ["done"],
    ["done", "done"],
    ["x", 1],
]
values = st.sampled_from([*DAYS, *NUMBERS, *TEXTS, *ANYTHING])
spare = {"end_date": "2020-04-01", "share": D("0.5"), "done": [], "first": "2020-04-01", "last": "2020-04-01"}
near = {code: st.just(value) | values for code, value in spare.items()}
COLUMN_CODES = [*COLUMNS, "x"]
usual = {code: st.just(value) | values for code, value in ROW.items()}
rows = st.fixed_dictionaries(usual, optional=near) | st.dictionaries(st.sampled_from(COLUMN_CODES), values, max_size=6)
tables = st.lists(rows | values, max_size=4)
stated_evidence = st.dictionaries(st.sampled_from([*FIELDS, "x"]), values, max_size=4) | st.fixed_dictionaries(
    {}, optional={**{code: st.just(value) | values for code, value in WHOLE.items()}, "stays": tables, "notes": tables}
)


@given(stated_evidence | values)
def test_both_ways_read_alike(stated):
    both_agree(stated)


@given(stated_evidence)
def test_what_is_read_is_what_the_fields_read(stated):
    found, expected = read_evidence(PROGRAM, stated), read_carefully(PROGRAM, stated)
    assert found == expected


@given(st.dates().map(date.isoformat) | st.text("0123456789-WTZ+ ", max_size=10))
def test_days_are_the_same_days(written):
    both_agree({"on": written})
