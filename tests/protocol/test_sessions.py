"""What a route wrote is committed before its answer goes out, and not at all when it fails."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, Response
from sqlalchemy import text

from app.errors import Conflict
from app.protocol.problems import explain_refusals
from app.protocol.requests import Requests
from app.protocol.sessions import Reading, Writing
from tests.service import Service, serving

COUNT = text("SELECT count(*) FROM marks")


@pytest.fixture
def service(blank_database_url):
    with serving(blank_database_url, patience=1) as running:
        with running.database.writing() as session:
            session.execute(text("CREATE TABLE marks (n INTEGER PRIMARY KEY)"))
        yield with_routes(running)


def with_routes(service: Service) -> Service:
    application = FastAPI()
    application.state = service.app.state
    explain_refusals(application)
    application.add_middleware(Requests, metrics=service.app.state.metrics)

    class Watching(Response):
        """Counts the marks at the moment when the answer goes out."""

        async def __call__(self, scope, receive, send):
            with service.database.reading() as session:
                service.seen = session.scalar(COUNT)
            await super().__call__(scope, receive, send)

    @application.post("/good")
    def good(session: Writing) -> Response:
        session.execute(text("INSERT INTO marks VALUES (1)"))
        return Watching()

    @application.post("/refused")
    def refused(session: Writing) -> Response:
        session.execute(text("INSERT INTO marks VALUES (2)"))
        raise Conflict("no", "不行")

    @application.post("/broken")
    def broken(session: Writing) -> Response:
        session.execute(text("INSERT INTO marks VALUES (3)"))
        raise ZeroDivisionError

    @application.post("/reading")
    def reading(session: Reading) -> Response:
        return Response(str(session.scalar(COUNT)))

    service.app.middleware_stack = application.build_middleware_stack()
    return service


def count(service):
    return int(service.post("/reading", by=None).text)


def test_committed_before_the_answer(service):
    assert service.post("/good", by=None).status_code == 200
    assert service.seen == 1
    assert count(service) == 1


def test_a_refusal_leaves_nothing(service):
    assert service.post("/refused", by=None).status_code == 409
    assert count(service) == 0


def test_a_fault_leaves_nothing(service):
    assert service.post("/broken", by=None).status_code == 500
    assert count(service) == 0


def test_a_lost_race_is_found_at_the_end_and_still_refused(service):
    service.post("/good", by=None)
    answer = service.post("/good", by=None)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/concurrent_change")


def test_a_busy_database_is_503_and_says_when_to_come_again(service):
    lock = "BEGIN IMMEDIATE" if service.database.engine.dialect.name == "sqlite" else "LOCK TABLE marks"
    with service.database.engine.connect() as other:
        other.exec_driver_sql(lock)
        answer = service.post("/good", by=None)
        other.rollback()
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert service.post("/good", by=None).status_code == 200
