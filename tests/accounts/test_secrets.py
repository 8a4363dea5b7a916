"""No secret, password or name of a person stands where it must not: columns, `repr`, logs."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import inspect, text

from app.accounts.service.credentials import PREFIXES, hash_of, new_secret
from app.accounts.service.identifying import note_use
from app.accounts.values import account_as_sent, made_as_sent, me_as_sent
from app.db import Database
from tests.accounts.builders import PASSWORD, PERSON, an_entrance, enter, make, make_token, shown
from tests.accounts.over_http import open_house
from tests.service import Service

API = "/api/v1"


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    with open_house(database_url) as running:
        yield running


def dump(database: Database) -> str:
    """Every value of every table."""
    with database.engine.connect() as connection:
        names = inspect(connection).get_table_names()
        rows = [row for name in names for row in connection.execute(text(f'SELECT * FROM "{name}"'))]  # noqa: S608
    return repr(rows)


def test_a_secret_has_256_random_bits_behind_its_prefix() -> None:
    for kind, prefix in PREFIXES.items():
        secrets = {new_secret(kind).text for _ in range(100)}
        assert len(secrets) == 100
        assert all(re.fullmatch(f"{prefix}[A-Za-z0-9_-]{{43}}", secret) for secret in secrets)
    assert PREFIXES == {"token": "mea_t_", "session": "mea_s_"}


def test_of_secrets_and_passwords_only_hashes_are_stored(database: Database) -> None:
    make(database, "root1", "admin")
    entrance = an_entrance(database)
    entered = enter(entrance, "root1")
    made = make_token(database, entered.actor, "admin")
    for secret in (entered.secret, made.secret):
        identified = shown(database, secret)
        assert identified is not None
        note_use(database, identified)
    everything = dump(database)
    for secret in (entered.secret, made.secret):
        assert hash_of(secret) in everything
        assert secret not in everything
        assert secret[len("mea_t_") :] not in everything
        assert secret[-20:] not in everything
    assert "$argon2id$" in everything
    assert PASSWORD not in everything


def test_neither_secrets_nor_people_show_in_a_repr(database: Database) -> None:
    account = make(database, "root1", "admin")
    entered = enter(an_entrance(database), "root1")
    made = make_token(database, entered.actor, "admin")
    values = [account, entered, made, new_secret("token"), account_as_sent(account)]
    values += [made_as_sent(made), me_as_sent(entered.actor, account), shown(database, made.secret)]
    texts = "".join(repr(each) for each in values)
    for hidden in (PERSON, PASSWORD, entered.secret, made.secret, hash_of(made.secret), "$argon2id$"):
        assert hidden not in texts


def test_nothing_of_them_is_logged(service: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    make(service.database, "root1", "admin")
    login = {"name": "root1", "password": PASSWORD}
    entered = service.post(f"{API}/login", json=login)
    made = service.post(f"{API}/tokens", json={"label": "看板", "roles": ["admin"], "days": 1}).json()["secret"]
    service.post(f"{API}/login", json={**login, "password": "wrong-" + PASSWORD})
    service.post(f"{API}/accounts", json={"name": "b", "display_name": PERSON, "roles": [], "password": PASSWORD})
    service.get(f"{API}/me", headers={"Authorization": f"Bearer {made}"})
    session = entered.headers["set-cookie"].split(";")[0].partition("=")[2]
    assert "/api/v1/login" in caplog.text
    for hidden in (PASSWORD, PERSON, made, session, hash_of(made), "$argon2id$"):
        assert hidden not in caplog.text
