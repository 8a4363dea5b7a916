"""The tables of rounds: rounds, the subjects in them, how these move on, who evaluates them, later deadlines."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, CodeText, Moment, RowNumber


class RoundRow(Base):
    """A round; what it was made with never changes, only its state moves on."""

    __tablename__ = "rounds"
    __table_args__ = (
        ForeignKeyConstraint(["scheme", "version"], ["scheme_versions.code", "scheme_versions.version"]),
        CheckConstraint("period_end >= period_start", name="period"),
        CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name="closed_at"),
    )
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    code: Mapped[str] = mapped_column(CodeText, unique=True)
    title: Mapped[str] = mapped_column(String(200))
    scheme: Mapped[str] = mapped_column(CodeText)
    version: Mapped[str] = mapped_column(CodeText)
    digest: Mapped[str] = mapped_column(String(71))
    period_start: Mapped[date]
    period_end: Mapped[date]
    period_acknowledged: Mapped[bool]
    deadline: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)
    published_at: Mapped[datetime | None] = mapped_column(Moment)
    four_eyes: Mapped[bool]
    objection_days: Mapped[int]


class EntryRow(Base):
    """A subject in a round."""

    __tablename__ = "round_subjects"
    __table_args__ = (UniqueConstraint("round_id", "subject_id"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    round_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("rounds.id"))
    subject_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("subjects.id"), index=True)


class ProfileRow(Base):
    """What rules may ask about a subject in a round, as it stood when the round was opened; append-only."""

    __tablename__ = "round_profiles"
    entry_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("round_subjects.id"), primary_key=True, autoincrement=False
    )
    profile: Mapped[str] = mapped_column(Text)


class WaiverRow(Base):
    """Problems of composition that were let pass; append-only, the latest of an entry counts."""

    __tablename__ = "composition_waivers"
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    problems: Mapped[str] = mapped_column(Text)
    waived_at: Mapped[datetime] = mapped_column(Moment)


class MoveRow(Base):
    """A step of a subject through the round, numbered from 1; append-only, the last one says where it stands."""

    __tablename__ = "assessment_moves"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"))
    number: Mapped[int]
    act: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(Text)
    fields: Mapped[str] = mapped_column(Text)
    revision: Mapped[int | None]
    sheet: Mapped[int | None]
    account: Mapped[int] = mapped_column(RowNumber)
    actor: Mapped[str] = mapped_column(CodeText)
    moved_at: Mapped[datetime] = mapped_column(Moment)


class AssignmentRow(Base):
    """Who evaluates a subject in a round, numbered from 1; it can only end."""

    __tablename__ = "assignments"
    __table_args__ = (UniqueConstraint("entry_id", "number"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"))
    number: Mapped[int]
    account_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("accounts.id"), index=True)
    assigned_by: Mapped[str] = mapped_column(CodeText)
    assigned_at: Mapped[datetime] = mapped_column(Moment)
    ended_by: Mapped[str | None] = mapped_column(CodeText)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    end_reason: Mapped[str | None] = mapped_column(Text)


class ExtensionRow(Base):
    """A later deadline for one subject; append-only, the latest counts."""

    __tablename__ = "deadline_extensions"
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"), index=True)
    deadline: Mapped[datetime] = mapped_column(Moment)
    reason: Mapped[str] = mapped_column(Text)
    extended_by: Mapped[str] = mapped_column(CodeText)
    extended_at: Mapped[datetime] = mapped_column(Moment)
