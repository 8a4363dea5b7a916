"""What people and programs show, and what may be done with accounts; who may do it is asked here first."""

from __future__ import annotations

from app.access import Actor
from app.audit import service as audit
from app.db import Session
from app.errors import Forbidden


def record(session: Session, actor: Actor, act: str, name: str, payload: object | None = None) -> None:
    """Record an act on the account of this login name."""
    audit.record(session, actor, act=act, thing=f"accounts/{name}", payload=payload)


def require_manager(actor: Actor) -> None:
    """Refuse all but administrators."""
    if "admin" not in actor.roles:
        raise Forbidden("forbidden", "只有管理员可以管理账户")


def require_reader(actor: Actor) -> None:
    """Refuse all but those who may know of every account."""
    if not actor.roles & {"admin", "chief", "auditor"}:
        raise Forbidden("forbidden", "您无权查看其他账户")
