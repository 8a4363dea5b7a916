"""Judgements as they are handed in: points and a rationale, and what becomes of those nobody has asked for yet."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.engine import read_inputs
from tests.builders import (
    D,
    a_judgement,
    a_request,
    boolean,
    cases,
    compiled,
    integer,
    judged,
    levels,
    one_item,
    rows_of,
    said,
    sheet_of,
    span_of,
)

PROGRAM = compiled(one_item(judged()))
UNKNOWN = ("unknown_member", "不认识的成员")


def read(request: Any) -> Any:
    return read_inputs(PROGRAM, request)


RATIONALE = ("/judgements/item/rationale", "rationale_missing", "应写明评判理由，至少 4 个字")
POINTS = ("/judgements/item/points", "number_type", "应为数字")
SIZE = ("/judgements/item/points", "number_size", "数字最多 15 位有效数字、6 位小数")
JUDGEMENTS = [
    ("no object", 4, [("/judgements/item", "object_type", "评判应为 {points, rationale}")]),
    ("nothing", {}, [POINTS, RATIONALE]),
    ("no points", {"rationale": "资料齐全"}, [POINTS]),
    ("yes", {"points": True, "rationale": "资料齐全"}, [POINTS]),
    ("too fine", {"points": D("2.0000001"), "rationale": "资料齐全"}, [SIZE]),
    ("no rationale", {"points": 3}, [RATIONALE]),
    ("short", {"points": 3, "rationale": "齐全的 "}, [RATIONALE]),
    ("blanks and signs of no width", {"points": 3, "rationale": "齐　\u200b全\n的\ufeff"}, [RATIONALE]),
    ("rationale is a number", {"points": 3, "rationale": 12345}, [RATIONALE]),
    ("more", {"points": 3, "rationale": "资料齐全", "by": "x"}, [("/judgements/item/by", *UNKNOWN)]),
    (
        "out of range",
        {"points": 6, "rationale": "资料齐全"},
        [("/judgements/item/points", "judgement_out_of_range", "评判应在 2 到 5 分之间，每 1 分一档")],
    ),
]


@pytest.mark.parametrize(("judgement", "problems"), cases(JUDGEMENTS))
def test_what_is_no_judgement(judgement, problems):
    assert said(read(a_request(judgements={"item": judgement}))) == problems


def test_judgement_of_no_such_row():
    found = read(a_request(judgements={"other": {"points": 3, "rationale": "资料齐全"}}))
    assert said(found) == [("/judgements/other", "item_unknown", "评价方案中没有这个计分项目")]


def test_judgement_of_a_row_that_takes_none():
    found = read_inputs(compiled(one_item(5)), a_request(judgements={"item": {"points": 5, "rationale": "资料齐全"}}))
    assert said(found) == [("/judgements/item", "not_judged", "这个计分项目按规则计分，不由评审人员评判")]


# --- judgements nobody has asked for yet -------------------------------------------------------------------------

CARE = levels(("signed", 5), ({"a": {"at_least": 1}}, judged(2, 4)))


@pytest.mark.parametrize("points", [9, -3, 3])
def test_judgement_before_its_case_is_decided_moves_nothing(points):
    sheet = sheet_of(one_item(CARE, evidence={"signed": boolean(), "a": integer()}), judgements=a_judgement(points))
    found = rows_of(sheet)["item"]
    assert (found["status"], span_of(found), sheet["unused_judgements"]) == ("pending_evidence", [0, 5], ["item"])
    closed = sheet_of(
        one_item(CARE, evidence={"signed": boolean(), "a": integer()}), judgements=a_judgement(points), final=True
    )
    assert (closed["total"], closed["unused_judgements"]) == (0, ["item"])
