"""`tally`: what is taken off and added, in which steps, up to which limits, and what it spans while open."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    D,
    a_judgement,
    boolean,
    cases,
    decimal,
    integer,
    judged,
    levels,
    line,
    one_item,
    percent,
    row_of,
    score_of,
    span_of,
    tally,
)

FIELDS = {
    "yes": boolean(),
    "a": integer(label="甲", unit="次"),
    "b": integer(label="乙", unit="次"),
    "rate": percent(label="率"),
    "cost": decimal(label="支出"),
}


def scheme(rule: Any, **changes: Any) -> dict[str, Any]:
    return one_item(rule, **{"points": 10, "evidence": FIELDS, **changes})


def below(mark: Any, every: Any, step: str, **changes: Any) -> dict[str, Any]:
    return {"lose": 2, "of": "rate", "below": mark, "every": every, "step": step, **changes}


def above(mark: Any, every: Any, step: str, **changes: Any) -> dict[str, Any]:
    return {"gain": 2, "of": "rate", "above": mark, "every": every, "step": step, **changes}


STEPS = [
    # rate, then what completed, started and proportional steps of 5 below 95 take, 2 points each
    (100, 0, 0, 0),
    (95, 0, 0, 0),
    (D("94.9"), 0, 2, D("0.04")),
    (90, 2, 2, 2),
    (D("89.999999"), 2, 4, 2),
    (85, 4, 4, 4),
    (80, 6, 6, 6),
    (D("79.996"), 6, 8, 6),
    (70, 10, 10, 10),
    (0, 10, 10, 10),
]


@pytest.mark.parametrize("number", [0, 1, 2], ids=["completed", "started", "proportional"])
@pytest.mark.parametrize("row", STEPS, ids=lambda row: str(row[0]))
def test_steps_below_a_mark(row, number):
    step = ("completed", "started", "proportional")[number]
    assert score_of(scheme(tally(below(95, 5, step))), {"rate": row[0]}) == 10 - row[1 + number]


@pytest.mark.parametrize(("rate", "completed", "started"), [(76, 0, 0), (77, 0, 2), (79, 2, 2), (83, 4, 6), (40, 0, 0)])
def test_steps_above_a_mark(rate, completed, started):
    assert score_of(scheme(tally(above(76, 3, "completed"), start=0)), {"rate": rate}) == completed
    assert score_of(scheme(tally(above(76, 3, "started"), start=0)), {"rate": rate}) == started


LOSE_A, LOSE_B = {"lose": 1, "each": "a"}, {"lose": D("0.5"), "each": "b"}
GAIN_A = {"gain": D("1.2"), "each": "a"}

VALUES = [
    ("each costs", tally(LOSE_A, LOSE_B), {"a": 2, "b": 3}, D("6.5")),
    ("in any order", tally(LOSE_B, LOSE_A), {"a": 2, "b": 3}, D("6.5")),
    ("down to the floor", tally(LOSE_A), {"a": 12}, 0),
    ("below 0 without one", tally(LOSE_A, floor="none"), {"a": 12}, -2),
    ("a floor of its own", tally(LOSE_A, floor=4), {"a": 12}, 4),
    ("a negative floor", tally(LOSE_A, start=0, floor=-3), {"a": 12}, -3),
    ("its own most", tally({**LOSE_A, "most": 4}), {"a": 12}, 6),
    ("gains", tally(GAIN_A, start=0), {"a": 3}, D("3.6")),
    ("up to the ceiling", tally(GAIN_A, start=0, ceiling=4), {"a": 9}, 4),
    ("up to the points", tally(GAIN_A, start=0, ceiling="full"), {"a": 99}, 10),
    ("past the points", tally(GAIN_A, start="full"), {"a": 5}, 16),
    ("the floor wins", tally(LOSE_A, start=3, floor=6, ceiling=5), {"a": 0}, 6),
    ("gains against losses", tally(GAIN_A, LOSE_B, start=0, floor="none"), {"a": 1, "b": 4}, D("-0.8")),
    ("limits act at the end", tally(GAIN_A, LOSE_A, start=10, ceiling="full"), {"a": 5}, 10),
    ("when alone", tally({"lose": 3, "when": "yes"}), {"yes": True}, 7),
    ("when alone, not", tally({"lose": 3, "when": "yes"}), {"yes": False}, 10),
    ("each, when", tally({**LOSE_A, "when": "yes"}), {"yes": True, "a": 2}, 8),
    ("each, when not", tally({**LOSE_A, "when": "yes"}), {"yes": False, "a": 2}, 10),
    (
        "one fault of several",
        tally({"lose": 3, "when": {"any": ["yes", {"a": {"at_least": 1}}]}}),
        {"yes": True, "a": 1},
        7,
    ),
    ("a mark below 0", tally({"lose": 1, "of": "cost", "above": -2, "step": "completed"}), {"cost": D("0.5")}, 8),
    ("a whole mark, no step said", tally({"lose": 1, "of": "a", "above": 3}), {"a": 5}, 8),
    (
        "proportional each",
        tally({"gain": 1, "each": "cost", "step": "proportional"}, start=0),
        {"cost": D("2.25")},
        D("2.25"),
    ),
    ("completed each", tally({"gain": 1, "each": "cost", "step": "completed"}, start=0), {"cost": D("2.25")}, 2),
    ("started each", tally({"gain": 1, "each": "cost", "step": "started"}, start=0), {"cost": D("2.25")}, 3),
    ("nothing below 0", tally({"gain": 1, "each": "cost", "step": "started"}, start=0), {"cost": -3}, 0),
    ("rounded once", tally({"lose": D("0.333333"), "each": "a"}), {"a": 2}, D("9.33")),
]


@pytest.mark.parametrize(("rule", "evidence", "score"), cases(VALUES))
def test_value_of_a_tally(rule, evidence, score):
    assert score_of(scheme(rule), evidence) == score


SCALE = {"add": line("rate", (0, 0), (80, 6)), "points": 6}
GROUP = {"add": tally(LOSE_A, LOSE_B, start=0, floor=-2), "points": 0}

ADDED = [
    ("a line", tally(SCALE, start=4), {"rate": 40}, 7),
    ("a line, twice", tally({**SCALE, "times": 2}, start=0), {"rate": 40}, 6),
    ("a line by a half", tally({**SCALE, "times": D("0.5")}, start=0), {"rate": 80}, 3),
    ("a number", tally({"add": 3, "points": 3}, start=7), {}, 10),
    ("cases", tally({"add": levels(("yes", 4), otherwise=1), "points": 4}, start=6), {"yes": False}, 7),
    ("a group of losses within its limit", tally(GROUP), {"a": 1, "b": 1}, D("8.5")),
    ("a group of losses at its limit", tally(GROUP), {"a": 3, "b": 3}, 8),
    ("when it counts", tally({**SCALE, "when": "yes"}, start=4), {"yes": True, "rate": 80}, 10),
    ("when it does not", tally({**SCALE, "when": "yes"}, start=4), {"yes": False, "rate": 80}, 4),
]


@pytest.mark.parametrize(("rule", "evidence", "score"), cases(ADDED))
def test_rules_that_are_added(rule, evidence, score):
    assert score_of(scheme(rule), evidence) == score


def test_judgement_that_is_added():
    rule = tally({"add": judged(-1, 0, D("0.2")), "points": 0})
    assert score_of(scheme(rule), {}, judgements=a_judgement(D("-0.6"))) == D("9.4")


# --- while something is unknown ----------------------------------------------------------------------------------

UNPROVEN = {"lose": 2, "each": "a", "unproven": 4}
OPEN = [
    ("a loss, down to the floor", tally(LOSE_A), {}, [0, 10]),
    ("a loss without end", tally(LOSE_A, floor="none"), {}, [None, 10]),
    ("a loss up to its most", tally({**LOSE_A, "most": 4}, floor="none"), {}, [6, 10]),
    ("a loss of something limited", tally(below(95, 5, "started"), floor="none"), {}, [-28, 10]),
    ("a gain without end", tally(GAIN_A, start=0), {}, [0, None]),
    ("a gain up to the ceiling", tally(GAIN_A, start=0, ceiling=4), {}, [0, 4]),
    ("a known loss and an unknown", tally(LOSE_A, {**LOSE_B, "most": 2}), {"a": 3}, [5, 7]),
    ("a condition", tally({"lose": 3, "when": "yes"}), {}, [7, 10]),
    ("a condition before a known quantity", tally({**LOSE_A, "when": "yes"}), {"a": 2}, [8, 10]),
    ("a quantity behind a condition that holds", tally({**LOSE_A, "when": "yes"}), {"yes": True}, [0, 10]),
    ("both ways from a mark", tally(above(76, 3, "completed", most=6), below(76, 8, "started"), start=4), {}, [0, 10]),
    ("two that pull apart", tally(GAIN_A, LOSE_B, start=5, floor="none"), {}, [None, None]),
    ("a rule that is added", tally(SCALE, start=4), {}, [4, 10]),
    ("a rule that may be added", tally({**SCALE, "when": "yes"}, start=4), {"rate": 40}, [4, 7]),
    ("a group of losses", tally(GROUP), {"a": 1}, [8, 9]),
    ("what is unproven is still open", tally(UNPROVEN, floor="none"), {}, [None, 10]),
    ("one fact read twice, the same way", tally(LOSE_A, {"lose": 1, "of": "a", "above": 3}, floor=2), {}, [2, 10]),
    ("one fact read twice, against itself", tally(GAIN_A, {"lose": D("1.2"), "each": "a"}, floor="none"), {}, [10, 10]),
]


@pytest.mark.parametrize(("rule", "evidence", "span"), cases(OPEN))
def test_what_an_open_tally_can_become(rule, evidence, span):
    row = row_of(scheme(rule), evidence)
    assert (row["status"], row["score"]) == ("pending_evidence", None)
    assert span_of(row) == span


def test_judgement_that_is_still_to_be_given():
    row = row_of(scheme(tally({"add": judged(-1, 0, D("0.2")), "points": 0}, LOSE_A)), {"a": 2})
    assert (row["status"], span_of(row)) == ("pending_judgement", [7, 8])


def test_evidence_is_asked_for_before_the_judgement():
    row = row_of(scheme(tally({"add": judged(-1, 0, D("0.2")), "points": 0}, LOSE_A)))
    assert (row["status"], span_of(row), row["trace"]["missing"]) == ("pending_evidence", [0, 10], ["a"])


def test_judgement_given_while_evidence_is_missing():
    rule = tally({"add": judged(-1, 0, D("0.2")), "points": 0}, {**LOSE_A, "most": 4})
    row = row_of(scheme(rule), judgements=a_judgement(D("-0.6")))
    assert (row["status"], span_of(row)) == ("pending_evidence", [D("5.4"), D("9.4")])


CASE = {"add": levels(("yes", 4), otherwise=None), "points": 4}
GAPS = [
    ("no outcome without the case", tally(CASE, start=0), [4, 4]),
    ("no outcome where it counts", tally({**CASE, "when": {"a": {"at_least": 1}}}, start=0), [0, 4]),
]


@pytest.mark.parametrize(("rule", "span"), cases(GAPS))
def test_what_no_case_takes_is_no_outcome(rule, span):
    assert span_of(row_of(scheme(rule))) == span


def test_added_rule_that_counts_only_where_it_has_no_value():
    rule = tally({**CASE, "when": {"a": {"at_least": 1}}}, start=1)
    assert span_of(row_of(scheme(rule), {"yes": False})) == [1, 1]


def test_added_rule_without_a_case_is_undecided():
    rule = tally({"add": levels(("yes", 4), otherwise=None), "points": 4}, LOSE_A)
    row = row_of(scheme(rule), {"yes": False})
    assert (row["status"], span_of(row)) == ("undecided", [None, None])


SETTLED = [
    ("a quantity behind a condition that does not hold", tally({**LOSE_A, "when": "yes"}), {"yes": False}, 10),
    ("a condition before nothing at all", tally({**LOSE_A, "when": "yes"}), {"a": 0}, 10),
    ("a rule that does not count", tally({**SCALE, "when": "yes"}, start=4), {"yes": False}, 4),
]


@pytest.mark.parametrize(("rule", "evidence", "score"), cases(SETTLED))
def test_unknown_that_does_not_matter(rule, evidence, score):
    assert score_of(scheme(rule), evidence) == score
