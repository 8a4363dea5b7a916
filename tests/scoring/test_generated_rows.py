"""Rules as source, shape by shape: the same result as by the rule, and which turns are left to it."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.engine import read_inputs
from app.scoring.inputs import Inputs
from app.scoring.quick import ordinary, quick_rules
from app.scoring.rules.shape import Judging
from tests.builders import (
    D,
    a_judgement,
    a_request,
    boolean,
    cases,
    choice,
    compiled,
    day,
    decimal,
    integer,
    judged,
    levels,
    line,
    one_item,
    percent,
    table,
    tally,
    text,
    ticks,
)

FIELDS = {
    "yes": boolean(),
    "also": boolean(label="已公示"),
    "state": choice(),
    "done": ticks(),
    "day": day(),
    "name": text(),
    "a": integer(label="甲", unit="次", min=0),
    "b": integer(label="乙", unit="次", min=0),
    "few": integer(label="丙", unit="次", min=0, max=2),
    "rate": percent(label="率"),
    "cost": decimal(label="支出", unit="万元"),
    "stays": table(columns={"name": text(), "start_date": day(), "end_date": day()}),
}
MEASURES = {
    "deep": {"label": "深", "unit": "米", "total": {"a": 1, "b": -2}},
    "stay": {
        "label": "最长时间",
        "unit": "个月",
        "longest_stay": "stays",
        "person": ["name"],
        "start": "start_date",
        "end": "end_date",
    },
}
RATES = [{"rate": rate} for rate in (0, D("0.5"), 79, D("79.999999"), 80, D("94.3"), 95, 100)]
COSTS = [{"cost": cost} for cost in (0, 1, D("0.000001"), D("12.5"), -3, D("-0.5"), 1234567890, D("1234567890.5"))]
COUNTS = [{"a": a, "b": b} for a in range(4) for b in range(4)]
NOT_YES = {"not": "yes"}
HALVES = judged(0, 6, D("0.5"))


def stay(end: str) -> dict[str, Any]:
    return {"stays": [{"name": "王", "start_date": "2020-05-01", "end_date": end}]}


COVERED = [
    # name, rule, evidence of several submissions
    ("a number", 3, [{}]),
    ("a yes-or-no", levels(("yes", 5)), [{"yes": True}, {"yes": False}]),
    (
        "several",
        levels(({"all": ["yes", "also"]}, 5)),
        [{"yes": x, "also": y} for x in (True, False) for y in (True, False)],
    ),
    ("a choice", levels(({"state": {"in": ["done", "begun"]}}, 5)), [{"state": each} for each in ("done", "none")]),
    ("ticks", levels(({"done": {"has": ["done", "begun"]}}, 5)), [{"done": ["begun", "done"]}, {"done": []}]),
    ("a day", levels(({"day": {"at_most": "2020-05-01"}}, 5)), [{"day": "2020-05-01"}, {"day": "2020-05-02"}]),
    ("a text", levels(({"name": {"is": "甲"}}, 5)), [{"name": "甲"}, {"name": "乙"}]),
    ("a count", levels(({"a": {"at_least": 2}}, 5), ({"a": {"at_least": 1}}, 3)), [{"a": each} for each in range(5)]),
    ("a count that is named", levels(({"a": {"less_than": 2}}, 5)), [{"a": each} for each in range(5)]),
    ("a count of a few", levels(({"a": {"in": [1, 3]}}, 5)), [{"a": each} for each in range(5)]),
    ("a number without limits", levels(({"deep": {"more_than": -2}}, 5)), COUNTS),
    ("a rate", levels(({"rate": {"at_least": D("79.5")}}, 5), ({"rate": {"is": 79}}, 3)), RATES),
    (
        "some of it",
        levels(({"some": {"at_least": 2, "of": ["yes", "also", {"rate": {"at_least": 80}}]}}, 5)),
        [{"yes": True, "also": False, **rate} for rate in RATES],
    ),
    (
        "any of it",
        levels(({"any": ["yes", {"rate": {"at_least": 80}}]}, 5)),
        [{"yes": False, **rate} for rate in RATES],
    ),
    ("none of it", levels(({"not": {"rate": {"in": [79, 80]}}}, 5)), RATES),
    (
        "a reason",
        {"levels": [{"when": {"rate": {"at_least": 90}}, "points": 5}, {"points": 1, "reason": "率未达标"}]},
        RATES,
    ),
    ("a cut-off first", levels(({"rate": {"less_than": 60}}, 0), otherwise=5), RATES),
    (
        "a cut-off with a state",
        levels(({"rate": {"less_than": 80}}, 0), ({"state": {"is": "done"}}, 5), ("yes", 3)),
        [{"state": state, "yes": yes, **RATES[-1]} for state in ("done", "none") for yes in (False, True)],
    ),
    ("no level reached", levels(({"rate": {"less_than": 80}}, 5), otherwise=1), RATES),
    ("the last one has a reason", {"levels": [{"points": 1, "reason": "一律"}]}, [{}]),
    (
        "levels in levels",
        levels(({"rate": {"at_least": 80}}, levels(({"rate": {"at_least": 95}}, 5), otherwise=4))),
        RATES,
    ),
    (
        "a stay",
        levels(({"stay": {"more_than": {"months": 2, "days": 0}}}, 5), ({"stay": {"is": {"months": 1, "days": 0}}}, 3)),
        [stay(end) for end in ("2020-05-20", "2020-05-31", "2020-06-12", "2020-06-30", "2020-07-01", "2020-09-03")],
    ),
    ("a line", line("rate", (60, 0), (80, 2), (90, 5)), RATES),
    ("a line that goes on", line("rate", (60, 0), (80, 2), (90, 5), beyond="extend"), RATES),
    ("one stretch that goes on", line("cost", (0, 0), (1, 1), beyond="extend"), COSTS),
    ("a line that falls", line("cost", (0, 5), (10, 0)), COSTS),
    (
        "whole points off",
        tally({"lose": 2, "of": "rate", "below": 95, "every": 10, "step": "started"}, floor="none"),
        RATES,
    ),
    (
        "… and a condition",
        tally({"lose": 2, "of": "rate", "below": 95, "every": 10, "step": "completed", "when": "yes"}, floor="none"),
        [{"yes": yes, **rate} for yes in (False, True) for rate in RATES],
    ),
    ("a share", tally({"lose": 1, "of": "rate", "below": 95, "every": 7, "step": "proportional"}, floor="none"), RATES),
    (
        "above a mark",
        tally({"lose": D("0.5"), "of": "cost", "above": D("0.5"), "every": D("2.5"), "step": "started"}, floor="none"),
        COSTS[:6],
    ),
    ("from a mark on", tally({"lose": 1, "of": "a", "above": 1}, floor="none"), COUNTS),
    ("one loss", tally({"lose": 2, "when": NOT_YES}), [{"yes": True}, {"yes": False}]),
    ("its most", tally({"lose": 1, "each": "a", "most": 2}), COUNTS),
    (
        "its most, in halves",
        tally({"lose": D("0.5"), "each": "a", "most": 1}, {"lose": 1, "each": "b", "most": 2}),
        COUNTS,
    ),
    (
        "gains",
        tally({"gain": 1, "each": "a", "most": 2}, {"gain": 3, "when": "yes"}, start=0),
        [{"yes": yes, **count} for yes in (False, True) for count in COUNTS],
    ),
    (
        "a gain from a mark",
        tally({"gain": 1, "of": "few", "above": 0}, {"gain": 3, "when": "yes", "each": "few"}, start=0),
        [{"yes": True, "few": few} for few in range(3)],
    ),
    ("beyond what is due", tally({"gain": 3, "each": "a"}, start=0, ceiling="full"), [{"a": 2}, {"a": 9}]),
    ("a judgement", HALVES, [{}]),
    ("a line inside", tally({"add": line("rate", (60, 0), (90, 5)), "points": 5}, start=0), RATES),
    (
        "levels inside",
        tally(
            {"add": levels(({"rate": {"at_least": 80}}, 2), otherwise=1), "points": 4, "times": 2, "reason": "达标"},
            start=1,
        ),
        RATES,
    ),
    ("a number inside", tally({"add": 2, "points": 3, "when": {"rate": {"at_least": 80}}}, start=2), RATES),
    ("a judgement inside", tally({"add": judged(0, 5, 1), "points": 5}, start=0), [{}]),
    (
        "what is missed",
        tally({"add": 0, "points": 2, "when": {"rate": {"at_least": 80}}, "reason": "未达标"}, start=3),
        RATES[:4],
    ),
    (
        "what is always said",
        levels(("yes", 5), ({"rate": {"at_least": 80}}, 4)),
        [{"yes": False, **rate} for rate in RATES],
    ),
    (
        "a yes-or-no compared",
        levels(({"yes": {"is": True}}, 5), ({"rate": {"at_least": 80}}, 4)),
        [{"yes": False, **rate} for rate in RATES],
    ),
    ("less at every level", levels(({"rate": {"at_least": 80}}, 1), otherwise=3), RATES),
    (
        "a level without end",
        levels(({"rate": {"at_least": 80}}, line("cost", (0, 0), (1, 1), beyond="extend")), otherwise=1),
        [{"cost": 7, **rate} for rate in RATES],
    ),
    ("gains far beyond", tally({"gain": 3, "each": "a"}, start=0, ceiling=900), COUNTS),
    ("gains without end", tally({"gain": 3, "each": "a"}, start=0), COUNTS),
    (
        "the better one",
        {"highest": [levels(("yes", 5)), levels(({"a": {"at_least": 2}}, 5))]},
        [{"yes": yes, **count} for yes in (False, True) for count in COUNTS],
    ),
]

LEFT = [
    # name, rule, evidence of a submission that is left to the rule
    ("a fact is missing", levels(({"rate": {"at_least": 80}}, 5)), {}),
    ("a choice is missing", levels(({"state": {"is": "done"}}, 5)), {}),
    ("no judgement", judged(), {"yes": True}),
    ("no level", levels(({"rate": {"at_least": 80}}, 5), otherwise=None), {"rate": 1}),
    ("the floor cuts", tally({"lose": 2, "each": "a"}), {"a": 3}),
    ("the floor cuts one of two", tally({"lose": 2, "each": "a"}, {"lose": 1, "each": "b"}), {"a": 3, "b": 1}),
    ("losses are set off", tally({"lose": 1, "each": "a"}, {"gain": 1, "each": "b"}, floor="none"), {"a": 2, "b": 1}),
    (
        "an add brings more than its points",
        tally({"add": levels(({"rate": {"at_least": 80}}, 3)), "points": 2}, {"lose": 3, "each": "a"}, start=3),
        {"rate": 80, "a": 1},
    ),
    (
        "a penalty that does not come",
        tally({"add": -1, "points": -1, "when": {"rate": {"at_least": 80}}}, {"lose": 3, "each": "a"}, start=6),
        {"rate": 1, "a": 1},
    ),
    (
        "a line inside brings more",
        tally({"add": line("rate", (60, 0), (90, 5)), "points": 3}, {"lose": 4, "each": "a"}, start=2),
        {"rate": 95, "a": 1},
    ),
    (
        "shares are rounded together",
        tally(
            *({"lose": 1, "of": "rate", "below": 95, "every": 7, "step": "proportional"} for _ in "ab"), floor="none"
        ),
        {"rate": 90},
    ),
    ("terms that cannot give it all", tally({"gain": 1, "each": "few"}, start=0), {"few": 2}),
    ("a tally inside", tally({"add": tally({"lose": 1, "each": "a"}, start=2), "points": 2}, start=3), {"a": 1}),
    ("the best of measures", {"highest": [line("rate", (0, 0), (100, 5)), 2]}, {"rate": 50}),
]


def scheme(rule: Any, **changes: Any) -> dict[str, Any]:
    return one_item(rule, evidence=FIELDS, measures=MEASURES, **changes)


def both(document: Any, evidence: Any, **changes: Any) -> tuple[Any, Any]:
    inputs = read_inputs(compiled(document), a_request(evidence, **changes))
    assert isinstance(inputs, Inputs), inputs
    (item,) = inputs.program.items
    given = inputs.judgements.get("item")
    judging = Judging() if given is None else Judging(given.points, given.rationale, inputs.evidence.stated)
    known = item.known(inputs.worked.values)
    written = quick_rules(inputs.program)
    quick = written.items["item"](known, judging)
    assert written.sheet(known, {"item": judging}) == (quick,)
    return quick, ordinary(item, known, judging)


def submitted(rule: Any, submissions: list[Any]) -> list[tuple[Any, Any]]:
    """Evidence with judgements, where the rule asks for one."""
    if "judged" not in str(rule):
        return [(evidence, {}) for evidence in submissions]
    points = (0, 2, 5, 6, D("2.5")) if rule == HALVES else (0, 3, 5)
    return [(evidence, a_judgement(each)) for evidence in submissions for each in points]


@pytest.mark.parametrize(("rule", "submissions"), cases(COVERED))
def test_results_are_those_of_the_rule(rule: Any, submissions: Any) -> None:
    for evidence, judgements in submitted(rule, submissions):
        quick, expected = both(scheme(rule), evidence, judgements=judgements)
        assert quick == expected is not None, evidence


@pytest.mark.parametrize(("rule", "submissions"), cases(COVERED))
def test_results_of_a_bonus_are_those_of_the_rule(rule: Any, submissions: Any) -> None:
    for evidence, judgements in submitted(rule, submissions):
        quick, expected = both(scheme(rule, bonus=True), evidence, judgements=judgements)
        assert quick is None or quick == expected, evidence


@pytest.mark.parametrize(("rule", "submissions"), cases(COVERED))
def test_amounts_of_money_are_those_of_the_rule(rule: Any, submissions: Any) -> None:
    evidence, judgements = submitted(rule, submissions)[0]
    quick, expected = both(scheme(rule, kind="amounts"), evidence, judgements=judgements)
    assert quick == expected is not None


@pytest.mark.parametrize(("rule", "evidence"), cases(LEFT))
def test_turns_that_are_left_to_the_rule(rule: Any, evidence: Any) -> None:
    quick, _ = both(scheme(rule), evidence)
    assert quick is None
