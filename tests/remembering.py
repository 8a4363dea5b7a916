"""States that many tests start from: built through the service once in each process, then put back as they were."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url

from tests.emptying import Rows
from tests.service import Service

BESIDE = ("signing_key", "audit_heads", "attachments")
"""What the service keeps beside its database."""


@dataclass(frozen=True)
class State:
    """Everything that a service had in the end, and what its client had noted of it."""

    rows: sqlite3.Connection | Rows
    files: dict[tuple[str, Path], tuple[int, bytes]]
    people: tuple[dict[str, Any], ...]
    tags: dict[str, str]


_STATES: dict[tuple[object, ...], State] = {}


def remembered(build: Callable[..., None]) -> Callable[..., None]:
    """A builder that builds once, where nothing has happened to its service yet; it returns nothing.

    What it comes to depends on nothing but its arguments and on the engine: what is put back has the moments, tokens
    and tags of the first time.
    """

    @wraps(build)
    def put(service: Service, *arguments: Any, **more: Any) -> None:
        if not service.untouched or _files(service) or not _is_new(service):
            build(service, *arguments, **more)
            return
        engine = service.database.engine.dialect.name
        key = (engine, service.evaluator, build.__module__, build.__qualname__, repr(arguments), repr(more))
        if key in _STATES:
            _put(service, _STATES[key])
        else:
            build(service, *arguments, **more)
            _STATES[key] = _taken(service)

    return put


def _taken(service: Service) -> State:
    rows = _of_sqlite(service) if _on_sqlite(service) else _of_postgresql(service)
    return State(rows, _files(service), service.people.known(), service.tags())


def _put(service: Service, state: State) -> None:
    if isinstance(state.rows, sqlite3.Connection):
        connection = _entered(service)
        connection.execute("PRAGMA synchronous = OFF")
        state.rows.backup(connection)
        connection.close()
    else:
        with service.database.engine.connect() as connection:
            state.rows.put(connection.connection.driver_connection)
            connection.connection.commit()
    for (name, below), (mode, content) in state.files.items():
        path = getattr(service.settings, name) / below
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        path.chmod(mode)
    service.people.know(*state.people)
    service.note(state.tags)


def _of_sqlite(service: Service) -> sqlite3.Connection:
    kept = sqlite3.connect(":memory:")
    connection = _entered(service)
    connection.backup(kept)
    connection.close()
    return kept


def _of_postgresql(service: Service) -> Rows:
    with service.database.engine.connect() as connection:
        rows = Rows(connection.connection.driver_connection)
        connection.connection.rollback()
        return rows


def _on_sqlite(service: Service) -> bool:
    return service.database.engine.dialect.name == "sqlite"


def _is_new(service: Service) -> bool:
    """Whether nobody was in the database, through another service either, and this one may set its triggers aside."""
    with service.database.engine.connect() as connection:
        if connection.exec_driver_sql("SELECT EXISTS (SELECT * FROM accounts)").scalar_one():
            return False
        return _on_sqlite(service) or connection.exec_driver_sql("SHOW is_superuser").scalar_one() == "on"


def _entered(service: Service) -> sqlite3.Connection:
    return sqlite3.connect(make_url(service.settings.database_url).database)


def _files(service: Service) -> dict[tuple[str, Path], tuple[int, bytes]]:
    """What stands beside the database, by its setting and its place there."""
    found = {}
    for name in BESIDE:
        root = getattr(service.settings, name)
        for path in root.rglob("*") if root.is_dir() else [root]:
            if path.is_file():
                found[name, path.relative_to(root)] = path.stat().st_mode, path.read_bytes()
    return found
