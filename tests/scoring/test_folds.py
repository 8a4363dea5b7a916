"""Folds over the rows of a table: their value, and what became of every row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.scoring.bound import Compare
from app.scoring.exact import ANYTHING, Range
from app.scoring.facts import Given
from app.scoring.fold_limits import Sizes, fold_limits
from app.scoring.folds import EVERY_ROW, RowWorth, TableFold
from app.scoring.periods import Period
from app.scoring.rows import UNDECIDED, Dated
from tests.builders import F, a_fact, cases

STAY = Dated("start_date", "end_date")
YEAR = Period(date(2020, 4, 1), date(2021, 3, 31))
COLUMNS = {
    "level": a_fact("level", "choice", label="级别", choices={"city": "市级", "district": "区级"}),
    "count": a_fact("count", label="人次", unit="人次"),
    "name": a_fact("name", "text", label="名称"),
}
CITY = Compare(COLUMNS["level"], "is", "city")


def a_fold(word: str = "count", value: str | None = None, **changes: Any) -> TableFold:
    usual = {"where": None, "columns": COLUMNS, "dated": None, "skips": False}
    worth = None if value is None else RowWorth((value,), COLUMNS[value].label)
    return TableFold(**{"fact": a_fact("m"), "table": "t", "word": word, "worth": worth, **usual, **changes})


def looked(fold: TableFold, *rows: dict[str, Any]) -> tuple[Any, list[str | None]]:
    """The value, and the verdicts in the order of the rows."""
    value, verdicts = fold.look(Given(YEAR, {"t": list(enumerate(rows, start=1))}), {})
    assert verdicts is not None
    assert list(verdicts) == list(range(1, len(rows) + 1))
    return value, list(verdicts.values())


def counts(*numbers: Any) -> list[dict[str, Any]]:
    return [{"count": number} for number in numbers]


VALUES = [
    ("count", "count", None, counts(5, 5), 2),
    ("count of no rows", "count", None, [], 0),
    ("sum", "sum", "count", counts(1, F("1/2"), 3), F("9/2")),
    ("sum of no rows", "sum", "count", [], 0),
    ("average", "average", "count", counts(1, 2, 2), F("5/3")),
    ("average that is whole", "average", "count", counts(1, 3), 2),
    ("average of no rows", "average", "count", [], None),
    ("least", "min", "count", counts(4, 2, 3), 2),
    ("least of no rows", "min", "count", [], None),
    ("most", "max", "count", counts(4, 2, 9), 9),
    ("most of no rows", "max", "count", [], None),
    ("distinct", "distinct", "name", [{"name": "甲"}, {"name": "乙"}], 2),
    ("distinct of no rows", "distinct", "name", [], 0),
]


@pytest.mark.parametrize(("word", "column", "rows", "value"), cases(VALUES))
def test_value_of_a_fold(word, column, rows, value):
    found, verdicts = looked(a_fold(word, column), *rows)
    assert found == value
    assert type(found) is type(value)
    assert verdicts == [None] * len(rows)


def test_same_value_counts_once():
    value, verdicts = looked(a_fold("distinct", "name"), {"name": "甲"}, {"name": "乙"}, {"name": "甲"}, {"name": "甲"})
    assert value == 2
    assert verdicts == [None, None, "“甲”重复，只计一次", "“甲”重复，只计一次"]


def test_repeated_choice_is_named_by_its_label():
    _, verdicts = looked(a_fold("distinct", "level"), {"level": "city"}, {"level": "city"})
    assert verdicts == [None, "“市级”重复，只计一次"]


def test_same_value_counts_twice_in_other_folds():
    assert looked(a_fold("sum", "count"), *counts(3, 3)) == (6, [None, None])


# --- where -------------------------------------------------------------------------------------------------------


def test_only_rows_for_which_it_holds_count():
    value, verdicts = looked(a_fold(where=CITY), {"level": "city"}, {"level": "district"})
    assert value == 1
    assert verdicts == [None, "级别为“区级”，要求为“市级”"]


def test_row_that_does_not_count_hides_no_value():
    rows = [{"level": "district", "name": "甲"}, {"level": "city", "name": "甲"}]
    assert looked(a_fold("distinct", "name", where=CITY), *rows) == (1, ["级别为“区级”，要求为“市级”", None])


@pytest.mark.parametrize("skips", [True, False])
def test_row_that_may_count_makes_the_fold_unknown(skips):
    assert looked(a_fold(where=CITY, skips=skips), {"level": "city"}, {}) == (None, [None, UNDECIDED])


# --- a row without a value ---------------------------------------------------------------------------------------


def test_row_without_a_value_makes_the_fold_unknown():
    assert looked(a_fold("sum", "count"), {"count": 1}, {}) == (None, [None, "未填“人次”"])


def test_row_without_a_value_is_skipped_where_said():
    assert looked(a_fold("average", "count", skips=True), {"count": 1}, {}, {"count": 3}) == (
        2,
        [None, "未填“人次”", None],
    )


def test_nothing_but_skipped_rows_have_no_average():
    assert looked(a_fold("average", "count", skips=True), {}) == (None, ["未填“人次”"])


def test_row_that_does_not_count_needs_no_value():
    rows = [{"level": "district"}, {"level": "city", "count": 2}]
    assert looked(a_fold("sum", "count", where=CITY), *rows) == (2, ["级别为“区级”，要求为“市级”", None])


# --- during the period -------------------------------------------------------------------------------------------

DAYS = [
    ("the day before", date(2020, 3, 31), "日期2020-03-31不在考评期内"),
    ("the first day", date(2020, 4, 1), None),
    ("the last day", date(2021, 3, 31), None),
    ("the day after", date(2021, 4, 1), "日期2021-04-01不在考评期内"),
]


@pytest.mark.parametrize(("on", "verdict"), cases(DAYS))
def test_row_of_a_day(on, verdict):
    assert Dated().outside({"date": on}, YEAR) == verdict


SPANS = [
    ("ended before", date(2020, 1, 1), date(2020, 3, 31), "2020-01-01至2020-03-31不在考评期内"),
    ("ended on the first day", date(2020, 1, 1), date(2020, 4, 1), None),
    ("began on the last day", date(2021, 3, 31), date(2021, 6, 1), None),
    ("began after", date(2021, 4, 1), date(2021, 6, 1), "2021-04-01至2021-06-01不在考评期内"),
]


@pytest.mark.parametrize(("start", "end", "verdict"), cases(SPANS))
def test_row_of_a_stay(start, end, verdict):
    assert STAY.outside({"start_date": start, "end_date": end}, YEAR) == verdict


@pytest.mark.parametrize(
    ("dated", "row"),
    [
        (Dated(), {}),
        (STAY, {}),
        (STAY, {"start_date": date(2020, 5, 1)}),
        (STAY, {"end_date": date(2020, 5, 1)}),
    ],
    ids=["no day", "no days", "no end", "no start"],
)
def test_row_without_its_days_is_undecided(dated, row):
    assert dated.outside(row, YEAR) == UNDECIDED
    assert looked(a_fold(dated=dated), row) == (None, [UNDECIDED])


def test_day_is_asked_before_the_condition():
    fold = a_fold(where=CITY, dated=Dated())
    rows = [{"date": date(2020, 3, 1)}, {"date": date(2020, 5, 1), "level": "city"}]
    assert looked(fold, *rows) == (1, ["日期2020-03-01不在考评期内", None])


OUT, OUTSIDE = {"level": "district"}, {"date": date(2020, 3, 1)}
BOTH = [
    ("certainly out, the day not stated", OUT, "级别为“区级”，要求为“市级”"),
    ("on a day outside, the level not stated", OUTSIDE, "日期2020-03-01不在考评期内"),
    ("neither stated", {}, UNDECIDED),
    ("the day alone not stated", {"level": "city"}, UNDECIDED),
]


@pytest.mark.parametrize(("row", "verdict"), cases(BOTH))
def test_what_certainly_keeps_a_row_out_beats_what_is_not_known(row, verdict):
    value = None if verdict == UNDECIDED else 0
    assert looked(a_fold(where=CITY, dated=Dated()), row) == (value, [verdict])


def test_fold_over_a_table_that_is_not_there_is_unknown():
    assert a_fold().look(Given(YEAR, {"other": []}), {}) == (None, None)


def test_rows_keep_the_numbers_they_were_stated_with():
    value, verdicts = a_fold().look(Given(YEAR, {"t": [(2, {}), (7, {})]}), {})
    assert (value, verdicts) == (2, {2: None, 7: None})


# --- what a fold over an unknown table can be --------------------------------------------------------------------

LIMITS = [
    # fold, its column, most rows and most different values: ends
    ("count", ANYTHING, None, None, Range(0, None)),
    ("count", ANYTHING, 20, None, Range(0, 20)),
    ("distinct", ANYTHING, None, None, Range(0, None)),
    ("distinct", ANYTHING, 20, None, Range(0, 20)),
    ("distinct", ANYTHING, None, 3, Range(0, 3)),
    ("distinct", ANYTHING, 2, 3, Range(0, 2)),
    ("sum", Range(0, 100), None, None, Range(0, None)),
    ("sum", Range(0, 100), 20, None, Range(0, 2000)),
    ("sum", Range(3, None), None, None, Range(0, None)),
    ("sum", Range(3, None), 20, None, Range(0, None)),
    ("sum", Range(-5, 0), None, None, Range(None, 0)),
    ("sum", Range(-5, -1), 20, None, Range(-100, 0)),
    ("sum", Range(None, 2), 20, None, Range(None, 40)),
    ("sum", Range(-5, 5), None, None, ANYTHING),
    ("sum", ANYTHING, None, None, ANYTHING),
    ("sum", Range(0, 0), None, None, Range(0, 0)),
    ("average", Range(0, 100), 20, None, Range(0, 100)),
    ("min", Range(2, None), 20, None, Range(2, None)),
    ("max", ANYTHING, None, None, ANYTHING),
]


@pytest.mark.parametrize(("word", "column", "rows", "different", "limits"), LIMITS)
def test_limits_of_a_fold_over_an_unknown_table(word, column, rows, different, limits):
    sizes = Sizes(rows, different)
    assert fold_limits(word, column, None, sizes, EVERY_ROW) == limits
