"""Losses without an end: what `unproven` makes of them once a sheet is closed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import boolean, cases, integer, one_item, row_of, span_of, tally

FIELDS = {"signed": boolean(), "a": integer(label="甲"), "b": integer(label="乙"), "few": integer(label="丙", max=1)}
MEASURES = {"both": {"label": "合计", "total": {"a": 1, "b": 1}}}


def scheme(rule: Any) -> dict[str, Any]:
    return one_item(rule, evidence=FIELDS, measures=MEASURES)


def final(rule: Any, evidence: Any = None) -> dict[str, Any]:
    return row_of(scheme(rule), evidence, final=True)


def endless(*terms: dict[str, Any]) -> dict[str, Any]:
    return tally(*terms, floor="none")


LOSE = {"lose": 1, "each": "a"}
UNPROVEN_TWO = {**LOSE, "unproven": 2}
CLOSED = [
    ("unproven", endless(UNPROVEN_TWO), {}, 3),
    ("its most beside it", endless({**UNPROVEN_TWO, "most": 4}), {}, 3),
    ("unproven beyond its most", endless({**UNPROVEN_TWO, "unproven": 9, "most": 4}), {}, 1),
    ("its most alone", endless({**LOSE, "most": 4}), {}, 1),
    ("a floor", tally(LOSE, floor=-1), {}, -1),
    ("a measure with a limit", endless({"lose": 2, "each": "few"}), {}, 3),
    ("unproven, of something limited", endless({"lose": 1, "each": "few", "unproven": 2}), {}, 3),
    (
        "unproven steps",
        endless({"lose": 1, "of": "a", "above": 3, "every": 2, "step": "started", "unproven": 2}),
        {},
        3,
    ),
    ("unproven where it may count", endless({**UNPROVEN_TWO, "when": "signed"}), {}, 3),
    ("unproven where it does not count", endless({**UNPROVEN_TWO, "when": "signed"}), {"signed": False}, 5),
    ("two that are unproven", endless(UNPROVEN_TWO, {"lose": 1, "each": "b", "unproven": 1}), {}, 2),
    ("one of two", endless(UNPROVEN_TWO, {"lose": 1, "each": "b", "unproven": 1}), {"b": 3}, 0),
    ("stated", endless(UNPROVEN_TWO), {"a": 9}, -4),
    ("never better than what is known already", endless({"lose": 1, "each": "both", "unproven": 2}), {"a": 10}, -5),
    ("a part of it known", endless({"lose": 1, "each": "both", "unproven": 2}), {"a": 1}, 3),
]


@pytest.mark.parametrize(("rule", "evidence", "score"), cases(CLOSED))
def test_loss_that_is_unproven(rule, evidence, score):
    assert final(rule, evidence)["score"] == score


def test_loss_that_is_unproven_is_still_open_before():
    assert span_of(row_of(scheme(endless(UNPROVEN_TWO)))) == [None, 5]
