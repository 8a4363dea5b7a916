"""What the routes of all rooms have in common: their prefix, the shape of codes, and no parameter that nobody reads."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Iterator
from typing import Annotated, Any, Final

import starlette.routing
from fastapi import APIRouter, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.convertors import Convertor, register_url_convertor
from starlette.routing import Match
from starlette.types import Scope

from app.access import Act, Actor
from app.errors import Refused
from app.protocol.actors import Acting, identified, remembered
from app.protocol.body import document_body, json_body
from app.protocol.keys import EXTENSION
from app.protocol.openapi import PUBLIC, refusals
from app.protocol.problems import InvalidQuery
from app.protocol.sessions import open_session
from app.scoring.problems import Problem, Problems

PREFIX: Final = "/api/v1"
CODE: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"
BODIES: Final = frozenset({json_body, document_body})
Code = Annotated[str, Path(pattern=CODE, description="编码")]


class Route(APIRoute):
    """Stands for one act, named by its dependency; one without an act cannot be built unless it says that it is public.

    Refuses a query parameter that the route does not read, and one given twice: both are misunderstandings. (Not a
    dependency, because that would cost every request something, and few have a query.)
    """

    acts: tuple[Act, ...] = ()
    keyed = False
    """Whether it knows Idempotency-Key."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        acting = [each.call for each in self.dependant.dependencies if isinstance(each.call, Acting)]
        if len(acting) != (0 if (self.openapi_extra or {}).get("security") == PUBLIC["security"] else 1):
            raise TypeError(f"{self.path} has to name its act, once, or to say that it is public")
        self.acts = acting[0].acts if acting else ()
        self.keyed = self._is_keyed()
        handle = super().get_route_handler()
        known = frozenset(_query_names(self.dependant))

        async def handle_known(request: Request) -> Response:
            if request.scope["query_string"]:
                _refuse_unknown(request, known)
            request.state.answer = answer = await handle(request)
            return answer

        return handle_known

    def _is_keyed(self) -> bool:
        """Every POST that writes is; what was asked has to be read by the time that the session is opened."""
        calls = [each.call for each in self.dependant.dependencies]
        extra = self.openapi_extra or {}
        if "POST" not in (self.methods or ()) or not (open_session in calls or EXTENSION in extra):
            return False
        if open_session in calls and BODIES & set(calls[calls.index(open_session) :]):
            raise TypeError(f"{self.path} has to read its body before it opens its session")
        return True


def _refuse_unknown(request: Request, known: frozenset[str]) -> None:
    given = [name for name, _ in request.query_params.multi_items()]
    problems = [Problem((name,), "unknown_parameter", "没有这个参数") for name in set(given) - known]
    problems += [Problem((name,), "repeated_parameter", "参数重复") for name in known if given.count(name) > 1]
    if problems:
        raise InvalidQuery(Problems(sorted(problems, key=lambda each: each.path)))


def _query_names(dependant: Dependant) -> Iterator[str]:
    """The query parameters that a route and its dependencies read."""
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _query_names(inner)


class _Code(Convertor[str]):
    """`{name:code}` in the address of a shortcut: a code, or the shortcut does not match."""

    regex = CODE.strip("^$")

    def convert(self, value: str) -> str:
        return value

    def to_string(self, value: str) -> str:
        return value


register_url_convertor("code", _Code())


class Shortcut(starlette.routing.Route):
    """Another way to a route that is asked for all the time, past FastAPI, which would cost more than the answer.

    It matches what needs no word of refusal: this method, codes as they should be, no query. Anything else comes to the
    route itself, which stands behind it and in the documentation.
    """

    def __init__(
        self,
        acts: tuple[Act, ...],
        method: str,
        path: str,
        call: Callable[..., Response],
        read: Callable[[Request], Awaitable[object]] | None,
        at_once: Callable[..., Response | None] | None = None,
    ) -> None:
        """`at_once` answers from memory whom it can, with one statement; everybody else is identified first.

        The thread that answers is the only one, where that can be: each costs more than a statement.
        """
        acting = Acting(*acts)

        def answer_to_actor(request: Request, known: Actor | None, *body: object) -> Response:
            actor = known or acting.allowed(request, identified(request))
            return call(request, actor, *request.path_params.values(), *body)

        def answer_without_body(request: Request) -> Response:
            known = None if at_once is None else remembered(request)
            if at_once is not None and known is not None:
                request.state.actor = known.actor
                ready = at_once(request, known, *request.path_params.values())
                if ready is not None:
                    return ready
            return answer_to_actor(request, None)

        async def answer(request: Request) -> Response:
            if read is None:
                return await run_in_threadpool(answer_without_body, request)
            before, known = remembered(request), None
            if before is None:
                known = await acting(request)  # nothing is read of what a stranger sends
            else:
                request.state.actor = before.actor
            try:
                body = await read(request)
            except Refused:
                if known is None:
                    await acting(request)
                raise
            return await run_in_threadpool(answer_to_actor, request, known, body)

        self.method = method
        super().__init__(PREFIX + path, answer, methods=[method], include_in_schema=False)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        if scope["type"] != "http" or scope["method"] != self.method or scope["query_string"]:
            return Match.NONE, {}
        match, found = super().matches(scope)
        return match, {**found, "route": self}


def room(path: str, tag: str, *, prefix: str = PREFIX) -> APIRouter:
    """The router of a room: its part of the address, its chapter of the documentation, what all its routes share."""
    return APIRouter(
        prefix=prefix + path,
        tags=[tag],
        default_response_class=Response,
        route_class=Route,
        responses=refusals(422, 503),
    )
