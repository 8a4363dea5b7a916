"""Queries on erasures that were asked for, and confirmed."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime

import msgspec
from sqlalchemy import select, update

from app.db import Session
from app.evidence.store.tables import ErasureRow
from app.evidence.values import Erasure


def of(session: Session, entry_id: int) -> list[Erasure]:
    """All of a subject in a round, the first one first."""
    query = select(ErasureRow).where(ErasureRow.entry_id == entry_id).order_by(ErasureRow.number)
    return [_erasure(row) for row in session.scalars(query)]


def add(session: Session, entry_id: int, new: Erasure) -> None:
    """One more that waits for a second person."""
    told = asdict(new) | {"tokens": msgspec.json.encode(new.tokens).decode()}
    session.add(ErasureRow(entry_id=entry_id, **told))
    session.flush()


def confirm(session: Session, entry_id: int, number: int, by: str, now: datetime) -> None:
    """It is done, by whom and when."""
    where = (ErasureRow.entry_id == entry_id, ErasureRow.number == number)
    session.execute(update(ErasureRow).where(*where).values(confirmed_by=by, confirmed_at=now))


def _erasure(row: ErasureRow) -> Erasure:
    tokens = tuple(msgspec.json.decode(row.tokens, type=list[str]))
    told = (row.number, row.reason, tokens, row.account, row.asked_by, row.asked_at)
    return Erasure(*told, row.confirmed_by, row.confirmed_at)
