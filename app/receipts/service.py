"""What is done with a delivery: entered as the first thing of its transaction, its answer kept as the last."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from app.db import Database, Session, database_now
from app.errors import Conflict, Invalid
from app.protocol.keys import HEADER, Answer, Delivery
from app.receipts import store
from app.scoring.problems import Problems

KEPT: Final = timedelta(hours=24)
MOST_AT_ONCE: Final = 50
"""Old receipts that one delivery sweeps out, whosever they are: more than it adds."""
IN_USE: Final = "同一 Idempotency-Key 的请求正在处理，请稍后重试"


def claim(session: Session, delivery: Delivery) -> Answer | None:
    """Enter a delivery, or return what was answered to it in the last 24 hours; waits for one that is under way.

    Raises Conflict where the wait runs out and where the answer carried a secret, Invalid where something else was
    delivered with this key.
    """
    now = database_now(session)
    entered = store.claim(session, delivery, now, now - KEPT)
    if entered:
        store.purge(session, now - KEPT, MOST_AT_ONCE)
        return None
    found = None if entered is None else store.read(session, delivery)
    if found is None:
        raise Conflict("key_in_use", IN_USE)
    if found.request != delivery.request:
        words = "该 Idempotency-Key 已用于另一请求（地址或内容不同）"
        raise Invalid(Problems.one((HEADER,), "key_reused", words), "key_reused", words, "header")
    if found.answer is None:
        raise Conflict("secret_not_repeated", "该请求已经办理；其答复含有秘密，只答一次，不再重复")
    return found.answer


def keep(session: Session, delivery: Delivery, answer: Answer | None, *, refused: bool = False) -> None:
    """Keep what was answered, None where it cannot be; what was refused leaves no trace, so that it can be retried."""
    if refused:
        store.remove(session, delivery)
    elif not delivery.secret:
        store.keep(session, delivery, answer)


def purge(database: Database) -> int:
    """Sweep out the oldest receipts that nobody needs any more, a bounded number; returns how many."""
    with database.writing() as session:
        return store.purge(session, database_now(session) - KEPT, MOST_AT_ONCE * 20)
