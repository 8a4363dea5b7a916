"""Queries on alliances and their memberships."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, insert, or_, select, update
from sqlalchemy.orm import aliased

from app.db import Session
from app.subjects.store.attributes import read
from app.subjects.store.institutions import all_institutions, institution_of
from app.subjects.store.subjects import paged
from app.subjects.store.tables import AllianceRow, InstitutionRow, MembershipRow, SubjectRow
from app.subjects.values import AllianceEntry, Member, Membership


def one(session: Session, code: str, *, lock: bool = False) -> tuple[int, AllianceEntry] | None:
    """The alliance of this code with its row number; with `lock` nobody else changes it meanwhile."""
    query = _all().where(SubjectRow.code == code)
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else (row.id, _alliance(row))


def page(session: Session, district: str, after: str, limit: int) -> list[AllianceEntry]:
    """Alliances in the order of their codes."""
    return [_alliance(row) for row in session.execute(paged(_all(), district, after, limit))]


def by_code(session: Session, codes: Collection[str]) -> dict[int, AllianceEntry]:
    """The alliances of these codes that exist, by row number; one query."""
    return {row.id: _alliance(row) for row in session.execute(_all().where(SubjectRow.code.in_(codes)))}


def add(session: Session, number: int, new: AllianceEntry) -> None:
    """What only an alliance has, beside its row as a subject."""
    session.add(AllianceRow(id=number, agreement_filed=new.agreement_filed, plan_filed=new.plan_filed))
    session.flush()


def change(session: Session, number: int, new: AllianceEntry) -> None:
    """Other dates of filing."""
    filed = {"agreement_filed": new.agreement_filed, "plan_filed": new.plan_filed}
    session.execute(update(AllianceRow).where(AllianceRow.id == number).values(**filed))


def memberships(session: Session, number: int) -> tuple[Membership, ...]:
    """All memberships an alliance ever had, in order; one query."""
    joined, through = aliased(SubjectRow), aliased(SubjectRow)
    query = (
        select(MembershipRow, joined.code, joined.name, through.code)
        .join(joined, joined.id == MembershipRow.institution_id)
        .outerjoin(through, through.id == MembershipRow.through_id)
        .where(MembershipRow.alliance_id == number)
        .order_by(MembershipRow.number)
    )
    return tuple(_membership(*found) for found in session.execute(query))


def add_memberships(session: Session, number: int, ids: Mapping[str, int], added: Sequence[Membership]) -> None:
    """More memberships; `ids` leads from the codes of institutions to their row numbers."""
    rows = [
        {
            "alliance_id": number,
            "number": each.number,
            "institution_id": ids[each.institution],
            "role": each.role,
            "through_id": None if each.through is None else ids[each.through],
            "start_day": each.start,
            "end_day": each.end,
        }
        for each in added
    ]
    if rows:
        session.execute(insert(MembershipRow), rows)


def end_membership(session: Session, number: int, membership: int, end: date) -> None:
    """The last day of a membership that had none."""
    where = (MembershipRow.alliance_id == number, MembershipRow.number == membership)
    session.execute(update(MembershipRow).where(*where).values(end_day=end))


def members_on(session: Session, numbers: Collection[int], day: date) -> list[tuple[int, Member]]:
    """Who belonged to these alliances on a day, each with the row number of the alliance; one query."""
    through = aliased(SubjectRow)
    query = (
        all_institutions()
        .add_columns(MembershipRow.alliance_id, MembershipRow.role, through.code.label("through"))
        .join(MembershipRow, MembershipRow.institution_id == InstitutionRow.id)
        .outerjoin(through, through.id == MembershipRow.through_id)
        .where(
            MembershipRow.alliance_id.in_(numbers),
            MembershipRow.start_day <= day,
            or_(MembershipRow.end_day.is_(None), MembershipRow.end_day >= day),
        )
        .order_by(MembershipRow.alliance_id, MembershipRow.number)
    )
    return [(row.alliance_id, Member(institution_of(row), row.role, row.through)) for row in session.execute(query)]


def _all() -> Select[*tuple[Any, ...]]:
    return select(
        SubjectRow.id,
        SubjectRow.code,
        SubjectRow.name,
        SubjectRow.district_code,
        SubjectRow.attributes,
        AllianceRow.agreement_filed,
        AllianceRow.plan_filed,
    ).join(AllianceRow, AllianceRow.id == SubjectRow.id)


def _alliance(row: Row[*tuple[Any, ...]]) -> AllianceEntry:
    filed = (row.agreement_filed, row.plan_filed)
    return AllianceEntry(row.code, row.name, row.district_code, *filed, read(row.attributes))


def _membership(row: MembershipRow, code: str, name: str, through: str | None) -> Membership:
    return Membership(row.number, code, name, row.role, through, row.start_day, row.end_day)  # type: ignore[arg-type]
