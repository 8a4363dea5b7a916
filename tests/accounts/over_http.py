"""The service, where people come in with passwords that are hashed cheaply."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from app.accounts.service.entrance import Entrance
from tests.accounts.builders import an_entrance
from tests.service import Service


class House(Service):
    """Plain calls by whoever has logged in last, unless they show something else."""

    def request(self, method: str, path: str, by: str | None = None, **arguments: Any) -> httpx.Response:
        return super().request(method, path, by, **arguments)


@contextmanager
def open_house(database_url: str, **changes: Any) -> Iterator[House]:
    """The service on a database, for the length of a block."""
    service = House(database_url)
    door = an_entrance(service.database)
    attempts = changes.pop("attempts", door.attempts)
    service.app.state.entrance = Entrance(service.database, door.hasher, attempts, **changes)
    try:
        yield service
    finally:
        service.close()
