"""Accounts: made, read, changed, reset, shut, opened again; each refusal; there is always an administrator."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from types import SimpleNamespace
from typing import Any

import pytest

from app.access import CONSOLE, NOBODY, Actor
from app.accounts.service import accounts
from app.accounts.service.entrance import Entrance
from app.accounts.shapes import AccountChange
from app.accounts.store.tables import AccountRow
from app.accounts.values import Account
from app.db import Database, Session
from app.errors import Conflict, Forbidden, NotFound, Refused, Stale, Unidentified
from tests.accounts.aging import column
from tests.accounts.builders import PASSWORD, PERSON, a_hasher, an_account, enter, make, make_token, shown
from tests.flow.watching import refused_by_the_database

OTHER = "another-horse-battery"
SAME = {"display_name": PERSON, "roles": ["evaluator"]}
Act = Callable[[Session, Actor], Any]


def unseen(_account: Account) -> None:
    """Whoever acts has seen the account as it is."""


def said(**changes: Any) -> AccountChange:
    return AccountChange.model_validate(SAME | changes)


def do(database: Database, act: Act, by: Actor = CONSOLE) -> Any:
    with database.writing() as session:
        return act(session, by)


def change(name: str, **changes: Any) -> Act:
    return lambda session, by: accounts.change(session, by, name, said(**changes), unseen)


def reset(name: str) -> Act:
    return lambda session, by: accounts.reset(session, by, name, a_hasher().hash(OTHER))


def deactivate(name: str) -> Act:
    return lambda session, by: accounts.deactivate(session, by, name)


def reactivate(name: str) -> Act:
    return lambda session, by: accounts.reactivate(session, by, name)


def read(name: str) -> Act:
    return lambda session, by: accounts.read(session, by, name)


def listed(session: Session, by: Actor) -> Any:
    return accounts.page(session, by, "", 10)


def create(name: str) -> Act:
    return lambda session, by: accounts.create(session, by, an_account(name), None)


MANAGING: dict[str, Act] = {
    "create": create("wang.fang"),
    "change": change("li.wei"),
    "reset": reset("li.wei"),
    "deactivate": deactivate("li.wei"),
    "reactivate": reactivate("li.wei"),
}
READING: dict[str, Act] = {"read": read("li.wei"), "list": listed}


def test_an_account_is_made_and_read(database: Database) -> None:
    made = make(database, "hospital-1", "submitter", subjects=["b", "a"])
    assert made == do(database, read("hospital-1"))
    assert (made.name, made.display_name, made.roles) == ("hospital-1", PERSON, {"submitter"})
    assert (made.institution, made.subjects) == ("shili-hospital", {"a", "b"})
    assert (made.has_password, made.active, made.locked_until) == (True, True, None)
    assert made.created_at == made.changed_at


def test_a_login_name_is_used_once(database: Database) -> None:
    make(database)
    with pytest.raises(Conflict, match="name_taken"):
        make(database, "li.wei", "admin")


def test_of_two_who_make_the_same_account_one_does(database: Database) -> None:
    start = Barrier(2)

    def run(_: int) -> str:
        start.wait()
        try:
            return make(database).name
        except Conflict as refused:
            return refused.type

    with ThreadPoolExecutor(2) as threads:
        done = sorted(threads.map(run, range(2)))
    assert done in (["concurrent_change", "li.wei"], ["li.wei", "name_taken"])


def test_accounts_are_listed_by_login_name_a_page_at_a_time(database: Database) -> None:
    for name in ("c", "a-1", "b", "a.1", "a"):
        make(database, name)
    with database.reading() as session:
        first = accounts.page(session, CONSOLE, "", 3)
        rest = accounts.page(session, CONSOLE, first[-1].name, 3)
    assert [each.name for each in [*first, *rest]] == ["a", "a-1", "a.1", "b", "c"]


@pytest.mark.parametrize("act", MANAGING)
@pytest.mark.parametrize("role", ["chief", "evaluator", "submitter", "dashboard", "auditor", None])
def test_only_administrators_manage(database: Database, act: str, role: str | None) -> None:
    make(database)
    by = NOBODY if role is None else make(database, "other", role).acting()
    before = column(database, AccountRow, "changed_at")
    with pytest.raises(Forbidden):
        do(database, MANAGING[act], by)
    assert column(database, AccountRow, "changed_at") == before


@pytest.mark.parametrize("act", READING)
@pytest.mark.parametrize("role", ["admin", "chief", "auditor", "evaluator", "submitter", "dashboard", None])
def test_who_reads_accounts(database: Database, act: str, role: str | None) -> None:
    make(database)
    by = NOBODY if role is None else make(database, "other", role).acting()
    if role in {"admin", "chief", "auditor"}:
        assert do(database, READING[act], by)
    else:
        with pytest.raises(Forbidden):
            do(database, READING[act], by)


@pytest.mark.parametrize("act", sorted({*MANAGING, "read"} - {"create"}))
def test_an_account_nobody_made_is_not_found(database: Database, act: str) -> None:
    with pytest.raises(NotFound, match="account_not_found"):
        do(database, (MANAGING | READING)[act])


def test_one_reads_ones_own_account_whatever_ones_role(database: Database) -> None:
    for role in ("submitter", "dashboard"):
        made = make(database, role, role)
        assert do(database, accounts.own, made.acting()) == made
    with pytest.raises(Unidentified, match="not_logged_in"):
        do(database, accounts.own, NOBODY)


def test_a_change_says_everything_anew_but_the_login_name(database: Database, entrance: Entrance) -> None:
    before = make(database)
    session = enter(entrance).secret
    do(database, change("li.wei", display_name="另一个人", roles=["chief", "evaluator"], institution="b"))
    after = do(database, read("li.wei"))
    assert (after.display_name, after.roles, after.institution) == ("另一个人", {"chief", "evaluator"}, "b")
    assert (after.number, after.created_at) == (before.number, before.created_at)
    assert after.changed_at >= before.changed_at
    found = shown(database, session)
    assert found is not None
    assert (found.actor.roles, found.actor.institution) == ({"chief", "evaluator"}, "b")


def test_a_change_of_what_has_changed_meanwhile_is_refused(database: Database) -> None:
    make(database)

    def stale(_account: Account) -> None:
        raise Stale("stale", "")

    with pytest.raises(Stale):
        do(database, lambda session, by: accounts.change(session, by, "li.wei", said(roles=["admin"]), stale))
    assert do(database, read("li.wei")).roles == {"evaluator"}


@pytest.mark.parametrize("act", [reset("li.wei"), deactivate("li.wei")], ids=["reset", "deactivate"])
def test_every_session_and_token_of_the_account_ends_and_none_of_another(
    database: Database, entrance: Entrance, act: Act
) -> None:
    make(database)
    make(database, "wang.fang")
    ended, others = (
        [enter(entrance, name).secret, make_token(database, enter(entrance, name).actor).secret]
        for name in ("li.wei", "wang.fang")
    )
    do(database, act)
    assert [shown(database, secret) for secret in ended] == [None, None]
    assert all(shown(database, secret) is not None for secret in others)


def test_a_reset_gives_another_password_and_lifts_the_lock(database: Database, entrance: Entrance) -> None:
    make(database)
    for _ in range(5):
        assert entrance.log_in("li.wei", OTHER) is None
    assert do(database, reset("li.wei")).locked_until is None
    assert entrance.log_in("li.wei", PASSWORD) is None
    enter(entrance, password=OTHER)


def test_what_ended_stays_so_when_the_account_is_opened_again(database: Database, entrance: Entrance) -> None:
    make(database)
    session = enter(entrance)
    token = make_token(database, session.actor)
    assert do(database, deactivate("li.wei")).active is False
    assert entrance.log_in("li.wei", PASSWORD) is None
    assert do(database, reactivate("li.wei")).active is True
    assert shown(database, session.secret) is None
    assert shown(database, token.secret) is None
    enter(entrance)


def test_what_is_shut_is_not_shut_again_and_what_is_open_not_opened(database: Database) -> None:
    make(database)
    with pytest.raises(Conflict, match="account_active"):
        do(database, reactivate("li.wei"))
    do(database, deactivate("li.wei"))
    with pytest.raises(Conflict, match="account_inactive"):
        do(database, deactivate("li.wei"))


LEAVING = {"shut": deactivate("root1"), "another role": change("root1", roles=["chief"])}


@pytest.mark.parametrize("act", LEAVING)
def test_the_last_active_administrator_stays(database: Database, act: str) -> None:
    make(database, "root1", "admin", "chief")
    make(database, "root2", "admin")
    do(database, deactivate("root2"))
    with pytest.raises(Conflict, match="last_administrator"):
        do(database, LEAVING[act])
    do(database, change("root1", roles=["admin"]))
    do(database, reactivate("root2"))
    do(database, LEAVING[act])


def test_others_may_leave_while_there_is_one_administrator(database: Database) -> None:
    make(database, "root1", "admin")
    make(database)
    do(database, change("li.wei", roles=["chief"]))
    do(database, deactivate("li.wei"))


@pytest.mark.parametrize("leave", [deactivate, lambda name: change(name, roles=["chief"])], ids=["shut", "role"])
def test_of_two_administrators_who_take_leave_of_each_other_one_stays(
    database: Database, leave: Callable[[str], Act]
) -> None:
    names = ["root1", "root2"]
    for name in names:
        make(database, name, "admin")
    start = Barrier(2)

    def run(name: str) -> str:
        start.wait()
        try:
            do(database, leave(name))
        except Refused as refused:
            return refused.type
        return "done"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(run, names)) == ["done", "last_administrator"]


def test_the_database_keeps_accounts_and_what_has_ended(database: Database, entrance: Entrance) -> None:
    make(database)
    session = enter(entrance)
    make_token(database, session.actor)
    do(database, deactivate("li.wei"))
    refused_by_the_database(
        SimpleNamespace(database=database),
        "DELETE FROM accounts WHERE name = 'li.wei'",
        "UPDATE accounts SET name = 'other'",
        "DELETE FROM account_tokens",
        "DELETE FROM account_sessions",
        "UPDATE account_tokens SET revoked_at = NULL, revoked_reason = NULL",
        "UPDATE account_tokens SET expires_at = created_at",
        "UPDATE account_tokens SET scope = '[\"admin\"]'",
        "UPDATE account_sessions SET ended_at = NULL",
        "UPDATE account_sessions SET account_id = 1, expires_at = created_at",
    )
