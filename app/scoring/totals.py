"""Sections and totals as they stand on the sheet: scores, exact ranges while items are open, adjustments, the grade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.scoring.adjusting import Adjusting
from app.scoring.bound import Bound
from app.scoring.exact import Exact, Range, point
from app.scoring.inputs import Inputs
from app.scoring.items import Outcome, rounded_range
from app.scoring.program import Program, axes_of
from app.scoring.ranges import Box, affordable_parts, find_range
from app.scoring.sheet import Adjustment
from app.scoring.spans import Spans, brought
from app.scoring.sums import Adder, Sums
from app.scoring.weighing import Weigher


@dataclass(frozen=True, slots=True)
class Part:
    """A section, the base, the bonus or the total."""

    score: Exact | None
    range: Range
    adjustments: Sequence[Adjustment] = ()


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything on the sheet beside its items; `is_open` where something is still to come, or to be decided."""

    sections: tuple[Part, ...]
    base: Part
    bonus: Part
    total: Part
    full_marks: Exact
    grade: str | None
    is_open: bool
    undecided: tuple[Bound, ...] = ()
    """Conditions over the items of which it is not known whether they hold."""


def whole_of(program: Program, inputs: Inputs, outcomes: Sequence[Outcome]) -> Whole:
    """What the rows come to together."""
    scheme = program.scheme
    if program.adds_up_plainly and all(outcome.left_out is None for outcome in outcomes):
        return _plain(program, outcomes)
    weigher = Weigher(Adder(scheme, program.plan, inputs.given, final=inputs.final), final=inputs.final)
    spans = Spans(program.workings, outcomes, weigher, inputs.worked.values)
    seen = program.workings.seen(inputs.worked.values, spans.over)
    weighed = weigher.weigh([brought(outcome) for outcome in outcomes], seen)
    said = Adjusting(program, weighed, inputs.worked.values)
    waiting = {at for at, rows in enumerate(_rows(program, outcomes)) if any(row.is_open for row in rows)}
    bonus = {at for at, section in enumerate(scheme.sections) if section.bonus}
    sections = []
    for at in range(len(scheme.sections)):
        span = spans.range(_of_section(at))
        part = _part(span, is_open=at in waiting or not weighed.after.sections[at].score.is_point)
        sections.append(Part(part.score, span, said.of_section(at) if part.score is not None else ()))
    base = _part(spans.range(_of_base), is_open=bool(waiting - bonus) or not weighed.after.base.is_point)
    extra = _part(spans.range(_of_bonus), is_open=bool(waiting & bonus) or not weighed.after.bonus.is_point)
    undecided = () if inputs.final else weighed.undecided
    is_open = bool(waiting or undecided)
    whole = _part(spans.range(_of_total), is_open=bool(waiting) or None in (base.score, extra.score))
    if weighed.may_take_points:
        whole = Part(None, whole.range)
    is_known = whole.score is not None or (weighed.after.total is None and not is_open)
    total = Part(whole.score, whole.range, said.of_sheet(base_known=base.score is not None, total_known=is_known))
    grade = None if is_open else weighed.grade
    full_marks = weighed.after.full_marks
    return Whole(tuple(sections), base, extra, total, full_marks, grade, is_open, weighed.undecided)


def _of_section(at: int) -> Callable[[Sums], Range | None]:
    return lambda sums: None if sums.sections[at].is_undecided else sums.sections[at].score


def _of_base(sums: Sums) -> Range | None:
    return None if sums.base_undecided else sums.base


def _of_bonus(sums: Sums) -> Range | None:
    return None if sums.bonus_undecided else sums.bonus


def _of_total(sums: Sums) -> Range | None:
    return None if sums.base_undecided or sums.bonus_undecided else sums.total


def _part(span: Range, *, is_open: bool) -> Part:
    return Part(None if is_open or not span.is_point else span.low, span)


def _plain(program: Program, outcomes: Sequence[Outcome]) -> Whole:
    """A sheet that is nothing but sums."""
    rows = _rows(program, outcomes)
    base = [row for each in rows for row in each if not row.program.section.bonus]
    bonus = [row for each in rows for row in each if row.program.section.bonus]
    total = _summed(program, outcomes)
    return Whole(
        tuple(_summed(program, each) for each in rows),
        _summed(program, base),
        _summed(program, bonus),
        total,
        program.scheme.base,
        None,
        total.score is None,
    )


def _rows(program: Program, outcomes: Sequence[Outcome]) -> list[Sequence[Outcome]]:
    return [[outcomes[place] for place in each.items] for each in program.plan.sections]


def _summed(program: Program, outcomes: Sequence[Outcome]) -> Part:
    """The sum of the scores, None while one of them is open, and its exact range."""
    total: Exact = 0
    for outcome in outcomes:
        if outcome.score is None:
            break
        total += outcome.score
    else:
        return Part(total, point(total))
    span = point(0)
    for together in _sharing(outcomes):
        span += together[0].range if len(together) == 1 else _joint_range(program, together)
    return Part(None, span)


def _sharing(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """Groups of rows joined by the unknowns behind them."""
    groups: list[tuple[set[str], list[Outcome]]] = []
    for outcome in outcomes:
        unknown: set[str] = set()
        if outcome.is_open:
            unknown = set(outcome.program.workings.unknown_leaves(outcome.program.reads, outcome.known))
        members = [outcome]
        apart = []
        for others, rows in groups:
            if unknown & others:
                unknown |= others
                members = rows + members
            else:
                apart.append((others, rows))
        groups = [*apart, (unknown, members)]
    return [rows for _, rows in groups]


def _joint_range(program: Program, outcomes: Sequence[Outcome]) -> Range:
    parts = tuple(
        (each.program.item.code, frozenset(each.known.items()), each.judging, each.scores) for each in outcomes
    )
    found = program.recall(parts)
    if isinstance(found, Range):
        return found
    known = {code: value for outcome in outcomes for code, value in outcome.known.items()}

    def bound(box: Box) -> Range | None:
        total = point(0)
        for outcome in outcomes:
            here = rounded_range(outcome, box)
            if here is None:
                return None
            total += here
        return total

    axes = axes_of([outcome.program for outcome in outcomes], known)
    span = find_range(bound, axes, affordable_parts(sum(each.program.weight for each in outcomes) * len(outcomes)))
    program.remember(parts, span)
    return span
