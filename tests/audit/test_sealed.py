"""The tables of the record refuse everything but more entries and a head that moves on."""

from __future__ import annotations

from types import SimpleNamespace

from tests.audit.builders import act, entries, head, some_acts, verified
from tests.flow.watching import refused_by_the_database

COLUMNS = "at, actor, actor_number, roles, act, thing, reason, request, payload_digest, previous, hash"
ATTACKS = [
    "DELETE FROM audit_entries",
    "DELETE FROM audit_entries WHERE sequence = 7",
    "UPDATE audit_entries SET sequence = sequence",
    "UPDATE audit_entries SET reason = 'another' WHERE sequence = 3",
    "UPDATE audit_entries SET payload_digest = 'x' WHERE payload_digest IS NULL",
    "DELETE FROM audit_head",
    "UPDATE audit_head SET sequence = sequence",
    "UPDATE audit_head SET sequence = 6",
    "UPDATE audit_head SET hash = 'x'",
    "UPDATE audit_head SET id = 2, sequence = 9",
    "INSERT INTO audit_head (id, sequence, hash) VALUES (2, 9, 'x')",
]
AGAIN = f"INTO audit_entries (sequence, {COLUMNS}) SELECT 3, {COLUMNS} FROM audit_entries LIMIT 1"  # noqa: S608
ON_SQLITE = [
    f"INSERT OR REPLACE {AGAIN}",
    f"INSERT OR REPLACE {AGAIN.replace('sequence', 'rowid')}",
    "UPDATE OR REPLACE audit_entries SET sequence = 3 WHERE sequence = 2",
    "INSERT OR REPLACE INTO audit_head (id, sequence, hash) VALUES (1, 9, 'x')",
    "REPLACE INTO audit_head (rowid, id, sequence, hash) VALUES (1, 1, 9, 'x')",
    "UPDATE OR REPLACE audit_head SET sequence = 'zzz'",
    "INSERT INTO audit_head (id, sequence, hash) VALUES (1, 0, 'x') ON CONFLICT (id) DO UPDATE SET hash = 'x'",
]
ON_POSTGRESQL = [
    "TRUNCATE audit_entries",
    "TRUNCATE audit_head",
    "SET session_replication_role = replica; DELETE FROM audit_entries",
    "SET session_replication_role = replica; UPDATE audit_head SET sequence = 1",
    f"INSERT {AGAIN} ON CONFLICT (sequence) DO UPDATE SET reason = 'another'",
]


def test_nothing_is_changed_removed_or_replaced(database):
    some_acts(database)
    before = entries(database), head(database)
    attacks = ATTACKS + (ON_SQLITE if database.engine.dialect.name == "sqlite" else ON_POSTGRESQL)
    refused_by_the_database(SimpleNamespace(database=database), *attacks)
    assert (entries(database), head(database)) == before
    act(database)
    assert verified(database).sound


def test_the_seeded_head_is_kept_as_well(database):
    attacks = ["DELETE FROM audit_head", "UPDATE audit_head SET sequence = 0"]
    attacks += ["REPLACE INTO audit_head VALUES (1, 0, 'x')"] if database.engine.dialect.name == "sqlite" else []
    refused_by_the_database(SimpleNamespace(database=database), *attacks)
