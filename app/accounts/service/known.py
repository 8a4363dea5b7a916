"""Accounts as other rooms look them up, for acts that are allowed already."""

from __future__ import annotations

from collections.abc import Collection

from app.accounts.store import accounts as store
from app.accounts.values import Account
from app.db import Session


def find(session: Session, name: str) -> Account | None:
    """The account of this name."""
    return store.one(session, name)


def names(session: Session, numbers: Collection[int]) -> dict[int, str]:
    """The names of these accounts; one query however many."""
    return store.names(session, numbers)
