"""Vetoes and the grade: what holds on a sheet, what it leaves of the sums, and the label that stands in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.scoring.bound import Truth
from app.scoring.plan import SheetPlan, VetoPlan
from app.scoring.program import Program
from app.scoring.sums import NO_CAP, NO_CAPS, Adder, Brought, Cap, Caps, Sums


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
        items: dict[int, Cap] = {}
        sections: dict[int, Cap] = {}
        total: Cap | None = None
        for veto, truth in zip(self.plan.vetoes, truths, strict=True):
            if truth is False:
                continue
            for named, caps in ((veto.items, items), (veto.sections, sections)):
                for place, most in named.items():
                    caps[place] = caps.get(place, NO_CAP).with_most(most, certain=truth is True)
            if veto.total is not None:
                total = (total or NO_CAP).with_most(veto.total, certain=truth is True)
        return Caps(items, sections, total) if items or sections or total is not None else NO_CAPS

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
        if not decided:
            return None, False
        standing = [] if found is None else [labels.index(found)]
        for veto, truth in zip(self.plan.vetoes, truths, strict=True):
            if veto.grades and truth is None:
                return None, False
            if truth and (found is not None or veto.grade_given is not None):
                standing += [labels.index(label) for label in veto.grades]
        return (labels[max(standing)] if standing else None), True

    def _level(self, seen: Mapping[str, Any]) -> tuple[str | None, bool]:
        for when, label in self.plan.grades:
            answer = True if when is None else when.test(seen)
            if answer:
                return label, True
            if answer is None and not self.final:
                return None, False
        return None, True
