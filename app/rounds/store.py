"""The tables of rounds, the subjects in them and waivers, and every query on them."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Select,
    String,
    Text,
    UniqueConstraint,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, CodeText, Moment, RowNumber, Session
from app.rounds.values import Profile, Round, Waiver
from app.scoring.digest import canonical
from app.scoring.periods import Period
from app.scoring.problems import Problem

_read: Final = msgspec.json.Decoder(float_hook=Decimal).decode


class RoundRow(Base):
    """A round; what it was made with never changes, only its state moves on."""

    __tablename__ = "rounds"
    __table_args__ = (
        ForeignKeyConstraint(["scheme", "version"], ["scheme_versions.code", "scheme_versions.version"]),
        CheckConstraint("period_end >= period_start", name="period"),
        CheckConstraint("closed_at IS NULL OR opened_at IS NOT NULL", name="closed_at"),
    )
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    code: Mapped[str] = mapped_column(CodeText, unique=True)
    title: Mapped[str] = mapped_column(String(200))
    scheme: Mapped[str] = mapped_column(CodeText)
    version: Mapped[str] = mapped_column(CodeText)
    digest: Mapped[str] = mapped_column(String(71))
    period_start: Mapped[date]
    period_end: Mapped[date]
    period_acknowledged: Mapped[bool]
    deadline: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    closed_at: Mapped[datetime | None] = mapped_column(Moment)


class EntryRow(Base):
    """A subject in a round."""

    __tablename__ = "round_subjects"
    __table_args__ = (UniqueConstraint("round_id", "subject_id"),)
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    round_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("rounds.id"))
    subject_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("subjects.id"), index=True)


class ProfileRow(Base):
    """What rules may ask about a subject in a round, as it stood when the round was opened; append-only."""

    __tablename__ = "round_profiles"
    entry_id: Mapped[int] = mapped_column(
        RowNumber, ForeignKey("round_subjects.id"), primary_key=True, autoincrement=False
    )
    profile: Mapped[str] = mapped_column(Text)


class WaiverRow(Base):
    """Problems of composition that were let pass; append-only, the latest of an entry counts."""

    __tablename__ = "composition_waivers"
    id: Mapped[int] = mapped_column(RowNumber, primary_key=True)
    entry_id: Mapped[int] = mapped_column(RowNumber, ForeignKey("round_subjects.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    problems: Mapped[str] = mapped_column(Text)
    waived_at: Mapped[datetime] = mapped_column(Moment)


def one(session: Session, code: str, *, lock: bool = False, share: bool = False) -> Round | None:
    """The round of this code; `lock`: nobody else moves it or acts in it; `share`: nobody moves it."""
    query = select(RoundRow).where(RoundRow.code == code)
    if lock or share:
        query = query.with_for_update(read=share).execution_options(populate_existing=True)
    row = session.scalars(query).one_or_none()
    return None if row is None else _round(row)


def page(session: Session, after: str, limit: int) -> list[Round]:
    """Rounds in the order of their codes."""
    return [
        _round(row)
        for row in session.scalars(select(RoundRow).where(RoundRow.code > after).order_by(RoundRow.code).limit(limit))
    ]


def add(session: Session, new: Round) -> Round:
    """A new row; the round with its number."""
    row = RoundRow(
        code=new.code,
        title=new.title,
        scheme=new.scheme,
        version=new.version,
        digest=new.digest,
        period_start=new.period.start,
        period_end=new.period.end,
        period_acknowledged=new.period_acknowledged,
        deadline=new.deadline,
        created_at=new.created_at,
    )
    session.add(row)
    session.flush()
    return _round(row)


def open_round(session: Session, number: int, now: datetime) -> None:
    """From now on evidence is taken."""
    session.execute(update(RoundRow).where(RoundRow.id == number).values(opened_at=now))


def close_round(session: Session, number: int, now: datetime) -> None:
    """From now on none is."""
    session.execute(update(RoundRow).where(RoundRow.id == number).values(closed_at=now))


def add_entries(session: Session, number: int, subject_ids: Sequence[int]) -> None:
    """More subjects."""
    if subject_ids:
        session.execute(insert(EntryRow), [{"round_id": number, "subject_id": each} for each in subject_ids])


def count(session: Session, number: int) -> int:
    """How many subjects are in the round."""
    return session.scalar(select(func.count()).select_from(EntryRow).where(EntryRow.round_id == number)) or 0


def entry(session: Session, number: int, subject_id: int, *, lock: bool = False) -> tuple[int, Profile | None] | None:
    """The row number of a subject in the round, and its profile; with `lock` one acts on it at a time."""
    query = _entries().where(EntryRow.round_id == number, EntryRow.subject_id == subject_id)
    row = session.execute(query.with_for_update(of=EntryRow) if lock else query).one_or_none()
    return None if row is None else (row.id, _profile(row.profile))


def entries(
    session: Session, number: int, after: int = 0, limit: int | None = None
) -> list[tuple[int, int, Profile | None]]:
    """Row numbers of entries and of their subjects, and profiles, in the order in which they entered."""
    query = _entries().where(EntryRow.round_id == number, EntryRow.id > after)
    rows = session.execute(query.order_by(EntryRow.id).limit(limit))
    return [(row.id, row.subject_id, _profile(row.profile)) for row in rows]


def before(session: Session, found: Round, subject_id: int) -> tuple[Round, int, Profile | None] | None:
    """The subject in the round before: of the rounds of the scheme that ended before this begins, the last to end."""
    earlier = (
        RoundRow.scheme == found.scheme,
        RoundRow.period_end < found.period.start,
        RoundRow.opened_at.is_not(None),
    )
    last = select(func.max(RoundRow.period_end)).where(*earlier).scalar_subquery()
    query = (
        _entries()
        .add_columns(RoundRow)
        .join(RoundRow, RoundRow.id == EntryRow.round_id)
        .where(EntryRow.subject_id == subject_id, *earlier, RoundRow.period_end == last)
        .order_by(RoundRow.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else (_round(row.RoundRow), row.id, _profile(row.profile))


def freeze(session: Session, profiles: Mapping[int, Profile]) -> None:
    """From now on these are the profiles of the entries."""
    rows = [{"entry_id": entry, "profile": canonical(profile).decode()} for entry, profile in profiles.items()]
    session.execute(insert(ProfileRow), rows)


def entered(session: Session, number: int, subject_ids: Collection[int]) -> dict[int, int]:
    """Those of the subjects that are in the round, with the row numbers of their entries; one query."""
    query = select(EntryRow.subject_id, EntryRow.id).where(EntryRow.round_id == number)
    return {row.subject_id: row.id for row in session.execute(query.where(EntryRow.subject_id.in_(subject_ids)))}


def add_waiver(session: Session, entry_id: int, waiver: Waiver) -> None:
    """Stands beside the ones before."""
    problems = [[list(each.path), each.code, each.message] for each in waiver.problems]
    row = WaiverRow(
        entry_id=entry_id,
        reason=waiver.reason,
        problems=json.dumps(problems, ensure_ascii=False),
        waived_at=waiver.waived_at,
    )
    session.add(row)
    session.flush()


def waivers(session: Session, entry_ids: Collection[int]) -> dict[int, Waiver]:
    """The latest waiver of each entry that has one; one query."""
    query = select(WaiverRow).where(WaiverRow.entry_id.in_(entry_ids)).order_by(WaiverRow.id)
    return {row.entry_id: _waiver(row) for row in session.scalars(query)}


def _round(row: RoundRow) -> Round:
    return Round(
        row.id,
        row.code,
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
    )


def _entries() -> Select[*tuple[Any, ...]]:
    profiles = ProfileRow.entry_id == EntryRow.id
    return select(EntryRow.id, EntryRow.subject_id, ProfileRow.profile).outerjoin(ProfileRow, profiles)


def _profile(text: str | None) -> Profile | None:
    return None if text is None else _read(text)


def _waiver(row: WaiverRow) -> Waiver:
    problems = tuple(Problem(tuple(path), code, message) for path, code, message in json.loads(row.problems))
    return Waiver(row.reason, problems, row.waived_at)
