"""The tables of the audit record, and every query on them; what is read is read raw, whatever it may be by now."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Dialect,
    Index,
    Integer,
    LargeBinary,
    Row,
    Select,
    SmallInteger,
    String,
    Text,
    bindparam,
    case,
    cast,
    func,
    insert,
    literal,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.audit.values import Entry, Filter, Head
from app.db import Base, CodeText, Moment, RowNumber, Session, directly

ThingText = String(400).with_variant(String(400, collation="C"), "postgresql")
DigestText = String(71)
_LAST_SIGN: Final = "\U0010ffff"
_ODD: Final = b"\xff"
"""What stands, on SQLite, for a value of a kind that the column does not have; it is neither text nor a number."""
_STORED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6})")
"""A moment as SQLite holds it."""


class EntryRow(Base):
    """An act; append-only. Its number is the one after the head's, so that no number is left out."""

    __tablename__ = "audit_entries"
    __table_args__ = (
        CheckConstraint("sequence > 0", name="sequence"),
        Index(None, "act", "sequence"),
        Index(None, "actor", "sequence"),
        Index(None, "thing", "sequence"),
    )
    sequence: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    actor: Mapped[str] = mapped_column(String(200))
    actor_number: Mapped[int] = mapped_column(RowNumber)
    roles: Mapped[str] = mapped_column(String(200))
    act: Mapped[str] = mapped_column(CodeText)
    thing: Mapped[str] = mapped_column(ThingText)
    reason: Mapped[str] = mapped_column(String(2000))
    request: Mapped[str] = mapped_column(String(64))
    payload_digest: Mapped[str | None] = mapped_column(DigestText)
    previous: Mapped[str] = mapped_column(DigestText)
    hash: Mapped[str] = mapped_column(DigestText)


class HeadRow(Base):
    """The one row that says where the chain ends; its number only grows."""

    __tablename__ = "audit_head"
    __table_args__ = (CheckConstraint("id = 1", name="one"),)
    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    sequence: Mapped[int] = mapped_column(RowNumber)
    hash: Mapped[str] = mapped_column(DigestText)


LONGEST: Final = {
    "actor": 200,
    "roles": 200,
    "act": 64,
    "thing": 400,
    "reason": 2000,
    "request": 64,
}
"""Characters that a column takes; SQLite itself would take more."""


_HEAD: Final = select(HeadRow.sequence, HeadRow.hash).with_for_update()
_APPEND: Final = insert(EntryRow)
_MOVE_HEAD: Final = update(HeadRow).values(sequence=bindparam("sequence"), hash=bindparam("hash"))


def lock_head(session: Session) -> Head | None:
    """The head, which nobody else moves before this transaction ends."""
    row = directly(session, _HEAD).one_or_none()
    return None if row is None else Head(row.sequence, row.hash)


def append(session: Session, entries: Sequence[Entry]) -> None:
    """These entries, numbered and chained, and the head on the last of them; two statements however many."""
    names = EntryRow.__table__.columns.keys()
    rows = [{name: value for name, value in asdict(entry).items() if name in names} for entry in entries]
    directly(session, _APPEND, [row | {"at": datetime.fromisoformat(row["at"])} for row in rows])
    last = entries[-1]
    directly(session, _MOVE_HEAD, {"sequence": last.sequence, "hash": last.hash})


def heads(session: Session) -> list[Head]:
    """The rows of the head table as they are: one, unless it was tampered with."""
    dialect = session.get_bind().dialect
    columns = [_raw(column, dialect).label(column.name) for column in (HeadRow.sequence, HeadRow.hash)]
    rows = session.execute(select(*columns).limit(2))
    return [Head(_number(row.sequence), _text(row.hash)) for row in rows]


def following(session: Session, after: int, limit: int) -> list[Entry]:
    """At most `limit` entries in the order of their numbers, behind `after`."""
    query = _entries(session).where(EntryRow.sequence > after).order_by(EntryRow.sequence).limit(limit)
    return [_entry(row) for row in session.execute(query)]


def lowest(session: Session) -> int | None:
    """The first number that an entry has."""
    return session.scalar(select(func.min(EntryRow.sequence)))


def newest(session: Session, asked: Filter, before: int | None, limit: int) -> list[Entry]:
    """At most `limit` of the entries asked for, the last first, in front of `before`."""
    query = _entries(session).order_by(EntryRow.sequence.desc()).limit(limit)
    query = query if before is None else query.where(EntryRow.sequence < before)
    query = query if asked.act is None else query.where(EntryRow.act == asked.act)
    query = query if asked.actor is None else query.where(EntryRow.actor == asked.actor)
    if asked.thing is not None:
        query = query.where(EntryRow.thing.between(asked.thing, asked.thing + _LAST_SIGN))
    return [_entry(row) for row in session.execute(query)]


def last_of(session: Session, acts: Collection[tuple[str, str]]) -> tuple[int, str] | None:
    """Number and hash of the last entry of one of these acts, each with its thing."""
    wanted = or_(*((EntryRow.act == act) & (EntryRow.thing == thing) for act, thing in acts))
    query = select(EntryRow.sequence, EntryRow.hash).where(wanted)
    row = session.execute(query.order_by(EntryRow.sequence.desc()).limit(1)).one_or_none()
    return None if row is None else (row.sequence, row.hash)


def hashes(session: Session, sequences: Collection[int]) -> dict[int, str | None]:
    """The hashes of those of these entries that exist, as stored."""
    stored = _raw(EntryRow.hash, session.get_bind().dialect).label("hash")
    rows = session.execute(select(EntryRow.sequence, stored).where(EntryRow.sequence.in_(sequences)))
    return {row.sequence: _text(row.hash) for row in rows}


def _entries(session: Session) -> Select[*tuple[Any, ...]]:
    dialect = session.get_bind().dialect
    numbers, others = EntryRow.sequence, [each for each in EntryRow.__table__.columns if each.name != "sequence"]
    return select(numbers, *(_raw(column, dialect).label(column.name) for column in others))


def _raw(column: Any, dialect: Dialect) -> ColumnElement[Any]:  # noqa: ANN401 -- a column or its attribute
    """A column so that reading it never fails: on SQLite any column can hold a value of any kind, or bytes as text."""
    moment = isinstance(column.type, Moment)
    if dialect.name == "postgresql":
        return _utc(column) if moment else column
    kind = "integer" if isinstance(column.type, Integer) else "text"
    right = (func.typeof(column) == kind) & (func.length(cast(column, LargeBinary)) <= 4 * _most(column))
    return case((right, cast(column, LargeBinary)), (column.is_(None), null()), else_=literal(_ODD, LargeBinary))


def _utc(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """A moment in the form that is hashed; None for infinity and for times before 1970."""
    text = func.to_char(func.timezone("UTC", column), 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"', type_=Text)
    return case((func.isfinite(column) & (column >= func.to_timestamp(0)), text), else_=null())


def _most(column: Any) -> int:  # noqa: ANN401
    return getattr(column.type, "length", None) or LONGEST["act"]


def _entry(row: Row[Any]) -> Entry:
    found: dict[str, Any] = {}
    readable = True
    for name, value in row._mapping.items():  # noqa: SLF001 -- SQLAlchemy's public name for it
        read = _READERS.get(name, _text)(value)
        readable = readable and (read is None) == (value is None)
        found[name] = read
    return Entry(**found, readable=readable)


def _text(value: bytes | str | None) -> str | None:
    """Text as it is; None where it is none."""
    if not isinstance(value, bytes):
        return value
    try:
        return value.decode()
    except UnicodeDecodeError:
        return None


def _number(value: bytes | int | None) -> int | None:
    if not isinstance(value, bytes):
        return value
    return None if value == _ODD else int(value)


def _moment(value: bytes | str | None) -> str | None:
    if not isinstance(value, bytes):
        return value
    found = _STORED.fullmatch(_text(value) or "")
    return None if found is None else f"{found[1]}T{found[2]}Z"


_READERS: Final = {"sequence": _number, "actor_number": _number, "at": _moment}
