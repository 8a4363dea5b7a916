"""Queries on attachments: rows that are added and marked as removed, never gone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Final

from sqlalchemy import select, update

from app.db import Session
from app.evidence.store.tables import AttachmentRow
from app.evidence.values import Attachment

_AT_ONCE: Final = 500


def of(session: Session, entry_id: int) -> list[Attachment]:
    """All that a subject ever attached in a round, the removed ones too, the first one first."""
    query = select(AttachmentRow).where(AttachmentRow.entry_id == entry_id).order_by(AttachmentRow.number)
    return [_attachment(row) for row in session.scalars(query)]


def with_content(session: Session, digests: Sequence[str]) -> list[tuple[int, Attachment]]:
    """All that were ever attached with one of these contents, by any subject, each with its entry; one query."""
    query = select(AttachmentRow).where(AttachmentRow.sha256.in_(digests)).order_by(AttachmentRow.id)
    return [(row.entry_id, _attachment(row)) for row in session.scalars(query)]


def digests(session: Session) -> Iterator[Sequence[str]]:
    """The digests of everything that was ever attached, in order, some at a time."""
    query, last = select(AttachmentRow.sha256).distinct().order_by(AttachmentRow.sha256).limit(_AT_ONCE), ""
    while some := session.scalars(query.where(AttachmentRow.sha256 > last)).all():
        yield some
        last = some[-1]


def any_row(session: Session) -> bool:
    """Whether anything was ever attached."""
    return session.execute(select(AttachmentRow.id).limit(1)).first() is not None


def add(session: Session, entry_id: int, new: Attachment) -> None:
    """One more."""
    session.add(AttachmentRow(entry_id=entry_id, **asdict(new)))
    session.flush()


def remove(session: Session, entry_id: int, removed: Attachment) -> None:
    """From now on it is not there any more."""
    where = (AttachmentRow.entry_id == entry_id, AttachmentRow.number == removed.number)
    told = ("removed_by", "removed_at", "removed_after")
    session.execute(update(AttachmentRow).where(*where).values({name: getattr(removed, name) for name in told}))


def _attachment(row: AttachmentRow) -> Attachment:
    return Attachment(
        row.number,
        row.item,
        row.sha256,
        row.size,
        row.media_type,
        row.label,
        row.note,
        row.account,
        row.added_by,
        row.added_at,
        row.added_after,
        row.removed_by,
        row.removed_at,
        row.removed_after,
    )
