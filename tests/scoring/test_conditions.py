"""Conditions of the document: what can be written, what it is tied to, and what is refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.scoring.bound import All, AnyOf, Bare, Compare, Never, Not, Some
from app.scoring.conditions import Condition, bind, codes_in
from app.scoring.document import Part, read_part
from app.scoring.periods import StayLength
from app.scoring.problems import Problem, Problems
from tests.builders import D, F, a_fact, cases, places, said

FACTS = {
    "signed": a_fact("signed", "boolean"),
    "count": a_fact("count"),
    "state": a_fact("state", "choice"),
    "done": a_fact("done", "choices"),
    "day": a_fact("day", "date"),
    "stay": a_fact("stay", "stay"),
    "name": a_fact("name", "text"),
}


class When(Part):
    when: Condition


def written(condition: Any) -> Any:
    read = read_part(When, {"when": condition})
    assert not isinstance(read, Problems), said(read)
    return read.when


def tied(condition: Any) -> tuple[Any, list[Problem]]:
    problems: list[Problem] = []
    return bind(written(condition), FACTS, ("when",), problems), problems


def compare(code: str, word: str, constant: Any) -> Compare:
    return Compare(FACTS[code], word, constant)


BOUND = [
    ("a bare fact", "signed", Bare(FACTS["signed"])),
    ("yes", {"signed": {"is": True}}, compare("signed", "is", constant=True)),
    ("one of both", {"signed": {"in": [True, False]}}, compare("signed", "in", (True, False))),
    ("number", {"count": {"at_least": D("2.50")}}, compare("count", "at_least", F("5/2"))),
    ("numbers", {"count": {"in": [1, D("2.0")]}}, compare("count", "in", (1, 2))),
    ("a list of one", {"count": {"in": 1}}, compare("count", "in", (1,))),
    ("choice", {"state": {"is": "done"}}, compare("state", "is", "done")),
    ("choices", {"state": {"in": ["done", "none"]}}, compare("state", "in", ("done", "none"))),
    ("ticked", {"done": {"has": ["begun"]}}, compare("done", "has", ("begun",))),
    ("ticked, one", {"done": {"has": "begun"}}, compare("done", "has", ("begun",))),
    ("day", {"day": {"less_than": "2020-04-01"}}, compare("day", "less_than", date(2020, 4, 1))),
    ("days", {"day": {"in": ["2020-04-01"]}}, compare("day", "in", (date(2020, 4, 1),))),
    ("stay", {"stay": {"more_than": {"months": 2, "days": 0}}}, compare("stay", "more_than", StayLength(2, 0))),
    ("stays", {"stay": {"in": [{"months": 2, "days": 0}]}}, compare("stay", "in", (StayLength(2, 0),))),
    ("text", {"name": {"is": "甲院"}}, compare("name", "is", "甲院")),
    ("text like a day", {"name": {"is": "2020-04-01"}}, compare("name", "is", "2020-04-01")),
    ("not", {"not": "signed"}, Not(Bare(FACTS["signed"]))),
    ("all", {"all": ["signed", {"not": "signed"}]}, All((Bare(FACTS["signed"]), Not(Bare(FACTS["signed"]))))),
    ("any", {"any": [{"count": {"at_most": 3}}]}, AnyOf((compare("count", "at_most", 3),))),
    ("some", {"some": {"at_least": 1, "of": ["signed"]}}, Some((Bare(FACTS["signed"]),), 1)),
]


@pytest.mark.parametrize(("condition", "bound"), cases(BOUND))
def test_condition_is_tied_to_its_facts(condition, bound):
    assert tied(condition) == (bound, [])


@pytest.mark.parametrize("condition", [condition for _, condition, _ in BOUND], ids=str)
def test_condition_is_recognised_when_it_was_read_before(condition):
    once = written(condition)
    assert written(once) == once


UNFIT = "comparison_unfit"
UNTIED = [
    ("unknown bare fact", "x", "/when", "fact_unknown", "没有名为 x 的佐证字段或计量值"),
    ("unknown fact", {"x": {"is": 1}}, "/when/x", "fact_unknown", "没有名为 x 的佐证字段或计量值"),
    ("bare number", "count", "/when", "not_boolean", "“次数”不是是非项"),
    ("number is yes", {"count": {"is": True}}, "/when/count/is", UNFIT, None),
    ("number is text", {"count": {"at_least": "2"}}, "/when/count/at_least", UNFIT, None),
    ("number is a list", {"count": {"at_least": [2]}}, "/when/count/at_least", UNFIT, None),
    ("number is a stay", {"count": {"is": {"months": 1, "days": 0}}}, "/when/count/is", UNFIT, None),
    ("number has", {"count": {"has": 1}}, "/when/count/has", UNFIT, None),
    ("yes is 1", {"signed": {"is": 1}}, "/when/signed/is", UNFIT, None),
    ("yes is at least", {"signed": {"at_least": True}}, "/when/signed/at_least", UNFIT, None),
    ("no such choice", {"state": {"is": "finished"}}, "/when/state/is", UNFIT, None),
    ("one is no choice", {"state": {"in": ["done", "x"]}}, "/when/state/in", UNFIT, None),
    ("choice is a number", {"state": {"is": 1}}, "/when/state/is", UNFIT, None),
    ("choices have no order", {"state": {"at_least": "done"}}, "/when/state/at_least", UNFIT, None),
    ("choice has", {"state": {"has": "done"}}, "/when/state/has", UNFIT, None),
    ("ticks are one of", {"done": {"in": ["done"]}}, "/when/done/in", UNFIT, None),
    ("ticks are", {"done": {"is": "done"}}, "/when/done/is", UNFIT, None),
    ("no such tick", {"done": {"has": ["x"]}}, "/when/done/has", UNFIT, None),
    ("no such day", {"day": {"at_least": "2021-02-29"}}, "/when/day/at_least", UNFIT, None),
    ("day is a number", {"day": {"is": 2020}}, "/when/day/is", UNFIT, None),
    ("stay is a number", {"stay": {"at_least": 2}}, "/when/stay/at_least", UNFIT, None),
    ("text is a number", {"name": {"is": 2}}, "/when/name/is", UNFIT, None),
    ("text has no order", {"name": {"more_than": "甲"}}, "/when/name/more_than", UNFIT, None),
    ("null", {"count": {"is": None}}, "/when/count/is", UNFIT, None),
    (
        "some of none",
        {"some": {"at_least": 0, "of": ["signed"]}},
        "/when/some/at_least",
        "some_count",
        "应在 1 到 1 之间",
    ),
    ("too many", {"some": {"at_least": 2, "of": ["signed"]}}, "/when/some/at_least", "some_count", "应在 1 到 1 之间"),
    ("deep inside", {"all": [{"any": [{"not": "x"}]}]}, "/when/all/0/any/0/not", "fact_unknown", None),
    ("in some", {"some": {"at_least": 1, "of": ["signed", "x"]}}, "/when/some/of/1", "fact_unknown", None),
]


@pytest.mark.parametrize(("condition", "place", "code", "message"), cases(UNTIED))
def test_condition_that_does_not_fit_its_facts(condition, place, code, message):
    _, problems = tied(condition)
    ((found, said_code, said_message),) = said(Problems(problems))
    assert (found, said_code) == (place, code)
    if message is not None:
        assert said_message == message


def test_unfit_comparison_says_of_what():
    bound, problems = tied({"state": {"is": "x"}})
    assert bound == Never()
    assert problems[0].message == "“状态”不能这样比较，或常数的类型、选项不对"


def test_everything_that_does_not_fit_at_once():
    _, problems = tied({"all": ["x", {"any": ["y", "count"]}]})
    expected = [
        ("/when/all/0", "fact_unknown"),
        ("/when/all/1/any/0", "fact_unknown"),
        ("/when/all/1/any/1", "not_boolean"),
    ]
    assert places(Problems(problems)) == expected


ONE = "应恰好有一个比较：is、in、has、at_least、more_than、at_most、less_than"
UNWRITTEN = [
    ("a number", 5, "", "shape_unknown", "不认识的写法"),
    ("a list", ["signed"], "", "shape_unknown", "不认识的写法"),
    ("null", None, "", "shape_unknown", "不认识的写法"),
    ("empty text", "", "", "text_empty", "不能为空"),
    ("nothing", {}, "", "list_too_short", "至少要有 1 项"),
    ("two facts", {"a": {"is": 1}, "b": {"is": 1}}, "", "list_too_long", "最多 1 项"),
    ("two joins", {"all": ["a"], "any": ["b"]}, "/any", "unknown_member", "不认识的成员"),
    ("none of all", {"all": []}, "/all", "list_too_short", "至少要有 1 项"),
    ("none of any", {"any": []}, "/any", "list_too_short", "至少要有 1 项"),
    ("some of nothing", {"some": {"at_least": 1, "of": []}}, "/some/of", "list_too_short", "至少要有 1 项"),
    ("some without a number", {"some": {"of": ["a"]}}, "/some/at_least", "missing", "缺少此项"),
    ("some of half", {"some": {"at_least": D("0.5"), "of": ["a"]}}, "/some/at_least", "integer_value", "应为整数"),
    ("no comparison", {"a": {}}, "/a", "one_comparison", ONE),
    ("two comparisons", {"a": {"at_least": 1, "at_most": 2}}, "/a", "one_comparison", ONE),
    ("unknown word", {"a": {"equals": 1}}, "/a/equals", "unknown_member", "不认识的成员"),
    ("comparison without a word", {"a": 1}, "/a", "object_type", "应为对象"),
    ("no constant", {"a": {"in": []}}, "/a/in", "number_type", "应为数字"),
    ("float", {"a": {"is": 0.5}}, "/a/is", "number_type", "应为数字"),
    ("too many digits", {"a": {"is": 10**15}}, "/a/is", "number_size", "数字最多 15 位有效数字、6 位小数"),
    ("half a stay", {"a": {"is": {"months": 2}}}, "/a/is", "constant", "应为数字、文字、日期，或 {months, days}"),
    (
        "negative stay",
        {"a": {"is": {"months": -1, "days": 0}}},
        "/a/is",
        "constant",
        "应为数字、文字、日期，或 {months, days}",
    ),
    (
        "stay of a yes",
        {"a": {"is": {"months": True, "days": 0}}},
        "/a/is",
        "constant",
        "应为数字、文字、日期，或 {months, days}",
    ),
    ("deep inside", {"not": {"all": ["a", 5]}}, "/not/all/1", "shape_unknown", "不认识的写法"),
]


@pytest.mark.parametrize(("condition", "place", "code", "message"), cases(UNWRITTEN))
def test_condition_that_cannot_be_written(condition, place, code, message):
    assert said(read_part(When, {"when": condition})) == [(f"/when{place}", code, message)]


def test_what_is_no_condition_is_our_own_fault():
    with pytest.raises(TypeError):
        bind("signed", FACTS, (), [])
    with pytest.raises(TypeError):
        list(codes_in("signed"))
