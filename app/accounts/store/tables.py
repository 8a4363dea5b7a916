"""Accounts, tokens and sessions as rows; of every secret only a hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, CodeText, Moment, RowNumber


class AccountRow(Base):
    """Somebody, or a program; never removed (trigger). `roles` and `subjects` are canonical JSON."""

    __tablename__ = "accounts"
    __table_args__ = (CheckConstraint("failed_logins >= 0", name="failed_logins"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    name: Mapped[str] = mapped_column(CodeText, unique=True)
    display_name: Mapped[str] = mapped_column(String(200))
    roles: Mapped[str] = mapped_column(Text)
    institution: Mapped[str | None] = mapped_column(CodeText)
    subjects: Mapped[str] = mapped_column(Text)
    password_hash: Mapped[str | None] = mapped_column(Text)
    active: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)
    failed_logins: Mapped[int]
    locked_until: Mapped[datetime | None] = mapped_column(Moment)


class TokenRow(Base):
    """A secret that a program shows; once revoked it stays so (trigger)."""

    __tablename__ = "account_tokens"
    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires_at"),
        CheckConstraint("(revoked_at IS NULL) = (revoked_reason IS NULL)", name="revoked_reason"),
    )
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    account_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("accounts.id"), index=True)
    label: Mapped[str] = mapped_column(String(200))
    prefix: Mapped[str] = mapped_column(String(16))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    scope: Mapped[str] = mapped_column(Text)
    unpublished: Mapped[bool]
    loopback: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    last_used_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_at: Mapped[datetime | None] = mapped_column(Moment)
    revoked_reason: Mapped[str | None] = mapped_column(String(200))


class SessionRow(Base):
    """Somebody who logged in; once ended it stays so (trigger)."""

    __tablename__ = "account_sessions"
    __table_args__ = (CheckConstraint("expires_at > created_at", name="expires_at"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    account_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("accounts.id"), index=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(Moment)
    last_seen_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class EpochRow(Base):
    """One row, whose number grows (triggers) whenever anybody's access may have changed, in the same transaction.

    Accounts, tokens, assignments and memberships make it grow; views show it beside what access is asked for.
    """

    __tablename__ = "access_epochs"
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    epoch: Mapped[int] = mapped_column(BigInteger)
