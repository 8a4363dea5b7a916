"""The tables of revisions and submissions, both append-only (triggers), and every query on them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, Row, Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, Moment, RowNumber, Session
from app.evidence.values import Revision, RevisionEntry


class RevisionRow(Base):
    """One stored state of the evidence of a subject in a round."""

    __tablename__ = "evidence_revisions"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(71))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(Moment)


class SubmissionRow(Base):
    """A revision was sealed and handed in."""

    __tablename__ = "evidence_submissions"
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    revision_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("evidence_revisions.id"), unique=True)
    submitted_at: Mapped[datetime] = mapped_column(Moment)


def latest(session: Session, entry_id: int) -> Revision | None:
    """The last revision of an entry."""
    query = _whole().where(RevisionRow.entry_id == entry_id).order_by(RevisionRow.number.desc()).limit(1)
    row = session.execute(query).one_or_none()
    return None if row is None else _revision(row)


def submitted(session: Session, entry_id: int) -> Revision | None:
    """The revision that was handed in last."""
    query = _whole().where(RevisionRow.entry_id == entry_id, SubmissionRow.id.is_not(None))
    row = session.execute(query.order_by(RevisionRow.number.desc()).limit(1)).one_or_none()
    return None if row is None else _revision(row)


def one(session: Session, entry_id: int, number: int) -> Revision | None:
    """A revision by its number."""
    query = _whole().where(RevisionRow.entry_id == entry_id, RevisionRow.number == number)
    row = session.execute(query).one_or_none()
    return None if row is None else _revision(row)


def page(session: Session, entry_id: int, before: int | None, limit: int) -> list[RevisionEntry]:
    """Revisions of an entry without their evidence, the latest first."""
    query = _headers().where(RevisionRow.entry_id == entry_id)
    query = query if before is None else query.where(RevisionRow.number < before)
    rows = session.execute(query.order_by(RevisionRow.number.desc()).limit(limit))
    return [RevisionEntry(row.number, row.digest, row.saved_at, row.submitted_at) for row in rows]


def submitted_of(session: Session, entry_ids: Collection[int]) -> dict[int, Revision]:
    """For each of the entries that handed something in, the last such revision; one query."""
    query = (
        _whole()
        .add_columns(RevisionRow.entry_id)
        .where(RevisionRow.entry_id.in_(entry_ids), SubmissionRow.id.is_not(None))
    )
    return {row.entry_id: _revision(row) for row in session.execute(query.order_by(RevisionRow.number))}


def started(session: Session, entry_ids: Collection[int]) -> set[int]:
    """Those of the entries that have a revision at all; one query."""
    query = select(RevisionRow.entry_id).where(RevisionRow.entry_id.in_(entry_ids), RevisionRow.number == 1)
    return set(session.scalars(query))


def add(session: Session, entry_id: int, new: RevisionEntry, content: bytes) -> Revision:
    """One more revision."""
    row = RevisionRow(entry_id=entry_id, number=new.number, digest=new.digest, content=content, saved_at=new.saved_at)
    session.add(row)
    session.flush()
    return Revision(new.number, new.digest, new.saved_at, None, row.id, content)


def submit(session: Session, revision_id: int, now: datetime) -> None:
    """Seal a revision."""
    session.add(SubmissionRow(revision_id=revision_id, submitted_at=now))
    session.flush()


def _headers() -> Select[*tuple[Any, ...]]:
    return select(RevisionRow.number, RevisionRow.digest, RevisionRow.saved_at, SubmissionRow.submitted_at).outerjoin(
        SubmissionRow, SubmissionRow.revision_id == RevisionRow.id
    )


def _whole() -> Select[*tuple[Any, ...]]:
    return _headers().add_columns(RevisionRow.id, RevisionRow.content)


def _revision(row: Row[*tuple[Any, ...]]) -> Revision:
    return Revision(row.number, row.digest, row.saved_at, row.submitted_at, row.id, row.content)
