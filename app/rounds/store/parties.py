"""Queries on who has to do with a subject in a round: institutions that belong to it, accounts that evaluate it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, column, select, table, update

from app.db import Looks, Session, directly
from app.rounds.store.tables import AssignmentRow, EntryRow
from app.rounds.values.rounds import Assignment, Parties

_VIEW: Final = table(
    "entry_parties", *(column(name) for name in ("entry", "round", "subject", "institution", "leads", "account"))
)
_ALL: Final = select(_VIEW.c.entry, _VIEW.c.institution, _VIEW.c.leads, _VIEW.c.account)
_OF_ENTRY: Final = _ALL.where(_VIEW.c.entry == bindparam("entry"))
_OF_ROUND: Final = _ALL.where(_VIEW.c.round == bindparam("round"))


def of(session: Session, entry_id: int) -> Parties:
    """Those of one subject in a round; one query."""
    return _parties(directly(session, _OF_ENTRY, {"entry": entry_id}))


def present(looks: Looks, entry_id: int) -> Parties:
    """The same, without a transaction."""
    return _parties(looks.rows(_OF_ENTRY, {"entry": entry_id}))


def of_round(session: Session, number: int) -> dict[int, Parties]:
    """Those of every subject of a round that has any, by entry; one query."""
    found: dict[int, list[Row[*tuple[Any, ...]]]] = {}
    for row in session.execute(_OF_ROUND, {"round": number}):
        found.setdefault(row.entry, []).append(row)
    return {entry: _parties(rows) for entry, rows in found.items()}


def _parties(rows: Iterable[Row[*tuple[Any, ...]]]) -> Parties:
    leads, members, evaluators = set(), set(), set()
    for row in rows:
        if row.account is not None:
            evaluators.add(row.account)
        else:
            members.add(row.institution)
            if row.leads:
                leads.add(row.institution)
    return Parties(frozenset(leads), frozenset(members), frozenset(evaluators))


def assign(session: Session, entry_id: int, new: Assignment) -> None:
    """One more who evaluates the subject."""
    session.add(
        AssignmentRow(
            entry_id=entry_id,
            number=new.number,
            account_id=new.account,
            assigned_by=new.assigned_by,
            assigned_at=new.assigned_at,
        )
    )
    session.flush()


def end(session: Session, entry_id: int, number: int, by: str, now: datetime, reason: str) -> None:
    """From now on that one evaluates the subject no more."""
    where = (AssignmentRow.entry_id == entry_id, AssignmentRow.number == number)
    values = {"ended_by": by, "ended_at": now, "end_reason": reason}
    session.execute(update(AssignmentRow).where(*where).values(values))


def assignments(session: Session, entry_ids: Collection[int]) -> dict[int, list[Assignment]]:
    """All that these subjects ever had, the first one first; one query."""
    found: dict[int, list[Assignment]] = {each: [] for each in entry_ids}
    query = select(AssignmentRow).where(AssignmentRow.entry_id.in_(entry_ids))
    for row in session.scalars(query.order_by(AssignmentRow.entry_id, AssignmentRow.number)):
        found[row.entry_id].append(_assignment(row))
    return found


def assigned_to(session: Session, account: int) -> list[tuple[int, int]]:
    """The rounds and entries that an account evaluates now."""
    query = select(EntryRow.round_id, EntryRow.id).join(AssignmentRow, AssignmentRow.entry_id == EntryRow.id)
    query = query.where(AssignmentRow.account_id == account, AssignmentRow.ended_at.is_(None))
    return [(row.round_id, row.id) for row in session.execute(query.order_by(EntryRow.id))]


def _assignment(row: AssignmentRow) -> Assignment:
    return Assignment(
        row.number,
        row.account_id,
        row.assigned_by,
        row.assigned_at,
        row.ended_by,
        row.ended_at,
        row.end_reason,
    )
