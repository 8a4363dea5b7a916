"""Random periods, dates and stays, crowded around month ends, leap days and the ends of the period."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random

    from tests.oracle.records import Period, Row

PERIODS = [
    (date(2020, 4, 1), date(2021, 3, 31)),
    (date(2020, 4, 1), date(2021, 3, 31)),
    (date(2021, 4, 1), date(2022, 3, 31)),
    (date(2021, 1, 1), date(2021, 12, 31)),
    (date(2020, 2, 1), date(2021, 1, 31)),
    (date(2020, 4, 1), date(2020, 4, 30)),
    (date(2021, 1, 31), date(2021, 2, 28)),
    (date(2022, 12, 31), date(2022, 12, 31)),
]
PEOPLE = ["张敏", "李强"]
INSTITUTIONS = ["西湖护理院", "拱墅康养中心"]


def a_period(r: random.Random) -> Period:
    """Take a period: mostly twelve months, some shorter, one of a single day."""
    return r.choice(PERIODS)


def days(number: int) -> timedelta:
    """Write down a number of days."""
    return timedelta(days=number)


def a_date(r: random.Random, period: Period) -> str:
    """Take a date at an end of the period, one day inside or outside it, or well inside, before, after."""
    start, end = period
    edges = [start - days(1), start, start + days(1), end - days(1), end, end + days(1)]
    inside = start + days(r.randint(0, (end - start).days))
    return r.choice([*edges, inside, inside, inside, start - days(200), end + days(200)]).isoformat()


def month_end(r: random.Random, year: int) -> date:
    """Take a day from the 27th on to the 1st of the next month, February more often than not."""
    month = r.choice([1, 1, 2, 2, r.randint(1, 12)])
    return date(year, month, monthrange(year, month)[1]) + days(r.choice([-3, -2, -1, 0, 0, 1]))


def a_start(r: random.Random, period: Period) -> date:
    """Take the first day of a stay: in the period, at its ends, or in the months before and after."""
    start, end = period
    inside = start + days(r.randint(0, (end - start).days))
    before = start - days(r.choice([1, 27, 28, 29, 30, 31, 32, 58, 59, 60, 61, 62, 63, 91]))
    ends = [start, end, end + days(1), month_end(r, start.year), month_end(r, end.year), date(2020, 1, 31)]
    return r.choice([inside, inside, before, before, *ends])


def a_stay(r: random.Random, period: Period) -> Period:
    """Take a stay of about 0, 1, 2 or 3 months by any way of counting, or ending at an end of the period."""
    start = a_start(r, period)
    about = {0: [1, 2], 1: [28, 29, 30, 31, 32], 2: [58, 59, 60, 61, 62, 63], 3: [90, 92, 400]}
    length = r.choice(about[r.choice([0, 1, 1, 2, 2, 2, 3])])
    to_an_end = [end for end in (period[0] - days(1), period[0], period[1], period[1] + days(1)) if end >= start]
    if to_an_end and r.random() < 0.15:
        return start, r.choice(to_an_end)
    return start, start + days(length - 1)


def pieces(r: random.Random, stay: Period) -> list[Period]:
    """Cut a stay in two: adjoining, overlapping, one inside the other, one day apart; or leave it whole."""
    start, end = stay
    if r.random() < 0.4 or end - start < days(3):
        return [stay]
    middle = start + days(r.randint(1, (end - start).days - 2))
    first = {
        "adjoining": (start, middle),
        "overlapping": (start, middle + days(1)),
        "apart": (start, middle - days(1)),
        "inside": (start, end),
    }[r.choice(["adjoining", "adjoining", "overlapping", "apart", "inside"])]
    second = (middle + days(1), end)
    return [first, *(pieces(r, second) if r.random() < 0.4 else [second])]


def dispatches(r: random.Random, period: Period) -> list[Row]:
    """Make a dispatch list of 0 to 3 stays; the same person may be sent twice."""
    found = []
    for _ in range(r.choice([0, 1, 1, 2, 2, 3])):
        start, end = a_stay(r, period)
        found.append(
            {
                "name": r.choice(PEOPLE),
                "category": r.choice(["technical", "management"]),
                "institution": r.choice(INSTITUTIONS),
                "start_date": start.isoformat(),
                "end_date": end.isoformat(),
            }
        )
    return found


def trainees(r: random.Random, period: Period) -> list[Row]:
    """List trainees: stays in pieces, of one person or of several, at one institution or two, in any order."""
    found = []
    for _ in range(r.choice([0, 1, 1, 1, 2, 3])):
        name, institution = r.choice(PEOPLE), r.choice(INSTITUTIONS)
        for start, end in pieces(r, a_stay(r, period)):
            elsewhere = r.random() < 0.1
            found.append(
                {
                    "name": name,
                    "institution": r.choice(INSTITUTIONS) if elsewhere else institution,
                    "start_date": start.isoformat(),
                    "end_date": end.isoformat(),
                }
            )
    r.shuffle(found)
    return found
