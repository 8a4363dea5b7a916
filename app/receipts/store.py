"""The table of receipts, and every statement on it."""

from __future__ import annotations

from datetime import datetime
from typing import Final

import msgspec
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    delete,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, CodeText, Moment, RowNumber, Session
from app.protocol.keys import Answer, Delivery
from app.receipts.values import Receipt

_LOCK_NOT_AVAILABLE: Final = "55P03"


class ReceiptRow(Base):
    """A delivery that had its effect. `key` and `request` are digests; `secret`: its answer is not to be kept."""

    __tablename__ = "receipts"
    __table_args__ = (
        CheckConstraint("(status IS NULL) = (headers IS NULL) AND (status IS NULL) = (body IS NULL)", name="answer"),
        CheckConstraint("NOT (secret AND status IS NOT NULL)", name="secret"),
    )
    account: Mapped[int] = mapped_column(RowNumber, primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(CodeText, primary_key=True)
    request: Mapped[str] = mapped_column(String(64))
    secret: Mapped[bool]
    status: Mapped[int | None] = mapped_column(SmallInteger)
    headers: Mapped[str | None] = mapped_column(Text)
    body: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Moment, index=True)


def claim(session: Session, delivery: Delivery, now: datetime, oldest: datetime) -> bool | None:
    """Enter a delivery, in the place of one from before `oldest` too; False where a younger one has this key.

    Waits for a transaction that has entered it and not ended yet; None where the wait ran out (PostgreSQL).
    """
    said = {"request": delivery.request, "secret": delivery.secret, "created_at": now}
    answer = {"status": None, "headers": None, "body": None}
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    entering = dialect.insert(ReceiptRow).values(account=delivery.account, key=delivery.key, **said)
    replacing = entering.on_conflict_do_update(
        index_elements=[ReceiptRow.account, ReceiptRow.key], set_=said | answer, where=ReceiptRow.created_at < oldest
    )
    try:
        return session.execute(replacing.returning(ReceiptRow.account)).one_or_none() is not None
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) == _LOCK_NOT_AVAILABLE:
            return None
        raise


def read(session: Session, delivery: Delivery) -> Receipt | None:
    """What stands under the key of a delivery."""
    row = session.execute(
        select(ReceiptRow.request, ReceiptRow.status, ReceiptRow.headers, ReceiptRow.body).where(*_same(delivery))
    ).one_or_none()
    if row is None:
        return None
    if row.status is None:
        return Receipt(row.request, None)
    return Receipt(row.request, Answer(row.status, msgspec.json.decode(row.headers, type=dict[str, str]), row.body))


def keep(session: Session, delivery: Delivery, answer: Answer | None) -> None:
    """Say what was answered; None: nothing that may be kept."""
    said: dict[str, object] = {"secret": True}
    if answer is not None:
        headers = msgspec.json.encode(answer.headers).decode()
        said = {"status": answer.status, "headers": headers, "body": answer.body}
    session.execute(update(ReceiptRow).where(*_same(delivery)).values(said))


def remove(session: Session, delivery: Delivery) -> None:
    """As if the delivery had not been."""
    session.execute(delete(ReceiptRow).where(*_same(delivery)))


def purge(session: Session, oldest: datetime, most: int) -> int:
    """Remove the oldest of those from before `oldest`, at most so many, but none that somebody else works on."""
    key = (ReceiptRow.account, ReceiptRow.key)
    old = select(*key).where(ReceiptRow.created_at < oldest).order_by(ReceiptRow.created_at).limit(most)
    rows = session.execute(
        delete(ReceiptRow).where(tuple_(*key).in_(old.with_for_update(skip_locked=True))).returning(ReceiptRow.account)
    )
    return len(rows.all())


def _same(delivery: Delivery) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return ReceiptRow.account == delivery.account, ReceiptRow.key == delivery.key
