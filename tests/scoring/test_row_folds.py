"""Folds over rows: what a row is worth, which rows count, what they come to, and what is said of each."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    D,
    F,
    cases,
)
from tests.scoring.small_rows import (
    A3,
    A5,
    A5_LATER,
    B2,
    BY_LEVEL,
    HALF,
    NONE,
    SAME,
    SHARE,
    SKIP,
    THIRD,
    average,
    counts,
    each_at_most,
    prize,
    said_of,
    sum_of,
    value_of,
)

# --- what a row is worth -----------------------------------------------------------------------------------------

WORTH = [
    ("a column", sum_of(), counts(1, 2), 3),
    ("a column with places", sum_of("worth"), [{"worth": D("0.5")}, {"worth": D("0.25")}], F("3/4")),
    ("a row without it", sum_of(), [*counts(1), {}], None),
    ("a row without it is skipped", sum_of(**SKIP), [*counts(1), {}], 1),
    ("a quotient", sum_of(SHARE), [THIRD, HALF], F("5/6")),
    ("a quotient in percent", average(SHARE, unit="%"), [THIRD, HALF], F("125/3")),
    ("a quotient in percent, wide sign", average(SHARE, unit="％"), [HALF], 50),
    ("a quotient per mille", {"max": "rows", "value": SHARE, "unit": "‰"}, [THIRD, HALF], 500),
    ("nothing to divide by", sum_of(SHARE), [HALF, NONE], None),
    ("nothing to divide by is skipped", sum_of(SHARE, **SKIP), [HALF, NONE], F("1/2")),
    ("no part", sum_of(SHARE, **SKIP), [HALF, {"whole": 2}], F("1/2")),
    ("by a choice", sum_of(BY_LEVEL), [{"level": "city"}, {"level": "district"}], 4),
    ("by a choice without a number", sum_of({"by": "level", "values": {"city": 3}}), [{"level": "district"}], None),
    ("skipped without a number", sum_of({"by": "level", "values": {"city": 3}}, **SKIP), [{"level": "district"}], 0),
    ("otherwise", sum_of({"by": "level", "values": {"city": 3}, "otherwise": 2}), [{"level": "district"}], 2),
    ("otherwise, not filled in", sum_of({"by": "level", "values": {"city": 3}, "otherwise": 2}), [{}], None),
    ("by a text", sum_of({"by": "name", "values": {'甲"': 2}, "otherwise": 1}), [{"name": '甲"'}, {"name": "乙"}], 3),
    ("by yes or no", sum_of({"by": "won", "values": {"true": 2, "false": -1}}), [{"won": True}, {"won": False}], 1),
    ("by a whole number", sum_of({"by": "count", "values": {"1": 5, "2": 3}, "otherwise": 0}), counts(1, 2, 3), 8),
    ("by a number with places", sum_of({"by": "worth", "values": {"1": 5}, "otherwise": 0}), [{"worth": D("1.0")}], 5),
]


@pytest.mark.parametrize(("measure", "rows", "value"), cases(WORTH))
def test_what_a_row_is_worth(measure, rows, value):
    assert value_of(measure, *rows) == value


# --- weights -----------------------------------------------------------------------------------------------------

HEAVY, LIGHT = {"count": 2, "worth": 3}, {"count": 4, "worth": 1}
WEIGHTS = [
    ("a sum", sum_of(weight="worth"), [HEAVY, LIGHT], 10),
    ("a mean", average(weight="worth"), [HEAVY, LIGHT], F("5/2")),
    ("a mean of no weight", average(weight="worth"), [{"count": 2, "worth": 0}], None),
    ("a sum of no weight", sum_of(weight="worth"), [{"count": 2, "worth": 0}], 0),
    ("a weight is missing", sum_of(weight="worth"), [HEAVY, {"count": 4}], None),
    ("a missing weight is skipped", sum_of(weight="worth", **SKIP), [HEAVY, {"count": 4}], 6),
    ("no rows to weigh", average(weight="worth"), [], None),
]


@pytest.mark.parametrize(("measure", "rows", "value"), cases(WEIGHTS))
def test_weight_of_a_row(measure, rows, value):
    assert value_of(measure, *rows) == value


# --- once per group ----------------------------------------------------------------------------------------------


ONCE = [
    ("the greatest of each", sum_of(once_per="name"), [A3, A5, B2], 7, [SAME.format(2), None, None]),
    ("the first of even ones", sum_of(once_per="name"), [A5, A5_LATER], 5, [None, SAME.format(1)]),
    ("mean", average(once_per="name"), [A3, A5, B2], F("7/2"), [SAME.format(2), None, None]),
    ("most", {"max": "rows", "value": "count", "once_per": "name"}, [A3, B2], 3, [None, None]),
    ("least", {"min": "rows", "value": "count", "once_per": "name"}, [A3, A5], 5, [SAME.format(2), None]),
    ("count", {"count": "rows", "once_per": "name"}, [A3, A5, B2], 2, [None, SAME.format(1), None]),
    (
        "several columns",
        {"count": "rows", "once_per": ["name", "level"]},
        [A3, prize("甲", 1, "district"), A5],
        2,
        [None, None, "与第1行的名称、级别相同，只计一次"],
    ),
    ("a group is missing", sum_of(once_per="name"), [A3, {"count": 1}], None, [None, "未填“名称”"]),
    ("a missing group is skipped", sum_of(once_per="name", **SKIP), [A3, {"count": 1}], 3, [None, "未填“名称”"]),
    ("no rows", sum_of(once_per="name"), [], 0, []),
    (
        "two of each",
        sum_of(once_per="name", per_group=2),
        [A3, A5, A5_LATER, B2],
        12,
        ["与第2行的名称相同，只计2次", None, None, None],
    ),
    (
        "the latest",
        sum_of(once_per="name", prefer={"most": "date"}),
        [prize("甲", 9, date="2020-05-01"), A5_LATER],
        5,
        None,
    ),
    (
        "the earliest",
        sum_of(once_per="name", prefer={"least": "date"}),
        [prize("甲", 9, date="2020-05-01"), A5_LATER],
        9,
        None,
    ),
    ("the least", sum_of(once_per="name", prefer={"least": "count"}), [A5, A3, B2], 5, [SAME.format(2), None, None]),
    (
        "counted by date",
        {"count": "rows", "once_per": "name", "prefer": {"most": "count"}},
        [A3, A5],
        1,
        [SAME.format(2), None],
    ),
    ("a day is missing", sum_of(once_per="name", prefer={"most": "date"}), [A5_LATER, A3], None, [None, "未填“日期”"]),
    (
        "groups with enough rows",
        {"count": "rows", "once_per": "name", "at_least": 2},
        [A3, A5, B2],
        1,
        [None, None, "同一名称只有1行，不足2行"],
    ),
    ("groups of one", {"count": "rows", "once_per": "name", "at_least": 1}, [A3, A5, B2], 2, None),
]


@pytest.mark.parametrize(("measure", "rows", "value", "verdicts"), cases(ONCE))
def test_rows_that_count_once(measure, rows, value, verdicts):
    assert value_of(measure, *rows) == value
    assert verdicts is None or said_of(measure, *rows) == verdicts


# --- the best, and without the extremes --------------------------------------------------------------------------

BEST2, TRIM = "只计最高的2项", {"drop": 1, "when_more_than": 2}
HIGH, LOW = "去掉最高的1个", "去掉最低的1个"
KEPT = [
    ("the best two", sum_of(keep=2), counts(1, 5, 3), 8, [BEST2, None, None]),
    ("no more than that", sum_of(keep=2), counts(1, 5), 6, [None, None]),
    ("the first of even ones", average(keep=1), [A5, A5_LATER], 5, [None, "只计最高的1项"]),
    ("of the best the least", {"min": "rows", "value": "count", "keep": 2}, counts(1, 5, 3), 3, [BEST2, None, None]),
    ("of the best the most", {"max": "rows", "value": "count", "keep": 1}, counts(1, 5), 5, None),
    ("without the extremes", average(trim=TRIM), counts(1, 5, 4, 3), F("7/2"), [LOW, HIGH, None, None]),
    ("too few for that", average(trim=TRIM), counts(1, 5), 3, [None, None]),
    ("without two extremes", sum_of(trim={"drop": 2, "when_more_than": 4}), counts(9, 1, 8, 2, 5), 5, None),
    ("even extremes", sum_of(trim=TRIM), counts(2, 2, 2), 2, [HIGH, None, LOW]),
    ("one of each first", sum_of(once_per="name", keep=1), [A3, A5, B2], 5, [SAME.format(2), None, "只计最高的1项"]),
    ("the best first", sum_of(keep=2, trim=TRIM), counts(1, 5, 3), 8, [BEST2, None, None]),
    ("heavy ones by value", sum_of(weight="worth", keep=1), [HEAVY, LIGHT], 4, ["只计最高的1项", None]),
]


@pytest.mark.parametrize(("measure", "rows", "value", "verdicts"), cases(KEPT))
def test_rows_that_are_kept(measure, rows, value, verdicts):
    assert value_of(measure, *rows) == value
    assert verdicts is None or said_of(measure, *rows) == verdicts


def median(value: Any = "count", **members: Any) -> dict[str, Any]:
    return {"median": "rows", "value": value, **members}


MEDIANS = [
    ("the one in the middle", median(), counts(9, 1, 4), 4),
    ("the mean of two in the middle", median(), counts(9, 1, 4, 5), F("9/2")),
    ("two that are even", median(), counts(4, 9, 4, 1), 4),
    ("of one", median(), counts(7), 7),
    ("of none", median(), [], None),
    ("a row without it", median(), [*counts(1), {}], None),
    ("a row without it is skipped", median(**SKIP), [*counts(1), {}], 1),
    ("of quotients", median(SHARE, unit="%"), [THIRD, HALF], F("125/3")),
    ("once of each", median(once_per="name"), [A3, A5, B2], F("7/2")),
    ("of the best", median(keep=2), counts(1, 5, 3), 4),
    ("without the extremes", median(trim=TRIM), counts(1, 9, 4, 5), F("9/2")),
]


@pytest.mark.parametrize(("measure", "rows", "value"), cases(MEDIANS))
def test_median_of_rows(measure, rows, value):
    found = value_of(measure, *rows)
    assert found == value
    assert type(found) is type(value)


# --- the most of each group --------------------------------------------------------------------------------------


CAPPED = [
    ("one group is cut", each_at_most("name", 6), [A3, A5, B2], 8),
    ("no group is cut", each_at_most("name", 9), [A3, A5, B2], 10),
    ("groups of several columns", each_at_most(["name", "level"], 4), [A3, prize("甲", 5, "district"), A5], 8),
    ("one of each first", each_at_most("level", 6, once_per="name"), [A3, A5, B2], 6),
    ("no rows", each_at_most("name", 6), [], 0),
    ("a group is missing", each_at_most("name", 6), [A3, {"count": 1}], None),
    ("a missing group is skipped", each_at_most("name", 6, **SKIP), [A3, {"count": 1}], 3),
]


@pytest.mark.parametrize(("measure", "rows", "value"), cases(CAPPED))
def test_most_of_each_group(measure, rows, value):
    assert value_of(measure, *rows) == value


# --- during the period, by named columns -------------------------------------------------------------------------

DURING = [
    ("on a day", {"on": "until"}, {"until": "2020-05-01"}, 1),
    ("on a day outside", {"on": "until"}, {"until": "2019-05-01", "date": "2020-05-01"}, 0),
    ("over days", {"from": "date", "to": "until"}, {"date": "2019-01-01", "until": "2020-04-01"}, 1),
    ("over days outside", {"from": "date", "to": "until"}, {"date": "2019-01-01", "until": "2020-03-31"}, 0),
    ("a day is missing", {"on": "until"}, {"date": "2020-05-01"}, None),
]


@pytest.mark.parametrize(("during", "row", "value"), cases(DURING))
def test_which_column_is_held_against_the_period(during, row, value):
    assert value_of({"count": "rows", "during": during}, row) == value
