"""Measures over days: how many days or months lie between two of them, and in which month or quarter a day lies."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, TypeAlias

from app.scoring.exact import Range
from app.scoring.facts import Derived
from app.scoring.periods import months_between
from app.scoring.wording import Fact

End: TypeAlias = date | str
"""A day of the document, or the code of a fact that is a day."""


class _Between(Derived):
    """From one day to another; an unknown of its own while one of them is not known."""

    start: End
    end: End

    def value(self, values: Mapping[str, Any]) -> int | None:
        """None while a day is unknown."""
        start, end = (end if isinstance(end, date) else values.get(end) for end in (self.start, self.end))
        return self.between(start, end, values) if isinstance(start, date) and isinstance(end, date) else None

    @abstractmethod
    def between(self, start: date, end: date, values: Mapping[str, Any]) -> int:
        """The number for two days."""

    def over(self, seen: Mapping[str, Any]) -> Range:
        """Whatever it can be at all: a day has no limits."""
        return self.fact.limits

    @property
    def is_leaf(self) -> bool:
        """An axis of its own."""
        return True


@dataclass(frozen=True, slots=True)
class DaysBetween(_Between):
    """Whole days, negative where the second day is earlier."""

    fact: Fact
    reads: tuple[str, ...]
    start: End
    end: End

    def between(self, start: date, end: date, values: Mapping[str, Any]) -> int:
        """The second minus the first."""
        return end.toordinal() - start.toordinal()


@dataclass(frozen=True, slots=True)
class DaysInPeriod(_Between):
    """The days of a span, its first and last among them, that lie in the period."""

    fact: Fact
    reads: tuple[str, ...]
    start: End
    end: End

    def between(self, start: date, end: date, values: Mapping[str, Any]) -> int:
        """0 where none does."""
        period: tuple[date, date] = (values["period_start"], values["period_end"])
        first, last = max(start, period[0]), min(end, period[1])
        return max(0, last.toordinal() - first.toordinal() + 1)


@dataclass(frozen=True, slots=True)
class MonthsBetween(_Between):
    """Calendar months; days left over count as one more where a month is `started`."""

    fact: Fact
    reads: tuple[str, ...]
    start: End
    end: End
    started: bool

    def between(self, start: date, end: date, values: Mapping[str, Any]) -> int:
        """Negative where the second day is earlier."""
        if end < start:
            return -self.between(end, start, values)
        months, is_exact = months_between(start, end)
        return months if is_exact or not self.started else months + 1


@dataclass(frozen=True, slots=True)
class CalendarOf(Derived):
    """The month, quarter, half year or year in which a day lies, as people write it."""

    fact: Fact
    reads: tuple[str, ...]
    word: Literal["month", "quarter", "half_year", "year"]

    def value(self, values: Mapping[str, Any]) -> str | None:
        """None while the day is unknown."""
        day = values.get(self.reads[0])
        if not isinstance(day, date):
            return None
        month = day.month - 1
        part = {
            "month": f"{month + 1}月",
            "quarter": f"第{month // 3 + 1}季度",
            "half_year": "上半年" if month // 6 == 0 else "下半年",
            "year": "",
        }
        return f"{day.year}年{part[self.word]}"

    def over(self, seen: Mapping[str, Any]) -> Range:
        """A text has no range; it stands in rows alone, which are known."""
        return self.fact.limits
