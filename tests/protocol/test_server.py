"""The service as it really runs: start, stop, many at once."""

from __future__ import annotations

import logging
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from app.config import Settings
from tests.schemes.examples import SCHEMES, a_request, a_scheme, address
from tests.server import running


def test_it_starts_answers_and_stops(database_url):
    with running(database_url, "admin") as (client, process):
        assert client.get("/readyz").json() == {"status": "ready"}
        assert client.post(SCHEMES, json=a_scheme()).status_code == 201
        assert client.post(address() + "/score", json=a_request()).json()["total"] == 2
        assert "server" not in client.get("/healthz").headers
    assert "Application shutdown complete" in process.log
    assert "尚未迁移" not in process.log
    assert "Traceback" not in process.log
    assert '"status":201' in process.log


def test_a_blank_database_is_alive_but_not_ready(blank_database_url):
    with running(blank_database_url) as (client, process):
        assert client.get("/healthz").status_code == 200
        answer = client.get("/readyz")
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/not_migrated")
    assert "尚未迁移" in process.log


def test_more_writers_than_threads_all_come_through(database_url):
    """Sixteen at once on four threads, each keeping its turn to the end: none waits for another's thread."""
    with running(database_url, "admin") as (client, process), ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda n: client.post(SCHEMES, json=a_scheme(f"v{n}")), range(64)))
        assert [answer.status_code for answer in answers] == [201] * 64
        publishing = list(threads.map(lambda _: client.post(address("v1") + "/publish").status_code, range(16)))
        assert sorted(publishing) == [200] + [409] * 15
        same = list(threads.map(lambda _: client.post(SCHEMES, json=a_scheme("same")).status_code, range(16)))
        assert sorted(same) == [201] + [409] * 15
    assert "Traceback" not in process.log


def test_what_is_in_flight_is_answered_when_it_stops(database_url):
    with running(database_url, "admin") as (client, process):
        with ThreadPoolExecutor(4) as threads:
            waiting = [threads.submit(client.post, SCHEMES, json=a_scheme(f"v{n}")) for n in range(4)]
            time.sleep(0.02)
            process.terminate()
            outcomes = [each.exception() or each.result().status_code for each in waiting]
        assert all(each == 201 or isinstance(each, httpx.ConnectError | httpx.RemoteProtocolError) for each in outcomes)
        assert process.wait(20) in {0, -15}


@pytest.mark.parametrize("host", ["localhost", "", "127.1", "0.0.0.0/0", "assessment.example"])
def test_it_listens_on_an_address(host):
    with pytest.raises(ValueError, match="MEA_HOST"):
        Settings(host=host)
    assert [Settings(host=each).host for each in ("127.0.0.1", "0.0.0.0", "::")]  # noqa: S104 -- access is controlled


@pytest.mark.parametrize(
    ("variable", "value"),
    [("PORT", "x"), ("PORT", "65536"), ("THREADS", "0"), ("PATIENCE", "-1"), ("HOST", "x"), ("PLAIN_HTTP", "2")],
)
def test_wrong_settings_are_named(variable, value):
    with pytest.raises(ValueError, match="MEA_" + variable):
        Settings.from_environment({"MEA_" + variable: value})


def test_settings_come_from_the_environment():
    read = Settings.from_environment(
        {"MEA_DATABASE_URL": "postgresql://u:secret@h/d", "MEA_THREADS": "2", "MEA_PORT": ""}
    )
    assert (read.threads, read.port, read.database_url) == (2, 8000, "postgresql://u:secret@h/d")
    assert "secret" not in repr(read)


def test_logging_is_left_alone_by_importing():
    assert not logging.getLogger("app").handlers
