"""A scheme compiled: what does not fit together, its digest, and what it remembers."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from app.scoring import improvements, kept
from app.scoring import program as programs
from app.scoring.digest import digest
from app.scoring.engine import Inputs, prepare, read_inputs, score_request
from app.scoring.exact import ANYTHING, Range
from app.scoring.items import Outcome, item_range
from app.scoring.program import Program
from app.scoring.quick import judge_all
from app.scoring.rules.shape import Judging
from tests.builders import (
    D,
    a_judgement,
    a_request,
    a_scheme,
    a_section,
    an_item,
    answer,
    boolean,
    cases,
    choice,
    compiled,
    integer,
    judged,
    levels,
    one_item,
    percent,
    refusals,
    row_of,
    said,
    sheet_of,
    table,
    tally,
    text,
)

FIELDS = {"signed": boolean(), "count": integer(), "visits": table(), "faults": integer(by="evaluator")}


def two(first: Any, second: Any, **changes: Any) -> dict[str, Any]:
    return a_scheme(a_section(an_item(code=first)), a_section(an_item(code=second), code="other"), **changes)


REPEATED = [
    ("rows of two sections", two("item", "item"), "/sections/1/items/0/code", "代码 item 重复"),
    ("rows of one section", a_scheme(a_section(an_item(), an_item())), "/sections/0/items/1/code", "代码 item 重复"),
    (
        "sections",
        a_scheme(a_section(an_item(code="a")), a_section(an_item(code="b"))),
        "/sections/1/code",
        "代码 section 重复",
    ),
]


@pytest.mark.parametrize(("document", "place", "message"), cases(REPEATED))
def test_codes_are_not_repeated(document, place, message):
    assert refusals(document) == [(place, "code_repeated", message)]


def test_row_and_section_may_share_a_code():
    compiled(a_scheme(a_section(an_item(code="same"), code="same")))


@pytest.mark.parametrize("word", ["all", "any", "not", "some"])
def test_joining_words_are_no_codes(word):
    fields = {word: integer(), "visits": table(columns={word: integer(), "name": text()})}
    found = refusals(a_scheme(evidence=fields, measures={"m": {"total": {word: 1}}}))
    said_of_it = f"{word} 已有规定含义，不能用作代码"
    assert found == [
        (f"/evidence/{word}", "code_reserved", said_of_it),
        (f"/evidence/visits/columns/{word}", "code_reserved", said_of_it),
    ]
    measured = refusals(a_scheme(evidence={"a": integer()}, measures={word: {"total": {"a": 1}}}))
    assert measured == [(f"/measures/{word}", "code_reserved", said_of_it)]


def test_example_of_no_such_row():
    example = {
        "name": "甲",
        "period": {"start": "2020-04-01", "end": "2021-03-31"},
        "expect": {"items": {"x": 5, "item": 5}},
    }
    assert refusals(a_scheme(examples=[example])) == [
        ("/examples/0/expect/items/x", "item_unknown", "没有代码为 x 的计分项目")
    ]


def test_example_of_no_such_section():
    period = {"start": "2020-04-01", "end": "2021-03-31"}
    example = {"name": "甲", "period": period, "expect": {"sections": {"x": 5, "section": 5}}}
    assert refusals(a_scheme(examples=[example])) == [
        ("/examples/0/expect/sections/x", "section_unknown", "没有代码为 x 的基本指标")
    ]


def test_everything_that_does_not_fit_at_once():
    broken = {"measures": {"m": {"count": "x"}}, "examples": []}
    rows = [an_item(levels(("y", 5))), an_item(judged(basis=["z"]))]
    found = [(pointer, code) for pointer, code, _ in refusals(a_scheme(a_section(*rows), evidence=FIELDS, **broken))]
    assert found == [
        ("/measures/m/count", "table_unknown"),
        ("/sections/0/items/0/rule/levels/0/when", "fact_unknown"),
        ("/sections/0/items/1/rule/judged/basis/0", "field_unknown"),
        ("/sections/0/items/1/code", "code_repeated"),
    ]


def test_digest_is_that_of_the_document():
    document = one_item(D("2.50"))
    assert compiled(document).digest == digest(document) == compiled(one_item(D("2.5"))).digest
    assert compiled(document).digest != compiled(one_item(D("2.51"))).digest
    assert compiled(document).document is document


@pytest.mark.parametrize("criteria", ["得 5\n分", "得5分，否则不得分"])
def test_white_space_of_a_clause_does_not_matter(criteria):
    rule = {"levels": [{"points": 5, "clause": "得5 分"}]}
    compiled(one_item(rule, criteria=criteria))


def test_what_a_row_needs():
    measures = {"visit_count": {"count": "visits"}, "unused": {"total": {"count": 1}}}
    rule = levels(({"visit_count": {"at_least": 1}}, 5), otherwise=judged(basis=["visits", "count"]))
    (item,) = compiled(one_item(rule, evidence=FIELDS, measures=measures)).items
    assert (item.reads, item.tables, item.basis) == (
        {"visit_count"},
        (("visits", ("visit_count",)),),
        {"visits", "count"},
    )
    assert item.known({"visit_count": 1, "signed": True}) == {"visit_count": 1}


# --- the schema of the evidence ----------------------------------------------------------------------------------


def test_schema_of_what_submitters_state():
    schema = compiled(one_item(5, evidence=FIELDS)).evidence_schema()
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == "小方案：佐证资料"
    assert list(schema["properties"]) == ["signed", "count", "visits"]
    assert "required" not in schema


STATED = [
    ("nothing", {}, True),
    ("something", {"signed": True, "count": 3, "visits": [{"name": "甲", "date": "2020-04-01"}]}, True),
    ("another field", {"x": 1}, False),
    ("a field of the evaluator", {"faults": 1}, False),
    ("a number for yes", {"signed": 1}, False),
    ("below 0", {"count": -1}, False),
    ("a row without its day", {"visits": [{"name": "甲"}]}, False),
    ("no such choice", {"state": "x"}, False),
    ("above 100", {"rate": 101}, False),
]


@pytest.mark.parametrize(("stated", "fits"), cases(STATED))
def test_schema_takes_what_the_engine_takes(stated, fits):
    document = one_item(5, evidence={**FIELDS, "state": choice(), "rate": percent()})
    validator = Draft202012Validator(compiled(document).evidence_schema())
    assert validator.is_valid(stated) is fits
    assert isinstance(answer(document, stated), dict) is fits


# --- what is remembered ------------------------------------------------------------------------------------------


def test_range_is_worked_out_once_for_the_same_facts(monkeypatch):
    program = compiled(one_item(levels(("signed", 5), otherwise=2), evidence=FIELDS))
    outcome = Outcome(program.items[0], {}, Judging(), "pending_evidence", None, ANYTHING)
    assert item_range(program, outcome) == Range(2, 5)
    monkeypatch.setattr("app.scoring.items.find_range", None)
    assert item_range(program, outcome) == Range(2, 5)


def test_improvements_are_found_once_for_the_same_facts(monkeypatch):
    program = compiled(one_item(levels(("signed", 5)), evidence=FIELDS))
    before = sheet_of(program, {"signed": False})
    monkeypatch.setattr("app.scoring.improvements._Finder", None)
    assert sheet_of(program, {"signed": False}) == before


def test_improvements_do_not_depend_on_the_words_of_a_judgement(monkeypatch):
    monkeypatch.setattr(improvements, "MOST_FOUND", 2)
    program = compiled(one_item(levels(("signed", 5), otherwise=judged(0, 4)), evidence=FIELDS))
    for points in (1, 2, 3, 1):
        for words in ("按实际情况评定", "按现场情况评定"):
            row = row_of(program, {"signed": False}, judgements=a_judgement(points, words))
            assert [(each["points"], each["change"]) for each in row["improvements"]] == [
                (5 - points, [{"to": True, "field": "signed"}])
            ]


def test_kinds_of_subjects_kept_stay_bounded(monkeypatch):
    monkeypatch.setattr(programs, "MOST_KINDS_KEPT", 2)
    figures = {str(figure): figure for figure in range(1, 8)}
    rows = [an_item({"by": code, "values": figures}, code=code, points=9) for code in ("year", "beds")]
    program = compiled(a_scheme(a_section(*rows)))
    for year, beds in itertools.product(range(1, 8), repeat=2):
        assert sheet_of(program, subject={"year": year, "beds": beds})["total"] == year + beds


def test_memory_stays_bounded(monkeypatch):
    monkeypatch.setattr(programs, "MOST_REMEMBERED", 3)
    program: Program = compiled(one_item(tally({"lose": 1, "each": "count"}), evidence=FIELDS))
    for count in range(10):
        sheet_of(program, {"count": count})
        program.remember(count, "kept")
        assert len(program._remembered) <= 3
    program.remember("a", 1)
    assert (program.recall("a"), program.recall("b")) == (1, None)


def test_rows_kept_stay_bounded(monkeypatch):
    monkeypatch.setattr(kept, "MOST_KEPT", 3)
    program: Program = compiled(one_item(tally({"lose": 1, "each": "count"}), evidence=FIELDS))
    for count in range(10):
        assert sheet_of(program, {"count": count})["total"] == max(0, 5 - count)
        assert len(program.kept[0]) <= 3


def test_every_row_at_once_is_row_by_row():
    document = a_scheme(
        a_section(an_item(levels(("signed", 5), otherwise=2)), an_item(judged(), code="b")), evidence=FIELDS
    )
    program = compiled(document)
    inputs = read_inputs(program, a_request({"signed": False}))
    assert isinstance(inputs, Inputs)
    assert judge_all(program, inputs) == [row.outcome for row in kept.judge_rows(program, inputs)]


# --- the engine as a whole ---------------------------------------------------------------------------------------


def test_same_request_same_bytes():
    document = one_item(levels(("signed", 5), otherwise=2), evidence=FIELDS)
    request = a_request({"signed": False, "count": 3})
    sheets = {score_request(compiled(document), request).to_bytes() for _ in range(3)}
    assert len(sheets) == 1


def test_request_with_problems_has_no_sheet():
    assert said(score_request(compiled(one_item(5)), {})) == [
        ("/period", "missing", "缺少此项"),
        ("/evidence", "missing", "缺少此项"),
    ]


LARGE = 999_999_999_999_999
TOO_LARGE = [
    ("a score", tally({"gain": 2, "each": "count"}, start=0), {"count": LARGE}),
    ("a score below 0", tally({"lose": 2, "each": "count"}, floor="none"), {"count": LARGE}),
    ("a measure nobody has points for", levels(({"sum": {"at_least": 1}}, 5)), {"count": LARGE}),
]


@pytest.mark.parametrize(("rule", "evidence"), cases(TOO_LARGE))
def test_figures_that_fifteen_digits_cannot_show(rule, evidence):
    document = one_item(rule, evidence=FIELDS, measures={"sum": {"total": {"count": 3}}})
    assert said(answer(document, evidence)) == [("", "result_too_large", "计算结果超过 15 位数字，请核对所填的数字")]


def test_prepare_leaves_the_document_alone():
    document = one_item(levels(("signed", 5)), evidence=FIELDS)
    before = digest(document)
    prepare(document)
    assert digest(document) == before
