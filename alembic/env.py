"""Runs the migrations on SQLite and PostgreSQL, each run in one transaction, one run at a time."""

from __future__ import annotations

import os
from importlib import import_module

from alembic import context
from sqlalchemy import Connection, text

from app.config import ROOT, Settings
from app.db import Base, make_engine

ONE_AT_A_TIME = 7_214_055_103
"""The advisory lock that migrations of this service hold on PostgreSQL."""


def _know_all_tables() -> None:
    """Import the stores of all rooms."""
    for pattern in ("app/*/store.py", "app/*/store/*.py"):
        for path in sorted(ROOT.glob(pattern)):
            import_module(".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"))


def _settings() -> Settings:
    given = context.config.attributes.get("settings")
    return given if isinstance(given, Settings) else Settings.from_environment(os.environ)


def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        # A table is changed by building it anew, which must not set off its foreign keys.
        connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")  # type: ignore[union-attr]
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.execute(text("SET LOCAL lock_timeout = '60s'"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})


def _check(connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and (broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all()):
        raise RuntimeError(f"the migration leaves references to nothing: {broken}")


def _run() -> None:
    _know_all_tables()
    engine = make_engine(_settings())
    with engine.connect() as connection:
        _begin(connection)
        context.configure(
            connection=connection,
            target_metadata=Base.metadata,
            render_as_batch=connection.dialect.name == "sqlite",
            transactional_ddl=True,
            compare_type=True,
        )
        context.run_migrations()
        _check(connection)
        connection.commit()
    engine.dispose()


if context.is_offline_mode():
    raise SystemExit("migrations run on a database, not as a script")
_run()
