"""From item scores to sections, base, bonus and total, step by step; on ranges, which are points once all is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from app.scoring.exact import NOTHING, Exact, Range, exact, extreme_range, point, quotient, rounded
from app.scoring.facts import Given
from app.scoring.overall import ItemRounding
from app.scoring.plan import Cap, SectionPlan, SheetLeaf, SheetPlan
from app.scoring.scheme import Scheme

LeftOut: TypeAlias = Literal["total", "rescale", "section"]


@dataclass(frozen=True, slots=True)
class Brought:
    """What an item brings: its score, or how it is left out."""

    points: Exact
    score: Range = NOTHING
    left_out: LeftOut | None = None


Held: TypeAlias = tuple[Cap, bool]
"""A cap, and whether it is certain that it holds."""


@dataclass(frozen=True, slots=True)
class Caps:
    """What vetoes leave of items, sections and the total."""

    items: Mapping[int, Sequence[Held]] = field(default_factory=dict)
    sections: Mapping[int, Sequence[Held]] = field(default_factory=dict)
    total: Sequence[Held] = ()


NO_CAPS = Caps()


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a sum to what it counts as: before and after."""

    kind: str
    before: Range
    after: Range


@dataclass(frozen=True, slots=True)
class SectionSum:
    """A section: its score, the steps towards it, its points that leave the full marks or are rescaled away."""

    score: Range
    steps: tuple[Step, ...] = ()
    out_of_total: Exact = 0
    rescaled: Exact = 0
    is_empty: bool = False


@dataclass(frozen=True, slots=True)
class Sums:
    """The whole sheet; None where there is no such sum."""

    sections: tuple[SectionSum, ...]
    base: Range
    bonus: Range
    total: Range | None
    full_marks: Exact
    steps: tuple[Step, ...]


class Adder:
    """Adds up one table."""

    def __init__(self, scheme: Scheme, plan: SheetPlan, given: Given, values: Mapping[str, Any]) -> None:
        """`values` are the facts of the evidence, as far as they are known."""
        self.scheme = scheme
        self.plan = plan
        self.given = given
        self.values = values

    def sums(self, brought: Sequence[Brought], caps: Caps = NO_CAPS) -> Sums:
        """The sums of what the items bring."""
        bases = {
            at: self._section(at, each, brought, caps, counts=True)
            for at, each in enumerate(self.plan.sections)
            if not each.section.bonus
        }
        base, full, steps = self._base(bases)
        first = _Found(self, brought, caps, bases, base)
        extras = {
            at: self._section(at, each, brought, caps, counts=first.holds(each))
            for at, each in enumerate(self.plan.sections)
            if each.section.bonus
        }
        sections = tuple({**bases, **extras}[at] for at in range(len(self.plan.sections)))
        bonus = _summed([each.score for each in extras.values()])
        left = sum(1 for each in bases.values() if not each.is_empty)
        if base is None or (self.scheme.sections_left is not None and left < self.scheme.sections_left):
            return Sums(sections, base or NOTHING, bonus, None, full, (*steps, Step("no_total", NOTHING, NOTHING)))
        total, more = self._total(base + bonus, caps)
        return Sums(sections, base, bonus, total, full, (*steps, *more))

    def _section(
        self, at: int, plan: SectionPlan, brought: Sequence[Brought], caps: Caps, *, counts: bool | None
    ) -> SectionSum:
        own = [(place, brought[place]) for place in plan.items]
        present = [(place, each) for place, each in own if each.left_out is None]
        start = _summed([each.score for _, each in present])
        steps = _Steps(start)
        steps.take("veto", _summed([self.capped(each.score, caps.items.get(place, ())) for place, each in present]))
        section = plan.section
        steps.take("weight", steps.now.times(section.weight))
        steps.take("most", steps.now.clamped(None, section.most))
        steps.take("floor", steps.now.clamped(section.floor, None))
        if counts is not True:
            steps.take("counts_when", NOTHING if counts is False else steps.now.union(NOTHING))
        out = {way: sum((each.points for _, each in own if each.left_out == way), start=0) for way in _WAYS}
        left = sum((each.points for _, each in own), start=0) - out["total"] - out["rescale"]
        if out["section"] and left != out["section"]:
            steps.take("leave_out", steps.now.times(quotient(left, left - out["section"])))
        if section.weight != 1 or (out["section"] and left != out["section"]):
            steps.take("rounding", self._rounded(steps.now, self.scheme.rounding))
        steps.take("veto", self.capped(steps.now, caps.sections.get(at, ())))
        whole = out["section"] if left == out["section"] else 0
        weight = section.weight
        return SectionSum(
            steps.now,
            tuple(steps.taken),
            (out["total"] + whole) * weight,
            out["rescale"] * weight,
            is_empty=not present,
        )

    def _base(self, bases: Mapping[int, SectionSum]) -> tuple[Range | None, Exact, list[Step]]:
        """The base sections together, rescaled to what is left; None where nothing is left."""
        out = sum((each.out_of_total for each in bases.values()), start=0)
        away = sum((each.rescaled for each in bases.values()), start=0)
        plans = [each.section for each in self.plan.sections if not each.section.bonus]
        whole = sum((section.points * section.weight for section in plans), start=0)
        steps = _Steps(_summed([each.score for each in bases.values()]))
        full = self.scheme.base - out
        if not away:
            return steps.now, full, steps.taken
        if whole - out - away == 0:
            return None, full, steps.taken
        factor = quotient(whole - out, whole - out - away)
        steps.take("leave_out", self._rounded(steps.now.times(factor), self.scheme.rounding))
        return steps.now, full, steps.taken

    def _total(self, total: Range, caps: Caps) -> tuple[Range, list[Step]]:
        steps = _Steps(total)
        steps.take("most", steps.now.clamped(None, self.scheme.total.most))
        steps.take("floor", steps.now.clamped(self.scheme.total.floor, None))
        if self.scheme.rounding.total is not None:
            steps.take("rounding", self._rounded(steps.now, self.scheme.rounding.total))
        steps.take("veto", self.capped(steps.now, caps.total))
        return steps.now, steps.taken

    def _rounded(self, span: Range, rounding: ItemRounding) -> Range:
        low, high = (
            None if end is None else rounded(exact(end), rounding.places, rounding.mode)
            for end in (span.low, span.high)
        )
        return Range(low, high)

    def capped(self, span: Range, caps: Sequence[Held]) -> Range:
        """The lowest of what certain caps leave; where another may hold, anything from there upwards."""
        sure = least = span
        for cap, certain in caps:
            share = span if cap.times is None else self._rounded(span.times(cap.times), self.scheme.rounding)
            here = share.clamped(None, cap.most)
            least = extreme_range([least, here], highest=False)
            sure = extreme_range([sure, here], highest=False) if certain else sure
        return sure.union(least)

    def facts(self, brought: Sequence[Brought], sums: Sums, caps: Caps = NO_CAPS) -> dict[str, Any]:
        """The facts of the sheet: numbers where they are known, ranges where not; unknown ones are not there."""
        found = _Found(self, brought, caps, dict(enumerate(sums.sections)), sums.base)
        named = {"base": sums.base, "bonus": sums.bonus, "total": sums.total}
        return found.worked_out({code: span for code, span in named.items() if span is not None})


class _Found:
    """Facts of the sheet over the sections that are added up already."""

    def __init__(
        self,
        adder: Adder,
        brought: Sequence[Brought],
        caps: Caps,
        sections: Mapping[int, SectionSum],
        base: Range | None,
    ) -> None:
        self.adder = adder
        self.brought = brought
        self.caps = caps
        self.sections = sections
        self.base = base

    def holds(self, plan: SectionPlan) -> bool | None:
        """Whether a bonus counts, by the facts of the base."""
        if plan.counts_when is None:
            return True
        facts = self.worked_out({} if self.base is None else {"base": self.base})
        return plan.counts_when.test(facts)

    def worked_out(self, named: Mapping[str, Range]) -> dict[str, Any]:
        """Leaves first, then what is worked out from them."""
        workings = self.adder.plan.facts
        spans = dict(named)
        for leaf in self.adder.plan.leaves:
            span = named.get(leaf.fact.code) if leaf.word in named or leaf.word in _SHEET else self._leaf(leaf)
            if span is not None:
                spans[leaf.fact.code] = span
        values: dict[str, Any] = {
            code: exact(span.low) if span.is_point and span.low is not None else span for code, span in spans.items()
        }
        if workings is None:
            return values
        known = {**self.adder.values, **{code: value for code, value in values.items() if not isinstance(value, Range)}}
        worked = workings.work_out(known, self.adder.given).values
        return workings.seen(worked, {code: value for code, value in values.items() if code not in worked})

    def _leaf(self, leaf: SheetLeaf) -> Range | None:
        scores: list[tuple[Range, Exact]] = []
        for place in leaf.parts[0]:
            each = self.brought[place]
            if each.left_out is None:
                scores.append((self.adder.capped(each.score, self.caps.items.get(place, ())), each.points))
        for at in leaf.parts[1]:
            if at not in self.sections:
                return None
            own = self.sections[at]
            plan = self.adder.plan.sections[at]
            points = sum((self.brought[place].points for place in plan.items), start=0) * plan.section.weight
            if not own.is_empty:
                scores.append((own.score, points - own.out_of_total - own.rescaled))
        return _set_fact(leaf.word, scores)


def _set_fact(word: str, scores: Sequence[tuple[Range, Exact]]) -> Range | None:
    if word == "lost":
        return _summed([(point(points) + score.times(-1)).clamped(0, None) for score, points in scores])
    total = _summed([score for score, _ in scores])
    points = sum((points for _, points in scores), start=0)
    if word in ("score", "points"):
        return total if word == "score" else point(points)
    return None if points == 0 else total.times(quotient(100, points))


class _Steps:
    """A sum on its way; only steps that change something are kept."""

    def __init__(self, start: Range) -> None:
        self.now = start
        self.taken: list[Step] = []

    def take(self, kind: str, after: Range) -> None:
        if after != self.now:
            self.taken.append(Step(kind, self.now, after))
            self.now = after


_WAYS: tuple[LeftOut, ...] = ("total", "rescale", "section")
_SHEET = ("base", "bonus", "total")


def _summed(spans: Sequence[Range]) -> Range:
    total = NOTHING
    for span in spans:
        total += span
    return total
