"""Profiles of rounds that were open before there were any: fixed as rules could see the subject till then."""

from __future__ import annotations

from alembic import command
from sqlalchemy import text

from app.db import migrate, migration_settings
from tests.rounds.builders import ROUNDS, a_round, open_round, prepare
from tests.service import serving

BEFORE = "20261122193000"


def test_a_migration_gives_open_rounds_what_they_had(database_url: str) -> None:
    with serving(database_url) as service:
        prepare(service)
        open_round(service)
        service.post(ROUNDS, json=a_round("2021", subjects=["alliance"]))
        sheet = f"{ROUNDS}/2020/subjects/alliance/assessment?view=self"
        before = service.get(sheet)
    command.downgrade(migration_settings(database_url), BEFORE)
    migrate(database_url)
    with serving(database_url) as service:
        with service.database.reading() as session:
            rows = session.execute(text("SELECT entry_id, profile FROM round_profiles")).all()
        assert [tuple(row) for row in rows] == [(1, '{"code":"alliance","district_code":"330106","kind":"alliance"}')]
        assert service.get(sheet).content == before.content
        assert service.get("/api/v1/alliances/alliance").json()["attributes"] == {}
        assert service.post(f"{ROUNDS}/2021/open").status_code == 200
        with service.database.reading() as session:
            assert session.scalar(text("SELECT count(*) FROM round_profiles")) == 2
