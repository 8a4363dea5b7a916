"""Acts to record, the record as it stands, and ways around its triggers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import text

from app.access import Actor
from app.audit.service import record, verify
from app.audit.values import Report
from app.db import Database, Session

CHIEF = Actor(number=7, name="chief", roles=frozenset({"chief", "admin"}), request="0f9a5c1d2b7e4c5f")
SQLITE_TRIGGERS = ("changed", "removed", "replaced")


def act(database: Database, number: int = 1, **changes: Any) -> None:
    """One act in a transaction of its own."""
    with database.writing() as session:
        record(session, CHIEF, **{"act": "approve", "thing": f"round/2020/subject/{number}", **changes})


def some_acts(database: Database) -> None:
    """Seven acts of different kinds, two of them in one transaction."""
    for number in range(1, 4):
        act(database, number, payload={"points": number}, reason="符合规定 ☺ 𠮷")
    with database.writing() as session:
        record(session, CHIEF, act="open", thing="round/2021")
        record(session, Actor(number=0, name=""), act="log_in", thing="account/9", reason='a "b"\\\n')
    for number in range(6, 8):
        act(database, number, act="publish", payload=[number])


def entries(database: Database) -> list[dict[str, Any]]:
    """The rows as they are stored."""
    with database.reading() as session:
        return [dict(row._mapping) for row in session.execute(text("SELECT * FROM audit_entries ORDER BY sequence"))]


def head(database: Database) -> tuple[int, str]:
    with database.reading() as session:
        [(sequence, found)] = session.execute(text("SELECT sequence, hash FROM audit_head"))
        return sequence, found


def verified(database: Database, **options: Any) -> Report:
    with database.reading() as session:
        return verify(session, **options)


def codes(report: Report) -> list[str]:
    return [each.code for each in report.problems]


def unguard(database: Database) -> None:
    """Take away everything that keeps the tables as they are: what an owner of the database can do."""
    with database.writing() as session:
        if session.get_bind().dialect.name == "sqlite":
            for table in ("audit_entries", "audit_head"):
                for name in SQLITE_TRIGGERS:
                    session.execute(text(f"DROP TRIGGER {table}_{name}"))
        else:
            for table in ("audit_entries", "audit_head"):
                session.execute(text(f"ALTER TABLE {table} DISABLE TRIGGER USER"))


@contextmanager
def undone(database: Database) -> Iterator[Session]:
    """A session whose changes are there while the block lasts, and then never were."""
    with database.writing() as session:
        yield session
        session.rollback()
