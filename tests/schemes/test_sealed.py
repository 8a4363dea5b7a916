"""A published version withstands SQL: every statement that could change it is tried on both engines."""

from __future__ import annotations

from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.access import CONSOLE
from app.config import Settings
from app.db import Database
from app.schemes import service
from tests.schemes.examples import CODE, a_scheme

OTHERS = (
    "code, version, status, title, kind, subject, digest, document, created_at, changed_at, published_at, retired_at"
)
EVERYWHERE = {
    "its document": "UPDATE scheme_versions SET document = '{}' WHERE version = 'published'",
    "its document by a byte": "UPDATE scheme_versions SET document = document || ' ' WHERE version = 'published'",
    "its digest": "UPDATE scheme_versions SET digest = 'sha256:0' WHERE version = 'published'",
    "its code": "UPDATE scheme_versions SET code = 'other' WHERE version = 'published'",
    "its version": "UPDATE scheme_versions SET version = 'other' WHERE version = 'published'",
    "its number": "UPDATE scheme_versions SET id = 999 WHERE version = 'published'",
    "its title": "UPDATE scheme_versions SET title = 'other' WHERE version = 'published'",
    "its subject": "UPDATE scheme_versions SET subject = 'city' WHERE version = 'published'",
    "when it was published": "UPDATE scheme_versions SET published_at = created_at WHERE version = 'published'",
    "back to a draft": "UPDATE scheme_versions SET status = 'draft', published_at = NULL WHERE version = 'published'",
    "all of it": "UPDATE scheme_versions SET document = '{}', digest = 'x', status = 'draft', published_at = NULL",
    "its removal": "DELETE FROM scheme_versions WHERE version = 'published'",
    "the removal of all": "DELETE FROM scheme_versions",
    "a retired one's document": "UPDATE scheme_versions SET document = '{}' WHERE version = 'retired'",
    "a retired one's removal": "DELETE FROM scheme_versions WHERE version = 'retired'",
    "a retired one again": """UPDATE scheme_versions SET status = 'published', retired_at = NULL
        WHERE version = 'retired'""",
    "when it was retired": "UPDATE scheme_versions SET retired_at = created_at WHERE version = 'retired'",
    "its twin": """INSERT INTO scheme_versions (id, OTHERS)
        SELECT 99, OTHERS FROM scheme_versions WHERE version = 'published'""",
    "upserted": """INSERT INTO scheme_versions (id, OTHERS)
        SELECT 99, OTHERS FROM scheme_versions WHERE version = 'published'
        ON CONFLICT (code, version) DO UPDATE SET document = '{}'""",
    "a draft under its name": "UPDATE scheme_versions SET version = 'published' WHERE version = 'draft'",
    "a draft straight to retired": """UPDATE scheme_versions
        SET status = 'retired', retired_at = created_at, published_at = created_at WHERE version = 'draft'""",
}
ON_ONE_ENGINE = {
    "sqlite": {
        "replaced by name": """INSERT OR REPLACE INTO scheme_versions (id, OTHERS)
            SELECT 99, code, version, status, 'other', kind, subject, digest, '{}', created_at, changed_at,
            published_at, retired_at FROM scheme_versions WHERE version = 'published'""",
        "replaced by number": """INSERT OR REPLACE INTO scheme_versions (id, OTHERS)
            SELECT id, code, 'new', 'draft', title, kind, subject, digest, '{}', created_at, changed_at, NULL, NULL
            FROM scheme_versions WHERE version = 'published'""",
        "replaced by a draft": "UPDATE OR REPLACE scheme_versions SET version = 'published' WHERE version = 'draft'",
        "replaced by a draft's number": """UPDATE OR REPLACE scheme_versions
            SET id = (SELECT id FROM scheme_versions WHERE version = 'published') WHERE version = 'draft'""",
        "ignoring refusals": "UPDATE OR IGNORE scheme_versions SET document = '{}' WHERE version = 'published'",
    },
    "postgresql": {
        "emptied": "TRUNCATE scheme_versions",
        "emptied with what hangs on it": "TRUNCATE scheme_versions CASCADE",
        "as a replica": """SET session_replication_role = replica;
            DELETE FROM scheme_versions WHERE version = 'published'""",
        "merged": """MERGE INTO scheme_versions AS old USING (VALUES (1)) AS one(n) ON old.version = 'published'
            WHEN MATCHED THEN UPDATE SET document = '{}'""",
    },
}


@pytest.fixture
def database(database_url):
    with closing(Database(Settings(database_url=database_url))) as opened:
        with opened.writing() as session:
            for version in ("draft", "published", "retired"):
                service.draft(session, CONSOLE, a_scheme(version))
            for version in ("published", "retired"):
                service.publish(session, CONSOLE, CODE, version)
            service.retire(session, CONSOLE, CODE, "retired")
        yield opened


def rows(database):
    with database.reading() as session:
        return session.execute(text("SELECT * FROM scheme_versions ORDER BY version")).all()


def test_nothing_changes_what_is_published(database, subtests):
    before = rows(database)
    for name, attack in {**EVERYWHERE, **ON_ONE_ENGINE[database.engine.dialect.name]}.items():
        with subtests.test(name):
            with database.engine.connect() as connection, pytest.raises(DBAPIError):
                connection.exec_driver_sql(attack.replace("OTHERS", OTHERS))
            assert rows(database) == before


def test_drafts_can_change_and_go_by_sql(database):
    """The triggers refuse nothing that the service does."""
    with database.engine.begin() as connection:
        connection.execute(
            text("UPDATE scheme_versions SET document = '{}', digest = 'x', title = 'y' WHERE version = 'draft'")
        )
        assert connection.execute(text("DELETE FROM scheme_versions WHERE version = 'draft'")).rowcount == 1


@pytest.mark.parametrize(
    "change",
    ["status = 'final'", "status = 'published'", "published_at = created_at", "retired_at = created_at"],
)
def test_states_and_their_moments_go_together(database, change):
    with database.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(f"UPDATE scheme_versions SET {change} WHERE version = 'draft'"))  # noqa: S608
