"""Which facts a scheme has: its fields and measures tied together, in the order in which they are worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from app.scoring.conditions import bind
from app.scoring.exact import ANYTHING, Exact, Range
from app.scoring.facts import Derived, Workings
from app.scoring.fields import (
    BooleanField,
    ChoiceField,
    DateField,
    DecimalField,
    Field,
    IntegerField,
    PercentField,
    Row,
)
from app.scoring.folds import LongestStayFold, Look, TableFold, during_its_stay, fold_limits, on_its_day
from app.scoring.linear import Linear, quotient_range
from app.scoring.measures import AnyMeasure, Fold, LongestStay, Ratio, Total
from app.scoring.periods import Period
from app.scoring.problems import Path, Problem
from app.scoring.tables import TableField
from app.scoring.wording import Fact, FactKind

PERCENT = ("%", "％")


def fact_of(code: str, field: Field) -> Fact:
    """A field as a fact."""
    unit = field.unit or ("%" if isinstance(field, PercentField) else "")
    if isinstance(field, IntegerField | DecimalField | PercentField):
        return Fact(code, "number", field.label, unit, field.limits(), whole=isinstance(field, IntegerField))
    if isinstance(field, ChoiceField):
        return Fact(code, "choices" if field.multiple else "choice", field.label, unit, choices=field.choices)
    kind: FactKind = (
        "boolean" if isinstance(field, BooleanField) else "date" if isinstance(field, DateField) else "text"
    )
    return Fact(code, kind, field.label, unit)


def _sizes(table: TableField | None, value: Fact | None) -> tuple[int | None, int | None]:
    """The most rows where the document limits them, and how many different values a column can hold."""
    rows = table.max_rows if table is not None and "max_rows" in table.model_fields_set else None
    kinds = {"boolean": 2, "choice": len(value.choices)} if value is not None else {}
    return rows, None if value is None else kinds.get(value.kind)


class Cataloguer:
    """Ties fields and measures together and collects everything that does not fit."""

    def __init__(
        self, fields: Mapping[str, Field], measures: Mapping[str, AnyMeasure], problems: list[Problem]
    ) -> None:
        """Nothing is tied yet."""
        self.fields = fields
        self.measures = measures
        self.problems = problems
        self.facts = {code: fact_of(code, each) for code, each in fields.items() if not isinstance(each, TableField)}
        self.looks: dict[str, Look] = {}
        self.derived: dict[str, Derived] = {}
        self.forms: dict[str, Linear] = {code: Linear({code: 1}) for code in self.facts}
        self.named: dict[str, frozenset[str]] = {code: frozenset({code}) for code in self.facts}
        self.leaves: dict[str, frozenset[str]] = dict(self.named)
        self.open: list[str] = []

    def tie(self) -> Workings:
        """All measures, each after those it uses."""
        for code in self.measures:
            if code in self.fields:
                self.refuse((code,), "code_repeated", f"{code} 已是佐证字段的代码")
            else:
                self._tie(code)
        tables = {
            code: frozenset(look.table for leaf in leaves if (look := self.looks.get(leaf)))
            for code, leaves in self.leaves.items()
        }
        return Workings(self.facts, tuple(self.looks.values()), tuple(self.derived.values()), self.leaves, tables)

    def refuse(self, path: Path, code: str, message: str) -> None:
        """Note what does not fit."""
        self.problems.append(Problem(("measures", *path), code, message))

    def _tie(self, code: str) -> None:
        if code in self.facts:
            return
        self.open.append(code)
        measure = self.measures[code]
        if isinstance(measure, Fold):
            self._tie_fold(code, measure)
        elif isinstance(measure, LongestStay):
            self._tie_stay(code, measure)
        elif isinstance(measure, Total):
            self._tie_total(code, measure)
        else:
            self._tie_ratio(code, measure)
        self.open.pop()

    def _table(self, path: Path, name: str) -> TableField | None:
        table = self.fields.get(name)
        if isinstance(table, TableField):
            return table
        self.refuse(path, "table_unknown", f"没有名为 {name} 的表格字段")
        return None

    def _tie_fold(self, code: str, measure: Fold) -> None:
        table = self._table((code, measure.word), measure.table)
        columns = {} if table is None else {name: fact_of(name, column) for name, column in table.columns.items()}
        value = columns.get(measure.value or "")
        if table is not None and measure.value is not None:
            self._check_value(code, measure, value)
        where = None
        if measure.where is not None and table is not None:
            inner: list[Problem] = []
            where = bind(measure.where, columns, (code, "where"), inner)
            self.problems += [problem.under("measures") for problem in inner]
        dated = None if measure.during is None or table is None else self._dated(code, table)
        limits = fold_limits(measure.word, value.limits if value is not None else ANYTHING, *_sizes(table, value))
        whole = measure.word in ("count", "distinct") or (
            measure.word != "average" and value is not None and value.whole
        )
        fact = Fact(code, "number", measure.label or code, measure.unit or "", limits, whole=whole, is_measure=True)
        skips = measure.missing == "skip"
        self._add_look(
            TableFold(fact, measure.table, measure.word, measure.value, where, columns, dated, skips), Linear({code: 1})
        )

    def _check_value(self, code: str, measure: Fold, value: Fact | None) -> None:
        if value is None:
            self.refuse((code, "value"), "column_unknown", f"表中没有名为 {measure.value} 的列")
        elif measure.word == "distinct" and value.kind == "choices":
            self.refuse((code, "value"), "column_unfit", "多选列不能计不同值")
        elif measure.word != "distinct" and value.kind != "number":
            self.refuse((code, "value"), "column_unfit", "这一列不是数字")

    def _dated(self, code: str, table: TableField) -> Callable[[Row, Period], str | None] | None:
        columns = {name for name, column in table.columns.items() if isinstance(column, DateField)}
        if "date" in columns:
            return on_its_day
        if columns >= {"start_date", "end_date"}:
            return during_its_stay
        self.refuse(
            (code, "during"), "not_dated", "表中没有 date 列，也没有 start_date 和 end_date 列，无法按考评期取舍"
        )
        return None

    def _tie_stay(self, code: str, measure: LongestStay) -> None:
        table = self._table((code, "longest_stay"), measure.longest_stay)
        if table is not None:
            for name in measure.person:
                if name not in table.columns:
                    self.refuse((code, "person"), "column_unknown", f"表中没有名为 {name} 的列")
            for word in ("start", "end"):
                if not isinstance(table.columns.get(getattr(measure, word)), DateField):
                    self.refuse((code, word), "column_unfit", "应为表中的日期列")
        fact = Fact(code, "stay", measure.label or code, is_measure=True)
        look = LongestStayFold(
            fact,
            measure.longest_stay,
            tuple(measure.person),
            measure.start,
            measure.end,
            during=measure.during is not None,
        )
        self._add_look(look, Linear({}))

    def _add_look(self, look: Look, form: Linear) -> None:
        code = look.fact.code
        self.looks[code] = look
        self.facts[code] = look.fact
        self.forms[code] = form
        self.named[code] = self.leaves[code] = frozenset({code})

    def _part(self, path: Path, name: str) -> bool:
        """Whether `name` is a number that can be used here; ties it first where it is a measure still open."""
        if name in self.open:
            self.refuse(path, "measure_circle", f"计量值 {name} 间接引用了自己")
            return False
        if name in self.measures and name not in self.fields:
            self._tie(name)
        fact = self.facts.get(name)
        if fact is None or fact.kind != "number":
            self.refuse(path, "number_unknown", f"没有名为 {name} 的数字字段或计量值")
            return False
        return True

    def _tie_total(self, code: str, measure: Total) -> None:
        names = [name for name in measure.total if self._part((code, "total", name), name)]
        form = Linear({}, measure.plus)
        for name in names:
            form = form.plus(self.forms[name], measure.total[name])
        limits = form.range_over({leaf: self.facts[leaf].limits for leaf in form.terms})
        whole = all(isinstance(measure.total[name], int) and self.facts[name].whole for name in names)
        fact = Fact(
            code,
            "number",
            measure.label or code,
            measure.unit or "",
            limits,
            whole=whole and isinstance(measure.plus, int),
            is_measure=True,
        )
        self._add_derived(fact, names, form, None, limits)
        self.forms[code] = form

    def _tie_ratio(self, code: str, measure: Ratio) -> None:
        names = [measure.ratio.part, measure.ratio.whole]
        sound = [self._part((code, "ratio", word), name) for word, name in zip(("part", "whole"), names, strict=True)]
        unit = measure.unit or ""
        part, whole = (self.forms[name] if fits else Linear({}) for name, fits in zip(names, sound, strict=True))
        scaled = Linear({}).plus(part, 100 if unit in PERCENT else 1)
        box = {leaf: self.facts[leaf].limits for leaf in {*part.terms, *whole.terms}}
        limits = quotient_range(scaled, whole, box, self._steps(box)) or ANYTHING
        fact = Fact(code, "number", measure.label or code, "%" if unit in PERCENT else unit, limits, is_measure=True)
        self._add_derived(fact, [name for name, fits in zip(names, sound, strict=True) if fits], scaled, whole, limits)
        self.forms[code] = Linear({code: 1})

    def _steps(self, codes: Mapping[str, object]) -> dict[str, Exact]:
        return {leaf: self.facts[leaf].step for leaf in codes}

    def _add_derived(self, fact: Fact, names: list[str], part: Linear, whole: Linear | None, limits: Range) -> None:
        code = fact.code
        read = frozenset[str]().union(*(self.named[name] for name in names))
        steps = self._steps({**part.terms, **(whole.terms if whole else {})})
        self.derived[code] = Derived(fact, tuple(sorted(read)), part, whole, steps, limits)
        self.facts[code] = fact
        self.named[code] = read if whole is None else frozenset({code})
        self.leaves[code] = frozenset[str]().union(*(self.leaves[name] for name in names))
