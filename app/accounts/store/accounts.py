"""Queries on accounts."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from app.access import Role
from app.accounts.store.lists import read, roles, written
from app.accounts.store.tables import AccountRow
from app.accounts.values import Account, Login
from app.db import Session


def one(session: Session, name: str, *, lock: bool = False) -> Account | None:
    """The account of this login name; with `lock` nobody else changes it meanwhile."""
    found = login(session, name, lock=lock)
    return None if found is None else found.account


def by_number(session: Session, number: int) -> Account | None:
    """The account of this row number."""
    row = session.scalars(select(AccountRow).where(AccountRow.id == number)).one_or_none()
    return None if row is None else _account(row)


def names(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """The names of these accounts; one query."""
    query = select(AccountRow.id, AccountRow.name).where(AccountRow.id.in_(numbers))
    return {row.id: row.name for row in session.execute(query)}


def login(session: Session, name: str, *, lock: bool = False) -> Login | None:
    """The account of this login name with the hash of its password; with `lock` nobody else changes it meanwhile."""
    query = select(AccountRow).where(AccountRow.name == name)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    return None if row is None else Login(_account(row), row.password_hash)


def page(session: Session, after: str, limit: int) -> list[Account]:
    """Accounts in the order of their login names."""
    query = select(AccountRow).where(AccountRow.name > after).order_by(AccountRow.name).limit(limit)
    return [_account(row) for row in session.scalars(query)]


def administrators(session: Session) -> set[int]:
    """The active administrators; nobody else changes one of them meanwhile (locked in one order)."""
    query = select(AccountRow.id).where(AccountRow.active, AccountRow.roles.contains('"admin"')).order_by(AccountRow.id)
    return set(session.scalars(query.with_for_update()))


def add(session: Session, said: Account, password_hash: str | None) -> Account:
    """A new row; the account with its number."""
    row = AccountRow(
        name=said.name,
        display_name=said.display_name,
        roles=written(said.roles),
        institution=said.institution,
        subjects=written(said.subjects),
        password_hash=password_hash,
        active=said.active,
        created_at=said.created_at,
        changed_at=said.changed_at,
        failed_logins=0,
    )
    session.add(row)
    session.flush()
    return _account(row)


def change(
    session: Session,
    number: int,
    *,
    display_name: str,
    roles: Collection[Role],
    institution: str | None,
    subjects: Collection[str],
    now: datetime,
) -> None:
    """Another name of the person, other roles and bounds."""
    _set(
        session,
        number,
        display_name=display_name,
        roles=written(roles),
        institution=institution,
        subjects=written(subjects),
        changed_at=now,
    )


def set_password(session: Session, number: int, password_hash: str, now: datetime) -> None:
    """Another password, and no failure counted against it."""
    _set(session, number, password_hash=password_hash, changed_at=now, failed_logins=0, locked_until=None)


def set_active(session: Session, number: int, now: datetime, *, active: bool) -> None:
    """Whether the account opens anything; no failure is counted any more."""
    _set(session, number, active=active, changed_at=now, failed_logins=0, locked_until=None)


def failed(session: Session, number: int, failures: int, locked_until: datetime | None) -> None:
    """One more log-in that failed."""
    _set(session, number, failed_logins=failures, locked_until=locked_until)


def succeeded(session: Session, number: int, password_hash: str) -> None:
    """A log-in that did not fail; the hash of the same password may be a newer one."""
    _set(session, number, password_hash=password_hash, failed_logins=0, locked_until=None)


def _set(session: Session, number: int, **values: Any) -> None:  # noqa: ANN401 -- columns of several types
    session.execute(update(AccountRow).where(AccountRow.id == number).values(**values))


def _account(row: AccountRow) -> Account:
    return Account(
        number=row.id,
        name=row.name,
        display_name=row.display_name,
        roles=roles(row.roles),
        institution=row.institution,
        subjects=read(row.subjects),
        has_password=row.password_hash is not None,
        active=row.active,
        created_at=row.created_at,
        changed_at=row.changed_at,
        failed_logins=row.failed_logins,
        locked_until=row.locked_until,
    )
