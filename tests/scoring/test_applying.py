"""Items and sections that do not apply: what counts instead, what is left out, and while that is not known."""

from __future__ import annotations

import pytest

from app.scoring.engine import prepare
from tests.builders import (
    D,
    a_scheme,
    a_section,
    an_item,
    answer,
    boolean,
    cases,
    judged,
    levels,
    lines_of,
    one_item,
    places,
    row_of,
    rows_of,
    sections_of,
    sheet_of,
    span_of,
)
from tests.scoring.not_applying import (
    FIELDS,
    FULL,
    MEAN,
    RESCALE,
    SECTION,
    TOTAL,
    ZERO,
    item,
    not_for,
    other,
    with_other,
)

# --- what counts instead -----------------------------------------------------------------------------------------

INSTEAD = [
    ("full", FULL, {}, 5, [], "本项不适用，按满分计"),
    ("zero", ZERO, {}, 0, [5], "本项不适用，不计分"),
    ("points", 2, {}, 2, [3], "本项不适用，按2分计"),
    ("points above", D("6.5"), {}, D("6.5"), [], None),
    ("points below 0", -1, {}, -1, [6], "本项不适用，按-1分计"),
    (
        "the mean",
        MEAN,
        {"peers": {"scores": {"item": [3, 4, 4]}}},
        D("3.67"),
        [D("1.33")],
        "本项不适用，按适用单位的平均分计",
    ),
    ("a full mean", MEAN, {"peers": {"scores": {"item": [5]}}}, 5, [], None),
    ("a mean above the points", MEAN, {"peers": {"scores": {"item": [7]}}}, 7, [], None),
]


@pytest.mark.parametrize(("policy", "around", "score", "lost", "reason"), cases(INSTEAD))
def test_what_counts_where_an_item_does_not_apply(policy, around, score, lost, reason):
    row = row_of(a_scheme(a_section(item(policy=policy)), evidence=FIELDS), {"yes": False}, **around)
    assert (row["status"], row["score"], span_of(row)) == ("not_applicable", score, [score, score])
    assert [points for points, _ in lines_of(row)] == lost
    assert [each["code"] for each in row["deductions"]] == ["item.not_applicable"] * len(lost)
    assert not lost or row["deductions"][0]["reason"] == reason
    assert row["surplus"] == max(0, score - 5)
    assert (row["improvements"], row["trace"]["fields"]) == ([], {"yes": False})


def test_nothing_changes_where_it_applies():
    row = row_of(a_scheme(a_section(item(policy=ZERO)), evidence=FIELDS), {"yes": True})
    assert (row["status"], row["score"]) == ("scored", 3)


def test_mean_is_rounded_like_the_item():
    document = a_scheme(a_section(item(policy=MEAN, rounding={"places": 1, "mode": "up"})), evidence=FIELDS)
    assert row_of(document, {"yes": False}, peers={"scores": {"item": [3, 4, 4]}})["score"] == D("3.7")


def test_bonus_that_does_not_apply():
    document = a_scheme(
        a_section(), a_section(item(policy=FULL, code="more"), code="bonus", bonus=True), evidence=FIELDS
    )
    sheet = sheet_of(document, {"yes": False})
    assert (sheet["bonus"], rows_of(sheet)["more"]["deductions"]) == (5, [])
    none = sheet_of(
        a_scheme(a_section(), a_section(item(policy=ZERO, code="more"), code="bonus", bonus=True), evidence=FIELDS),
        {"yes": False},
    )
    assert (none["bonus"], rows_of(none)["more"]["deductions"]) == (0, [])


# --- sections ----------------------------------------------------------------------------------------------------


def test_section_that_does_not_apply():
    first = a_section(an_item(1), an_item(2, code="second"), **not_for(FULL))
    rows = rows_of(sheet_of(a_scheme(first, evidence=FIELDS), {"yes": False}))
    assert [(row["status"], row["score"]) for row in rows.values()] == [("not_applicable", 5), ("not_applicable", 5)]


BOTH = [
    ("the section's condition comes first", {"yes": False, "no": False}, "not_applicable", 5),
    ("then the item's", {"yes": True, "no": False}, "not_applicable", 0),
    ("both apply", {"yes": True, "no": True}, "scored", 3),
    ("the section's is enough", {"yes": False}, "not_applicable", 5),
    ("the item's is not known", {"yes": True}, "pending_evidence", None),
    ("the section's is not known", {"no": False}, "pending_evidence", None),
]


@pytest.mark.parametrize(("stated", "status", "score"), cases(BOTH))
def test_conditions_of_section_and_item(stated, status, score):
    row = row_of(a_scheme(a_section(an_item(3, **not_for(ZERO, "no")), **not_for(FULL)), evidence=FIELDS), stated)
    assert (row["status"], row["score"]) == (status, score)


# --- while it is not known ---------------------------------------------------------------------------------------

RULE = levels(("no", 1), otherwise=3)
OPEN = [
    # range of the item, of the section, of the sheet
    ("full", FULL, [1, 5], [1, 5], [4, 8]),
    ("zero", ZERO, [0, 3], [0, 3], [3, 6]),
    ("points", 4, [1, 4], [1, 4], [4, 7]),
    ("out of the full marks", TOTAL, [1, 3], [0, 3], [3, 6]),
    ("the sheet is rescaled", RESCALE, [1, 3], [0, 3], [4, D("6.75")]),
    ("its section", SECTION, [1, 3], [0, 3], [3, 6]),
]


@pytest.mark.parametrize(("policy", "row", "section", "total"), cases(OPEN))
def test_between_both_answers(policy, row, section, total):
    sheet = sheet_of(with_other(policy, rule=RULE), {})
    found = rows_of(sheet)["item"]
    assert (found["status"], found["score"], found["trace"]["missing"]) == ("pending_evidence", None, ["yes", "no"])
    spans = [span_of(found), span_of(sections_of(sheet)["first"]), span_of(sheet)]
    assert spans == [row, section, total]
    assert (sheet["status"], sheet["total"]) == ("pending", None)


def test_one_fact_for_the_condition_and_the_rule():
    sheet = sheet_of(with_other(RESCALE, rule=levels(("yes", 5), otherwise=0)), {})
    assert span_of(sheet) == [D("6.75"), 8]


def test_many_undecided_rows_over_one_number():
    policies = [not_for(RESCALE, {"count": {"at_least": at}}) for at in range(9)]
    rows = [an_item(1, code=f"i{at}", points=1, **policy) for at, policy in enumerate(policies)]
    sheet = sheet_of(a_scheme(a_section(*rows, other(4, 2)), evidence=FIELDS), {})
    assert span_of(sheet) == [D("7.8"), 11]


def test_many_undecided_rows_over_many_facts():
    rows = [an_item(1, code=f"i{at}", points=1, **not_for(RESCALE, f"yes_{at}")) for at in range(8)]
    fields = {f"yes_{at}": boolean() for at in range(8)}
    sheet = sheet_of(a_scheme(a_section(*rows, other(4, 2)), evidence=fields), {})
    low, high = span_of(sheet)
    assert low is None or low <= 6
    assert high is None or high >= 10


def test_more_undecided_rows_than_can_be_tried():
    rows = [an_item(1, code=f"i{at}", points=1, **not_for(RESCALE, f"yes_{at}")) for at in range(15)]
    fields = {f"yes_{at}": boolean() for at in range(15)}
    low, high = span_of(sheet_of(a_scheme(a_section(*rows, other(4, 2)), evidence=fields), {}))
    assert low is None or low <= D("9.5")
    assert high is None or high >= 17


WAITING = [
    ("no scores yet", {"yes": False}, {}, "pending_round", ["item"]),
    ("scores of others alone", {"yes": False}, {"peers": {"scores": {}}}, "pending_round", ["item"]),
    ("an empty list", {"yes": False}, {"peers": {"scores": {"item": []}}}, "pending_round", ["item"]),
    ("not known whether it applies", {}, {}, "pending_evidence", ["yes"]),
    ("not known, scores there", {}, {"peers": {"scores": {"item": [1]}}}, "pending_evidence", ["yes"]),
]


@pytest.mark.parametrize(("stated", "around", "status", "missing"), cases(WAITING))
def test_mean_that_is_not_there_yet(stated, around, status, missing):
    row = row_of(a_scheme(a_section(item(policy=MEAN)), evidence=FIELDS), stated, **around)
    assert (row["status"], row["score"], row["trace"]["missing"]) == (status, None, missing)


def test_mean_can_be_anything_while_it_is_not_there():
    row = row_of(a_scheme(a_section(item(policy=MEAN)), evidence=FIELDS), {"yes": False})
    assert span_of(row) != [3, 3]


def test_condition_over_the_round_before():
    measures = {"before": {"previous": "count"}}
    document = a_scheme(
        a_section(an_item(3, **not_for(ZERO, {"before": {"at_least": 2}}))), evidence=FIELDS, measures=measures
    )
    assert row_of(document)["status"] == "pending_round"
    assert row_of(document, previous={"count": 1})["score"] == 0
    assert places(answer(document, final=True)) == [("/previous", "previous_missing")]


# --- final sheets ------------------------------------------------------------------------------------------------

FINAL = [
    ("full", FULL, {}, 3),
    ("zero", ZERO, {}, 0),
    ("points", 1, {}, 1),
    ("the mean", MEAN, {"peers": {"scores": {"item": [1]}}}, 1),
    ("left out: it applies", TOTAL, {}, 3),
    ("rescaled: it applies", RESCALE, {}, 3),
    ("its section: it applies", SECTION, {}, 3),
]


@pytest.mark.parametrize(("policy", "around", "score"), cases(FINAL))
def test_what_is_not_known_closes_at_its_worst(policy, around, score):
    row = row_of(a_scheme(a_section(item(policy=policy)), evidence=FIELDS), {}, final=True, **around)
    assert (row["status"], row["score"]) == ("scored", score)


def test_unproved_rule_of_an_unproved_condition():
    for policy, score in ((TOTAL, 1), (FULL, 1), (ZERO, 0)):
        document = a_scheme(a_section(item(RULE, policy=policy)), evidence=FIELDS)
        row = row_of(document, {}, final=True)
        assert (row["score"], sum(points for points, _ in lines_of(row))) == (score, 5 - score)


def test_points_that_rounding_would_change_close_as_they_are():
    row = item(3, points=D("2.5"), rounding={"places": 0})
    found = row_of(a_scheme(a_section(row), evidence=FIELDS), {}, final=True)
    assert (found["status"], found["score"], found["deductions"]) == ("scored", D("2.5"), [])


def test_judgement_counts_where_the_item_is_taken_to_apply():
    document = a_scheme(a_section(item(judged(), policy=TOTAL)), evidence=FIELDS)
    sheet = sheet_of(document, {}, final=True, judgements={"item": {"points": 4, "rationale": "按实际情况"}})
    assert (rows_of(sheet)["item"]["score"], sheet["unused_judgements"]) == (4, [])


def test_what_an_evaluator_has_to_say_first():
    document = one_item(3, evidence=FIELDS)
    document["sections"][0]["items"][0] |= not_for(ZERO, "found")
    assert places(answer(document, {}, final=True)) == [("/findings/found", "finding_missing")]


def test_mean_refuses_until_the_round_closes():
    document = a_scheme(a_section(item(policy=MEAN)), evidence=FIELDS)
    assert places(answer(document, {"yes": False}, final=True)) == [("/peers", "round_open")]


def test_row_whose_rule_gives_nothing_where_it_applies():
    rule = levels(("no", 2), otherwise=None)
    for stated, span in (({"no": False}, [0, 0]), ({}, [0, 2])):
        row = row_of(a_scheme(a_section(item(rule, policy=ZERO)), evidence=FIELDS), stated)
        assert (row["status"], span_of(row)) == ("pending_evidence", span)


# --- what cannot be written --------------------------------------------------------------------------------------

ITEM = "/sections/0/items/0"
WRONG = [
    ("a condition alone", an_item(applies_when="yes"), ITEM, "applies_otherwise"),
    ("a policy alone", an_item(otherwise="zero"), ITEM, "applies_otherwise"),
    ("another policy", item(policy="half"), f"{ITEM}/otherwise", "choice_unknown"),
    ("another way out", item(policy={"leave_out": "item"}), f"{ITEM}/otherwise/leave_out", "choice_unknown"),
    ("no way out", item(policy={}), f"{ITEM}/otherwise/leave_out", "missing"),
    ("a list", item(policy=[1]), f"{ITEM}/otherwise", "number_type"),
    ("a condition of no fact", an_item(**not_for(ZERO, "x")), f"{ITEM}/applies_when", "fact_unknown"),
]


@pytest.mark.parametrize(("row", "place", "code"), cases(WRONG))
def test_policy_that_cannot_be_written(row, place, code):
    assert places(prepare(a_scheme(a_section(row), evidence=FIELDS))) == [(place, code)]


def test_section_with_a_condition_of_no_fact():
    document = a_scheme(a_section(an_item(), an_item(code="b"), **not_for(ZERO, "x")), evidence=FIELDS)
    assert set(places(prepare(document))) == {("/sections/0/applies_when", "fact_unknown")}
