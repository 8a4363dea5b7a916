"""The fields of evidence: every type with what it takes and what it refuses."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.scoring.document import Code, Part, read_part
from app.scoring.exact import MOST
from app.scoring.fields import Field, _NumberField, described
from app.scoring.problems import Problems
from app.scoring.tables import AnyField
from tests.builders import D, F, boolean, cases, choice, day, decimal, integer, percent, said, table, text, ticks


class Fields(Part):
    field: dict[Code, AnyField]


def a_field(described_as: dict[str, Any]) -> Field:
    read = read_part(Fields, {"field": {"x": described_as}})
    assert not isinstance(read, Problems), said(read)
    return read.field["x"]


TAKEN = [
    ("yes", boolean(), True, True),
    ("no", boolean(), False, False),
    ("none", integer(), 0, 0),
    ("whole decimal", integer(), D("7.0"), 7),
    ("most there is", integer(), MOST, MOST),
    ("below zero where said", integer(min=-5), -5, -5),
    ("at both limits", integer(min=3, max=3), 3, 3),
    ("decimal", decimal(), D("2.50"), F("5/2")),
    ("negative decimal", decimal(), D("-0.000001"), F("-1/1000000")),
    ("decimal at its limit", decimal(min=D("0.5"), max=2), D("0.5"), F("1/2")),
    ("least percent", percent(), 0, 0),
    ("most percent", percent(), 100, 100),
    ("percent between", percent(), D("79.996"), F("79.996")),
    ("choice", choice(), "begun", "begun"),
    ("no tick", ticks(), [], frozenset()),
    ("ticks", ticks(), ["none", "done"], frozenset({"done", "none"})),
    ("day", day(), "2020-02-29", date(2020, 2, 29)),
    ("text", text(), "张三", "张三"),
    ("text with a blank inside", text(), "a b", "a b"),
    ("longest text", text(), "字" * 200, "字" * 200),
    ("text up to its own limit", text(max_length=2), "字字", "字字"),
]


@pytest.mark.parametrize(("field", "stated", "value"), cases(TAKEN))
def test_value_is_read_as_its_type(field, stated, value):
    read = a_field(field).read(stated)
    assert read == value
    assert type(read) is type(value)


YES_OR_NO = ("boolean_type", "应为 true 或 false")
NUMBER = ("number_type", "应为数字")
SIZE = ("number_size", "数字最多 15 位有效数字、6 位小数")
DAY = ("date_value", "应为存在的日期，格式为 2020-04-01")
CHOICES = ("choice_unknown", "只能是以下选项之一：done（已完成）、begun（已开展）、none（未开展）")
BLANK = ("text_blank", "不能为空，首尾不能有空白")

REFUSED = [
    ("1 for yes", boolean(), 1, *YES_OR_NO),
    ("text for yes", boolean(), "true", *YES_OR_NO),
    ("null for no", boolean(), None, *YES_OR_NO),
    ("yes for 1", integer(), True, *NUMBER),
    ("text for a number", integer(), "3", *NUMBER),
    ("null for 0", integer(), None, *NUMBER),
    ("list for a number", decimal(), [1], *NUMBER),
    ("float", decimal(), 0.5, *NUMBER),
    ("part of one", integer(), D("2.5"), "integer_value", "应为整数"),
    ("part of one, endless", integer(), D("1E-99"), *SIZE),
    ("below zero", integer(), -1, "number_too_small", "不能小于 0"),
    ("below its limit", integer(min=3), 2, "number_too_small", "不能小于 3"),
    ("above its limit", integer(max=9), 10, "number_too_large", "不能大于 9"),
    ("more than 15 digits", integer(), MOST + 1, *SIZE),
    ("seven places", decimal(), D("0.0000001"), *SIZE),
    ("no number at all", decimal(), D("NaN"), *SIZE),
    ("below a decimal limit", decimal(min=D("0.5")), D("0.499999"), "number_too_small", "不能小于 0.5"),
    ("above a decimal limit", decimal(max=D("0.000001")), 1, "number_too_large", "不能大于 0.000001"),
    ("below 0%", percent(), D("-0.1"), "number_too_small", "不能小于 0"),
    ("above 100%", percent(), D("100.000001"), "number_too_large", "不能大于 100"),
    ("no such choice", choice(), "finished", *CHOICES),
    ("label for a code", choice(), "已完成", *CHOICES),
    ("list for one choice", choice(), ["done"], *CHOICES),
    ("number for a choice", choice(), 1, *CHOICES),
    ("choice for a list", ticks(), "done", "list_type", "应为列表"),
    ("the same twice", ticks(), ["done", "begun", "done"], "choice_repeated", "同一选项不能重复"),
    ("a day that does not exist", day(), "2021-02-29", *DAY),
    ("a number for a day", day(), 20200401, *DAY),
    ("number for text", text(), 5, "text_type", "应为文字"),
    ("empty", text(), "", *BLANK),
    ("blank", text(), "  ", *BLANK),
    ("padded", text(), "张三 ", *BLANK),
    ("padded with a wide blank", text(), "　张三", *BLANK),
    ("too long", text(), "字" * 201, "text_too_long", "文字过长，最多 200 字"),
    ("longer than its own limit", text(max_length=2), "字字字", "text_too_long", "文字过长，最多 2 字"),
]


@pytest.mark.parametrize(("field", "stated", "code", "message"), cases(REFUSED))
def test_value_of_another_kind_is_refused(field, stated, code, message):
    assert said(a_field(field).read(stated)) == [("", code, message)]


def test_each_wrong_tick_has_its_place():
    found = a_field(ticks()).read(["done", "x", 3, ["begun"]])
    assert said(found) == [(f"/{place}", *CHOICES) for place in (1, 2, 3)]


def test_choice_whose_label_is_its_code_is_named_once():
    found = a_field(choice(choices={"院": "院", "z": "站"})).read("")
    assert said(found)[0][2] == "只能是以下选项之一：院、z（站）"


def test_what_no_kind_of_field_does():
    bare = Field(label="无")
    with pytest.raises(NotImplementedError):
        bare.read(1)
    with pytest.raises(NotImplementedError):
        bare.as_schema()
    with pytest.raises(NotImplementedError):
        _NumberField(label="无")


# --- fields that cannot be built ---------------------------------------------------------------------------------

UNBUILT = [
    ("no type", {"label": "x"}, "", "shape_unknown", "不认识的写法"),
    ("type is no text", {"type": 5, "label": "x"}, "", "shape_unknown", "不认识的写法"),
    ("no such type", {"type": "money", "label": "x"}, "", "shape_unknown", "不认识的写法"),
    ("no object", 5, "", "shape_unknown", "不认识的写法"),
    ("no label", {"type": "date"}, "/label", "missing", "缺少此项"),
    ("limits of a date", day(min=1), "/min", "unknown_member", "不认识的成员"),
    ("nobody fills it in", day(by="chief"), "/by", "choice_unknown", "只能是 submitter、evaluator 之一"),
    ("integer limits reversed", integer(min=5, max=3), "", "limits_reversed", "min 大于 max"),
    ("integer below its least", integer(max=-1), "", "limits_reversed", "min 大于 max"),
    ("decimal limits reversed", decimal(min=1, max=D("0.9")), "", "limits_reversed", "min 大于 max"),
    ("limit that is no whole", integer(max=D("2.5")), "/max", "integer_value", "应为整数"),
    ("no choices", choice(choices={}), "/choices", "list_too_short", "至少要有 1 项"),
    ("no letters", text(max_length=0), "/max_length", "number_too_small", "不能小于 1"),
    ("no columns", {**table(), "columns": {}}, "/columns", "list_too_short", "至少要有 1 项"),
    ("too many rows", table(max_rows=5001), "/max_rows", "number_too_large", "不能大于 5000"),
    ("no rows", table(max_rows=0), "/max_rows", "number_too_small", "不能小于 1"),
    ("table in a table", table(columns={"x": table()}), "/columns/x", "shape_unknown", "不认识的写法"),
    ("personal is yes or no", text(personal=1), "/personal", "boolean_type", "应为 true 或 false"),
]


@pytest.mark.parametrize(("field", "place", "code", "message"), cases(UNBUILT))
def test_wrong_field_cannot_be_built(field, place, code, message):
    assert said(read_part(Fields, {"field": {"x": field}})) == [(f"/field/x{place}", code, message)]


def test_field_is_recognised_when_it_was_read_before():
    field = a_field(integer())
    assert read_part(Fields, {"field": {"x": field}}) == Fields(field={"x": field})


# --- as a schema -------------------------------------------------------------------------------------------------

LABELS = {"done": "已完成", "begun": "已开展", "none": "未开展"}
SCHEMAS = [
    (boolean(), {"title": "已签订协议", "type": "boolean"}),
    (integer(), {"title": "次数", "type": "integer", "minimum": 0, "maximum": MOST, "x-unit": "次"}),
    (integer(min=-2, max=7), {"title": "次数", "type": "integer", "minimum": -2, "maximum": 7, "x-unit": "次"}),
    (decimal(), {"title": "金额", "type": "number", "x-unit": "万元"}),
    (decimal(min=D("0.5")), {"title": "金额", "type": "number", "minimum": D("0.5"), "x-unit": "万元"}),
    (decimal(max=2), {"title": "金额", "type": "number", "maximum": 2, "x-unit": "万元"}),
    (percent(), {"title": "比例", "type": "number", "minimum": 0, "maximum": 100}),
    (choice(), {"title": "状态", "type": "string", "enum": ["done", "begun", "none"], "x-labels": LABELS}),
    (day(note="以文件为准"), {"title": "日期", "type": "string", "format": "date", "description": "以文件为准"}),
    (text(personal=True), {"title": "名称", "type": "string", "minLength": 1, "maxLength": 200, "x-personal": True}),
]


@pytest.mark.parametrize(("field", "schema"), SCHEMAS, ids=str)
def test_field_as_a_schema(field, schema):
    assert described(a_field(field)) == schema


def test_ticks_as_a_schema():
    one = {"type": "string", "enum": ["done", "begun", "none"], "x-labels": LABELS}
    expected = {"title": "已做事项", "type": "array", "items": one, "uniqueItems": True}
    assert described(a_field(ticks())) == expected
