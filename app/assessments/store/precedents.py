"""Queries on judgements that count in sheets, and on what people gave to items."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import ColumnElement, String, column, func, insert, select, table
from sqlalchemy.types import Date

from app.assessments.store.tables import CountedJudgementRow
from app.assessments.values import CountedJudgement, GivenPoints, Precedent
from app.db import Exact, Moment, RowNumber, Session
from app.scoring.periods import Period

_STANDING: Final = table(
    "precedents",
    *(column(name, RowNumber) for name in ("number", "entry")),
    *(column(name, String) for name in ("scheme", "clause", "item", "rationale", "round", "subject")),
    *(column(name, Date) for name in ("period_start", "period_end")),
    column("points", Exact),
    column("judged_at", Moment),
)
_GIVEN: Final = table(
    "standing_judgements",
    *(column(name, RowNumber) for name in ("round", "account")),
    *(column(name, String) for name in ("item", "actor")),
    column("points", Exact),
)


def add(session: Session, entry_id: int, sheet: int, counting: Sequence[CountedJudgement]) -> None:
    """The judgements that count in a new sheet; one statement, or none."""
    rows = [
        {
            "entry_id": entry_id,
            "sheet": sheet,
            "item": each.item,
            "clause": each.clause,
            "points": each.points,
            "rationale": each.rationale,
            "judged_at": each.judged_at,
        }
        for each in counting
    ]
    if rows:
        session.execute(insert(CountedJudgementRow), rows)


def page(session: Session, scheme: str, clause: str, entry_id: int, before: int | None, limit: int) -> list[Precedent]:
    """Of all subjects but one, at most `limit` judgements by a clause before a number, the latest first."""
    query = select(_STANDING).where(*_by(scheme, clause, entry_id)).order_by(_STANDING.c.number.desc()).limit(limit)
    query = query if before is None else query.where(_STANDING.c.number < before)
    return [
        Precedent(
            row.number,
            row.item,
            row.points,
            row.rationale,
            row.judged_at,
            row.round,
            Period(row.period_start, row.period_end),
            row.subject,
        )
        for row in session.execute(query)
    ]


def distribution(session: Session, scheme: str, clause: str, entry_id: int) -> list[tuple[Decimal, int]]:
    """How many of them gave how many points, from the least points up."""
    query = select(_STANDING.c.points, func.count()).where(*_by(scheme, clause, entry_id))
    rows = session.execute(query.group_by(_STANDING.c.points).order_by(_STANDING.c.points))
    return [(points, count) for points, count in rows]


def given(session: Session, round_number: int) -> list[GivenPoints]:
    """The last points of each item of each subject of a round, on what is handed in; one query."""
    query = select(_GIVEN.c.item, _GIVEN.c.account, _GIVEN.c.actor, _GIVEN.c.points)
    rows = session.execute(query.where(_GIVEN.c.round == round_number))
    return [GivenPoints(row.item, row.account, row.actor, row.points) for row in rows]


def _by(scheme: str, clause: str, entry_id: int) -> tuple[ColumnElement[bool], ...]:
    return _STANDING.c.scheme == scheme, _STANDING.c.clause == clause, _STANDING.c.entry != entry_id
