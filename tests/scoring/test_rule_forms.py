"""How tallies can be written, how deep rules nest, and what is said of those that do not."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.document import Part, read_part
from app.scoring.engine import prepare
from app.scoring.rules import AnyRule
from tests.builders import (
    D,
    boolean,
    cases,
    compiled,
    decimal,
    integer,
    judged,
    levels,
    one_item,
    refusals,
    said,
    tally,
)

FIELDS = {"yes": boolean(), "a": integer(), "cost": decimal()}
AT = "/sections/0/items/0/rule"
TERM = f"{AT}/tally/terms/0"
ONE = "每一项应写 lose、gain、add 中的一个"
QUANTITY = "数量应写 each，或 of 加上 above、below 中的一个"
ALONE = "没有数量的项要有 when，且不写 step"
STEP = "应写明 step：completed、started 或 proportional"
WORD = "应为数字，或 "


def scheme(rule: Any) -> dict[str, Any]:
    return one_item(rule, evidence=FIELDS)


TERMS = [
    ("neither lose, gain nor add", {"each": "a"}, "", "one_term", ONE),
    ("two of them", {"lose": 1, "gain": 1, "each": "a"}, "", "one_term", ONE),
    ("negative", {"lose": -1, "each": "a"}, "/lose", "number_negative", "不能小于 0"),
    ("two quantities", {"lose": 1, "each": "a", "of": "a", "above": 1}, "", "term_quantity", QUANTITY),
    ("of without a mark", {"lose": 1, "of": "a"}, "", "term_quantity", QUANTITY),
    ("two marks", {"lose": 1, "of": "a", "above": 1, "below": 1}, "", "term_quantity", QUANTITY),
    ("a mark without of", {"lose": 1, "each": "a", "above": 1}, "", "term_quantity", QUANTITY),
    ("every without of", {"lose": 1, "each": "a", "every": 2}, "", "term_quantity", "every 只能与 of 一起使用"),
    ("every nothing", {"lose": 1, "of": "a", "above": 1, "every": 0}, "/every", "number_not_positive", "应大于 0"),
    ("nothing to count", {"lose": 1}, "", "term_quantity", ALONE),
    ("step of nothing", {"lose": 1, "when": "yes", "step": "started"}, "", "term_quantity", ALONE),
    ("points of a loss", {"lose": 1, "each": "a", "points": 1}, "", "term_members", "lose 项不能有：points"),
    (
        "times and points of a gain",
        {"gain": 1, "each": "a", "times": 2, "points": 1},
        "",
        "term_members",
        "gain 项不能有：points、times",
    ),
    ("unproven gain", {"gain": 1, "each": "a", "unproven": 1}, "", "term_members", "gain 项不能有：unproven"),
    (
        "quantity of an added rule",
        {"add": 1, "points": 1, "each": "a", "most": 2},
        "",
        "term_members",
        "add 项不能有：each、most",
    ),
    ("added without points", {"add": 1}, "", "term_points", "add 项要用 points 写明应得多少分"),
    ("added no times", {"add": 1, "points": 1, "times": 0}, "/times", "number_not_positive", "应大于 0"),
    ("no such step", {"lose": 1, "each": "a", "step": "whole"}, "/step", "choice_unknown", None),
    ("step missing", {"lose": 1, "each": "cost"}, "", "step_missing", STEP),
    ("step missing, more than one", {"lose": 1, "of": "a", "above": 1, "every": 2}, "", "step_missing", STEP),
    ("step missing, half a mark", {"lose": 1, "of": "a", "below": D("1.5")}, "", "step_missing", STEP),
    ("unknown each", {"lose": 1, "each": "x"}, "/each", "number_unknown", "没有名为 x 的数字字段或计量值"),
    ("each of no number", {"lose": 1, "each": "yes"}, "/each", "number_unknown", None),
    ("unknown of", {"lose": 1, "of": "x", "above": 1}, "/of", "number_unknown", None),
    ("unknown condition", {"lose": 1, "when": "x"}, "/when", "fact_unknown", None),
    ("unknown inside", {"add": levels(("x", 1)), "points": 1}, "/add/levels/0/when", "fact_unknown", None),
    (
        "clause not in the criteria",
        {"lose": 1, "when": "yes", "clause": "扣1分"},
        "/clause",
        "clause_not_verbatim",
        None,
    ),
]


@pytest.mark.parametrize(("term", "place", "code", "message"), cases(TERMS))
def test_term_that_cannot_be_written(term, place, code, message):
    ((pointer, said_code, said_message),) = refusals(scheme(tally(term)))
    assert (pointer, said_code) == (f"{TERM}{place}", code)
    assert message is None or said_message == message


LOSE = {"lose": 1, "each": "a"}
LIMITS = [
    ("no start", "start", None, "missing", "缺少此项"),
    ("no floor", "floor", None, "missing", "缺少此项"),
    ("no ceiling", "ceiling", None, "missing", "缺少此项"),
    ("start none", "start", "none", "limit_word", f"{WORD}full"),
    ("floor full", "floor", "full", "limit_word", f"{WORD}none"),
    ("ceiling most", "ceiling", "most", "limit_word", f"{WORD}none、full"),
    ("start yes", "start", True, "number_type", "应为数字"),
    ("floor too fine", "floor", D("0.0000001"), "number_size", "数字最多 15 位有效数字、6 位小数"),
    ("no terms", "terms", [], "list_too_short", "至少要有 1 项"),
]


@pytest.mark.parametrize(("member", "value", "code", "message"), cases(LIMITS))
def test_limits_have_to_be_written(member, value, code, message):
    rule = tally(LOSE)
    rule["tally"] |= {member: value}
    if code == "missing":
        del rule["tally"][member]
    assert refusals(scheme(rule)) == [(f"{AT}/tally/{member}", code, message)]


def test_one_judgement_at_a_time():
    rule = tally({"add": judged(), "points": 5}, {"add": levels(("yes", judged()), otherwise=0), "points": 5}, start=0)
    assert refusals(scheme(rule)) == [(f"{AT}/tally/terms", "judged_twice", "一个计分项目一次只能有一个评判")]


def test_judgements_in_different_cases_are_one_at_a_time():
    compiled(scheme(levels(("yes", judged(0, 1)), ({"a": {"at_least": 1}}, judged(2, 3)), otherwise=0)))


def nested(depth: int, innermost: Any) -> Any:
    return innermost if depth == 0 else levels(("yes", nested(depth - 1, innermost)), otherwise=0)


def test_rules_nest_three_deep():
    compiled(scheme(nested(2, levels(("yes", 1)))))
    compiled(scheme(nested(3, 1)))


DEEP = [
    ("levels", nested(3, levels(("yes", 1)))),
    ("a tally", nested(3, tally(LOSE))),
    ("a line", nested(3, {"line": {"of": "a", "through": [[0, 0], [1, 1]], "beyond": "stop"}})),
    ("a judgement", nested(3, judged())),
]


@pytest.mark.parametrize("rule", cases(DEEP))
def test_rules_nested_too_deep(rule):
    place = f"{AT}/levels/0/rule/levels/0/rule/levels/0/rule"
    assert refusals(scheme(rule)) == [(place, "nested_too_deep", "规则嵌套不能超过 3 层")]


def test_number_as_a_rule_too_deep():
    rule = {"levels": [{"rule": {"levels": [{"rule": {"levels": [{"rule": 1}]}}]}}]}
    assert said(prepare(scheme(rule)))[0][1] == "nested_too_deep"


def test_everything_wrong_with_a_rule_at_once():
    rule = tally({"lose": 1, "each": "x"}, {"lose": 1, "when": "y"}, {"add": levels(("z", 1)), "points": 1})
    found = [(pointer.removeprefix(f"{AT}/tally/terms"), code) for pointer, code, _ in refusals(scheme(rule))]
    assert found == [
        ("/0/each", "number_unknown"),
        ("/1/when", "fact_unknown"),
        ("/2/add/levels/0/when", "fact_unknown"),
    ]


class Rules(Part):
    rule: AnyRule


@pytest.mark.parametrize(
    "rule", [5, levels(("yes", judged())), tally(LOSE), nested(1, 2)], ids=["5", "levels", "tally", "nested"]
)
def test_rule_is_recognised_when_it_was_read_before(rule):
    read = read_part(Rules, {"rule": rule})
    assert read_part(Rules, {"rule": read.rule}) == read
