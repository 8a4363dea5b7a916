"""Queries on rounds."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app.db import Session
from app.rounds.store.tables import RoundRow
from app.rounds.values.rounds import Round
from app.scoring.periods import Period


def one(session: Session, code: str, *, lock: bool = False) -> Round | None:
    """The round of this code; with `lock` nobody else moves it or acts in it meanwhile."""
    query = select(RoundRow).where(RoundRow.code == code)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    return None if row is None else round_of(row)


def page(session: Session, after: str, limit: int, *, opened: bool, published: bool) -> list[Round]:
    """Rounds in the order of their codes; of those that were opened, or published, alone where that is asked."""
    query = select(RoundRow).where(RoundRow.code > after).order_by(RoundRow.code).limit(limit)
    query = query.where(RoundRow.opened_at.is_not(None)) if opened else query
    query = query.where(RoundRow.published_at.is_not(None)) if published else query
    return [round_of(row) for row in session.scalars(query)]


def add(session: Session, new: Round) -> Round:
    """A new row; the round with its number."""
    row = RoundRow(
        code=new.code,
        title=new.title,
        scheme=new.scheme,
        version=new.version,
        digest=new.digest,
        period_start=new.period.start,
        period_end=new.period.end,
        period_acknowledged=new.period_acknowledged,
        deadline=new.deadline,
        created_at=new.created_at,
        four_eyes=new.four_eyes,
        objection_days=new.objection_days,
    )
    session.add(row)
    session.flush()
    return round_of(row)


def open_round(session: Session, number: int, now: datetime) -> None:
    """From now on evidence is taken."""
    session.execute(update(RoundRow).where(RoundRow.id == number).values(opened_at=now))


def close_round(session: Session, number: int, now: datetime) -> None:
    """From now on none is."""
    session.execute(update(RoundRow).where(RoundRow.id == number).values(closed_at=now))


def publish(session: Session, number: int, now: datetime) -> None:
    """From now on its results are open to those who were evaluated."""
    session.execute(update(RoundRow).where(RoundRow.id == number).values(published_at=now))


def round_of(row: RoundRow) -> Round:
    """As a plain value."""
    return Round(
        row.id,
        row.code,
        row.title,
        row.scheme,
        row.version,
        row.digest,
        Period(row.period_start, row.period_end),
        row.period_acknowledged,
        row.deadline,
        row.created_at,
        row.opened_at,
        row.closed_at,
        row.published_at,
        row.four_eyes,
        row.objection_days,
    )
