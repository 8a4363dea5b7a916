"""What is done with accounts, tokens and log-ins stands in the audit record, without names of people and secrets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.accounts.builders import PASSWORD, PERSON, make
from tests.accounts.over_http import House, open_house

API = "/api/v1"
OTHER = "another-horse-battery"
NEW = {"name": "hospital-1", "display_name": PERSON, "roles": ["submitter"], "institution": "b", "password": OTHER}


@pytest.fixture
def service(database_url: str) -> Iterator[House]:
    with open_house(database_url) as running:
        make(running.database, "root1", "admin")
        yield running


def log_in(service: House, name: str = "root1", password: str = PASSWORD) -> int:
    return service.post(f"{API}/login", json={"name": name, "password": password}).status_code


def recorded(service: House) -> list[tuple[Any, ...]]:
    """Who did what to what, the first first; but for the account that was there from the start."""
    entries = service.get(f"{API}/audit?limit=200", by="auditor").json()["data"]
    return [(each["actor"], each["act"], each["thing"], each["reason"]) for each in reversed(entries)][1:]


def test_log_ins_are_recorded_those_that_fail_under_no_ones_name(service: House) -> None:
    assert [log_in(service, "root1", "wrong"), log_in(service, "nobody"), log_in(service)] == [401, 401, 200]
    service.put(f"{API}/me/password", json={"old": "wrong", "new": OTHER})
    service.put(f"{API}/me/password", json={"old": PASSWORD, "new": OTHER})
    service.post(f"{API}/logout")
    assert recorded(service) == [
        ("", "login_failed", "accounts/root1", ""),
        ("root1", "log_in", "accounts/root1", ""),
        ("root1", "login_failed", "accounts/root1", ""),
        ("root1", "change_password", "accounts/root1", ""),
        ("root1", "log_out", "accounts/root1", ""),
    ]


def test_what_is_tried_while_locked_is_not_recorded(service: House) -> None:
    for _ in range(9):
        log_in(service, "root1", "wrong")
    assert [act for _, act, *_ in recorded(service)] == ["login_failed"] * 5


def test_acts_on_accounts_are_recorded(service: House) -> None:
    log_in(service)
    one = f"{API}/accounts/hospital-1"
    service.post(f"{API}/accounts", json=NEW)
    service.put(one, json={"display_name": PERSON, "roles": ["submitter"], "subjects": ["a"]})
    service.post(f"{one}/reset", json={"password": PASSWORD})
    service.post(f"{one}/deactivate")
    service.post(f"{one}/reactivate")
    service.post(f"{one}/reactivate")
    assert recorded(service)[1:] == [
        ("root1", act, "accounts/hospital-1", "")
        for act in ("create_account", "change_account", "reset_account", "deactivate_account", "reactivate_account")
    ]


def test_acts_on_tokens_are_recorded(service: House) -> None:
    log_in(service)
    made = service.post(f"{API}/tokens", json={"label": "脚本", "roles": ["admin"], "days": 30}).json()
    service.post(f"{API}/tokens/{made['number']}/revoke", json={"reason": "不再使用"})
    thing = f"accounts/root1/tokens/{made['number']}"
    assert recorded(service)[1:] == [
        ("root1", "create_token", thing, ""),
        ("root1", "revoke_token", thing, "不再使用"),
    ]


def test_neither_people_nor_secrets_are_recorded(service: House) -> None:
    log_in(service)
    service.post(f"{API}/accounts", json=NEW)
    made = service.post(f"{API}/tokens", json={"label": "脚本", "roles": ["admin"], "days": 30}).json()
    text = service.get(f"{API}/audit?limit=200", by="auditor").text
    for hidden in (PERSON, PASSWORD, OTHER, made["secret"], made["secret"][6:20]):
        assert hidden not in text
