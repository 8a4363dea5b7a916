"""Outcomes as a score sheet: figures, texts, and the trace from every score to its values and records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.scoring.exact import Exact, Range, as_decimal
from app.scoring.fields import Value
from app.scoring.improvements import Gain, find_improvements
from app.scoring.inputs import Inputs
from app.scoring.items import Outcome
from app.scoring.periods import StayLength
from app.scoring.program import ItemProgram, Program
from app.scoring.rules.shape import Line
from app.scoring.scheme import Section
from app.scoring.sheet import (
    Change,
    Deduction,
    Figure,
    FigureRange,
    GivenJudgement,
    Improvement,
    ItemResult,
    Record,
    SchemeName,
    ScoreSheet,
    SectionResult,
    SheetStatus,
    Trace,
)
from app.scoring.totals import Part, Whole


def sheet_of(engine: str, program: Program, inputs: Inputs, outcomes: Sequence[Outcome], whole: Whole) -> ScoreSheet:
    """The sheet, checked and with its digest."""
    scheme = program.scheme
    return ScoreSheet(
        scheme=SchemeName(scheme.scheme, scheme.version, program.digest),
        engine=engine,
        period=inputs.period.as_plain(),
        inputs_digest=inputs.digest,
        status=_status(inputs, whole),
        total=_figure(whole.total.score),
        base=_figure(whole.base.score),
        bonus=_figure(whole.bonus.score),
        full_marks=as_decimal(whole.full_marks),
        bonus_limit=as_decimal(sum((_most(section) for section in scheme.sections if section.bonus), start=0)),
        grade=whole.grade,
        range=_range(whole.total.range),
        adjustments=list(whole.total.adjustments),
        unused_judgements=_unused(inputs, outcomes),
        sections=[_section(program, inputs, place, part, outcomes) for place, part in enumerate(whole.sections)],
    ).sealed()


def _most(section: Section) -> Exact:
    """The most a bonus section gives."""
    return section.points * section.weight if section.most is None else section.most


def _status(inputs: Inputs, whole: Whole) -> SheetStatus:
    if whole.is_open:
        return "pending"
    return "final" if inputs.final else "complete"


def _unused(inputs: Inputs, outcomes: Sequence[Outcome]) -> list[str]:
    return [
        outcome.program.item.code
        for outcome in outcomes
        if outcome.program.item.code in inputs.judgements and not outcome.judged
    ]


def _section(program: Program, inputs: Inputs, place: int, part: Part, outcomes: Sequence[Outcome]) -> SectionResult:
    plan = program.plan.sections[place]
    section = plan.section
    return SectionResult(
        code=section.code,
        title=section.title,
        points=as_decimal(section.points),
        score=_figure(part.score),
        range=_range(part.range),
        bonus=section.bonus,
        adjustments=list(part.adjustments),
        items=[_item(program, inputs, outcomes[each]) for each in plan.items],
    )


def _item(program: Program, inputs: Inputs, outcome: Outcome) -> ItemResult:
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
        trace=_trace(inputs, outcome),
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


def _trace(inputs: Inputs, outcome: Outcome) -> Trace:
    item = outcome.program
    facts = item.workings.facts
    known = {code: plain(outcome.known[code]) for code in sorted(outcome.known)}
    judgement = inputs.judgements.get(item.item.code) if outcome.judged else None
    return Trace(
        measures={code: value for code, value in known.items() if facts[code].is_measure},
        fields={code: value for code, value in known.items() if not facts[code].is_measure},
        level=outcome.level,
        judgement=None if judgement is None else GivenJudgement(as_decimal(judgement.points), judgement.rationale),
        missing=list(outcome.missing),
        records=[record for table in item.tables for record in _records(inputs, item, table)],
    )


def _records(inputs: Inputs, item: ItemProgram, table: str) -> list[Record]:
    """Every row of a table and what became of it; a row counts when any of the item's measures counts it."""
    struck = inputs.struck.get(table, {})
    folds = sorted(code for code in item.workings.facts if item.workings.table(code) == table)
    looked = [verdicts for code in folds if (verdicts := inputs.worked.verdicts.get(code)) is not None]
    records = [
        Record(table, number, counted=False, reason=f"核实不予认可：{reason}") for number, reason in struck.items()
    ]
    for number, _ in inputs.evidence.tables.get(table, ()):
        reasons = [verdicts.get(number) for verdicts in looked]
        counted = not reasons or None in reasons
        records.append(Record(table, number, counted=counted, reason=None if counted else reasons[0]))
    return sorted(records, key=lambda record: record.row)


def plain(value: Value) -> object:
    """A value as JSON has it."""
    if isinstance(value, StayLength):
        return {"months": value.months, "days": value.days}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, bool | str) else as_decimal(value)


def _figure(value: Exact | None) -> Figure | None:
    return None if value is None else as_decimal(value)


def _range(span: Range) -> FigureRange:
    return FigureRange(_figure(span.low), _figure(span.high))
