"""Ways to tamper with a record whose triggers are gone: each says what it does, and whether it did anything."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from sqlalchemy import insert, text

from app.audit.store import EntryRow
from app.audit.values import Entry, hash_of, written
from app.db import Session

TEXTS = ("actor", "roles", "act", "thing", "reason", "request", "payload_digest", "previous", "hash")
COLUMNS = ("at", "actor_number", *TEXTS)
ENTRIES = 7
NUMBERS = st.integers(1, ENTRIES)
WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60)
BIG = st.integers(-(2**63), 2**63 - 1)
TIMES = st.datetimes(timezones=st.just(UTC), min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30))  # noqa: DTZ001 -- Hypothesis asks for naive bounds
ANYTHING = st.one_of(st.none(), BIG, st.floats(allow_nan=False), WORDS, st.binary(max_size=80))
"""What a column of SQLite can hold, whatever it was declared as."""
NEAR_TIMES = ("{} ", "{}0", "{}Z", "{:.19}", "{:.23}", "-{}")
"""Texts that say nearly the same time as the one stored."""


def stored(session: Session) -> list[tuple[Any, ...]]:
    """Every row as it is stored, down to the kinds of its values."""
    shown = "quote({})" if session.get_bind().dialect.name == "sqlite" else "{}::text"
    columns = ", ".join(shown.format(f'"{name}"') for name in ("sequence", *COLUMNS))
    heads = ", ".join(shown.format(name) for name in ("sequence", "hash"))
    queries = (f"SELECT {columns} FROM audit_entries ORDER BY sequence", f"SELECT {heads} FROM audit_head")  # noqa: S608
    return [tuple(row) for query in queries for row in session.execute(text(query))]


@st.composite
def changes(draw: st.DrawFn, engine: str) -> Any:
    """Another value in one column of one entry."""
    number, column = draw(NUMBERS), draw(st.sampled_from(COLUMNS))
    if engine == "sqlite":
        nearly = st.sampled_from(NEAR_TIMES) if column == "at" else st.nothing()
        value = draw(st.one_of(ANYTHING, nearly))
    elif column == "at":
        value = draw(st.one_of(TIMES, st.sampled_from(["infinity", "-infinity", "2026-11-28 09:10:00 BC"])))
    else:
        value = draw(BIG if column == "actor_number" else st.one_of(st.none(), WORDS))
    return change, (number, column, value)


def change(session: Session, number: int, column: str, value: Any) -> None:
    place = {"number": number}
    if value in NEAR_TIMES:
        before = session.scalar(text(f'SELECT "{column}" FROM audit_entries WHERE sequence = :number'), place)  # noqa: S608
        value = value.format(before)
    if value is None and column != "payload_digest" and session.get_bind().dialect.name == "sqlite":
        return  # NOT NULL holds on
    update = f'UPDATE audit_entries SET "{column}" = :value WHERE sequence = :number'  # noqa: S608
    session.execute(text(update), place | {"value": value})


def remove(session: Session, number: int) -> None:
    session.execute(text("DELETE FROM audit_entries WHERE sequence = :number"), {"number": number})


def cut(session: Session, number: int) -> None:
    """The tail from an entry on."""
    session.execute(text("DELETE FROM audit_entries WHERE sequence >= :number"), {"number": number})


def swap(session: Session, number: int, other: int) -> None:
    for place, to in ((number, 1_000_000), (other, number), (1_000_000, other)):
        session.execute(
            text("UPDATE audit_entries SET sequence = :to WHERE sequence = :place"), {"place": place, "to": to}
        )


def add(session: Session, number: int, like: int) -> None:
    """An entry like another in front of one; those behind move on by one."""
    found = rows(session)
    cut(session, number)
    moved = [{**row, "sequence": row["sequence"] + 1} for row in found if row["sequence"] >= number]
    session.execute(insert(EntryRow), [{**found[like - 1], "sequence": number}, *moved])


def append(session: Session, like: int, *, fit: bool) -> None:
    """An entry like another behind the last, chained to it as it should be if it is to fit."""
    found = rows(session)
    new = {**found[like - 1], "sequence": len(found) + 1}
    session.execute(insert(EntryRow), chained([new], found[-1]["hash"]) if fit else [new])


def change_and_hash(session: Session, number: int, reason: str) -> None:
    """Another reason, with a hash that fits it."""
    found = rows(session)[number - 1]
    if reason != found["reason"]:
        [new] = chained([{**found, "reason": reason}], found["previous"])
        remove(session, number)
        session.execute(insert(EntryRow), [new])


def move_head(session: Session, sequence: int, found: str) -> None:
    values = {"sequence": sequence, "hash": found}
    session.execute(text("UPDATE audit_head SET sequence = :sequence, hash = :hash"), values)


def remove_head(session: Session) -> None:
    session.execute(text("DELETE FROM audit_head"))


def rewrite_tail(session: Session, number: int, reason: str) -> None:
    """Another reason from an entry on, every later hash and the head made to fit: the chain alone shows nothing."""
    found = rows(session)
    tail = [{**row, "reason": reason} if row["sequence"] == number else row for row in found[number - 1 :]]
    fresh = chained(tail, found[number - 1]["previous"])
    cut(session, number)
    session.execute(insert(EntryRow), fresh)
    move_head(session, len(found), fresh[-1]["hash"])


def cut_tail(session: Session, number: int) -> None:
    """The tail from an entry on, and the head made to fit."""
    before = rows(session)[number - 1]["previous"]
    cut(session, number)
    move_head(session, number - 1, before)


def single(engine: str) -> st.SearchStrategy[Any]:
    """Any one act of tampering that the chain itself shows."""
    return st.one_of(
        changes(engine),
        st.tuples(st.just(remove), st.tuples(NUMBERS)),
        st.tuples(st.just(cut), st.tuples(NUMBERS)),
        st.tuples(st.just(swap), st.tuples(NUMBERS, NUMBERS)),
        st.tuples(st.just(add), st.tuples(NUMBERS, NUMBERS)),
        st.tuples(st.just(change_and_hash), st.tuples(NUMBERS, WORDS)),
        st.tuples(st.just(move_head), st.tuples(BIG, WORDS)),
        st.tuples(st.just(remove_head), st.just(())),
    )


def rows(session: Session) -> list[dict[str, Any]]:
    columns = EntryRow.__table__.columns
    return [dict(row._mapping) for row in session.execute(columns["sequence"].table.select().order_by(columns[0]))]


def chained(found: list[dict[str, Any]], previous: str) -> list[dict[str, Any]]:
    """The same rows with fresh hashes."""
    fresh = []
    for row in found:
        entry = Entry(**{**row, "at": written(row["at"]), "previous": previous})
        fresh.append({**row, "previous": previous, "hash": hash_of(entry)})
        previous = fresh[-1]["hash"]
    return fresh
