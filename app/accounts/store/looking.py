"""Who shows this secret: one statement, and the notes of when a credential was used last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy import Boolean, Row, Select, bindparam, literal, or_, select, update

from app.access import Actor
from app.accounts.store.lists import read, roles
from app.accounts.store.tables import AccountRow, EpochRow, SessionRow, TokenRow
from app.accounts.values import Identified, Kind
from app.db import Looks, Session, ago, instant

IDLE: Final = 60 * 60
"""Seconds after which a session that nobody used is over."""
SEEN: Final[Mapping[Kind, int]] = {"session": 60, "token": 600}
"""Seconds after which the last use of a credential is noted again."""

_ACCOUNT: Final = (AccountRow.id, AccountRow.name, AccountRow.roles, AccountRow.institution, AccountRow.subjects)
_session_due: Final = SessionRow.last_seen_at <= ago(SEEN["session"])
_token_due: Final = or_(TokenRow.last_used_at.is_(None), TokenRow.last_used_at <= ago(SEEN["token"]))
_WHO: Final[Mapping[Kind, Select[*tuple[Any, ...]]]] = {
    "session": select(
        *_ACCOUNT,
        SessionRow.id.label("credential"),
        AccountRow.roles.label("scope"),
        literal(False, Boolean).label("unpublished"),  # noqa: FBT003 -- a value
        _session_due.label("due"),
    )
    .join(AccountRow, AccountRow.id == SessionRow.account_id)
    .where(
        SessionRow.hash == bindparam("hash"),
        SessionRow.ended_at.is_(None),
        SessionRow.expires_at > instant(),
        SessionRow.last_seen_at > ago(IDLE),
        AccountRow.active,
    ),
    "token": select(
        *_ACCOUNT,
        TokenRow.id.label("credential"),
        TokenRow.scope,
        TokenRow.unpublished,
        _token_due.label("due"),
        TokenRow.expires_at.label("until"),
        select(EpochRow.epoch).scalar_subquery().label("epoch"),
    )
    .join(AccountRow, AccountRow.id == TokenRow.account_id)
    .where(
        TokenRow.hash == bindparam("hash"),
        TokenRow.revoked_at.is_(None),
        TokenRow.expires_at > instant(),
        or_(TokenRow.loopback.is_(False), bindparam("local", type_=Boolean)),
        AccountRow.active,
    ),
}


def identify(looks: Looks, kind: Kind, secret_hash: str, request: str, *, local: bool) -> Identified | None:
    """Who acts with the credential of this hash, None where it opens nothing at this moment of the database's clock."""
    parameters: dict[str, object] = {"hash": secret_hash}
    if kind == "token":
        parameters["local"] = local
    row = next(iter(looks.rows(_WHO[kind], parameters)), None)
    if row is None:
        return None
    found = Identified(_actor(row, request), kind, row.credential, bool(row.due))
    return found if kind == "session" else replace(found, epoch=row.epoch, until=int(row.until.timestamp()))


def note(session: Session, kind: Kind, number: int) -> None:
    """The credential was used now; where that was noted meanwhile, nothing is written."""
    if kind == "session":
        session.execute(
            update(SessionRow).where(SessionRow.id == number, _session_due).values(last_seen_at=instant()),
            execution_options={"synchronize_session": False},
        )
    else:
        session.execute(
            update(TokenRow).where(TokenRow.id == number, _token_due).values(last_used_at=instant()),
            execution_options={"synchronize_session": False},
        )


def _actor(row: Row[*tuple[Any, ...]], request: str) -> Actor:
    return Actor(
        number=row.id,
        name=row.name,
        roles=roles(row.roles) & roles(row.scope),
        institution=row.institution,
        subjects=read(row.subjects),
        unpublished=row.unpublished,
        request=request,
    )
