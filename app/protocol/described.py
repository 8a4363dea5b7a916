"""What the OpenAPI document says of every route for what it is: whom it asks, which refusals follow, its keys."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.routing import BaseRoute

from app.protocol.keys import HEADER, REPLAYED
from app.protocol.openapi import SECURITY, Schema, refusals
from app.protocol.routes import Route

KEY: Schema = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "同一请求的标识（建议 UUID）：24 小时内以同一标识重发同一请求，只办理一次，得到同一答复",
    "schema": {"type": "string", "pattern": "^[ -~]{1,64}$"},
}
REPEATED: Schema = {REPLAYED: {"description": "true：此前已经办理，这是当时的答复", "schema": {"type": "string"}}}


def describe(document: Schema, routes: Iterable[BaseRoute]) -> None:
    """Add it to a document that FastAPI has made."""
    document["components"]["securitySchemes"] = SECURITY
    document["security"] = [{name: []} for name in SECURITY]
    for route in routes:
        if isinstance(route, Route) and route.include_in_schema:
            for method in route.methods or ():
                _describe(document["paths"][route.path_format][method.lower()], route)


def _describe(operation: Schema, route: Route) -> None:
    answers = operation["responses"]
    if route.acts:
        _add(answers, 401, 403, 429)
    if route.keyed:
        operation.setdefault("parameters", []).append(KEY)
        _add(answers, 409)
        for status, answer in answers.items():
            if status.startswith("2"):
                answer["headers"] = answer.get("headers", {}) | REPEATED


def _add(answers: Schema, *statuses: int) -> None:
    for status, answer in refusals(*statuses).items():
        answers.setdefault(str(status), answer)
