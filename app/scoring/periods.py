"""Days, periods and stays: what overlaps, what follows on, and how many whole months and days a stay lasts."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

DAYS_OF_ALL_TIME = date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, the first and the last both in it."""

    start: date
    end: date

    def holds(self, day: date) -> bool:
        """Whether the day lies in the period."""
        return self.start <= day <= self.end

    def overlaps(self, start: date, end: date) -> bool:
        """Whether a stay from `start` to `end` shares at least one day with the period."""
        return start <= self.end and self.start <= end

    @property
    def months(self) -> int | None:
        """The number of whole months the period makes up, None when days are left over."""
        length = stay_length(self.start, self.end)
        return None if length.days else length.months

    def as_plain(self) -> dict[str, str]:
        """As in the API: ISO dates."""
        return {"start": self.start.isoformat(), "end": self.end.isoformat()}


class StayLength(NamedTuple):
    """Whole calendar months and the days left over; compared in that order."""

    months: int
    days: int


def stay_length(start: date, end: date) -> StayLength:
    """The length of a stay, both end days counted.

    Months are the greatest n with start + n months ≤ end + 1 day, the day clamped to the month's end
    (the reading of row 13 of the Hangzhou table): 2020-01-31 to 2020-02-28 is one month, since January 31 + 1 month
    is February 29.
    """
    after = end.toordinal() + 1
    months = (end.year - start.year) * 12 + end.month - start.month + 1
    while _months_later(start, months) > after:
        months -= 1
    return StayLength(months, after - _months_later(start, months))


def months_between(start: date, end: date) -> tuple[int, bool]:
    """The greatest n with start + n months ≤ end, the day clamped to the month's end, and whether no day is left."""
    last = end.toordinal()
    months = (end.year - start.year) * 12 + end.month - start.month
    while _months_later(start, months) > last:
        months -= 1
    return months, _months_later(start, months) == last


def _months_later(day: date, months: int) -> int:
    """The day's number counted from the year 1; months may lead past the year 9999."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if years > date.max.year:
        return DAYS_OF_ALL_TIME + day.day
    last = calendar.monthrange(years, month + 1)[1]
    return date(years, month + 1, min(day.day, last)).toordinal()


@dataclass(frozen=True, slots=True)
class Stay:
    """One continuous stay, made of the rows (counted from 0) that overlap or follow on the next day."""

    start: date
    end: date
    rows: tuple[int, ...]

    @property
    def length(self) -> StayLength:
        """Whole months and days left over."""
        return stay_length(self.start, self.end)


def merged(stays: Iterable[Stay]) -> list[Stay]:
    """Join stays of one person that overlap or follow on the next day, in order of their start."""
    joined: list[Stay] = []
    for stay in sorted(stays, key=lambda each: (each.start, each.end, each.rows)):
        last = joined[-1] if joined else None
        if last is not None and stay.start.toordinal() <= last.end.toordinal() + 1:
            joined[-1] = Stay(last.start, max(last.end, stay.end), (*last.rows, *stay.rows))
        else:
            joined.append(stay)
    return joined
