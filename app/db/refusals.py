"""What the database refuses for reasons that are not our fault, as refusals with a name."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from app.errors import Conflict, Refused, Unavailable


@contextmanager
def refusing() -> Iterator[None]:
    """Turn what the database refuses for reasons that are not our fault into a refusal with a name."""
    try:
        yield
    except SQLAlchemyError as error:
        known = refusal(error)
        if known is None:
            raise
        raise known from error


def refusal(error: SQLAlchemyError) -> Refused | None:
    """The refusal that an error stands for; None when it is our own fault."""
    if isinstance(error, PoolTimeoutError):
        return Unavailable("database_busy", "数据库正忙，请稍后重试")
    if isinstance(error, IntegrityError) and _is_contention(error.orig):
        return Conflict("concurrent_change", "数据刚被他人改动，与本次操作冲突，请重新读取后再试")
    if isinstance(error, OperationalError) and _is_passing(error.orig):
        return Unavailable("database_unavailable", "数据库暂时不可用，请稍后重试")
    return None


def _is_contention(cause: BaseException | None) -> bool:
    """A key taken, a row gone or a row sealed meanwhile; a NULL or a failed CHECK is our own fault."""
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorname", "").rpartition("_")[2] in {
            "UNIQUE",
            "PRIMARYKEY",
            "FOREIGNKEY",
            "TRIGGER",
        }
    return getattr(cause, "sqlstate", None) in {"23505", "23503", "23001"}


def _is_passing(cause: BaseException | None) -> bool:
    if isinstance(cause, sqlite3.Error):
        kinds = ("BUSY", "LOCKED", "IOERR", "FULL", "CANTOPEN", "READONLY", "PROTOCOL")
        return getattr(cause, "sqlite_errorname", "").removeprefix("SQLITE_").startswith(kinds)
    return True
