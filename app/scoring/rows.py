"""Rows of tables: which of them count in a period, and why one does not."""

from __future__ import annotations

from typing import TypeAlias

from app.scoring.fields import Row
from app.scoring.periods import Period

NumberedRow: TypeAlias = tuple[int, Row]
"""A row with its number in the stated table, counted from 1; struck rows are no longer among them."""
Verdicts: TypeAlias = dict[int, str | None]
"""For each row number why it does not count, None where it does."""

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
