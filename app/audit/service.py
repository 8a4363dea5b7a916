"""What the record takes: one entry an act, in the act's own transaction."""

from __future__ import annotations

from app.access import Actor
from app.db import Session


def record(session: Session, actor: Actor, *, act: str, thing: str, reason: str = "", payload: object = None) -> None:
    """Provisional."""
