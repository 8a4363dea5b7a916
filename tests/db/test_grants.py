"""Rights on PostgreSQL: the role that serves can do all that the service does, and can undo nothing."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import inspect
from sqlalchemy.engine import make_url

import app.main  # noqa: F401 -- all stores
from app.config import Settings
from app.db import Base, Database
from app.db.grants import GRANTS, VIEWS, statements
from tests.assessments.frozen import published
from tests.cli.calls import call
from tests.rounds.builders import ROUNDS, SCHEMES, a_round, a_scheme, open_round
from tests.service import Service, serving
from tests.subjects.builders import a_care_home

ROLE = f"mea_test_role_{os.getpid()}_{os.urandom(4).hex()}"


def entered(url: str) -> psycopg.Connection:
    plain = make_url(url).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)


@pytest.fixture
def role(database_url: str) -> Iterator[str]:
    if not database_url.startswith("postgresql"):
        pytest.skip("SQLite has no roles")
    with entered(database_url) as owner:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'test'").format(sql.Identifier(ROLE)))
        try:
            yield ROLE
        finally:
            everybody = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = %s"
            owner.execute(everybody, [ROLE])
            owner.execute(
                sql.SQL("REASSIGN OWNED BY {0} TO CURRENT_USER; DROP OWNED BY {0}; DROP ROLE {0}").format(
                    sql.Identifier(ROLE)
                )
            )


@pytest.fixture
def bound_url(database_url: str, role: str) -> str:
    """The database as the role that serves sees it."""
    given = call("grants", role, "--apply", MEA_DATABASE_URL=database_url)
    assert given.exit_code == 0, given.output
    return make_url(database_url).set(username=role, password="test").render_as_string(hide_password=False)  # noqa: S106


@pytest.fixture
def service(bound_url: str) -> Iterator[Service]:
    with serving(bound_url) as running:
        yield running


def test_every_table_and_view_has_its_rights(database_url):
    assert GRANTS.keys() == Base.metadata.tables.keys() | {"alembic_version"}
    with closing(Database(Settings(database_url=database_url))) as database, database.engine.connect() as connection:
        found = inspect(connection)
        assert set(found.get_table_names()) == GRANTS.keys()
        assert set(found.get_view_names()) == set(VIEWS)


def test_every_column_that_may_change_is_there():
    columns = {name: set(table.columns.keys()) for name, table in Base.metadata.tables.items()}
    wrong = {name: set(rights.update) - columns.get(name, set()) for name, rights in GRANTS.items()}
    assert {name: rest for name, rest in wrong.items() if rest} == {}


def test_the_whole_flow_works(service):
    published(service)
    assessment = f"{ROUNDS}/2020/subjects/alliance/assessment"
    assert service.get(f"{assessment}/bundle", by="chief").status_code == 200
    assert service.post(f"{assessment}/reopen", json={"reason": "复核发现有误"}).status_code == 200
    override = {"points": 3, "reason": "另有佐证材料"}
    assert service.put(f"{assessment}/overrides/dispatch", json=override, by="evaluator").status_code == 200
    finding = {"value": False, "reason": "核实与所报不符"}
    assert service.put(f"{assessment}/findings/signed", json=finding).status_code == 200
    assert service.post(f"{assessment}/propose").status_code == 200
    assert service.get(f"{ROUNDS}/2020/scores").status_code == 200
    again = {"Idempotency-Key": "the-same-delivery"}
    opened = [service.post(ROUNDS, json=a_round("2022"), headers=again).status_code for _ in range(2)]
    assert opened == [201, 201]
    assert service.get("/readyz", by=None).status_code == 200


def test_drafts_come_change_and_go(service):
    place = f"{SCHEMES}/small/versions/9"
    assert service.post(SCHEMES, json=a_scheme("9")).status_code == 201
    assert service.put(place, json=a_scheme("9", title="另一个标题")).status_code == 200
    assert service.delete(place).status_code == 204
    assert service.post(SCHEMES, json=a_scheme("9")).status_code == 201
    assert service.post(f"{place}/publish").status_code == 200
    assert service.post(f"{place}/retire").status_code == 200


def test_the_register_and_rounds_change(service):
    published(service)
    care_home = {name: value for name, value in a_care_home(name="更名后的护理院").items() if name != "code"}
    assert service.put("/api/v1/institutions/care-home", json=care_home).status_code == 200
    open_round(service, "2021", period={"start": "2021-04-01", "end": "2022-03-31"})
    extension = {"subject": "alliance", "deadline": "2100-12-31T17:00:00+08:00", "reason": "材料较多"}
    assert service.post(f"{ROUNDS}/2021/extensions", json=extension, by="chief").status_code == 201
    ended = {"reason": "岗位调整", "replacement": "evaluator2"}
    service.people.actor("evaluator2")
    place = f"{ROUNDS}/2021/subjects/alliance/assignments/1/end"
    assert service.post(place, json=ended, by="chief").status_code == 200


ATTACKS = {
    "change an entry": "UPDATE audit_entries SET reason = 'another'",
    "remove entries": "DELETE FROM audit_entries",
    "empty the record": "TRUNCATE audit_entries",
    "silence a trigger": "ALTER TABLE audit_entries DISABLE TRIGGER audit_entries_stays",
    "silence all": "ALTER TABLE audit_entries DISABLE TRIGGER USER",
    "act as a replica": "SET session_replication_role = replica",
    "drop a trigger": "DROP TRIGGER audit_entries_stays ON audit_entries",
    "replace a trigger's function": "CREATE OR REPLACE FUNCTION row_stays() RETURNS trigger LANGUAGE sql AS 'SELECT 1'",
    "add a trigger": "CREATE TRIGGER mine BEFORE INSERT ON audit_entries EXECUTE FUNCTION table_not_emptied()",
    "another head": "INSERT INTO audit_head VALUES (2, 0, '')",
    "remove the head": "DELETE FROM audit_head",
    "drop a table": "DROP TABLE score_sheets",
    "a table of one's own": "CREATE TABLE mine (x int)",
    "change a sheet": "UPDATE score_sheets SET total = 0",
    "remove a judgement": "DELETE FROM judgements",
    "change the deadline": "UPDATE rounds SET deadline = now()",
    "change who somebody is": "UPDATE accounts SET name = 'another'",
    "a token that never ends": "UPDATE account_tokens SET expires_at = 'infinity'",
    "another release": "UPDATE alembic_version SET version_num = 'x'",
}


def test_nothing_can_be_undone(service, bound_url, subtests):
    published(service)
    with entered(bound_url) as connection:
        assert connection.execute("SELECT count(*) > 5 FROM audit_entries").fetchone() == (True,)
        for name, attack in ATTACKS.items():
            with subtests.test(name), pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(attack)
        with pytest.raises(psycopg.errors.RestrictViolation):
            connection.execute("UPDATE round_subjects SET id = id")


def test_rights_that_somebody_added_are_taken_back(database_url, bound_url, role):
    with entered(database_url) as owner, entered(bound_url) as connection:
        owner.execute(f'GRANT ALL ON ALL TABLES IN SCHEMA public TO "{role}"')
        connection.execute("DELETE FROM round_profiles")
        for _ in range(2):
            assert call("grants", role, "--apply", MEA_DATABASE_URL=database_url).exit_code == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM round_profiles")


def test_roles_that_rights_do_not_bind_are_refused(database_url, role):
    unbound = call("grants", "postgres", "--apply", MEA_DATABASE_URL=database_url)
    assert (unbound.exit_code, "请另建角色" in unbound.stderr) == (1, True)
    missing = call("grants", "nobody_of_this_name", "--apply", MEA_DATABASE_URL=database_url)
    assert (missing.exit_code, "没有角色" in missing.stderr) == (1, True)
    with entered(database_url) as owner:
        owner.execute(f'ALTER TABLE findings OWNER TO "{role}"')
    assert call("grants", role, "--apply", MEA_DATABASE_URL=database_url).exit_code == 1


def test_sqlite_has_no_roles(tmp_path):
    url = f"sqlite:///{tmp_path / 'a.sqlite3'}"
    call("migrate", MEA_DATABASE_URL=url)
    refused = call("grants", "serving", "--apply", MEA_DATABASE_URL=url)
    assert (refused.exit_code, "只用于 PostgreSQL" in refused.stderr) == (1, True)


def test_the_statements_are_shown_without_a_database():
    shown = call("grants", "serving", MEA_DATABASE_URL="postgresql://nowhere/a")
    assert shown.exit_code == 0
    assert shown.stdout == "".join(f"{each};\n" for each in statements("serving"))
    assert 'GRANT UPDATE (sequence, hash) ON audit_head TO "serving";\n' in shown.stdout
    for odd in ("", "a b", 'a"b', "A", "1a", "a" * 64, "-a;"):
        assert call("grants", "--", odd).exit_code == 2
        with pytest.raises(ValueError, match="role"):
            list(statements(odd))
