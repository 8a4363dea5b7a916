"""The application with this room's routes, and whoever shows a credential as the one who acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.access import NOBODY
from app.accounts.api import COOKIE, routers
from app.accounts.service.entrance import Entrance
from app.accounts.service.identifying import identify
from app.errors import Refused, TooMany, Unidentified
from tests.accounts.builders import an_entrance
from tests.service import Service, serving


class Identifying:
    """Looks at the Bearer token or the cookie."""

    def __init__(self, app: ASGIApp, application: FastAPI) -> None:
        self.app = app
        self.application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        bearer = headers.get("authorization", "").removeprefix("Bearer ")
        secret = bearer or Request(scope).cookies.get(COOKIE, "")
        found = identify(self.application.state.database.looks, secret, local=True, request="request-1")
        scope.setdefault("state", {})["actor"] = NOBODY if found is None else found.actor
        scope["state"]["by_token"] = found is not None and found.kind == "token"
        await self.app(scope, receive, send)


async def _refused(_request: Request, error: Exception) -> Response:
    assert isinstance(error, Refused)
    headers = {"Retry-After": str(error.seconds)} if isinstance(error, TooMany) else None
    return Response(f'{{"type": "/problems/{error.type}"}}', 429 if headers else 401, headers)


@contextmanager
def open_house(database_url: str, **changes: Any) -> Iterator[Service]:
    """The service, where people can come in."""
    with serving(database_url) as service:
        app = service.app
        door = an_entrance(service.database)
        app.state.entrance = Entrance(service.database, door.hasher, changes.pop("attempts", door.attempts), **changes)
        app.router.routes[:0] = [route for router in routers for route in router.routes]
        app.add_middleware(Identifying, application=app)
        for kind in (Unidentified, TooMany):
            app.add_exception_handler(kind, _refused)
        yield service
