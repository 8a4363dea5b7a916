"""A used PostgreSQL database is given to another test only where it is what it was before."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest

from tests.assessments.builders import under_review
from tests.databases import Databases
from tests.emptying import Template
from tests.service import serving

ANOTHER = "CREATE OR REPLACE FUNCTION row_stays() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN OLD; END'"
SETTING = "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = UTC', current_database()); END $$"
CHANGES = {
    "a trigger is off": "ALTER TABLE rounds DISABLE TRIGGER rounds_stays",
    "a trigger fires for some alone": "ALTER TABLE rounds ENABLE TRIGGER rounds_stays",
    "a trigger is gone": "DROP TRIGGER rounds_stays ON rounds",
    "a function is another": ANOTHER,
    "a table is new": "CREATE TABLE notes (id integer)",
    "a column is new": "ALTER TABLE rounds ADD COLUMN note text",
    "a constraint is gone": "ALTER TABLE alembic_version DROP CONSTRAINT alembic_version_pkc",
    "a rule stands in the way": "CREATE RULE nothing AS ON DELETE TO rounds DO INSTEAD NOTHING",
    "what was there is another": "UPDATE alembic_version SET version_num = 'another'",
    "it has settings": SETTING,
}


@pytest.fixture
def opened(databases: Callable[[str], Databases]) -> Databases:
    return databases("postgresql")


def entered(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""))


def number(connection: psycopg.Connection) -> int:
    """The server's own name of a database."""
    return connection.execute("SELECT oid FROM pg_database WHERE datname = current_database()").fetchone()[0]


def filled(connection: psycopg.Connection) -> list[str]:
    """The tables that have rows."""
    tables = connection.execute("SELECT relname FROM pg_stat_user_tables ORDER BY 1").fetchall()
    return [name for (name,) in tables if connection.execute(f"SELECT FROM {name} LIMIT 1").rowcount]


def test_used_database_is_emptied_and_given_away_under_another_name(opened: Databases) -> None:
    with opened.migrated() as used:
        with serving(used) as service:
            under_review(service)
        with entered(used) as connection:
            connection.execute("UPDATE audit_head SET sequence = sequence + 9")
            before = number(connection)
            assert len(filled(connection)) > 5
        left = entered(used)
    with opened.migrated() as url, entered(url) as connection:
        assert url != used
        assert number(connection) == before
        assert filled(connection) == ["access_epochs", "alembic_version", "audit_head"]
        assert connection.execute("SELECT sequence FROM audit_head").fetchall() == [(0,)]
    with pytest.raises(psycopg.OperationalError, match=r"terminat|closed"):
        left.execute("SELECT")
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        entered(used)


@pytest.mark.parametrize("change", ["ALTER TABLE rounds ADD COLUMN note text", "DROP TABLE findings CASCADE"])
def test_changed_database_is_not_given_away(opened: Databases, change: str) -> None:
    with opened.migrated() as used, entered(used) as connection:
        connection.execute(change)
        before = number(connection)
    with opened.migrated() as url, entered(url) as connection:
        assert number(connection) != before


def test_every_change_is_noticed(opened: Databases, subtests: pytest.Subtests) -> None:
    with opened.migrated() as url, entered(url) as connection:
        template = Template(connection)
        for name, change in CHANGES.items():
            with subtests.test(name):
                assert template.describes(connection)
                connection.execute(change)
                assert not template.describes(connection)
                connection.rollback()
