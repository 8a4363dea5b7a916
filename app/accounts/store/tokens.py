"""Queries on tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from app.accounts.store.lists import roles, written
from app.accounts.store.tables import AccountRow, TokenRow
from app.accounts.values import Secret, Token
from app.db import Session


def one(session: Session, number: int, *, lock: bool = False) -> Token | None:
    """The token of this number; with `lock` nobody else changes it meanwhile."""
    query = _all().where(TokenRow.id == number)
    if lock:
        query = query.with_for_update(of=TokenRow).execution_options(populate_existing=True)
    row = session.execute(query).one_or_none()
    return None if row is None else _token(row.TokenRow, row.name)


def page(session: Session, account_number: int, after: int, limit: int) -> list[Token]:
    """Tokens of an account in the order in which they were made."""
    query = _all().where(TokenRow.account_id == account_number, TokenRow.id > after)
    return [_token(row.TokenRow, row.name) for row in session.execute(query.order_by(TokenRow.id).limit(limit))]


def add(session: Session, said: Token, secret: Secret) -> Token:
    """A new row; the token with its number."""
    row = TokenRow(
        account_id=said.account_number,
        label=said.label,
        prefix=secret.prefix,
        hash=secret.hash,
        scope=written(said.roles),
        unpublished=said.unpublished,
        loopback=said.loopback,
        created_at=said.created_at,
        expires_at=said.expires_at,
    )
    session.add(row)
    session.flush()
    return _token(row, said.account)


def revoke(session: Session, number: int, now: datetime, reason: str) -> None:
    """From now on it opens nothing."""
    session.execute(update(TokenRow).where(TokenRow.id == number).values(revoked_at=now, revoked_reason=reason))


def revoke_all(session: Session, account_number: int, now: datetime, reason: str) -> None:
    """From now on none of the account opens anything."""
    mine = (TokenRow.account_id == account_number, TokenRow.revoked_at.is_(None))
    session.execute(update(TokenRow).where(*mine).values(revoked_at=now, revoked_reason=reason))


def _all() -> Select[*tuple[Any, ...]]:
    return select(TokenRow, AccountRow.name).join(AccountRow, AccountRow.id == TokenRow.account_id)


def _token(row: TokenRow, account: str) -> Token:
    return Token(
        number=row.id,
        account=account,
        account_number=row.account_id,
        label=row.label,
        prefix=row.prefix,
        roles=roles(row.scope),
        unpublished=row.unpublished,
        loopback=row.loopback,
        created_at=row.created_at,
        expires_at=row.expires_at,
        last_used_at=row.last_used_at,
        revoked_at=row.revoked_at,
        revoked_reason=row.revoked_reason,
    )
