"""The longest continuous stay of one person, as row 13 of the domain page reads it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.scoring.facts import Given
from app.scoring.periods import Period, StayLength
from app.scoring.rows import UNDECIDED
from app.scoring.stays import LongestStayFold
from tests.builders import a_fact, cases

YEAR = Period(date(2020, 4, 1), date(2021, 3, 31))


def a_fold(**changes: Any) -> LongestStayFold:
    usual = {"person": ("name", "institution"), "start": "start_date", "end": "end_date", "during": True}
    return LongestStayFold(**{"fact": a_fact("m", "stay"), "table": "t", **usual, **changes})


def a_row(name: str, start: str, end: str, institution: str = "甲院") -> dict[str, Any]:
    days = {"start_date": date.fromisoformat(start), "end_date": date.fromisoformat(end)}
    return {"name": name, "institution": institution, **days}


def looked(*rows: dict[str, Any], **changes: Any) -> tuple[Any, dict[int, str | None]]:
    value, verdicts = a_fold(**changes).look(Given(YEAR, {"t": list(enumerate(rows, start=1))}), {})
    assert verdicts is not None
    return value, verdicts


LONGEST = [
    ("no rows", [], (0, 0)),
    ("a month", [a_row("张", "2020-05-01", "2020-05-31")], (1, 0)),
    ("rows that follow on", [a_row("张", "2020-05-01", "2020-05-20"), a_row("张", "2020-05-21", "2020-06-30")], (2, 0)),
    ("rows that overlap", [a_row("张", "2020-05-01", "2020-06-15"), a_row("张", "2020-06-01", "2020-06-30")], (2, 0)),
    ("rows a day apart", [a_row("张", "2020-05-01", "2020-05-20"), a_row("张", "2020-05-22", "2020-06-30")], (1, 9)),
    ("two persons", [a_row("张", "2020-05-01", "2020-05-31"), a_row("李", "2020-06-01", "2020-06-30")], (1, 0)),
    (
        "two of one name",
        [a_row("张", "2020-05-01", "2020-05-31"), a_row("张", "2020-06-01", "2020-06-30", "乙院")],
        (1, 0),
    ),
    ("longest of several", [a_row("张", "2020-05-01", "2020-05-03"), a_row("李", "2020-06-01", "2020-08-02")], (2, 2)),
    ("uncut by the period's start", [a_row("张", "2020-02-01", "2020-04-01")], (2, 1)),
    ("uncut by the period's end", [a_row("张", "2021-03-31", "2021-06-29")], (3, 0)),
    (
        "merged before it is held against the period",
        [a_row("张", "2020-02-01", "2020-03-31"), a_row("张", "2020-04-01", "2020-04-01")],
        (2, 1),
    ),
]


@pytest.mark.parametrize(("rows", "length"), cases(LONGEST))
def test_longest_stay(rows, length):
    value, verdicts = looked(*rows)
    assert value == StayLength(*length)
    assert verdicts == dict.fromkeys(range(1, len(rows) + 1))


def test_stays_in_a_table_that_is_not_there_are_unknown():
    assert a_fold().look(Given(YEAR, {}), {}) == (None, None)


def test_stay_outside_the_period_does_not_count():
    value, verdicts = looked(a_row("张", "2020-01-01", "2020-03-20"), a_row("张", "2020-03-21", "2020-03-31"))
    assert value == StayLength(0, 0)
    assert verdicts == dict.fromkeys((1, 2), "2020-01-01至2020-03-31不在考评期内")


def test_every_stay_counts_where_the_period_is_not_asked():
    value, verdicts = looked(a_row("张", "2019-01-01", "2019-03-31"), during=False)
    assert (value, verdicts) == (StayLength(3, 0), {1: None})


@pytest.mark.parametrize("column", ["name", "institution", "start_date", "end_date"])
def test_row_that_lacks_a_column_makes_it_unknown(column):
    row = a_row("张", "2020-05-01", "2020-05-31")
    del row[column]
    value, verdicts = looked(a_row("李", "2020-05-01", "2020-05-31"), row)
    assert value is None
    assert verdicts == {1: None, 2: UNDECIDED}


def test_person_can_be_a_single_column():
    rows = [a_row("张", "2020-05-01", "2020-05-31"), a_row("张", "2020-06-01", "2020-06-30", "乙院")]
    assert looked(*rows, person=("name",))[0] == StayLength(2, 0)
