"""What changed a section or the sheet on the way from its items, in words: weights, limits, vetoes, rescaling."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.scoring.exact import Exact, as_decimal, exact
from app.scoring.overall import ItemRounding
from app.scoring.parts import Step
from app.scoring.plan import SectionPlan, VetoPlan
from app.scoring.program import Program
from app.scoring.scheme import Section
from app.scoring.sheet import Adjustment
from app.scoring.weighing import Weighed
from app.scoring.wording import number_text, points_text


class Adjusting:
    """Says the steps of one sheet."""

    def __init__(self, program: Program, weighed: Weighed, values: Mapping[str, Any]) -> None:
        """`values` are the facts of the evidence."""
        self.program = program
        self.weighed = weighed
        self.seen = {**values, **weighed.facts}

    def of_section(self, at: int) -> list[Adjustment]:
        """Every step from the sum of its items to its score."""
        plan = self.program.plan.sections[at]
        steps = _joined(self.weighed.after.sections[at].steps)
        return [_adjustment(step, self._said(step, plan, at)) for step in steps]

    def of_sheet(self, *, base_known: bool, total_known: bool) -> list[Adjustment]:
        """Every step from the sections to base and total, as far as these are known, and what is not decided yet."""
        known = {True: base_known, False: total_known}
        steps = [step for step in _joined(self.weighed.after.steps) if known[step.kind == "leave_out"]]
        found = [_adjustment(step, self._said(step, None, None)) for step in steps]
        for number, veto in enumerate(self.program.plan.vetoes):
            truth = self.weighed.vetoes[number]
            if truth is None:
                found.append(Adjustment("veto", None, f"尚不能判定：{_named(veto)}"))
            elif truth and not veto.takes_points:
                found.append(Adjustment("veto", 0, self._veto(number)))
        return found

    def _said(self, step: Step, plan: SectionPlan | None, at: int | None) -> str:
        match step.kind:
            case "veto":
                return "；".join(self._vetoes(plan, at))
            case "rounding":
                return f"保留{self._rounding(plan).places}位小数，舍入所致"
            case "counts_when" | "weight" | "most" | "floor":
                return self._limited(step.kind, plan)
            case _:
                return _SAID[step.kind]

    def _rounding(self, plan: SectionPlan | None) -> ItemRounding:
        rounding = self.program.scheme.rounding
        return rounding if plan is not None or rounding.total is None else rounding.total

    def _limited(self, kind: str, plan: SectionPlan | None) -> str:
        section = self.program.scheme.total if plan is None else plan.section
        if plan is not None and plan.counts_when is not None and kind == "counts_when":
            return f"{'；'.join(plan.counts_when.because(self.seen, holds=False))}，加分不计入"
        if isinstance(section, Section) and kind == "weight":
            return f"按权重{_share_text(section.weight)}折算"
        limit: Exact = (section.most if kind == "most" else section.floor) or 0
        return f"{'最多' if kind == 'most' else '最低'}计{points_text(limit, self.program.scheme.unit)}"

    def _vetoes(self, plan: SectionPlan | None, at: int | None) -> Sequence[str]:
        """The vetoes that hold and are about this section, or about the total."""
        vetoes = self.program.plan.vetoes
        truths = self.weighed.vetoes
        about = [number for number, veto in enumerate(vetoes) if truths[number] and _is_about(veto, plan, at)]
        return [self._veto(number) for number in about]

    def _veto(self, number: int) -> str:
        veto = self.program.plan.vetoes[number]
        if self.weighed.forced[number]:
            said = f"{_named(veto)}未予证明，按不利的情形计"
        else:
            why = "；".join(veto.when.because(self.seen, holds=True))
            said = why if veto.reason is None else f"{veto.reason}（{why}）"
        return said if veto.clause is None else f"{said}。依据：“{veto.clause}”"


def _named(veto: VetoPlan) -> str:
    """A veto by its reason and by what it asks."""
    facts = "、".join(dict.fromkeys(fact.label for fact, _, _ in veto.when.comparisons()))
    return f"{veto.reason}（{facts}）" if veto.reason is not None else facts


def _joined(steps: Sequence[Step]) -> list[Step]:
    """Steps from one known sum to the next; what is not known on the way belongs to the step that ends it."""
    found: list[Step] = []
    start: Step | None = None
    for step in steps:
        start = start or step
        if step.after.is_point:
            found.append(Step(step.kind, start.before, step.after))
            start = None
    return found


_SAID = {"no_total": "适用的部分不足，不能得出总分", "leave_out": "不适用的项目不计入，其余按比例折算"}


def _is_about(veto: VetoPlan, plan: SectionPlan | None, at: int | None) -> bool:
    """Whether a veto takes points off this section, or off the total."""
    if plan is None:
        return bool(veto.totals)
    return at in dict(veto.sections) or not set(plan.items).isdisjoint(dict(veto.items))


def _share_text(share: Exact) -> str:
    """A weight in digits, or as a quotient where digits would not do."""
    shown = number_text(share)
    return shown if Fraction(shown) == share else f"{Fraction(share).numerator}/{Fraction(share).denominator}"


def _adjustment(step: Step, reason: str) -> Adjustment:
    """What a step changes, between sums cut to what can be shown, so that all steps together add up."""
    before, after = (exact(as_decimal(span.low or 0)) for span in (step.before, step.after))
    return Adjustment(step.kind, as_decimal(exact(after - before)), reason)
