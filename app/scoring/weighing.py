"""Vetoes and the grade: what holds on a sheet, what it leaves of the sums, and the label that stands in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.scoring.bound import Bound, Facts, Truth
from app.scoring.parts import NO_CAPS, Brought, Caps, Held
from app.scoring.plan import SheetPlan
from app.scoring.sums import Adder, Sums


@dataclass(frozen=True, slots=True)
class Weighed:
    """A sheet after its vetoes; `facts` are those that the vetoes saw, `facts_after` those after them.

    `undecided` holds the conditions of which it is not known whether they hold; `forced` says of each veto whether it
    holds only because a final sheet takes what is not proved at its worst.
    """

    after: Sums
    vetoes: tuple[Truth, ...]
    forced: tuple[bool, ...]
    facts: Mapping[str, Any]
    facts_after: Mapping[str, Any]
    grade: str | None
    undecided: tuple[Bound, ...]
    may_take_points: bool
    """Whether a veto that is not decided could take points."""


class Weigher:
    """Weighs one table; in a `final` sheet what stays unknown holds where that is worse."""

    def __init__(self, adder: Adder, *, final: bool) -> None:
        """Nothing is weighed yet."""
        self.adder = adder
        self.plan: SheetPlan = adder.plan
        self.final = final

    def weigh(self, brought: Sequence[Brought], seen: Facts) -> Weighed:
        """Vetoes are decided on the sheet as it is before any of them; then everything is added up again."""
        before = self.adder.sums(brought, seen)
        facts = self.adder.facts(brought, seen, before)
        answers = [veto.when.test(facts) for veto in self.plan.vetoes]
        truths = tuple(True if answer is None and self.final else answer for answer in answers)
        caps = self._caps(truths)
        after = before if caps is NO_CAPS else self.adder.sums(brought, seen, caps)
        later = facts if after is before else self.adder.facts(brought, seen, after, caps)
        grade, open_level = self._grade(later, after, truths)
        open_vetoes = [veto.when for veto, answer in zip(self.plan.vetoes, answers, strict=True) if answer is None]
        levels = () if open_level is None else (open_level,)
        forced = tuple(answer is None and self.final for answer in answers)
        may = any(veto.takes_points for veto, truth in zip(self.plan.vetoes, truths, strict=True) if truth is None)
        return Weighed(after, truths, forced, facts, later, grade, (*after.undecided, *open_vetoes, *levels), may)

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

    def _grade(self, facts: Mapping[str, Any], sums: Sums, truths: Sequence[Truth]) -> tuple[str | None, Bound | None]:
        """The label, None where there is none; and the condition of a level that is not decided."""
        if not self.plan.grades or sums.total is None:
            return None, None
        labels = [label for _, label in self.plan.grades]
        found, open_level = self._level(facts)
        about = [(veto, truth) for veto, truth in zip(self.plan.vetoes, truths, strict=True) if veto.is_graded]
        if (open_level is not None and not self.final) or any(truth is None for _, truth in about):
            return None, open_level
        held = [veto for veto, truth in about if truth]
        shifts = [shift for veto in held for shift in veto.grade_by]
        standing = [] if found is None else [_shifted(labels.index(found), shifts, len(labels))]
        if found is not None or any(veto.grade_given for veto in held):
            standing += [labels.index(label) for veto in held for label in veto.grades]
        return (labels[max(standing)] if standing else None), open_level

    def _level(self, facts: Mapping[str, Any]) -> tuple[str | None, Bound | None]:
        """The first level that holds, and the first before it that is not decided (in a final sheet: not reached)."""
        undecided: Bound | None = None
        for when, label in self.plan.grades:
            answer = True if when is None else when.test(facts)
            if answer:
                return label, undecided
            if answer is None and undecided is None:
                undecided = when
        return None, undecided


def _shifted(place: int, shifts: Sequence[int], count: int) -> int:
    """So many grades lower or higher, the lowest result of several; the ends of the list stop it."""
    return min(count - 1, max(0, place - min(shifts, default=0)))
