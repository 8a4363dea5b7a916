"""Folds and stays over the rows of a table: their value, what each row contributes, and why a row does not count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.scoring.bound import Bound
from app.scoring.exact import Exact, Range, quotient
from app.scoring.fields import Row, Value
from app.scoring.periods import Period, Stay, StayLength, merged
from app.scoring.wording import Fact, value_text

NumberedRow: TypeAlias = tuple[int, Row]
"""A row with its number in the stated table, counted from 1; struck rows are no longer among them."""
Verdicts: TypeAlias = dict[int, str | None]
"""For each row number why it does not count, None where it does."""


@dataclass(frozen=True, slots=True)
class TableFold:
    """A fold tied to its table."""

    fact: Fact
    table: str
    word: str
    value: str | None
    where: Bound | None
    columns: dict[str, Fact]
    dated: Callable[[Row, Period], str | None] | None
    skips: bool

    def look(self, rows: Sequence[NumberedRow], period: Period) -> tuple[Value | None, Verdicts]:
        """The value (None: unknown) and what became of each row."""
        verdicts: Verdicts = {}
        values: list[Any] = []
        seen: set[Any] = set()
        unknown = False
        for number, row in rows:
            verdict = self._against(row, period)
            if verdict is None and self.value is not None and self.value not in row:
                verdict = f"未填“{self.columns[self.value].label}”"
                unknown = unknown or not self.skips
            elif verdict is None:
                verdict = self._repeated(row, seen)
            elif verdict == UNDECIDED:
                unknown = True
            verdicts[number] = verdict
            if verdict is None:
                values.append(row[self.value] if self.value is not None else 1)
        return (None if unknown else self._folded(values)), verdicts

    def _against(self, row: Row, period: Period) -> str | None:
        """Why the row does not count; what certainly keeps it out beats what is not known."""
        outside = None if self.dated is None else self.dated(row, period)
        if outside is not None and outside != UNDECIDED:
            return outside
        answer = True if self.where is None else self.where.test(row)
        if self.where is not None and answer is False:
            return "；".join(self.where.because(row, holds=False))
        return UNDECIDED if answer is None else outside

    def _repeated(self, row: Row, seen: set[Any]) -> str | None:
        if self.word != "distinct" or self.value is None:
            return None
        value = row[self.value]
        if value in seen:
            return f"{value_text(self.columns[self.value], value)}重复，只计一次"
        seen.add(value)
        return None

    def _folded(self, values: list[Any]) -> Exact | None:
        if self.word in ("count", "distinct"):
            return len(values)
        total: Exact = sum(values)
        if self.word == "sum":
            return total
        if not values:
            return None
        if self.word == "average":
            return quotient(total, len(values))
        end: Exact = min(values) if self.word == "min" else max(values)
        return end


UNDECIDED = "所填内容不足以判断是否计入"


def on_its_day(row: Row, period: Period) -> str | None:
    """Why a row with a `date` lies outside the period, None when it does not."""
    if "date" not in row:
        return UNDECIDED
    return None if period.holds(row["date"]) else f"日期{row['date'].isoformat()}不在考评期内"


def during_its_stay(row: Row, period: Period) -> str | None:
    """Why a row with `start_date` and `end_date` lies outside the period, None when the two overlap."""
    if "start_date" not in row or "end_date" not in row:
        return UNDECIDED
    if period.overlaps(row["start_date"], row["end_date"]):
        return None
    return f"{row['start_date'].isoformat()}至{row['end_date'].isoformat()}不在考评期内"


@dataclass(frozen=True, slots=True)
class LongestStayFold:
    """The longest continuous stay of one person, tied to its table."""

    fact: Fact
    table: str
    person: tuple[str, ...]
    start: str
    end: str
    during: bool

    def look(self, rows: Sequence[NumberedRow], period: Period) -> tuple[Value | None, Verdicts]:
        """The longest stay and which rows belong to a stay that counts; no rows give no months and no days."""
        verdicts: Verdicts = {}
        stays: dict[tuple[object, ...], list[Stay]] = {}
        for number, row in rows:
            if any(code not in row for code in (*self.person, self.start, self.end)):
                verdicts[number] = UNDECIDED
                continue
            who = tuple(row[code] for code in self.person)
            stays.setdefault(who, []).append(Stay(row[self.start], row[self.end], (number,)))
        longest = StayLength(0, 0)
        for each in stays.values():
            for stay in merged(each):
                counts = not self.during or period.overlaps(stay.start, stay.end)
                longest = max(longest, stay.length) if counts else longest
                reason = None if counts else f"{stay.start.isoformat()}至{stay.end.isoformat()}不在考评期内"
                verdicts.update(dict.fromkeys(stay.rows, reason))
        return (None if UNDECIDED in verdicts.values() else longest), verdicts


Look: TypeAlias = TableFold | LongestStayFold


def fold_limits(word: str, column: Range, most_rows: int | None, different: int | None) -> Range:
    """What a fold over a table that is not known can be; `most_rows` and `different` are None without a limit."""
    if word == "count":
        return Range(0, most_rows)
    if word == "distinct":
        return Range(0, min((limit for limit in (most_rows, different) if limit is not None), default=None))
    return column if word != "sum" else _sum_limits(column, most_rows)


def _sum_limits(column: Range, most_rows: int | None) -> Range:
    low, high = column.low, column.high
    if most_rows is not None:
        return Range(
            None if low is None else min(0, low * most_rows), None if high is None else max(0, high * most_rows)
        )
    return Range(0 if low is not None and low >= 0 else None, 0 if high is not None and high <= 0 else None)
