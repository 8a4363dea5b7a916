"""Later deadlines for single subjects, each with its reason."""

from __future__ import annotations

from datetime import datetime

from app.access import Actor
from app.audit import service as audit
from app.db import Session, database_now
from app.errors import Conflict, Invalid
from app.rounds.service import entries, rounds
from app.rounds.shapes import NewExtension
from app.rounds.store import moves as store
from app.rounds.values.rounds import Extension, Place
from app.scoring.problems import Problems
from app.subjects.service import subjects


def listed(session: Session, actor: Actor, code: str) -> list[tuple[str, Extension]]:
    """All extensions in a round with the codes of their subjects, the first one first."""
    found = rounds.read(session, actor, code, "extend_deadline")
    rows = store.extensions(session, found.number)
    known = subjects.by_number(session, {subject for subject, _ in rows})
    return [(known[subject].code, extension) for subject, extension in rows]


def extend(session: Session, actor: Actor, code: str, new: NewExtension) -> Extension:
    """Let one subject submit until later; the round has to be open."""
    place = entries.locate(session, actor, "extend_deadline", code, new.subject, lock=True)
    if place.round.state != "open":
        raise Conflict("round_not_open", "该批次未处于开放状态，不能延长截止时间")
    return allow_until(session, actor, place, new.deadline, new.reason)


def allow_until(session: Session, actor: Actor, place: Place, deadline: datetime, reason: str) -> Extension:
    """A later deadline for a subject, which has to lie ahead and behind the one it has."""
    now = database_now(session)
    if deadline <= max(now, place.deadline):
        message = "应晚于现在，也晚于该考评对象现有的截止时间"
        raise Invalid(Problems.one(("deadline",), "deadline_not_later", message))
    extension = Extension(deadline, reason, actor.name, now)
    store.extend(session, place.entry.number, extension)
    payload = {"deadline": deadline.isoformat()}
    audit.record(session, actor, act="extend_deadline", thing=place.name, reason=reason, payload=payload)
    return extension
