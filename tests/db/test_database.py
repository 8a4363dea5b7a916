"""Sessions, the clock, the types and the settings of both engines."""

from __future__ import annotations

import sqlite3
import threading
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError, SQLAlchemyError

from app.config import Settings
from app.db import Database, Exact, Moment, database_now, looks, sessions, sqlite_warning
from app.errors import Conflict, OutcomeUnknown, Unavailable

NOTES = Table(
    "notes",
    MetaData(),
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("points", Exact),
    Column("noted_at", Moment),
    Column("needed", Integer, nullable=False, default=1),
)


@pytest.fixture
def database(blank_database_url):
    with closing(Database(Settings(database_url=blank_database_url, patience=1))) as opened:
        with opened.writing() as session:
            NOTES.metadata.create_all(session.connection())
        yield opened


def count(database):
    with database.reading() as session:
        return session.scalar(text("SELECT count(*) FROM notes"))


def note(session, number, **values):
    session.execute(insert(NOTES).values(id=number, **values))


def test_writing_commits_at_the_end(database):
    with database.writing() as session:
        note(session, 1)
        assert count(database) == 0
    assert count(database) == 1


def test_writing_leaves_no_trace_when_it_fails(database):
    def fail():
        with database.writing() as session:
            note(session, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert count(database) == 0


def test_reading_changes_nothing(database):
    try:
        with database.reading() as session:
            note(session, 1)
    except SQLAlchemyError:
        assert database.engine.dialect.name == "postgresql"
    assert count(database) == 0


def test_reading_sees_one_state(database):
    with database.reading() as session:
        before = session.scalar(text("SELECT count(*) FROM notes"))
        with database.writing() as other:
            note(other, 1)
        assert session.scalar(text("SELECT count(*) FROM notes")) == before
    assert count(database) == 1


COUNTED = select(func.count()).select_from(NOTES)


def looked(database):
    return database.looks.rows(COUNTED, {})[0][0]


def test_a_look_sees_what_is_committed(database):
    with database.writing() as session:
        note(session, 1)
        assert looked(database) == 0
    assert looked(database) == 1
    with database.writing() as session:
        note(session, 2)
    assert looked(database) == 2


def test_looks_take_nothing_from_the_sessions(database):
    threads = [threading.Thread(target=looked, args=(database,)) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert database.engine.pool.checkedout() == 0


def test_a_look_on_a_connection_that_was_lost_is_taken_on_another(database):
    if database.engine.dialect.name == "sqlite":
        pytest.skip("SQLite loses no connection")
    [[process]] = database.looks.rows(select(func.pg_backend_pid()), {})
    with database.engine.connect() as other:
        other.execute(select(func.pg_terminate_backend(process)))
    assert looked(database) == 0
    [[another]] = database.looks.rows(select(func.pg_backend_pid()), {})
    assert another != process


def test_a_look_that_fails_is_a_refusal_or_a_fault(database):
    with pytest.raises(SQLAlchemyError):
        database.looks.rows(select(text("nonsense")), {})
    assert looked(database) == 0


def test_old_connections_are_replaced(database, monkeypatch):
    looked(database)
    held = database.looks._held[0].connection
    monkeypatch.setattr(looks, "OLDEST", 0)
    assert looked(database) == 0
    assert held.closed


def test_a_session_takes_nothing_before_its_first_statement(database):
    with database.writing(), database.writing() as second:
        note(second, 1)
    assert count(database) == 1


def test_many_writers_lose_nothing(database):
    """Each reads, then writes what it read plus one; on PostgreSQL it locks the row it reads."""
    with database.writing() as session:
        note(session, 1, points=0)

    def add():
        for _ in range(10):
            with database.writing() as session:
                points = session.scalar(select(NOTES.c.points).with_for_update())
                session.execute(NOTES.update().values(points=points + 1))

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as session:
        assert session.scalar(select(NOTES.c.points)) == 80


def test_one_that_waits_too_long_is_turned_away(database):
    with database.writing() as session:
        note(session, 1)
        began = time.monotonic()
        with pytest.raises(Unavailable), database.writing() as second:
            note(second, 1)
        assert 0.9 < time.monotonic() - began < 4
    with database.writing() as session:
        note(session, 2)
    assert count(database) == 2


def test_another_process_that_writes_is_waited_for(database):
    lock = "BEGIN IMMEDIATE" if database.engine.dialect.name == "sqlite" else "LOCK TABLE notes"
    with database.engine.connect() as other:
        other.exec_driver_sql(lock)
        with pytest.raises(Unavailable), database.writing() as session:
            note(session, 1)
        other.rollback()
    assert count(database) == 0


def test_no_connection_left_is_a_refusal(blank_database_url):
    with closing(Database(Settings(database_url=blank_database_url, patience=1, threads=1))) as small:
        with small.reading() as one, small.reading() as two:
            one.execute(text("SELECT 1"))
            two.execute(text("SELECT 1"))
            with pytest.raises(Unavailable) as refusal, small.reading() as three:
                three.execute(text("SELECT 1"))
        assert refusal.value.type == "database_busy"


def test_a_key_that_is_taken_is_a_conflict(database):
    with database.writing() as session:
        note(session, 1)
    with pytest.raises(Conflict) as refusal, database.writing() as session:
        note(session, 1)
    assert refusal.value.type == "concurrent_change"


def test_our_own_faults_stay_faults(database):
    with pytest.raises(IntegrityError), database.writing() as session:
        note(session, 1, needed=None)
    with pytest.raises(SQLAlchemyError), database.reading() as session:
        session.execute(text("SELECT * FROM nowhere"))


def test_what_was_bound_is_not_in_the_message(database):
    with pytest.raises(IntegrityError) as error, database.writing() as session:
        session.execute(text("INSERT INTO notes (id, needed, noted_at) VALUES (:id, NULL, NULL)"), {"id": 76543})
    assert "76543" not in str(error.value).split("DETAIL")[0]


def test_a_failing_commit_is_an_unknown_outcome(database, monkeypatch):
    def fail(self):
        raise OperationalError("COMMIT", {}, sqlite3.OperationalError("gone"))

    monkeypatch.setattr(sessions._Writing, "commit", fail)
    with pytest.raises(OutcomeUnknown), database.writing() as session:
        note(session, 1)
    monkeypatch.undo()
    with database.writing() as session:  # the turn was given back
        note(session, 2)


def test_the_clock_is_the_databases_and_goes_on_within_a_transaction(database):
    with database.reading() as session:
        first = database_now(session)
        time.sleep(0.01)
        second = database_now(session)
    assert first.utcoffset() == timedelta(0)
    assert timedelta(milliseconds=5) < second - first < timedelta(seconds=5)
    assert abs(datetime.now(UTC) - second) < timedelta(seconds=5)


def test_moments_keep_their_instant(database):
    noted = datetime(2027, 4, 30, 17, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    with database.writing() as session:
        note(session, 1, noted_at=noted)
    with database.reading() as session:
        read = session.scalar(select(NOTES.c.noted_at))
    assert read == noted
    assert read.tzinfo is UTC or read.utcoffset() == timedelta(0)
    with pytest.raises(SQLAlchemyError, match="offset"), database.writing() as session:
        note(session, 2, noted_at=datetime(2027, 4, 30))  # noqa: DTZ001


@pytest.mark.parametrize("points", ["0.1", "0.000001", "-2.5", "999999999.999999", "106"])
def test_points_stay_exact(database, points):
    with database.writing() as session:
        note(session, 1, points=Decimal(points))
    with database.reading() as session:
        assert session.scalar(select(NOTES.c.points)) == Decimal(points)
        stored = session.scalar(text("SELECT points FROM notes"))
    assert type(stored) is int
    assert stored == int(Decimal(points) * 1_000_000)


def test_points_finer_than_six_places_are_refused(database):
    with pytest.raises(SQLAlchemyError, match="decimal places"), database.writing() as session:
        note(session, 1, points=Decimal("0.0000001"))


def test_the_settings_of_the_engine_hold_on_every_connection(database):
    if database.engine.dialect.name == "sqlite":
        pragmas = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 1000}
        for _ in range(3):
            with database.reading() as session:
                assert {name: session.scalar(text(f"PRAGMA {name}")) for name in pragmas} == pragmas
    else:
        limits = {"statement_timeout": "20s", "lock_timeout": "1s", "TimeZone": "UTC", "transaction_read_only": "on"}
        with database.reading() as session:
            assert {name: session.scalar(text(f"SHOW {name}")) for name in limits} == limits
        with database.writing() as session:
            assert session.scalar(text("SHOW transaction_read_only")) == "off"


@pytest.mark.parametrize(
    ("version", "warned"),
    [
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 45, 0), True),
        ((3, 50, 7), False),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 0), False),
    ],
)
def test_the_wal_reset_bug_is_named_where_it_applies(monkeypatch, version, warned):
    monkeypatch.setattr(sqlite3, "sqlite_version_info", version)
    assert bool(sqlite_warning(Settings())) is warned
    assert sqlite_warning(Settings(database_url="postgresql://localhost/x")) is None


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:", "mysql://localhost/x"])
def test_databases_that_would_not_do_are_refused(url):
    with pytest.raises(ValueError, match="MEA_DATABASE_URL"):
        Database(Settings(database_url=url))
