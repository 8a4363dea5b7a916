"""The migrations: up, down and up again with data, on both engines; the models say the same as the tables."""

from __future__ import annotations

import re
import threading
from contextlib import closing

import pytest
from alembic import command
from sqlalchemy import inspect, text

from app.access import CONSOLE
from app.config import Settings
from app.db import MIGRATIONS, Database, heads, migrate, migration_settings
from app.protocol.strict_json import read_json
from app.schemes import service, shapes
from tests.assessments.published import ACCEPTED, GROUNDS, OBJECTIONS, ROUND, decided, done, judged, reviewed, settled
from tests.rounds.builders import a_stay, evidence
from tests.service import serving

BEFORE_MOVES = "20261122200000"
"""The release in which evidence was handed in for good, and nobody was known."""

pytestmark = pytest.mark.filterwarnings("ignore:.*expression-based index.*")


def open_database(url):
    return closing(Database(Settings(database_url=url)))


def test_they_are_named_by_when_and_what():
    names = [path.name for path in (MIGRATIONS / "versions").glob("*.py")]
    assert names
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d-\d{4}_[a-z0-9_]+\.py", name) for name in names)
    assert not (MIGRATIONS / "__init__.py").exists()


def test_there_is_one_head():
    assert len(heads()) == 1


def test_the_models_say_the_same_as_the_tables(database_url):
    command.check(migration_settings(database_url))


def test_a_blank_database_is_not_ready(blank_database_url):
    with open_database(blank_database_url) as database:
        assert not database.at_head()
        migrate(blank_database_url)
        assert database.at_head()
        migrate(blank_database_url)
        assert database.at_head()


def test_down_and_up_again_with_data(database_url):
    with open_database(database_url) as database:
        with database.writing() as session:
            made = service.draft(session, CONSOLE, shapes.EXAMPLE_DOCUMENT)
            service.publish(session, CONSOLE, made.code, made.version)
        command.downgrade(migration_settings(database_url), "base")
        assert not database.at_head()
        with database.reading() as session:
            assert inspect(session.connection()).get_table_names() == ["alembic_version"]
        migrate(database_url)
        assert database.at_head()
        with database.writing() as session:
            service.draft(session, CONSOLE, shapes.EXAMPLE_DOCUMENT)


def test_one_step_down_and_up_keeps_what_lies_below(database_url):
    with open_database(database_url) as database:
        with database.writing() as session:
            made = service.draft(session, CONSOLE, shapes.EXAMPLE_DOCUMENT)
        if len(list((MIGRATIONS / "versions").glob("*.py"))) > 1:
            command.downgrade(migration_settings(database_url), "20261122164500")
            migrate(database_url)
        with database.reading() as session:
            version, document = service.document(session, made.code, made.version)
        assert version == made
        assert read_json(document) == shapes.EXAMPLE_DOCUMENT


def test_what_was_handed_in_and_reviewed_goes_down_and_comes_up_again(database_url):
    with serving(database_url) as running:
        reviewed(running, "returned", "other")
        place = f"{ROUND}/subjects/returned"
        reasons = {"reason": "起止时间与证明不符", "fields": {"staff": "请核对起止日期"}}
        for subject in ("alliance", "returned"):
            done(running.post(f"{ROUND}/subjects/{subject}/evidence/return", json=reasons))
        done(running.put(f"{ROUND}/subjects/alliance/evidence", json=evidence(staff=[a_stay()])))
        judged(running, "alliance")
        done(running.post(f"{ROUND}/close"))
        settled(running, "alliance", "other")
        done(running.post(f"{ROUND}/publish"))
        done(running.post(OBJECTIONS, json=GROUNDS), 201)
        done(decided(running, ACCEPTED))
    command.downgrade(migration_settings(database_url), BEFORE_MOVES)
    migrate(database_url)
    with serving(database_url) as running:
        standings = {
            subject: running.get(f"{ROUND}/subjects/{subject}/standing", by="auditor").json()
            for subject in ("alliance", "returned", "other")
        }
        saved = running.get(f"{place}/evidence/revisions").json()["data"]
    moves = {subject: [each["act"] for each in standing["moves"]] for subject, standing in standings.items()}
    assert moves == {"alliance": ["submit", "review"], "returned": [], "other": ["submit", "review"]}
    assert standings["alliance"]["revision"] == 3
    assert len(saved) == 1


def test_two_who_migrate_at_once_do_it_once(blank_database_url):
    failures = []

    def run():
        try:
            migrate(blank_database_url)
        except Exception as error:  # noqa: BLE001
            failures.append(error)

    # Alembic's context is one per process, so that the second comes as another process would: over its own connection.
    with open_database(blank_database_url) as database:
        thread = threading.Thread(target=run)
        with database.engine.connect() as other:
            if other.dialect.name == "sqlite":
                other.exec_driver_sql("BEGIN IMMEDIATE")
            else:
                other.execute(text("SELECT pg_advisory_xact_lock(7214055103)"))
            thread.start()
            thread.join(0.5)
            waited = thread.is_alive()
        thread.join()
        assert waited
        assert not failures
        assert database.at_head()


def test_foreign_keys_are_on_afterwards(database_url):
    migrate(database_url)
    with open_database(database_url) as database, database.reading() as session:
        if session.get_bind().dialect.name == "sqlite":
            assert session.scalar(text("PRAGMA foreign_keys")) == 1
            assert session.execute(text("PRAGMA integrity_check")).scalars().all() == ["ok"]
