"""Acts are recorded with the transaction that does them: in order, without gaps, in as many statements whatever."""

from __future__ import annotations

import hashlib
import json
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from app.access import CONSOLE, NOBODY, Actor
from app.audit.service import record
from app.audit.values import NOTHING_BEFORE
from app.config import Settings
from app.db import Database, at_the_end
from app.errors import Unavailable
from tests.audit.builders import CHIEF, act, entries, head, some_acts, unguard, verified
from tests.flow.watching import statements


def sha256(value):
    written = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(written.encode()).hexdigest()


def as_hashed(row):
    """An entry as the decision says that it is hashed, worked out apart from the service."""
    at = row["at"] if isinstance(row["at"], datetime) else datetime.fromisoformat(row["at"]).replace(tzinfo=UTC)
    shown = f"{at:%Y-%m-%dT%H:%M:%S.%f}Z"
    return {name: value for name, value in row.items() if name != "hash"} | {"at": shown}


def test_an_empty_record_is_sound(database):
    assert head(database) == (0, NOTHING_BEFORE)
    report = verified(database)
    assert (report.sound, report.entries, report.heads, report.next_after) == (True, 0, 0, None)


def test_an_entry_says_who_did_what_to_what_when_and_why(database):
    before = datetime.now(UTC)
    act(database, reason="资料齐全", payload={"points": 3, "item": "甲"})
    [row] = entries(database)
    at = datetime.fromisoformat(as_hashed(row)["at"])
    assert before - timedelta(seconds=5) < at < datetime.now(UTC) + timedelta(seconds=5)
    assert row | {"at": 0, "hash": 0} == {
        "sequence": 1,
        "at": 0,
        "actor": "chief",
        "actor_number": 7,
        "roles": "admin,chief",
        "act": "approve",
        "thing": "round/2020/subject/1",
        "reason": "资料齐全",
        "request": "0f9a5c1d2b7e4c5f",
        "payload_digest": sha256({"points": 3, "item": "甲"}),
        "previous": NOTHING_BEFORE,
        "hash": 0,
    }


def test_each_entry_is_chained_to_the_one_before_by_a_hash_over_everything(database):
    some_acts(database)
    rows = entries(database)
    assert [row["sequence"] for row in rows] == list(range(1, 8))
    assert [row["previous"] for row in rows] == [NOTHING_BEFORE, *(row["hash"] for row in rows[:-1])]
    assert [row["hash"] for row in rows] == [sha256(as_hashed(row)) for row in rows]
    assert head(database) == (7, rows[-1]["hash"])
    assert verified(database).sound
    assert verified(database).entries == 7


def test_acts_of_one_transaction_stand_in_their_order_at_one_time(database):
    with database.writing() as session:
        for number in range(600):
            record(session, CONSOLE, act="import", thing=f"institution/{number}")
    rows = entries(database)
    assert [row["thing"] for row in rows] == [f"institution/{number}" for number in range(600)]
    assert len({str(row["at"]) for row in rows}) == 1
    assert verified(database).sound


def test_what_was_acted_with_is_taken_as_it_is_then(database):
    payload = {"points": 1}
    with database.writing() as session:
        record(session, CHIEF, act="judge", thing="item", payload=payload)
        payload["points"] = 2
    assert entries(database)[0]["payload_digest"] == sha256({"points": 1})


def test_acting_with_nothing_differs_from_acting_with_an_empty_value(database):
    for payload in (None, {}, [], False):
        act(database, payload=payload)
    assert [row["payload_digest"] for row in entries(database)] == [None, sha256({}), sha256([]), sha256(False)]


def act_and(database, then):
    with database.writing() as session:
        record(session, CHIEF, act="approve", thing="a")
        then(session)


def test_what_fails_is_not_recorded_and_leaves_no_gap(database):
    act(database, 1)
    for fail in (lambda _: 1 // 0, lambda session: at_the_end(session, lambda _: 1 // 0)):
        with pytest.raises(ZeroDivisionError):
            act_and(database, fail)
    act(database, 2)
    assert [(row["sequence"], row["thing"][-1]) for row in entries(database)] == [(1, "1"), (2, "2")]
    assert verified(database).sound


def test_a_transaction_without_acts_touches_nothing(database):
    with statements(SimpleNamespace(database=database)) as seen, database.writing():
        pass
    assert seen == []


@pytest.mark.parametrize("acts", [1, 2, 50])
def test_recording_takes_four_statements_however_many_acts(database, acts):
    with statements(SimpleNamespace(database=database)) as seen, database.writing() as session:
        for number in range(acts):
            record(session, CHIEF, act="approve", thing=str(number))
        assert seen == []
    assert [statement.split()[0] for statement in seen] == ["SELECT", "SELECT", "INSERT", "UPDATE"]
    assert "audit_head" in seen[0]
    assert ("FOR UPDATE" in seen[0]) == (database.engine.dialect.name == "postgresql")


def test_many_who_act_at_once_leave_one_chain_without_gaps(database, database_url):
    """Each with a database of its own, as processes would; every third act fails."""

    def act_often(writer):
        with closing(Database(Settings(database_url=database_url, patience=30))) as own:
            for number in range(12):
                try:
                    with own.writing() as session:
                        record(session, CHIEF, act="approve", thing=f"{writer}/{number}", payload=number)
                        if number % 3 == 2:
                            at_the_end(session, lambda _: 1 // 0)
                except ZeroDivisionError:
                    continue

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act_often, range(8)))
    rows = entries(database)
    assert [row["sequence"] for row in rows] == list(range(1, 65))
    assert {row["thing"] for row in rows} == {f"{a}/{b}" for a in range(8) for b in range(12) if b % 3 != 2}
    report = verified(database)
    assert (report.problems, report.entries) == ((), 64)


@pytest.mark.parametrize(
    ("wrong", "actor"),
    [
        ({"act": "a" * 65}, CHIEF),
        ({"thing": "a" * 401}, CHIEF),
        ({"reason": "因" * 2001}, CHIEF),
        ({"reason": "a\0b"}, CHIEF),
        ({"reason": "\ud800"}, CHIEF),
        ({}, Actor(number=1, name="a" * 201)),
        ({}, Actor(number=1, name="a", request="a" * 65)),
    ],
    ids=["act", "thing", "reason", "NUL", "half a sign", "name", "request"],
)
def test_what_one_of_the_databases_would_not_take_is_our_own_fault(database, wrong, actor):
    with pytest.raises(ValueError, match=r"at most|surrogates"), database.writing() as session:
        record(session, actor, **{"act": "a", "thing": "b", **wrong})
    assert entries(database) == []


def test_the_longest_texts_are_taken(database):
    longest = Actor(number=2**63 - 1, name="名" * 200, roles=frozenset({"auditor"}), request="r" * 64)
    with database.writing() as session:
        record(session, longest, act="a" * 64, thing="物" * 400, reason="𠮷" * 2000, payload=0)
        record(session, NOBODY, act="", thing="")
    assert verified(database).sound


@pytest.mark.parametrize("broken", ["DELETE FROM audit_head", "UPDATE audit_head SET hash = 'x', sequence = -5"])
def test_nothing_is_done_while_it_cannot_be_recorded(database, broken):
    act(database)
    unguard(database)
    with database.writing() as session:
        session.execute(text(broken))
    if broken.startswith("DELETE"):
        with pytest.raises(Unavailable, match="audit_broken"):
            act(database)
    else:
        with pytest.raises(Exception, match="sequence"):
            act(database)
    assert len(entries(database)) == 1
