"""The routes: a cookie that nothing can read, accounts, tokens, what they document, and tags."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import jsonschema
import pytest
from fastapi import FastAPI

from app.access import CONSOLE
from app.accounts.api import routers
from app.accounts.service import accounts
from app.accounts.service.attempts import Attempts
from app.accounts.store.tables import TokenRow
from app.protocol.later import complete
from tests.accounts.aging import column
from tests.accounts.builders import PASSWORD, PERSON, make, make_token
from tests.accounts.over_http import open_house
from tests.service import Service

API = "/api/v1"
OTHER = "another-horse-battery"
NEW = {"name": "hospital-1", "display_name": PERSON, "roles": ["submitter"], "institution": "b", "password": OTHER}


@pytest.fixture
def service(database_url: str) -> Iterator[Service]:
    with open_house(database_url) as running:
        make(running.database, "root1", "admin", "chief")
        yield running


def log_in(service: Service, name: str = "root1", password: str = PASSWORD, **arguments: Any) -> httpx.Response:
    return service.post(f"{API}/login", json={"name": name, "password": password}, **arguments)


def kind(response: httpx.Response) -> tuple[int, str]:
    return response.status_code, response.json()["type"].removeprefix("/problems/")


def test_a_log_in_sets_a_cookie_that_nothing_else_can_read(service: Service) -> None:
    entered = log_in(service)
    assert entered.status_code == 200
    assert entered.json() == {
        "name": "root1",
        "display_name": PERSON,
        "roles": ["admin", "chief"],
        "institution": None,
        "subjects": [],
        "unpublished": False,
    }
    secret, *attributes = entered.headers["set-cookie"].split("; ")
    assert secret.startswith("mea_session=mea_s_")
    assert set(attributes) == {"HttpOnly", "Path=/", "SameSite=strict"}
    assert entered.headers["cache-control"] == "no-store"
    assert secret.partition("=")[2] not in entered.text


@pytest.mark.parametrize(
    ("host", "plain_http", "secure"),
    [
        ("127.0.0.1:8000", False, False),
        ("localhost:8000", False, False),
        ("[::1]:8000", False, False),
        ("assessment.example", False, True),
        ("127.0.0.1.example", False, True),
        ("assessment.example", True, False),
    ],
)
def test_the_cookie_travels_with_tls_alone_but_to_this_machine(
    database_url: str, host: str, plain_http: bool, secure: bool
) -> None:
    with open_house(database_url, plain_http=plain_http) as service:
        make(service.database, "root1", "admin")
        entered = log_in(service, headers={"Host": host})
        assert ("Secure" in entered.headers["set-cookie"].split("; ")) is secure


def test_who_has_logged_in_is_known_until_he_or_she_logs_out(service: Service) -> None:
    assert kind(service.get(f"{API}/me")) == (401, "unauthenticated")
    entered = log_in(service)
    me = service.get(f"{API}/me")
    assert me.json() == entered.json()
    assert service.get(f"{API}/me", headers={"If-None-Match": me.headers["ETag"]}).status_code == 304
    cookie = service._client.cookies["mea_session"]
    out = service.post(f"{API}/logout")
    assert (out.status_code, out.content) == (204, b"")
    assert 'mea_session=""' in out.headers["set-cookie"]
    assert "Max-Age=0" in out.headers["set-cookie"]
    assert kind(service.get(f"{API}/me", headers={"Cookie": f"mea_session={cookie}"})) == (401, "unauthenticated")


def test_who_has_not_logged_in_cannot_log_out(service: Service) -> None:
    assert kind(service.post(f"{API}/logout")) == (401, "unauthenticated")


def test_a_log_in_that_fails_says_the_same_whoever_it_was(service: Service) -> None:
    make(service.database, "program", password=None)
    answers = [log_in(service, name, "wrong") for name in ("root1", "nobody", "program", "")]
    answers += [log_in(service, "root1", "wrong") for _ in range(6)]
    assert {(*kind(each), "retry-after" in each.headers) for each in answers} == {(401, "login_refused", False)}
    assert len({each.content for each in answers}) == 1
    assert all("set-cookie" not in each.headers for each in answers)
    assert log_in(service).status_code == 401


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({}, {"/name", "/password"}),
        ({"name": "a" * 65, "password": "b" * 1025}, {"/name", "/password"}),
        ({"name": 1, "password": None}, {"/name", "/password"}),
    ],
)
def test_a_log_in_without_form_is_refused(service: Service, body: Any, pointers: set[str]) -> None:
    refused = service.post(f"{API}/login", json=body)
    assert refused.status_code == 422
    assert {each["pointer"] for each in refused.json()["errors"]} == pointers


def test_who_tries_too_often_has_to_wait(database_url: str) -> None:
    with open_house(database_url, attempts=Attempts({"login": "3/minute"})) as service:
        make(service.database, "root1", "admin")
        assert [log_in(service, "nobody").status_code for _ in range(2)] == [401, 401]
        assert log_in(service).status_code == 200
        refused = log_in(service)
        assert kind(refused) == (429, "too_many_attempts")
        assert 1 <= int(refused.headers["Retry-After"]) <= 61


def test_one_changes_ones_own_password(service: Service) -> None:
    log_in(service)

    def change(old: str, new: str) -> httpx.Response:
        return service.put(f"{API}/me/password", json={"old": old, "new": new})

    assert kind(change("wrong", OTHER)) == (403, "password_wrong")
    for new in ("short", "root1root1root1"):
        assert [each["pointer"] for each in change(PASSWORD, new).json()["errors"]] == ["/new"]
    assert change(PASSWORD, OTHER).status_code == 204
    assert service.get(f"{API}/me").status_code == 200
    assert log_in(service, password=OTHER).status_code == 200
    assert log_in(service).status_code == 401


def test_an_account_is_made_read_changed_and_listed(service: Service) -> None:
    log_in(service)
    made = service.post(f"{API}/accounts", json=NEW)
    assert (made.status_code, made.headers["Location"]) == (201, f"{API}/accounts/hospital-1")
    read = service.get(made.headers["Location"])
    assert (read.json(), read.headers["ETag"]) == (made.json(), made.headers["ETag"])
    assert (read.json()["has_password"], read.json()["active"]) == (True, True)
    tag = {"If-None-Match": read.headers["ETag"]}
    assert service.get(made.headers["Location"], headers=tag).status_code == 304
    said = {"display_name": PERSON, "roles": ["submitter"], "subjects": ["c", "a"]}
    changed = service.put(made.headers["Location"], json=said, headers={"If-Match": read.headers["ETag"]})
    assert (changed.status_code, changed.json()["subjects"]) == (200, ["a", "c"])
    stale = service.put(made.headers["Location"], json=said, headers={"If-Match": read.headers["ETag"]})
    assert kind(stale) == (412, "stale")
    listed = service.get(f"{API}/accounts?limit=1").json()
    assert [each["name"] for each in listed["data"]] == ["hospital-1"]
    rest = service.get(f"{API}/accounts?cursor={listed['next_cursor']}").json()
    assert ([each["name"] for each in rest["data"]], rest["next_cursor"]) == (["root1"], None)


def test_a_wrong_account_is_refused_with_all_its_problems(service: Service) -> None:
    log_in(service)
    refused = service.post(f"{API}/accounts", json={**NEW, "name": "A", "institution": None, "password": "x"})
    assert {each["pointer"] for each in refused.json()["errors"]} == {"/name", "/institution", "/password"}
    assert OTHER not in refused.text
    assert kind(service.post(f"{API}/accounts", json={**NEW, "name": "root1"})) == (409, "name_taken")


def test_an_account_is_reset_shut_and_opened_again(service: Service) -> None:
    log_in(service)
    service.post(f"{API}/accounts", json=NEW)
    one = f"{API}/accounts/hospital-1"
    unfit = service.post(f"{one}/reset", json={"password": "hospital-1-hospital-1"})
    assert [each["code"] for each in unfit.json()["errors"]] == ["password_name"]
    assert service.post(f"{one}/reset", json={"password": PASSWORD}).status_code == 200
    assert service.post(f"{one}/deactivate").json()["active"] is False
    assert kind(service.post(f"{one}/deactivate")) == (409, "account_inactive")
    assert service.post(f"{one}/reactivate").json()["active"] is True
    assert kind(service.post(f"{one}/reactivate")) == (409, "account_active")
    assert kind(service.post(f"{API}/accounts/root1/deactivate")) == (409, "last_administrator")
    assert kind(service.get(f"{API}/accounts/nobody")) == (404, "account_not_found")


def test_others_do_not_manage_accounts(service: Service) -> None:
    make(service.database)
    log_in(service, "li.wei")
    assert kind(service.post(f"{API}/accounts", json=NEW)) == (403, "forbidden")
    assert kind(service.get(f"{API}/accounts/li.wei")) == (403, "forbidden")
    assert kind(service.get(f"{API}/tokens?account=root1")) == (403, "forbidden")


def test_a_token_is_shown_once_and_opens_until_it_is_revoked(service: Service) -> None:
    log_in(service)
    made = service.post(f"{API}/tokens", json={"label": "脚本", "roles": ["chief"], "days": 30})
    assert made.status_code == 201
    secret = made.json()["secret"]
    token = {name: value for name, value in made.json().items() if name != "secret"}
    listed = service.get(f"{API}/tokens")
    assert listed.json() == {"data": [token], "next_cursor": None}
    assert service.get(f"{API}/tokens", headers={"If-None-Match": listed.headers["ETag"]}).status_code == 304
    service.post(f"{API}/logout")
    bearer = {"Authorization": f"Bearer {secret}"}
    assert service.get(f"{API}/me", headers=bearer).json()["roles"] == ["chief"]
    another = {"label": "另一个", "roles": ["chief"], "days": 400}
    assert kind(service.post(f"{API}/tokens", json=another, headers=bearer)) == (403, "token_makes_no_token")
    one = f"{API}/tokens/{token['number']}/revoke"
    assert service.post(one, json={"reason": "x"}, headers=bearer).json()["errors"][0]["pointer"] == "/reason"
    revoked = service.post(one, json={"reason": "不再使用"}, headers=bearer)
    assert (revoked.status_code, revoked.json()["revoked_reason"]) == (200, "不再使用")
    assert service.get(f"{API}/me", headers=bearer).status_code == 401
    log_in(service)
    assert kind(service.post(one, json={"reason": "不再使用"})) == (409, "token_revoked")
    assert kind(service.post(f"{API}/tokens/99/revoke", json={"reason": "不再使用"})) == (404, "token_not_found")


@pytest.mark.parametrize("number", ["0", "-1", "x", str(2**63)])
def test_a_number_that_no_token_has_is_refused(service: Service, number: str) -> None:
    log_in(service)
    assert service.post(f"{API}/tokens/{number}/revoke", json={"reason": "不再使用"}).status_code == 422


def test_tokens_are_paged(service: Service) -> None:
    for _ in range(3):
        make_token(service.database, CONSOLE, "admin", account="root1")
    log_in(service)
    first = service.get(f"{API}/tokens?account=root1&limit=2").json()
    rest = service.get(f"{API}/tokens?account=root1&cursor={first['next_cursor']}").json()
    assert [each["number"] for each in [*first["data"], *rest["data"]]] == [1, 2, 3]


def test_every_route_says_what_it_takes_answers_and_refuses() -> None:
    app = FastAPI()
    app.router.routes[:0] = [route for router in routers for route in router.routes]
    document = json.loads(json.dumps(complete(app.openapi())))
    seen = 0
    for methods in document["paths"].values():
        for operation in methods.values():
            contents = [answer.get("content", {}) for answer in operation["responses"].values()]
            contents.append(operation.get("requestBody", {}).get("content", {}))
            for content in (each for kinds in contents for each in kinds.values() if "example" in each):
                schema = {**content["schema"], "components": document["components"]}
                jsonschema.Draft202012Validator(schema).validate(content["example"])
                seen += 1
            assert {"422", "503"} <= operation["responses"].keys()
    assert seen > 15


def test_a_session_that_is_ended_while_a_token_waits_for_its_turn_leaves_none(service: Service) -> None:
    """Whoever has got into an account is put out by a reset, whatever is under way."""
    make(service.database, "root2", "admin")
    log_in(service)
    body = {"label": "留作后用", "roles": ["admin"], "days": 400}
    with ThreadPoolExecutor(1) as threads:
        with service.database.writing() as session:
            accounts.reset(session, CONSOLE, "root1", "a hash")
            waiting = threads.submit(service.post, f"{API}/tokens", json=body)
            time.sleep(0.5)
            assert not waiting.done()
        assert kind(waiting.result()) == (401, "unauthenticated")
    assert column(service.database, TokenRow, "id") == []
