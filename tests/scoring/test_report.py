"""The sheet of one submission: figures, statuses, and the trace from every score to its values and records."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from app.scoring.periods import StayLength
from app.scoring.report import plain
from tests.builders import (
    PERIOD,
    STAYS,
    D,
    a_judgement,
    a_scheme,
    a_section,
    an_item,
    boolean,
    choice,
    compiled,
    day,
    integer,
    judged,
    levels,
    one_item,
    row_of,
    sheet_of,
    span_of,
    table,
    tally,
    text,
)

# --- the sheet ---------------------------------------------------------------------------------------------------

FIELDS = {"signed": boolean(), "count": integer(), "other": integer()}
AGREEMENT = an_item(levels(("signed", 5)), code="agreement", number="1", title="协议")
LOSSES = an_item(tally({"lose": D("0.5"), "each": "count"}), code="losses", points=4)
EXTRA = an_item(levels(({"other": {"at_least": 1}}, 2)), code="extra", points=2)
DOCUMENT = a_scheme(
    a_section(AGREEMENT, LOSSES, code="work", title="工作"),
    a_section(EXTRA, code="bonus", title="加分", bonus=True),
    evidence=FIELDS,
)


def test_sheet_of_a_complete_submission():
    program = compiled(DOCUMENT)
    sheet = sheet_of(program, {"signed": True, "count": 3, "other": 1})
    parts = sheet.pop("sections")
    assert {name: value for name, value in sheet.items() if not name.endswith("digest")} == {
        "scheme": {"code": "small", "version": "1", "digest": program.digest},
        "engine": "1",
        "period": PERIOD,
        "status": "complete",
        "total": D("9.5"),
        "base": D("7.5"),
        "bonus": 2,
        "full_marks": 9,
        "bonus_limit": 2,
        "grade": None,
        "range": {"low": D("9.5"), "high": D("9.5")},
        "adjustments": [],
        "unused_judgements": [],
    }
    shown = [(part["code"], part["title"], part["points"], part["score"], part["bonus"]) for part in parts]
    assert shown == [("work", "工作", 9, D("7.5"), False), ("bonus", "加分", 2, 2, True)]
    assert [row["code"] for part in parts for row in part["items"]] == ["agreement", "losses", "extra"]


def test_row_carries_what_is_printed():
    row = sheet_of(DOCUMENT, {"signed": True, "count": 0, "other": 0})["sections"][0]["items"][0]
    names = ("code", "number", "indicator", "title", "criteria", "points", "score", "status", "surplus")
    printed = ("agreement", "1", "指标", "协议", "做到得5分，否则不得分", 5, 5, "scored", 0)
    assert tuple(row[name] for name in names) == printed


def test_one_open_row_leaves_its_sums_open():
    sheet = sheet_of(DOCUMENT, {"signed": True, "other": 1})
    assert (sheet["status"], sheet["total"], sheet["base"], sheet["bonus"]) == ("pending", None, None, 2)
    assert (span_of(sheet), [span_of(part) for part in sheet["sections"]]) == ([7, 11], [[5, 9], [2, 2]])


def test_scheme_without_a_bonus():
    sheet = sheet_of(one_item(5))
    assert (sheet["bonus"], sheet["bonus_limit"], sheet["total"]) == (0, 0, 5)


@pytest.mark.parametrize(("final", "status"), [(False, "complete"), (True, "final")])
def test_final_only_where_it_was_asked_for(final, status):
    assert sheet_of(one_item(5), final=final)["status"] == status


# --- the trace ---------------------------------------------------------------------------------------------------

VISITS = {"name": text(), "kind": choice(), "date": day()}
TABLES = {
    **FIELDS,
    "visits": table(columns=VISITS),
    "mix": table(columns={"name": text()}),
    "trainees": table(columns=STAYS),
    "notes": table(columns={"name": text()}),
}
STAY = {"longest_stay": "trainees", "person": ["name"], "start": "start_date", "end": "end_date", "during": "period"}
MEASURES = {
    "done": {"label": "完成次数", "count": "visits", "where": {"kind": {"is": "done"}}, "during": "period"},
    "begun": {"label": "开展次数", "count": "visits", "where": {"kind": {"is": "begun"}}},
    "names": {"distinct": "visits", "value": "name"},
    "sum": {"total": {"done": 1, "count": 1}},
    "stay": STAY,
}


def traced(rule: Any, evidence: Any, **changes: Any) -> dict[str, Any]:
    return row_of(one_item(rule, evidence=TABLES, measures=MEASURES), evidence, **changes)["trace"]


def visit(kind: str, on: str = "2020-05-01", name: str = "甲") -> dict[str, Any]:
    return {"name": name, "kind": kind, "date": on}


DONE = levels(({"done": {"at_least": 1}}, 5))
NOT_DONE = "状态为“已开展”，要求为“已完成”"


def test_values_a_score_came_from():
    rule = levels(({"all": [{"sum": {"at_least": 3}}, "signed"]}, 5))
    found = traced(rule, {"visits": [visit("done")], "count": 1, "signed": True, "other": 9})
    assert found["measures"] == {"done": 1, "sum": 2}
    assert found["fields"] == {"count": 1, "signed": True}
    assert (found["level"], found["judgement"], found["missing"]) == (2, None, [])


def test_records_counted_and_not_with_the_reason():
    rows = [visit("done"), visit("begun"), visit("done", "2019-05-01")]
    assert traced(DONE, {"visits": rows, "mix": [{"name": "甲"}]})["records"] == [
        {"field": "visits", "row": 1, "counted": True},
        {"field": "visits", "row": 2, "counted": False, "reason": NOT_DONE},
        {"field": "visits", "row": 3, "counted": False, "reason": "日期2019-05-01不在考评期内"},
    ]


def test_record_counts_when_any_measure_of_the_row_counts_it():
    rule = levels(({"any": [{"done": {"at_least": 1}}, {"begun": {"at_least": 1}}]}, 5))
    found = traced(rule, {"visits": [visit("done"), visit("begun"), visit("none")]})["records"]
    assert [each["counted"] for each in found] == [True, True, False]
    assert found[2]["reason"] == "状态为“未开展”，要求为“已开展”"


def test_records_struck_out_stand_among_the_others():
    struck = {"visits": {"rows": {"2": {"accepted": False, "reason": "无签到表"}}}}
    found = traced(DONE, {"visits": [visit("done"), visit("done"), visit("begun")]}, findings=struck)
    assert found["records"] == [
        {"field": "visits", "row": 1, "counted": True},
        {"field": "visits", "row": 2, "counted": False, "reason": "核实不予认可：无签到表"},
        {"field": "visits", "row": 3, "counted": False, "reason": NOT_DONE},
    ]
    assert found["measures"] == {"done": 1}


def test_records_of_the_longest_stay():
    rows = [
        {"name": "张", "start_date": "2020-05-01", "end_date": "2020-05-31"},
        {"name": "张", "start_date": "2019-05-01", "end_date": "2019-05-31"},
    ]
    found = traced(levels(({"stay": {"at_least": {"months": 1, "days": 0}}}, 5)), {"trainees": rows})
    assert found["measures"] == {"stay": {"months": 1, "days": 0}}
    assert [each.get("reason") for each in found["records"]] == [None, "2019-05-01至2019-05-31不在考评期内"]


def test_records_a_judgement_rests_on():
    found = traced(judged(basis=["notes", "mix"]), {"mix": [{"name": "甲"}], "notes": []}, judgements=a_judgement(4))
    assert found["records"] == [{"field": "mix", "row": 1, "counted": True}]
    assert found["judgement"] == {"points": 4, "rationale": "按实际情况评定"}


def test_records_of_a_table_that_was_not_stated():
    found = traced(DONE, {"count": 1})
    assert (found["records"], found["measures"], found["missing"]) == ([], {}, ["visits"])


def test_judgement_nobody_asked_for_is_named_apart():
    rule = levels(("signed", 5), otherwise=judged(0, 2))
    document = one_item(rule, evidence=TABLES)
    sheet = sheet_of(document, {"signed": True}, judgements=a_judgement(9))
    assert (sheet["total"], sheet["unused_judgements"]) == (5, ["item"])
    assert sheet["sections"][0]["items"][0]["trace"]["judgement"] is None
    assert sheet_of(document, {"signed": False}, judgements=a_judgement(2))["unused_judgements"] == []


PLAIN = [
    (True, True),
    ("甲", "甲"),
    (3, 3),
    (Fraction(1, 3), D("0.333333")),
    (date(2020, 4, 1), "2020-04-01"),
    (StayLength(2, 3), {"months": 2, "days": 3}),
    (frozenset("b"), ["b"]),
]


@pytest.mark.parametrize(("value", "written"), PLAIN, ids=str)
def test_value_as_json_has_it(value, written):
    assert plain(value) == written
    assert type(plain(value)) is type(written)
