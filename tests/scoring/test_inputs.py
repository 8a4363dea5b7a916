"""What goes into a score, read strictly: every refusal with its place, all at once."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.scoring.digest import digest
from app.scoring.engine import read_evidence, read_inputs
from app.scoring.inputs import Inputs, Judgement, read_period
from app.scoring.periods import Period
from app.scoring.problems import Problems
from app.scoring.stated import Evidence
from tests.builders import (
    PERIOD,
    D,
    a_judgement,
    a_request,
    boolean,
    cases,
    compiled,
    day,
    integer,
    judged,
    one_item,
    places,
    said,
    table,
    text,
)

FIELDS = {
    "signed": boolean(),
    "count": integer(),
    "faults": integer(label="检查发现问题", by="evaluator"),
    "visits": table(columns={"name": text(), "date": day()}),
    "studies": table(columns={"name": text(), "since": day(), "until": day(required=False)}),
}
STAY = {"longest_stay": "studies", "person": ["name"], "start": "since", "end": "until"}
ELSEWHERE = {"before": {"previous": "count"}, "mean": {"peers": "count", "as": "average"}}
DOCUMENT = one_item(judged(), evidence=FIELDS, measures={"stay": STAY, "again": STAY, **ELSEWHERE})
PROGRAM = compiled(DOCUMENT)
VISIT = {"name": "甲", "date": "2020-05-01"}


def read(request: Any) -> Inputs | Problems:
    return read_inputs(PROGRAM, request)


def taken(evidence: Any = None, **changes: Any) -> Inputs:
    inputs = read(a_request(evidence, **changes))
    assert not isinstance(inputs, Problems), said(inputs)
    return inputs


# --- the period --------------------------------------------------------------------------------------------------

DAY = ("date_value", "应为存在的日期，格式为 2020-04-01")
PERIODS = [
    ("no object", "2020", [("", "object_type", "考评期应为 {start, end}")]),
    ("null", None, [("", "object_type", "考评期应为 {start, end}")]),
    ("nothing", {}, [("/start", *DAY), ("/end", *DAY)]),
    ("no end", {"start": "2020-04-01"}, [("/end", *DAY)]),
    ("no such day", {"start": "2020-04-31", "end": "2020-05-01"}, [("/start", *DAY)]),
    ("more", {**PERIOD, "name": "x"}, [("/name", "unknown_member", "不认识的成员")]),
    ("reversed", {"start": "2020-04-02", "end": "2020-04-01"}, [("/end", "end_before_start", "结束日期早于开始日期")]),
]


@pytest.mark.parametrize(("stated", "problems"), cases(PERIODS))
def test_what_is_no_period(stated, problems):
    assert said(read_period(stated)) == problems


def test_period_of_one_day():
    only = date(2020, 4, 1)
    assert read_period({"start": "2020-04-01", "end": "2020-04-01"}) == Period(only, only)


# --- evidence ----------------------------------------------------------------------------------------------------


def test_evidence_is_read_with_the_numbers_of_its_rows():
    stated = {"signed": True, "count": D("2.0"), "visits": [VISIT, VISIT]}
    row = {"name": "甲", "date": date(2020, 5, 1)}
    expected = Evidence({"signed": True, "count": 2}, {"visits": [(1, row), (2, row)]})
    assert read_evidence(PROGRAM, stated) == expected
    assert expected.stated == {"signed", "count", "visits"}


BY_EVALUATOR = "“检查发现问题”由评审人员核实填写，不由申报单位填写"
UNTIL = [("/studies/1/until", "end_before_start", "结束日期早于开始日期")]
EVIDENCE = [
    ("no object", [], [("", "object_type", "佐证资料应为对象")]),
    ("unknown field", {"x": 1}, [("/x", "unknown_field", "评价方案中没有这个佐证字段")]),
    ("a measure is no field", {"stay": 1}, [("/stay", "unknown_field", "评价方案中没有这个佐证字段")]),
    ("an evaluator's field", {"faults": 0}, [("/faults", "evaluator_field", BY_EVALUATOR)]),
    ("null", {"signed": None}, [("/signed", "boolean_type", "应为 true 或 false")]),
    ("a cell", {"visits": [VISIT, {"name": "乙"}]}, [("/visits/1/date", "missing", "缺少“日期”")]),
    (
        "a stay under other names",
        {
            "studies": [
                {"name": "甲", "since": "2020-05-01"},
                {"name": "乙", "since": "2020-05-02", "until": "2020-05-01"},
            ]
        },
        UNTIL,
    ),
    ("all at once", {"x": 1, "signed": 1, "faults": 1, "count": -1}, None),
]


@pytest.mark.parametrize(("stated", "problems"), cases(EVIDENCE))
def test_what_is_no_evidence(stated, problems):
    found = read_evidence(PROGRAM, stated)
    if problems is None:
        assert [pointer for pointer, _ in places(found)] == ["/x", "/signed", "/faults", "/count"]
    else:
        assert said(found) == problems


def test_what_evaluators_fill_in_is_read_from_them():
    assert read_evidence(PROGRAM, {"faults": 3}, evaluator=True) == Evidence({"faults": 3}, {})


# --- the whole request -------------------------------------------------------------------------------------------

MISSING = ("missing", "缺少此项")
UNKNOWN = ("unknown_member", "不认识的成员")
OBJECT = ("object_type", "应为对象")
KIND = ("subject_kind", "评价方案的考评对象类别为 alliance")
REQUESTS = [
    ("no object", [], [("", *OBJECT)]),
    ("nothing", {}, [("/period", *MISSING), ("/evidence", *MISSING)]),
    ("more", a_request(note="x"), [("/note", *UNKNOWN)]),
    ("wrong period", {"period": [], "evidence": {}}, [("/period", "object_type", "考评期应为 {start, end}")]),
    ("wrong evidence", a_request(evidence={"x": 1}), [("/evidence/x", "unknown_field", "评价方案中没有这个佐证字段")]),
    ("evidence is null", {"period": PERIOD, "evidence": None}, [("/evidence", "object_type", "佐证资料应为对象")]),
    ("final is a number", a_request(final=1), [("/final", "boolean_type", "应为 true 或 false")]),
    ("final is null", a_request(final=None), [("/final", "boolean_type", "应为 true 或 false")]),
    ("subject is text", a_request(subject="a"), [("/subject", *OBJECT)]),
    ("subject of another kind", a_request(subject={"kind": "city"}), [("/subject/kind", *KIND)]),
    ("previous is a list", a_request(previous=[]), [("/previous", *OBJECT)]),
    ("peers are null", a_request(peers=None), [("/peers", *OBJECT)]),
    ("judgements are a list", a_request(judgements=[]), [("/judgements", *OBJECT)]),
    ("findings are null", a_request(findings=None), [("/findings", *OBJECT)]),
]


@pytest.mark.parametrize(("request_", "problems"), cases(REQUESTS))
def test_what_is_no_request(request_, problems):
    assert said(read(request_)) == problems


def test_everything_wrong_with_a_request_at_once():
    wrong = {
        "period": {"start": "x", "end": "2021-03-31"},
        "evidence": {"count": -1},
        "judgements": {"x": {}},
        "note": 1,
    }
    assert places(read({**wrong, "final": "yes", "peers": 5})) == [
        ("/note", "unknown_member"),
        ("/final", "boolean_type"),
        ("/peers", "object_type"),
        ("/period/start", "date_value"),
        ("/evidence/count", "number_too_small"),
        ("/judgements/x", "item_unknown"),
    ]


def test_request_that_is_in_order():
    inputs = taken({"count": 2}, final=True, judgements={"item": {"points": 3, "rationale": "资料齐全"}})
    assert inputs.period == Period(date(2020, 4, 1), date(2021, 3, 31))
    assert inputs.evidence == Evidence({"count": 2}, {})
    assert inputs.judgements == {"item": Judgement(3, "资料齐全")}
    assert (inputs.final, inputs.struck, inputs.worked.values) == (True, {}, {"count": 2})


def test_not_final_unless_said():
    assert taken().final is False


# --- the digest --------------------------------------------------------------------------------------------------


def test_digest_is_over_the_scheme_and_the_request():
    request = a_request({"count": 2}, subject={"kind": "alliance"})
    assert taken({"count": 2}, subject={"kind": "alliance"}).digest == digest({"scheme": PROGRAM.digest, **request})


CHANGES = [
    {"evidence": {"count": 3}},
    {"final": True},
    {"subject": {"a": 1}},
    {"peers": {"count": [1, 2]}},
    {"peers": {}},
    {"previous": {"count": 1}},
    {"previous": {"count": None}},
    {"previous": {}},
]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_everything_that_goes_in_shows_in_the_digest(change):
    assert taken(**{"evidence": {"count": 2}, **change}).digest != taken({"count": 2}).digest


@pytest.mark.parametrize("nothing", [{"final": False}, {"judgements": {}, "findings": {}}, {"subject": {}}], ids=str)
def test_what_says_nothing_does_not_show_in_the_digest(nothing):
    assert taken({"count": 2}, **nothing).digest == taken({"count": 2}).digest


def test_written_form_does_not_show_in_the_digest():
    assert taken({"count": D("2.0"), "signed": True}).digest == taken({"signed": True, "count": 2}).digest


def test_a_rationale_has_an_end():
    program = compiled(one_item(judged()))
    given = a_judgement(3, "好" * 2001)
    found = read_inputs(program, a_request({}, judgements=given))
    assert places(found) == [("/judgements/item/rationale", "text_too_long")]
