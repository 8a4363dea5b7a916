"""Tokens: for oneself, for others, never wider than the account, shown once, revoked once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from app.access import CONSOLE, NOBODY, Actor
from app.accounts.service import accounts, tokens
from app.accounts.store.tables import TokenRow
from app.accounts.values import Token
from app.db import Database
from app.errors import Conflict, Forbidden, Invalid, NotFound, Unidentified
from tests.accounts.aging import column
from tests.accounts.builders import make, make_token, shown


def listed(database: Database, by: Actor, account: str | None = None, after: int = 0, limit: int = 10) -> list[Token]:
    with database.reading() as session:
        return list(tokens.page(session, by, account, after, limit))


def revoke(database: Database, by: Actor, number: int) -> Token:
    with database.writing() as session:
        return tokens.revoke(session, by, number, "不再使用")


def test_one_makes_a_token_for_oneself(database: Database) -> None:
    me = make(database, "li.wei", "chief", "evaluator").acting()
    made = make_token(database, me, "evaluator", label="脚本", days=400)
    token = made.token
    assert made.secret.startswith("mea_t_")
    assert made.secret.startswith(token.prefix)
    assert len(token.prefix) == len("mea_t_") + 6
    assert (token.account, token.label, token.roles) == ("li.wei", "脚本", {"evaluator"})
    assert token.expires_at - token.created_at == timedelta(days=400)
    assert (token.last_used_at, token.revoked_at, token.revoked_reason) == (None, None, None)
    assert listed(database, me) == [token]


def test_an_administrator_makes_one_for_another_who_need_not_have_the_same_roles(database: Database) -> None:
    root = make(database, "root1", "admin").acting()
    make(database, "board", "dashboard", password=None)
    made = make_token(database, root, "dashboard", account="board", unpublished=True, loopback=True)
    assert (made.token.account, made.token.unpublished, made.token.loopback) == ("board", True, True)


def test_nobody_else_makes_one_for_another(database: Database) -> None:
    make(database)
    for role in ("chief", "evaluator", "submitter", "dashboard", "auditor"):
        with pytest.raises(Forbidden):
            make_token(database, make(database, role, role).acting(), "evaluator", account="li.wei")
    with pytest.raises(Unidentified):
        make_token(database, NOBODY)
    assert column(database, TokenRow, "id") == []


@pytest.mark.parametrize("by_console", [True, False])
def test_a_token_opens_no_more_than_its_account(database: Database, by_console: bool) -> None:
    me = make(database).acting()
    with pytest.raises(Invalid) as refused:
        make_token(database, CONSOLE if by_console else me, "evaluator", "chief", "admin", account="li.wei")
    assert [(each.pointer, each.code) for each in refused.value.problems] == [
        ("/roles/1", "role_not_held"),
        ("/roles/2", "role_not_held"),
    ]


def test_a_token_opens_no_more_than_one_may_at_this_moment(database: Database) -> None:
    """Somebody who acts with fewer roles than the account has makes no token that has more."""
    me = make(database, "li.wei", "admin", "evaluator")
    narrow = Actor(number=me.number, name=me.name, roles=frozenset({"evaluator"}))
    for account in (None, "li.wei"):
        with pytest.raises(Invalid, match="invalid"):
            make_token(database, narrow, "admin", account=account)
    make_token(database, narrow, "evaluator")


def test_a_token_makes_no_other_for_its_own_account(database: Database) -> None:
    me = make(database, "root1", "admin").acting()
    make(database, "board", "dashboard")
    with pytest.raises(Forbidden, match="token_makes_no_token"):
        make_token(database, me, "admin", by_token=True)
    make_token(database, me, "dashboard", account="board", by_token=True)


def test_only_an_administrator_lets_a_dashboard_see_what_is_not_published(database: Database) -> None:
    board = make(database, "board", "dashboard").acting()
    make_token(database, board, "dashboard")
    with pytest.raises(Forbidden):
        make_token(database, board, "dashboard", unpublished=True)


def test_an_account_that_is_shut_gets_none(database: Database) -> None:
    make(database)
    with database.writing() as session:
        accounts.deactivate(session, CONSOLE, "li.wei")
    with pytest.raises(Conflict, match="account_inactive"):
        make_token(database, CONSOLE, account="li.wei")


def test_an_account_that_nobody_made_gets_none(database: Database) -> None:
    with pytest.raises(NotFound, match="account_not_found"):
        make_token(database, CONSOLE, account="nobody")


def test_tokens_are_listed_in_the_order_in_which_they_were_made(database: Database) -> None:
    me = make(database).acting()
    other = make(database, "other").acting()
    numbers = [make_token(database, me).token.number for _ in range(3)]
    make_token(database, other)
    first = listed(database, me, limit=2)
    assert [each.number for each in [*first, *listed(database, me, after=first[-1].number)]] == numbers


@pytest.mark.parametrize(
    ("role", "reads"),
    [
        ("admin", True),
        ("chief", True),
        ("auditor", True),
        ("evaluator", False),
        ("submitter", False),
        ("dashboard", False),
    ],
)
def test_who_lists_the_tokens_of_others(database: Database, role: str, reads: bool) -> None:
    me = make(database)
    token = make_token(database, me.acting()).token
    by = make(database, "other", role).acting()
    if reads:
        assert listed(database, by, "li.wei") == [token]
        with pytest.raises(NotFound, match="account_not_found"):
            listed(database, by, "nobody")
    else:
        for name in ("li.wei", "nobody"):
            with pytest.raises(Forbidden):
                listed(database, by, name)
    assert listed(database, me.acting(), "li.wei") == [token]


def test_a_token_is_revoked_once_and_says_why(database: Database) -> None:
    me = make(database).acting()
    made = make_token(database, me)
    revoked = revoke(database, me, made.token.number)
    assert revoked.revoked_at is not None
    assert revoked.revoked_reason == "不再使用"
    assert shown(database, made.secret) is None
    with pytest.raises(Conflict, match="token_revoked"):
        revoke(database, me, made.token.number)
    assert listed(database, me) == [revoked]


def test_an_administrator_revokes_the_tokens_of_others(database: Database) -> None:
    made = make_token(database, make(database).acting())
    root = make(database, "root1", "admin").acting()
    assert revoke(database, root, made.token.number).account == "li.wei"


@pytest.mark.parametrize("role", ["chief", "evaluator", "submitter", "dashboard", "auditor"])
def test_to_others_the_token_does_not_exist(database: Database, role: str) -> None:
    made = make_token(database, make(database).acting())
    by = make(database, "other", role).acting()
    missing: list[Any] = []
    for number in (made.token.number, 10**9):
        with pytest.raises(NotFound, match="token_not_found") as refused:
            revoke(database, by, number)
        missing.append(refused.value.type)
    assert len(set(missing)) == 1
    assert shown(database, made.secret) is not None


def test_a_reset_says_why_tokens_ended_and_leaves_the_reason_of_those_that_had(database: Database) -> None:
    me = make(database).acting()
    first, _ = (make_token(database, me) for _ in range(2))
    revoke(database, me, first.token.number)
    with database.writing() as session:
        accounts.reset(session, CONSOLE, "li.wei", "$argon2id$nobodys")
    assert column(database, TokenRow, "revoked_reason") == ["不再使用", "管理员重设了密码"]


def test_who_shuts_an_account_holds_up_nobody_who_ends_a_token_of_another(database: Database) -> None:
    """Else each could hold what the other waits for. On SQLite whoever writes is alone."""
    make(database, "first")
    made = make_token(database, make(database, "second").acting())

    other = threading.Thread(target=revoke, args=(database, CONSOLE, made.token.number))
    with database.writing() as session:
        accounts.deactivate(session, CONSOLE, "first")
        other.start()
        other.join(1)
        waits = other.is_alive()
    other.join()
    assert waits == (database.engine.dialect.name == "sqlite")
    assert shown(database, made.secret) is None
