"""Sessions for routes: what a route wrote is committed before its answer goes out, and not at all when it fails."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AbstractContextManager, asynccontextmanager
from typing import Annotated

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, Request

from app.db import Database, Session
from app.protocol.keys import delivery_of, the_deliveries


def database_of(request: Request) -> Database:
    """The database of this application."""
    database = request.app.state.database
    assert isinstance(database, Database)  # noqa: S101 -- create_app puts it there
    return database


async def the_database(request: Request) -> Database:
    """The same as a dependency (`async`, as all that waits for nothing: a `def` would cost a thread)."""
    return database_of(request)


TheDatabase = Annotated[Database, Depends(the_database)]


async def open_reading(database: TheDatabase) -> AsyncIterator[Session]:
    """A session that changes nothing."""
    async with _within(database.reading()) as session:
        yield session


async def open_session(request: Request, database: TheDatabase) -> AsyncIterator[Session]:
    """A session whose changes are committed before the answer, with the receipt of a delivery that has a key."""
    delivery = await delivery_of(request)
    if delivery is None:
        async with _within(database.writing()) as session:
            yield session
        return
    deliveries = the_deliveries(request)
    async with deliveries.alone(delivery), _within(database.writing()) as session:
        deliveries.arrange(session, delivery, request)
        yield session


Reading = Annotated[Session, Depends(open_reading, scope="function")]
Writing = Annotated[Session, Depends(open_session, scope="function")]
"""In its default scope a dependency ends, and so commits, after the answer has gone out."""


@asynccontextmanager
async def _within(unit: AbstractContextManager[Session]) -> AsyncIterator[Session]:
    session = unit.__enter__()  # takes nothing yet: connection and turn come with the first statement
    try:
        yield session
    except BaseException as error:
        await _leave(unit, error)
        raise
    await _leave(unit, None)


async def _leave(unit: AbstractContextManager[Session], error: BaseException | None) -> None:
    """In a thread beside the bounded ones: those may all be waiting for the turn that is given back here."""
    with anyio.CancelScope(shield=True):
        trace = error.__traceback__ if error else None
        await run_sync(unit.__exit__, type(error) if error else None, error, trace, limiter=anyio.CapacityLimiter(1))
