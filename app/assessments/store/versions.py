"""Queries on the views that say in one row which state the inputs of assessments are in."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Final

from sqlalchemy import Row, bindparam, column, func, or_, select, table

from app.assessments.values import Around, Version
from app.db import Looks, Session

_STATED: Final = (
    *("entry", "scheme", "opened", "open_to_all", "state", "sheet", "published"),
    *("saved", "submitted", "judgements", "findings", "overrides", "epoch", "now"),
)
_VIEW: Final = table("assessment_versions", *(column(name) for name in ("round", "subject", *_STATED)))
_OF_ROUND: Final = select(*(_VIEW.c[name] for name in _STATED)).where(_VIEW.c.round == bindparam("round"))
_OF_SUBJECT: Final = _OF_ROUND.where(_VIEW.c.subject == bindparam("subject"))


def present_version(looks: Looks, round_code: str, subject_code: str) -> Version | None:
    """The state that the inputs of an assessment are in now; None where the subject is not in the round."""
    rows = looks.rows(_OF_SUBJECT, {"round": round_code, "subject": subject_code})
    return _version(rows[0]) if rows else None


def version(session: Session, round_code: str, subject_code: str) -> Version:
    """The state that a session sees of a subject that is in the round."""
    return _version(session.execute(_OF_SUBJECT, {"round": round_code, "subject": subject_code}).one())


def versions(session: Session, round_code: str) -> dict[int, Version]:
    """The same of all subjects of a round, by entry; one query."""
    return {row.entry: _version(row) for row in session.execute(_OF_ROUND, {"round": round_code})}


def _version(row: Row[Any]) -> Version:
    return Version(
        row.entry,
        row.scheme,
        bool(row.opened),
        bool(row.open_to_all),
        row.state or "draft",
        row.sheet,
        row.published,
        row.saved,
        row.submitted,
        row.judgements,
        row.findings,
        row.overrides,
        row.epoch,
        row.now,
    )


_ROUNDS: Final = table(
    "round_versions",
    *(column(name) for name in ("round", "scheme", "period_start", "period_end", "opened_at", "closed_at")),
    *(column(name) for name in ("moves", "judgements", "findings", "overrides")),
)
_HERE: Final = _ROUNDS.alias("here")
_AROUND: Final = (
    select(
        (_ROUNDS.c.round == _HERE.c.round).label("is_here"),
        func.count(_ROUNDS.c.opened_at),
        func.count(_ROUNDS.c.closed_at),
        func.sum(_ROUNDS.c.moves),
        func.sum(_ROUNDS.c.judgements),
        func.sum(_ROUNDS.c.findings),
        func.sum(_ROUNDS.c.overrides),
    )
    .join(_HERE, _HERE.c.scheme == _ROUNDS.c.scheme)
    .where(_HERE.c.round == bindparam("round"))
    .where(or_(_ROUNDS.c.round == _HERE.c.round, _ROUNDS.c.period_end < _HERE.c.period_start))
    .group_by("is_here")
)


def present_around(looks: Looks, round_code: str) -> Around:
    """The states that other sheets are in now."""
    return _around(looks.rows(_AROUND, {"round": round_code}))


def around(session: Session, round_code: str) -> Around:
    """The states that a session sees other sheets in."""
    return _around(session.execute(_AROUND, {"round": round_code}).all())


def _around(rows: Sequence[Row[Any]]) -> Around:
    """Rounds are opened and closed once, and what is recorded is only added to: sums tell the states apart."""
    states: dict[bool, Hashable] = {bool(row.is_here): tuple(map(int, tuple(row)[1:])) for row in rows}
    return Around(states.get(False), states.get(True))
