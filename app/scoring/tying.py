"""Numbers tied to the numbers they are worked out from: totals, ratios, extremes, steps and days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from app.scoring.derived import Combined, DaysBetween, ExtremeOf, StepsOf, steps_range
from app.scoring.exact import ANYTHING, Exact, Range, extreme_range, point
from app.scoring.facts import Derived, Look, Workings
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
from app.scoring.measures import Days, Extreme, Measured, Ratio, Steps, Total
from app.scoring.problems import Path, Problem
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
            case Days():
                self._tie_days(code, measure)
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
        unit = "%" if measure.unit == "％" else measure.unit or ""
        fact = self.fact(code, measure, limits, whole=False, unit=unit)
        self._add_combined(fact, list(sound.values()), scaled, whole)

    def _steps(self, codes: Mapping[str, object]) -> dict[str, Exact]:
        return {leaf: self.facts[leaf].step for leaf in codes}

    def _add_combined(self, fact: Fact, names: list[str], part: Linear, whole: Linear | None) -> None:
        read = frozenset[str]().union(*(self.named[name] for name in names))
        steps = self._steps({**part.terms, **(whole.terms if whole else {})})
        each = Combined(fact, tuple(sorted(read)), part, whole, steps, fact.limits)
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

    def _tie_days(self, code: str, measure: Days) -> None:
        ends: list[date | str] = []
        read: dict[str, None] = {}
        for word, end in (("from", measure.days.from_), ("to", measure.days.to)):
            named = self.facts.get(end) if isinstance(end, str) else None
            if isinstance(end, str) and (named is None or named.kind != "date"):
                self.refuse((code, "days", word), "date_unknown", f"没有名为 {end} 的日期字段")
            elif isinstance(end, str):
                read[end] = None
            ends.append(end)
        if all(isinstance(end, date) for end in ends):
            self.refuse((code, "days"), "days_constant", "至少有一端应为日期字段")
        fact = self.fact(code, measure, ANYTHING, whole=True, unit=measure.unit or "天")
        self.add(DaysBetween(fact, tuple(read), *ends), sources=tuple(read))
