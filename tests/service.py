"""The whole application in one process, called without a socket; streaming and start-up are tested on a real server."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx

from app.config import Settings
from app.main import create_app


class Service:
    """Plain calls, one after the other."""

    def __init__(self, database_url: str, **settings: Any) -> None:
        self.app = create_app(Settings(database_url=database_url, **settings))
        self._runner = asyncio.Runner()
        transport = httpx.ASGITransport(self.app)
        self._client = httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000")

    @property
    def database(self) -> Any:
        return self.app.state.database

    def request(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        return self._runner.run(self._client.request(method, path, **arguments))

    def get(self, path: str, **arguments: Any) -> httpx.Response:
        return self.request("GET", path, **arguments)

    def post(self, path: str, **arguments: Any) -> httpx.Response:
        return self.request("POST", path, **arguments)

    def put(self, path: str, **arguments: Any) -> httpx.Response:
        return self.request("PUT", path, **arguments)

    def delete(self, path: str, **arguments: Any) -> httpx.Response:
        return self.request("DELETE", path, **arguments)

    def close(self) -> None:
        self._runner.run(self._client.aclose())
        self._runner.close()
        self.database.close()


@contextmanager
def serving(database_url: str, **settings: Any) -> Iterator[Service]:
    """The application on a database, for the length of a block."""
    service = Service(database_url, **settings)
    try:
        yield service
    finally:
        service.close()
