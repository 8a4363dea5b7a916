"""Acts recorded: remembered when they are done, written when everything else of the transaction is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from app.access import Actor
from app.audit import store
from app.audit.values import Entry, Filter, Head, hash_of, written
from app.db import Session, at_the_end, last_now
from app.errors import Unavailable
from app.scoring.digest import digest

_REMEMBERED: Final = "audit"


def record(
    session: Session, actor: Actor, *, act: str, thing: str, reason: str = "", payload: object | None = None
) -> None:
    """Remember an act; its entry is written last in the transaction, and not at all when that fails.

    `payload` is a plain value as `app.scoring.digest` takes it; only its digest is kept, as it is now. Neither it nor
    the texts name people. Raises ValueError for a text that is too long (`store.LONGEST`) or none.
    """
    entry = Entry(
        sequence=0,
        at=None,
        actor=actor.name,
        actor_number=actor.number,
        roles=",".join(sorted(actor.roles)),
        act=act,
        thing=thing,
        reason=reason,
        request=actor.request,
        payload_digest=None if payload is None else digest(payload),
        previous=None,
        hash=None,
    )
    _refuse_unwritable(entry)
    if _REMEMBERED not in session.info:
        session.info[_REMEMBERED] = []
        at_the_end(session, _write)
    session.info[_REMEMBERED].append(entry)


def page(session: Session, asked: Filter, before: int | None, limit: int) -> list[Entry]:
    """At most `limit` of the entries asked for, the last first, in front of the one numbered `before`."""
    return store.newest(session, asked, before, limit)


def recorded(session: Session, acts: Collection[tuple[str, str]]) -> tuple[int, str] | None:
    """Number and hash of the last entry that records one of these acts on its thing; None where there is none."""
    return store.last_of(session, acts)


def _write(session: Session) -> None:
    """Everything remembered, in the order of the acts, behind the head, which is locked from here to the commit."""
    remembered: list[Entry] = session.info.pop(_REMEMBERED)
    head = store.lock_head(session)
    if head is None or not isinstance(head.sequence, int):
        raise Unavailable("audit_broken", "审计记录不完整，暂不能办理，请联系管理员（python -m app audit verify）")
    at = written(last_now(session))
    chained: list[Entry] = []
    for entry in remembered:
        after = chained[-1] if chained else head
        chained.append(_chained(replace(entry, at=at), after))
    store.append(session, chained)


def _chained(entry: Entry, after: Entry | Head) -> Entry:
    placed = replace(entry, sequence=(after.sequence or 0) + 1, previous=after.hash)
    return replace(placed, hash=hash_of(placed))


def _refuse_unwritable(entry: Entry) -> None:
    """What the two databases would not take alike is our own fault."""
    for name, most in store.LONGEST.items():
        text = getattr(entry, name)
        if len(text) > most or "\0" in text:
            raise ValueError(f"{name}: at most {most} characters, none of them NUL")
        text.encode()
