"""Fields and measures tied together: what each fact is, and everything that does not fit, with its place."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.exact import ANYTHING, Range
from app.scoring.wording import Fact
from tests.builders import (
    STAYS,
    D,
    F,
    a_scheme,
    boolean,
    cases,
    choice,
    compiled,
    day,
    decimal,
    integer,
    percent,
    refusals,
    table,
    text,
    ticks,
)

LABELS = {"done": "已完成", "begun": "已开展", "none": "未开展"}
VISITS = {
    "name": text(),
    "kind": choice(),
    "done": ticks(),
    "yes": boolean(),
    "date": day(),
    "count": integer(unit="人次"),
    "cost": decimal(min=D("-1.5"), max=D("2.5")),
}
FIELDS = {
    "signed": boolean(),
    "count": integer(max=9),
    "cost": decimal(min=D("-0.5")),
    "rate": percent(),
    "state": choice(),
    "ticks": ticks(),
    "day": day(),
    "name": text(),
    "visits": table(columns=VISITS),
    "trainees": table(columns=STAYS),
    "few": table(columns={**VISITS, "count": integer(max=4)}, max_rows=3),
}


def fact_of(measure: dict[str, Any], code: str = "m", **more: Any) -> Fact:
    document = a_scheme(evidence=FIELDS, measures={"m": measure, **more})
    return compiled(document).workings.facts[code]


# --- facts of fields ---------------------------------------------------------------------------------------------

FACTS = [
    ("signed", Fact("signed", "boolean", "已签订协议")),
    ("count", Fact("count", "number", "次数", "次", Range(0, 9), whole=True)),
    ("cost", Fact("cost", "number", "金额", "万元", Range(F("-1/2"), None))),
    ("rate", Fact("rate", "number", "比例", "%", Range(0, 100))),
    ("state", Fact("state", "choice", "状态", choices=LABELS)),
    ("ticks", Fact("ticks", "choices", "已做事项", choices=LABELS)),
    ("day", Fact("day", "date", "日期")),
    ("name", Fact("name", "text", "名称")),
]


@pytest.mark.parametrize(("code", "fact"), FACTS, ids=[code for code, _ in FACTS])
def test_field_as_a_fact(code, fact):
    assert compiled(a_scheme(evidence=FIELDS)).workings.facts[code] == fact


def test_table_is_no_fact():
    assert set(compiled(a_scheme(evidence=FIELDS)).workings.facts) == {code for code, _ in FACTS}


# --- facts of measures -------------------------------------------------------------------------------------------

UP = Range(0, None)
MEASURES = [
    # kind of number: ends, and whether whole
    ("count", {"count": "visits"}, UP, True),
    ("count of a limited table", {"count": "few"}, Range(0, 3), True),
    ("distinct", {"distinct": "visits", "value": "name"}, UP, True),
    ("distinct choices", {"distinct": "visits", "value": "kind"}, Range(0, 3), True),
    ("distinct yes and no", {"distinct": "visits", "value": "yes"}, Range(0, 2), True),
    ("distinct numbers", {"distinct": "visits", "value": "cost"}, UP, True),
    ("count of dated rows", {"count": "visits", "during": "period"}, UP, True),
    ("count of stays", {"count": "trainees", "during": "period"}, UP, True),
    ("sum of counts", {"sum": "visits", "value": "count"}, UP, True),
    ("sum of costs", {"sum": "visits", "value": "cost"}, ANYTHING, False),
    ("sum over a limited table", {"sum": "few", "value": "count"}, Range(0, 12), True),
    ("average of counts", {"average": "few", "value": "count"}, Range(0, 4), False),
    ("least cost", {"min": "visits", "value": "cost"}, Range(F("-3/2"), F("5/2")), False),
    ("most counts", {"max": "few", "value": "count"}, Range(0, 4), True),
    ("total", {"total": {"count": 2}, "plus": 1}, Range(1, 19), True),
    ("total with a part of one", {"total": {"count": D("0.5")}}, Range(0, F("9/2")), False),
    ("total plus a part of one", {"total": {"count": 1}, "plus": D("0.5")}, Range(F("1/2"), F("19/2")), False),
    ("total of costs", {"total": {"cost": -1}}, Range(None, F("1/2")), False),
    ("gap", {"total": {"count": -1, "rate": 1}}, Range(-9, 100), False),
    ("ratio, the whole at least 0.000001", {"ratio": {"part": "count", "whole": "rate"}}, Range(0, 9_000_000), False),
    ("ratio of one thing", {"ratio": {"part": "count", "whole": "count"}}, Range(1, 1), False),
    ("ratio that may be below 0", {"ratio": {"part": "count", "whole": "cost"}}, ANYTHING, False),
]


@pytest.mark.parametrize(("measure", "limits", "whole"), cases(MEASURES))
def test_ends_of_a_measure(measure, limits, whole):
    assert fact_of(measure) == Fact("m", "number", "m", "", limits, whole=whole, is_measure=True)


def test_label_and_unit_of_a_measure():
    assert fact_of({"count": "visits", "label": "派出人次", "unit": "人次"}).label == "派出人次"
    assert fact_of({"count": "visits", "label": "派出人次", "unit": "人次"}).unit == "人次"


@pytest.mark.parametrize("unit", ["%", "％"])
def test_ratio_in_percent(unit):
    measure = {"label": "占比", "unit": unit, "ratio": {"part": "count", "whole": "everybody"}}
    fact = fact_of(measure, everybody={"total": {"count": 1, "rate": 1}})
    assert fact == Fact("m", "number", "占比", "%", Range(0, 100), is_measure=True)


def test_longest_stay_as_a_fact():
    measure = {"longest_stay": "trainees", "person": ["name"], "start": "start_date", "end": "end_date"}
    assert fact_of({**measure, "label": "进修时长"}) == Fact("m", "stay", "进修时长", is_measure=True)


def test_order_of_measures_does_not_matter():
    turned = {"z": {"total": {"m": 1}}, "y": {"total": {"z": 1, "m": 1}}}
    workings = compiled(a_scheme(evidence=FIELDS, measures={**turned, "m": {"count": "visits"}})).workings
    assert [each.fact.code for each in workings.derived] == ["z", "y"]
    assert workings.derived[1].part.terms == {"m": 2}


# --- what does not fit -------------------------------------------------------------------------------------------

STAY = {"longest_stay": "trainees", "person": ["name"], "start": "start_date", "end": "end_date"}
UNKNOWN_TABLE = "没有名为 x 的表格字段"
UNKNOWN_NUMBER = "没有名为 x 的数字字段或计量值"
NOT_DATED = "表中没有 date 列，也没有 start_date 和 end_date 列，无法按考评期取舍"

UNFIT = [
    ("no such table", {"count": "x"}, "count", "table_unknown", UNKNOWN_TABLE),
    ("a field that is no table", {"count": "name"}, "count", "table_unknown", "没有名为 name 的表格字段"),
    ("no such table to sum", {"sum": "x", "value": "count"}, "sum", "table_unknown", UNKNOWN_TABLE),
    ("no such column", {"sum": "visits", "value": "x"}, "value", "column_unknown", "表中没有名为 x 的列"),
    ("column is no number", {"average": "visits", "value": "name"}, "value", "column_unfit", "这一列不是数字"),
    ("column of days", {"max": "visits", "value": "date"}, "value", "column_unfit", "这一列不是数字"),
    ("ticks are not distinct", {"distinct": "visits", "value": "done"}, "value", "column_unfit", "多选列不能计不同值"),
    (
        "condition over no column",
        {"count": "visits", "where": "x"},
        "where",
        "fact_unknown",
        "没有名为 x 的佐证字段或计量值",
    ),
    ("condition over a field", {"count": "visits", "where": "signed"}, "where", "fact_unknown", None),
    (
        "condition that does not fit",
        {"count": "visits", "where": {"kind": {"is": "x"}}},
        "where/kind/is",
        "comparison_unfit",
        None,
    ),
    ("rows have no day", {"count": "members", "during": "period"}, "during", "not_dated", NOT_DATED),
    ("rows have a day of text", {"count": "texts", "during": "period"}, "during", "not_dated", NOT_DATED),
    ("rows have no end", {"count": "starts", "during": "period"}, "during", "not_dated", NOT_DATED),
    ("no such table of stays", {**STAY, "longest_stay": "x"}, "longest_stay", "table_unknown", UNKNOWN_TABLE),
    ("no such person", {**STAY, "person": ["name", "x"]}, "person", "column_unknown", "表中没有名为 x 的列"),
    ("no such start", {**STAY, "start": "x"}, "start", "column_unfit", "应为表中的日期列"),
    ("end is no day", {**STAY, "end": "name"}, "end", "column_unfit", "应为表中的日期列"),
    ("no such part", {"total": {"x": 1}}, "total/x", "number_unknown", UNKNOWN_NUMBER),
    ("part is no number", {"total": {"signed": 1}}, "total/signed", "number_unknown", None),
    ("part is a table", {"total": {"visits": 1}}, "total/visits", "number_unknown", None),
    ("ratio of nothing", {"ratio": {"part": "x", "whole": "count"}}, "ratio/part", "number_unknown", UNKNOWN_NUMBER),
    ("ratio to nothing", {"ratio": {"part": "count", "whole": "x"}}, "ratio/whole", "number_unknown", UNKNOWN_NUMBER),
    ("its own part", {"total": {"m": 1}}, "total/m", "measure_circle", "计量值 m 间接引用了自己"),
    (
        "its own whole",
        {"ratio": {"part": "count", "whole": "m"}},
        "ratio/whole",
        "measure_circle",
        "计量值 m 间接引用了自己",
    ),
]
TABLES = {
    "members": table(columns={"name": text()}),
    "texts": table(columns={"date": text(), "start_date": text(), "end_date": text()}),
    "starts": table(columns={"start_date": day()}),
}


@pytest.mark.parametrize(("measure", "place", "code", "message"), cases(UNFIT))
def test_measure_that_does_not_fit(measure, place, code, message):
    ((pointer, found, said),) = refusals(a_scheme(evidence={**FIELDS, **TABLES}, measures={"m": measure}))
    assert (pointer, found) == (f"/measures/m/{place}", code)
    assert message is None or said == message


def test_circle_over_several_measures():
    circle = {"a": {"total": {"b": 1}}, "b": {"ratio": {"part": "c", "whole": "count"}}, "c": {"total": {"a": 1}}}
    assert refusals(a_scheme(evidence=FIELDS, measures=circle)) == [
        ("/measures/c/total/a", "measure_circle", "计量值 a 间接引用了自己")
    ]


def test_measure_may_not_take_the_code_of_a_field():
    document = a_scheme(evidence=FIELDS, measures={"count": {"count": "visits"}})
    assert refusals(document) == [("/measures/count", "code_repeated", "count 已是佐证字段的代码")]


def test_stay_is_no_number():
    document = a_scheme(evidence=FIELDS, measures={"m": {"total": {"s": 1}}, "s": STAY})
    assert refusals(document) == [("/measures/m/total/s", "number_unknown", "没有名为 s 的数字字段或计量值")]


def test_everything_that_does_not_fit_at_once():
    wrong = {"a": {"count": "x"}, "b": {"total": {"x": 1, "y": 1}}, "c": {**STAY, "start": "x", "end": "x"}}
    found = [pointer for pointer, _, _ in refusals(a_scheme(evidence=FIELDS, measures=wrong))]
    prefix = "/measures"
    assert found == [
        f"{prefix}/a/count",
        f"{prefix}/b/total/x",
        f"{prefix}/b/total/y",
        f"{prefix}/c/start",
        f"{prefix}/c/end",
    ]
