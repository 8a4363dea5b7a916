"""`judged` and plain numbers: points that a person gives within limits, and points that are simply there."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.engine import prepare
from tests.builders import (
    D,
    a_judgement,
    answer,
    boolean,
    cases,
    judged,
    lines_of,
    one_item,
    places,
    refusals,
    row_of,
    said,
    sheet_of,
    span_of,
    table,
)

FIELDS = {"plan": boolean(label="已制订方案"), "visits": table(label="服务量")}


def scheme(rule: Any, **changes: Any) -> dict[str, Any]:
    return one_item(rule, evidence=FIELDS, **changes)


def one_of(*points: Any, **changes: Any) -> dict[str, Any]:
    return {"judged": {"one_of": list(points), **changes}}


GIVEN = [
    ("the least", judged(), 2),
    ("the most", judged(), 5),
    ("a step between", judged(1, 5, D("0.5")), D("3.5")),
    ("no points", judged(0, 5), 0),
    ("below 0", judged(-1, 0, D("0.2")), D("-0.6")),
    ("steps from another number than 0", judged(1, 4, 3), 4),
    ("one of a list", one_of(0, 5), 0),
    ("another of the list", one_of(0, D("2.5"), 5), D("2.5")),
]


@pytest.mark.parametrize(("rule", "points"), cases(GIVEN))
def test_points_that_are_given(rule, points):
    row = row_of(scheme(rule), judgements=a_judgement(points, "按实际情况评定"))
    lost = 5 - points
    shown = format(points, "f") if isinstance(points, D("0").__class__) else points
    assert (row["status"], row["score"], span_of(row)) == ("scored", points, [points, points])
    assert lines_of(row) == ([(lost, f"经评判得{shown}分，理由：按实际情况评定")] if lost else [])
    assert row["trace"]["judgement"] == {"points": points, "rationale": "按实际情况评定"}


STEPS = "评判应在 2 到 5 分之间，每 1 分一档"
REFUSED = [
    ("too few", judged(), 1, STEPS),
    ("too many", judged(), D("5.5"), STEPS),
    ("between the steps", judged(), D("2.5"), STEPS),
    ("between fine steps", judged(-1, 0, D("0.2")), D("-0.5"), "评判应在 -1 到 0 分之间，每 0.2 分一档"),
    ("not in the list", one_of(0, D("2.5"), 5), 3, "评判只能给以下分数之一：0、2.5、5"),
]


@pytest.mark.parametrize(("rule", "points", "message"), cases(REFUSED))
def test_points_that_cannot_be_given(rule, points, message):
    found = answer(scheme(rule), judgements=a_judgement(points))
    assert said(found) == [("/judgements/item/points", "judgement_out_of_range", message)]


def test_judgement_that_is_still_to_be_given():
    row = row_of(scheme(judged()))
    assert (row["status"], row["score"], span_of(row)) == ("pending_judgement", None, [2, 5])
    assert (row["trace"]["judgement"], row["trace"]["missing"]) == (None, [])


def test_one_of_a_list_still_to_be_given():
    assert span_of(row_of(scheme(one_of(5, 0)))) == [0, 5]


def test_judgement_waits_for_its_basis():
    rule = judged(basis=["visits", "plan"])
    row = row_of(scheme(rule), {"plan": True})
    assert (row["status"], span_of(row), row["trace"]["missing"]) == ("pending_evidence", [2, 5], ["visits"])
    row = row_of(scheme(rule), {"plan": False, "visits": []})
    assert (row["status"], row["trace"]["missing"]) == ("pending_judgement", [])


def test_judgement_given_before_its_basis_changes_nothing():
    sheet = sheet_of(scheme(judged(basis=["plan"])), judgements=a_judgement(4))
    row = sheet["sections"][0]["items"][0]
    assert (row["status"], span_of(row)) == ("pending_evidence", [2, 5])


AT = "/sections/0/items/0/rule"
LIMITS = "应写明 from、to、step 三项，或只写 one_of"
WRONG = [
    ("nothing", {"judged": {}}, f"{AT}/judged", "judged_limits", LIMITS),
    ("no step", {"judged": {"from": 0, "to": 5}}, f"{AT}/judged", "judged_limits", LIMITS),
    ("both ways", one_of(1, **{"from": 0}), f"{AT}/judged", "judged_limits", LIMITS),
    ("both ways in full", judged(one_of=[1]), f"{AT}/judged", "judged_limits", LIMITS),
    ("empty list", one_of(), f"{AT}/judged/one_of", "list_too_short", "至少要有 1 项"),
    ("no step forward", judged(0, 5, 0), f"{AT}/judged/step", "number_not_positive", "应大于 0"),
    ("downwards", judged(5, 0), f"{AT}/judged", "judged_limits", "from 到 to 之间应恰为整数个 step"),
    ("no whole steps", judged(0, 5, 2), f"{AT}/judged", "judged_limits", "from 到 to 之间应恰为整数个 step"),
    (
        "no whole steps from another number",
        judged(1, 5, 3),
        f"{AT}/judged",
        "judged_limits",
        "from 到 to 之间应恰为整数个 step",
    ),
    ("unknown basis", judged(basis=["plan", "x"]), f"{AT}/judged/basis/1", "field_unknown", "没有名为 x 的佐证字段"),
]


@pytest.mark.parametrize(("rule", "place", "code", "message"), cases(WRONG))
def test_judgement_that_cannot_be_written(rule, place, code, message):
    assert refusals(scheme(rule)) == [(place, code, message)]


# --- plain numbers -----------------------------------------------------------------------------------------------

FLAT = [
    (5, []),
    (3, [(2, "按计分标准得3分")]),
    (0, [(5, "按计分标准得0分")]),
    (D("4.5"), [(D("0.5"), "按计分标准得4.5分")]),
]


@pytest.mark.parametrize(("points", "lines"), FLAT)
def test_points_that_are_simply_there(points, lines):
    row = row_of(scheme(points))
    assert (row["status"], row["score"], lines_of(row)) == ("scored", points, lines)


def test_more_than_the_points():
    row = row_of(scheme(7))
    assert (row["score"], row["surplus"], row["deductions"]) == (7, 2, [])


NO_RULE = [
    ("yes", True, [(AT, "number_type")]),
    ("text", "5", [(AT, "shape_unknown")]),
    ("null", None, [(AT, "shape_unknown")]),
    ("a list", [5], [(AT, "shape_unknown")]),
    ("nothing", {}, [(AT, "shape_unknown")]),
    ("float", 0.5, [(AT, "shape_unknown")]),
    ("unknown shape", {"formula": "a * 2"}, [(AT, "shape_unknown")]),
    ("two shapes", {**judged(), "levels": [{"points": 1}]}, [(f"{AT}/judged", "unknown_member")]),
    ("too many digits", D("0.0000001"), [(AT, "number_size")]),
]


@pytest.mark.parametrize(("rule", "problems"), cases(NO_RULE))
def test_what_is_no_rule(rule, problems):
    assert places(prepare(scheme(rule))) == problems
