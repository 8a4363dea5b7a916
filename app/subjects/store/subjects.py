"""Queries on the row that every subject has."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import Row, Select, select, update

from app.db import Session
from app.subjects.store.attributes import read, written
from app.subjects.store.tables import SubjectRow
from app.subjects.values import Attributes, Subject


def by_code(session: Session, codes: Collection[str]) -> dict[str, tuple[int, Subject]]:
    """The subjects of these codes that exist, each with its row number; one query."""
    rows = session.execute(_all().where(SubjectRow.code.in_(codes)))
    return {row.code: (row.id, _subject(row)) for row in rows}


def by_id(session: Session, ids: Collection[int]) -> dict[int, Subject]:
    """The subjects of these row numbers; one query."""
    return {row.id: _subject(row) for row in session.execute(_all().where(SubjectRow.id.in_(ids)))}


def page(session: Session, kind: str | None, district: str, after: str, limit: int) -> list[Subject]:
    """Subjects in the order of their codes."""
    query = paged(_all(), district, after, limit)
    return [_subject(row) for row in session.execute(query if kind is None else query.where(SubjectRow.kind == kind))]


def add(session: Session, new: Subject) -> int:
    """A new row; its number."""
    row = SubjectRow(
        code=new.code,
        kind=new.kind,
        name=new.name,
        district_code=new.district_code,
        attributes=written(new.attributes),
    )
    session.add(row)
    session.flush()
    return row.id


def change(session: Session, number: int, name: str, district_code: str, attributes: Attributes) -> None:
    """Another name and place, other attributes."""
    values = {"name": name, "district_code": district_code, "attributes": written(attributes)}
    session.execute(update(SubjectRow).where(SubjectRow.id == number).values(**values))


def one(session: Session, code: str) -> tuple[int, Subject] | None:
    """The subject of this code with its row number; nobody else changes it meanwhile."""
    row = session.execute(_all().where(SubjectRow.code == code).with_for_update()).one_or_none()
    return None if row is None else (row.id, _subject(row))


def paged(query: Select[*tuple[Any, ...]], district: str, after: str, limit: int) -> Select[*tuple[Any, ...]]:
    """At most `limit` rows behind a code, in a district (a prefix of its code; empty: everywhere)."""
    query = query.where(SubjectRow.code > after) if after else query
    query = query.where(SubjectRow.district_code.startswith(district)) if district else query
    return query.order_by(SubjectRow.code).limit(limit)


def _all() -> Select[*tuple[Any, ...]]:
    return select(
        SubjectRow.id,
        SubjectRow.code,
        SubjectRow.kind,
        SubjectRow.name,
        SubjectRow.district_code,
        SubjectRow.attributes,
    )


def _subject(row: Row[*tuple[Any, ...]]) -> Subject:
    return Subject(row.code, row.kind, row.name, row.district_code, read(row.attributes))
