"""Looks: single statements that change nothing, on connections held ready for them, for what is asked all the time."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Engine, Row, Select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from app.db.refusals import refusing

OLDEST: Final = 1800
"""Seconds after which a connection is replaced, before somebody on the way cuts it."""


@dataclass(frozen=True, slots=True)
class _Held:
    connection: Connection
    since: float


class Looks:
    """A single statement sees one state without a transaction; to take a connection for it anew would cost more."""

    def __init__(self, engine: Engine, most: int) -> None:
        on_postgresql = engine.dialect.name == "postgresql"
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT") if on_postgresql else engine
        self._most: Final = most
        self._held: deque[_Held] = deque()

    def rows(self, query: Select[*tuple[Any, ...]], parameters: Mapping[str, object]) -> Sequence[Row[Any]]:
        """All rows; a connection that was lost meanwhile is replaced."""
        with refusing():
            while (held := self._take()) is not None:
                try:
                    return self._ask(held, query, parameters)
                except DBAPIError as error:
                    if not error.connection_invalidated:
                        raise
            return self._ask(self._connect(), query, parameters)

    def close(self) -> None:
        """Give all connections back."""
        while self._held:
            self._held.pop().connection.close()

    def _take(self) -> _Held | None:
        while self._held:
            try:
                held = self._held.pop()
            except IndexError:  # another thread was quicker
                return None
            if time.monotonic() - held.since < OLDEST:
                return held
            held.connection.close()
        return None

    def _connect(self) -> _Held:
        connection = self._engine.connect()
        connection.detach()  # the sessions' pool has its own
        return _Held(connection, time.monotonic())

    def _ask(
        self, held: _Held, query: Select[*tuple[Any, ...]], parameters: Mapping[str, object]
    ) -> Sequence[Row[Any]]:
        try:
            rows = held.connection.execute(query, parameters).all()
        except BaseException:
            held.connection.close()
            raise
        if len(self._held) < self._most:
            self._held.append(held)
        else:
            held.connection.close()
        return rows
