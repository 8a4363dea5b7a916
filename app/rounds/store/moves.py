"""Queries on how subjects move through a round, and on later deadlines."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping

from sqlalchemy import insert, select

from app.db import Session
from app.rounds.store.tables import EntryRow, ExtensionRow, MoveRow
from app.rounds.values.rounds import Extension, Move


def add(session: Session, entry_id: int, move: Move) -> None:
    """Stands after the ones before; refused by the database where another came first."""
    add_all(session, {entry_id: move})


def add_all(session: Session, moves: Mapping[int, Move]) -> None:
    """The same for many subjects, by entry; one statement."""
    rows = [
        {
            "entry_id": entry_id,
            "number": move.number,
            "act": move.act,
            "state": move.state,
            "reason": move.reason,
            "fields": json.dumps(dict(move.fields), ensure_ascii=False),
            "revision": move.revision,
            "sheet": move.sheet,
            "account": move.account,
            "actor": move.actor,
            "moved_at": move.moved_at,
        }
        for entry_id, move in moves.items()
    ]
    session.execute(insert(MoveRow), rows)


def of(session: Session, entry_id: int) -> list[Move]:
    """All moves of a subject, the first one first."""
    return of_all(session, [entry_id])[entry_id]


def of_all(session: Session, entry_ids: Collection[int]) -> dict[int, list[Move]]:
    """The same of many subjects; one query."""
    found: dict[int, list[Move]] = {each: [] for each in entry_ids}
    query = select(MoveRow).where(MoveRow.entry_id.in_(entry_ids)).order_by(MoveRow.entry_id, MoveRow.number)
    for row in session.scalars(query):
        found[row.entry_id].append(_move(row))
    return found


def extend(session: Session, entry_id: int, extension: Extension) -> None:
    """Stands beside the ones before."""
    session.add(
        ExtensionRow(
            entry_id=entry_id,
            deadline=extension.deadline,
            reason=extension.reason,
            extended_by=extension.extended_by,
            extended_at=extension.extended_at,
        )
    )
    session.flush()


def extensions(session: Session, number: int) -> list[tuple[int, Extension]]:
    """All extensions in a round, each with the row number of the subject, the first one first."""
    query = select(ExtensionRow, EntryRow.subject_id).join(EntryRow, EntryRow.id == ExtensionRow.entry_id)
    rows = session.execute(query.where(EntryRow.round_id == number).order_by(ExtensionRow.id))
    return [(subject, _extension(row)) for row, subject in rows]


def _move(row: MoveRow) -> Move:
    return Move(
        row.number,
        row.act,  # type: ignore[arg-type]
        row.state,  # type: ignore[arg-type]
        row.reason,
        json.loads(row.fields),
        row.revision,
        row.sheet,
        row.account,
        row.actor,
        row.moved_at,
    )


def _extension(row: ExtensionRow) -> Extension:
    return Extension(row.deadline, row.reason, row.extended_by, row.extended_at)
