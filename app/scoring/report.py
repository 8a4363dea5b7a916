"""Outcomes as a score sheet: figures, texts, and the trace from every score to its values and records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from app.scoring.exact import Exact, Range, as_decimal
from app.scoring.fields import Value
from app.scoring.improvements import Gain, find_improvements
from app.scoring.inputs import Inputs
from app.scoring.items import Outcome
from app.scoring.kept import KeptRow
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
    WiredItem,
)
from app.scoring.totals import Part, Whole


def sheet_of(engine: str, program: Program, inputs: Inputs, rows: Sequence[KeptRow], whole: Whole) -> ScoreSheet:
    """The sheet, checked and with its digest."""
    scheme = program.scheme
    lines = [_line(program, inputs, row) for row in rows]
    sections = [_section(program, place, part, lines) for place, part in enumerate(whole.sections)]
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
        unused_judgements=_unused(inputs, [row.outcome for row in rows]),
        sections=sections,
    ).sealed([[lines[each] for each in plan.items] for plan in program.plan.sections])


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


def _section(program: Program, place: int, part: Part, lines: Sequence[WiredItem]) -> SectionResult:
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
        items=[lines[each].item for each in plan.items],
    )


def _line(program: Program, inputs: Inputs, row: KeptRow) -> WiredItem:
    """A row as the sheet has it, with its bytes; what does not depend on its records is worked out once."""
    if row.result is None:
        row.result = _item(program, row.outcome)
        row.result.check(bonus=row.outcome.program.section.bonus)
        row.sent, row.canonical = row.result.bytes()
    tables = row.outcome.program.tables
    if not tables:
        return WiredItem(row.result, row.sent, row.canonical)
    records = [record for table, folds in tables for record in _records(inputs, table, folds)]
    return WiredItem(row.result, row.sent, row.canonical).with_records(records)


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
    known = {code: plain(outcome.known[code]) for code in sorted(outcome.known)}
    given = outcome.judging if outcome.judged and outcome.judging.points is not None else None
    return Trace(
        measures={code: value for code, value in known.items() if facts[code].is_measure},
        fields={code: value for code, value in known.items() if not facts[code].is_measure},
        level=outcome.level,
        judgement=None if given is None else GivenJudgement(as_decimal(given.points or 0), given.rationale),
        missing=list(outcome.missing),
        records=[],
    )


def _records(inputs: Inputs, table: str, folds: Sequence[str]) -> list[Record]:
    """Every row of a table and what became of it; a row counts when any of the item's measures counts it."""
    looked = [verdicts for code in folds if (verdicts := inputs.worked.verdicts.get(code)) is not None]
    rows = inputs.evidence.tables.get(table, ())
    if not looked:
        records = [Record(table, number, counted=True) for number, _ in rows]
    elif len(looked) == 1:
        why = looked[0]
        records = [Record(table, number, why.get(number) is None, why.get(number)) for number, _ in rows]
    else:
        records = [_record(table, number, [verdicts.get(number) for verdicts in looked]) for number, _ in rows]
    struck = inputs.struck.get(table)
    if not struck:
        return records
    records += [
        Record(table, number, counted=False, reason=f"核实不予认可：{reason}") for number, reason in struck.items()
    ]
    return sorted(records, key=lambda record: record.row)


def _record(table: str, number: int, reasons: list[str | None]) -> Record:
    counted = None in reasons
    return Record(table, number, counted, None if counted else reasons[0])


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
