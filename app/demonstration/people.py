"""The people of the city: one account a role, one more chief for the second pair of eyes, one submitter a hospital."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.access import CONSOLE, Actor
from app.accounts.service import accounts, tokens
from app.accounts.shapes import NewAccount, NewToken
from app.db import Session
from app.demonstration.city import ALLIANCES, Alliance, lead_code

ADMIN: Final = "demo-admin"
CHIEF: Final = "demo-chief"
SECOND_CHIEF: Final = "demo-chief-2"
EVALUATOR: Final = "demo-evaluator"
SECOND_EVALUATOR: Final = "demo-evaluator-2"
DASHBOARD: Final = "demo-dashboard"
AUDITOR: Final = "demo-auditor"
DAYS: Final = 400
STAFF: Final[Mapping[str, tuple[str, str]]] = {
    ADMIN: ("admin", "示例管理员"),
    CHIEF: ("chief", "示例组长"),
    SECOND_CHIEF: ("chief", "示例副组长"),
    EVALUATOR: ("evaluator", "示例评审员甲"),
    SECOND_EVALUATOR: ("evaluator", "示例评审员乙"),
    DASHBOARD: ("dashboard", "示例看板"),
    AUDITOR: ("auditor", "示例审计员"),
}
"""By account: its role, and what it is called."""


@dataclass(frozen=True, slots=True)
class People:
    """Everybody as they act, by account."""

    actors: Mapping[str, Actor]

    def submitter(self, alliance: Alliance) -> Actor:
        """Who fills in for the hospital that leads an alliance."""
        return self.actors[submitter_name(alliance)]


def submitter_name(alliance: Alliance) -> str:
    """The account of the hospital that leads an alliance."""
    return f"demo-submitter-{alliance.number:02d}"


def settle(session: Session) -> People:
    """Make every account; nobody has a password."""
    said: list[dict[str, Any]] = [
        {"name": name, "display_name": called, "roles": (role,)} for name, (role, called) in STAFF.items()
    ]
    said += [
        {
            "name": submitter_name(alliance),
            "display_name": f"{alliance.lead}填报员",
            "roles": ("submitter",),
            "institution": lead_code(alliance),
        }
        for alliance in ALLIANCES
    ]
    made = [accounts.create(session, CONSOLE, NewAccount.model_validate(each), None) for each in said]
    return People({each.name: each.acting() for each in made})


def tokens_of_each_role(session: Session) -> dict[str, str]:
    """By role, the secret of a token that opens its account from this machine alone."""
    named = {role: name for name, (role, _) in reversed(list(STAFF.items()))} | {
        "submitter": submitter_name(ALLIANCES[0])
    }
    return {role: token(session, name, role) for role, name in named.items()} | {
        "chief2": token(session, SECOND_CHIEF, "chief")
    }


def token(session: Session, account: str, role: str) -> str:
    """The secret of a new token that opens an account from this machine alone."""
    said = {"account": account, "label": "演示", "roles": (role,), "days": DAYS, "loopback": True}
    return tokens.create(session, CONSOLE, NewToken.model_validate(said)).secret
