"""Findings: an evaluator corrects a stated value, fills in a field, or strikes out rows, with a reason."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    D,
    answer,
    boolean,
    cases,
    choice,
    compiled,
    day,
    integer,
    levels,
    one_item,
    row_of,
    said,
    table,
    tally,
    text,
)

FIELDS = {
    "count": integer(label="次数"),
    "faults": integer(label="检查发现问题", by="evaluator"),
    "state": choice(),
    "signed": boolean(),
    "visits": table(columns={"name": text(), "date": day()}),
}
MEASURES = {"visit_count": {"label": "走访次数", "unit": "次", "count": "visits", "during": "period"}}
RULE = tally({"gain": 1, "each": "visit_count"}, {"lose": 2, "each": "faults"}, {"lose": 1, "each": "count"}, start=2)
PROGRAM = compiled(one_item(RULE, evidence=FIELDS, measures=MEASURES))
REASON = "现场核实"
GOOD, LATE = {"name": "甲", "date": "2020-05-01"}, {"name": "乙", "date": "2021-05-01"}
EVIDENCE = {"count": 0, "visits": [GOOD, GOOD, LATE]}
NO_FAULTS = {"faults": {"value": 0, "reason": REASON}}


def row(**findings: Any) -> dict[str, Any]:
    return row_of(PROGRAM, EVIDENCE, findings={**NO_FAULTS, **findings})


def refused(**findings: Any) -> list[Any]:
    return said(answer(PROGRAM, EVIDENCE, findings=findings))


def struck(**rows: bool) -> dict[str, Any]:
    return {"rows": {key[1:]: {"accepted": accepted, "reason": REASON} for key, accepted in rows.items()}}


def records(found: dict[str, Any]) -> list[Any]:
    return [(each["row"], each["counted"], each.get("reason")) for each in found["trace"]["records"]]


OUTSIDE = "日期2021-05-01不在考评期内"


def test_without_a_finding_the_field_of_the_evaluator_is_missing():
    found = row_of(PROGRAM, EVIDENCE)
    assert (found["status"], found["trace"]["missing"]) == ("pending_evidence", ["faults"])


def test_evaluator_fills_in_a_field():
    assert row()["score"] == 4
    assert row(faults={"value": 1, "reason": REASON})["score"] == 2


def test_evaluator_corrects_a_value():
    found = row(count={"value": D("1.0"), "reason": REASON})
    assert (found["score"], found["trace"]["fields"]) == (3, {"count": 1, "faults": 0})


def test_evaluator_states_what_was_not_stated():
    found = row_of(PROGRAM, {"count": 0}, findings={**NO_FAULTS, "visits": {"value": [GOOD], "reason": REASON}})
    assert (found["score"], records(found)) == (3, [(1, True, None)])


def test_evaluator_replaces_a_table():
    found = row(visits={"value": [LATE], "reason": REASON})
    assert (found["score"], records(found)) == (2, [(1, False, OUTSIDE)])


def test_evaluator_strikes_out_rows():
    found = row(visits=struck(_1=False, _3=False))
    assert found["score"] == 3
    assert records(found) == [
        (1, False, "核实不予认可：现场核实"),
        (2, True, None),
        (3, False, "核实不予认可：现场核实"),
    ]
    assert found["trace"]["measures"] == {"visit_count": 1}


def test_row_that_is_accepted_stays():
    found = row(visits=struck(_1=True, _3=True))
    assert (found["score"], records(found)) == (4, [(1, True, None), (2, True, None), (3, False, OUTSIDE)])


def test_table_whose_rows_are_all_struck_out_is_an_answer():
    found = row(visits=struck(_1=False, _2=False, _3=False))
    assert (found["status"], found["score"]) == ("scored", 2)


FORM = "核实意见应为 {value, reason}，或 {rows: {行号: {accepted, reason}}}"
NOT_A_TABLE = "只能对已填报的表格按行提出核实意见"
NO_ROW = "没有这一行（行号从 1 开始）"
ROW_FORM = "应为 {accepted, reason}"
FINE = {"accepted": False, "reason": REASON}

WRONG = [
    ("unknown field", "x", {"value": 1, "reason": REASON}, "", "unknown_field", "评价方案中没有这个佐证字段"),
    ("a measure", "visit_count", {"value": 1, "reason": REASON}, "", "unknown_field", "评价方案中没有这个佐证字段"),
    ("no object", "count", 3, "", "object_type", "核实意见应为对象"),
    ("nothing", "count", {}, "", "finding_form", FORM),
    ("no reason", "count", {"value": 1}, "", "finding_form", FORM),
    ("more", "count", {"value": 1, "reason": REASON, "by": "x"}, "", "finding_form", FORM),
    ("both", "visits", {"value": [], "reason": REASON, "rows": {}}, "", "finding_form", FORM),
    ("empty reason", "count", {"value": 1, "reason": " "}, "/reason", "reason_missing", "应写明理由"),
    ("reason nobody can see", "count", {"value": 1, "reason": "\u200b　"}, "/reason", "reason_missing", "应写明理由"),
    ("reason is a number", "count", {"value": 1, "reason": 5}, "/reason", "reason_missing", "应写明理由"),
    ("wrong value", "count", {"value": -1, "reason": REASON}, "/value", "number_too_small", "不能小于 0"),
    (
        "wrong cell",
        "visits",
        {"value": [GOOD, {"name": "甲"}], "reason": REASON},
        "/value/1/date",
        "missing",
        "缺少“日期”",
    ),
    ("rows of a number", "count", struck(_1=False), "/rows", "not_a_table", NOT_A_TABLE),
    ("rows are a list", "visits", {"rows": []}, "/rows", "not_a_table", NOT_A_TABLE),
    ("row 0", "visits", {"rows": {"0": FINE}}, "/rows/0", "row_unknown", NO_ROW),
    ("row 4 of 3", "visits", {"rows": {"4": FINE}}, "/rows/4", "row_unknown", NO_ROW),
    ("row 01", "visits", {"rows": {"01": FINE}}, "/rows/01", "row_unknown", NO_ROW),
    ("row -1", "visits", {"rows": {"-1": FINE}}, "/rows/-1", "row_unknown", NO_ROW),
    ("row one", "visits", {"rows": {"one": FINE}}, "/rows/one", "row_unknown", NO_ROW),
    ("row in wide digits", "visits", {"rows": {"１": FINE}}, "/rows/１", "row_unknown", NO_ROW),
    ("row without end", "visits", {"rows": {"1" * 5000: FINE}}, "/rows/" + "1" * 5000, "row_unknown", NO_ROW),
    ("row no object", "visits", {"rows": {"1": False}}, "/rows/1", "finding_form", ROW_FORM),
    ("row without a reason", "visits", {"rows": {"1": {"accepted": False}}}, "/rows/1", "finding_form", ROW_FORM),
    (
        "row perhaps",
        "visits",
        {"rows": {"1": {**FINE, "accepted": 1}}},
        "/rows/1/accepted",
        "boolean_type",
        "应为 true 或 false",
    ),
    (
        "row, empty reason",
        "visits",
        {"rows": {"1": {**FINE, "reason": ""}}},
        "/rows/1/reason",
        "reason_missing",
        "应写明理由",
    ),
]


@pytest.mark.parametrize(("code", "finding", "place", "problem", "message"), cases(WRONG))
def test_what_is_no_finding(code, finding, place, problem, message):
    assert refused(**{code: finding}) == [(f"/findings/{code}{place}", problem, message)]


def test_rows_of_a_table_that_was_not_stated():
    found = answer(PROGRAM, {"count": 0}, findings={"visits": struck(_1=False)})
    assert said(found) == [("/findings/visits/rows", "not_a_table", NOT_A_TABLE)]


def test_everything_wrong_with_findings_at_once():
    found = refused(x=1, count={"value": "1", "reason": ""}, visits={"rows": {"9": FINE, "1": 5}})
    assert [pointer for pointer, _, _ in found] == [
        "/findings/x",
        "/findings/count/reason",
        "/findings/count/value",
        "/findings/visits/rows/9",
        "/findings/visits/rows/1",
    ]


def test_judgement_is_held_against_the_case_that_findings_lead_to():
    rule = levels(({"state": {"is": "done"}}, 5), ({"state": {"is": "begun"}}, {"judged": {"one_of": [2, 3]}}))
    document = one_item(rule, evidence=FIELDS)
    given = {"item": {"points": 4, "rationale": "资料齐全"}}
    corrected = {"state": {"value": "begun", "reason": REASON}}
    found = answer(document, {"state": "done"}, judgements=given, findings=corrected)
    assert said(found) == [("/judgements/item/points", "judgement_out_of_range", "评判只能给以下分数之一：2、3")]
    assert row_of(document, {"state": "done"}, judgements=given)["score"] == 5
