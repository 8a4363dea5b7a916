"""Accounts: made, read, changed, shut and opened again by administrators; never removed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from app.access import Actor
from app.accounts.codes import password_problem
from app.accounts.service import record, require_manager, require_reader
from app.accounts.shapes import AccountChange, NewAccount
from app.accounts.store import accounts, sessions, tokens
from app.accounts.values import Account
from app.db import Session, database_now
from app.errors import Conflict, Invalid, NotFound, Unidentified
from app.scoring.problems import Problem, Problems

Seen: TypeAlias = Callable[[Account], None]
"""Raises Stale when the account is no longer what the one who acts has seen."""
RESET: Final = "管理员重设了密码"
SHUT: Final = "账户已停用"


def create(session: Session, actor: Actor, new: NewAccount, password_hash: str | None) -> Account:
    """Make an account; a login name that is taken is refused. The hash is that of `new.password`, made before."""
    require_manager(actor)
    if accounts.one(session, new.name) is not None:
        raise Conflict("name_taken", f"登录名 {new.name} 已被使用")
    record(session, actor, "create_account", new.name, _said(new))
    return accounts.add(session, _account(new, database_now(session)), password_hash)


def read(session: Session, actor: Actor, name: str) -> Account:
    """The account of this login name."""
    require_reader(actor)
    return _found(accounts.one(session, name), name)


def page(session: Session, actor: Actor, after: str, limit: int) -> Sequence[Account]:
    """At most `limit` accounts in the order of their login names, behind `after`."""
    require_reader(actor)
    return accounts.page(session, after, limit)


def own(session: Session, actor: Actor) -> Account:
    """The account that acts."""
    found = accounts.by_number(session, actor.number)
    if found is None:
        raise Unidentified("not_logged_in", "请先登录")
    return found


def change(session: Session, actor: Actor, name: str, said: AccountChange, seen: Seen) -> Account:
    """Say everything anew but the login name; the last active administrator stays one."""
    require_manager(actor)
    before = _to_change(session, name, keeps_administrator="admin" in said.roles)
    seen(before)
    accounts.change(
        session,
        before.number,
        display_name=said.display_name,
        roles=said.roles,
        institution=said.institution,
        subjects=said.subjects,
        now=database_now(session),
    )
    record(session, actor, "change_account", name, _said(said))
    return _again(session, name)


def reset(session: Session, actor: Actor, name: str, password_hash: str) -> Account:
    """Give another password; every session and token of the account ends."""
    require_manager(actor)
    before = _to_change(session, name, keeps_administrator=True)
    now = database_now(session)
    accounts.set_password(session, before.number, password_hash, now)
    _end_all(session, before, now, RESET)
    record(session, actor, "reset_account", name)
    return _again(session, name)


def deactivate(session: Session, actor: Actor, name: str) -> Account:
    """Shut an account: every session and token of it ends; the last active administrator stays."""
    require_manager(actor)
    before = _to_change(session, name, keeps_administrator=False)
    if not before.active:
        raise Conflict("account_inactive", "该账户已经停用")
    now = database_now(session)
    accounts.set_active(session, before.number, now, active=False)
    _end_all(session, before, now, SHUT)
    record(session, actor, "deactivate_account", name)
    return _again(session, name)


def reactivate(session: Session, actor: Actor, name: str) -> Account:
    """Open an account again; what ended with it stays so."""
    require_manager(actor)
    before = _to_change(session, name, keeps_administrator=True)
    if before.active:
        raise Conflict("account_active", "该账户并未停用")
    accounts.set_active(session, before.number, database_now(session), active=True)
    record(session, actor, "reactivate_account", name)
    return _again(session, name)


def refuse_unfit(password: str, name: str, member: str = "password") -> None:
    """Refuse a new password that is no good for this account; raises Invalid, with the name of the member."""
    problem = password_problem(password, name)
    if problem is not None:
        raise Invalid(Problems([Problem((member,), *problem)]))


def _said(said: AccountChange) -> dict[str, object]:
    """What is said of an account, but for the name of the person."""
    return {"roles": list(said.roles), "institution": said.institution, "subjects": list(said.subjects)}


def _to_change(session: Session, name: str, *, keeps_administrator: bool) -> Account:
    """The account, which nobody else changes meanwhile.

    Where it could be the last administrator, all of them are locked before it, in one order, so that two who shut each
    other wait for one another.
    """
    administrators = set() if keeps_administrator else accounts.administrators(session)
    found = _found(accounts.one(session, name, lock=True), name)
    if administrators == {found.number}:
        raise Conflict("last_administrator", "这是最后一个有效的管理员账户，不能停用，也不能去掉管理员角色")
    return found


def _end_all(session: Session, account: Account, now: datetime, reason: str) -> None:
    sessions.end_all(session, account.number, now)
    tokens.revoke_all(session, account.number, now, reason)


def _again(session: Session, name: str) -> Account:
    return _found(accounts.one(session, name, lock=True), name)


def _found(found: Account | None, name: str) -> Account:
    if found is None:
        raise NotFound("account_not_found", f"没有登录名为 {name} 的账户")
    return found


def _account(new: NewAccount, now: datetime) -> Account:
    return Account(
        number=0,
        name=new.name,
        display_name=new.display_name,
        roles=frozenset(new.roles),
        institution=new.institution,
        subjects=frozenset(new.subjects),
        has_password=new.password is not None,
        active=True,
        created_at=now,
        changed_at=now,
        failed_logins=0,
        locked_until=None,
    )
