"""Around every request: a number for it, one log line about it, and no word about our own faults in the answer."""

from __future__ import annotations

import logging
import re
import secrets
import time
from datetime import UTC, datetime
from typing import Any, Final

import anyio
import msgspec
from anyio.to_thread import run_sync
from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.errors import trace_of
from app.protocol.metrics import Metrics, template_of
from app.protocol.problems import unexpected

log: Final = logging.getLogger("app.requests")
NUMBER: Final = "X-Request-ID"
_GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")


class CutOff(Exception):
    """A request that failed when half of its answer had gone out; what it was stands in our log."""


class Requests:
    """ASGI middleware; the outermost of ours, so that it sees every answer."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await _One(scope, send, self.metrics).run(self.app, receive)


class _One:
    """One request on its way through."""

    def __init__(self, scope: Scope, send: Send, metrics: Metrics) -> None:
        self.scope = scope
        self.send = send
        self.metrics = metrics
        self.status = 0
        self.started = time.perf_counter_ns()
        given = next((value.decode("latin-1") for name, value in scope["headers"] if name == b"x-request-id"), "")
        self.number = given if _GIVEN.fullmatch(given) else secrets.token_hex(8)
        scope["request_number"] = self.number
        self.state: dict[str, Any] = scope.setdefault("state", {})

    async def run(self, app: ASGIApp, receive: Receive) -> None:
        self.metrics.began()
        try:
            await app(self.scope, receive, self.answer)
        except ClientDisconnect:
            log.info("request %s was given up by the client", self.number)
        except Exception as error:  # noqa: BLE001 -- its trace is logged
            log.error("request %s failed: %s", self.number, trace_of(error))  # noqa: TRY400 -- without its message
            self.state["refused"] = "internal"
            if self.status:  # half an answer has gone out: the server cuts the connection, and logs this
                raise CutOff from None
            await unexpected()(self.scope, receive, self.answer)
        finally:
            self.report()
        await self.settle()

    async def settle(self) -> None:
        """Do what need not be done before the answer; the client has it."""
        if (due := self.state.get("due")) is not None:
            try:
                await run_sync(due, limiter=anyio.CapacityLimiter(1))
            except Exception as error:  # noqa: BLE001 -- its trace is logged
                told = trace_of(error)
                log.error("request %s was answered, but not settled: %s", self.number, told)  # noqa: TRY400 -- as above

    async def answer(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(raw=message["headers"])
            headers[NUMBER] = self.number
            headers.setdefault("X-Content-Type-Options", "nosniff")
            headers.setdefault("Cache-Control", "no-store")
        await self.send(message)

    def report(self) -> None:
        """One JSON line: the route, not what stood in its place; no query, body or name of a person.

        Handed on without the search for the caller, which costs more.
        """
        spent, refused = time.perf_counter_ns() - self.started, self.state.get("refused")
        self.metrics.ended(self.scope, self.status, spent / 10**9, refused)
        if log.isEnabledFor(logging.INFO):
            line = {
                "at": datetime.now(UTC),
                "request": self.number,
                "method": self.scope["method"],
                "route": template_of(self.scope),
                "status": self.status,
                "actor": getattr(self.state.get("actor"), "name", "") or None,
                "refused": refused,
                "microseconds": spent // 1000,
            }
            text = msgspec.json.encode(line).decode()
            log.handle(logging.LogRecord(log.name, logging.INFO, "", 0, text, None, None))
