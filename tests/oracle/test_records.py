"""Worked by hand: how long a stay is, and which rows of a table count."""

from __future__ import annotations

from datetime import date

import pytest

from tests.oracle.records import Length, Row, counted, length, longest_stay, with_findings

YEAR = (date(2020, 4, 1), date(2021, 3, 31))


def stay(start: str, end: str, name: str = "张敏", institution: str = "西湖护理院") -> Row:
    """Build one row of stay."""
    return {"name": name, "institution": institution, "start_date": start, "end_date": end}


def named(name: str, level: str, day: str = "2020-06-01") -> Row:
    """Build one row of row 22."""
    return {"name": name, "level": level, "date": day}


LENGTHS = [
    ("one day", "2020-05-01", "2020-05-01", (0, 1)),
    ("a month of 31 days but one", "2020-05-01", "2020-05-30", (0, 30)),
    ("a month of 31 days", "2020-05-01", "2020-05-31", (1, 0)),
    ("from the 15th to the 14th", "2020-05-15", "2020-06-14", (1, 0)),
    ("two months", "2020-05-01", "2020-06-30", (2, 0)),
    ("two months and a day", "2020-05-01", "2020-07-01", (2, 1)),
    ("January 31 in a leap year: a month later is February 29", "2020-01-31", "2020-02-28", (1, 0)),
    ("a day less", "2020-01-31", "2020-02-27", (0, 28)),
    ("January 31 in another year: a month later is February 28", "2021-01-31", "2021-02-27", (1, 0)),
    ("January 30 and 29 come to the same day", "2021-01-29", "2021-02-27", (1, 0)),
    ("two months later it is the 31st again", "2021-01-31", "2021-03-30", (2, 0)),
    ("and a day", "2021-01-31", "2021-03-31", (2, 1)),
    ("February 29 to March 28", "2020-02-29", "2020-03-28", (1, 0)),
    ("the whole of a leap February", "2020-02-01", "2020-02-29", (1, 0)),
    ("a year from a leap day", "2020-02-29", "2021-02-27", (12, 0)),
    ("over the turn of the year", "2020-12-31", "2021-02-27", (2, 0)),
]


@pytest.mark.parametrize(("start", "end", "result"), [case[1:] for case in LENGTHS], ids=[case[0] for case in LENGTHS])
def test_a_stay_is_whole_months_then_days(start: str, end: str, result: tuple[int, int]) -> None:
    """Row 13: both end days count; a day that a month lacks becomes its last."""
    assert length((date.fromisoformat(start), date.fromisoformat(end))) == Length(*result)


STAYS = [
    ("nobody", [], (0, 0)),
    ("the next day goes on", [stay("2020-05-01", "2020-05-31"), stay("2020-06-01", "2020-07-01")], (2, 1)),
    ("a day between cuts", [stay("2020-05-01", "2020-05-31"), stay("2020-06-02", "2020-07-01")], (1, 0)),
    ("overlapping days count once", [stay("2020-05-01", "2020-06-10"), stay("2020-05-20", "2020-06-30")], (2, 0)),
    ("one inside the other", [stay("2020-05-01", "2020-07-01"), stay("2020-05-20", "2020-05-25")], (2, 1)),
    ("in any order", [stay("2020-06-01", "2020-07-01"), stay("2020-05-01", "2020-05-31")], (2, 1)),
    (
        "another person does not go on",
        [stay("2020-05-01", "2020-05-31"), stay("2020-06-01", "2020-06-20", "李强")],
        (1, 0),
    ),
    (
        "the same name elsewhere is another person",
        [stay("2020-05-01", "2020-05-31"), stay("2020-06-01", "2020-06-20", institution="拱墅康养中心")],
        (1, 0),
    ),
    ("begun before the period, not cut by it", [stay("2020-01-31", "2020-04-01")], (2, 2)),
    ("merged across the start", [stay("2020-03-01", "2020-03-31"), stay("2020-04-01", "2020-04-01")], (1, 1)),
    ("ended the day before", [stay("2020-01-01", "2020-03-31")], (0, 0)),
    ("runs on after the end", [stay("2021-03-31", "2021-06-30")], (3, 1)),
    ("begun the day after", [stay("2021-04-01", "2021-06-30")], (0, 0)),
]


@pytest.mark.parametrize(("rows", "result"), [case[1:] for case in STAYS], ids=[case[0] for case in STAYS])
def test_the_longest_stay_of_one_person(rows: list[Row], result: tuple[int, int]) -> None:
    """Row 13: merge first, then take the stays that overlap the period."""
    assert longest_stay([*rows], YEAR) == Length(*result)


COUNTED = [
    (
        "each dispatch that overlaps",
        "dispatched_staff",
        [stay("2020-03-01", "2020-03-31"), stay("2020-03-01", "2020-04-01"), stay("2021-03-31", "2022-01-01")],
        [False, True, True],
    ),
    (
        "a dispatch is not merged",
        "dispatched_staff",
        [stay("2020-03-01", "2020-03-31"), stay("2020-04-01", "2020-04-01")],
        [False, True],
    ),
    (
        "a trainee's row counts with the stay it belongs to",
        "trainees",
        [stay("2020-03-01", "2020-03-31"), stay("2020-04-01", "2020-04-01"), stay("2020-03-01", "2020-03-31", "李强")],
        [True, True, False],
    ),
    (
        "both ends of the period",
        "new_techniques",
        [{"name": "甲", "date": d} for d in ("2020-03-31", "2020-04-01", "2021-03-31", "2021-04-01")],
        [False, True, True, False],
    ),
    (
        "a technique named twice is two records",
        "new_techniques",
        [{"name": "甲", "date": "2020-05-01"}, {"name": "甲", "date": "2020-05-02"}],
        [True, True],
    ),
    (
        "related lectures",
        "lectures",
        [{"date": "2020-05-01", "title": "甲", "venue": "乙", "related": related} for related in (True, False, True)],
        [True, False, True],
    ),
    ("municipal and above", "publicity", [named("甲", level) for level in ("district", "municipal")], [False, True]),
    (
        "twice at two levels, the first counts",
        "key_disciplines",
        [named("甲", "district"), named("甲", "national"), named("乙", "institution")],
        [True, False, False],
    ),
    (
        "what does not count takes no place",
        "research_projects",
        [named("甲", "institution"), named("甲", "bureau", "2020-03-31"), named("甲", "bureau")],
        [False, False, True],
    ),
    (
        "papers by title",
        "papers",
        [{"title": "甲", "level": level, "date": "2020-06-01"} for level in ("other", "second", "first")],
        [False, True, False],
    ),
]


@pytest.mark.parametrize(("field", "rows", "marks"), [case[1:] for case in COUNTED], ids=[case[0] for case in COUNTED])
def test_rows_that_count(field: str, rows: list[Row], marks: list[bool]) -> None:
    """Every row says whether it counts."""
    assert counted({field: rows}, YEAR) == {field: marks}


def test_a_struck_row_counts_no_more_and_takes_no_place() -> None:
    """Struck: the second of the same name counts; accepted: as if nothing had been said."""
    stated = {"key_disciplines": [named("甲", "district"), named("甲", "national"), named("乙", "district")]}
    verdicts = {"1": {"accepted": False, "reason": "无文件"}, "3": {"accepted": True, "reason": "属实"}}
    standing = with_findings(stated, {"key_disciplines": {"rows": verdicts}})
    assert counted(standing, YEAR) == {"key_disciplines": [False, True, True]}


def test_a_struck_row_breaks_a_stay() -> None:
    """Row 13: two halves without their middle."""
    rows = [stay("2020-05-01", "2020-05-31"), stay("2020-06-01", "2020-06-01"), stay("2020-06-02", "2020-07-01")]
    assert longest_stay([*rows], YEAR) == Length(2, 1)
    assert longest_stay([rows[0], None, rows[2]], YEAR) == Length(1, 0)
