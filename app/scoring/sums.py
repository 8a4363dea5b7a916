"""From item scores to sections, base, bonus and total, step by step; on ranges, which are points once all is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.scoring.bound import Bound, Facts
from app.scoring.exact import NOTHING, Exact, Range, quotient
from app.scoring.facts import Given
from app.scoring.parts import NO_CAPS, Brought, Caps, LeftOut, SectionSum, Step, capped, rounded_span, summed
from app.scoring.plan import SectionPlan, SheetPlan
from app.scoring.scheme import Scheme
from app.scoring.sheet_facts import SheetFacts


@dataclass(frozen=True, slots=True)
class Sums:
    """The whole sheet; None where there is no such sum."""

    sections: tuple[SectionSum, ...]
    base: Range
    bonus: Range
    total: Range | None
    full_marks: Exact
    steps: tuple[Step, ...]
    undecided: tuple[Bound, ...] = ()
    base_undecided: bool = False
    bonus_undecided: bool = False
    """Whether an item that it is summed up from has no score at all."""


class Adder:
    """Adds up one table."""

    def __init__(self, scheme: Scheme, plan: SheetPlan, given: Given, *, final: bool) -> None:
        """Nothing is added yet; in a final sheet a bonus counts only where it is shown that it does."""
        self.final = final
        self.scheme = scheme
        self.plan = plan
        self.given = given

    def sums(self, brought: Sequence[Brought], seen: Facts, caps: Caps = NO_CAPS) -> Sums:
        """The sums of what the items bring; `seen` are the facts of the evidence."""
        plans = list(enumerate(self.plan.sections))
        bases = {at: self._section(at, each, brought, caps) for at, each in plans if not each.section.bonus}
        base, full, steps, is_possible = self._base(bases)
        facts = SheetFacts(self.plan, self.given, self.scheme.rounding, brought, seen).over(bases, {"base": base}, caps)
        extras = {at: self._bonus(at, each, brought, caps, facts) for at, each in plans if each.section.bonus}
        sections = tuple({**bases, **extras}[at] for at, _ in plans)
        bonus = summed([each.score for each in extras.values()])
        undecided = tuple(each.undecided for each in extras.values() if each.undecided is not None)
        left = sum(1 for each in sections if not each.is_empty)
        dead = tuple(any(each.is_undecided for each in some.values()) for some in (bases, extras))
        if not is_possible or (self.scheme.sections_left is not None and left < self.scheme.sections_left):
            none = Step("no_total", NOTHING, NOTHING)
            return Sums(sections, base, bonus, None, full, (*steps, none), undecided, *dead)
        total, more = self._total(base + bonus, caps)
        return Sums(sections, base, bonus, total, full, (*steps, *more), undecided, *dead)

    def _section(self, at: int, plan: SectionPlan, brought: Sequence[Brought], caps: Caps) -> SectionSum:
        """A base section."""
        own = [brought[place] for place in plan.items]
        is_empty = all(each.left_out is not None for each in own)
        steps = _Steps(NOTHING) if is_empty else self._limited(plan, brought, caps)
        out = {way: sum((each.points for each in own if each.left_out == way), start=0) for way in _WAYS}
        left = sum((each.points for each in own), start=0) - out["total"] - out["rescale"]
        weight = plan.section.weight
        if out["section"] and left == out["section"]:
            steps.take("leave_out", NOTHING)
            out["total"] += out["section"]
            is_empty = True
        elif out["section"]:
            steps.take("leave_out", steps.value.times(quotient(left, left - out["section"])))
        if weight != 1 or out["section"]:
            steps.take("rounding", rounded_span(steps.value, self.scheme.rounding))
        if not is_empty:
            steps.take("veto", capped(steps.value, caps.sections.get(at, ()), self.scheme.rounding))
        dead = any(each.is_undecided for each in own)
        gone, rescaled = out["total"] * weight, out["rescale"] * weight
        return SectionSum(steps.value, tuple(steps.taken), gone, rescaled, is_empty, dead)

    def _bonus(
        self, at: int, plan: SectionPlan, brought: Sequence[Brought], caps: Caps, facts: Mapping[str, Any]
    ) -> SectionSum:
        """A bonus section: what is left out of it does not count, and it may count only above a base."""
        if all(brought[place].left_out is not None for place in plan.items):
            return SectionSum(NOTHING, is_empty=True)
        steps = self._limited(plan, brought, caps)
        counts = True if plan.counts_when is None else plan.counts_when.test(facts)
        if counts is not True:
            steps.take("counts_when", steps.value.union(NOTHING) if counts is None and not self.final else NOTHING)
        if plan.section.weight != 1:
            steps.take("rounding", rounded_span(steps.value, self.scheme.rounding))
        steps.take("veto", capped(steps.value, caps.sections.get(at, ()), self.scheme.rounding))
        undecided = plan.counts_when if counts is None else None
        dead = any(brought[place].is_undecided for place in plan.items)
        return SectionSum(steps.value, tuple(steps.taken), is_undecided=dead, undecided=undecided)

    def _limited(self, plan: SectionPlan, brought: Sequence[Brought], caps: Caps) -> _Steps:
        """The sum of the items that are not left out, its weight and its limits."""
        present = [(place, brought[place]) for place in plan.items if brought[place].left_out is None]
        section = plan.section
        steps = _Steps(summed([each.score for _, each in present]))
        steps.take(
            "veto",
            summed([capped(each.score, caps.items.get(place, ()), self.scheme.rounding) for place, each in present]),
        )
        steps.take("weight", steps.value.times(section.weight))
        steps.take("most", steps.value.clamped(None, section.most))
        steps.take("floor", steps.value.clamped(section.floor, None))
        return steps

    def _base(self, bases: Mapping[int, SectionSum]) -> tuple[Range, Exact, list[Step], bool]:
        """The base sections together, rescaled to what is left; False at the end where nothing is left."""
        out = sum((each.out_of_total for each in bases.values()), start=0)
        away = sum((each.rescaled for each in bases.values()), start=0)
        plans = [each.section for each in self.plan.sections if not each.section.bonus]
        whole = sum((section.points * section.weight for section in plans), start=0)
        steps = _Steps(summed([each.score for each in bases.values()]))
        full = self.scheme.base - out
        is_possible = not away or whole - out - away != 0
        if away and is_possible:
            factor = quotient(whole - out, whole - out - away)
            steps.take("leave_out", rounded_span(steps.value.times(factor), self.scheme.rounding))
        return steps.value, full, steps.taken, is_possible

    def _total(self, total: Range, caps: Caps) -> tuple[Range, list[Step]]:
        steps = _Steps(total)
        steps.take("most", steps.value.clamped(None, self.scheme.total.most))
        steps.take("floor", steps.value.clamped(self.scheme.total.floor, None))
        if self.scheme.rounding.total is not None:
            steps.take("rounding", rounded_span(steps.value, self.scheme.rounding.total))
        steps.take("veto", capped(steps.value, caps.total, self.scheme.rounding))
        return steps.value, steps.taken

    def facts(self, brought: Sequence[Brought], seen: Facts, sums: Sums, caps: Caps = NO_CAPS) -> dict[str, Any]:
        """All facts: those of the evidence, and those of the sheet; numbers where they are known, else ranges."""
        named = {"base": sums.base, "bonus": sums.bonus, **({} if sums.total is None else {"total": sums.total})}
        return SheetFacts(self.plan, self.given, self.scheme.rounding, brought, seen).over(
            dict(enumerate(sums.sections)), named, caps
        )


class _Steps:
    """A sum on its way; only steps that change something are kept."""

    def __init__(self, start: Range) -> None:
        self.value = start
        self.taken: list[Step] = []

    def take(self, kind: str, after: Range) -> None:
        if after != self.value:
            self.taken.append(Step(kind, self.value, after))
            self.value = after


_WAYS: tuple[LeftOut, ...] = ("total", "rescale", "section")
