"""Queries on what waits for somebody, on views that say in one row where a subject, or a round, stands."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Boolean, ColumnElement, Integer, Row, String, column, or_, select, table
from sqlalchemy.orm import aliased

from app.assessments.store.tables import FindingRow, JudgementRow, OverrideRow
from app.assessments.values import Waiting, WaitingRound
from app.db import Moment, RowNumber, Session
from app.rounds.shapes import AssessmentState

_ENTRY: Final = table(
    "standing_entries",
    *(column(name, RowNumber) for name in ("entry", "revision", "proposer")),
    *(column(name, String) for name in ("round", "title", "subject", "name", "state")),
    *(column(name, Moment) for name in ("opened_at", "closed_at", "published_at", "objections_until")),
    *(column(name, Moment) for name in ("deadline", "since", "objected_at")),
    *(column(name, Integer) for name in ("sheet", "objection")),
    column("four_eyes", Boolean),
)
_ROUND: Final = table(
    "standing_rounds",
    *(column(name, String) for name in ("round", "title")),
    *(column(name, Moment) for name in ("deadline", "created_at", "opened_at", "closed_at", "published_at")),
    column("unsettled", Integer),
    column("settled_at", Moment),
)
_PARTY: Final = table(
    "entry_parties",
    column("entry", RowNumber),
    column("institution", String),
    column("leads", Boolean),
    column("account", RowNumber),
)
_MOVE: Final = table(
    "assessment_moves",
    *(column(name, RowNumber) for name in ("entry_id", "account")),
    column("act", String),
    column("sheet", Integer),
)
Clause = ColumnElement[bool]


def to_review(
    session: Session, account: int, institution: str | None, states: Collection[AssessmentState], most: int
) -> list[Waiting]:
    """What an evaluator is assigned to, in one of these states."""
    assigned = select(_PARTY.c.entry).where(_PARTY.c.account == account)
    where = (_ENTRY.c.entry.in_(assigned), _ENTRY.c.state.in_(states), *_elsewhere(institution))
    return _entries(session, where, _ENTRY.c.since, most)


def to_approve(session: Session, account: int, institution: str | None, most: int) -> list[Waiting]:
    """Proposed results that somebody may approve: under four eyes neither proposed nor overridden by him or her."""
    own = or_(_ENTRY.c.proposer == account, _overrode(account))
    where = (_ENTRY.c.state == "proposed", ~(_ENTRY.c.four_eyes & own), *_elsewhere(institution))
    return _entries(session, where, _ENTRY.c.since, most)


def to_decide(session: Session, account: int, institution: str | None, most: int) -> list[Waiting]:
    """Open objections to results in which somebody had no part."""
    recorded = (
        select(kind.id).where(kind.revision_id == _ENTRY.c.revision, kind.account == account).exists()
        for kind in (JudgementRow, FindingRow, OverrideRow)
    )
    settled = (
        select(_MOVE.c.entry_id)
        .where(_MOVE.c.entry_id == _ENTRY.c.entry, _MOVE.c.sheet == _ENTRY.c.sheet, _MOVE.c.account == account)
        .where(_MOVE.c.act.in_(("propose", "approve")))
        .exists()
    )
    part = or_(settled, *recorded)
    where = (_ENTRY.c.objection.is_not(None), _ENTRY.c.state == "published", ~part, *_elsewhere(institution))
    return _entries(session, where, _ENTRY.c.objected_at, most)


def to_write(
    session: Session,
    subjects: Collection[str],
    institution: str | None,
    states: Collection[AssessmentState],
    now: datetime,
    most: int,
) -> list[Waiting]:
    """Evidence that a submitter may still hand in at this moment."""
    writable = (_ENTRY.c.opened_at.is_not(None), _ENTRY.c.closed_at.is_(None), _ENTRY.c.deadline > now)
    where = (_own(subjects, institution), _ENTRY.c.state.in_(states), *writable)
    return _entries(session, where, _ENTRY.c.deadline, most)


def to_read(
    session: Session, subjects: Collection[str], institution: str | None, now: datetime, most: int
) -> list[Waiting]:
    """Published results to which a submitter may object at this moment, and has not."""
    objectable = (_ENTRY.c.objection.is_(None), _ENTRY.c.objections_until > now)
    where = (_own(subjects, institution), _ENTRY.c.state == "published", *objectable)
    return _entries(session, where, _ENTRY.c.objections_until, most)


def to_open(session: Session, most: int) -> list[WaitingRound]:
    """Rounds that were never opened."""
    return _rounds(session, (_ROUND.c.opened_at.is_(None),), _ROUND.c.deadline, most)


def to_publish(session: Session, most: int) -> list[WaitingRound]:
    """Closed rounds in which all that was handed in is final."""
    closed = (_ROUND.c.closed_at.is_not(None), _ROUND.c.published_at.is_(None))
    where = (*closed, _ROUND.c.unsettled == 0, _ROUND.c.settled_at.is_not(None))
    return _rounds(session, where, _ROUND.c.closed_at, most)


def _own(subjects: Collection[str], institution: str | None) -> Clause:
    led = select(_PARTY.c.entry).where(_PARTY.c.institution == institution, _PARTY.c.leads.is_(True))
    return or_(_ENTRY.c.subject.in_(subjects), *(() if institution is None else (_ENTRY.c.entry.in_(led),)))


def _elsewhere(institution: str | None) -> tuple[Clause, ...]:
    """Subjects to which this institution does not belong."""
    if institution is None:
        return ()
    belongs = select(_PARTY.c.entry).where(_PARTY.c.entry == _ENTRY.c.entry, _PARTY.c.institution == institution)
    return (~belongs.exists(),)


def _overrode(account: int) -> Clause:
    """Whether an override by this account counts."""
    later = aliased(OverrideRow)
    same = (later.revision_id == OverrideRow.revision_id, later.item == OverrideRow.item)
    replaced = select(later.id).where(*same, later.number > OverrideRow.number).exists()
    own = (OverrideRow.revision_id == _ENTRY.c.revision, OverrideRow.account == account)
    return select(OverrideRow.id).where(*own, OverrideRow.points.is_not(None), ~replaced).exists()


def _entries(session: Session, where: tuple[Clause, ...], order: ColumnElement[Any], most: int) -> list[Waiting]:
    query = select(_ENTRY).where(*where).order_by(order, _ENTRY.c.entry).limit(most)
    return [_waiting(row) for row in session.execute(query)]


def _waiting(row: Row[*tuple[Any, ...]]) -> Waiting:
    who = (row.round, row.title, row.subject, row.name, row.state)
    return Waiting(*who, row.deadline, row.objections_until, row.since, row.objected_at)


def _rounds(session: Session, where: tuple[Clause, ...], order: ColumnElement[Any], most: int) -> list[WaitingRound]:
    query = select(_ROUND).where(*where).order_by(order, _ROUND.c.round).limit(most)
    rows = session.execute(query)
    return [
        WaitingRound(row.round, row.title, row.deadline, row.created_at, row.closed_at, row.settled_at) for row in rows
    ]
