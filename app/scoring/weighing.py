"""Vetoes and the grade: what holds on a sheet, what it leaves of the sums, and the label that stands in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.scoring.bound import Truth
from app.scoring.plan import SheetPlan, VetoPlan
from app.scoring.program import Program
from app.scoring.sums import NO_CAPS, Adder, Brought, Caps, Held, Sums


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sheet before and after its vetoes; `facts` are those that the vetoes saw."""

    before: Sums
    after: Sums
    vetoes: tuple[Truth, ...]
    facts: Mapping[str, Any]
    grade: str | None
    is_open: bool


class Weigher:
    """Weighs one table; in a `final` sheet what stays unknown holds where that is worse."""

    def __init__(self, adder: Adder, program: Program, *, final: bool) -> None:
        """Nothing is weighed yet."""
        self.adder = adder
        self.program = program
        self.plan: SheetPlan = adder.plan
        self.final = final

    def weigh(self, brought: Sequence[Brought], facts: Mapping[str, Any]) -> Weighed:
        """Vetoes are decided on the sheet as it is before any of them; then everything is added up again."""
        before = self.adder.sums(brought)
        seen = {**facts, **self.adder.facts(brought, before)} if self.plan.vetoes else {}
        truths = tuple(self._holds(veto, seen) for veto in self.plan.vetoes)
        caps = self._caps(truths)
        after = before if caps is NO_CAPS else self.adder.sums(brought, caps)
        grade, decided = self._grade(facts, brought, after, caps, truths)
        undecided = any(truth is None for truth in truths)
        return Weighed(before, after, truths, seen, grade, undecided or not decided)

    def _holds(self, veto: VetoPlan, seen: Mapping[str, Any]) -> Truth:
        answer = veto.when.test(seen)
        return True if answer is None and self.final else answer

    def _caps(self, truths: Sequence[Truth]) -> Caps:
        items: dict[int, list[Held]] = {}
        sections: dict[int, list[Held]] = {}
        total: list[Held] = []
        for veto, truth in zip(self.plan.vetoes, truths, strict=True):
            if truth is False:
                continue
            for place, cap in veto.items:
                items.setdefault(place, []).append((cap, truth is True))
            for place, cap in veto.sections:
                sections.setdefault(place, []).append((cap, truth is True))
            total += [(cap, truth is True) for cap in veto.totals]
        return Caps(items, sections, total) if items or sections or total else NO_CAPS

    def _grade(
        self,
        facts: Mapping[str, Any],
        brought: Sequence[Brought],
        sums: Sums,
        caps: Caps,
        truths: Sequence[Truth],
    ) -> tuple[str | None, bool]:
        """The label, None where there is none; and whether that is decided."""
        if not self.plan.grades or sums.total is None:
            return None, True
        labels = [label for _, label in self.plan.grades]
        found, decided = self._level({**facts, **self.adder.facts(brought, sums, caps)})
        about = [(veto, truth) for veto, truth in zip(self.plan.vetoes, truths, strict=True) if veto.is_graded]
        if not decided or any(truth is None for _, truth in about):
            return None, False
        held = [veto for veto, truth in about if truth]
        shifts = [shift for veto in held for shift in veto.grade_by]
        standing = [] if found is None else [_shifted(labels.index(found), shifts, len(labels))]
        if found is not None or any(veto.grade_given for veto in held):
            standing += [labels.index(label) for veto in held for label in veto.grades]
        return (labels[max(standing)] if standing else None), True

    def _level(self, seen: Mapping[str, Any]) -> tuple[str | None, bool]:
        for when, label in self.plan.grades:
            answer = True if when is None else when.test(seen)
            if answer:
                return label, True
            if answer is None and not self.final:
                return None, False
        return None, True


def _shifted(place: int, shifts: Sequence[int], count: int) -> int:
    """So many grades lower or higher, the lowest result of several; the ends of the list stop it."""
    return min(count - 1, max(0, place - min(shifts, default=0)))
