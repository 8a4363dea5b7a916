"""The record over HTTP: newest first, filtered, by page; verified a piece at a time."""

from __future__ import annotations

import threading
from contextlib import contextmanager

import pytest
from sqlalchemy import text

from app.access import Actor
from app.audit.api import router
from app.audit.service import Checks, record, sign_head
from tests.audit import tampering
from tests.audit.builders import CHIEF, act, some_acts, unguard
from tests.service import serving

AUDIT = "/api/v1/audit"


@contextmanager
def listening(database_url, heads_file, key_file, most=5):
    with serving(database_url) as service:
        known = {getattr(each, "path", "") for each in service.app.routes}
        service.app.router.routes[:0] = [each for each in router.routes if each.path not in known]
        service.app.state.checks = Checks(service.database, heads_file, key_file, most)
        yield service


@pytest.fixture
def service(database_url, heads_file, key_file):
    with listening(database_url, heads_file, key_file) as running:
        yield running


def walked(service, **query):
    """All pages, as lists of numbers."""
    pages, cursor = [], ""
    while cursor is not None:
        answer = service.get(AUDIT, params=query | ({"cursor": cursor} if cursor else {})).json()
        pages.append([each["sequence"] for each in answer["data"]])
        cursor = answer["next_cursor"]
    return pages


def test_the_newest_come_first_by_page(service):
    some_acts(service.database)
    assert walked(service) == [[7, 6, 5, 4, 3, 2, 1]]
    assert walked(service, limit=3) == [[7, 6, 5], [4, 3, 2], [1]]
    assert walked(service, limit=7) == [[7, 6, 5, 4, 3, 2, 1]]


def test_an_entry_is_sent_as_it_is_hashed(service):
    some_acts(service.database)
    [entry] = service.get(AUDIT, params={"limit": 1}).json()["data"]
    assert entry.keys() == {
        *("sequence", "at", "actor", "actor_number", "roles", "act", "thing", "reason", "request"),
        *("payload_digest", "previous", "hash", "readable"),
    }
    assert entry["roles"] == ["admin", "chief"]
    assert len(entry["at"]) == len("2027-05-08T02:13:07.481516Z")
    assert entry["at"].endswith("Z")
    nobody = service.get(AUDIT, params={"act": "log_in"}).json()["data"]
    assert [(each["roles"], each["actor"]) for each in nobody] == [([], "")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"act": "open"}, [4]),
        ({"act": "ope"}, []),
        ({"actor": "chief", "limit": 200}, [7, 6, 4, 3, 2, 1]),
        ({"actor": "CHIEF"}, []),
        ({"thing": "round/2020/"}, [7, 6, 3, 2, 1]),
        ({"thing": "round/2020/subject/3"}, [3]),
        ({"thing": "round/202"}, [7, 6, 4, 3, 2, 1]),
        ({"thing": "ROUND"}, []),
        ({"thing": "round%"}, []),
        ({"thing": "account", "act": "log_in"}, [5]),
        ({"thing": "round", "act": "log_in"}, []),
    ],
    ids=str,
)
def test_entries_are_filtered(service, query, found):
    some_acts(service.database)
    assert walked(service, **query) == [found]


def test_filters_go_with_pages(service):
    some_acts(service.database)
    assert walked(service, thing="round/2020", limit=2) == [[7, 6], [3, 2], [1]]


@pytest.mark.parametrize(
    "query",
    [{"act": ""}, {"act": "a" * 65}, {"thing": "a\0"}, {"actor": "\n"}, {"cursor": "x"}, {"limit": 201}, {"who": "me"}],
    ids=str,
)
def test_queries_that_mean_nothing_are_refused(service, query):
    answer = service.get(AUDIT, params=query)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid_parameters")


@pytest.mark.parametrize("after", [-1, 2**63, "x"])
def test_no_piece_begins_nowhere(service, after):
    assert service.get(f"{AUDIT}/verify", params={"after": after}).status_code == 422
    assert service.get(f"{AUDIT}/verify", params={"after": 2**63 - 1}).status_code == 200


def test_a_sound_record_is_verified_piece_by_piece(service, key, heads_file):
    nothing = {"sound": True, "entries": 0, "heads": 0, "problems": [], "next_after": None}
    assert service.get(f"{AUDIT}/verify").json() == nothing
    some_acts(service.database)
    sign_head(service.database, heads_file, key)
    first = service.get(f"{AUDIT}/verify").json()
    assert first == {"sound": True, "entries": 5, "heads": 0, "problems": [], "next_after": 5}
    second = service.get(f"{AUDIT}/verify", params={"after": 5}).json()
    assert second == {"sound": True, "entries": 2, "heads": 1, "problems": [], "next_after": None}


def test_what_is_wrong_is_listed(service, key, heads_file):
    some_acts(service.database)
    sign_head(service.database, heads_file, key)
    unguard(service.database)
    with service.database.writing() as session:
        tampering.rewrite_tail(session, 6, "another")
        tampering.change(session, 2, "reason", "another")
    first = service.get(f"{AUDIT}/verify").json()
    assert first["sound"] is False
    assert first["problems"] == [
        {"code": "entry_changed", "sequence": 2, "message": "序号 2 的记录与其散列不符，已被改动"}
    ]
    second = service.get(f"{AUDIT}/verify", params={"after": 5}).json()
    assert [each["code"] for each in second["problems"]] == ["signed_entry_rewritten"]


def test_what_was_tampered_with_can_still_be_read(service):
    some_acts(service.database)
    unguard(service.database)
    on_sqlite = service.database.engine.dialect.name == "sqlite"
    odd = "at = X'FF', actor_number = 'x'" if on_sqlite else "at = 'infinity'"
    with service.database.writing() as session:
        session.execute(text(f"UPDATE audit_entries SET {odd}"))  # noqa: S608
    answer = service.get(AUDIT)
    assert answer.status_code == 200
    assert {each["at"] for each in answer.json()["data"]} == {None}
    assert {each["readable"] for each in answer.json()["data"]} == {not on_sqlite}


def test_without_a_key_signed_heads_cannot_be_checked(database_url, heads_file, key, tmp_path):
    with listening(database_url, heads_file, tmp_path / "none.key") as service:
        act(service.database)
        sign_head(service.database, heads_file, key)
        problems = service.get(f"{AUDIT}/verify").json()["problems"]
    assert [each["code"] for each in problems] == ["signed_head_key"]


def test_one_piece_is_verified_at_a_time(service):
    """The second does not wait for the first, which may take a while."""
    checks = service.app.state.checks
    inside, done = threading.Event(), threading.Event()
    verified = checks._verified

    def slowly(after):
        inside.set()
        done.wait(10)
        return verified(after)

    checks._verified = slowly
    first = threading.Thread(target=checks.piece, args=(0,))
    first.start()
    inside.wait(10)
    try:
        answer = service.get(f"{AUDIT}/verify")
    finally:
        done.set()
        first.join()
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/verification_busy")
    assert "Retry-After" in answer.headers
    assert service.get(f"{AUDIT}/verify").json()["sound"]


def test_both_routes_are_documented(service):
    document = service.app.openapi()
    listed, verify = document["paths"][AUDIT]["get"], document["paths"][f"{AUDIT}/verify"]["get"]
    assert {each["name"] for each in listed["parameters"]} == {"act", "actor", "thing", "limit", "cursor"}
    report = verify["responses"]["200"]["content"]["application/json"]["schema"]
    assert set(report["properties"]) == {"sound", "entries", "heads", "problems", "next_after"}


def test_reading_takes_one_statement_beside_the_one_that_asks_who_reads(service):
    from tests.flow.watching import statements

    with service.database.writing() as session:
        for number in range(120):
            record(session, Actor(number=number, name=f"a{number}"), act="log_in", thing=f"account/{number}")
            record(session, CHIEF, act="approve", thing=f"round/{number}")
    service.get(AUDIT)
    with statements(service) as seen:
        service.get(AUDIT, params={"act": "log_in", "limit": 100})
    assert len(seen) == 2
