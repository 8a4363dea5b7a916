"""The database: engine, sessions, naming of constraints, the clock, migrations; the one place that commits."""

from __future__ import annotations

import re
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Dialect,
    Engine,
    Integer,
    MetaData,
    String,
    create_engine,
    event,
    func,
    select,
    text,
)
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.orm import DeclarativeBase, SessionTransaction
from sqlalchemy.orm import Session as Session  # noqa: PLC0414 -- services and faces name it, and only stores import SQLAlchemy
from sqlalchemy.types import TypeDecorator

from app.config import ROOT, Settings
from app.errors import Conflict, OutcomeUnknown, Refused, Unavailable

MIGRATIONS = ROOT / "alembic"
MILLIONTHS = 6
SAFE_WAL = ((3, 44, 6), (3, 50, 7), (3, 51, 3))
"""Releases that mend the WAL-reset bug: two old lines at their last number, and everything from the last on."""


class Base(DeclarativeBase):
    """The tables; constraints get names that are the same on every engine."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


RowNumber = BigInteger().with_variant(Integer, "sqlite")
"""The type of a primary key that counts up (SQLite counts only in INTEGER)."""


CodeText = String(64).with_variant(String(64, collation="C"), "postgresql")
"""The type of codes: sorted by their bytes, the same on both engines."""


class Moment(TypeDecorator[datetime]):
    """A point in time: aware in Python, `timestamptz` on PostgreSQL, naive UTC on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Refuse times without an offset; write UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs an offset")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read UTC."""
        return value if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """Points and rates: Decimal of at most six places in Python, whole millionths in both databases, never a float."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:  # noqa: ARG002
        """Refuse what six places cannot hold."""
        if value is None:
            return None
        scaled = Decimal(value).scaleb(MILLIONTHS)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {MILLIONTHS} decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: Dialect) -> Decimal | None:  # noqa: ARG002
        """Whole millionths back to a Decimal."""
        return None if value is None else Decimal(value).scaleb(-MILLIONTHS)


class Database:
    """One engine with its sessions; on SQLite one writer at a time in this process."""

    def __init__(self, settings: Settings) -> None:
        self.patience = settings.patience
        self.engine = make_engine(settings)
        self._reads = self.engine
        if self.engine.dialect.name == "postgresql":
            self._reads = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._turn = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with _refusals(), _Reading(self._reads, autoflush=False) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that commits when its block ends well and leaves no trace when it does not.

        Nothing is taken before the first statement: neither a connection nor, on SQLite, the writer's turn.
        """
        turn = _Turn(self._turn, self.patience)
        try:
            with _refusals(), _Writing(self.engine, expire_on_commit=False, info={"turn": turn}) as session:
                yield session
                session.flush()
                _commit(session)
        finally:
            turn.end()

    def at_head(self) -> bool:
        """Whether the tables are those of this release; raises Unavailable when the database cannot be asked."""
        with self.reading() as session:
            try:
                return set(session.scalars(text("SELECT version_num FROM alembic_version"))) == heads()
            except DBAPIError as error:
                if isinstance(_refusal(error), Unavailable):
                    raise
                return False

    def close(self) -> None:
        """Give all connections back."""
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


def make_engine(settings: Settings) -> Engine:
    """The engine for a URL, with every setting that its kind needs to be safe under load."""
    url = make_url(settings.database_url)
    limits: dict[str, Any] = {"hide_parameters": True, "pool_timeout": settings.patience}
    limits |= {"pool_size": settings.threads, "max_overflow": settings.threads}
    if url.get_backend_name() == "sqlite":
        engine = create_engine(url, connect_args=_sqlite_arguments(url, settings), **limits)
        event.listen(engine, "connect", _prepare_sqlite)
        return engine
    if url.get_backend_name() == "postgresql":
        return create_engine(
            url.set(drivername="postgresql+psycopg"),
            connect_args=_postgresql_arguments(settings),
            pool_recycle=1800,
            **limits,
        )
    raise ValueError("MEA_DATABASE_URL 只支持 sqlite 和 postgresql")


def _sqlite_arguments(url: URL, settings: Settings) -> dict[str, Any]:
    if not url.database or url.database == ":memory:":
        raise ValueError("MEA_DATABASE_URL 应指向一个文件，不支持内存数据库")
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    return {"timeout": settings.patience, "check_same_thread": False, "isolation_level": None}


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _postgresql_arguments(settings: Settings) -> dict[str, Any]:
    limits = {
        "statement_timeout": settings.statement_seconds * 1000,
        "lock_timeout": settings.patience * 1000,
        "idle_in_transaction_session_timeout": (settings.patience + settings.statement_seconds) * 1000,
        "timezone": "UTC",
    }
    options = " ".join(f"-c {name}={value}" for name, value in limits.items())
    return {"connect_timeout": settings.patience, "client_encoding": "utf8", "options": options}


def _commit(session: Session) -> None:
    try:
        session.commit()
    except DBAPIError as error:
        if isinstance(error, IntegrityError):
            raise
        raise OutcomeUnknown("outcome_unknown", "提交时连接中断，结果未知，请先查询再决定是否重试") from error


@contextmanager
def _refusals() -> Iterator[None]:
    """Turn what the database refuses for reasons that are not our fault into a refusal with a name."""
    try:
        yield
    except SQLAlchemyError as error:
        refusal = _refusal(error)
        if refusal is None:
            raise
        raise refusal from error


def _refusal(error: SQLAlchemyError) -> Refused | None:
    if isinstance(error, PoolTimeoutError):
        return Unavailable("database_busy", "数据库正忙，请稍后重试")
    if isinstance(error, IntegrityError) and _is_contention(error.orig):
        return Conflict("concurrent_change", "数据刚被他人改动，与本次操作冲突，请重新读取后再试")
    if isinstance(error, OperationalError) and _is_passing(error.orig):
        return Unavailable("database_unavailable", "数据库暂时不可用，请稍后重试")
    return None


def _is_contention(cause: BaseException | None) -> bool:
    """A key taken, a row gone or a row sealed meanwhile; a NULL or a failed CHECK is our own fault."""
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorname", "").rpartition("_")[2] in {
            "UNIQUE",
            "PRIMARYKEY",
            "FOREIGNKEY",
            "TRIGGER",
        }
    return getattr(cause, "sqlstate", None) in {"23505", "23503", "23001"}


def _is_passing(cause: BaseException | None) -> bool:
    if isinstance(cause, sqlite3.Error):
        kinds = ("BUSY", "LOCKED", "IOERR", "FULL", "CANTOPEN", "READONLY", "PROTOCOL")
        return getattr(cause, "sqlite_errorname", "").removeprefix("SQLITE_").startswith(kinds)
    return True


def database_now(session: Session) -> datetime:
    """The database's clock at this instant (not at the start of the transaction), in UTC."""
    if session.get_bind().dialect.name == "sqlite":
        stamp = session.execute(text("SELECT strftime('%Y-%m-%dT%H:%M:%f', 'now')")).scalar_one()
        return datetime.fromisoformat(stamp).replace(tzinfo=UTC)
    return session.execute(select(func.clock_timestamp(type_=Moment()))).scalar_one()


def sqlite_warning(settings: Settings) -> str | None:
    """What to say at start-up when this SQLite can damage a database written by several connections."""
    version = sqlite3.sqlite_version_info
    safe = version >= SAFE_WAL[-1] or any(version[:2] == line[:2] and version >= line for line in SAFE_WAL[:-1])
    if safe or make_url(settings.database_url).get_backend_name() != "sqlite":
        return None
    return (
        f"SQLite {sqlite3.sqlite_version} 存在 WAL 复位缺陷（3.51.3 已修复），极少数情况下可能损坏数据库；"
        "请勿让多个进程同时写入同一文件，并定期备份，或改用 PostgreSQL"
    )


def heads() -> set[str]:
    """The revisions that no other follows, read off the files so that serving need not import alembic."""
    sources = [path.read_text(encoding="utf-8") for path in (MIGRATIONS / "versions").glob("*.py")]
    return _named("revision", sources) - _named("down_revision", sources)


def _named(name: str, sources: list[str]) -> set[str]:
    pattern = re.compile(rf'^{name}\b[^=\n]*= "(\w+)"', re.MULTILINE)
    return {match.group(1) for source in sources for match in pattern.finditer(source)}


def migrate(url: str) -> None:
    """Bring the tables to this release; nothing to do where they are."""
    from alembic import command

    command.upgrade(migration_settings(url), "head")


def migration_settings(url: str) -> Any:  # noqa: ANN401 -- alembic's Config, imported only when needed
    """What alembic's commands need to work on the database at `url`."""
    from alembic.config import Config

    config = Config(ROOT / "alembic.ini")
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.attributes["settings"] = Settings(database_url=url)
    return config
