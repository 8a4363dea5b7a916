"""The sheet as a whole, compiled: what the sections come to, facts of the sheet, vetoes, the grade."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from app.scoring.arithmetic import Measured
from app.scoring.bound import Bound
from app.scoring.conditions import bind
from app.scoring.exact import ANYTHING, Exact
from app.scoring.facts import Workings
from app.scoring.measures import Peers, Previous
from app.scoring.others import AmongPeers, Before
from app.scoring.overall import (
    SHEET_FACTS,
    GradeAtMostEffect,
    GradeByEffect,
    GradeEffect,
    OfCodes,
    ScoreEffect,
    TotalEffect,
    TotalTimesEffect,
)
from app.scoring.problems import Path, Problem
from app.scoring.scheme import Scheme, Section
from app.scoring.tying import Tying
from app.scoring.wording import Fact

Parts: TypeAlias = tuple[tuple[int, ...], tuple[int, ...]]
"""Some items and some sections, by their places in the table."""


@dataclass(frozen=True, slots=True)
class SectionPlan:
    """A section with its items, by their places."""

    section: Section
    items: tuple[int, ...]
    counts_when: Bound | None

    @property
    def is_plain(self) -> bool:
        """Whether it is nothing but the sum of its items."""
        section = self.section
        return section.weight == 1 and section.most is None and section.floor is None and self.counts_when is None


@dataclass(frozen=True, slots=True)
class SheetLeaf:
    """Items and sections whose scores, rate or losses are a fact."""

    fact: Fact
    word: str
    parts: Parts


@dataclass(frozen=True, slots=True)
class Cap:
    """The most that something comes to: so many points, or a share of what it was."""

    most: Exact | None = None
    times: Exact | None = None


@dataclass(frozen=True, slots=True)
class VetoPlan:
    """A condition, and what items, sections, the total and the grade come to where it holds."""

    when: Bound
    reason: str | None
    clause: str | None
    items: tuple[tuple[int, Cap], ...]
    sections: tuple[tuple[int, Cap], ...]
    totals: tuple[Cap, ...]
    grades: tuple[str, ...]
    grade_given: bool
    grade_by: tuple[int, ...]

    @property
    def takes_points(self) -> bool:
        """Whether it is about more than the grade."""
        return bool(self.items or self.sections or self.totals)

    @property
    def is_graded(self) -> bool:
        """Whether it is about the grade."""
        return bool(self.grades or self.grade_by)


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """Everything that comes after the items."""

    sections: tuple[SectionPlan, ...]
    leaves: tuple[SheetLeaf, ...]
    facts: Workings
    vetoes: tuple[VetoPlan, ...] = ()
    grades: tuple[tuple[Bound | None, str], ...] = ()
    limits_total: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether the sheet is nothing but sums."""
        return not self.vetoes and not self.grades and all(each.is_plain for each in self.sections)


def plan_of(scheme: Scheme, facts: Mapping[str, Fact], problems: list[Problem]) -> SheetPlan:
    """Tie what stands over the items; what does not fit goes into `problems`."""
    return _Planner(scheme, facts, problems).plan()


@dataclass(slots=True)
class _Planner:
    scheme: Scheme
    facts: Mapping[str, Fact]
    problems: list[Problem]
    places: dict[str, Parts] = field(default_factory=dict)
    leaves: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def plan(self) -> SheetPlan:
        scheme = self.scheme
        self._place()
        leaves = [
            SheetLeaf(Fact(code, "number", label, scheme.unit, is_measure=True), code, ((), ()))
            for code, label in SHEET_FACTS.items()
        ]
        leaves += [self._leaf(code, each) for code, each in scheme.sheet_facts.items() if isinstance(each, OfCodes)]
        over = {code: each for code, each in scheme.sheet_facts.items() if not isinstance(each, OfCodes)}
        own = {each.fact.code: each.fact for each in leaves}
        self._check_codes({*own, *over})
        workings = _SheetTying({**self.facts, **own}, over, self.problems, ("sheet_facts",)).tie()
        seen = workings.facts
        self.leaves = workings.leaves
        return SheetPlan(
            tuple(self._section(at, section, seen) for at, section in enumerate(scheme.sections)),
            tuple(leaves),
            workings,
            tuple(self._veto(number, seen) for number in range(len(scheme.vetoes))),
            tuple(self._grades(seen)),
            scheme.total.most is not None or scheme.total.floor is not None,
        )

    def _place(self) -> None:
        place = 0
        for at, section in enumerate(self.scheme.sections):
            self._named(section.code, ((), (at,)))
            for item in section.items:
                self._named(item.code, ((place,), ()))
                place += 1

    def _named(self, code: str, parts: Parts) -> None:
        items, sections = self.places.get(code, ((), ()))
        self.places[code] = (items + parts[0], sections + parts[1])

    def _parts(self, codes: Sequence[str], path: Path) -> Parts:
        items: list[int] = []
        sections: list[int] = []
        for number, code in enumerate(codes):
            found = self.places.get(code, ((), ()))
            if len(found[0]) + len(found[1]) != 1:
                said = f"没有代码为 {code} 的计分项目或基本指标" if code not in self.places else f"{code} 指代不清"
                self.problems.append(Problem((*path, number), "part_unknown", said))
            items += found[0]
            sections += found[1]
        return tuple(items), tuple(sections)

    def _leaf(self, code: str, each: OfCodes) -> SheetLeaf:
        parts = self._parts(each.codes, ("sheet_facts", code, each.word))
        unit = "%" if each.word == "rate" else each.unit or self.scheme.unit
        return SheetLeaf(Fact(code, "number", each.label or code, unit, is_measure=True), each.word, parts)

    def _check_codes(self, own: Collection[str]) -> None:
        """Codes of sheet facts stand beside those of fields and measures in the conditions of vetoes and grades."""
        scheme = self.scheme
        asked = scheme.vetoes or scheme.grade or scheme.sheet_facts or any(each.counts_when for each in scheme.sections)
        for code in own:
            if asked and code in self.facts:
                place: Path = ("sheet_facts", code) if code in scheme.sheet_facts else ("evidence", code)
                self.problems.append(
                    Problem(place, "code_repeated", f"{code} 同时是佐证字段（计量值）和总表数值的代码")
                )
            if code in scheme.sheet_facts and code in SHEET_FACTS:
                self.problems.append(Problem(("sheet_facts", code), "code_reserved", f"{code} 已有规定含义"))

    def _section(self, at: int, section: Section, facts: Mapping[str, Fact]) -> SectionPlan:
        path: Path = ("sections", at, "counts_when")
        first = sum(len(each.items) for each in self.scheme.sections[:at])
        when = None
        if section.counts_when is not None:
            when = bind(section.counts_when, facts, path, self.problems)
            if not section.bonus:
                self.problems.append(Problem(path, "not_bonus", "只有加分的基本指标可以写 counts_when"))
            if any(self._sees_bonus(leaf) for fact, _, _ in when.comparisons() for leaf in self._behind(fact)):
                said = "加分是否计入只能看基本分，不能看总分或加分"
                self.problems.append(Problem(path, "counts_circle", said))
        return SectionPlan(section, tuple(range(first, first + len(section.items))), when)

    def _behind(self, fact: Fact) -> frozenset[str]:
        return self.leaves.get(fact.code, frozenset())

    def _sees_bonus(self, leaf: str) -> bool:
        """Whether a fact of the sheet rests on a bonus."""
        if leaf in ("bonus", "total"):
            return True
        each = self.scheme.sheet_facts.get(leaf)
        if isinstance(each, Peers):
            return any(self._sees_bonus(inner) for inner in self.leaves.get(each.peers, {each.peers} - {leaf}))
        codes = each.codes if isinstance(each, OfCodes) else []
        bonus = [section for section in self.scheme.sections if section.bonus]
        inside = {section.code for section in bonus} | {item.code for section in bonus for item in section.items}
        return not inside.isdisjoint(codes)

    def _veto(self, number: int, seen: Mapping[str, Fact]) -> VetoPlan:
        veto = self.scheme.vetoes[number]
        path: Path = ("vetoes", number)
        items: list[tuple[int, Cap]] = []
        sections: list[tuple[int, Cap]] = []
        totals: list[Cap] = []
        grades: list[str] = []
        for at, effect in enumerate(veto.effects):
            inner: Path = (*path, "effect", at) if isinstance(veto.effect, list) else (*path, "effect")
            if isinstance(effect, ScoreEffect):
                found = self._parts(effect.score, (*inner, "score"))
                items += [(place, Cap(effect.is_, effect.times)) for place in found[0]]
                sections += [(place, Cap(effect.is_, effect.times)) for place in found[1]]
            elif isinstance(effect, TotalEffect):
                totals.append(Cap(effect.total))
            elif isinstance(effect, TotalTimesEffect):
                totals.append(Cap(times=effect.total_times))
            elif isinstance(effect, GradeByEffect):
                self._grade_label(None, (*inner, "grade_by"))
            else:
                grades.append(self._label_of(effect, inner))
        effects = veto.effects
        return VetoPlan(
            bind(veto.when, seen, (*path, "when"), self.problems),
            veto.reason,
            veto.clause,
            tuple(items),
            tuple(sections),
            tuple(totals),
            tuple(grades),
            any(isinstance(effect, GradeEffect) for effect in effects),
            tuple(effect.grade_by for effect in effects if isinstance(effect, GradeByEffect)),
        )

    def _label_of(self, effect: GradeEffect | GradeAtMostEffect, path: Path) -> str:
        if isinstance(effect, GradeEffect):
            return self._grade_label(effect.grade, (*path, "grade"))
        return self._grade_label(effect.grade_at_most, (*path, "grade_at_most"))

    def _labels(self) -> list[str]:
        return [] if self.scheme.grade is None else [level.label for level in self.scheme.grade.levels]

    def _grade_label(self, label: str | None, path: Path) -> str:
        """A label that the grade has; without one, that there is a grade at all."""
        if not self._labels() or (label is not None and label not in self._labels()):
            said = "没有规定等次" if label is None else f"等次规则中没有“{label}”"
            self.problems.append(Problem(path, "grade_unknown", said))
        return label or ""

    def _grades(self, seen: Mapping[str, Fact]) -> list[tuple[Bound | None, str]]:
        levels = [] if self.scheme.grade is None else self.scheme.grade.levels
        bound: list[tuple[Bound | None, str]] = []
        for number, level in enumerate(levels):
            path: Path = ("grade", "levels", number)
            if level.when is None and number < len(levels) - 1:
                self.problems.append(Problem(path, "when_missing", "只有最后一档可以不写 when"))
            if level.label in [label for _, label in bound]:
                self.problems.append(Problem((*path, "label"), "code_repeated", f"等次“{level.label}”重复"))
            when = None if level.when is None else bind(level.when, seen, (*path, "when"), self.problems)
            bound.append((when, level.label))
        return bound


class _SheetTying(Tying):
    """Facts of the sheet over facts of the sheet and of the evidence."""

    def tie_measure(self, code: str, measure: Measured) -> None:
        if isinstance(measure, Previous):
            of = self.number((code, "previous"), measure.previous)
            unit = measure.unit or ("" if of is None else of.unit)
            fact = replace(self.fact(code, measure, ANYTHING, whole=False, unit=unit), fixed=True)
            self.add(Before(fact, measure.previous, measure.otherwise), sources=(code,))
        elif isinstance(measure, Peers):
            self._tie_peers(code, measure)
        else:
            super().tie_measure(code, measure)

    def _tie_peers(self, code: str, measure: Peers) -> None:
        of = self.number((code, "peers"), measure.peers)
        unit = {"rank": "名", "units": "个", "percentile": "%"}.get(measure.as_, "" if of is None else of.unit)
        whole = measure.as_ in ("rank", "units")
        fact = self.fact(code, measure, ANYTHING, whole=whole, unit=measure.unit or unit)
        reads = () if of is None or measure.as_ == "units" else (of.code,)
        less = measure.better == "less"
        self.add(AmongPeers(fact, measure.peers, measure.as_, measure.of, less, reads), sources=(code,))
