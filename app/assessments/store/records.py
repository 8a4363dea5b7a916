"""Queries on what evaluators recorded: judgements, findings, overrides."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import TypeAlias, TypeVar

from sqlalchemy import ScalarResult, select

from app.assessments.store.tables import FindingRow, JudgementRow, OverrideRow
from app.assessments.values import By, Finding, Judgement, Override, Record
from app.db import Session

Row: TypeAlias = JudgementRow | FindingRow | OverrideRow
AnyRow = TypeVar("AnyRow", JudgementRow, FindingRow, OverrideRow)


@dataclass(frozen=True, slots=True)
class Records:
    """What counts of one revision: the last of each item, and of each field."""

    judgements: dict[str, Judgement] = field(default_factory=dict)
    findings: dict[str, Finding] = field(default_factory=dict)
    overrides: dict[str, Override] = field(default_factory=dict)


def of(session: Session, revision_id: int) -> Records:
    """What counts of one revision; three queries."""
    return of_all(session, [revision_id])[revision_id]


def of_all(session: Session, revision_ids: Collection[int]) -> dict[int, Records]:
    """By revision, what counts; three queries however many."""
    found = {each: Records() for each in revision_ids}
    for revision, record in all_of(session, revision_ids):
        match record:
            case Judgement():
                found[revision].judgements[record.item] = record
            case Finding():
                found[revision].findings[record.field] = record
            case Override():
                found[revision].overrides[record.item] = record
    return found


def all_of(session: Session, revision_ids: Collection[int]) -> list[tuple[int, Record]]:
    """All that was ever recorded of some revisions, by kind, the first one first; three queries."""
    return [
        *((row.revision_id, _judgement(row)) for row in _rows(session, JudgementRow, revision_ids)),
        *((row.revision_id, _finding(row)) for row in _rows(session, FindingRow, revision_ids)),
        *((row.revision_id, _override(row)) for row in _rows(session, OverrideRow, revision_ids)),
    ]


def add(session: Session, revision_id: int, new: Record) -> None:
    """Stands beside the ones before."""
    by = {"recorded_at": new.by.at, "account": new.by.account, "actor": new.by.name}
    place = {"revision_id": revision_id, "number": new.number}
    row: Row
    match new:
        case Judgement():
            row = JudgementRow(item=new.item, points=new.points, rationale=new.rationale, **place, **by)
        case Finding():
            row = FindingRow(field=new.field, content=new.content, **place, **by)
        case Override():
            row = OverrideRow(item=new.item, points=new.points, reason=new.reason, **place, **by)
    session.add(row)
    session.flush()


def _rows(session: Session, table: type[AnyRow], revision_ids: Collection[int]) -> ScalarResult[AnyRow]:
    query = select(table).where(table.revision_id.in_(revision_ids))
    return session.scalars(query.order_by(table.id))


def _judgement(row: JudgementRow) -> Judgement:
    return Judgement(row.item, row.number, row.points, row.rationale, _by(row))


def _finding(row: FindingRow) -> Finding:
    return Finding(row.field, row.number, row.content, _by(row))


def _override(row: OverrideRow) -> Override:
    return Override(row.item, row.number, row.points, row.reason, _by(row))


def _by(row: Row) -> By:
    return By(row.account, row.actor, row.recorded_at)
