"""A database that is busy: 503 with Retry-After in bounded time, never 500, never a hang, and all is well after it."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from tests.schemes.examples import SCHEMES, a_request, a_scheme, address
from tests.server import running
from tests.service import serving
from tests.subjects.builders import INSTITUTIONS, a_hospital

PATIENCE = 1
KINDS = {"/problems/database_busy", "/problems/database_unavailable"}


@pytest.fixture
def service(database_url):
    with serving(database_url, patience=PATIENCE, statement_seconds=1, threads=2) as running_:
        running_.people.actor("admin")
        yield running_


def is_sqlite(service):
    return service.database.engine.dialect.name == "sqlite"


def refused(answer):
    """Turned away with a word on when to come again."""
    return answer.status_code == 503 and answer.json()["type"] in KINDS and int(answer.headers["retry-after"]) > 0


@contextmanager
def held(service, statement="BEGIN IMMEDIATE"):
    """Somebody else, from another process as it were, has the lock and does not let go."""
    with service.database.engine.connect() as other:
        other.exec_driver_sql(statement)
        yield
        other.rollback()


@contextmanager
def in_time(seconds=PATIENCE + 2):
    began = time.monotonic()
    yield
    assert time.monotonic() - began < seconds


def test_a_lock_that_somebody_else_holds(service):
    lock = "BEGIN IMMEDIATE" if is_sqlite(service) else "LOCK TABLE institutions"
    with held(service, lock), in_time():
        assert refused(service.post(INSTITUTIONS, json=a_hospital()))
    assert service.post(INSTITUTIONS, json=a_hospital()).status_code == 201


def test_a_row_that_somebody_else_holds(service):
    """On PostgreSQL readers go on; a writer of the same row waits, and is turned away."""
    service.post(SCHEMES, json=a_scheme())
    lock = "BEGIN IMMEDIATE" if is_sqlite(service) else "SELECT * FROM scheme_versions FOR UPDATE"
    with held(service, lock), in_time():
        assert service.get(address()).status_code == 200
        assert refused(service.post(f"{address()}/publish"))
    assert service.post(f"{address()}/publish").status_code == 200


def test_the_head_of_the_audit_record_that_somebody_else_holds(service):
    """It is asked for last of all: what was written before it goes with it."""
    lock = "BEGIN IMMEDIATE" if is_sqlite(service) else "SELECT * FROM audit_head FOR UPDATE"
    with held(service, lock), in_time():
        assert refused(service.post(INSTITUTIONS, json=a_hospital()))
    assert service.get(INSTITUTIONS).json()["data"] == []


def test_the_turn_of_writers_that_somebody_keeps(service):
    """In this process: on SQLite the next writer waits for its turn, on PostgreSQL nobody has to."""
    with service.database.writing() as session:
        session.connection().exec_driver_sql("SELECT 1")
        with in_time():
            answer = service.post(INSTITUTIONS, json=a_hospital())
    assert refused(answer) if is_sqlite(service) else answer.status_code == 201


def test_a_pool_without_a_connection_left(service):
    engine = service.database.engine
    taken = [engine.connect() for _ in range(engine.pool.size() + engine.pool._max_overflow)]
    with in_time(3 * PATIENCE + 2):
        answers = [service.post(INSTITUTIONS, json=a_hospital()), service.get(INSTITUTIONS), service.get("/readyz")]
    for each in taken:
        each.close()
    assert all(refused(each) for each in answers)
    assert service.get("/healthz", by=None).status_code == 200
    assert service.post(INSTITUTIONS, json=a_hospital()).status_code == 201


def test_a_statement_that_takes_too_long(service, monkeypatch):
    """PostgreSQL gives it up; SQLite has nothing that could wait inside a statement."""
    if is_sqlite(service):
        pytest.skip("no statement of SQLite waits")
    at_head = type(service.database).at_head

    def slowly(database):
        with database.reading() as session:
            session.connection().exec_driver_sql("SELECT pg_sleep(5)")
        return at_head(database)

    monkeypatch.setattr(type(service.database), "at_head", slowly)
    with in_time(3):
        assert refused(service.get("/readyz"))


def test_who_one_is_cannot_be_asked(service):
    """Nobody is taken for somebody, or for nobody, because the database does not answer."""
    service.database.looks.close()
    engine = service.database.engine
    taken = [engine.connect() for _ in range(engine.pool.size() + engine.pool._max_overflow)]
    with in_time():
        answer = service.get("/api/v1/me")
    for each in taken:
        each.close()
    assert refused(answer)


def test_many_at_once_on_a_service_whose_database_is_locked(database_url):
    """None hangs behind the threads that wait; what needs no database is answered meanwhile."""
    settings = {"MEA_PATIENCE": "1", "MEA_THREADS": "2"}
    with serving(database_url) as service, running(database_url, "admin", **settings) as (client, process):
        client.post(SCHEMES, json=a_scheme())
        client.post(f"{address()}/score", json=a_request())
        lock = "BEGIN IMMEDIATE" if is_sqlite(service) else "LOCK TABLE institutions"
        with held(service, lock), ThreadPoolExecutor(9) as threads, in_time(15):
            waiting = [threads.submit(client.post, INSTITUTIONS, json=a_hospital(f"h{n}", n)) for n in range(8)]
            time.sleep(0.2)
            with in_time(1):
                assert client.get("/healthz").status_code == 200
            answers = [each.result() for each in waiting]
        assert all(refused(each) for each in answers)
        assert client.post(INSTITUTIONS, json=a_hospital()).status_code == 201
    assert "Traceback" not in process.log
