"""The worked examples of a scheme: each has to give what was worked out by hand."""

from __future__ import annotations

from typing import Any

import pytest

from app.checking import check
from tests.builders import (
    PERIOD,
    D,
    a_scheme,
    a_section,
    an_item,
    boolean,
    by_level,
    cases,
    compiled,
    integer,
    judged,
    levels,
    said,
    tally,
)

FIELDS = {"signed": boolean(), "count": integer(), "faults": integer(by="evaluator"), "extra": integer()}
ROWS = [
    an_item(levels(("signed", 5)), code="signed"),
    an_item(tally({"lose": D("0.5"), "each": "count"}), code="count", points=4),
    an_item(judged(0, 1), code="judged", points=1),
]
BONUS = a_section(
    an_item(tally({"gain": 1, "each": "extra"}, start=0), code="extra", points=2), code="bonus", bonus=True
)
DONE = {"signed": True, "count": 1, "extra": 3}
GIVEN = {"judged": {"points": 1, "rationale": "资料齐全"}}


def an_example(expect: Any, **changes: Any) -> dict[str, Any]:
    return {"name": "例", "period": PERIOD, "evidence": DONE, "judgements": GIVEN, "expect": expect, **changes}


def found(*examples: dict[str, Any]) -> list[Any]:
    document = a_scheme(a_section(*ROWS), BONUS, evidence=FIELDS, examples=list(examples))
    return said(check(compiled(document)))


OPEN = {"evidence": {"signed": True}, "judgements": {}}
RIGHT = [
    ("nothing expected", an_example({})),
    ("scores of rows", an_example({"items": {"signed": 5, "count": D("3.5"), "judged": 1, "extra": 3}})),
    ("sums", an_example({"total": D("12.5"), "base": D("9.50"), "bonus": 3})),
    (
        "ranges of open rows",
        an_example({"items": {"count": [0, 4], "judged": [0, 1], "extra": [0, None], "signed": 5}}, **OPEN),
    ),
    ("range of an open total", an_example({"total": [5, None]}, **OPEN)),
    ("an open base and bonus", an_example({"base": [5, 10], "bonus": [0, None]}, **OPEN)),
    ("a final one", an_example({"total": 6, "items": {"count": 0}}, evidence={"signed": True}, final=True)),
    ("sections", an_example({"sections": {"section": D("9.5"), "bonus": 3}})),
    ("open sections", an_example({"sections": {"section": [5, 10], "bonus": [0, None]}}, **OPEN)),
    ("with findings", an_example({"base": 10}, findings={"count": {"value": 0, "reason": "核实"}})),
]


@pytest.mark.parametrize("example", cases(RIGHT))
def test_example_that_gives_what_it_should(example):
    assert found(example) == []


SAYS = "例题应得{}，按规则计得{}"
DIFFERS = [
    ("a row", {"items": {"count": 3}}, {}, "/items/count", SAYS.format("3分", "3.5分")),
    ("a total", {"total": 12}, {}, "/total", SAYS.format("12分", "12.5分")),
    ("a base", {"base": 10}, {}, "/base", SAYS.format("10分", "9.5分")),
    ("a bonus", {"bonus": 2}, {}, "/bonus", SAYS.format("2分", "3分")),
    (
        "a score where it is open",
        {"items": {"count": 4}},
        OPEN,
        "/items/count",
        SAYS.format("4分", "0至4分之间（待定）"),
    ),
    (
        "other ends",
        {"items": {"count": [1, 4]}},
        OPEN,
        "/items/count",
        SAYS.format("1至4分之间（待定）", "0至4分之间（待定）"),
    ),
    (
        "an end that does not exist",
        {"items": {"extra": [0, 2]}},
        OPEN,
        "/items/extra",
        SAYS.format("0至2分之间（待定）", "0至无分之间（待定）"),
    ),
    (
        "a range where it is settled",
        {"items": {"count": [3, 4]}},
        {},
        "/items/count",
        SAYS.format("3至4分之间（待定）", "3.5分"),
    ),
    ("a total where it is open", {"total": 5}, OPEN, "/total", SAYS.format("5分", "5至无分之间（待定）")),
    ("a base where it is open", {"base": 5}, OPEN, "/base", SAYS.format("5分", "5至10分之间（待定）")),
    ("a range of a settled base", {"base": [0, 10]}, {}, "/base", SAYS.format("0至10分之间（待定）", "9.5分")),
]


@pytest.mark.parametrize(("expect", "changes", "place", "message"), cases(DIFFERS))
def test_example_that_gives_something_else(expect, changes, place, message):
    assert found(an_example(expect, **changes)) == [(f"/examples/0/expect{place}", "example_differs", message)]


def test_everything_that_differs_at_once():
    wrong = an_example({"total": 1, "items": {"signed": 4, "count": 1}})
    assert [pointer for pointer, _, _ in found(an_example({}), wrong)] == [
        "/examples/1/expect/items/signed",
        "/examples/1/expect/items/count",
        "/examples/1/expect/total",
    ]


REFUSED = [
    ("evidence", {"evidence": {"signed": 1}}, ("/evidence/signed", "boolean_type", "应为 true 或 false")),
    ("an unknown field", {"evidence": {"x": 1}}, ("/evidence/x", "unknown_field", "评价方案中没有这个佐证字段")),
    (
        "a judgement",
        {"judgements": {"judged": {"points": 2, "rationale": "资料齐全"}}},
        ("/judgements/judged/points", "judgement_out_of_range", "评判应在 0 到 1 分之间，每 1 分一档"),
    ),
    ("a finding", {"findings": {"count": 3}}, ("/findings/count", "object_type", "核实意见应为对象")),
    (
        "finality",
        {"judgements": {}, "final": True},
        ("/judgements/judged", "judgement_missing", "“项目”尚待评判，不能定稿"),
    ),
]


@pytest.mark.parametrize(("changes", "problem"), cases(REFUSED))
def test_example_that_cannot_be_scored(changes, problem):
    place, code, message = problem
    assert found(an_example({"total": 0}, **changes)) == [(f"/examples/0{place}", code, message)]


def test_order_of_what_is_said():
    endless = an_item(tally({"lose": 1, "each": "count"}, floor="none"))
    document = a_scheme(a_section(endless, points=9), evidence=FIELDS, base=1, examples=[an_example({"total": 1})])
    assert [(pointer, code) for pointer, code, _ in said(check(compiled(document)))] == [
        ("/sections/0/points", "section_sum"),
        ("/base", "base_sum"),
        ("/sections/0/items/0/rule", "no_low_end"),
        ("/examples/0/judgements/judged", "item_unknown"),
    ]


GRADE = {
    "levels": [
        {"when": {"total": {"at_least": 10}}, "label": "优"},
        {"when": {"total": {"less_than": 5}}, "label": "差"},
    ]
}
GRADES = [
    ("the same", "优", {}, []),
    ("another", "差", {}, ["例题应为“差”，按规则为“优”"]),
    ("none", "优", {"evidence": {"signed": True, "count": 0, "extra": 0}}, ["例题应为“优”，按规则为无等次"]),
]


@pytest.mark.parametrize(("grade", "changes", "messages"), cases(GRADES))
def test_grade_that_an_example_expects(grade, changes, messages):
    example = an_example(
        {"grade": grade}, **{"judgements": {"judged": {"points": 0, "rationale": "资料齐全"}}, **changes}
    )
    document = a_scheme(a_section(*ROWS), BONUS, evidence=FIELDS, grade=GRADE, examples=[example])
    expected = [("/examples/0/expect/grade", "example_differs", message) for message in messages]
    assert said(check(compiled(document))) == expected


def test_section_that_differs():
    assert found(an_example({"sections": {"bonus": 2}})) == [
        ("/examples/0/expect/sections/bonus", "example_differs", "例题应得2分，按规则计得3分")
    ]


def test_example_of_a_subject_in_a_round():
    fields = {"count": integer()}
    measures = {
        "gap": {"total": {"count": 1, "before": -1, "mean": -1}},
        "before": {"previous": "count"},
        "mean": {"peers": "count", "as": "average"},
    }
    rule = levels(({"gap": {"is": by_level(二级=0, 三级=1)}}, 5))
    around = {"previous": {"count": 1}, "peers": {"count": [3, 5]}, "subject": {"level": "三级"}}
    examples = [an_example({"total": 5}, evidence={"count": 6}, judgements={}, **around)]
    document = a_scheme(a_section(an_item(rule)), evidence=fields, measures=measures, examples=examples)
    assert said(check(compiled(document))) == []
