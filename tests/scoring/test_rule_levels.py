"""`levels`: the first case that holds, why it is not the best one, and what can still become of it."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.engine import prepare
from tests.builders import (
    D,
    a_judgement,
    boolean,
    cases,
    choice,
    integer,
    judged,
    levels,
    lines_of,
    one_item,
    percent,
    places,
    refusals,
    row_of,
    span_of,
    tally,
)

FIELDS = {"signed": boolean(), "count": integer(label="派出人次", unit="人次"), "rate": percent(), "state": choice()}
MANY, ONE = {"count": {"at_least": 2}}, {"count": {"at_least": 1}}
DISPATCH = levels((MANY, 5), (ONE, 2))


def scheme(rule: Any, **changes: Any) -> dict[str, Any]:
    return one_item(rule, evidence=FIELDS, **changes)


def outcome(rule: Any, **evidence: Any) -> tuple[Any, Any, list[Any]]:
    row = row_of(scheme(rule), evidence)
    return row["score"], row["trace"]["level"], lines_of(row)


CUT_OFF = levels(({"not": "signed"}, 0), (MANY, 5), otherwise=3)
OUTCOMES = [
    ("full", DISPATCH, {"count": 2}, 5, 1, []),
    ("second", DISPATCH, {"count": 1}, 2, 2, [(3, "派出人次为1人次，要求不少于2人次")]),
    ("last", DISPATCH, {"count": 0}, 0, 3, [(5, "派出人次为0人次，要求不少于2人次")]),
    ("above the points", levels((MANY, 7)), {"count": 2}, 7, 1, []),
    ("below 0", levels((MANY, 5), otherwise=-1), {"count": 0}, -1, 2, [(6, "派出人次为0人次，要求不少于2人次")]),
    ("a cut-off says what was met", CUT_OFF, {"signed": False, "count": 9}, 0, 1, [(5, "“已签订协议”为“否”")]),
    ("behind the cut-off", CUT_OFF, {"signed": True, "count": 1}, 3, 3, [(2, "派出人次为1人次，要求不少于2人次")]),
    (
        "the order is part of the meaning",
        levels((ONE, 2), (MANY, 5)),
        {"count": 9},
        2,
        1,
        [(3, "派出人次为9人次，不少于1人次")],
    ),
    (
        "a part of a point",
        levels((MANY, D("4.5"))),
        {"count": 2},
        D("4.5"),
        1,
        [(D("0.5"), "派出人次为2人次，不少于2人次")],
    ),
    ("one case for all", levels(otherwise=3), {}, 3, 1, [(2, "属于第1档")]),
    (
        "several reasons",
        levels(({"all": ["signed", MANY]}, 5)),
        {"signed": False, "count": 1},
        0,
        2,
        [(5, "“已签订协议”为“否”；派出人次为1人次，要求不少于2人次")],
    ),
]


@pytest.mark.parametrize(("rule", "evidence", "score", "level", "lines"), cases(OUTCOMES))
def test_first_case_that_holds(rule, evidence, score, level, lines):
    assert outcome(rule, **evidence) == (score, level, lines)


def test_surplus_above_the_points():
    row = row_of(scheme(levels((MANY, 7))), {"count": 2})
    assert (row["surplus"], row["deductions"], row["improvements"]) == (2, [], [])


def test_reason_of_a_case_is_put_before_what_was_found():
    rule = {"levels": [{"points": 5, "when": MANY}, {"points": 0, "reason": "派出不足"}]}
    assert outcome(rule, count=1)[2] == [(5, "派出不足（派出人次为1人次，要求不少于2人次）")]


def test_reason_alone_where_nothing_was_asked():
    assert outcome({"levels": [{"points": 3, "reason": "一律得3分"}]})[2] == [(2, "一律得3分")]


def test_best_of_equals_is_the_first():
    rule = levels((MANY, 5), ("signed", 5), otherwise=1)
    assert outcome(rule, count=0, signed=False)[2] == [(4, "派出人次为0人次，要求不少于2人次")]


def test_case_without_an_end_is_the_best():
    endless = tally({"gain": 1, "each": "count"}, start=0, floor="none")
    rule = levels((MANY, 5), ("signed", endless), otherwise=1)
    assert outcome(rule, count=0, signed=False)[2] == [(4, "“已签订协议”为“否”")]


def test_clause_is_printed_with_the_reason():
    rule = {"levels": [{"points": 5, "when": MANY, "clause": "做到 得5分"}, {"points": 0, "clause": "否则不得分"}]}
    (line,) = row_of(scheme(rule), {"count": 0})["deductions"]
    assert line == {
        "points": 5,
        "nominal": 5,
        "code": "item.level_2",
        "reason": "派出人次为0人次，要求不少于2人次。依据计分标准：“否则不得分”",
        "clause": "否则不得分",
    }


NESTED = levels((MANY, 5), ("signed", levels(({"rate": {"at_least": 80}}, 4), otherwise=1)))


def test_outcome_may_be_cases_again():
    row = row_of(scheme(NESTED), {"count": 0, "signed": True, "rate": 79})
    assert (row["score"], row["trace"]["level"]) == (1, 2)
    assert lines_of(row) == [(4, "比例为79%，要求不低于80%")]
    assert row["deductions"][0]["code"] == "item.level_2.level_2"


def test_clause_of_the_case_holds_inside_it():
    inner = {"levels": [{"points": 1}]}
    rule = {"levels": [{"rule": inner, "clause": "得5分"}]}
    assert row_of(scheme(rule))["deductions"][0]["clause"] == "得5分"


def test_outcome_may_be_a_tally():
    rule = levels(("signed", tally({"lose": 1, "each": "count"}, start=4)))
    row = row_of(scheme(rule), {"signed": True, "count": 3})
    assert (row["score"], lines_of(row)) == (
        1,
        [(1, "各项合计达不到应得分"), (3, "派出人次为3人次，每1人次扣1分")][::-1],
    )


def test_outcome_may_be_a_judgement():
    rule = levels(({"state": {"is": "done"}}, 5), ({"state": {"is": "begun"}}, judged(2, 4)))
    row = row_of(scheme(rule), {"state": "begun"}, judgements=a_judgement(3))
    assert (row["score"], lines_of(row)) == (3, [(2, "经评判得3分，理由：按实际情况评定")])


# --- while something is unknown ----------------------------------------------------------------------------------

OPEN = [
    ("nothing known", DISPATCH, {}, [0, 5], ["count"]),
    ("a case that is out", CUT_OFF, {"signed": True}, [3, 5], ["count"]),
    ("a case that may be first", CUT_OFF, {"count": 2}, [0, 5], ["signed"]),
    (
        "cases behind one that must hold",
        levels((ONE, 2), ("signed", 1), otherwise=0),
        {"signed": True},
        [1, 2],
        ["count"],
    ),
    ("an unknown inside a case", NESTED, {"count": 0, "signed": True}, [1, 4], ["rate"]),
    ("what can be stated alone", levels(({"count": {"less_than": 0}}, 5), otherwise=1), {}, [1, 1], ["count"]),
    ("what no number can be", levels(({"rate": {"more_than": 100}}, 5), otherwise=1), {}, [1, 1], ["rate"]),
]


@pytest.mark.parametrize(("rule", "evidence", "span", "missing"), cases(OPEN))
def test_what_a_pending_case_can_become(rule, evidence, span, missing):
    row = row_of(scheme(rule), evidence)
    assert (row["status"], row["score"], row["trace"]["level"]) == ("pending_evidence", None, None)
    assert (span_of(row), row["trace"]["missing"]) == (span, missing)
    assert row["deductions"] == []


def test_unknown_that_no_longer_matters():
    assert outcome(CUT_OFF, signed=False) == (0, 1, [(5, "“已签订协议”为“否”")])


def test_no_case_at_all_is_undecided():
    row = row_of(scheme(levels((MANY, 5), otherwise=None)), {"count": 0})
    assert (row["status"], row["score"], span_of(row)) == ("undecided", None, [None, None])


def test_case_that_may_not_be_there_spans_the_others():
    row = row_of(scheme(levels((MANY, 5), (ONE, 2), otherwise=None)))
    assert (row["status"], span_of(row)) == ("pending_evidence", [2, 5])


def test_case_whose_own_cases_take_nothing_is_no_outcome():
    inner = levels(("signed", 4), otherwise=None)
    row = row_of(scheme(levels((MANY, inner), otherwise=2)), {"signed": False})
    assert (row["status"], span_of(row)) == ("pending_evidence", [2, 2])


# --- what cannot be written --------------------------------------------------------------------------------------

AT = "/sections/0/items/0/rule"
WRONG = [
    ("no cases", {"levels": []}, [(f"{AT}/levels", "list_too_short")]),
    ("points and a rule", {"levels": [{"points": 1, "rule": 1}]}, [(f"{AT}/levels/0", "one_outcome")]),
    ("neither", {"levels": [{"when": "signed"}]}, [(f"{AT}/levels/0", "one_outcome")]),
    ("a label comes later", {"levels": [{"label": "优"}]}, [(f"{AT}/levels/0/label", "unknown_member")]),
    ("condition missing", {"levels": [{"points": 1}, {"points": 0}]}, [(f"{AT}/levels/0", "when_missing")]),
    ("unknown fact", levels(("x", 5)), [(f"{AT}/levels/0/when", "fact_unknown")]),
    (
        "unknown fact inside",
        levels(("signed", levels(("x", 5)))),
        [(f"{AT}/levels/0/rule/levels/0/when", "fact_unknown")],
    ),
    (
        "not in the criteria",
        {"levels": [{"points": 5, "clause": "得5分"}, {"points": 0, "clause": "得3分"}]},
        [(f"{AT}/levels/0", "when_missing"), (f"{AT}/levels/1/clause", "clause_not_verbatim")],
    ),
]


@pytest.mark.parametrize(("rule", "problems"), cases(WRONG))
def test_cases_that_cannot_be_written(rule, problems):
    assert places(prepare(scheme(rule))) == problems


def test_what_is_said_of_them():
    assert refusals(scheme({"levels": [{"points": 1}, {}]})) == [
        (f"{AT}/levels/1", "one_outcome", "每一档应写 points 或 rule 中的一个")
    ]
    assert refusals(scheme({"levels": [{"points": 1}, {"points": 1, "clause": "x"}]})) == [
        (f"{AT}/levels/0", "when_missing", "只有最后一档可以不写 when"),
        (f"{AT}/levels/1/clause", "clause_not_verbatim", "不是计分标准原文中的文字"),
    ]
