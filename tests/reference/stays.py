"""The longest continuous stay of one person, in whole calendar months and days left over (Hangzhou, row 13)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

Stay = tuple[date, date]
Length = tuple[int, int]


def longest_stay(construct: dict[str, Any], rows: list[dict[str, Any]], period: Stay | None) -> Length:
    """Merge each person's rows, keep the stays that overlap the period, measure them uncut, take the longest."""
    stays: dict[tuple[Any, ...], list[Stay]] = {}
    for row in rows:
        person = tuple(row[column] for column in construct["person"])
        stays.setdefault(person, []).append((row[construct["start"]], row[construct["end"]]))
    merged = [stay for of_person in stays.values() for stay in _merged(of_person)]
    return max((_length(stay) for stay in merged if period is None or _overlaps(stay, period)), default=(0, 0))


def _overlaps(stay: Stay, period: Stay) -> bool:
    return stay[0] <= period[1] and period[0] <= stay[1]


def _merged(stays: list[Stay]) -> list[Stay]:
    """Join stays that overlap or follow on the next day."""
    joined: list[Stay] = []
    for start, end in sorted(stays):
        if joined and start <= joined[-1][1] + timedelta(days=1):
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def _length(stay: Stay) -> Length:
    """Count both end days; months = the greatest n with start + n months not after the day following the end."""
    start, after = stay[0], stay[1] + timedelta(days=1)
    months = 0
    while later(start, months + 1) <= after:
        months += 1
    return months, (after - later(start, months)).days


def later(day: date, months: int) -> date:
    """The same day `months` later, clamped to the month's end."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
