"""People of the tests: one account for each part somebody plays, with a token, made once for each database."""

from __future__ import annotations

from typing import Any

from app.access import CONSOLE, Actor
from app.accounts.service import accounts, tokens
from app.accounts.service.known import find
from app.accounts.shapes import NewAccount, NewToken

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

    def _make(self, name: str, said: dict[str, Any]) -> None:
        part = said or PARTS[name]
        with self._database.writing() as session:
            account = find(session, name)
            if account is None:
                new = NewAccount.model_validate({"name": name, "display_name": f"{name}（测试）", **part})
                account = accounts.create(session, CONSOLE, new, None)
            token = {"account": name, "label": "test", "roles": part["roles"], "days": 30}
            made = tokens.create(session, CONSOLE, NewToken.model_validate(token))
        self._actors[name], self._secrets[name] = account.acting(), made.secret


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
