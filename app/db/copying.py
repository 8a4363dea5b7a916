"""A copy of a database in one file, made while others write to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from app.errors import Unavailable


def database_file(url: str) -> Path | None:
    """The file of an SQLite database; None for a database that is no file."""
    try:
        parsed = make_url(url)
    except ArgumentError:
        return None
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None


def copy_database(source: Path, target: Path, patience: int) -> None:
    """One state of an SQLite database, whole and checked, in a new file that needs no other beside it.

    Taken in one step by SQLite's own means: writers wait for nothing, and what they commit meanwhile is not in it.
    Raises Unavailable when it cannot be read, or is damaged.
    """
    try:
        with closing(sqlite3.connect(source, timeout=patience)) as read, closing(sqlite3.connect(target)) as written:
            read.backup(written)
            written.execute("PRAGMA journal_mode=DELETE")
            found = written.execute("PRAGMA integrity_check(1)").fetchall()
    except sqlite3.Error as error:
        raise Unavailable("database_unavailable", f"数据库无法备份：{error}") from error
    if found != [("ok",)]:
        raise Unavailable("database_damaged", f"数据库已损坏，备份中止：{found[0][0]}")
