"""The tables of evidence: revisions, personal values and their erasures, attachments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, CodeText, Moment, RowNumber


class RevisionRow(Base):
    """One stored state of the evidence of a subject in a round; append-only."""

    __tablename__ = "evidence_revisions"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(71))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime] = mapped_column(Moment)


class PersonalRow(Base):
    """A personal value of a subject in a round, kept apart from the evidence; it can only be erased (triggers)."""

    __tablename__ = "personal_values"
    __table_args__ = (
        UniqueConstraint("entry_id", "token"),
        UniqueConstraint("entry_id", "value"),
        Index("ix_personal_values_round_id_folded", "round_id", "folded"),
    )
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    round_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("rounds.id"))
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"))
    token: Mapped[str] = mapped_column(CodeText)
    value: Mapped[str | None] = mapped_column(Text)
    salt: Mapped[bytes | None] = mapped_column(LargeBinary)
    folded: Mapped[str | None] = mapped_column(Text)
    kept_at: Mapped[datetime] = mapped_column(Moment)
    erased_at: Mapped[datetime | None] = mapped_column(Moment)


class ErasureRow(Base):
    """Personal values that somebody asked to erase; it can only be confirmed."""

    __tablename__ = "personal_erasures"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"))
    number: Mapped[int]
    reason: Mapped[str] = mapped_column(Text)
    tokens: Mapped[str] = mapped_column(Text)
    account: Mapped[int] = mapped_column(RowNumber)
    asked_by: Mapped[str] = mapped_column(CodeText)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    confirmed_by: Mapped[str | None] = mapped_column(CodeText)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)


class AttachmentRow(Base):
    """A file for an item of a subject in a round; it can only be marked as removed."""

    __tablename__ = "attachments"
    __table_args__ = (UniqueConstraint("entry_id", "number"), Index("ix_attachments_sha256", "sha256"))
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"))
    number: Mapped[int]
    item: Mapped[str] = mapped_column(String(64))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str] = mapped_column(String(100))
    label: Mapped[str] = mapped_column(String(200))
    note: Mapped[str | None] = mapped_column(Text)
    account: Mapped[int] = mapped_column(RowNumber)
    added_by: Mapped[str] = mapped_column(CodeText)
    added_at: Mapped[datetime] = mapped_column(Moment)
    added_after: Mapped[int]
    removed_by: Mapped[str | None] = mapped_column(CodeText)
    removed_at: Mapped[datetime | None] = mapped_column(Moment)
    removed_after: Mapped[int | None]
