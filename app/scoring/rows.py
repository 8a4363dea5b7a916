"""Rows of tables: which of them count in a period, and why one does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from app.scoring.fields import Row
from app.scoring.periods import Period

NumberedRow: TypeAlias = tuple[int, Row]
"""A row with its number in the stated table, counted from 1; struck rows are no longer among them."""
Verdicts: TypeAlias = dict[int, str | None]
"""For each row number why it does not count, None where it does."""

UNDECIDED = "所填内容不足以判断是否计入"


@dataclass(frozen=True, slots=True)
class Dated:
    """The columns that are held against the period: a first and a last day, the same one where there is only one."""

    start: str = "date"
    end: str = "date"

    def outside(self, row: Row, period: Period) -> str | None:
        """Why a row lies outside the period, None when the two share a day."""
        if self.start not in row or self.end not in row:
            return UNDECIDED
        start, end = row[self.start], row[self.end]
        if period.overlaps(start, end):
            return None
        if self.start == self.end:
            return f"日期{start.isoformat()}不在考评期内"
        return f"{start.isoformat()}至{end.isoformat()}不在考评期内"
