"""The lines of a tally: what each term took, what gains fell short of, what limits cut; together all that was lost."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.items import settle
from app.scoring.rules.shape import Judging, Settled
from tests.builders import (
    D,
    boolean,
    cases,
    compiled,
    decimal,
    integer,
    lines_of,
    one_item,
    percent,
    row_of,
    tally,
)

FIELDS = {
    "yes": boolean(),
    "a": integer(label="甲", unit="次"),
    "b": integer(label="乙", unit="次"),
    "few": integer(label="丙", unit="次", max=2),
    "rate": percent(label="率"),
    "cost": decimal(label="支出", unit="万元"),
}
LOSE_A, LOSE_B = {"lose": 1, "each": "a"}, {"lose": 2, "each": "b"}
GAIN_A, GAIN_B, GAIN_FEW = {"gain": 1, "each": "a"}, {"gain": 2, "each": "b"}, {"gain": 3, "each": "few"}


def row(rule: Any, evidence: Any, **changes: Any) -> dict[str, Any]:
    return row_of(one_item(rule, points=10, evidence=FIELDS), evidence, **changes)


LOSSES = [
    ("each", LOSE_A, {"a": 2}, [(2, "甲为2次，每1次扣1分")]),
    ("nothing lost", LOSE_A, {"a": 0}, []),
    ("a condition", {"lose": 3, "when": {"not": "yes"}}, {"yes": False}, [(3, "“已签订协议”为“否”")]),
    ("a condition that does not hold", {"lose": 3, "when": "yes"}, {"yes": False}, []),
    (
        "a condition and each",
        {**LOSE_A, "when": "yes"},
        {"yes": True, "a": 1},
        [(1, "“已签订协议”为“是”；甲为1次，每1次扣1分")],
    ),
    ("its most", {**LOSE_A, "most": 3}, {"a": 5}, [(3, "甲为5次，每1次扣1分，应扣5分，最多扣3分")]),
    ("just its most", {**LOSE_A, "most": 3}, {"a": 3}, [(3, "甲为3次，每1次扣1分")]),
    ("a reason", {**LOSE_A, "reason": "超时"}, {"a": 1}, [(1, "超时（甲为1次，每1次扣1分）")]),
    (
        "completed steps of a rate",
        {"lose": 2, "of": "rate", "below": 95, "every": 5, "step": "completed"},
        {"rate": D("89.5")},
        [(2, "率为89.5%，低于95%，每低5个百分点扣2分（不足一档不计）")],
    ),
    (
        "started steps of a rate",
        {"lose": 2, "of": "rate", "below": 95, "every": 5, "step": "started"},
        {"rate": D("89.5")},
        [(4, "率为89.5%，低于95%，每低5个百分点扣2分（不足一档按一档计）")],
    ),
    (
        "proportional steps above",
        {"lose": 2, "of": "cost", "above": 3, "every": D("0.5"), "step": "proportional"},
        {"cost": D("3.25")},
        [(1, "支出为3.25万元，高于3万元，每高0.5万元扣2分（按比例计）")],
    ),
]


@pytest.mark.parametrize(("term", "evidence", "lines"), cases(LOSSES))
def test_line_of_a_losing_term(term, evidence, lines):
    assert lines_of(row(tally(term), evidence)) == lines


def test_line_keeps_its_nominal_points():
    (found,) = row(tally({**LOSE_A, "most": 3}), {"a": 5})["deductions"]
    assert (found["points"], found["nominal"], found["code"], found["clause"]) == (3, 5, "item.term_1", None)


def test_clause_of_a_term():
    (found,) = row(tally({**LOSE_A, "clause": "否则 不得分"}), {"a": 1})["deductions"]
    assert (found["clause"], found["reason"]) == ("否则 不得分", "甲为1次，每1次扣1分。依据计分标准：“否则 不得分”")


BY_RULE = [
    ("a start below the floor", tally(GAIN_A, start=0, floor=2), {"a": 1}, 2, []),
    ("a floor above the points", tally(GAIN_A, start=5, floor=12), {"a": 0}, 12, ["最低得12分"]),
    ("gains that pass the ceiling", tally(GAIN_A, start=8, ceiling=9), {"a": 3}, 9, []),
    ("a start above the ceiling", tally(LOSE_A, start=12, ceiling=9), {"a": 1}, 9, []),
]


@pytest.mark.parametrize(("rule", "stated", "value", "floors"), cases(BY_RULE))
def test_limits_of_a_tally_by_its_rule(rule, stated, value, floors):
    """What the source written for a scheme says quickly, the rule says too."""
    (item,) = compiled(one_item(rule, points=10, evidence=FIELDS)).items
    settled = settle(item, stated, Judging())
    assert isinstance(settled, Settled)
    assert settled.value == value
    total = 10 - sum(each.points for each in settled.losses) + sum(each.points for each in settled.additions)
    assert total == value
    assert row(rule, stated)["score"] == value
    assert [each.reason for each in settled.additions if "最低" in each.reason] == floors


FLOORS = [
    (
        "the last first",
        [LOSE_A, LOSE_B],
        0,
        {"a": 3, "b": 5},
        [(3, "甲为3次，每1次扣1分"), (7, "乙为5次，每1次扣2分；应扣10分，扣完为止实扣7分")],
    ),
    (
        "down to nothing",
        [LOSE_A, LOSE_B],
        0,
        {"a": 12, "b": 1},
        [
            (10, "甲为12次，每1次扣1分；应扣12分，扣完为止实扣10分"),
            (0, "乙为1次，每1次扣2分；应扣2分，扣完为止实扣0分"),
        ],
    ),
    ("a floor of its own", [LOSE_A], 4, {"a": 9}, [(6, "甲为9次，每1次扣1分；应扣9分，最低4分实扣6分")]),
]


@pytest.mark.parametrize(("terms", "floor", "evidence", "lines"), cases(FLOORS))
def test_floor_trims_the_losses(terms, floor, evidence, lines):
    found = row(tally(*terms, floor=floor), evidence)
    assert lines_of(found) == lines
    assert [each["nominal"] for each in found["deductions"]] == [
        amount * evidence[code] for amount, code in ((1, "a"), (2, "b")) if code in evidence
    ]


GAINS = [
    ("all there is", [GAIN_A], {"a": 10}, [], 0),
    ("short of them", [GAIN_A], {"a": 4}, [(6, "甲为4次，每1次得1分")], 0),
    ("too many", [GAIN_A], {"a": 13}, [], 3),
    ("short, on the first", [GAIN_A, GAIN_B], {"a": 1, "b": 2}, [(5, "甲为1次，每1次得1分")], 0),
    (
        "each only what it could still give",
        [GAIN_FEW, {**GAIN_A, "most": 5}],
        {"few": 1, "a": 3},
        [(3, "丙为1次，每1次得3分"), (1, "甲为3次，每1次得1分")],
        0,
    ),
    (
        "what none could give",
        [{**GAIN_A, "most": 2}, {"gain": 3, "when": "yes"}],
        {"a": 0, "yes": False},
        [(2, "甲为0次，每1次得1分"), (3, "“已签订协议”为“否”"), (5, "各项合计达不到应得分")],
        0,
    ),
    (
        "a condition and each, not held",
        [{**GAIN_A, "when": "yes"}],
        {"a": 3, "yes": False},
        [(10, "“已签订协议”为“否”")],
        0,
    ),
    ("a reason", [{**GAIN_A, "reason": "开展活动"}], {"a": 9}, [(1, "开展活动（甲为9次，每1次得1分）")], 0),
]


@pytest.mark.parametrize(("terms", "evidence", "lines", "surplus"), cases(GAINS))
def test_what_gains_fall_short_of(terms, evidence, lines, surplus):
    found = row(tally(*terms, start=0), evidence)
    assert (lines_of(found), found["surplus"]) == (lines, surplus)


CLOSE = {"gain": 1, "of": "rate", "above": 90, "every": 1, "step": "completed"}
LIMITS = [
    ("start below the points", tally(LOSE_A, start=7), {"a": 0}, [(3, "各项合计达不到应得分")]),
    (
        "start above the points, set off",
        tally(LOSE_A, start=12),
        {"a": 3},
        [(1, "甲为3次，每1次扣1分")],
    ),
    ("a gain sets off a loss", tally(LOSE_A, GAIN_B), {"a": 5, "b": 1}, [(3, "甲为5次，每1次扣1分")]),
    (
        "the last loss is set off first",
        tally(LOSE_A, LOSE_B, {"gain": 3, "when": "yes"}),
        {"a": 4, "b": 2, "yes": True},
        [(4, "甲为4次，每1次扣1分"), (1, "乙为2次，每1次扣2分")],
    ),
    ("ceiling below the points", tally(LOSE_A, ceiling=8), {"a": 0}, [(2, "最多得8分")]),
    (
        "ceiling cuts the gains first",
        tally(LOSE_A, GAIN_B, ceiling="full"),
        {"a": 1, "b": 3},
        [],
    ),
    (
        "no unit beyond the mark",
        tally(CLOSE, start=5),
        {"rate": 80},
        [(5, "率为80%，每高1个百分点得1分（不足一档不计）")],
    ),
]


@pytest.mark.parametrize(("rule", "evidence", "lines"), cases(LIMITS))
def test_start_ceiling_and_set_off(rule, evidence, lines):
    found = row(rule, evidence)
    assert lines_of(found) == lines
    assert found["score"] + sum(points for points, _ in lines) == 10


def test_codes_of_the_lines_nobody_wrote():
    short = row(tally(LOSE_A, start=7), {"a": 0})
    limited = row(tally(LOSE_A, ceiling=8), {"a": 0})
    assert [each["code"] for each in short["deductions"]] == ["item.short"]
    assert [each["code"] for each in limited["deductions"]] == ["item.ceiling"]


def test_set_off_keeps_the_nominal_points():
    (found,) = row(tally(LOSE_A, GAIN_B), {"a": 5, "b": 1})["deductions"]
    assert (found["points"], found["nominal"]) == (3, 5)


def test_floor_lifts_a_tally_that_starts_below_it():
    found = row(tally(GAIN_A, start=-8, floor=0), {"a": 2})
    assert (found["score"], lines_of(found)) == (0, [(10, "甲为2次，每1次得1分；应扣16分，扣完为止实扣10分")])


def test_floor_above_everything_is_an_addition():
    found = row(tally(LOSE_A, start=3, floor=12), {"a": 1})
    assert (found["score"], found["surplus"], found["deductions"]) == (12, 2, [])
