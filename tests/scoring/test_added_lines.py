"""The lines of rules that a tally brings in, reckoned against the points each should give."""

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


SCALE = {"add": line("rate", (0, 0), (80, 6)), "points": 6}
BY_RATE = "率为40%，按比例计分（0%得0分，80%得6分）"
GROUP = {"add": tally(LOSE_A, LOSE_B, start=0, floor=-2), "points": 0}
ADDED = [
    ("against its own points", tally(SCALE, start=4), {"rate": 40}, [(3, BY_RATE)]),
    (
        "times its factor",
        tally({**SCALE, "times": D("0.5"), "points": 3}, start=7),
        {"rate": 40},
        [(D("1.5"), BY_RATE)],
    ),
    ("with a reason", tally({**SCALE, "reason": "应答"}, start=4), {"rate": 40}, [(3, f"应答（{BY_RATE}）")]),
    ("that does not count", tally({**SCALE, "when": "yes"}, start=4), {"yes": False}, [(6, "“已签订协议”为“否”")]),
    (
        "that does not count, with a reason",
        tally({**SCALE, "when": "yes", "reason": "应答"}, start=4),
        {"yes": False},
        [(6, "应答（“已签订协议”为“否”）")],
    ),
    (
        "one point that does not count",
        tally({"add": 1, "points": 1, "when": "yes"}, start=9),
        {"yes": False},
        [(1, "“已签订协议”为“否”")],
    ),
    ("a loss that does not count", tally({**GROUP, "when": "yes"}), {"yes": False}, []),
    (
        "a group at its limit",
        tally(GROUP),
        {"a": 1, "b": 3},
        [(1, "甲为1次，每1次扣1分"), (1, "乙为3次，每1次扣2分；应扣6分，最低-2分实扣1分")],
    ),
    (
        "more than it should give",
        tally({**SCALE, "points": 3}, LOSE_A, start=7),
        {"rate": 80, "a": 4},
        [(1, "甲为4次，每1次扣1分")],
    ),
    (
        "a penalty that does not apply",
        tally({"add": -3, "points": -3, "when": "yes"}, LOSE_A, start=13),
        {"yes": False, "a": 4},
        [(1, "甲为4次，每1次扣1分")],
    ),
    (
        "cases inside",
        tally({"add": levels(("yes", 4)), "points": 4}, start=6),
        {"yes": False},
        [(4, "“已签订协议”为“否”")],
    ),
]


@pytest.mark.parametrize(("rule", "evidence", "lines"), cases(ADDED))
def test_lines_of_a_rule_that_is_added(rule, evidence, lines):
    found = row(rule, evidence)
    assert lines_of(found) == lines
    assert found["score"] + sum(points for points, _ in lines) == 10


def test_penalty_that_does_not_apply_is_set_off():
    found = row(tally({"add": -3, "points": -3, "when": "yes"}, start=10), {"yes": False})
    assert (found["score"], found["surplus"], found["deductions"]) == (10, 0, [])


def test_judged_loss():
    rule = tally({"add": judged(-1, 0, D("0.2")), "points": 0, "reason": "记录不完整"})
    found = row(rule, {}, judgements=a_judgement(D("-0.6")))
    assert lines_of(found) == [(D("0.6"), "记录不完整（经评判得-0.6分，理由：按实际情况评定）")]
    assert found["deductions"][0]["code"] == "item.term_1"
