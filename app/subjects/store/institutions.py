"""Queries on institutions."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Select, select, update

from app.db import Session
from app.subjects.store.attributes import read
from app.subjects.store.subjects import paged
from app.subjects.store.tables import InstitutionRow, SubjectRow
from app.subjects.values import Institution


def one(session: Session, code: str, *, lock: bool = False) -> tuple[int, Institution] | None:
    """The institution of this code with its row number; with `lock` nobody else changes it meanwhile."""
    query = all_institutions().where(SubjectRow.code == code)
    row = session.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else (row.id, institution_of(row))


def page(session: Session, kind: str | None, district: str, after: str, limit: int) -> list[Institution]:
    """Institutions in the order of their codes."""
    query = paged(all_institutions(), district, after, limit)
    query = query if kind is None else query.where(InstitutionRow.kind == kind)
    return [institution_of(row) for row in session.execute(query)]


def numbers(session: Session, codes: Collection[str]) -> dict[str, int]:
    """The row numbers of the institutions of these codes that exist; one query."""
    query = select(SubjectRow.code, SubjectRow.id).join(InstitutionRow, InstitutionRow.id == SubjectRow.id)
    return {row.code: row.id for row in session.execute(query.where(SubjectRow.code.in_(codes)))}


def holder_of(session: Session, credit_code: str) -> str | None:
    """The code of the institution that carries this 统一社会信用代码."""
    query = select(SubjectRow.code).join(InstitutionRow, InstitutionRow.id == SubjectRow.id)
    return session.scalar(query.where(InstitutionRow.credit_code == credit_code))


def add(session: Session, number: int, new: Institution) -> None:
    """What only an institution has, beside its row as a subject."""
    session.add(InstitutionRow(id=number, **_own(new)))
    session.flush()


def change(session: Session, number: int, new: Institution) -> None:
    """Other attributes."""
    session.execute(update(InstitutionRow).where(InstitutionRow.id == number).values(**_own(new)))


def all_institutions() -> Select[*tuple[Any, ...]]:
    """Every institution, for queries that go on from here."""
    return select(
        SubjectRow.id,
        SubjectRow.code,
        SubjectRow.name,
        SubjectRow.district_code,
        SubjectRow.attributes,
        InstitutionRow.kind,
        InstitutionRow.level,
        InstitutionRow.credit_code,
        InstitutionRow.medical_unit,
    ).join(InstitutionRow, InstitutionRow.id == SubjectRow.id)


def institution_of(row: Row[*tuple[Any, ...]]) -> Institution:
    """One row of `all_institutions`."""
    return Institution(
        row.code,
        row.name,
        row.kind,
        row.level,
        row.credit_code,
        row.medical_unit,
        row.district_code,
        read(row.attributes),
    )


def _own(new: Institution) -> dict[str, str | None]:
    return {
        "kind": new.kind,
        "level": new.level,
        "credit_code": new.credit_code,
        "medical_unit": new.medical_unit,
    }
