"""Accounts, tokens and who was identified as plain values; names of people and secrets never show in a `repr`."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Literal, TypeAlias, get_args

from app.access import Actor, Role

Kind: TypeAlias = Literal["session", "token"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody, or a program; `number` is what rows of other rooms hang on."""

    number: int
    name: str
    display_name: str = field(repr=False)
    roles: frozenset[Role]
    institution: str | None
    subjects: frozenset[str]
    has_password: bool
    active: bool
    created_at: datetime
    changed_at: datetime
    failed_logins: int
    locked_until: datetime | None

    def acting(self, request: str = "") -> Actor:
        """The account as it acts with all that it may."""
        return Actor(
            number=self.number,
            name=self.name,
            roles=self.roles,
            institution=self.institution,
            subjects=self.subjects,
            request=request,
        )

    def is_locked(self, now: datetime) -> bool:
        """Whether log-ins are refused for having failed too often; no longer at the very moment of `locked_until`."""
        return self.locked_until is not None and now < self.locked_until


@dataclass(frozen=True, slots=True)
class Login:
    """What somebody who logs in is measured by."""

    account: Account
    password_hash: str | None = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token without its secret; `prefix` is how the secret begins."""

    number: int
    account: str
    account_number: int = field(repr=False)
    label: str
    prefix: str
    roles: frozenset[Role]
    unpublished: bool
    loopback: bool
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_reason: str | None


@dataclass(frozen=True, slots=True)
class Secret:
    """A new secret: shown once, kept nowhere; `prefix` and `hash` are what is stored of it."""

    text: str = field(repr=False)
    prefix: str
    hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A token that has just been made, with its secret."""

    token: Token
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Entered:
    """Somebody who has just logged in, with the secret of the session."""

    actor: Actor
    account: Account
    secret: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Identified:
    """Who showed a credential; `due`: its last use should be noted again.

    Of a token: what it opens until `until` (seconds since 1970) stays the same as long as access is in this `epoch`.
    """

    actor: Actor
    kind: Kind
    number: int
    due: bool
    epoch: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentAccount:
    """An account as others read it."""

    name: str
    display_name: str = field(repr=False)
    roles: list[Role]
    institution: str | None
    subjects: list[str]
    has_password: bool
    active: bool
    locked_until: datetime | None
    created_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMe:
    """Who one is, with the roles that this credential gives."""

    name: str
    display_name: str = field(repr=False)
    roles: list[Role]
    institution: str | None
    subjects: list[str]
    unpublished: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SentToken:
    """A token without its secret."""

    number: int
    account: str
    label: str
    prefix: str
    roles: list[Role]
    unpublished: bool
    loopback: bool
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None
    revoked_reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SentMadeToken(SentToken):
    """A token that has just been made; its secret is in no other answer."""

    secret: str = field(repr=False)


def in_order(roles: Collection[Role]) -> list[Role]:
    """Roles in the order in which they are always named."""
    return [role for role in ROLES if role in roles]


def account_as_sent(account: Account) -> SentAccount:
    """An account with nothing about its password but whether there is one."""
    return SentAccount(
        name=account.name,
        display_name=account.display_name,
        roles=in_order(account.roles),
        institution=account.institution,
        subjects=sorted(account.subjects),
        has_password=account.has_password,
        active=account.active,
        locked_until=account.locked_until,
        created_at=account.created_at,
        changed_at=account.changed_at,
    )


def me_as_sent(actor: Actor, account: Account) -> SentMe:
    """Who acts, and what he or she is called."""
    return SentMe(
        name=account.name,
        display_name=account.display_name,
        roles=in_order(actor.roles),
        institution=actor.institution,
        subjects=sorted(actor.subjects),
        unpublished=actor.unpublished,
    )


def token_as_sent(token: Token) -> SentToken:
    """A token as lists show it."""
    return SentToken(
        number=token.number,
        account=token.account,
        label=token.label,
        prefix=token.prefix,
        roles=in_order(token.roles),
        unpublished=token.unpublished,
        loopback=token.loopback,
        created_at=token.created_at,
        expires_at=token.expires_at,
        last_used_at=token.last_used_at,
        revoked_at=token.revoked_at,
        revoked_reason=token.revoked_reason,
    )


def made_as_sent(made: MadeToken) -> SentMadeToken:
    """A token with its secret, this once."""
    sent = token_as_sent(made.token)
    return SentMadeToken(**{name: getattr(sent, name) for name in SentToken.__slots__}, secret=made.secret)
