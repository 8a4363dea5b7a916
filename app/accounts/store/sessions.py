"""Queries on sessions of those who logged in."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from app.accounts.store.tables import SessionRow
from app.db import Session


def add(session: Session, account_number: int, secret_hash: str, now: datetime, expires_at: datetime) -> None:
    """Somebody has logged in."""
    session.add(
        SessionRow(account_id=account_number, hash=secret_hash, created_at=now, last_seen_at=now, expires_at=expires_at)
    )
    session.flush()


def end(session: Session, account_number: int, secret_hash: str, now: datetime) -> None:
    """One session of the account is over."""
    mine = (SessionRow.account_id == account_number, SessionRow.ended_at.is_(None))
    session.execute(update(SessionRow).where(*mine, SessionRow.hash == secret_hash).values(ended_at=now))


def end_all(session: Session, account_number: int, now: datetime, but: str = "") -> None:
    """All sessions of the account are over, but for the one whose secret has this hash."""
    mine = (SessionRow.account_id == account_number, SessionRow.ended_at.is_(None))
    session.execute(update(SessionRow).where(*mine, SessionRow.hash != but).values(ended_at=now))
