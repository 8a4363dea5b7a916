"""Sessions: reading one state, writing one at a time; the one place that commits; the database's clock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import CursorResult, Executable, event, select, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session, SessionTransaction

from app.config import Settings
from app.db.clock import instant
from app.db.engines import make_engine
from app.db.looks import Looks
from app.db.migrations import heads
from app.db.refusals import refusal, refusing
from app.errors import OutcomeUnknown, Unavailable

_FIRST: Final = "first"
_LAST: Final = "last"
_NOW: Final = "now"
_INSTANT: Final = select(instant())


class Database:
    """One engine with its sessions; on SQLite one writer at a time in this process."""

    def __init__(self, settings: Settings) -> None:
        self.patience = settings.patience
        self.engine = make_engine(settings)
        self._reads = self.engine
        if self.engine.dialect.name == "postgresql":
            self._reads = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._turn = threading.Lock()
        self.looks = Looks(self.engine, settings.threads)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with refusing(), _Reading(self._reads, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits when its block ends well and leaves no trace when it does not.

        Nothing is taken before the first statement: neither a connection nor, on SQLite, the writer's turn.
        """
        turn = _Turn(self._turn, self.patience)
        try:
            with refusing(), _Writing(self.engine, expire_on_commit=False, info={"turn": turn}) as session:
                yield session
                session.flush()
                while acts := session.info.pop(_LAST, ()):
                    for act in acts:
                        act(session)
                _commit(session)
        finally:
            turn.end()

    def at_head(self) -> bool:
        """Whether the tables are those of this release; raises Unavailable when the database cannot be asked."""
        with self.reading() as session:
            try:
                return set(session.scalars(text("SELECT version_num FROM alembic_version"))) == heads()
            except DBAPIError as error:
                if isinstance(refusal(error), Unavailable):
                    raise
                return False

    def close(self) -> None:
        """Give all connections back."""
        self.looks.close()
        self.engine.dispose()


class _Turn:
    """The writer's turn of one session, taken at its first statement and given back when it is over."""

    def __init__(self, lock: threading.Lock, patience: int) -> None:
        self._lock = lock
        self._patience = patience
        self._held = False

    def take(self) -> None:
        if not self._lock.acquire(timeout=self._patience):
            raise Unavailable("database_busy", "数据库正忙，请稍后重试")
        self._held = True

    def end(self) -> None:
        if self._held:
            self._lock.release()


class _Reading(Session):
    """Begins so that all statements see one state."""


class _Writing(Session):
    """Begins as a writer: a transaction that turns into one later fails under load whatever the timeout."""


@event.listens_for(_Reading, "after_begin")
def _begin_reading(_session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and not transaction.nested:
        connection.exec_driver_sql("BEGIN")


@event.listens_for(_Writing, "after_begin")
def _begin_writing(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    if connection.dialect.name == "sqlite" and not transaction.nested:
        session.info["turn"].take()
        connection.exec_driver_sql("BEGIN IMMEDIATE")


def at_the_start(session: Session, act: Callable[[Session], None]) -> None:
    """Have this done before the session's first statement, and before anything is taken for it."""
    session.info[_FIRST] = act
    for happening in ("do_orm_execute", "before_flush"):
        event.listen(session, happening, lambda *_about: _start(session))


def _start(session: Session) -> None:
    first: Callable[[Session], None] | None = session.info.pop(_FIRST, None)
    if first is not None:
        first(session)


def at_the_end(session: Session, act: Callable[[Session], None]) -> None:
    """Have this done last before the session commits, in the order in which it was asked for."""
    session.info.setdefault(_LAST, []).append(act)


def _commit(session: Session) -> None:
    try:
        session.commit()
    except DBAPIError as error:
        if isinstance(error, IntegrityError):
            raise
        raise OutcomeUnknown("outcome_unknown", "提交时连接中断，结果未知，请先查询再决定是否重试") from error


def directly(
    session: Session, statement: Executable, parameters: Mapping[str, object] | Sequence[Mapping[str, object]] = ()
) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement made beforehand in the session's transaction, past all that only objects of tables need.

    What the session has not written yet is not seen by it.
    """
    _start(session)
    return session.connection().execute(statement, parameters or None)


def database_now(session: Session) -> datetime:
    """The database's clock at this instant (not at the start of the transaction), in UTC."""
    now: datetime = directly(session, _INSTANT).scalar_one()
    note_now(session, now)
    return now


def note_now(session: Session, now: datetime) -> None:
    """The database's clock was read with something else."""
    session.info[_NOW] = now


def last_now(session: Session) -> datetime:
    """The moment at which this session read the clock last; it is read where that never was."""
    asked: datetime | None = session.info.get(_NOW)
    return asked or database_now(session)
