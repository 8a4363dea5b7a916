"""Queries on objections to published sheets, and on what came of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final

import msgspec
from sqlalchemy import Row, Select, select

from app.assessments.store.tables import DecisionRow, ObjectionRow
from app.assessments.values import By, Decision, Objection, Outcome
from app.db import Session
from app.scoring.digest import canonical

_read: Final = msgspec.json.Decoder(float_hook=Decimal).decode


def add(session: Session, entry_id: int, new: Objection) -> None:
    """Stands beside the ones before."""
    session.add(
        ObjectionRow(
            entry_id=entry_id,
            number=new.number,
            sheet=new.before.sheet,
            items=canonical(dict(new.items)).decode(),
            attachments=json.dumps(list(new.attachments)),
            before=_written(new.before),
            account=new.by.account,
            actor=new.by.name,
            objected_at=new.by.at,
        )
    )
    session.flush()


def decide(session: Session, entry_id: int, number: int, decision: Decision) -> None:
    """What comes of an objection, once and for all."""
    place = (ObjectionRow.entry_id == entry_id, ObjectionRow.number == number)
    session.add(
        DecisionRow(
            objection_id=session.execute(select(ObjectionRow.id).where(*place)).scalar_one(),
            accepted=decision.accepted,
            reason=decision.reason,
            move=decision.move,
            sheet=decision.sheet,
            after=None if decision.after is None else _written(decision.after),
            account=decision.by.account,
            actor=decision.by.name,
            decided_at=decision.by.at,
        )
    )
    session.flush()


def of(session: Session, entry_id: int) -> list[Objection]:
    """All objections of a subject in a round with their decisions, the first one first; one query."""
    query = _objections().where(ObjectionRow.entry_id == entry_id).order_by(ObjectionRow.number)
    return [_objection(row) for row in session.execute(query)]


def open_one(session: Session, entry_id: int) -> Objection | None:
    """The one that is not decided yet."""
    query = _objections().where(ObjectionRow.entry_id == entry_id, DecisionRow.id.is_(None))
    row = session.execute(query).one_or_none()
    return None if row is None else _objection(row)


def _objections() -> Select[*tuple[Any, ...]]:
    return select(ObjectionRow, DecisionRow).outerjoin(DecisionRow, DecisionRow.objection_id == ObjectionRow.id)


def _objection(row: Row[*tuple[Any, ...]]) -> Objection:
    own: ObjectionRow = row.ObjectionRow
    by = By(own.account, own.actor, own.objected_at)
    decision = None if row.DecisionRow is None else _decision(row.DecisionRow)
    return Objection(own.number, _read(own.items), json.loads(own.attachments), _outcome(own.before), by, decision)


def _decision(row: DecisionRow) -> Decision:
    after = None if row.after is None else _outcome(row.after)
    by = By(row.account, row.actor, row.decided_at)
    return Decision(row.accepted, row.reason, row.move, row.sheet, after, by)


def _written(outcome: Outcome) -> str:
    figures = {"total": outcome.total, "base": outcome.base, "bonus": outcome.bonus}
    return canonical({"sheet": outcome.sheet, **figures, "items": dict(outcome.items)}).decode()


def _outcome(written: str) -> Outcome:
    read: Mapping[str, Any] = _read(written)
    return Outcome(**read)
