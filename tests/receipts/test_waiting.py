"""A second delivery waits for the first as long as the service is patient: in one process, and in another."""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy.exc import OperationalError

from app.db.sessions import _Writing
from app.errors import Refused
from app.protocol.keys import Answer, Delivery
from app.receipts import service as receipts_service
from tests.receipts.deliveries import REPLAYED, at_once, keyed, kind, receipts, replays, same
from tests.server import running
from tests.service import serving
from tests.subjects.builders import INSTITUTIONS, a_hospital

DELIVERY = Delivery(7, "a" * 64, "b" * 64, secret=False)
ANSWER = Answer(201, {"location": "/x"}, b"{}")


@pytest.fixture
def impatient(database_url):
    with serving(database_url, patience=1) as running_:
        yield running_


def url_of(service):
    return service.database.engine.url.render_as_string(hide_password=False)


def test_in_one_process_the_wait_runs_out(impatient, monkeypatch):
    """The first is slow: its answer is kept only after two seconds."""
    keep = receipts_service.keep

    def slowly(*args, **named):
        time.sleep(2)
        keep(*args, **named)

    monkeypatch.setattr(receipts_service, "keep", slowly)
    answers = at_once(impatient, 2, INSTITUTIONS, json=a_hospital())
    assert sorted(each.status_code for each in answers) == [201, 409]
    [refused] = [each for each in answers if each.status_code == 409]
    assert kind(refused) == (409, "key_in_use")
    assert impatient.post(INSTITUTIONS, json=a_hospital(), headers=keyed()).headers[REPLAYED] == "true"


def test_another_process_that_has_the_key_is_waited_for(impatient):
    """On SQLite any writer is: the whole database is its."""
    on_sqlite = impatient.database.engine.dialect.name == "sqlite"
    with serving(url_of(impatient), patience=1) as other:
        with impatient.database.writing() as session:
            assert receipts_service.claim(session, DELIVERY) is None
            with pytest.raises(Refused) as refused, other.database.writing() as second:
                receipts_service.claim(second, DELIVERY)
            assert refused.value.type == ("database_unavailable" if on_sqlite else "key_in_use")
            receipts_service.keep(session, DELIVERY, ANSWER)
        with other.database.writing() as second:
            assert receipts_service.claim(second, DELIVERY) == ANSWER


def test_what_another_process_takes_back_was_never_there(service):
    with ThreadPoolExecutor(1) as threads, serving(url_of(service)) as other:

        def second():
            with other.database.writing() as session:
                return receipts_service.claim(session, DELIVERY)

        first = service.database.writing()
        receipts_service.claim(first.__enter__(), DELIVERY)
        waiting = threads.submit(second)
        time.sleep(0.3)
        assert not waiting.done()
        assert not first.__exit__(ZeroDivisionError, ZeroDivisionError(), None)
        assert waiting.result() is None


def test_through_real_servers_twenty_have_one_effect(database_url):
    with serving(database_url) as service:
        headers = keyed() | {"Authorization": f"Bearer {service.people.secret('admin')}"}
    with running(database_url) as (one, _), running(database_url) as (two, _), ThreadPoolExecutor(20) as threads:
        clients = [one, two] * 10
        posts = [threads.submit(each.post, INSTITUTIONS, json=a_hospital(), headers=headers) for each in clients]
        answers = [each.result() for each in posts]
    assert same(answers)
    assert replays(answers) == [False] + [True] * 19


def test_a_client_that_gave_up_finds_what_was_done(service):
    """The connection is lost while the service works; the same again finds the answer."""

    async def deliver():
        headers = keyed() | {"Authorization": f"Bearer {service.people.secret('admin')}"}
        first = asyncio.create_task(service._client.post(INSTITUTIONS, json=a_hospital(), headers=headers))
        second = service._client.post(INSTITUTIONS, json=a_hospital(), headers=headers)
        return (await asyncio.gather(first, second))[1]

    assert service._runner.run(deliver()).status_code == 201


def test_a_lost_commit_can_be_tried_again(service, monkeypatch):
    """Whether it came through or not: the same key has the effect once."""
    commit = _Writing.commit

    def lost(session):
        monkeypatch.setattr(_Writing, "commit", commit)
        commit(session)
        raise OperationalError("COMMIT", {}, Exception("server closed the connection"))

    service.people.secret("admin")
    monkeypatch.setattr(_Writing, "commit", lost)
    assert kind(service.post(INSTITUTIONS, json=a_hospital(), headers=keyed())) == (503, "outcome_unknown")
    again = service.post(INSTITUTIONS, json=a_hospital(), headers=keyed())
    assert (again.status_code, again.headers[REPLAYED]) == (201, "true")


def test_an_answer_that_is_streamed_is_not_repeated(service):
    with service.database.writing() as session:
        receipts_service.claim(session, DELIVERY)
        receipts_service.keep(session, DELIVERY, None)
    with pytest.raises(Refused) as refused, service.database.writing() as session:
        receipts_service.claim(session, DELIVERY)
    assert refused.value.type == "secret_not_repeated"
    assert len(receipts(service)) == 1
