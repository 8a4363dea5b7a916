"""What a fold asks of the rows of its table: their worth, which of them count, and what all that can come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.scoring.arithmetic import PartOfWhole
from app.scoring.bound import Bound
from app.scoring.conditions import bind
from app.scoring.exact import ANYTHING, Exact, Range
from app.scoring.facts import PERIOD_ENDS, Workings
from app.scoring.fields import DateField, Value
from app.scoring.fold_limits import Sizes
from app.scoring.folds import GroupLimit, RowWorth, Selection
from app.scoring.linear import Linear, quotient_range
from app.scoring.measures import ByColumn, During, Fold
from app.scoring.problems import Problem
from app.scoring.rows import Dated
from app.scoring.tables import TableField
from app.scoring.tying import Tying, fact_of, scale_of
from app.scoring.wording import Fact

_PLAIN = frozenset({"count", "sum", "value", "where", "during", "missing", "label", "unit", "note"})
ANSWERS = {"true": True, "false": False}


class RowTying:
    """What a fold asks of the rows of its table."""

    def __init__(self, outer: Tying, code: str, measure: Fold, table: TableField) -> None:
        self.outer = outer
        self.code = code
        self.measure = measure
        self.table = table
        own = {name: fact_of(name, column) for name, column in table.columns.items()}
        profile = {code: fact for code, fact in outer.facts.items() if fact.fixed and not fact.is_measure}
        asks = measure.columns or measure.where is not None
        self.outside = tuple(code for code in profile if asks and code not in own and code not in PERIOD_ENDS)
        self.columns: Mapping[str, Fact] = {**{code: profile[code] for code in self.outside}, **own}
        self.worked: Workings | None = None
        if measure.columns:
            tying = Tying(self.columns, measure.columns, outer.problems, ("measures", code, "columns"))
            self.worked = tying.tie()
            self.columns = self.worked.facts

    @property
    def is_plain(self) -> bool:
        """Whether rows are merely counted, or a column summed up."""
        said = {name for name in self.measure.model_fields_set if name not in _PLAIN}
        return not said and not self.outside and (self.measure.value is None or isinstance(self.measure.value, str))

    def column(self, word: str, name: str) -> Fact | None:
        """A column of numbers."""
        found = self.columns.get(name)
        if found is None:
            self.outer.refuse((self.code, word), "column_unknown", f"表中没有名为 {name} 的列")
        elif found.kind != "number":
            self.outer.refuse((self.code, word), "column_unfit", "这一列不是数字")
        else:
            return found
        return None

    def worth(self) -> tuple[RowWorth | None, Range, bool]:
        """What a row is worth, what that can be, and whether it is always a whole number."""
        match self.measure.value:
            case None:
                return None, ANYTHING, True
            case PartOfWhole() as parts:
                return self._quotient(parts)
            case ByColumn() as by:
                return self._by_column(by)
            case str() as name if self.measure.word == "distinct":
                return self._distinct(name), ANYTHING, True
            case name:
                found = self.column("value", name)
                worth = RowWorth((name,), name if found is None else found.label)
                return worth, ANYTHING if found is None else found.limits, found is not None and found.whole

    def _distinct(self, name: str) -> RowWorth:
        found = self.columns.get(name)
        if found is None:
            self.outer.refuse((self.code, "value"), "column_unknown", f"表中没有名为 {name} 的列")
        elif found.kind == "choices":
            self.outer.refuse((self.code, "value"), "column_unfit", "多选列不能计不同值")
        return RowWorth((name,), name if found is None else found.label)

    def _quotient(self, parts: PartOfWhole) -> tuple[RowWorth, Range, bool]:
        part, whole = self.column("value", parts.part), self.column("value", parts.whole)
        scale = scale_of(self.measure.unit)
        if part is None or whole is None:
            return RowWorth((parts.part, parts.whole), parts.part, scale), ANYTHING, False
        box = {each.code: each.limits for each in (part, whole)}
        steps = {each.code: each.step for each in (part, whole)}
        limits = quotient_range(Linear({part.code: scale}), Linear({whole.code: 1}), box, steps)
        return RowWorth((part.code, whole.code), f"{part.label}÷{whole.label}", scale), limits or ANYTHING, False

    def _by_column(self, by: ByColumn) -> tuple[RowWorth, Range, bool]:
        found = self.columns.get(by.by)
        if found is None or found.kind not in ("choice", "text", "boolean", "number"):
            self.outer.refuse((self.code, "value", "by"), "column_unfit", "应为表中的单选、文字、是非或数字列")
            return RowWorth((by.by,), by.by, values={}), ANYTHING, False
        values: dict[Value, Exact] = {}
        for key, worth in by.values.items():
            value = _key_value(found, key)
            if value is None:
                self.outer.refuse((self.code, "value", "values", key), "key_unfit", f"“{found.label}”没有这一选项")
            else:
                values[value] = worth
        worths = [*values.values(), *(() if by.otherwise is None else (by.otherwise,))] or [0]
        limits = Range(min(worths), max(worths))
        whole = all(isinstance(each, int) for each in worths)
        return RowWorth((by.by,), found.label, values=values, otherwise=by.otherwise), limits, whole

    def selection(self) -> Selection:
        """Which rows count."""
        for name in self.measure.groups:
            if name not in self.columns:
                self.outer.refuse((self.code, "once_per"), "column_unknown", f"表中没有名为 {name} 的列")
        trim, prefer = self.measure.trim, self.measure.prefer
        drop, more = (0, 0) if trim is None else (trim.drop, trim.when_more_than)
        groups = tuple(name for name in self.measure.groups if name in self.columns)
        column = None if prefer is None else prefer.most or prefer.least
        if column is not None and (column not in self.columns or self.columns[column].kind not in ("number", "date")):
            self.outer.refuse((self.code, "prefer"), "column_unfit", f"{column} 应为表中的数字列或日期列")
        return Selection(
            groups,
            self.measure.keep,
            drop,
            more,
            self.measure.per_group,
            column,
            -1 if prefer is not None and prefer.least is not None else 1,
            self.measure.at_least,
        )

    def limit(self) -> GroupLimit | None:
        """The most of each group."""
        asked = self.measure.each_at_most
        if asked is None:
            return None
        for name in asked.groups:
            if name not in self.columns:
                self.outer.refuse((self.code, "each_at_most", "per"), "column_unknown", f"表中没有名为 {name} 的列")
        return GroupLimit(asked.groups, asked.most)

    def asks(self, selection: Selection) -> tuple[str, ...]:
        """The columns, beside its worth, that a row has to have to count."""
        measure = self.measure
        limit = () if measure.each_at_most is None else measure.each_at_most.groups
        weight = () if measure.weight is None else (measure.weight,)
        return (*selection.asks, *limit, *weight)

    def where(self) -> Bound | None:
        """The condition a row has to meet."""
        if self.measure.where is None:
            return None
        inner: list[Problem] = []
        where = bind(self.measure.where, self.columns, (self.code, "where"), inner)
        self.outer.problems += [problem.under("measures") for problem in inner]
        return where

    def dated(self) -> Dated | None:
        """How a row is held against the period."""
        columns = {name for name, column in self.table.columns.items() if isinstance(column, DateField)}
        if isinstance(self.measure.during, During):
            start, end = self.measure.during.columns
            if not {start, end} <= columns:
                self.outer.refuse((self.code, "during"), "column_unfit", "应为表中的日期列")
            return Dated(start, end)
        if "date" in columns:
            return Dated()
        if columns >= {"start_date", "end_date"}:
            return Dated("start_date", "end_date")
        said = "表中没有 date 列，也没有 start_date 和 end_date 列，无法按考评期取舍"
        self.outer.refuse((self.code, "during"), "not_dated", said)
        return None

    def groups_of(self, columns: Sequence[str]) -> int | None:
        """How many groups the rows can fall into, no more than there can be rows; None without a limit."""
        rows = self.table.max_rows if "max_rows" in self.table.model_fields_set else None
        groups = 1
        for name in columns:
            kinds = _different(self.columns.get(name))
            if kinds is None:
                return rows
            groups *= kinds
        return groups if rows is None else min(groups, rows)

    def sizes(self) -> Sizes:
        """The most rows where the document limits them, how many different values and groups there can be."""
        rows = self.table.max_rows if "max_rows" in self.table.model_fields_set else None
        value = self.measure.value
        different = _different(self.columns.get(value)) if isinstance(value, str) else None
        groups = self.groups_of(self.measure.groups) if self.measure.groups else None
        return Sizes(rows, different, groups)


def _different(column: Fact | None) -> int | None:
    """How many different values a column can hold, None without a limit."""
    if column is None or column.kind not in ("boolean", "choice"):
        return None
    return len(ANSWERS) if column.kind == "boolean" else len(column.choices)


def _key_value(column: Fact, key: str) -> Value | None:
    """The value of a column that a key names."""
    if column.kind == "boolean":
        return ANSWERS.get(key)
    if column.kind == "choice":
        return key if key in column.choices else None
    if column.kind == "text":
        return key
    return int(key) if key.isdecimal() and str(int(key)) == key else None
