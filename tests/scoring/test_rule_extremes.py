"""`highest` and `lowest` of several rules: which one counts, its lines, and what it can be while something is open."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.engine import prepare
from tests.builders import (
    a_judgement,
    boolean,
    cases,
    integer,
    judged,
    levels,
    line,
    lines_of,
    one_item,
    places,
    row_of,
    span_of,
    tally,
)

FIELDS = {"yes": boolean(label="甲类"), "no": boolean(label="乙类"), "a": integer(max=5), "b": integer(max=5)}
A, B = (line(code, (0, 0), (5, 5)) for code in "ab")
YES, NO = levels(("yes", 4), otherwise=1), levels(("no", 3), otherwise=0)


def row(rule: Any, stated: Any = None, **changes: Any) -> dict[str, Any]:
    return row_of(one_item(rule, evidence=FIELDS), stated, **changes)


VALUES = [
    ("the greatest", {"highest": [A, B]}, {"a": 2, "b": 4}, 4, ["item.highest_2"]),
    ("the least", {"lowest": [A, B]}, {"a": 2, "b": 4}, 2, ["item.lowest_1"]),
    ("the first of even ones", {"highest": [A, B]}, {"a": 3, "b": 3}, 3, ["item.highest_1"]),
    ("the first of even ones, least", {"lowest": [A, B]}, {"a": 3, "b": 3}, 3, ["item.lowest_1"]),
    ("of three", {"highest": [A, 3, B]}, {"a": 2, "b": 1}, 3, ["item.highest_2"]),
    ("full", {"highest": [A, B]}, {"a": 5, "b": 0}, 5, []),
    ("inside a case", levels(("yes", {"lowest": [A, 2]})), {"yes": True, "a": 4}, 2, ["item.level_1.lowest_2"]),
    (
        "inside an addition",
        tally({"add": {"highest": [YES, NO]}, "points": 5}, start=0),
        {"yes": False, "no": True},
        3,
        None,
    ),
    ("one in the other", {"highest": [{"lowest": [A, B]}, 1]}, {"a": 2, "b": 4}, 2, ["item.highest_1.lowest_1"]),
]


@pytest.mark.parametrize(("rule", "stated", "score", "codes"), cases(VALUES))
def test_which_rule_counts(rule, stated, score, codes):
    found = row(rule, stated)
    assert (found["score"], sum(points for points, _ in lines_of(found))) == (score, 5 - score)
    assert codes is None or [each["code"] for each in found["deductions"]] == codes


OPEN = [
    ("both", {"highest": [YES, NO]}, {}, [1, 4]),
    ("both, least", {"lowest": [YES, NO]}, {}, [0, 3]),
    ("one", {"highest": [YES, NO]}, {"no": True}, [3, 4]),
    ("one, least", {"lowest": [YES, NO]}, {"no": True}, [1, 3]),
]


@pytest.mark.parametrize(("rule", "stated", "span"), cases(OPEN))
def test_what_it_can_be_while_one_is_open(rule, stated, span):
    found = row(rule, stated)
    assert (found["status"], found["score"], span_of(found)) == ("pending_evidence", None, span)


SETTLED = [
    ("nothing can be higher", {"highest": [A, 5]}, 5),
    ("nothing can be lower", {"lowest": [0, A]}, 0),
]


@pytest.mark.parametrize(("rule", "score"), cases(SETTLED))
def test_rule_that_can_no_longer_matter(rule, score):
    found = row(rule)
    assert (found["status"], found["score"]) == ("scored", score)


FOUR = levels(("yes", 4), ("no", 4), otherwise=4)
STILL_OPEN = [
    ("the open one is higher in any case", {"highest": [FOUR, 1]}, [4, 4], 4),
    ("the open one is lower in any case", {"lowest": [5, FOUR]}, [4, 4], 4),
    ("the open one comes to the same", {"lowest": [4, FOUR]}, [4, 4], 4),
]


@pytest.mark.parametrize(("rule", "span", "score"), cases(STILL_OPEN))
def test_open_rule_that_can_only_come_to_one_value(rule, span, score):
    found = row(rule)
    assert span_of(found) == span
    assert found["score"] in (None, score)
    assert row(rule, {"yes": True})["score"] == score


def test_a_judgement_among_the_rules():
    rule = {"highest": [judged(0, 4), YES]}
    assert (row(rule, {"yes": False})["status"], span_of(row(rule, {"yes": False}))) == ("pending_judgement", [1, 4])
    assert row(rule, {"yes": False}, judgements=a_judgement(3))["score"] == 3
    assert row(rule, {"yes": True}, judgements=a_judgement(3))["score"] == 4


def test_rule_that_gives_nothing_leaves_it_undecided():
    assert row({"highest": [levels(("yes", 4), otherwise=None), 2]}, {"yes": False})["status"] == "undecided"


IMPROVED = [
    ("the other rule", {"highest": [A, NO]}, {"a": 1, "no": False}, [{"to": 5, "field": "a"}]),
    ("both rules", {"lowest": [YES, NO]}, {"yes": False, "no": False}, None),
]


@pytest.mark.parametrize(("rule", "stated", "change"), cases(IMPROVED))
def test_improvements_through_the_rules(rule, stated, change):
    found = row(rule, stated)["improvements"]
    if change is None:
        assert {each["field"] for each in found[0]["change"]} == {"yes", "no"}
    else:
        assert found[0]["change"] == change


AT = "/sections/0/items/0/rule"
WRONG = [
    ("both", {"highest": [1, 2], "lowest": [1, 2]}, AT, "one_extreme"),
    ("one rule", {"highest": [1]}, f"{AT}/highest", "list_too_short"),
    ("no list", {"lowest": 1}, f"{AT}/lowest", "list_type"),
    ("two judgements", {"lowest": [judged(), judged()]}, f"{AT}/lowest", "judged_twice"),
    ("too deep", {"highest": [1, {"highest": [1, {"highest": [1, {"highest": [1, 2]}]}]}]}, None, "nested_too_deep"),
    ("a rule of no fact", {"highest": [1, line("x", (0, 0), (1, 1))]}, f"{AT}/highest/1/line/of", "number_unknown"),
]


@pytest.mark.parametrize(("rule", "place", "code"), cases(WRONG))
def test_rule_that_cannot_be_written(rule, place, code):
    found = places(prepare(one_item(rule, evidence=FIELDS)))
    assert found[0][1] == code
    assert place is None or found[0][0] == place
