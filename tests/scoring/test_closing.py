"""Closing a sheet: what was not stated is unproven; what only people can settle keeps it from being final."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    D,
    a_judgement,
    a_scheme,
    a_section,
    an_item,
    answer,
    boolean,
    cases,
    integer,
    judged,
    levels,
    line,
    lines_of,
    one_item,
    percent,
    row_of,
    rows_of,
    said,
    sheet_of,
    span_of,
    table,
    tally,
)

FIELDS = {
    "signed": boolean(label="签订协议"),
    "a": integer(label="甲"),
    "b": integer(label="乙"),
    "few": integer(label="丙", max=1),
    "rate": percent(label="率"),
    "faults": integer(label="检查发现问题", by="evaluator"),
    "visits": table(label="走访记录"),
    "good": integer(label="满意"),
    "bad": integer(label="不满意"),
}
MEASURES = {
    "visit_count": {"label": "走访次数", "count": "visits"},
    "answers": {"total": {"good": 1, "bad": 1}},
    "share": {"label": "满意度", "unit": "%", "ratio": {"part": "good", "whole": "answers"}},
    "both": {"label": "合计", "total": {"a": 1, "b": 1}},
}


def scheme(rule: Any, **changes: Any) -> dict[str, Any]:
    return one_item(rule, **{"evidence": FIELDS, "measures": MEASURES, **changes})


def endless(*terms: dict[str, Any]) -> dict[str, Any]:
    return tally(*terms, floor="none")


LOSE = {"lose": 1, "each": "a"}
UNPROVEN_TWO = {**LOSE, "unproven": 2}


def final(rule: Any, evidence: Any = None, **changes: Any) -> dict[str, Any]:
    return row_of(scheme(rule, **changes), evidence, final=True)


UNPROVEN = "；未予证明，按可能的最低分计"
LOW = [
    ("a field", levels(("signed", 5), otherwise=1), {}, 1, [(4, f"未提供“签订协议”{UNPROVEN}")]),
    (
        "two fields",
        levels(({"all": ["signed", {"a": {"at_least": 1}}]}, 5)),
        {},
        0,
        [(5, f"未提供“签订协议”、“甲”{UNPROVEN}")],
    ),
    (
        "what is still owed alone",
        levels(({"all": ["signed", {"a": {"at_least": 1}}]}, 5)),
        {"a": 1},
        0,
        [(5, f"未提供“签订协议”{UNPROVEN}")],
    ),
    ("a table", levels(({"visit_count": {"at_least": 1}}, 5)), {}, 0, [(5, f"未提供“走访记录”{UNPROVEN}")]),
    (
        "a ratio of nothing",
        levels(({"share": {"at_least": 80}}, 5)),
        {"good": 0, "bad": 0},
        0,
        [(5, f"所报资料得不出满意度{UNPROVEN}")],
    ),
    (
        "a field, and a ratio of nothing",
        levels(({"all": ["signed", {"share": {"at_least": 80}}]}, 5)),
        {"good": 0, "bad": 0},
        0,
        [(5, f"未提供“签订协议”；所报资料得不出满意度{UNPROVEN}")],
    ),
    ("the low end of a line", line("rate", (0, 1), (100, 5)), {}, 1, [(4, f"未提供“率”{UNPROVEN}")]),
    ("the low end in the middle", levels(("signed", 2), otherwise=3), {}, 2, [(3, f"未提供“签订协议”{UNPROVEN}")]),
    (
        "what is stated loses by itself",
        tally({"gain": 3, "when": "signed"}, {"gain": 2, "when": {"a": {"at_least": 1}}}, start=0, floor="none"),
        {"a": 0},
        0,
        [(2, "按已提供的资料（甲为0次）最多得3分"), (3, f"未提供“签订协议”{UNPROVEN}")],
    ),
    (
        "what is stated has no most",
        tally({"gain": 1, "each": "a"}, {"lose": 1, "when": "signed"}, start=0),
        {"signed": True},
        0,
        [(5, f"未提供“甲”{UNPROVEN}")],
    ),
    (
        "what is stated can bring more than the points",
        tally({"gain": 9, "when": "signed"}, {"lose": 1, "each": "a"}, start=0),
        {"a": 2},
        0,
        [(5, f"未提供“签订协议”{UNPROVEN}")],
    ),
    (
        "what is stated loses it all",
        tally({"add": levels(("signed", 1), otherwise=1), "points": 3}, {"lose": 1, "each": "a"}, start=2),
        {"a": 1},
        2,
        [(3, "按已提供的资料（甲为1次）最多得2分")],
    ),
    ("full anyhow", levels(("signed", 5), otherwise=6), {}, 5, []),
    ("a basis", judged(basis=["visits"]), {}, 2, [(3, f"未提供“走访记录”{UNPROVEN}")]),
    ("below 0", levels(("signed", 5), otherwise=-2), {}, -2, [(7, f"未提供“签订协议”{UNPROVEN}")]),
]


@pytest.mark.parametrize(("rule", "evidence", "score", "lines"), cases(LOW))
def test_what_was_not_stated_counts_at_its_low_end(rule, evidence, score, lines):
    found = final(rule, evidence)
    assert (found["status"], found["score"], span_of(found)) == ("scored", score, [score, score])
    assert lines_of(found) == lines
    assert found["trace"]["missing"] == row_of(scheme(rule), evidence)["trace"]["missing"]


def test_line_of_what_is_unproven():
    (found,) = final(levels(("signed", 5)))["deductions"]
    assert (found["code"], found["nominal"], found["clause"]) == ("item.unproven", 5, None)


def test_bonus_that_is_not_proven_loses_nothing():
    found = final(levels(("signed", 5)), bonus=True)
    assert (found["score"], found["deductions"]) == (0, [])


def test_penalty_of_a_bonus_that_is_not_proven():
    found = final(levels(("signed", 5), otherwise=-1), bonus=True)
    assert (found["score"], lines_of(found)) == (-1, [(1, f"未提供“签订协议”{UNPROVEN}")])


def test_low_end_is_rounded_as_any_score():
    rule = levels(("signed", 5), otherwise=D("1.005"))
    found = final(rule)
    assert (found["score"], lines_of(found)[0][0]) == (D("1.01"), D("3.99"))


# --- what refuses ------------------------------------------------------------------------------------------------


def refused(rule: Any, evidence: Any = None, **changes: Any) -> list[Any]:
    return said(answer(scheme(rule), evidence, final=True, **changes))


LEVELS = levels(("signed", 5), ({"not": "signed"}, judged(basis=["visits"])))
REFUSED = [
    ("a judgement", judged(), {}, "/judgements/item", "judgement_missing", "“项目”尚待评判，不能定稿"),
    (
        "a judgement with its basis",
        LEVELS,
        {"signed": False, "visits": []},
        "/judgements/item",
        "judgement_missing",
        "“项目”尚待评判，不能定稿",
    ),
    (
        "a field of the evaluator",
        tally({"lose": 1, "each": "faults"}),
        {},
        "/findings/faults",
        "finding_missing",
        "“检查发现问题”尚待评审人员核实填写，不能定稿",
    ),
    (
        "a field of the evaluator before anything unproven",
        tally(LOSE, {"lose": 1, "each": "faults"}),
        {},
        "/findings/faults",
        "finding_missing",
        "“检查发现问题”尚待评审人员核实填写，不能定稿",
    ),
    (
        "no case",
        levels(("signed", 5), otherwise=None),
        {"signed": False},
        "",
        "undecided",
        "“项目”的情形不属于评价方案的任何一档，不能定稿",
    ),
    ("no low end", endless(LOSE), {}, "", "no_low_end", "“项目”缺少佐证资料，而按规则扣分没有下限，不能定稿"),
    (
        "one of two without an end",
        endless(UNPROVEN_TWO, {"lose": 1, "each": "b"}),
        {"a": 1},
        "",
        "no_low_end",
        "“项目”缺少佐证资料，而按规则扣分没有下限，不能定稿",
    ),
]


@pytest.mark.parametrize(("rule", "evidence", "place", "code", "message"), cases(REFUSED))
def test_what_keeps_a_sheet_from_being_final(rule, evidence, place, code, message):
    assert refused(rule, evidence) == [(place, code, message)]


def test_everything_that_keeps_a_sheet_from_being_final_at_once():
    rows = [
        an_item(judged(), code="one"),
        an_item(tally({"lose": 1, "each": "faults"}), code="two"),
        an_item(5, code="three"),
    ]
    found = answer(a_scheme(a_section(*rows), evidence=FIELDS), final=True)
    assert [pointer for pointer, _, _ in said(found)] == ["/judgements/one", "/findings/faults"]


def test_final_sheet():
    given = {"final": True, "judgements": a_judgement(4), "findings": {"faults": {"value": 1, "reason": "现场核实"}}}
    rows = [an_item(judged()), an_item(tally({"lose": 1, "each": "faults"}), code="two")]
    sheet = sheet_of(a_scheme(a_section(*rows), evidence=FIELDS), **given)
    assert (sheet["status"], sheet["total"]) == ("final", 8)
    assert rows_of(sheet)["item"]["trace"]["judgement"] == {"points": 4, "rationale": "按实际情况评定"}


def test_closing_changes_nothing_of_what_is_settled():
    rule = levels(("signed", 5), otherwise=1)
    assert final(rule, {"signed": False}) == row_of(scheme(rule), {"signed": False})
