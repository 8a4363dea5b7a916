"""Folds over the rows of a table: their value, what each row contributes, and why a row does not count."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, TypeAlias

from app.scoring.bound import Bound
from app.scoring.exact import Exact, exact, quotient
from app.scoring.facts import Given, Look, Values, Workings, period_ends
from app.scoring.fields import Row, Value
from app.scoring.periods import Period
from app.scoring.rows import UNDECIDED, Dated, NumberedRow, Verdicts
from app.scoring.wording import Fact, found_text, value_text

Counted: TypeAlias = tuple[int, Row, Any]
"""A row that counts, with its number and its value."""


@dataclass(frozen=True, slots=True)
class RowWorth:
    """What a row is worth: a column, one column divided by another, or the number beside what a column says."""

    columns: tuple[str, ...]
    label: str
    scale: Exact | None = None
    values: Mapping[Value, Any] | None = None
    otherwise: Exact | None = None

    def of(self, row: Row) -> Any:  # noqa: ANN401 -- whatever a column holds
        """The value, None where the row has none."""
        found: list[Any] = [row[code] for code in self.columns if code in row]
        if len(found) < len(self.columns):
            return None
        if self.scale is not None:
            part, whole = found
            return None if whole == 0 else quotient(part * self.scale, whole)
        if self.values is None:
            return found[0]
        key: Value = found[0]
        return self.values.get(key, self.otherwise)


@dataclass(frozen=True, slots=True)
class Selection:
    """Which of the rows with a value count: some of each group, the greatest so many, without the extremes.

    `prefer` names the column that says which row of a group counts (`sign` -1: the least of it); without it the value
    does. `at_least`: groups are counted that have so many rows.
    """

    groups: tuple[str, ...] = ()
    keep: int | None = None
    drop: int = 0
    when_more_than: int = 0
    per_group: int = 1
    prefer: str | None = None
    sign: int = 1
    at_least: int | None = None

    @property
    def asks(self) -> tuple[str, ...]:
        """The columns that a row has to have."""
        return self.groups if self.prefer is None else (*self.groups, self.prefer)

    def of(self, rows: list[Counted], columns: Mapping[str, Fact], verdicts: Verdicts) -> list[Counted]:
        """The rows that are left; the verdicts of the others say why."""
        if self.groups:
            rows = self._of_each(rows, columns, verdicts)
        if self.keep is not None and len(rows) > self.keep:
            ranked = sorted(rows, key=lambda each: -each[2])
            rows = _without(rows, ranked[self.keep :], verdicts, f"只计最高的{self.keep}项")
        if self.drop and len(rows) > self.when_more_than:
            ranked = sorted(rows, key=lambda each: -each[2])
            rows = _without(rows, ranked[: self.drop], verdicts, f"去掉最高的{self.drop}个")
            rows = _without(rows, ranked[-self.drop :], verdicts, f"去掉最低的{self.drop}个")
        return rows

    def _of_each(self, rows: list[Counted], columns: Mapping[str, Fact], verdicts: Verdicts) -> list[Counted]:
        """Of each group the rows that count, in the order in which they stand in the table."""
        grouped: dict[tuple[object, ...], list[Counted]] = {}
        for each in rows:
            grouped.setdefault(tuple(each[1][code] for code in self.groups), []).append(each)
        labels = "、".join(columns[code].label for code in self.groups)
        kept: list[Counted] = []
        for group in grouped.values():
            if self.at_least is not None:
                enough = len(group) >= self.at_least
                kept += group[:1] if enough else ()
                few = f"同一{labels}只有{len(group)}行，不足{self.at_least}行"
                verdicts.update({} if enough else dict.fromkeys((each[0] for each in group), few))
                continue
            ranked = self._ranked(group)
            kept += ranked[: self.per_group]
            times = "一" if self.per_group == 1 else str(self.per_group)
            said = f"与第{ranked[0][0]}行的{labels}相同，只计{times}次"
            verdicts.update(dict.fromkeys((each[0] for each in ranked[self.per_group :]), said))
        return sorted(kept, key=lambda each: each[0])

    def _ranked(self, group: list[Counted]) -> list[Counted]:
        """The row that counts first; of even ones the one that stands first in the table."""
        prefer = self.prefer
        if prefer is None:
            return sorted(group, key=lambda each: each[2], reverse=True)
        return sorted(group, key=lambda each: each[1][prefer], reverse=self.sign > 0)


def _without(rows: list[Counted], dropped: Sequence[Counted], verdicts: Verdicts, reason: str) -> list[Counted]:
    gone = {number for number, _, _ in dropped}
    verdicts.update(dict.fromkeys(gone, reason))
    return [each for each in rows if each[0] not in gone]


EVERY_ROW = Selection()


@dataclass(frozen=True, slots=True)
class GroupLimit:
    """The most that the rows of one group add up to."""

    groups: tuple[str, ...]
    most: Exact

    def total(self, rows: list[Counted]) -> Exact:
        """What the groups add up to, each limited."""
        sums: dict[tuple[object, ...], Exact] = {}
        for _, row, worth in rows:
            group = tuple(row[code] for code in self.groups)
            sums[group] = sums.get(group, 0) + worth
        return exact(Fraction(sum(min(each, self.most) for each in sums.values())))


@dataclass(frozen=True, slots=True)
class TableFold(Look):
    """A fold tied to its table."""

    fact: Fact
    table: str
    word: str
    worth: RowWorth | None
    where: Bound | None
    columns: Mapping[str, Fact]
    dated: Dated | None
    skips: bool
    weight: str | None = None
    selection: Selection = EVERY_ROW
    worked: Workings | None = None
    limit: GroupLimit | None = None
    asks: tuple[str, ...] = ()
    """The columns, beside its worth, that a row has to have to count."""
    outside: tuple[str, ...] = ()
    """Attributes of the subject that its conditions and columns may look at."""
    is_plain: bool = False
    """Whether it merely counts rows, or sums up a column."""
    reads: tuple[str, ...] = ()
    waits: bool = False

    def look(self, given: Given, values: Values) -> tuple[Value | None, Verdicts | None]:
        """The value (None: unknown) and what became of each row."""
        rows = given.tables.get(self.table)
        if rows is None:
            return None, None
        if self.is_plain:
            return self._counted(rows, given.period)
        profile = {code: values[code] for code in self.outside if code in values}
        return self._over(rows, given.period, profile)

    def _counted(self, rows: Sequence[NumberedRow], period: Period) -> tuple[Value | None, Verdicts]:
        """A count, or the sum of a column: the same as for any fold, without what this one has not."""
        verdicts: Verdicts = {}
        total: Exact = 0
        unknown = False
        column = None if self.worth is None else self.worth.columns[0]
        outside = None if self.dated is None else self.dated.outside
        against = outside if self.where is None else self._against
        for number, row in rows:
            verdict = None if against is None else against(row, period)
            if verdict is None and column is not None and column not in row:
                verdict = self._worthless(self.worth, row) if self.worth is not None else None
                unknown = unknown or not self.skips
            elif verdict is None:
                total += 1 if column is None else row[column]
            elif verdict == UNDECIDED:
                unknown = True
            verdicts[number] = verdict
        return (None if unknown else exact(total)), verdicts

    def _over(self, rows: Sequence[NumberedRow], period: Period, around: Values) -> tuple[Value | None, Verdicts]:
        verdicts: Verdicts = {}
        counted: list[Counted] = []
        seen: set[Any] = set()
        unknown = False
        worked = self.worked
        if worked is not None:
            around = {**around, **period_ends(worked.facts, period)}
        for number, stated in rows:
            row = {**stated, **around} if around else stated
            row = row if worked is None else worked.changed(row, {})
            verdict = self._against(row, period)
            worth = None
            if verdict is None:
                worth, verdict = self._worth(row, seen)
                unknown = unknown or (worth is None and verdict is not None and not self.skips)
            elif verdict == UNDECIDED:
                unknown = True
            verdicts[number] = verdict
            if verdict is None:
                counted.append((number, row, worth))
        if unknown:
            return None, verdicts
        return self._folded(self.selection.of(counted, self.columns, verdicts)), verdicts

    def _against(self, row: Row, period: Period) -> str | None:
        """Why the row does not count; what certainly keeps it out beats what is not known."""
        outside = None if self.dated is None else self.dated.outside(row, period)
        where = self.where
        if where is None or (outside is not None and outside != UNDECIDED):
            return outside
        answer = where.test(row)
        if answer is False:
            return "；".join(where.because(row, holds=False))
        return UNDECIDED if answer is None else outside

    def _worth(self, row: Row, seen: set[Any]) -> tuple[Any, str | None]:
        """What the row is worth (None: it does not say), and why it does not count."""
        worth = 1 if self.worth is None else self.worth.of(row)
        if worth is None and self.worth is not None:
            return None, self._worthless(self.worth, row)
        for code in self.asks:
            if code not in row:
                return None, f"未填“{self.columns[code].label}”"
        if self.word == "distinct" and self.worth is not None:
            if worth in seen:
                return worth, f"{value_text(self.columns[self.worth.columns[0]], worth)}重复，只计一次"
            seen.add(worth)
        return worth, None

    def _worthless(self, worth: RowWorth, row: Row) -> str:
        """Why a row has no value."""
        empty = [code for code in worth.columns if code not in row]
        if empty:
            return f"未填“{self.columns[empty[0]].label}”"
        if worth.values is None:
            return f"得不出“{worth.label}”"
        column = worth.columns[0]
        return f"{found_text(self.columns[column], row[column])}，没有规定数值"

    def _folded(self, rows: list[Counted]) -> Exact | None:
        if self.word in ("count", "distinct"):
            return len(rows)
        if self.limit is not None:
            return self.limit.total(rows)
        weights = [1 if self.weight is None else row[self.weight] for _, row, _ in rows]
        total = exact(Fraction(sum(each[2] * weight for each, weight in zip(rows, weights, strict=True))))
        if self.word == "sum":
            return total
        whole = sum(weights)
        if not rows or (self.word == "average" and whole == 0):
            return None
        if self.word == "average":
            return quotient(total, whole)
        return _MIDDLE_OR_END[self.word](sorted(value for _, _, value in rows))


def _median(ordered: Sequence[Exact]) -> Exact:
    """The one in the middle, or the mean of the two."""
    below, above = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return quotient(below + above, 2)


_MIDDLE_OR_END: dict[str, Callable[[Sequence[Exact]], Exact]] = {
    "median": _median,
    "min": lambda ordered: ordered[0],
    "max": lambda ordered: ordered[-1],
}
