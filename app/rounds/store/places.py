"""The view that says in one row where a subject stands in a round, and the locks of those who act there."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import Boolean, Date, Row, bindparam, column, select, table

from app.db import Moment, Session, directly, instant, note_now
from app.rounds.shapes import AssessmentState
from app.rounds.store.entries import read_profile
from app.rounds.store.tables import EntryRow, RoundRow
from app.rounds.values.rounds import Entry, Place, Round
from app.scoring.periods import Period
from app.subjects.values import subject_of

_OF_ENTRY: Final = ("entry", "subject_id", "subject", "kind", "name", "district_code", "attributes", "profile")
_STANDING: Final = ("state", "moves", "revision", "sheet")
_OF_ROUND: Final = ("round_id", "round", "title", "scheme", "version", "digest", "objection_days")
_MOMENTS: Final = ("extended_to", "deadline", "created_at", "opened_at", "closed_at", "published_at")
_VIEW: Final = table(
    "round_places",
    *(column(name) for name in (*_OF_ENTRY, *_STANDING, *_OF_ROUND)),
    *(column(name, Moment()) for name in _MOMENTS),
    *(column(name, Date()) for name in ("period_start", "period_end")),
    *(column(name, Boolean()) for name in ("period_acknowledged", "four_eyes")),
)
_HERE: Final = (_VIEW.c.round == bindparam("round"), _VIEW.c.subject == bindparam("subject"))
_ONE: Final = select(_VIEW, instant().label("now")).where(*_HERE)
_OF: Final = select(_VIEW).where(_VIEW.c.entry == bindparam("entry"))
_ROUND: Final = select(RoundRow.id).where(RoundRow.code == bindparam("round")).with_for_update(read=True).cte("held")
_LOCK: Final = (
    select(EntryRow.id)
    .join(_ROUND, _ROUND.c.id == EntryRow.round_id)
    .where(EntryRow.id == select(_VIEW.c.entry).where(*_HERE).scalar_subquery())
    .with_for_update(of=EntryRow)
)
"""First the round, which nobody moves then, and behind it the subject, on which nobody else acts."""


def one(session: Session, code: str, subject_code: str, *, lock: bool = False) -> Place | None:
    """A subject in a round, without those who have to do with it; one query, which reads the clock too.

    With `lock` nobody moves the round meanwhile, and one acts on the subject at a time, seeing what the one before did:
    the round before the subject, as all who lock do. On SQLite whoever writes is alone.
    """
    names = {"round": code, "subject": subject_code}
    if lock and session.get_bind().dialect.name == "postgresql":
        directly(session, _LOCK, names)
    row = directly(session, _ONE, names).one_or_none()
    if row is None:
        return None
    note_now(session, row.now)
    return Place(_round(row), _entry(row))


def of(session: Session, entry: int) -> Place:
    """The place of a subject in a round by the row number of its entry, which is there; one query."""
    row = session.execute(_OF, {"entry": entry}).one()
    return Place(_round(row), _entry(row))


def _entry(row: Row[*tuple[Any, ...]]) -> Entry:
    subject = subject_of(row.subject, row.kind, row.name, row.district_code, row.attributes)
    state: AssessmentState = row.state or "draft"
    standing = (row.moves or 0, row.revision, row.sheet, row.extended_to)
    return Entry(row.entry, row.subject_id, subject, read_profile(row.profile), state, *standing)


def _round(row: Row[*tuple[Any, ...]]) -> Round:
    return Round(
        row.round_id,
        row.round,
        row.title,
        row.scheme,
        row.version,
        row.digest,
        Period(row.period_start, row.period_end),
        row.period_acknowledged,
        row.deadline,
        row.created_at,
        row.opened_at,
        row.closed_at,
        row.published_at,
        row.four_eyes,
        row.objection_days,
    )
