"""The tables of judgements, findings, overrides, proposed sheets, and objections to them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, CodeText, Exact, Moment, RowNumber


class JudgementRow(Base):
    """Points for an item of one submitted revision."""

    __tablename__ = "judgements"
    __table_args__ = (UniqueConstraint("revision_id", "item", "number"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    revision_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("evidence_revisions.id"))
    item: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    points: Mapped[Decimal] = mapped_column(Exact)
    rationale: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    account: Mapped[int] = mapped_column(RowNumber)
    actor: Mapped[str] = mapped_column(CodeText)


class FindingRow(Base):
    """A correction of a field of one submitted revision."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("revision_id", "field", "number"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    revision_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("evidence_revisions.id"))
    field: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    account: Mapped[int] = mapped_column(RowNumber)
    actor: Mapped[str] = mapped_column(CodeText)


class OverrideRow(Base):
    """Points set over the computed ones of an item of one submitted revision; without points: taken back."""

    __tablename__ = "overrides"
    __table_args__ = (UniqueConstraint("revision_id", "item", "number"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    revision_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("evidence_revisions.id"))
    item: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    points: Mapped[Decimal | None] = mapped_column(Exact)
    reason: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Moment)
    account: Mapped[int] = mapped_column(RowNumber)
    actor: Mapped[str] = mapped_column(CodeText)


class SheetRow(Base):
    """A sheet as it was proposed, with all that went in."""

    __tablename__ = "score_sheets"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"))
    number: Mapped[int]
    revision: Mapped[int]
    scheme_digest: Mapped[str] = mapped_column(String(71))
    inputs: Mapped[bytes] = mapped_column(LargeBinary)
    inputs_digest: Mapped[str] = mapped_column(String(71))
    engine: Mapped[str] = mapped_column(String(16))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    digest: Mapped[str] = mapped_column(String(71))
    attachments: Mapped[str] = mapped_column(Text)
    total: Mapped[Decimal | None] = mapped_column(Exact)
    base: Mapped[Decimal | None] = mapped_column(Exact)
    bonus: Mapped[Decimal | None] = mapped_column(Exact)
    grade: Mapped[str | None] = mapped_column(Text)
    account: Mapped[int] = mapped_column(RowNumber)
    actor: Mapped[str] = mapped_column(CodeText)
    proposed_at: Mapped[datetime] = mapped_column(Moment)


class CountedJudgementRow(Base):
    """A judgement that counts in a proposed sheet; `clause` is the digest of the criteria, word for word."""

    __tablename__ = "counted_judgements"
    __table_args__ = (UniqueConstraint("entry_id", "sheet", "item"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"))
    sheet: Mapped[int]
    item: Mapped[str] = mapped_column(String(64))
    clause: Mapped[str] = mapped_column(String(71), index=True)
    points: Mapped[Decimal] = mapped_column(Exact)
    rationale: Mapped[str] = mapped_column(Text)
    judged_at: Mapped[datetime] = mapped_column(Moment)


class ObjectionRow(Base):
    """What a subject holds against items of a published sheet, numbered from 1; `before`: what the sheet gives."""

    __tablename__ = "objections"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"))
    number: Mapped[int]
    sheet: Mapped[int]
    items: Mapped[str] = mapped_column(Text)
    attachments: Mapped[str] = mapped_column(Text)
    before: Mapped[str] = mapped_column(Text)
    account: Mapped[int] = mapped_column(RowNumber)
    actor: Mapped[str] = mapped_column(CodeText)
    objected_at: Mapped[datetime] = mapped_column(Moment)


class DecisionRow(Base):
    """What came of an objection; `move`: the one that reopened the assessment, `after`: what the new sheet gives."""

    __tablename__ = "objection_decisions"
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    objection_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("objections.id"), unique=True)
    accepted: Mapped[bool]
    reason: Mapped[str] = mapped_column(Text)
    move: Mapped[int | None]
    sheet: Mapped[int | None]
    after: Mapped[str | None] = mapped_column(Text)
    account: Mapped[int] = mapped_column(RowNumber)
    actor: Mapped[str] = mapped_column(CodeText)
    decided_at: Mapped[datetime] = mapped_column(Moment)
