"""The scheme document: what can be written, and that a wrong one cannot be built."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.document import read_part
from app.scoring.scheme import Example, Scheme
from tests.builders import D, F, a_scheme, a_section, an_item, cases, places, refusals, said

READING = {"about": "1", "question": "以上是否含本数", "chosen": "含", "basis": "民法典第1259条"}


def test_what_may_be_left_out():
    scheme = read_part(Scheme, a_scheme())
    assert (scheme.kind, scheme.period_months, scheme.composition, scheme.measures) == ("points", None, None, {})
    assert (scheme.rounding.places, scheme.rounding.mode, scheme.readings, scheme.examples) == (2, "half_up", [], [])
    (section,) = scheme.sections
    assert (section.bonus, section.readings) == (False, [])
    (item,) = section.items
    assert (item.number, item.attachments, item.readings) == (None, "optional", [])


def test_what_may_be_written():
    item = an_item(number="9", attachments="required", readings=[READING])
    scheme = read_part(
        Scheme,
        a_scheme(
            a_section(item, bonus=True, readings=[READING]),
            kind="points",
            source={"document": "甲市文件", "location": "附件", "seed": "004.txt"},
            rounding={"places": 0, "mode": "down"},
            period_months=12,
            readings=[{**READING, "others": ["不含"]}],
        ),
    )
    assert scheme.source.location == "附件"
    assert (scheme.period_months, scheme.rounding.mode) == (12, "down")
    assert scheme.sections[0].items[0].number == "9"
    assert scheme.readings[0].others == ["不含"]


def test_points_are_exact():
    scheme = read_part(Scheme, a_scheme(a_section(an_item(points=D("2.50")))))
    assert (scheme.base, scheme.sections[0].points, scheme.sections[0].items[0].points) == (F("5/2"),) * 3


ITEM, SECTION = "/sections/0/items/0", "/sections/0"
EFFECTIVE = {"start": "2020-01-01", "end": "2022-12-31"}
MISSING = ("missing", "缺少此项")

WRONG = [
    ("another member", a_scheme(author="x"), "/author", "unknown_member", "不认识的成员"),
    ("code with a blank", a_scheme(scheme="a b"), "/scheme", "code_form", None),
    ("version is a number", a_scheme(version=1), "/version", "text_type", "应为文字"),
    ("no title", a_scheme(title=""), "/title", "text_empty", "不能为空"),
    ("another kind", a_scheme(kind="targets"), "/kind", "choice_unknown", "只能是 points、amounts 之一"),
    ("another subject", a_scheme(subject="x"), "/subject", "choice_unknown", None),
    ("source is text", a_scheme(source="甲市文件"), "/source", "object_type", "应为对象"),
    ("no document", a_scheme(source={}), "/source/document", *MISSING),
    (
        "never in force",
        a_scheme(effective={"start": "2021-01-02", "end": "2021-01-01"}),
        "/effective",
        "end_before_start",
        "结束日期早于开始日期",
    ),
    ("no such day", a_scheme(effective={**EFFECTIVE, "end": "2021-02-29"}), "/effective/end", "date_value", None),
    ("no months", a_scheme(period_months=0), "/period_months", "number_too_small", "不能小于 1"),
    ("too many months", a_scheme(period_months=121), "/period_months", "number_too_large", "不能大于 120"),
    ("negative base", a_scheme(base=-1), "/base", "number_negative", "不能小于 0"),
    ("base is text", a_scheme(base="100"), "/base", "number_type", "应为数字"),
    ("seven places", a_scheme(rounding={"places": 7}), "/rounding/places", "number_too_large", "不能大于 6"),
    ("places below 0", a_scheme(rounding={"places": -1}), "/rounding/places", "number_too_small", "不能小于 0"),
    ("another rounding", a_scheme(rounding={"mode": "near"}), "/rounding/mode", "choice_unknown", None),
    ("field by number", a_scheme(evidence={"1": {}}), "/evidence/1", "code_form", None),
    ("no sections", a_scheme(sections=[]), "/sections", "list_too_short", "至少要有 1 项"),
    ("no rows", a_scheme(a_section(items=[])), f"{SECTION}/items", "list_too_short", "至少要有 1 项"),
    ("bonus is a number", a_scheme(a_section(bonus=1)), f"{SECTION}/bonus", "boolean_type", "应为 true 或 false"),
    ("row without a rule", a_scheme(a_section({**an_item(), "rule": None})), f"{ITEM}/rule", "shape_unknown", None),
    ("number is a number", a_scheme(a_section(an_item(number=9))), f"{ITEM}/number", "text_type", "应为文字"),
    (
        "attachments perhaps",
        a_scheme(a_section(an_item(attachments="some"))),
        f"{ITEM}/attachments",
        "choice_unknown",
        None,
    ),
    (
        "negative points",
        a_scheme(a_section(an_item(points=-1), points=1), base=1),
        f"{ITEM}/points",
        "number_negative",
        None,
    ),
    ("reading without a basis", a_scheme(readings=[{**READING, "basis": ""}]), "/readings/0/basis", "text_empty", None),
    ("reading of a row", a_scheme(a_section(an_item(readings=[{}]))), f"{ITEM}/readings/0/about", *MISSING),
    ("composition", a_scheme(composition={}), "/composition/lead", *MISSING),
    ("examples", a_scheme(examples={}), "/examples", "list_type", "应为列表"),
]


@pytest.mark.parametrize(("document", "place", "code", "message"), cases(WRONG))
def test_document_that_cannot_be_built(document, place, code, message):
    pointer, found, said_message = refusals(document)[0]
    assert (pointer, found) == (place, code)
    assert message is None or said_message == message


def test_everything_missing_at_once():
    names = ["scheme", "version", "title", "subject", "issuer", "source", "effective", "base", "evidence", "sections"]
    assert places(read_part(Scheme, {})) == [(f"/{name}", "missing") for name in names]


@pytest.mark.parametrize("document", [None, [], "scheme: x", 5], ids=str)
def test_what_is_no_document(document):
    assert refusals(document) == [("", "object_type", "应为对象")]


# --- examples ----------------------------------------------------------------------------------------------------


def an_example(**changes: Any) -> dict[str, Any]:
    return {"name": "甲", "period": {"start": "2020-04-01", "end": "2021-03-31"}, "expect": {}, **changes}


def test_example_as_a_request():
    given = {"evidence": {"signed": True}, "judgements": {"x": {}}, "findings": {"y": {}}, "final": True}
    given |= {"subject": {"level": "二级"}, "previous": {"m": None}, "peers": {"scores": {"x": [1]}}}
    example = read_part(Example, an_example(**given))
    assert example.request() == {"period": {"start": "2020-04-01", "end": "2021-03-31"}, **given}


def test_what_an_example_expects():
    expect = {"total": D("2.5"), "base": [0, None], "bonus": [None, D("0.5")], "items": {"x": 3, "y": [1, 2]}}
    expected = read_part(Example, an_example(expect=expect)).expect
    assert (expected.total, expected.base, expected.bonus) == (F("5/2"), [0, None], [None, F("1/2")])
    assert expected.items == {"x": 3, "y": [1, 2]}


FORM = "应为一个数字，或 [最低, 最高]"
EXPECTED = [
    ("text", {"total": "5"}, "/expect/total", "number_type", "应为数字"),
    ("three ends", {"total": [1, 2, 3]}, "/expect/total", "outcome_form", FORM),
    ("one end", {"items": {"x": [1]}}, "/expect/items/x", "outcome_form", FORM),
    ("ends of text", {"items": {"x": ["a", 2]}}, "/expect/items/x", "number_type", "应为数字"),
    ("yes", {"base": True}, "/expect/base", "number_type", "应为数字"),
    ("no grade", {"grade": ""}, "/expect/grade", "text_empty", "不能为空"),
    ("more", {"status": "final"}, "/expect/status", "unknown_member", "不认识的成员"),
]


@pytest.mark.parametrize(("expect", "place", "code", "message"), cases(EXPECTED))
def test_what_no_example_can_expect(expect, place, code, message):
    assert said(read_part(Example, an_example(expect=expect))) == [(place, code, message)]


def test_example_needs_its_period():
    assert places(read_part(Example, an_example(period={"start": "2020-04-02", "end": "2020-04-01"}))) == [
        ("/period", "end_before_start")
    ]
