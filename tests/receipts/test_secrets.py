"""Secrets: answers that carry one are given once, bodies that carry one leave no digest that could be tried out."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from tests.accounts.builders import CHEAP, PASSWORD, PERSON
from tests.receipts.deliveries import KEY, REPLAYED, at_once, keyed, kind, receipts
from tests.service import serving

API = "/api/v1"
HASHING = {f"password_{name}": CHEAP[name] for name in ("memory", "passes", "lanes")}
PERSONS = {"name": "li.wei", "display_name": PERSON, "roles": ["evaluator"], "password": PASSWORD}
TOKEN = {"account": "dashboard", "label": "看板", "roles": ["dashboard"], "days": 30}
LOG_IN = {"name": "li.wei", "password": PASSWORD}


@pytest.fixture
def service(database_url):
    with serving(database_url, **HASHING) as running:
        running.people.actor("dashboard")
        yield running


WRONG = {"password": "wrong"}


def log_in(service, key=KEY, **changes):
    return service.post(f"{API}/login", json=LOG_IN | changes, headers=keyed(key), by=None)


def test_a_token_is_made_once_and_shown_once(service):
    answers = at_once(service, 20, f"{API}/tokens", json=TOKEN)
    assert sorted(each.status_code for each in answers) == [201] + [409] * 19
    assert {kind(each) for each in answers if each.status_code == 409} == {(409, "secret_not_repeated")}
    [made] = [each.json() for each in answers if each.status_code == 201]
    assert len(service.get(f"{API}/tokens?account=dashboard").json()["data"]) == 2
    [row] = receipts(service)
    assert (row.secret, row.status, row.headers, row.body) == (True, None, None, None)
    assert made["secret"] not in repr(vars(row))


def test_something_else_under_the_key_of_a_secret_is_refused_as_such(service):
    service.post(f"{API}/tokens", json=TOKEN, headers=keyed())
    assert kind(service.post(f"{API}/tokens", json=TOKEN | {"days": 31}, headers=keyed())) == (422, "key_reused")


def test_a_log_in_is_not_repeated(service):
    service.post(f"{API}/accounts", json=PERSONS)
    entered = log_in(service)
    assert (entered.status_code, "set-cookie" in entered.headers) == (200, True)
    again = log_in(service)
    assert kind(again) == (409, "secret_not_repeated")
    assert "set-cookie" not in again.headers
    assert log_in(service, "another").status_code == 200


def test_a_key_says_nothing_to_one_who_does_not_know_the_password(service):
    service.post(f"{API}/accounts", json=PERSONS)
    assert kind(log_in(service, **WRONG)) == (401, "login_refused")
    assert log_in(service).status_code == 200
    assert kind(log_in(service, **WRONG)) == (401, "login_refused")
    assert kind(log_in(service, name="nobody")) == (401, "login_refused")


def test_a_log_in_keeps_no_digest_of_the_password(service):
    service.post(f"{API}/accounts", json=PERSONS)
    log_in(service)
    [row] = receipts(service)
    parts = (b"POST", f"{API}/login".encode(), b"", b"")
    assert row.request == hmac.digest(KEY.encode(), b"\n".join(parts), "sha256").hex()


@pytest.mark.parametrize(
    ("path", "body"),
    [("/accounts", PERSONS), ("/accounts/li.wei/reset", {"password": "another-horse-battery"})],
    ids=["accounts", "reset"],
)
def test_of_a_body_with_a_password_no_quick_digest_is_kept(service, path, body):
    if path != "/accounts":
        service.post(f"{API}/accounts", json=PERSONS)
    first = service.post(API + path, json=body, headers=keyed())
    again = service.post(API + path, json=body, headers=keyed())
    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers[REPLAYED] == "true"
    assert kind(service.post(API + path, json=body | {"password": "a-third-horse"}, headers=keyed()))[0] == 422
    [row] = receipts(service)
    sent = first.request.content
    parts = (b"POST", (API + path).encode(), b"")
    quick = [hmac.digest(KEY.encode(), b"\n".join((*parts, each)), "sha256") for each in (sent, _sha256(sent))]
    assert row.request not in {each.hex() for each in (*quick, _sha256(sent))}
    assert PASSWORD not in repr(vars(row))


def _sha256(data):
    return hashlib.sha256(data).digest()
