"""Columns worked out from a row, what an unknown table can come to, and folds that cannot be written."""

from __future__ import annotations

import pytest

from app.scoring.engine import Inputs, prepare, read_inputs
from tests.builders import (
    D,
    F,
    a_request,
    a_scheme,
    boolean,
    cases,
    choice,
    compiled,
    integer,
    levels,
    measured,
    one_item,
    places,
    row_of,
    span_of,
    table,
    tally,
    text,
    ticks,
)
from tests.scoring.small_rows import (
    COLUMNS,
    FIELDS,
    HALF,
    NONE,
    SHARE,
    SKIP,
    average,
    counts,
    each_at_most,
    said_of,
    sum_of,
    value_of,
)

# --- columns worked out from the row -----------------------------------------------------------------------------

SPANNED = {"date": "2020-05-01", "until": "2020-05-31"}
WORKED = [
    ("a total", {"total": {"count": 2, "whole": -1}}, {"count": 3, "whole": 1}, 5),
    ("a ratio", {"ratio": SHARE, "unit": "%"}, HALF, 50),
    ("a ratio without a whole", {"ratio": SHARE, "otherwise": 7}, NONE, 7),
    ("the least", {"lowest": ["count", 2]}, {"count": 3}, 2),
    ("the most", {"highest": ["count", "whole"]}, {"count": 3, "whole": 4}, 4),
    ("steps", {"steps": "count", "every": 2, "step": "started"}, {"count": 3}, 2),
    ("days", {"days": {"from": "date", "to": "until"}}, SPANNED, 30),
    ("days to the end of the period", {"days": {"from": "date", "to": "period_end"}}, {"date": "2021-03-01"}, 30),
    (
        "days in the period",
        {"days": {"from": "date", "to": "until"}, "during": "period"},
        {"date": "2020-03-01", "until": "2020-04-02"},
        2,
    ),
    ("months", {"months": {"from": "date", "to": "until"}, "step": "started"}, SPANNED, 1),
    ("cases", {"cases": [{"when": {"count": {"at_least": 5}}, "is": 2}, {"is": 1}]}, {"count": 7}, 2),
    ("a column of columns", {"total": {"double": 1}}, {"count": 3}, 6),
    ("no value", {"ratio": SHARE}, NONE, None),
    ("no case", {"cases": [{"when": {"count": {"at_least": 5}}, "is": 2}]}, {"count": 1}, None),
]


@pytest.mark.parametrize(("column", "row", "value"), cases(WORKED))
def test_column_worked_out_from_the_row(column, row, value):
    columns = {"x": column, "double": {"total": {"count": 2}}}
    assert value_of(sum_of("x", columns=columns), row) == value


LATE = {"columns": {"late": {"total": {"count": 1}, "plus": -3}}, "where": {"late": {"more_than": 0}}}
CALENDAR = [
    ("month", "2020年5月", 4),
    ("quarter", "2020年第2季度", 3),
    ("half_year", "2020年上半年", 3),
    ("year", "2020年", 2),
]


def test_rows_are_chosen_by_a_worked_out_column():
    assert value_of({"count": "rows", **LATE}, *counts(2, 4, 5)) == 2


def test_rows_are_weighed_and_grouped_by_worked_out_columns():
    columns = {"columns": {"double": {"total": {"count": 2}}}}
    assert value_of(sum_of(weight="double", **columns), *counts(1, 2)) == 10
    assert value_of({"count": "rows", "once_per": "double", **columns}, *counts(1, 1, 2)) == 2


@pytest.mark.parametrize(("word", "named", "different"), CALENDAR)
def test_day_by_the_calendar(word, named, different):
    columns = {"columns": {"when": {"calendar": word, "of": "date", "label": "时段"}}}
    rows = [{"date": each} for each in ("2020-05-01", "2020-05-31", "2019-12-31", "2020-11-01", "2020-06-30")]
    fold = {"distinct": "rows", "value": "when", **columns}
    assert value_of(fold, *rows) == different
    assert said_of(fold, *rows)[1] == f"“{named}”重复，只计一次"
    assert value_of({"count": "rows", "where": {"when": {"is": named}}, **columns}, *rows[:3]) == 2


def test_row_without_its_day_has_no_month():
    fold = {"distinct": "rows", "value": "m", "columns": {"m": {"calendar": "month", "of": "date"}}}
    assert value_of(fold, {}) is None
    assert value_of({**fold, **SKIP}, {}) == 0


# --- attributes of the subject ------------------------------------------------------------------------------------

PROFILE = {
    "rank": choice(label="医院等级", choices={"三级": "三级", "二级": "二级"}),
    "beds": integer(label="核定床位数", unit="张"),
    "teaching": boolean(label="教学医院"),
}
BY_SUBJECT = [
    ("a number in a column", sum_of("x", columns={"x": {"ratio": {"part": "count", "whole": "beds"}}}), F("3/10")),
    ("a number of cases", sum_of("x", columns={"x": {"cases": [{"when": "teaching", "is": 2}, {"is": 1}]}}), 4),
    ("a choice in where", {"count": "rows", "where": {"rank": {"is": "二级"}}}, 0),
    (
        "a number in where",
        {"count": "rows", "where": {"all": [{"beds": {"at_least": 10}}, {"count": {"at_least": 2}}]}},
        1,
    ),
]


@pytest.mark.parametrize(("measure", "value"), cases(BY_SUBJECT))
def test_rows_look_at_the_subject(measure, value):
    program = compiled(a_scheme(evidence=FIELDS, measures={"m": measure}, profile=PROFILE))
    subject = {"rank": "三级", "beds": 10, "teaching": True}
    inputs = read_inputs(program, a_request({"rows": counts(1, 2)}, subject=subject))
    assert isinstance(inputs, Inputs)
    assert inputs.worked.values["m"] == value


SUBJECT_WRONG = [
    ("as the worth of a row", sum_of("beds"), "/measures/m/value", "column_unknown"),
    ("as a group", {"count": "rows", "once_per": "beds"}, "/measures/m/once_per", "column_unknown"),
    ("as a weight", sum_of(weight="beds"), "/measures/m/weight", "column_unknown"),
]


@pytest.mark.parametrize(("measure", "place", "code"), cases(SUBJECT_WRONG))
def test_attribute_is_no_column(measure, place, code):
    document = a_scheme(evidence=FIELDS, measures={"m": measure}, profile=PROFILE)
    assert places(prepare(document)) == [(place, code)]


# --- ticked options ----------------------------------------------------------------------------------------------

TICKED = [("none", [], 0), ("some", ["done", "none"], 2), ("all", ["done", "begun", "none"], 3)]


@pytest.mark.parametrize(("ticked", "value"), cases(TICKED))
def test_ticked_options_are_counted(ticked, value):
    assert measured({"t": ticks()}, {"m": {"count": "t"}}, {"t": ticked}) == {"m": value}


def test_ticked_options_not_stated_are_unknown():
    document = one_item(
        tally({"gain": 2, "each": "m"}, start=0), evidence={"t": ticks()}, measures={"m": {"count": "t"}}
    )
    row = row_of(document)
    assert (row["status"], span_of(row), row["trace"]["missing"]) == ("pending_evidence", [0, 6], ["t"])


# --- what an unknown table can come to ---------------------------------------------------------------------------

SHORT = {
    "rows": table(
        columns=COLUMNS | {"rate": integer(max=9, min=-2, required=False), "none": integer(max=0, required=False)},
        max_rows=4,
    )
}
SPANS = [
    ("count", {"count": "rows"}, [0, 4]),
    ("groups of a choice", {"count": "rows", "once_per": "level"}, [0, 2]),
    ("groups of two columns", {"count": "rows", "once_per": ["level", "won"]}, [0, 4]),
    ("groups without end", {"count": "rows", "once_per": "name"}, [0, 4]),
    ("two of each group", {"count": "rows", "once_per": "won", "per_group": 2}, [0, 4]),
    ("sum", sum_of("rate"), [-8, 36]),
    ("the best", sum_of("rate", keep=2), [-4, 18]),
    ("by a column", sum_of({"by": "level", "values": {"city": 3}, "otherwise": -1}), [-4, 12]),
    ("weighed", sum_of("rate", weight="rate"), [-72, 324]),
    ("without the extremes", sum_of("rate", trim={"drop": 1, "when_more_than": 2}), [-4, 18]),
    ("a mean", average("rate"), [-2, 9]),
    ("a mean of positive weights", average("rate", weight="count"), [-2, 9]),
    ("worked out", sum_of("x", columns={"x": {"lowest": ["rate", 3]}}), [-8, 12]),
    ("by weights that are nothing", sum_of("rate", weight="none"), [0, 0]),
    ("by weights that are positive", sum_of("count", weight="count"), [0, None]),
    ("by weights without end", sum_of("rate", weight="worth"), [None, None]),
    ("groups of a choice, each limited", each_at_most("level", 3), [0, 6]),
    ("groups of texts, each limited", each_at_most("name", 3), [0, 12]),
    ("different values", {"distinct": "rows", "value": "level"}, [0, 2]),
    ("different answers", {"distinct": "rows", "value": "won"}, [0, 2]),
    ("different texts", {"distinct": "rows", "value": "name"}, [0, 4]),
]


@pytest.mark.parametrize(("measure", "span"), cases(SPANS))
def test_what_an_unknown_table_can_come_to(measure, span):
    rule = {"line": {"of": "m", "through": [[0, 0], [1, 1]], "beyond": "extend"}}
    row = row_of(one_item(rule, evidence=SHORT, measures={"m": measure}, rounding={"places": 0}))
    assert span_of(row) == span
    assert row["trace"]["missing"] == ["rows"]


# --- what cannot be written --------------------------------------------------------------------------------------

UNWRITTEN = [
    ("count of weights", {"count": "rows", "weight": "worth"}, "", "fold_members"),
    ("the best of a count", {"count": "rows", "keep": 1}, "", "fold_members"),
    ("different ones once", {"distinct": "rows", "value": "name", "once_per": "name"}, "", "fold_members"),
    ("least of weights", {"min": "rows", "value": "count", "weight": "worth"}, "", "fold_members"),
    ("sum of groups", sum_of(once_per="name", at_least=1), "", "fold_members"),
    ("two of no group", sum_of(per_group=2), "", "fold_members"),
    ("a limit of weights", each_at_most("name", 3, weight="worth"), "", "fold_members"),
    ("a limit of a count", {"count": "rows", "each_at_most": {"per": "name", "most": 3}}, "", "fold_members"),
    ("a limit of no group", each_at_most([], 3), "/each_at_most/per", "list_too_short"),
    ("no limit", sum_of(each_at_most={"per": "name"}), "/each_at_most/most", "missing"),
    ("the latest of no group", sum_of(prefer={"most": "date"}), "", "fold_members"),
    (
        "both the latest and the least",
        sum_of(once_per="name", prefer={"most": "date", "least": "count"}),
        "/prefer",
        "one_prefer",
    ),
    ("neither", sum_of(once_per="name", prefer={}), "/prefer", "one_prefer"),
    ("nothing would be left", average(trim={"drop": 2, "when_more_than": 3}), "/trim", "trim_limits"),
    ("drop none", average(trim={"drop": 0, "when_more_than": 2}), "/trim/drop", "number_too_small"),
    ("keep none", average(keep=0), "/keep", "number_too_small"),
    ("keep half", average(keep=D("1.5")), "/keep", "integer_value"),
    ("no group", sum_of(once_per=[]), "/once_per", "list_too_short"),
    ("different shares", {"distinct": "rows", "value": SHARE}, "", "fold_value"),
    ("a share without whole", sum_of({"part": "count"}), "/value/whole", "missing"),
    ("by no values", sum_of({"by": "level", "values": {}}), "/value/values", "list_too_short"),
    ("a value of another form", sum_of({"x": 1}), "/value", "shape_unknown"),
    ("a value of numbers", sum_of(5), "/value", "shape_unknown"),
    ("during nothing", {"count": "rows", "during": {}}, "/during", "during_form"),
    ("during half of it", {"count": "rows", "during": {"from": "date"}}, "/during", "during_form"),
    ("during both", {"count": "rows", "during": {"on": "date", "to": "until"}}, "/during", "during_form"),
]
UNFIT = [
    ("no such column", sum_of("x"), "/value", "column_unknown"),
    ("a text", sum_of("name"), "/value", "column_unfit"),
    ("no such part", sum_of({"part": "x", "whole": "count"}), "/value", "column_unknown"),
    ("a text as whole", sum_of({"part": "count", "whole": "name"}), "/value", "column_unfit"),
    ("by no such column", sum_of({"by": "x", "values": {"a": 1}}), "/value/by", "column_unfit"),
    ("by a day", sum_of({"by": "date", "values": {"a": 1}}), "/value/by", "column_unfit"),
    ("by ticked options", sum_of({"by": "several", "values": {"done": 1}}), "/value/by", "column_unfit"),
    ("no such choice", sum_of({"by": "level", "values": {"x": 1}}), "/value/values/x", "key_unfit"),
    ("neither yes nor no", sum_of({"by": "won", "values": {"是": 1}}), "/value/values/是", "key_unfit"),
    ("no whole number", sum_of({"by": "count", "values": {"1.5": 1}}), "/value/values/1.5", "key_unfit"),
    ("a number written otherwise", sum_of({"by": "count", "values": {"01": 1}}), "/value/values/01", "key_unfit"),
    ("no such group", sum_of(once_per=["name", "x"]), "/once_per", "column_unknown"),
    ("no such group to limit", each_at_most(["name", "x"], 3), "/each_at_most/per", "column_unknown"),
    ("no such weight", sum_of(weight="x"), "/weight", "column_unknown"),
    ("a text as weight", sum_of(weight="name"), "/weight", "column_unfit"),
    ("no such column to prefer", sum_of(once_per="name", prefer={"most": "x"}), "/prefer", "column_unfit"),
    ("a text to prefer", sum_of(once_per="name", prefer={"least": "name"}), "/prefer", "column_unfit"),
    ("different tickings", {"distinct": "rows", "value": "several"}, "/value", "column_unfit"),
    ("different ones of no column", {"distinct": "rows", "value": "x"}, "/value", "column_unknown"),
    ("during no day", {"count": "rows", "during": {"on": "name"}}, "/during", "column_unfit"),
    (
        "an own column of a taken name",
        sum_of(columns={"count": {"total": {"whole": 1}}}),
        "/columns/count",
        "code_repeated",
    ),
    (
        "an own column of no column",
        sum_of("x", columns={"x": {"total": {"y": 1}}}),
        "/columns/x/total/y",
        "number_unknown",
    ),
    (
        "own columns in a circle",
        sum_of("x", columns={"x": {"total": {"x": 1}}}),
        "/columns/x/total/x",
        "measure_circle",
    ),
    (
        "the month of a text",
        sum_of(columns={"x": {"calendar": "month", "of": "name"}}),
        "/columns/x/of",
        "date_unknown",
    ),
    ("where it reads nothing", {"count": "rows", "where": "x"}, "/where", "fact_unknown"),
]


@pytest.mark.parametrize(("measure", "place", "code"), cases([*UNWRITTEN, *UNFIT]))
def test_fold_that_cannot_be_written(measure, place, code):
    assert places(prepare(a_scheme(evidence=FIELDS, measures={"m": measure}))) == [(f"/measures/m{place}", code)]


@pytest.mark.parametrize("member", [{"where": "won"}, {"missing": "skip"}, {"once_per": "name"}, {"during": "period"}])
def test_ticked_options_are_counted_plainly(member):
    document = a_scheme(evidence={"t": ticks()}, measures={"m": {"count": "t", **member}})
    assert places(prepare(document)) == [("/measures/m", "fold_members")]


@pytest.mark.parametrize("field", [choice(), text(), integer()], ids=["one choice", "text", "number"])
def test_other_fields_are_no_tables(field):
    document = a_scheme(evidence={"t": field}, measures={"m": {"count": "t"}})
    assert places(prepare(document)) == [("/measures/m/count", "table_unknown")]
    broken = one_item(levels(({"m": {"at_least": 1}}, 5)), evidence={}, measures={"m": sum_of()})
    assert places(prepare(broken)) == [("/measures/m/sum", "table_unknown")]
