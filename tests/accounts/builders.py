"""Accounts and what they show, made by the services; right unless changed."""

from __future__ import annotations

from typing import Any

from app.access import CONSOLE, Actor
from app.accounts.service import accounts, tokens
from app.accounts.service.attempts import Attempts
from app.accounts.service.entrance import Entrance
from app.accounts.service.identifying import identify
from app.accounts.service.passwords import Hasher
from app.accounts.shapes import NewAccount, NewToken
from app.accounts.values import Account, Entered, Identified, MadeToken
from app.db import Database

PASSWORD = "correct-horse-battery"  # noqa: S105 -- nobody's
PERSON = "赵钱孙李周吴郑王"
CHEAP: dict[str, int] = {"memory": 8, "passes": 1, "lanes": 1, "at_once": 4, "patience": 5}


def a_hasher(**changes: int) -> Hasher:
    return Hasher(**CHEAP | changes)


def an_entrance(database: Database, **changes: int) -> Entrance:
    return Entrance(database, a_hasher(**changes), Attempts({"login": "1000/minute", "token": "1000/minute"}))


def an_account(name: str = "li.wei", *roles: str, **changes: Any) -> NewAccount:
    said = {"name": name, "display_name": PERSON, "roles": roles or ("evaluator",), "password": PASSWORD}
    if "submitter" in said["roles"]:
        said["institution"] = "shili-hospital"
    return NewAccount.model_validate(said | changes)


def make(database: Database, name: str = "li.wei", *roles: str, by: Actor = CONSOLE, **changes: Any) -> Account:
    new = an_account(name, *roles, **changes)
    hashed = None if new.password is None else a_hasher().hash(new.password)
    with database.writing() as session:
        return accounts.create(session, by, new, hashed)


def a_token(*roles: str, **changes: Any) -> NewToken:
    return NewToken.model_validate({"label": "看板", "roles": roles or ("evaluator",), "days": 30, **changes})


def make_token(database: Database, actor: Actor, *roles: str, by_token: bool = False, **changes: Any) -> MadeToken:
    with database.writing() as session:
        return tokens.create(session, actor, a_token(*roles, **changes), by_token=by_token)


def enter(entrance: Entrance, name: str = "li.wei", password: str = PASSWORD) -> Entered:
    entered = entrance.log_in(name, password)
    assert entered is not None
    return entered


def shown(database: Database, secret: str, *, local: bool = True, request: str = "") -> Identified | None:
    return identify(database.looks, secret, local=local, request=request)
