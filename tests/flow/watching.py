"""What a test sees of a database from outside: how many rows there are, and which statements run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event, func, inspect, select, table
from sqlalchemy.exc import IntegrityError

BESIDE = {"alembic_version", "accounts", "account_tokens", "account_sessions"}
RECORD = {"audit_entries", "audit_head", "access_epochs"}
"""Where every act leaves its trace, and every change of access."""


def row_counts(service: Any) -> dict[str, int]:
    """The number of rows of every table but those of the people of the tests, who come when they are asked for."""
    with service.database.engine.connect() as connection:
        tables = [name for name in inspect(connection).get_table_names() if name not in BESIDE]
        return {name: connection.scalar(select(func.count()).select_from(table(name))) for name in tables}


def filled(service: Any) -> set[str]:
    """The tables that have rows, but for the record of acts and what `row_counts` leaves out."""
    return {name for name, number in row_counts(service).items() if number} - RECORD


@contextmanager
def statements(service: Any) -> Iterator[list[str]]:
    """The statements that run within the block, without those that begin a transaction.

    One of each request asks who acts, four of each that changes something keep the record.
    """
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(service.database.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(service.database.engine, "before_cursor_execute", note)


def refused_by_the_database(service: Any, *attacks: str) -> None:
    """Each of these statements fails, and leaves no trace."""
    for attack in attacks:
        before = row_counts(service)
        with pytest.raises(IntegrityError, match="stays"):
            _commit(service, attack)
        assert row_counts(service) == before, attack


def _commit(service: Any, statement: str) -> None:
    with service.database.engine.connect() as connection:
        connection.exec_driver_sql(statement)
        connection.commit()
