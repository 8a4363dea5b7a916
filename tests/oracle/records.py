"""Which rows of the Hangzhou tables count: findings, the period, stays, names given twice; without the engine.

A struck row is None from here on, so that the others keep their numbers.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

Row = dict[str, Any]
Rows = list[Row | None]
Period = tuple[date, date]
Evidence = dict[str, Any]

ONE_DAY = timedelta(days=1)
PUBLICITY_LEVELS = {"national", "provincial", "municipal"}  # 市级以上
DISCIPLINE_LEVELS = {"national", "provincial", "municipal", "district"}  # 区级及以上
PROJECT_LEVELS = {"national", "provincial", "municipal", "bureau"}  # 局级及以上
PAPER_LEVELS = {"first", "second"}  # 二级以上


class Length(NamedTuple):
    """How long a stay is: whole calendar months, then the days left over. Compared in that order."""

    months: int
    days: int


def with_findings(evidence: Evidence, findings: dict[str, Any]) -> Evidence:
    """Return the evidence as it stands after an evaluator corrected values and struck rows."""
    standing = dict(evidence)
    for field, finding in findings.items():
        if "value" in finding:
            standing[field] = finding["value"]
        for number, verdict in finding.get("rows", {}).items():
            if verdict["accepted"] is False:
                rows = list(standing[field])
                rows[int(number) - 1] = None
                standing[field] = rows
    return standing


def in_period(row: Row, period: Period) -> bool:
    """Say whether a record's date lies in the period; both its ends belong to it."""
    first, last = period
    return first <= date.fromisoformat(row["date"]) <= last


def stay_overlaps(row: Row, period: Period) -> bool:
    """Say whether a stay has at least one day in the period."""
    first, last = period
    return date.fromisoformat(row["start_date"]) <= last and date.fromisoformat(row["end_date"]) >= first


def each_standing(rows: Rows, _period: Period) -> list[bool]:
    """Rows 15 and 20: years and answers bear no date; every row counts that is not struck."""
    return [row is not None for row in rows]


def each_dispatch(rows: Rows, period: Period) -> list[bool]:
    """Row 9: 人次 counts occasions, so every row whose stay overlaps the period counts."""
    return [row is not None and stay_overlaps(row, period) for row in rows]


def each_dated(rows: Rows, period: Period) -> list[bool]:
    """Rows 16 and 17: a record counts when its date lies in the period."""
    return [row is not None and in_period(row, period) for row in rows]


def each_lecture(rows: Rows, period: Period) -> list[bool]:
    """Row 14: 与扶持学科专科有关."""
    return [row is not None and row["related"] is True and in_period(row, period) for row in rows]


def each_report(rows: Rows, period: Period) -> list[bool]:
    """Row 21: 市级以上."""
    return [row is not None and row["level"] in PUBLICITY_LEVELS and in_period(row, period) for row in rows]


def each_once(name: str, levels: set[str]) -> Callable[[Rows, Period], list[bool]]:
    """Row 22: at one of the levels, in the period, and of those of one name only the first."""

    def mark(rows: Rows, period: Period) -> list[bool]:
        seen: set[str] = set()
        marks = []
        for row in rows:
            fits = row is not None and row["level"] in levels and in_period(row, period)
            marks.append(fits and row is not None and row[name] not in seen)
            if fits and row is not None:
                seen.add(row[name])
        return marks

    return mark


def days_of(row: Row) -> set[date]:
    """Every day of one row, the first and the last too."""
    start, end = date.fromisoformat(row["start_date"]), date.fromisoformat(row["end_date"])
    return {start + timedelta(days=n) for n in range((end - start).days + 1)}


def runs(days: set[date]) -> list[Period]:
    """Cut a set of days into its unbroken runs, each as its first and its last day."""
    found: list[Period] = []
    for day in sorted(days):
        if found and found[-1][1] + ONE_DAY == day:
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return found


def stays(rows: Rows) -> dict[tuple[str, str], list[Period]]:
    """Row 13: the continuous stays of each person; a person is a name at an institution."""
    attended: dict[tuple[str, str], set[date]] = defaultdict(set)
    for row in rows:
        if row is not None:
            attended[(row["name"], row["institution"])] |= days_of(row)
    return {person: runs(days) for person, days in attended.items()}


def overlaps(stay: Period, period: Period) -> bool:
    """Say whether two spans of days share a day."""
    return stay[0] <= period[1] and stay[1] >= period[0]


def each_trainee(rows: Rows, period: Period) -> list[bool]:
    """Row 13: a row counts when the continuous stay it belongs to overlaps the period."""
    of_person = stays(rows)
    marks = []
    for row in rows:
        mine = [] if row is None else of_person[(row["name"], row["institution"])]
        marks.append(
            row is not None
            and any(s <= date.fromisoformat(row["start_date"]) <= e and overlaps((s, e), period) for s, e in mine)
        )
    return marks


def months_later(day: date, months: int) -> date:
    """Move to the same day of a later month, or to that month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def length(stay: Period) -> Length:
    """Row 13: both end days count; months is the greatest n with start + n months not past the day after the end."""
    start, after = stay[0], stay[1] + ONE_DAY
    months = 0
    while months_later(start, months + 1) <= after:
        months += 1
    return Length(months, (after - months_later(start, months)).days)


def longest_stay(rows: Rows, period: Period) -> Length:
    """Row 13: the longest continuous stay of one person that overlaps the period, not cut by it."""
    lengths = [length(stay) for person in stays(rows).values() for stay in person if overlaps(stay, period)]
    return max(lengths, default=Length(0, 0))


COUNTING: dict[str, Callable[[Rows, Period], list[bool]]] = {
    "dispatched_staff": each_dispatch,
    "trainees": each_trainee,
    "lectures": each_lecture,
    "new_techniques": each_dated,
    "management_documents": each_dated,
    "publicity": each_report,
    "key_disciplines": each_once("name", DISCIPLINE_LEVELS),
    "research_projects": each_once("name", PROJECT_LEVELS),
    "papers": each_once("title", PAPER_LEVELS),
    "member_visits": each_standing,
    "disease_mix": each_standing,
    "satisfaction_survey": each_standing,
}


def counted(evidence: Evidence, period: Period) -> dict[str, list[bool]]:
    """For every table given whose rows are counted: which of its rows count."""
    return {field: mark(evidence[field], period) for field, mark in COUNTING.items() if field in evidence}


def number_counted(evidence: Evidence, field: str, period: Period) -> int | None:
    """How many rows of a table count; None while the table is missing."""
    if field not in evidence:
        return None
    return sum(COUNTING[field](evidence[field], period))
