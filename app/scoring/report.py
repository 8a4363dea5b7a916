"""Outcomes as a score sheet: figures, texts, and the trace from every score to its values and records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple, TypeAlias

from msgspec import UNSET

from app.scoring.exact import Exact, Range, as_decimal
from app.scoring.fields import Value
from app.scoring.improvements import Gain, find_improvements
from app.scoring.inputs import Inputs
from app.scoring.items import Outcome, Overridden
from app.scoring.kept import KeptRow
from app.scoring.periods import StayLength
from app.scoring.program import ItemProgram, Program
from app.scoring.records import records_behind
from app.scoring.rules.shape import Line
from app.scoring.scheme import Section
from app.scoring.sheet import (
    Change,
    Computed,
    Deduction,
    Figure,
    FigureRange,
    GivenJudgement,
    GivenOverride,
    Improvement,
    ItemResult,
    SchemeName,
    ScoreSheet,
    SectionFrame,
    SectionResult,
    SheetStatus,
    Trace,
    WiredItem,
    WiredSection,
)
from app.scoring.totals import Part, Whole

MOST_KEPT: Final = 100
"""What is kept of a section: its sums are few and come again and again."""
Frames: TypeAlias = dict[tuple[Exact | None, Exact | None, Exact | None], SectionFrame]


def sheet_of(engine: str, program: Program, inputs: Inputs, rows: Sequence[KeptRow], whole: Whole) -> ScoreSheet:
    """The sheet, checked and with its digest."""
    lines = [_line(program, inputs, row) for row in rows]
    standing = _standing(program)
    sections = [
        _section(plan.section, part, frames, [lines[each] for each in plan.items])
        for plan, part, frames in zip(program.plan.sections, whole.sections, standing.frames, strict=True)
    ]
    return ScoreSheet(
        scheme=standing.scheme,
        engine=engine,
        period=inputs.period.as_plain(),
        inputs_digest=inputs.digest,
        status=_status(inputs, whole),
        total=_figure(whole.total.score),
        base=_figure(whole.base.score),
        bonus=_figure(whole.bonus.score),
        full_marks=as_decimal(whole.full_marks),
        bonus_limit=standing.bonus_limit,
        grade=whole.grade,
        range=_range(whole.total.range),
        adjustments=list(whole.total.adjustments),
        unused_judgements=_unused(program, inputs, rows),
        sections=[],
    ).sealed(sections)


class _Standing(NamedTuple):
    """What every sheet of a scheme has, and what is written around the items of its sections, by their sums."""

    scheme: SchemeName
    bonus_limit: Figure
    frames: tuple[Frames, ...]


def _standing(program: Program) -> _Standing:
    found = program.recall(_Standing)
    if not isinstance(found, _Standing):
        scheme = program.scheme
        limit = as_decimal(sum((_most(section) for section in scheme.sections if section.bonus), start=0))
        name = SchemeName(scheme.scheme, scheme.version, program.digest)
        found = _Standing(name, limit, tuple({} for _ in scheme.sections))
        program.remember(_Standing, found)
    return found


def _most(section: Section) -> Exact:
    """The most a bonus section gives."""
    return section.points * section.weight if section.most is None else section.most


def _status(inputs: Inputs, whole: Whole) -> SheetStatus:
    if whole.is_open:
        return "pending"
    return "final" if inputs.final else "complete"


def _unused(program: Program, inputs: Inputs, rows: Sequence[KeptRow]) -> list[str]:
    judgements = inputs.judgements
    named = zip(program.by_code, rows, strict=True) if judgements else ()
    return [code for code, row in named if code in judgements and not row.outcome.judged]


def _section(section: Section, part: Part, frames: Frames, items: list[WiredItem]) -> WiredSection:
    """A section with its items; what is written around them is kept where nothing but they add to it."""
    key = (part.score, part.range.low, part.range.high)
    frame = None if part.adjustments else frames.get(key)
    if frame is None:
        frame = _frame(section, part).framed()
        if not part.adjustments:
            if len(frames) >= MOST_KEPT:
                frames.clear()
            frames[key] = frame
    return frame.with_items(items)


def _frame(section: Section, part: Part) -> SectionResult:
    """A section still without its items."""
    return SectionResult(
        code=section.code,
        title=section.title,
        points=as_decimal(section.points),
        score=_figure(part.score),
        range=_range(part.range),
        bonus=section.bonus,
        adjustments=list(part.adjustments),
        items=[],
    )


def _line(program: Program, inputs: Inputs, row: KeptRow) -> WiredItem:
    """A row as the sheet has it, with its bytes; what does not depend on its records is worked out once."""
    line = row.line
    if line is None:
        result = _item(program, row.outcome)
        result.check(bonus=row.outcome.program.section.bonus)
        line = row.line = result.wired()
    tables = row.outcome.program.tables
    if not tables:
        return line
    records = records_behind(inputs, tables)
    told = row.told
    if told is None or told[0] is not records:
        told = row.told = (records, line.with_records(records))
    return told[1]


def _item(program: Program, outcome: Outcome) -> ItemResult:
    item = outcome.program.item
    return ItemResult(
        code=item.code,
        number=item.number,
        indicator=item.indicator,
        title=item.title,
        criteria=item.criteria,
        points=as_decimal(item.points),
        score=_figure(outcome.score),
        status=outcome.status,
        range=_range(outcome.range),
        surplus=as_decimal(outcome.surplus),
        deductions=[_deduction(line) for line in outcome.deductions],
        improvements=[_improvement(outcome.program, gain) for gain in find_improvements(program, outcome)],
        trace=_trace(outcome),
    )


def _deduction(line: Line) -> Deduction:
    reason = line.reason if line.clause is None else f"{line.reason}。依据计分标准：“{line.clause}”"
    return Deduction(as_decimal(line.points), as_decimal(line.nominal), line.code, reason, line.clause)


def _improvement(item: ItemProgram, gain: Gain) -> Improvement:
    facts = item.workings.facts
    changes = [
        Change(plain(value), measure=code) if facts[code].is_measure else Change(plain(value), field=code)
        for code, value in gain.changes
    ]
    return Improvement(as_decimal(gain.points), changes, gain.text)


def _trace(outcome: Outcome) -> Trace:
    item = outcome.program
    facts = item.workings.facts
    measures: dict[str, object] = {}
    fields: dict[str, object] = {}
    for code in sorted(outcome.known):
        (measures if facts[code].is_measure else fields)[code] = plain(outcome.known[code])
    given = outcome.judging if outcome.judged and outcome.judging.points is not None else None
    return Trace(
        measures=measures,
        fields=fields,
        level=outcome.level,
        judgement=None if given is None else GivenJudgement(as_decimal(given.points or 0), given.rationale),
        missing=list(outcome.missing),
        override=_override(outcome) if isinstance(outcome, Overridden) else UNSET,
        records=[],
    )


def _override(outcome: Overridden) -> GivenOverride:
    """What a person set, beside all that was worked out."""
    override, computed = outcome.override, outcome.computed
    return GivenOverride(
        as_decimal(override.points),
        override.reason,
        Computed(
            _figure(computed.score),
            computed.status,
            _range(computed.range),
            [_deduction(line) for line in computed.deductions],
            as_decimal(computed.surplus),
        ),
    )


def plain(value: Value) -> object:
    """A value as JSON has it."""
    if type(value) is bool or isinstance(value, str):
        return value
    if isinstance(value, StayLength):
        return {"months": value.months, "days": value.days}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    return as_decimal(value)


def _figure(value: Exact | None) -> Figure | None:
    return None if value is None else as_decimal(value)


def _range(span: Range) -> FigureRange:
    return FigureRange(_figure(span.low), _figure(span.high))
