"""Queries on revisions, which are only ever added."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, insert, select

from app.db import Session, directly
from app.evidence.store.tables import RevisionRow
from app.evidence.values import Revision, RevisionEntry


def latest(session: Session, entry_id: int) -> Revision | None:
    """The last revision of an entry."""
    row = directly(session, _LATEST, {"entry": entry_id}).one_or_none()
    return None if row is None else _revision(row)


def one(session: Session, entry_id: int, number: int) -> Revision | None:
    """A revision by its number."""
    query = _whole().where(RevisionRow.entry_id == entry_id, RevisionRow.number == number)
    row = session.execute(query).one_or_none()
    return None if row is None else _revision(row)


def page(
    session: Session, entry_id: int, before: int | None, limit: int, only: Collection[int] | None
) -> list[RevisionEntry]:
    """Revisions of an entry without their evidence, the latest first; of these numbers alone where they are given."""
    query = select(RevisionRow.number, RevisionRow.digest, RevisionRow.saved_at)
    query = query.where(RevisionRow.entry_id == entry_id)
    query = query if before is None else query.where(RevisionRow.number < before)
    query = query if only is None else query.where(RevisionRow.number.in_(only))
    rows = session.execute(query.order_by(RevisionRow.number.desc()).limit(limit))
    return [RevisionEntry(row.number, row.digest, row.saved_at, None) for row in rows]


def many(session: Session, numbers: Mapping[int, int]) -> dict[int, Revision]:
    """For each of the entries its revision of that number; one query."""
    query = _whole().add_columns(RevisionRow.entry_id).where(RevisionRow.entry_id.in_(list(numbers)))
    rows = session.execute(query.where(RevisionRow.number.in_(set(numbers.values()))))
    return {row.entry_id: _revision(row) for row in rows if numbers[row.entry_id] == row.number}


def add(session: Session, entry_id: int, new: RevisionEntry, content: bytes) -> Revision:
    """One more revision."""
    row = {"entry_id": entry_id, "number": new.number, "digest": new.digest, "content": content}
    number = directly(session, _ADD, {**row, "saved_at": new.saved_at}).scalar_one()
    return Revision(new.number, new.digest, new.saved_at, None, number, content)


def _whole() -> Select[*tuple[Any, ...]]:
    return select(RevisionRow.number, RevisionRow.digest, RevisionRow.saved_at, RevisionRow.id, RevisionRow.content)


_LATEST: Final = _whole().where(RevisionRow.entry_id == bindparam("entry")).order_by(RevisionRow.number.desc()).limit(1)
_ADD: Final = insert(RevisionRow).returning(RevisionRow.id)


def _revision(row: Row[*tuple[Any, ...]]) -> Revision:
    return Revision(row.number, row.digest, row.saved_at, None, row.id, row.content)
