"""Tokens: made for oneself or by an administrator for others, shown once, revoked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from app.access import Actor, Role
from app.accounts.service import require_manager, require_reader
from app.accounts.service.accounts import own
from app.accounts.service.credentials import new_secret
from app.accounts.shapes import NewToken
from app.accounts.store import accounts, tokens
from app.accounts.values import Account, MadeToken, Token, in_order
from app.audit import service as audit
from app.db import Session, database_now
from app.errors import Conflict, Forbidden, Invalid, NotFound
from app.scoring.problems import Problem, Problems


def create(session: Session, actor: Actor, new: NewToken, *, by_token: bool = False) -> MadeToken:
    """Make a token that opens no more than its account and, for oneself, than one may at this moment.

    `by_token`: the one who acts showed a token and no session; one that leaked must not make others that outlive it.
    """
    account = _for_whom(session, actor, new)
    is_own = account.number == actor.number
    if is_own and by_token:
        raise Forbidden("token_makes_no_token", "请先用密码登录，再为自己建立令牌")
    if new.unpublished:
        require_manager(actor)
    if not account.active:
        raise Conflict("account_inactive", "该账户已经停用，不能建立令牌")
    _refuse_wider(new, account.roles & actor.roles if is_own else account.roles)
    secret = new_secret("token")
    now = database_now(session)
    said = Token(
        number=0,
        account=account.name,
        account_number=account.number,
        label=new.label,
        prefix=secret.prefix,
        roles=frozenset(new.roles),
        unpublished=new.unpublished,
        loopback=new.loopback,
        created_at=now,
        expires_at=now + timedelta(days=new.days),
        last_used_at=None,
        revoked_at=None,
        revoked_reason=None,
    )
    made = tokens.add(session, said, secret)
    audit.record(session, actor, act="create_token", thing=_name(made), payload=_said(made))
    return MadeToken(made, secret.text)


def page(session: Session, actor: Actor, account: str | None, after: int, limit: int) -> Sequence[Token]:
    """At most `limit` tokens behind the one numbered `after`: one's own, or those of the account of a login name."""
    if account is None or account == actor.name:
        number = own(session, actor).number
    else:
        require_reader(actor)
        number = _found(accounts.one(session, account), account).number
    return tokens.page(session, number, after, limit)


def revoke(session: Session, actor: Actor, number: int, reason: str) -> Token:
    """End a token for good: one's own, or any by an administrator; to all others it does not exist."""
    found = tokens.one(session, number, lock=True)
    if found is None or (found.account_number != actor.number and "admin" not in actor.roles):
        raise NotFound("token_not_found", f"没有编号为 {number} 的令牌")
    if found.revoked_at is not None:
        raise Conflict("token_revoked", "该令牌已经撤销")
    tokens.revoke(session, number, database_now(session), reason)
    audit.record(session, actor, act="revoke_token", thing=_name(found), reason=reason)
    again = tokens.one(session, number, lock=True)
    assert again is not None  # noqa: S101 -- never removed
    return again


def _for_whom(session: Session, actor: Actor, new: NewToken) -> Account:
    """The account, which nobody shuts meanwhile."""
    name = new.account or own(session, actor).name
    if name != actor.name:
        require_manager(actor)
    return _found(accounts.one(session, name, lock=True), name)


def _name(token: Token) -> str:
    """As the audit record names it."""
    return f"accounts/{token.account}/tokens/{token.number}"


def _said(token: Token) -> dict[str, object]:
    expires = token.expires_at.isoformat()
    roles: list[object] = [*in_order(token.roles)]
    return {"roles": roles, "unpublished": token.unpublished, "loopback": token.loopback, "expires_at": expires}


def _refuse_wider(new: NewToken, held: frozenset[Role]) -> None:
    def problems() -> Iterator[Problem]:
        for place, role in enumerate(new.roles):
            if role not in held:
                yield Problem(("roles", place), "role_not_held", f"令牌不能有账户所没有的角色 {role}")

    found = Problems(problems())
    if found:
        raise Invalid(found)


def _found(found: Account | None, name: str) -> Account:
    if found is None:
        raise NotFound("account_not_found", f"没有登录名为 {name} 的账户")
    return found
