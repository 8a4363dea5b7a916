"""Tables of evidence: rows and columns, everything wrong at once with its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.scoring.document import read_part
from app.scoring.fields import described
from app.scoring.tables import TableField
from tests.builders import STAYS, cases, choice, day, integer, said, table, text, ticks


def a_table(**changes: Any) -> TableField:
    return read_part(TableField, table(**changes))


VISITS = {"member": text(label="成员单位"), "count": integer(label="人次"), "on": day(required=False)}


def test_rows_are_read_in_their_order():
    rows = [{"member": "乙", "count": 0}, {"member": "甲", "count": 3, "on": "2020-04-01"}]
    assert a_table(columns=VISITS).read(rows) == [
        {"member": "乙", "count": 0},
        {"member": "甲", "count": 3, "on": date(2020, 4, 1)},
    ]


def test_no_row_is_an_answer():
    assert a_table().read([]) == []


ALONE = [
    ("no list", {"member": "甲"}, [("", "list_type", "应为表格：由行组成的列表")]),
    ("null", None, [("", "list_type", "应为表格：由行组成的列表")]),
    ("row is no object", ["甲"], [("/0", "object_type", "每一行应为对象")]),
    ("row is null", [None], [("/0", "object_type", "每一行应为对象")]),
    ("column missing", [{"count": 1}], [("/0/member", "missing", "缺少“成员单位”")]),
    ("unknown column", [{"member": "甲", "count": 1, "x": 1}], [("/0/x", "unknown_column", "表中没有这一列")]),
    ("null in a column", [{"member": "甲", "count": None}], [("/0/count", "number_type", "应为数字")]),
    (
        "null in a column that may be absent",
        [{"member": "甲", "count": 1, "on": None}],
        [("/0/on", "date_value", "应为存在的日期，格式为 2020-04-01")],
    ),
]


@pytest.mark.parametrize(("stated", "problems"), cases(ALONE))
def test_what_is_wrong_with_a_table(stated, problems):
    assert said(a_table(columns=VISITS).read(stated)) == problems


def test_everything_wrong_in_any_row_at_once():
    rows = [
        {"member": "", "count": True, "x~/": 1},
        {"member": "甲", "count": 1},
        "乙",
        {"count": -1, "on": "2021-02-29"},
    ]
    assert said(a_table(columns=VISITS).read(rows)) == [
        ("/0/x~0~1", "unknown_column", "表中没有这一列"),
        ("/0/member", "text_blank", "不能为空，首尾不能有空白"),
        ("/0/count", "number_type", "应为数字"),
        ("/2", "object_type", "每一行应为对象"),
        ("/3/member", "missing", "缺少“成员单位”"),
        ("/3/count", "number_too_small", "不能小于 0"),
        ("/3/on", "date_value", "应为存在的日期，格式为 2020-04-01"),
    ]


def test_place_inside_a_list_of_ticks():
    found = a_table(columns={"done": ticks()}).read([{"done": ["done"]}, {"done": ["done", "x"]}])
    assert [pointer for pointer, _, _ in said(found)] == ["/1/done/1"]


@pytest.mark.parametrize(("rows", "refused"), [(2, False), (3, True)])
def test_rows_are_limited(rows, refused):
    found = a_table(columns={"name": text()}, max_rows=2).read([{"name": "甲"}] * rows)
    expected = [("", "too_many_rows", "最多 2 行")]
    assert (said(found) == expected) if refused else (len(found) == rows)


def test_five_thousand_rows_unless_said_otherwise():
    columns = {"name": text()}
    assert len(a_table(columns=columns).read([{"name": "甲"}] * 5000)) == 5000
    assert said(a_table(columns=columns).read([{}] * 5001)) == [("", "too_many_rows", "最多 5000 行")]


BEFORE = [("/0/end_date", "end_before_start", "结束日期早于开始日期")]


def a_stay(start: Any, end: Any) -> dict[str, Any]:
    return {"name": "甲", "start_date": start, "end_date": end}


def test_stay_of_one_day():
    stay = {"name": "甲", "start_date": date(2020, 5, 1), "end_date": date(2020, 5, 1)}
    assert a_table(columns=STAYS).read([a_stay("2020-05-01", "2020-05-01")]) == [stay]


def test_stay_does_not_end_before_it_starts():
    assert said(a_table(columns=STAYS).read([a_stay("2020-05-02", "2020-05-01")])) == BEFORE


def test_order_of_days_is_not_asked_where_one_is_wrong():
    found = a_table(columns=STAYS).read([a_stay("2020-05-02", "2020-04-31")])
    assert [code for _, code, _ in said(found)] == ["date_value"]


def test_order_is_asked_of_days_alone():
    columns = {**STAYS, "end_date": text()}
    assert a_table(columns=columns).read([a_stay("2020-05-02", "2020-05-01")])[0]["end_date"] == "2020-05-01"
    numbers = {"start_date": integer(), "end_date": integer()}
    assert a_table(columns=numbers).read([{"start_date": 2, "end_date": 1}]) == [{"start_date": 2, "end_date": 1}]


def test_open_stay_where_the_end_may_be_absent():
    columns = {**STAYS, "end_date": day(required=False)}
    assert a_table(columns=columns).read([{"name": "甲", "start_date": "2020-05-02"}]) == [
        {"name": "甲", "start_date": date(2020, 5, 2)}
    ]


def test_table_as_a_schema():
    columns = {"name": text(personal=True), "level": choice(choices={"a": "甲"}, required=False)}
    assert described(a_table(columns=columns, max_rows=9, note="按时间排列")) == {
        "title": "清单",
        "description": "按时间排列",
        "type": "array",
        "maxItems": 9,
        "items": {
            "type": "object",
            "additionalProperties": False,
            "required": ["name"],
            "properties": {
                "name": {"title": "名称", "type": "string", "minLength": 1, "maxLength": 200, "x-personal": True},
                "level": {"title": "状态", "type": "string", "enum": ["a"], "x-labels": {"a": "甲"}},
            },
        },
    }
