"""Numbers tied to the numbers they are worked out from: totals, ratios, extremes, steps and days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from app.scoring.arithmetic import Calendar, Cases, Days, Extreme, Measured, Months, Ratio, Steps, Total
from app.scoring.conditions import bind, codes_in
from app.scoring.derived import CaseOf, CasesOf, Combined, ExtremeOf, StepsOf, steps_range
from app.scoring.exact import ANYTHING, Exact, Range, extreme_range, point
from app.scoring.facts import PERIOD_ENDS, Derived, Look, Workings
from app.scoring.fields import (
    BooleanField,
    ChoiceField,
    DateField,
    DecimalField,
    Field,
    IntegerField,
    PercentField,
)
from app.scoring.linear import Linear, quotient_range
from app.scoring.problems import Path, Problem
from app.scoring.timespans import CalendarOf, DaysBetween, DaysInPeriod, MonthsBetween
from app.scoring.wording import Fact, FactKind

SCALES = {"%": 100, "％": 100, "‰": 1000}
"""What a quotient is multiplied by to be shown in this unit."""


def scale_of(unit: str | None) -> int:
    """100 for percent, 1000 for per mille, else 1."""
    return SCALES.get(unit or "", 1)


def fact_of(code: str, field: Field, *, fixed: bool = False) -> Fact:
    """A field as a fact."""
    unit = field.unit or ("%" if isinstance(field, PercentField) else "")
    if isinstance(field, IntegerField | DecimalField | PercentField):
        whole = isinstance(field, IntegerField)
        return Fact(code, "number", field.label, unit, field.limits(), whole=whole, fixed=fixed)
    if isinstance(field, ChoiceField):
        kind: FactKind = "choices" if field.multiple else "choice"
        return Fact(code, kind, field.label, unit, choices=field.choices, fixed=fixed)
    kind = "boolean" if isinstance(field, BooleanField) else "date" if isinstance(field, DateField) else "text"
    return Fact(code, kind, field.label, unit, fixed=fixed)


class Tying:
    """Ties measures over numbers together, each after those it uses, and collects everything that does not fit."""

    def __init__(
        self, facts: Mapping[str, Fact], measures: Mapping[str, Measured], problems: list[Problem], path: Path
    ) -> None:
        """Nothing is tied yet; `path` leads to the measures."""
        self.facts = dict(facts)
        self.measures = measures
        self.problems = problems
        self.path = path
        self.order: list[Look | Derived] = []
        self.forms: dict[str, Linear] = {code: Linear({code: 1}) for code in facts}
        self.named: dict[str, frozenset[str]] = {code: frozenset({code}) for code in facts}
        self.leaves: dict[str, frozenset[str]] = dict(self.named)
        self.sources: dict[str, tuple[str, ...]] = {}
        self.open: list[str] = []

    def tie(self) -> Workings:
        """All measures."""
        for code in self.measures:
            if code in self.named and code not in {each.fact.code for each in self.order}:
                self.refuse((code,), "code_repeated", f"{code} 已是佐证字段的代码")
            else:
                self.tie_one(code)
        return Workings.of(self.facts, self.order, self.leaves, self.sources)

    def refuse(self, path: Path, code: str, message: str) -> None:
        """Note what does not fit."""
        self.problems.append(Problem((*self.path, *path), code, message))

    def tie_one(self, code: str) -> None:
        """One measure, unless it is tied already."""
        if code in self.facts:
            return
        self.open.append(code)
        self.tie_measure(code, self.measures[code])
        self.open.pop()

    def tie_measure(self, code: str, measure: Measured) -> None:
        """By its kind."""
        match measure:
            case Total():
                self._tie_total(code, measure)
            case Ratio():
                self._tie_ratio(code, measure)
            case Extreme():
                self._tie_extreme(code, measure)
            case Steps():
                self._tie_steps(code, measure)
            case Days() | Months():
                self._tie_timespan(code, measure)
            case Cases():
                self._tie_cases(code, measure)
            case Calendar():
                self._tie_calendar(code, measure)
            case _:
                raise TypeError(measure)

    def number(self, path: Path, name: str) -> Fact | None:
        """The number of that name; ties it first where it is a measure still open; None where there is none."""
        if name in self.open:
            self.refuse(path, "measure_circle", f"计量值 {name} 间接引用了自己")
            return None
        if name in self.measures and name not in self.facts:
            self.tie_one(name)
        fact = self.facts.get(name)
        if fact is None or fact.kind != "number":
            self.refuse(path, "number_unknown", f"没有名为 {name} 的数字字段或计量值")
            return None
        return fact

    def add(self, each: Look | Derived, *, form: Linear | None = None, sources: Sequence[str] = ()) -> None:
        """Take in a measure; one with `sources` is an unknown of its own, whatever it reads."""
        code = each.fact.code
        self.order.append(each)
        self.facts[code] = each.fact
        self.forms[code] = Linear({code: 1}) if form is None else form
        own = frozenset({code})
        read = frozenset[str]().union(*(self.named[name] for name in each.reads))
        self.named[code] = own if form is None else read
        if isinstance(each, Look) or each.is_leaf:
            self.leaves[code] = own
            self.sources[code] = tuple(sources)
        else:
            self.leaves[code] = frozenset[str]().union(*(self.leaves[name] for name in each.reads))

    def fact(self, code: str, measure: Measured, limits: Range, *, whole: bool, unit: str | None = None) -> Fact:
        """A measure as a fact."""
        shown = (measure.unit or "") if unit is None else unit
        return Fact(code, "number", measure.label or code, shown, limits, whole=whole, is_measure=True)

    def _tie_total(self, code: str, measure: Total) -> None:
        found = {name: self.number((code, "total", name), name) for name in measure.total}
        parts = {name: fact for name, fact in found.items() if fact is not None}
        form = Linear({}, measure.plus)
        for name in parts:
            form = form.plus(self.forms[name], measure.total[name])
        limits = form.range_over({leaf: self.facts[leaf].limits for leaf in form.terms})
        whole = all(isinstance(measure.total[name], int) and fact.whole for name, fact in parts.items())
        fact = self.fact(code, measure, limits, whole=whole and isinstance(measure.plus, int))
        self._add_combined(fact, list(parts), form, None)

    def _tie_ratio(self, code: str, measure: Ratio) -> None:
        named = {"part": measure.ratio.part, "whole": measure.ratio.whole}
        sound = {word: name for word, name in named.items() if self.number((code, "ratio", word), name) is not None}
        part, whole = (self.forms[name] if word in sound else Linear({}) for word, name in named.items())
        scaled = Linear({}).plus(part, scale_of(measure.unit))
        box = {leaf: self.facts[leaf].limits for leaf in {*part.terms, *whole.terms}}
        limits = quotient_range(scaled, whole, box, self._steps(box)) or ANYTHING
        if measure.otherwise is not None:
            limits = limits.union(point(measure.otherwise))
        unit = "%" if measure.unit == "％" else measure.unit or ""
        fact = self.fact(code, measure, limits, whole=False, unit=unit)
        self._add_combined(fact, list(sound.values()), scaled, whole, measure.otherwise)

    def _steps(self, codes: Mapping[str, object]) -> dict[str, Exact]:
        return {leaf: self.facts[leaf].step for leaf in codes}

    def _add_combined(
        self, fact: Fact, names: list[str], part: Linear, whole: Linear | None, empty: Exact | None = None
    ) -> None:
        read = frozenset[str]().union(*(self.named[name] for name in names))
        steps = self._steps({**part.terms, **(whole.terms if whole else {})})
        each = Combined(fact, tuple(sorted(read)), part, whole, steps, fact.limits, empty)
        self.add(each, form=part if whole is None else None)

    def _tie_extreme(self, code: str, measure: Extreme) -> None:
        named = [(at, name) for at, name in enumerate(measure.among) if isinstance(name, str)]
        found = [self.number((code, measure.word, at), name) for at, name in named]
        parts = {fact.code: fact for fact in found if fact is not None}
        constants = tuple(each for each in measure.among if not isinstance(each, str))
        highest = measure.word == "highest"
        spans = [*(fact.limits for fact in parts.values()), *map(point, constants)]
        limits = extreme_range(spans, highest=highest) if spans else ANYTHING
        whole = all(fact.whole for fact in parts.values()) and all(isinstance(each, int) for each in constants)
        fact = self.fact(code, measure, limits, whole=whole)
        own = {name: part.limits for name, part in parts.items()}
        self.add(ExtremeOf(fact, tuple(parts), constants, highest, own))

    def _tie_steps(self, code: str, measure: Steps) -> None:
        found = self.number((code, "steps"), measure.steps)
        reads = () if found is None else (found.code,)
        limits = ANYTHING if found is None else steps_range(found.limits, measure.every, measure.step)
        self.add(StepsOf(self.fact(code, measure, limits, whole=True), reads, measure.every, measure.step))

    def _tie_cases(self, code: str, measure: Cases) -> None:
        path: Path = (code, "cases")
        for number, case in enumerate(measure.cases):
            if case.when is None and number < len(measure.cases) - 1:
                self.refuse((*path, number), "when_missing", "只有最后一种情形可以不写 when")
            for name in () if case.when is None else codes_in(case.when):
                self._tie_named((*path, number, "when"), name)
        inner: list[Problem] = []
        whens = [
            None if case.when is None else bind(case.when, self.facts, (*path, number, "when"), inner)
            for number, case in enumerate(measure.cases)
        ]
        self.problems += [problem.under(*self.path) for problem in inner]
        cases = tuple(CaseOf(when, case.is_) for when, case in zip(whens, measure.cases, strict=True))
        numbers = [case.number for case in cases]
        reads = dict.fromkeys(fact.code for when in whens if when for fact, _, _ in when.comparisons())
        whole = all(isinstance(number, int) for number in numbers)
        fact = self.fact(code, measure, Range(min(numbers), max(numbers)), whole=whole)
        self.add(CasesOf(fact, tuple(reads), cases))

    def _tie_named(self, path: Path, name: str) -> None:
        """Ties the measure of that name first, whatever its kind."""
        if name in self.open:
            self.refuse(path, "measure_circle", f"计量值 {name} 间接引用了自己")
        elif name in self.measures and name not in self.facts:
            self.tie_one(name)

    def _tie_calendar(self, code: str, measure: Calendar) -> None:
        named = self.facts.get(measure.of)
        if named is None or named.kind != "date":
            self.refuse((code, "of"), "date_unknown", f"没有名为 {measure.of} 的日期列")
        label = measure.label or (code if named is None else named.label)
        fact = Fact(code, "text", label, is_measure=True)
        self.add(CalendarOf(fact, () if named is None else (named.code,), measure.calendar))

    def _tie_timespan(self, code: str, measure: Days | Months) -> None:
        word, span = ("days", measure.days) if isinstance(measure, Days) else ("months", measure.months)
        start, end = (self._end((code, word, at), day) for at, day in (("from", span.from_), ("to", span.to)))
        fields = [day for day in (start, end) if isinstance(day, str) and day not in PERIOD_ENDS]
        if not fields:
            self.refuse((code, word), "days_constant", "至少有一端应为日期字段")
        named = [day for day in (start, end) if isinstance(day, str) and day in self.facts]
        fact = self.fact(code, measure, ANYTHING, whole=True, unit=measure.unit or _TIME_UNITS[word])
        each: Derived
        if isinstance(measure, Months):
            each = MonthsBetween(fact, tuple(dict.fromkeys(named)), start, end, measure.step == "started")
        elif measure.during is None:
            each = DaysBetween(fact, tuple(dict.fromkeys(named)), start, end)
        else:
            ends = [self._end((code, word), day) for day in PERIOD_ENDS]
            reads = tuple(dict.fromkeys([*named, *(day for day in ends if isinstance(day, str))]))
            each = DaysInPeriod(replace(fact, limits=Range(0, None), fixed=True), reads, start, end)
        self.add(each, sources=tuple(dict.fromkeys(fields)))

    def _end(self, path: Path, day: date | str) -> date | str:
        """One end of a span: a day, a field, or an end of the period, which becomes a fact."""
        if isinstance(day, str) and day in PERIOD_ENDS and day not in self.facts:
            self.facts[day] = Fact(day, "date", PERIOD_ENDS[day], fixed=True)
            self.named[day] = self.leaves[day] = frozenset({day})
            self.forms[day] = Linear({})
        named = self.facts.get(day) if isinstance(day, str) else None
        if isinstance(day, str) and (named is None or named.kind != "date"):
            self.refuse(path, "date_unknown", f"没有名为 {day} 的日期字段")
        return day


_TIME_UNITS = {"days": "天", "months": "个月"}
