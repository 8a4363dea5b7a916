"""Queries on the subjects in rounds: where each stands, its profile, what was let pass."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import Row, Select, func, insert, select
from sqlalchemy.orm import aliased

from app.db import Session
from app.rounds.shapes import AssessmentState
from app.rounds.store.rounds import round_of
from app.rounds.store.tables import EntryRow, ExtensionRow, MoveRow, ProfileRow, RoundRow, WaiverRow
from app.rounds.values.rounds import Placed, Profile, Round, Waiver
from app.scoring.digest import canonical
from app.scoring.problems import Problem

_read: Final = msgspec.json.Decoder(float_hook=Decimal).decode
_LATER: Final = aliased(MoveRow)
_EXTENDED: Final = aliased(ExtensionRow)


def add_entries(session: Session, number: int, subject_ids: Sequence[int]) -> None:
    """More subjects."""
    if subject_ids:
        session.execute(insert(EntryRow), [{"round_id": number, "subject_id": each} for each in subject_ids])


def count(session: Session, number: int) -> int:
    """How many subjects are in the round."""
    return session.scalar(select(func.count()).select_from(EntryRow).where(EntryRow.round_id == number)) or 0


def entries(session: Session, number: int, after: int = 0, limit: int | None = None) -> list[Placed]:
    """Subjects of a round in the order in which they entered."""
    query = _entries().where(EntryRow.round_id == number, EntryRow.id > after)
    return [_placed(row) for row in session.execute(query.order_by(EntryRow.id).limit(limit))]


def before(session: Session, found: Round, subject_id: int) -> tuple[Round, Placed] | None:
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
    return None if row is None else (round_of(row.RoundRow), _placed(row))


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


def _entries() -> Select[*tuple[Any, ...]]:
    """With the profile, the last move and the last extension of each."""
    last = select(func.max(_LATER.number)).where(_LATER.entry_id == EntryRow.id).scalar_subquery()
    extended = select(func.max(_EXTENDED.id)).where(_EXTENDED.entry_id == EntryRow.id).scalar_subquery()
    return (
        select(
            EntryRow.id,
            EntryRow.subject_id,
            ProfileRow.profile,
            MoveRow.state,
            MoveRow.number,
            MoveRow.revision,
            MoveRow.sheet,
            ExtensionRow.deadline,
        )
        .outerjoin(ProfileRow, ProfileRow.entry_id == EntryRow.id)
        .outerjoin(MoveRow, (MoveRow.entry_id == EntryRow.id) & (MoveRow.number == last))
        .outerjoin(ExtensionRow, ExtensionRow.id == extended)
    )


def _placed(row: Row[*tuple[Any, ...]]) -> Placed:
    profile = read_profile(row.profile)
    state: AssessmentState = row.state or "draft"
    return Placed(row.id, row.subject_id, profile, state, row.number or 0, row.revision, row.sheet, row.deadline)


def read_profile(text: str | None) -> Profile | None:
    """A profile as its column holds it."""
    return None if text is None else _read(text)


def _waiver(row: WaiverRow) -> Waiver:
    problems = tuple(Problem(tuple(path), code, message) for path, code, message in json.loads(row.problems))
    return Waiver(row.reason, problems, row.waived_at)
