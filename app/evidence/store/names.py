"""Queries on personal values: found by token or by value, added, compared within a round, erased."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import JSON, Select, Text, bindparam, cast, func, insert, or_, select, update
from sqlalchemy.orm import aliased

from app.db import Session, directly
from app.evidence.store.tables import PersonalRow
from app.evidence.values import PersonalValue


def find(session: Session, entry_id: int, tokens: Iterable[str], values: Iterable[str]) -> list[tuple[str, str]]:
    """(token, value) of what has one of these tokens or values and is not erased; one query however many."""
    asked = {"entry": entry_id, "tokens": _written(tokens), "texts": _written(values)}
    rows = directly(session, _FIND[session.get_bind().dialect.name], asked)
    return [(row.token, row.value) for row in rows if row.value is not None]


def tokens_of(session: Session, entry_id: int) -> list[str]:
    """The tokens of everything that is not erased, the first one first."""
    query = select(PersonalRow.token).where(PersonalRow.entry_id == entry_id, PersonalRow.erased_at.is_(None))
    return list(session.scalars(query.order_by(PersonalRow.id)))


def add(session: Session, round_id: int, entry_id: int, new: Collection[PersonalValue], now: datetime) -> None:
    """More values; one statement."""
    rows = [
        {
            "round_id": round_id,
            "entry_id": entry_id,
            "token": each.token,
            "value": each.value,
            "salt": each.salt,
            "folded": each.folded,
            "kept_at": now,
        }
        for each in new
    ]
    if rows:
        session.execute(insert(PersonalRow), rows)


def alike(session: Session, round_id: int, entry_id: int) -> list[tuple[str, str, int, str]]:
    """Where others of the round have a value that this one has too: its form, own token, the other entry, its token."""
    own, other = aliased(PersonalRow), aliased(PersonalRow)
    same = (other.round_id == own.round_id) & (other.folded == own.folded) & (other.entry_id != own.entry_id)
    query = select(own.folded, own.token, other.entry_id, other.token).join(other, same)
    rows = session.execute(query.where(own.round_id == round_id, own.entry_id == entry_id))
    return [(form, mine, entry, theirs) for form, mine, entry, theirs in rows if form is not None]


def erase(session: Session, entry_id: int, tokens: Collection[str], now: datetime) -> int:
    """Write null over values and salts, for good; how many there were. The only place that writes over anything."""
    where = (PersonalRow.entry_id == entry_id, PersonalRow.erased_at.is_(None))
    listed = PersonalRow.token.in_(_listed(session.get_bind().dialect.name, "tokens"))
    nothing = {"value": None, "salt": None, "folded": None, "erased_at": now}
    found = session.execute(update(PersonalRow).where(*where, listed).values(nothing), {"tokens": _written(tokens)})
    return int(found.rowcount)  # type: ignore[attr-defined]


def _written(texts: Iterable[str]) -> str:
    """Any number of texts, as one parameter."""
    return msgspec.json.encode(list(texts)).decode()


def _listed(dialect: str, name: str) -> Select[tuple[str]]:
    """The texts of a parameter as rows."""
    listed = bindparam(name, type_=Text)
    if dialect == "sqlite":
        return select(func.json_each(listed).table_valued("value").c.value)
    return select(func.json_array_elements_text(cast(listed, JSON)).table_valued("value").c.value)


def _finding(dialect: str) -> Select[str, str | None]:
    token, value = (_listed(dialect, name) for name in ("tokens", "texts"))
    return select(PersonalRow.token, PersonalRow.value).where(
        PersonalRow.entry_id == bindparam("entry"),
        PersonalRow.erased_at.is_(None),
        or_(PersonalRow.token.in_(token), PersonalRow.value.in_(value)),
    )


_FIND: Final = {dialect: _finding(dialect) for dialect in ("sqlite", "postgresql")}
