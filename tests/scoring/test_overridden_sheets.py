"""Sheets with overrides: finality, sums, ranges, vetoes, what is handed on, what is kept, digests."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.digest import digest
from app.scoring.engine import numbers_of, read_inputs, score
from app.scoring.inputs import Override
from app.scoring.problems import Problems
from tests.builders import (
    D,
    a_request,
    a_scheme,
    a_section,
    an_item,
    answer,
    cases,
    compiled,
    judged,
    levels,
    lines_of,
    one_item,
    places,
    reasons_of,
    row_of,
    rows_of,
    sections_of,
    sheet_of,
    shows,
    span_of,
    steps_of,
    tally,
)
from tests.scoring.small_sheets import GRADE, SCORES, document, veto
from tests.scoring.some_overrides import FIELDS, REASON, computed, over

# --- final sheets ------------------------------------------------------------------------------------------------

OWED = [
    ("a judgement", judged(), {}, "pending_judgement", [2, 5]),
    ("an evaluator's field", tally({"lose": 1, "each": "faults"}), {}, "pending_evidence", [0, 5]),
    ("no case", levels(("signed", 5), otherwise=None), {"signed": False}, "undecided", [None, None]),
    ("no low end", tally({"lose": 1, "each": "count"}, floor="none"), {}, "pending_evidence", [None, 5]),
]


@pytest.mark.parametrize(("rule", "evidence", "status", "span"), cases(OWED))
def test_an_override_lets_a_sheet_be_final(rule, evidence, status, span):
    scheme = one_item(rule, evidence=FIELDS)
    assert isinstance(answer(scheme, evidence, final=True), Problems)
    sheet = sheet_of(scheme, evidence, final=True, overrides=over(4))
    row = rows_of(sheet)["item"]
    assert (sheet["status"], sheet["total"], row["status"]) == ("final", 4, "overridden")
    assert (computed(row)["status"], computed(row)["score"], span_of(computed(row))) == (status, None, span)


def test_what_was_not_stated_is_unproven_beneath_an_override():
    scheme = one_item(levels(("signed", 5), otherwise=1), evidence=FIELDS)
    row = row_of(scheme, final=True, overrides=over(3))
    said_of_it = "未提供“签订协议”；未予证明，按可能的最低分计"
    assert (computed(row)["status"], computed(row)["score"], lines_of(computed(row))) == (
        "scored",
        1,
        [(4, said_of_it)],
    )
    assert lines_of(row) == [(2, f"原计1分，经调整计3分，理由：{REASON}")]


def test_other_rows_still_refuse():
    rows = [an_item(judged()), an_item(judged(), code="other")]
    found = answer(a_scheme(a_section(*rows)), final=True, overrides=over(4))
    assert places(found) == [("/judgements/other", "judgement_missing")]


def test_a_condition_over_the_items_still_refuses():
    scheme = document(vetoes=[veto({"total": 0}, when="found")])
    found = answer(scheme, SCORES, final=True, overrides=over(1, "a"))
    assert places(found) == [("/findings/found", "finding_missing")]


# --- the sheet ---------------------------------------------------------------------------------------------------


def test_sums_and_grade_are_those_of_the_new_points():
    before = sheet_of(document(grade=GRADE), SCORES)
    after = sheet_of(document(grade=GRADE), SCORES, overrides={**over(2, "a"), **over(5, "c")})
    assert [before[each] for each in ("base", "bonus", "total", "grade")] == [16, 2, 18, "优"]
    assert [after[each] for each in ("base", "bonus", "total", "grade")] == [10, 5, 15, "良"]
    assert sections_of(after)["first"]["score"] == 2


def test_the_range_of_a_sheet_narrows():
    scheme = a_scheme(a_section(an_item(judged()), an_item(judged(), code="other")))
    assert span_of(sheet_of(scheme)) == [4, 10]
    found = sheet_of(scheme, overrides=over(3))
    assert (found["status"], found["total"], span_of(found)) == ("pending", None, [5, 8])
    assert sheet_of(scheme, overrides={**over(3), **over(2, "other")})["status"] == "complete"


def test_two_rows_that_share_an_unknown_of_which_one_is_overridden():
    rows = [an_item(levels(("signed", 5))), an_item(levels(("signed", 0), otherwise=5), code="other")]
    scheme = a_scheme(a_section(*rows), evidence=FIELDS)
    assert span_of(sheet_of(scheme)) == [5, 5]
    assert span_of(sheet_of(scheme, overrides=over(3))) == [3, 8]


def test_a_veto_comes_after_an_override():
    held = document(vetoes=[veto({"score": ["a"], "is": 1})])
    found = sheet_of(held, {**SCORES, "yes": True}, overrides=over(5, "a"))
    assert (rows_of(found)["a"]["score"], sections_of(found)["first"]["score"]) == (5, 1)
    assert steps_of(sections_of(found)["first"]) == [("veto", -4)]


def test_a_veto_by_the_sheet_looks_at_the_new_points():
    lost = {"lost": {"label": "失分", "lost": ["a"]}}
    scheme = document(sheet_facts=lost, vetoes=[veto({"total": 0}, when={"lost": {"at_least": 5}})])
    assert sheet_of(scheme, SCORES)["total"] == 18
    found = sheet_of(scheme, SCORES, overrides=over(5, "a"))
    assert (found["total"], reasons_of(found)) == (0, ["失分为5分，不少于5分"])


RESCALED = {"applies_when": "signed", "otherwise": {"leave_out": "section"}}
STRETCHED = a_scheme(a_section(an_item(3), an_item(4, code="other", **RESCALED), code="one"), evidence=FIELDS)


def test_a_row_that_was_left_out_counts_again_and_nothing_is_rescaled():
    before = sections_of(sheet_of(STRETCHED, {"signed": False}))["one"]
    after = sections_of(sheet_of(STRETCHED, {"signed": False}, overrides=over(1, "other")))["one"]
    assert (before["score"], steps_of(before)) == (6, [("leave_out", 3)])
    assert (after["score"], steps_of(after)) == (4, [])


def test_the_rest_of_a_rescaled_section_is_stretched_with_the_new_points():
    found = sections_of(sheet_of(STRETCHED, {"signed": False}, overrides=over(4)))["one"]
    assert (found["score"], steps_of(found)) == (8, [("leave_out", 4)])


# --- what is handed on, and kept ---------------------------------------------------------------------------------


def test_the_new_points_are_handed_on_as_those_of_a_row_that_applies():
    rows = [shows(points=4), an_item(2, code="out", points=2, applies_when="signed", otherwise="zero")]
    program = compiled(a_scheme(a_section(*rows), evidence=FIELDS))
    inputs = read_inputs(
        program, a_request({"count": 4, "signed": False}, overrides={**over(3, "count"), **over(1, "out")})
    )
    assert not isinstance(inputs, Problems)
    found = numbers_of(inputs)
    assert found.scores == {"count": 3, "out": 1}
    assert (found.values["count"], found.values["total"]) == (4, 4)


def test_rows_that_are_kept_do_not_learn_of_overrides():
    program = compiled(document(grade=GRADE))
    plain = [score(program, read(program)) for _ in range(2)]
    changed = [score(program, read(program, overrides=over(2, "a"))) for _ in range(2)]
    again = score(program, read(program))
    fresh = score(compiled(document(grade=GRADE)), read(program))
    assert {each.to_bytes() for each in plain} == {again.to_bytes(), fresh.to_bytes()}
    assert len({each.to_bytes() for each in changed}) == 1
    assert changed[0].to_bytes() != again.to_bytes()


def read(program: Any, **changes: Any) -> Any:
    return read_inputs(program, a_request(SCORES, **changes))


def test_a_sheet_without_overrides_is_what_it_was():
    program = compiled(document(grade=GRADE))
    nothing = score(program, read(program, overrides={}))
    assert nothing.to_bytes() == score(program, read(program)).to_bytes()
    assert b"override" not in nothing.to_bytes()


def test_overrides_show_in_the_digest_of_what_goes_in():
    program = compiled(document())
    request = a_request(SCORES, overrides=over(D("2.0"), "a"))
    inputs = read_inputs(program, request)
    assert not isinstance(inputs, Problems)
    assert inputs.digest == digest({"scheme": program.digest, **request})
    assert inputs.overrides == {"a": Override(2, REASON)}
    assert inputs.digest != read(program).digest == read(program, overrides={}).digest


def test_the_digest_of_a_sheet_covers_its_overrides():
    found = sheet_of(document(), SCORES, overrides=over(2, "a", reason='复核："items":[] 不计'))
    sent = {name: value for name, value in found.items() if name != "digest"}
    assert digest(sent) == found["digest"]
