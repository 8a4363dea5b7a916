"""Queries on sheets that were proposed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, func, select

from app.assessments.store.tables import SheetRow
from app.assessments.values import By, Sheet, Summary
from app.db import Looks, Session

_BATCH: Final = 50
_READY: Final = select(SheetRow.digest, SheetRow.content).where(
    SheetRow.entry_id == bindparam("entry"), SheetRow.number == bindparam("number")
)


def add(session: Session, entry_id: int, new: Sheet) -> None:
    """Stands beside the ones before."""
    session.add(
        SheetRow(
            entry_id=entry_id,
            number=new.number,
            revision=new.revision,
            scheme_digest=new.scheme_digest,
            inputs=new.inputs,
            inputs_digest=new.inputs_digest,
            engine=new.engine,
            content=new.content,
            digest=new.digest,
            attachments=new.attachments,
            total=new.total,
            base=new.base,
            bonus=new.bonus,
            grade=new.grade,
            account=new.by.account,
            actor=new.by.name,
            proposed_at=new.by.at,
        )
    )
    session.flush()


def count(session: Session, entry_id: int) -> int:
    """How many a subject in a round has."""
    return session.scalar(select(func.count()).select_from(SheetRow).where(SheetRow.entry_id == entry_id)) or 0


def one(session: Session, entry_id: int, number: int) -> Sheet | None:
    """A sheet by its number, with everything."""
    query = select(SheetRow).where(SheetRow.entry_id == entry_id, SheetRow.number == number)
    row = session.scalars(query).one_or_none()
    return None if row is None else _sheet(row)


def some(session: Session, entry_id: int, numbers: Collection[int]) -> dict[int, Sheet]:
    """Sheets by their numbers, with everything; one query."""
    rows = session.scalars(select(SheetRow).where(SheetRow.entry_id == entry_id, SheetRow.number.in_(numbers)))
    return {row.number: _sheet(row) for row in rows}


def ready(looks: Looks, entry_id: int, number: int) -> tuple[str, bytes] | None:
    """Digest and bytes of a sheet, without a transaction."""
    rows = looks.rows(_READY, {"entry": entry_id, "number": number})
    return (rows[0].digest, rows[0].content) if rows else None


def summaries(session: Session, numbers: Mapping[int, int]) -> dict[int, Summary]:
    """For each of the entries its sheet of that number; one query however many."""
    query = _summaries().where(SheetRow.entry_id.in_(list(numbers)), SheetRow.number.in_(set(numbers.values())))
    rows = session.execute(query)
    return {row.entry_id: _summary(row) for row in rows if numbers[row.entry_id] == row.number}


def inputs_digests(session: Session, numbers: Mapping[int, int]) -> dict[int, str]:
    """For each of the entries the digest of what went into its sheet of that number; one query however many."""
    query = select(SheetRow.entry_id, SheetRow.number, SheetRow.inputs_digest).where(
        SheetRow.entry_id.in_(list(numbers)), SheetRow.number.in_(set(numbers.values()))
    )
    return {row.entry_id: row.inputs_digest for row in session.execute(query) if numbers[row.entry_id] == row.number}


def of(session: Session, entry_id: int) -> list[Summary]:
    """All sheets of a subject in a round, the first one first."""
    query = _summaries().where(SheetRow.entry_id == entry_id).order_by(SheetRow.number)
    return [_summary(row) for row in session.execute(query)]


def everything(session: Session, only: Collection[int] | None = None) -> Iterator[tuple[int, Sheet]]:
    """Every sheet there is (`only`: of these entries), with the row number of its entry, in bounded memory."""
    last, query = 0, select(SheetRow).order_by(SheetRow.id).limit(_BATCH)
    query = query if only is None else query.where(SheetRow.entry_id.in_(only))
    while True:
        rows = session.scalars(query.where(SheetRow.id > last)).all()
        for row in rows:
            yield row.entry_id, _sheet(row)
        if len(rows) < _BATCH:
            return
        last = rows[-1].id
        session.expunge_all()


def _summaries() -> Select[*tuple[Any, ...]]:
    return select(
        SheetRow.entry_id,
        SheetRow.number,
        SheetRow.digest,
        SheetRow.total,
        SheetRow.base,
        SheetRow.bonus,
        SheetRow.grade,
        SheetRow.account,
        SheetRow.actor,
        SheetRow.proposed_at,
    )


def _summary(row: Row[*tuple[Any, ...]]) -> Summary:
    by = By(row.account, row.actor, row.proposed_at)
    return Summary(row.number, row.digest, row.total, row.base, row.bonus, row.grade, by)


def _sheet(row: SheetRow) -> Sheet:
    by = By(row.account, row.actor, row.proposed_at)
    shown = (row.number, row.digest, row.total, row.base, row.bonus, row.grade, by)
    went_in = (row.revision, row.scheme_digest, row.inputs, row.inputs_digest, row.engine)
    return Sheet(*shown, *went_in, row.content, row.attachments)
