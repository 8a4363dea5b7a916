"""What a route must be to be built at all, and which of them know Idempotency-Key."""

from __future__ import annotations

from typing import Annotated

import pytest
from fastapi import Depends, Response

from app.access import Actor
from app.protocol.actors import Acting
from app.protocol.body import JsonBody
from app.protocol.openapi import PUBLIC, SECRET_ANSWER
from app.protocol.routes import room
from app.protocol.sessions import Reading, Writing

Somebody = Annotated[Actor, Depends(Acting("manage_own"))]


def reads_first(actor: Somebody, body: JsonBody, session: Writing) -> Response:
    raise NotImplementedError


def opens_first(actor: Somebody, session: Writing, body: JsonBody) -> Response:
    raise NotImplementedError


def only_reads(actor: Somebody, body: JsonBody, session: Reading) -> Response:
    raise NotImplementedError


def asks_nobody(body: JsonBody) -> Response:
    raise NotImplementedError


def built(method, call, **extra):
    router = room("/things", "东西")
    router.add_api_route("", call, methods=[method], openapi_extra=extra or None)
    return router.routes[0]


@pytest.mark.parametrize(
    ("method", "call", "extra", "keyed"),
    [
        ("POST", reads_first, {}, True),
        ("PUT", reads_first, {}, False),
        ("PUT", opens_first, {}, False),
        ("POST", only_reads, {}, False),
        ("POST", asks_nobody, PUBLIC, False),
        ("POST", asks_nobody, {**PUBLIC, **SECRET_ANSWER}, True),
    ],
)
def test_every_post_that_writes_knows_keys(method, call, extra, keyed):
    assert built(method, call, **extra).keyed is keyed


@pytest.mark.parametrize(("call", "extra"), [(opens_first, {}), (asks_nobody, {}), (reads_first, PUBLIC)])
def test_routes_that_cannot_be(call, extra):
    with pytest.raises(TypeError, match="/things has to"):
        built("POST", call, **extra)
