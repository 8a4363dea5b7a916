"""Engines: every setting that SQLite and PostgreSQL need to be safe under load."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from app.config import Settings

SAFE_WAL: Final = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
"""Releases that mend the WAL-reset bug: two old lines at their last number, and everything from the last on."""


def make_engine(settings: Settings) -> Engine:
    """The engine for a URL, with every setting that its kind needs to be safe under load."""
    url = _url(settings.database_url)
    limits: dict[str, Any] = {"hide_parameters": True, "pool_timeout": settings.patience}
    limits |= {"pool_size": settings.threads, "max_overflow": settings.threads}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args=_sqlite_arguments(url, settings), **limits)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args=_postgresql_arguments(settings),
            pool_recycle=1800,
            **limits,
        )
    raise ValueError("MEA_DATABASE_URL 只支持 sqlite 和 postgresql")


def _url(text: str) -> URL:
    try:
        return make_url(text)
    except ArgumentError:
        raise ValueError("MEA_DATABASE_URL 不是数据库地址") from None


def _sqlite_arguments(url: URL, settings: Settings) -> dict[str, Any]:
    if not url.database or url.database == ":memory:":
        raise ValueError("MEA_DATABASE_URL 应指向一个文件，不支持内存数据库")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return {"timeout": settings.patience, "check_same_thread": False, "isolation_level": None}


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # What is written over is gone from the page too: personal values are erased for good.
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _postgresql_arguments(settings: Settings) -> dict[str, Any]:
    limits = {
        "statement_timeout": settings.statement_seconds * 1000,
        "lock_timeout": settings.patience * 1000,
        "idle_in_transaction_session_timeout": (settings.patience + settings.statement_seconds) * 1000,
        "timezone": "UTC",
    }
    options = " ".join(f"-c {name}={value}" for name, value in limits.items())
    return {"connect_timeout": settings.patience, "client_encoding": "utf8", "options": options}


def sqlite_warning(settings: Settings) -> str | None:
    """What to say at start-up when this SQLite can damage a database written by several connections."""
    version = sqlite3.sqlite_version_info
    safe = version >= SAFE_WAL[-1] or any(version[:2] == line[:2] and version >= line for line in SAFE_WAL[:-1])
    if safe or make_url(settings.database_url).get_backend_name() != "sqlite":
        return None
    return (
        f"SQLite {sqlite3.sqlite_version} 存在 WAL 复位缺陷（3.51.3 已修复），极少数情况下可能损坏数据库；"
        "请勿让多个进程同时写入同一文件，并定期备份，或改用 PostgreSQL"
    )
