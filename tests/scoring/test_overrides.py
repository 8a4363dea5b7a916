"""Overrides: points that a person sets over the computed ones, which stay visible beside them."""

from __future__ import annotations

import pytest

from tests.builders import (
    D,
    a_judgement,
    a_scheme,
    a_section,
    an_item,
    answer,
    by_level,
    cases,
    compiled,
    integer,
    judged,
    levels,
    lines_of,
    one_item,
    places,
    row_of,
    rows_of,
    said,
    sheet_of,
    span_of,
    table,
    tally,
)
from tests.scoring.some_overrides import FIELDS, REASON, computed, over

# --- what is refused ---------------------------------------------------------------------------------------------

UNKNOWN = ("unknown_member", "不认识的成员")
AT = "/overrides/item"
NO_REASON = (f"{AT}/reason", "reason_missing", "应写明调整理由，至少 4 个字")
NO_POINTS = (f"{AT}/points", "number_type", "应为数字")
SIZE = (f"{AT}/points", "number_size", "数字最多 15 位有效数字、6 位小数")
OUT = (f"{AT}/points", "override_out_of_range", "调整后应在 0 到 5 分之间，最多 2 位小数")
REFUSED = [
    ("a list", [], [("/overrides", "object_type", "应为对象")]),
    ("null", None, [("/overrides", "object_type", "应为对象")]),
    ("of no such row", over(3, "other"), [("/overrides/other", "item_unknown", "评价方案中没有这个计分项目")]),
    ("a number", {"item": 4}, [(AT, "object_type", "调整应为 {points, reason}")]),
    ("nothing", {"item": {}}, [NO_POINTS, NO_REASON]),
    ("points are text", over("3"), [NO_POINTS]),
    ("points are yes", over(True), [NO_POINTS]),
    ("points are null", over(None), [NO_POINTS]),
    ("points too fine", over(D("2.0000001")), [SIZE]),
    ("points too long", over(10**15), [SIZE]),
    ("no reason", {"item": {"points": 3}}, [NO_REASON]),
    ("a short reason", over(3, reason="复核 。 "), [NO_REASON]),
    ("a reason that nobody sees", over(3, reason="复　\u200b核\n后\ufeff"), [NO_REASON]),
    ("a reason that is a number", over(3, reason=12345), [NO_REASON]),
    (
        "a reason without end",
        over(3, reason="好" * 2001),
        [(f"{AT}/reason", "text_too_long", "文字过长，最多 2000 字")],
    ),
    ("a judgement's word", {"item": {"points": 3, "rationale": REASON}}, [(f"{AT}/rationale", *UNKNOWN), NO_REASON]),
    ("above the points", over(D("5.01")), [OUT]),
    ("below nothing", over(-1), [OUT]),
    ("more places than a score has", over(D("1.005")), [OUT]),
]


@pytest.mark.parametrize(("overrides", "problems"), cases(REFUSED))
def test_what_is_no_override(overrides, problems):
    assert said(answer(one_item(5), overrides=overrides)) == problems


def test_everything_wrong_with_overrides_at_once():
    given = {**over(True), **over(3, "x"), "other": {"points": 1, "reason": "无", "by": "甲"}}
    found = answer(a_scheme(a_section(an_item(), an_item(code="other"))), {"x": 1}, overrides=given, judgements=[])
    assert places(found) == [
        ("/evidence/x", "unknown_field"),
        ("/judgements", "object_type"),
        ("/overrides/item/points", "number_type"),
        ("/overrides/x", "item_unknown"),
        ("/overrides/other/by", "unknown_member"),
        ("/overrides/other/reason", "reason_missing"),
    ]


def test_all_that_are_out_of_range_at_once_with_judgements():
    rows = [an_item(), an_item(judged(), code="other")]
    found = answer(
        a_scheme(a_section(*rows)),
        overrides={**over(6), **over(9, "other")},
        judgements={"other": a_judgement(1)["item"]},
    )
    assert places(found) == [
        ("/judgements/other/points", "judgement_out_of_range"),
        ("/overrides/item/points", "override_out_of_range"),
        ("/overrides/other/points", "override_out_of_range"),
    ]


# --- how far an override goes ------------------------------------------------------------------------------------

AS_STATED = {"of": "count", "through": [[0, 0], [1, 1]], "beyond": "extend"}
ENDS = [
    ("the points", 5, {}, "0", "5"),
    ("more than a judgement gives", judged(2, 4), {}, "0", "5"),
    ("as far up as the rule goes", tally({"gain": 2, "each": "few"}), {}, "0", "23"),
    ("as far down", tally({"lose": 2, "each": "few"}, floor=-3), {}, "-3", "5"),
    ("as far up as the gate goes", 5, {"applies_when": "signed", "otherwise": 8}, "0", "8"),
    ("a gate that is none", 5, {"applies_when": "signed", "otherwise": "zero"}, "0", "5"),
    ("a rule that gives nothing ever", levels(({"few": {"less_than": 0}}, 9), otherwise=None), {}, "0", "5"),
    ("rounded", D("7.5"), {"rounding": {"places": 0, "mode": "half_up"}}, "0", "8"),
]


@pytest.mark.parametrize(("rule", "row", "low", "high"), cases(ENDS))
def test_an_override_lies_within_what_a_row_can_ever_come_to(rule, row, low, high):
    program = compiled(a_scheme(a_section(an_item(rule, **row)), evidence=FIELDS))
    for points in (D(low), D(high)):
        assert row_of(program, overrides=over(points))["score"] == points
    for points in (D(low) - 1, D(high) + 1):
        (found,) = said(answer(program, overrides=over(points)))
        assert found[1] == "override_out_of_range"
        assert found[2].startswith(f"调整后应在 {low} 到 {high} 分之间")


@pytest.mark.parametrize("points", [-(10**14), 10**14])
def test_where_there_is_no_end_any_points_do(points):
    row = an_item({"line": AS_STATED | {"of": "free"}})
    free = a_scheme(a_section(row), evidence={"free": integer(min=-(10**15) + 1)})
    assert row_of(free, {"free": 1}, overrides=over(points))["score"] == points


def test_limits_are_those_of_the_kind_of_subject():
    program = compiled(one_item(1, points=by_level(high=8, low=4)))
    assert row_of(program, subject={"level": "high"}, overrides=over(6))["score"] == 6
    found = answer(program, subject={"level": "low"}, overrides=over(6))
    assert places(found) == [("/overrides/item/points", "override_out_of_range")]


def test_the_limits_of_a_row_are_worked_out_once(monkeypatch):
    program = compiled(one_item(5))
    row_of(program, overrides=over(3))
    monkeypatch.setattr("app.scoring.program.find_range", None)
    assert row_of(program, overrides=over(4))["score"] == 4


# --- what becomes of the row -------------------------------------------------------------------------------------

LEVELS = levels(({"count": {"at_least": 3}}, 5), ({"count": {"at_least": 1}}, 2))
WAITS = "佐证资料未齐，原可计"
ROWS = [
    # rule, evidence, the row's members, points; deductions
    ("down", LEVELS, {"count": 3}, {}, 1, [(4, f"原计5分，经调整计1分，理由：{REASON}")]),
    ("up", LEVELS, {"count": 1}, {}, 4, [(1, f"原计2分，经调整计4分，理由：{REASON}")]),
    ("up to all", LEVELS, {"count": 1}, {}, 5, []),
    ("to the same", LEVELS, {"count": 1}, {}, 2, [(3, f"原计2分，经调整计2分，理由：{REASON}")]),
    ("evidence is missing", LEVELS, {}, {}, 2, [(3, f"{WAITS}最低0分、最高5分，经调整计2分，理由：{REASON}")]),
    ("no most", {"line": AS_STATED}, {}, {}, 2, [(3, f"{WAITS}最低0分，经调整计2分，理由：{REASON}")]),
    (
        "no least",
        tally({"lose": 1, "each": "count"}, floor="none"),
        {},
        {},
        2,
        [(3, f"{WAITS}最高5分，经调整计2分，理由：{REASON}")],
    ),
    ("a judgement", judged(), {}, {}, 4, [(1, f"尚未评判，原可计最低2分、最高5分，经调整计4分，理由：{REASON}")]),
    (
        "no case",
        levels(("signed", 5), otherwise=None),
        {"signed": False},
        {},
        4,
        [(1, f"所报情形不属于任何一档，经调整计4分，理由：{REASON}")],
    ),
    (
        "what does not apply",
        5,
        {"signed": False},
        {"applies_when": "signed", "otherwise": 1},
        4,
        [(1, f"本项不适用，原计1分，经调整计4分，理由：{REASON}")],
    ),
    (
        "what is left out",
        5,
        {"signed": False},
        {"applies_when": "signed", "otherwise": {"leave_out": "total"}},
        4,
        [(1, f"本项不适用，原不计入，经调整计4分，理由：{REASON}")],
    ),
    (
        "what others come to",
        5,
        {"signed": False},
        {"applies_when": "signed", "otherwise": "peers_average"},
        4,
        [(1, f"其他单位或上一批次的数值未齐，经调整计4分，理由：{REASON}")],
    ),
]


@pytest.mark.parametrize(("rule", "evidence", "row", "points", "lines"), cases(ROWS))
def test_an_override_replaces_whatever_the_row_comes_to(rule, evidence, row, points, lines):
    scheme = a_scheme(a_section(an_item(rule, **row)), evidence=FIELDS)
    before, after = row_of(scheme, evidence), row_of(scheme, evidence, overrides=over(points))
    assert (after["status"], after["score"], span_of(after)) == ("overridden", points, [points, points])
    assert (lines_of(after), after["surplus"], after["improvements"]) == (lines, 0, [])
    kept = {name: before[name] for name in ("score", "status", "range", "deductions", "surplus")}
    override = {"points": points, "reason": REASON, "computed": kept}
    assert after["trace"] == {**before["trace"], "override": override}


def test_line_of_an_override():
    (found,) = row_of(one_item(5), overrides=over(D("1.25")))["deductions"]
    assert (found["points"], found["nominal"]) == (D("3.75"), D("3.75"))
    assert (found["code"], found["clause"]) == ("item.override", None)


def test_above_the_points_there_is_a_surplus():
    scheme = one_item(tally({"gain": 2, "each": "few"}), evidence=FIELDS)
    row = row_of(scheme, {"few": 0}, overrides=over(8))
    assert (row["score"], row["surplus"], row["deductions"]) == (8, 3, [])


def test_from_above_the_points_down_to_them():
    scheme = one_item(tally({"gain": 2, "each": "few"}), evidence=FIELDS)
    row = row_of(scheme, {"few": 2}, overrides=over(5))
    assert (row["score"], row["surplus"], row["deductions"], computed(row)["surplus"]) == (5, 0, [], 4)


def test_below_nothing_more_than_the_points_is_lost():
    scheme = one_item(tally({"lose": 2, "each": "few"}, floor=-3), evidence=FIELDS)
    row = row_of(scheme, {"few": 0}, overrides=over(-2))
    assert (row["score"], lines_of(row)) == (-2, [(7, f"原计5分，经调整计-2分，理由：{REASON}")])


def test_a_bonus_loses_nothing_unless_it_falls_below_0():
    penalty = one_item(tally({"lose": 1, "each": "few"}, start=0, floor=-3), bonus=True, evidence=FIELDS)
    up, down = (row_of(penalty, {"few": 1}, overrides=over(points)) for points in (2, -3))
    assert (up["score"], up["deductions"], up["surplus"]) == (2, [], 0)
    assert (down["score"], lines_of(down)) == (-3, [(3, f"原计-1分，经调整计-3分，理由：{REASON}")])


def test_the_records_behind_a_row_stay():
    rule = levels(({"visits": {"at_least": 1}}, 5))
    scheme = one_item(rule, evidence={"rows": table()}, measures={"visits": {"count": "rows"}})
    rows = {"rows": [{"name": "甲", "date": "2020-05-01"}]}
    found = row_of(scheme, rows, overrides=over(3))["trace"]
    assert (found["records"], found["override"]["points"]) == ([{"field": "rows", "row": 1, "counted": True}], 3)


# --- judgements --------------------------------------------------------------------------------------------------


def test_a_judgement_under_an_override_stays_used():
    given = {"judgements": a_judgement(3), "overrides": over(4)}
    sheet = sheet_of(one_item(judged()), **given)
    row = rows_of(sheet)["item"]
    assert (sheet["unused_judgements"], row["score"], computed(row)["score"]) == ([], 4, 3)
    assert row["trace"]["judgement"] == {"points": 3, "rationale": "按实际情况评定"}
    assert computed(row)["deductions"][0]["reason"].startswith("经评判得3分")


def test_a_judgement_that_nobody_asked_for_stays_unused():
    scheme = one_item(levels(("signed", 5), otherwise=judged()), evidence=FIELDS)
    sheet = sheet_of(scheme, {"signed": True}, judgements=a_judgement(3), overrides=over(4))
    assert sheet["unused_judgements"] == ["item"]
    assert rows_of(sheet)["item"]["trace"]["judgement"] is None


def test_a_judgement_out_of_its_limits_is_refused_all_the_same():
    found = answer(one_item(judged()), judgements=a_judgement(6), overrides=over(4))
    assert places(found) == [("/judgements/item/points", "judgement_out_of_range")]
