"""The tables of judgements and findings, both append-only (triggers), every query on them, and one view."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    ForeignKey,
    LargeBinary,
    Row,
    String,
    Text,
    UniqueConstraint,
    bindparam,
    column,
    func,
    or_,
    select,
    table,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.assessments.values import Around, Finding, Judgement, Version
from app.db import Base, Exact, Looks, Moment, RowNumber, Session


class JudgementRow(Base):
    """Points for an item of one submitted revision."""

    __tablename__ = "judgements"
    __table_args__ = (UniqueConstraint("revision_id", "item", "number"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    revision_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("evidence_revisions.id"))
    item: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    points: Mapped[Decimal] = mapped_column(Exact)
    rationale: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime] = mapped_column(Moment)


class FindingRow(Base):
    """A correction of a field of one submitted revision."""

    __tablename__ = "findings"
    __table_args__ = (UniqueConstraint("revision_id", "field", "number"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    revision_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("evidence_revisions.id"))
    field: Mapped[str] = mapped_column(String(64))
    number: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    recorded_at: Mapped[datetime] = mapped_column(Moment)


_STATED: Final = ("entry", "scheme", "opened", "saved", "submitted", "judgements", "findings")
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
    return Version(row.entry, row.scheme, bool(row.opened), row.saved, row.submitted, row.judgements, row.findings)


_ROUNDS: Final = table(
    "round_versions",
    *(column(name) for name in ("round", "scheme", "period_start", "period_end", "opened_at", "closed_at")),
    *(column(name) for name in ("submissions", "judgements", "findings")),
)
_HERE: Final = _ROUNDS.alias("here")
_AROUND: Final = (
    select(
        (_ROUNDS.c.round == _HERE.c.round).label("is_here"),
        func.count(_ROUNDS.c.opened_at),
        func.count(_ROUNDS.c.closed_at),
        func.sum(_ROUNDS.c.submissions),
        func.sum(_ROUNDS.c.judgements),
        func.sum(_ROUNDS.c.findings),
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


def judgements(session: Session, revision_ids: Collection[int]) -> dict[int, dict[str, Judgement]]:
    """By revision and item, the judgement that counts; one query."""
    query = select(JudgementRow).where(JudgementRow.revision_id.in_(revision_ids)).order_by(JudgementRow.number)
    found: dict[int, dict[str, Judgement]] = {each: {} for each in revision_ids}
    for row in session.scalars(query):
        found[row.revision_id][row.item] = Judgement(row.item, row.number, row.points, row.rationale, row.recorded_at)
    return found


def findings(session: Session, revision_ids: Collection[int]) -> dict[int, dict[str, Finding]]:
    """By revision and field, the finding that counts; one query."""
    query = select(FindingRow).where(FindingRow.revision_id.in_(revision_ids)).order_by(FindingRow.number)
    found: dict[int, dict[str, Finding]] = {each: {} for each in revision_ids}
    for row in session.scalars(query):
        found[row.revision_id][row.field] = Finding(row.field, row.number, row.content, row.recorded_at)
    return found


def add_judgement(session: Session, revision_id: int, new: Judgement) -> None:
    """Stands beside the ones before."""
    session.add(
        JudgementRow(
            revision_id=revision_id,
            item=new.item,
            number=new.number,
            points=new.points,
            rationale=new.rationale,
            recorded_at=new.recorded_at,
        )
    )
    session.flush()


def add_finding(session: Session, revision_id: int, new: Finding) -> None:
    """Stands beside the ones before."""
    session.add(
        FindingRow(
            revision_id=revision_id,
            field=new.field,
            number=new.number,
            content=new.content,
            recorded_at=new.recorded_at,
        )
    )
    session.flush()
