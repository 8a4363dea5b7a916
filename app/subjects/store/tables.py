"""The tables of subjects, institutions, alliances and memberships."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, CodeText, RowNumber


class SubjectRow(Base):
    """Whoever can be evaluated; institutions and alliances have a row here and one of their own."""

    __tablename__ = "subjects"
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    code: Mapped[str] = mapped_column(CodeText, unique=True)
    kind: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    district_code: Mapped[str] = mapped_column(String(6))
    attributes: Mapped[str] = mapped_column(Text, server_default="{}")


class InstitutionRow(Base):
    """What only an institution has."""

    __tablename__ = "institutions"
    id: Mapped[int] = mapped_column(RowNumber, ForeignKey("subjects.id"), primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(32))
    level: Mapped[str | None] = mapped_column(String(16))
    credit_code: Mapped[str] = mapped_column(String(18), unique=True)
    medical_unit: Mapped[str | None] = mapped_column(String(16))


class AllianceRow(Base):
    """What only an alliance has."""

    __tablename__ = "alliances"
    id: Mapped[int] = mapped_column(RowNumber, ForeignKey("subjects.id"), primary_key=True, autoincrement=False)
    agreement_filed: Mapped[date | None]
    plan_filed: Mapped[date | None]


class MembershipRow(Base):
    """What was true from `start_day` to `end_day`; a trigger lets nothing change but an end that was open."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("alliance_id", "number"),
        CheckConstraint("end_day IS NULL OR end_day >= start_day", name="days"),
    )
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    alliance_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("alliances.id"))
    number: Mapped[int]
    institution_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("institutions.id"), index=True)
    role: Mapped[str] = mapped_column(String(16))
    through_id: Mapped[int | None] = mapped_column(RowNumber, ForeignKey("institutions.id"), index=True)
    start_day: Mapped[date]
    end_day: Mapped[date | None]
