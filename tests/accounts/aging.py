"""Rows as they would stand later: the database's clock cannot be turned, so the rows are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import insert, select, update

from app.accounts.service.credentials import new_secret
from app.accounts.store.tables import AccountRow, SessionRow, TokenRow
from app.accounts.values import Account, Kind
from app.db import Database, ago, instant


def now() -> datetime:
    return datetime.now(UTC)


def column(database: Database, row: type, name: str) -> list[Any]:
    """What a column holds, in the order of the rows."""
    with database.reading() as session:
        return list(session.scalars(select(getattr(row, name)).order_by(row.id)))


def unlock(database: Database, name: str) -> None:
    """As if the lock had run out just now."""
    with database.writing() as session:
        session.execute(update(AccountRow).where(AccountRow.name == name).values(locked_until=instant()))


def used(database: Database, kind: Kind, back: timedelta) -> None:
    """As if every credential of this kind had been used last so long ago."""
    row, name = (SessionRow, "last_seen_at") if kind == "session" else (TokenRow, "last_used_at")
    with database.writing() as session:
        session.execute(update(row).values({name: ago(int(back.total_seconds()))}))


def planted(database: Database, kind: Kind, account: Account, created: timedelta, expires: timedelta) -> str:
    """A credential made and expiring so long from now; its secret."""
    secret = new_secret(kind)
    moments = {"created_at": now() + created, "expires_at": now() + expires}
    common = {"account_id": account.number, "hash": secret.hash, **moments}
    scope = {"label": "a", "prefix": secret.prefix, "scope": '["evaluator"]', "unpublished": False, "loopback": False}
    with database.writing() as session:
        if kind == "session":
            session.execute(insert(SessionRow).values(last_seen_at=now(), **common))
        else:
            session.execute(insert(TokenRow).values(**common, **scope))
    return secret.text
