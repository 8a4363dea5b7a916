"""People of the tests: one account for each part somebody plays, with a token, made once for each database.

They are put there without an act, so that the audit record says only what a test has done.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from app.access import Actor, Role
from app.accounts.service.accounts import _account
from app.accounts.service.credentials import new_secret
from app.accounts.service.known import find
from app.accounts.shapes import NewAccount
from app.accounts.store import accounts, tokens
from app.accounts.values import Account, Secret, Token
from app.db import database_now

HOSPITAL = "hospital"
"""The institution that leads the alliances of most tests."""
PARTS: dict[str, dict[str, Any]] = {
    "admin": {"roles": ("admin",)},
    "admin2": {"roles": ("admin",)},
    "chief": {"roles": ("chief",)},
    "chief2": {"roles": ("chief",)},
    "evaluator": {"roles": ("evaluator",)},
    "evaluator2": {"roles": ("evaluator",)},
    "submitter": {"roles": ("submitter",), "institution": HOSPITAL},
    "stranger": {"roles": ("submitter",), "institution": "elsewhere"},
    "dashboard": {"roles": ("dashboard",)},
    "auditor": {"roles": ("auditor",)},
}


class People:
    """Everybody who acts on one database, made when they are first asked for."""

    def __init__(self, database: Any) -> None:
        self._database = database
        self._actors: dict[str, Actor] = {}
        self._secrets: dict[str, str] = {}

    def actor(self, name: str, **said: Any) -> Actor:
        if name not in self._actors:
            self._make(name, said)
        return self._actors[name]

    def secret(self, name: str) -> str:
        self.actor(name)
        return self._secrets[name]

    @property
    def nobody(self) -> bool:
        """Whether nobody has been asked for yet."""
        return not self._actors

    def known(self) -> tuple[dict[str, Actor], dict[str, str]]:
        """Everybody there is by now, to be known elsewhere."""
        return dict(self._actors), dict(self._secrets)

    def know(self, actors: dict[str, Actor], secrets: dict[str, str]) -> None:
        """These are in the database already."""
        self._actors |= actors
        self._secrets |= secrets

    def _make(self, name: str, said: dict[str, Any]) -> None:
        part = said or PARTS[name]
        with self._database.writing() as session:
            now = database_now(session)
            said = NewAccount.model_validate({"name": name, "display_name": f"{name}（测试）", **part})
            account = find(session, name) or accounts.add(session, _account(said, now), None)
            secret = new_secret("token")
            tokens.add(session, _token(account, part["roles"], secret, now), secret)
        self._actors[name], self._secrets[name] = account.acting(), secret.text


def _token(account: Account, roles: tuple[Role, ...], secret: Secret, now: datetime) -> Token:
    return Token(
        number=0,
        account=account.name,
        account_number=account.number,
        label="test",
        prefix=secret.prefix,
        roles=frozenset(roles),
        unpublished=False,
        loopback=False,
        created_at=now,
        expires_at=now + timedelta(days=30),
        last_used_at=None,
        revoked_at=None,
        revoked_reason=None,
    )


def usual(method: str, path: str) -> str:  # noqa: PLR0911 -- a list of cases
    """Who does this as a rule."""
    place = path.partition("?")[0]
    if "/subjects/" in place and "/rounds/" in place:
        if "/evidence" in place and not place.endswith(("/return", "/remarks")):
            return "submitter"
        if place.endswith("/assessment") and "view=self" in path:
            return "submitter"
        if place.endswith(("/approve", "/reopen", "/end", "/decision")):
            return "chief"
        if "/attachments" in place or (place.endswith("/objections") and method == "POST"):
            return "submitter"
        if "/assessment" in place or place.endswith(("/return", "/remarks", "/standing", "/objections")):
            return "evaluator"
    if place.endswith(("/scores", "/publish", "/consistency")) and "/rounds/" in place:
        return "chief"
    return "chief" if place.endswith("/assignments") and method == "POST" else "admin"
