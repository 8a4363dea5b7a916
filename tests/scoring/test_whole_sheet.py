"""Sections, base, bonus and total: weights, limits, what a bonus needs to count, roundings; each step is said."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.engine import prepare
from tests.builders import (
    D,
    a_scheme,
    a_section,
    an_item,
    answer,
    boolean,
    cases,
    integer,
    lines_of,
    places,
    reasons_of,
    row_of,
    rows_of,
    sections_of,
    sheet_of,
    shows,
    span_of,
    steps_of,
    tally,
)

FIELDS = {"count": integer(), "other": integer(), "yes": boolean(), "faults": integer(by="evaluator")}
SIGNED = {"count": integer(min=-9, max=9), "other": integer(min=-9, max=9)}


def one_section(**members: Any) -> dict[str, Any]:
    return a_scheme(a_section(shows(), **members), evidence=SIGNED)


# --- one section -------------------------------------------------------------------------------------------------

LIMITS = [
    ("nothing", {}, 3, 3, []),
    ("a most that acts", {"most": 2}, 3, 2, [("most", -1)]),
    ("a most that does not", {"most": 4}, 3, 3, []),
    ("a floor that acts", {"floor": 0}, -3, 0, [("floor", 3)]),
    ("a floor that does not", {"floor": 0}, 3, 3, []),
    ("the floor wins", {"most": 1, "floor": 2}, 3, 2, [("most", -2), ("floor", 1)]),
    ("a weight", {"weight": 2}, 3, 6, [("weight", 3)]),
    (
        "a weight that is rounded",
        {"weight": D("0.335")},
        3,
        D("1.01"),
        [("weight", D("-1.995")), ("rounding", D("0.005"))],
    ),
    ("a weight before the limits", {"weight": 3, "most": 5, "floor": 1}, 3, 5, [("weight", 6), ("most", -4)]),
    ("a weight on less than 0", {"weight": 2, "floor": -4}, -3, -4, [("weight", -3), ("floor", 2)]),
]


@pytest.mark.parametrize(("members", "count", "score", "steps"), cases(LIMITS))
def test_score_of_a_section(members, count, score, steps):
    sheet = sheet_of(one_section(**members), {"count": count})
    section = sections_of(sheet)["section"]
    assert (section["score"], span_of(section), steps_of(section)) == (score, [score, score], steps)
    assert (sheet["base"], sheet["total"], sheet["adjustments"]) == (score, score, [])


THIRDS = {"part": 1, "whole": 3}


@pytest.mark.parametrize("count", range(-9, 10))
def test_weight_that_is_no_decimal_adds_up(count):
    section = sections_of(sheet_of(one_section(weight=THIRDS), {"count": count}))["section"]
    assert section["score"] == count + sum(points for _, points in steps_of(section))
    assert all(each["reason"] for each in section["adjustments"])


SAID = [
    ("weight", {"weight": 2}, "按权重2折算"),
    ("weight as a quotient", {"weight": {"part": 40, "whole": 120}}, "按权重1/3折算"),
    ("most", {"most": 2}, "最多计2分"),
    ("floor", {"floor": 5}, "最低计5分"),
]


@pytest.mark.parametrize(("members", "reason"), cases(SAID))
def test_what_is_said_of_a_step(members, reason):
    section = sections_of(sheet_of(one_section(**members), {"count": 3}))["section"]
    assert reasons_of(section)[0] == reason


def test_amounts_are_in_yuan():
    document = a_scheme(
        a_section(an_item(tally({"lose": 1, "each": "count"})), most=2), evidence=FIELDS, kind="amounts"
    )
    sheet = sheet_of(document, {"count": 1})
    assert reasons_of(sections_of(sheet)["section"]) == ["最多计2元"]
    (row,) = rows_of(sheet).values()
    assert "元" in row["deductions"][0]["reason"]
    assert "分" not in row["deductions"][0]["reason"]


OPEN = [
    ("within", {}, [-9, 9]),
    ("most and floor", {"most": 2, "floor": 0}, [0, 2]),
    ("weight", {"weight": D("0.5")}, [D("-4.5"), D("4.5")]),
    ("one point", {"most": 2, "floor": 2}, [2, 2]),
]


@pytest.mark.parametrize(("members", "span"), cases(OPEN))
def test_open_section_has_no_steps_yet(members, span):
    sheet = sheet_of(one_section(**members), {})
    section = sections_of(sheet)["section"]
    assert (section["score"], span_of(section), section["adjustments"]) == (None, span, [])
    assert (sheet["total"], span_of(sheet), sheet["status"]) == (None, span, "pending")


def test_unknowns_that_pull_apart_are_looked_at_together():
    first = a_section(shows(), code="first", weight=2)
    against = an_item({"line": {"of": "count", "through": [[0, 0], [1, -1]], "beyond": "extend"}}, code="against")
    sheet = sheet_of(a_scheme(first, a_section(against, code="second"), evidence=SIGNED), {})
    assert span_of(sheet) == [-9, 9]


# --- bonus -------------------------------------------------------------------------------------------------------


def with_bonus(when: Any = None, **members: Any) -> dict[str, Any]:
    """A base of `count`, and a bonus of `other`."""
    asked = {} if when is None else {"counts_when": when}
    bonus = a_section(shows("other"), code="bonus", bonus=True, **asked)
    return a_scheme(a_section(shows(), code="base_part"), bonus, evidence=SIGNED, **members)


COUNTS = [
    ("always", None, 2, 3, []),
    ("above the mark", {"base": {"at_least": 2}}, 2, 3, []),
    ("below the mark", {"base": {"at_least": 3}}, 2, 0, [("counts_when", -3)]),
    ("by several", {"all": [{"base": {"more_than": 1}}, {"not": {"base": {"more_than": 5}}}]}, 2, 3, []),
    ("a fact of the base", {"rate": {"at_least": 41}}, 2, 0, [("counts_when", -3)]),
    ("a fact over a fact", {"twice": {"at_least": 4}}, 2, 3, []),
]
BASE_FACTS = {"rate": {"rate": ["base_part"], "label": "基本分得分率"}, "twice": {"total": {"base": 2}}}


@pytest.mark.parametrize(("when", "count", "bonus", "steps"), cases(COUNTS))
def test_bonus_that_counts_above_a_mark(when, count, bonus, steps):
    sheet = sheet_of(with_bonus(when, sheet_facts=BASE_FACTS), {"count": count, "other": 3})
    section = sections_of(sheet)["bonus"]
    assert (section["score"], steps_of(section), sheet["bonus"]) == (bonus, steps, bonus)
    assert (sheet["base"], sheet["total"], sheet["status"]) == (count, count + bonus, "complete")


def test_bonus_for_the_first_in_the_base():
    facts = {"rank": {"peers": "base", "as": "rank", "better": "more"}}
    document = with_bonus({"rank": {"at_most": 1}}, sheet_facts=facts)
    assert sheet_of(document, {"count": 2, "other": 3}, peers={"base": [2, 1]})["bonus"] == 3
    assert sheet_of(document, {"count": 2, "other": 3}, peers={"base": [2, 5]})["bonus"] == 0
    assert sheet_of(document, {"count": 2, "other": 3})["status"] == "pending"


def test_why_a_bonus_does_not_count():
    for when, reason in (
        ({"base": {"at_least": 3}}, "基本分为2分，要求不少于3分，加分不计入"),
        ({"rate": {"at_least": 41}}, "基本分得分率为40%，要求不低于41%，加分不计入"),
    ):
        sheet = sheet_of(with_bonus(when, sheet_facts=BASE_FACTS), {"count": 2, "other": 3})
        assert reasons_of(sections_of(sheet)["bonus"]) == [reason]


BONUS_OPEN = [
    ("the base is open", {"base": {"at_least": 2}}, {"other": 3}, [0, 3], [-9, 12]),
    ("the base is open, but always above", {"base": {"at_least": -9}}, {"other": 3}, [3, 3], [-6, 12]),
    ("the bonus is open", {"base": {"at_least": 2}}, {"count": 2}, [-9, 9], [-7, 11]),
    ("the bonus is open and does not count", {"base": {"at_least": 3}}, {"count": 2}, [0, 0], [2, 2]),
    ("both are open", {"base": {"at_least": 2}}, {}, [-9, 9], None),
]


@pytest.mark.parametrize(("when", "stated", "span", "total"), cases(BONUS_OPEN))
def test_bonus_that_may_count(when, stated, span, total):
    sheet = sheet_of(with_bonus(when), stated)
    section = sections_of(sheet)["bonus"]
    assert (span_of(section), sheet["status"], sheet["total"]) == (span, "pending", None)
    assert total is None or span_of(sheet) == total


def test_bonus_over_rows_that_cancel_out():
    """Each row of the base can be anything, the base itself cannot: it is 0 whatever the count."""
    against = an_item({"line": {"of": "count", "through": [[0, 0], [1, -1]], "beyond": "extend"}}, code="against")
    for mark, bonus in ((1, 0), (0, 3)):
        extra = a_section(an_item(3, code="more"), code="bonus", bonus=True, counts_when={"base": {"at_least": mark}})
        sheet = sheet_of(a_scheme(a_section(shows(), against), extra, evidence=SIGNED), {})
        assert (span_of(sheet), span_of(sections_of(sheet)["bonus"])) == ([bonus, bonus], [bonus, bonus])
        assert (sheet["status"], sheet["bonus"] in (None, bonus)) == ("pending", True)


def test_weighted_bonus_is_rounded():
    bonus = a_section(shows("other"), code="bonus", bonus=True, weight=D("0.335"))
    sheet = sheet_of(a_scheme(a_section(shows()), bonus, evidence=SIGNED), {"count": 2, "other": 3})
    assert (sheet["bonus"], sheet["bonus_limit"], sheet["total"]) == (D("1.01"), D("1.675"), D("3.01"))


def test_bonus_that_does_not_apply_at_all():
    out = {"applies_when": {"count": {"at_least": 5}}, "otherwise": {"leave_out": "total"}}
    bonus = a_section(shows("other", **out), code="bonus", bonus=True, floor=2)
    sheet = sheet_of(a_scheme(a_section(shows()), bonus, evidence=SIGNED), {"count": 2, "other": 3})
    assert (sheet["bonus"], sheet["total"], sheet["full_marks"]) == (0, 2, 5)


BONUS_WRONG = [
    ("of the base", a_scheme(a_section(counts_when={"base": {"at_least": 1}})), "/sections/0/counts_when", "not_bonus"),
    ("over the total", with_bonus({"total": {"at_least": 1}}), "/sections/1/counts_when", "counts_circle"),
    ("over the bonus", with_bonus({"not": {"bonus": {"is": 1}}}), "/sections/1/counts_when", "counts_circle"),
    ("over no fact", with_bonus({"x": {"is": 1}}), "/sections/1/counts_when/x", "fact_unknown"),
    (
        "over a fact of the total",
        with_bonus({"f": {"is": 1}}, sheet_facts={"f": {"total": {"total": 1}}}),
        "/sections/1/counts_when",
        "counts_circle",
    ),
    (
        "over a rank of totals",
        with_bonus({"f": {"is": 1}}, sheet_facts={"f": {"peers": "total", "as": "rank", "better": "more"}}),
        "/sections/1/counts_when",
        "counts_circle",
    ),
    (
        "over its own score",
        with_bonus({"f": {"is": 1}}, sheet_facts={"f": {"score": ["bonus"]}}),
        "/sections/1/counts_when",
        "counts_circle",
    ),
]


@pytest.mark.parametrize(("document", "place", "code"), cases(BONUS_WRONG))
def test_condition_of_a_bonus_that_cannot_be_written(document, place, code):
    assert places(prepare(document)) == [(place, code)]


# --- the total ---------------------------------------------------------------------------------------------------

TOTALS = [
    ("most", {"total": {"most": 4}}, 4, [("most", -2)]),
    ("most that does not act", {"total": {"most": 9}}, 6, []),
    ("floor", {"total": {"floor": 7}}, 7, [("floor", 1)]),
    ("the floor wins", {"total": {"most": 3, "floor": 5}}, 5, [("most", -3), ("floor", 2)]),
    ("rounded", {"rounding": {"total": {"places": 0}}}, 6, []),
    ("up to the next", {"rounding": {"total": {"places": 0, "mode": "up"}}}, 6, []),
]


@pytest.mark.parametrize(("members", "total", "steps"), cases(TOTALS))
def test_total_of_a_sheet(members, total, steps):
    sheet = sheet_of(with_bonus(**members), {"count": 2, "other": 4})
    assert (sheet["total"], steps_of(sheet), sheet["base"], sheet["bonus"]) == (total, steps, 2, 4)


ROUNDED = [("half up", "half_up", D("2.5"), 3, D("0.5")), ("down", "down", D("2.9"), 2, D("-0.9"))]


@pytest.mark.parametrize(("mode", "score", "total", "step"), cases(ROUNDED))
def test_total_is_rounded_by_itself(mode, score, total, step):
    document = a_scheme(a_section(an_item(score)), rounding={"places": 1, "total": {"places": 0, "mode": mode}})
    sheet = sheet_of(document)
    assert (sheet["total"], sheet["base"], steps_of(sheet)) == (total, score, [("rounding", step)])
    assert reasons_of(sheet) == ["保留0位小数，舍入所致"]


def test_total_is_limited_before_it_is_rounded():
    members = {"total": {"most": D("2.4")}, "rounding": {"total": {"places": 0}}}
    sheet = sheet_of(a_scheme(a_section(an_item(5)), **members))
    assert (sheet["total"], steps_of(sheet)) == (2, [("most", D("-2.6")), ("rounding", D("-0.4"))])
    assert reasons_of(sheet)[0] == "最多计2.4分"


def test_open_total_keeps_to_its_limits():
    sheet = sheet_of(with_bonus(total={"most": 4, "floor": 0}), {"count": 2})
    assert (sheet["total"], span_of(sheet), sheet["adjustments"]) == (None, [0, 4], [])


# --- rounding of an item -----------------------------------------------------------------------------------------

THIRD = {"line": {"of": "count", "through": [[0, 0], [3, 5]], "beyond": "stop"}}
ITEMS = [
    ("as the scheme", {}, D("1.7"), [D("3.3")]),
    ("finer", {"rounding": {"places": 3}}, D("1.667"), [D("3.333")]),
    ("whole", {"rounding": {"places": 0}}, 2, [3]),
    ("whole, down", {"rounding": {"places": 0, "mode": "down"}}, 1, [4]),
    ("two places where not said", {"rounding": {"mode": "down"}}, D("1.66"), [D("3.34")]),
]


@pytest.mark.parametrize(("members", "score", "lost"), cases(ITEMS))
def test_rounding_of_an_item(members, score, lost):
    document = a_scheme(a_section(an_item(THIRD, **members)), evidence=FIELDS, rounding={"places": 1})
    row = row_of(document, {"count": 1})
    assert (row["score"], [points for points, _ in lines_of(row)]) == (score, lost)


def test_sections_add_up_items_of_different_places():
    rows = [an_item(THIRD, code="a", rounding={"places": 3}), an_item(THIRD, code="b", rounding={"places": 0})]
    document = a_scheme(a_section(*rows), evidence=FIELDS, rounding={"places": 1})
    assert sheet_of(document, {"count": 1})["total"] == D("3.667")


ROUNDING_WRONG = [
    ("of an item", a_scheme(a_section(an_item(rounding={"places": 7}))), "/sections/0/items/0/rounding/places"),
    ("of the total", a_scheme(rounding={"total": {"places": -1}}), "/rounding/total/places"),
    ("a total of an item", a_scheme(a_section(an_item(rounding={"total": {}}))), "/sections/0/items/0/rounding/total"),
    ("no weight", a_scheme(a_section(weight=0)), "/sections/0/weight"),
    ("no sections", a_scheme(sections_left=0), "/sections_left"),
    ("half a section", a_scheme(sections_left=D("1.5")), "/sections_left"),
    ("another limit of the total", a_scheme(total={"least": 1}), "/total/least"),
]


@pytest.mark.parametrize(("document", "place"), cases(ROUNDING_WRONG))
def test_figure_that_cannot_be_written(document, place):
    assert [pointer for pointer, _ in places(prepare(document))] == [place]


def test_evidence_that_is_missing_closes_within_the_limits():
    sheet = sheet_of(one_section(most=2, floor=-1), {}, final=True)
    assert (sheet["status"], sheet["total"]) == ("final", -1)
    assert places(answer(a_scheme(a_section(shows("faults")), evidence=FIELDS), {}, final=True)) == [
        ("/findings/faults", "finding_missing")
    ]
