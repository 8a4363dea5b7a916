"""Periods and stays: whole months and days left over, as row 13 of the domain page reads them."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.periods import Period, Stay, StayLength, merged, stay_length
from tests.builders import cases


def day(text: str) -> date:
    return date.fromisoformat(text)


def stay(start: str, end: str, *rows: int) -> Stay:
    return Stay(day(start), day(end), rows)


LENGTHS = [
    ("one day", "2020-05-10", "2020-05-10", (0, 1)),
    ("a day short of a month", "2020-05-10", "2020-06-08", (0, 30)),
    ("a month to the day before", "2020-05-10", "2020-06-09", (1, 0)),
    ("a month and a day", "2020-05-10", "2020-06-10", (1, 1)),
    ("a calendar month", "2020-04-01", "2020-04-30", (1, 0)),
    ("two calendar months", "2020-04-01", "2020-05-31", (2, 0)),
    ("two months and a day", "2020-04-01", "2020-06-01", (2, 1)),
    ("over the year's end", "2020-12-15", "2021-01-14", (1, 0)),
    ("a year", "2020-04-01", "2021-03-31", (12, 0)),
    ("from the 31st into a leap February", "2020-01-31", "2020-02-27", (0, 28)),
    ("from the 31st, clamped to February 29", "2020-01-31", "2020-02-28", (1, 0)),
    ("from the 31st, clamped and a day over", "2020-01-31", "2020-02-29", (1, 1)),
    ("from the 31st into a plain February", "2021-01-31", "2021-02-26", (0, 27)),
    ("from the 31st, clamped to February 28", "2021-01-31", "2021-02-27", (1, 0)),
    ("from the 30th into a plain February", "2021-01-30", "2021-02-27", (1, 0)),
    ("a plain February", "2021-02-01", "2021-02-28", (1, 0)),
    ("a leap February", "2020-02-01", "2020-02-29", (1, 0)),
    ("29 days from February 29", "2020-02-29", "2020-03-28", (1, 0)),
    ("from February 29 for a year", "2020-02-29", "2021-02-27", (12, 0)),
    ("31st to 30th", "2020-03-31", "2020-04-29", (1, 0)),
    ("a century year without February 29", "1900-01-31", "1900-02-27", (1, 0)),
    ("the last month there is", "9999-12-01", "9999-12-31", (1, 0)),
    ("a day short of the last month", "9999-12-02", "9999-12-31", (0, 30)),
    ("the last day there is", "9999-12-31", "9999-12-31", (0, 1)),
    ("two months up to the last day", "9999-11-01", "9999-12-31", (2, 0)),
    ("a month and days up to the last day", "9999-11-30", "9999-12-31", (1, 2)),
    ("all there is", "0001-01-01", "9999-12-31", (119988, 0)),
]


@pytest.mark.parametrize(("start", "end", "length"), cases(LENGTHS))
def test_length_in_months_and_days(start, end, length):
    assert stay_length(day(start), day(end)) == StayLength(*length)
    assert stay(start, end).length == StayLength(*length)


def later(start: date, months: int) -> date:
    """`months` later, the day clamped to the month's end: written out from the sentence."""
    number = start.year * 12 + start.month - 1 + months
    last = calendar.monthrange(number // 12, number % 12 + 1)[1]
    return date(number // 12, number % 12 + 1, min(start.day, last))


days = st.dates(date(2019, 1, 1), date(2024, 12, 31))


@given(days, st.integers(0, 800))
def test_months_are_the_greatest_that_fit(start, more):
    end = start + timedelta(days=more)
    length = stay_length(start, end)
    after = end + timedelta(days=1)
    assert later(start, length.months) <= after < later(start, length.months + 1)
    assert length.days == (after - later(start, length.months)).days


@given(days, st.integers(0, 400))
def test_a_longer_stay_is_never_shorter(start, more):
    end = start + timedelta(days=more)
    assert stay_length(start, end) < stay_length(start, end + timedelta(days=1))


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2020-04-01", "2021-03-31", 12),
        ("2020-04-15", "2021-04-14", 12),
        ("2020-01-01", "2020-06-30", 6),
        ("2020-04-01", "2021-03-30", None),
        ("2020-04-01", "2021-04-01", None),
    ],
)
def test_months_of_a_period(start, end, months):
    assert Period(day(start), day(end)).months == months


YEAR = Period(day("2020-04-01"), day("2021-03-31"))


@pytest.mark.parametrize(
    ("on", "held"),
    [("2020-03-31", False), ("2020-04-01", True), ("2020-10-01", True), ("2021-03-31", True), ("2021-04-01", False)],
)
def test_both_ends_are_in_the_period(on, held):
    assert YEAR.holds(day(on)) is held


@pytest.mark.parametrize(
    ("start", "end", "shared"),
    [
        ("2020-01-01", "2020-03-31", False),
        ("2020-01-01", "2020-04-01", True),
        ("2020-01-01", "2022-01-01", True),
        ("2020-06-01", "2020-06-02", True),
        ("2021-03-31", "2022-01-01", True),
        ("2021-04-01", "2022-01-01", False),
    ],
)
def test_stay_overlaps_the_period(start, end, shared):
    assert YEAR.overlaps(day(start), day(end)) is shared


def test_period_as_the_api_has_it():
    assert YEAR.as_plain() == {"start": "2020-04-01", "end": "2021-03-31"}


MERGES = [
    ("nothing", [], []),
    ("apart by a day", [("05-01", "05-10", 1), ("05-12", "05-20", 2)], [("05-01", "05-10", 1), ("05-12", "05-20", 2)]),
    ("next day", [("05-01", "05-10", 1), ("05-11", "05-20", 2)], [("05-01", "05-20", 1, 2)]),
    ("same day", [("05-01", "05-10", 1), ("05-10", "05-20", 2)], [("05-01", "05-20", 1, 2)]),
    ("one inside the other", [("05-01", "05-30", 1), ("05-10", "05-20", 2)], [("05-01", "05-30", 1, 2)]),
    ("in any order", [("05-11", "05-20", 1), ("05-01", "05-10", 2)], [("05-01", "05-20", 2, 1)]),
    (
        "a chain over an inner one",
        [("05-01", "05-30", 1), ("05-05", "05-06", 2), ("05-31", "06-02", 3)],
        [("05-01", "06-02", 1, 2, 3)],
    ),
    ("the same twice", [("05-01", "05-02", 1), ("05-01", "05-02", 2)], [("05-01", "05-02", 1, 2)]),
]


@pytest.mark.parametrize(("stays", "joined"), cases(MERGES))
def test_stays_that_overlap_or_follow_are_one(stays, joined):
    whole = [stay(f"2020-{start}", f"2020-{end}", *rows) for start, end, *rows in stays]
    assert merged(whole) == [stay(f"2020-{start}", f"2020-{end}", *rows) for start, end, *rows in joined]


def test_stays_up_to_the_last_day_there_is():
    both = [stay("9999-12-01", "9999-12-31", 1), stay("9999-12-31", "9999-12-31", 2)]
    assert merged(both) == [stay("9999-12-01", "9999-12-31", 1, 2)]


FIRST = date(2020, 1, 1)


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=8))
def test_merged_stays_cover_the_same_days_and_leave_gaps(spans):
    stays = [
        Stay(FIRST + timedelta(days=start), FIRST + timedelta(days=start + more), (number,))
        for number, (start, more) in enumerate(spans)
    ]
    joined = merged(stays)
    covered = {start + on for start, more in spans for on in range(more + 1)}
    assert {
        (each.start - FIRST).days + on for each in joined for on in range((each.end - each.start).days + 1)
    } == covered
    assert sorted(row for each in joined for row in each.rows) == list(range(len(spans)))
    for before, after in pairwise(joined):
        assert (after.start - before.end).days > 1
