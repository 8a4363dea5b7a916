"""Low ends: a row whose losses have no end could never be finalised without its evidence."""

from __future__ import annotations

from typing import Any

import pytest

from app.checking import check
from tests.builders import (
    a_scheme,
    a_section,
    an_item,
    boolean,
    cases,
    compiled,
    decimal,
    integer,
    judged,
    levels,
    line,
    one_item,
    percent,
    said,
    table,
    tally,
)

FIELDS = {
    "signed": boolean(),
    "count": integer(),
    "scarce": integer(max=3),
    "rate": percent(),
    "cost": decimal(),
    "visits": table(),
    "few": table(max_rows=20),
}
MEASURES = {
    "visit_count": {"count": "visits"},
    "some_count": {"count": "few"},
    "gap": {"total": {"scarce": 1, "rate": -1}},
    "share": {"ratio": {"part": "scarce", "whole": "all_of_it"}},
    "all_of_it": {"total": {"scarce": 1, "count": 1}},
}
LOSE = {"lose": 1, "each": "count"}


def found(rule: Any) -> list[Any]:
    return said(check(compiled(one_item(rule, evidence=FIELDS, measures=MEASURES))))


def endless(*terms: dict[str, Any]) -> dict[str, Any]:
    return tally(*terms, floor="none")


SOUND = [
    ("levels", levels(("signed", 5))),
    ("a floor", tally(LOSE)),
    ("its own most", endless({**LOSE, "most": 4})),
    ("unproven", endless({**LOSE, "unproven": 4})),
    ("a field with a limit", endless({"lose": 1, "each": "scarce"})),
    ("a percent", endless({"lose": 1, "of": "rate", "below": 95, "step": "started"})),
    ("a table with a limit", endless({"lose": 1, "each": "some_count"})),
    ("a total with limits", endless({"lose": 1, "of": "gap", "above": 0, "step": "started"})),
    ("a share", endless({"lose": 1, "of": "share", "above": 0, "step": "started"})),
    ("only gains", endless({"gain": 1, "each": "count"})),
    ("a condition", endless({"lose": 3, "when": "signed"})),
    ("a line that stops", line("cost", (0, 0), (1, 5))),
    ("a line within its measure", line("rate", (0, 0), (1, 5), beyond="extend")),
    ("a line that only rises on", line("count", (0, 0), (1, 5), beyond="extend")),
    ("a judgement below 0", tally({"add": judged(-3, 0), "points": 0}, floor="none")),
]


@pytest.mark.parametrize("rule", cases(SOUND))
def test_row_with_a_least_score(rule):
    assert found(rule) == []


ENDLESS = [
    ("each", endless(LOSE)),
    ("rows of a table", endless({"lose": 1, "each": "visit_count"})),
    ("steps", endless({"lose": 1, "of": "cost", "above": 3, "step": "completed"})),
    ("below without an end", endless({"lose": 1, "of": "cost", "below": 3, "step": "completed"})),
    ("one of two", endless({**LOSE, "most": 2}, {"lose": 1, "each": "visit_count"})),
    ("where it counts", endless({**LOSE, "when": "signed"})),
    ("in one case of several", levels(("signed", 5), otherwise=endless(LOSE))),
    ("in an added rule", endless({"add": tally(LOSE, start=0, floor="none"), "points": 0})),
    ("a line that falls on", line("count", (0, 5), (1, 4), beyond="extend")),
]


@pytest.mark.parametrize("rule", cases(ENDLESS))
def test_row_without_a_least_score(rule):
    said_of_it = "“项目”的扣分没有下限：应写 floor、most，或用 unproven 写明缺少佐证时扣多少分"
    assert found(rule) == [("/sections/0/items/0/rule", "no_low_end", said_of_it)]


def test_place_of_each_row():
    rows = [an_item(endless(LOSE), code="a"), an_item(code="b")], [an_item(code="c"), an_item(endless(LOSE), code="d")]
    document = a_scheme(a_section(*rows[0]), a_section(*rows[1], code="other"), evidence=FIELDS)
    assert [pointer for pointer, _, _ in said(check(compiled(document)))] == [
        "/sections/0/items/0/rule",
        "/sections/1/items/1/rule",
    ]


def test_rows_that_kinds_of_subject_share_are_looked_at_once():
    endless = tally({"lose": 1, "each": "count"}, floor="none")
    points = {"by": "level", "values": {"二级": 3, "三级": 3}}
    program = compiled(
        a_scheme(a_section(an_item(endless, code="endless"), an_item(points, code="level")), evidence=FIELDS)
    )
    one, other = program.kinds[:2]
    assert one.items[0] is other.items[0]
    assert one.items[1] is not other.items[1]
    assert [each.code for each in check(program)] == ["no_low_end"]
