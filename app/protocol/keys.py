"""Idempotency-Key: a request that is delivered several times with one key has one effect and one answer.

Which routes know it follows from what they are: every POST that is given a writing session. Its transaction begins
with entering the delivery and ends with keeping the answer; what does either is handed in (`app.state.deliveries`).
A route whose body is no JSON says before its session is opened what was delivered: `request.state.body_digest`.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final, Literal, Protocol, TypeAlias

import anyio
from anyio.to_thread import run_sync
from fastapi import Request, Response

from app.db import Session, at_the_end, at_the_start
from app.errors import Conflict, Invalid
from app.protocol.limits import LARGEST
from app.scoring.problems import Problems

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
KEPT_HEADERS: Final = ("content-type", "location", "etag", "cache-control")
_KEY = re.compile(r"[ -~]{1,64}")
_REFUSALS: Final = 400
"""The first of the statuses that say that nothing was done."""

Manner: TypeAlias = Literal["kept", "guarded", "secret"]
"""`secret`: the answer carries a secret and is never kept; `guarded`: the body does, so its digest has to be slow."""
EXTENSION: Final = "x-idempotency"
"""The member of a route's `openapi_extra` that says its manner."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request with its key: whose, digests of the key and of what was asked, and whether the answer is secret."""

    account: int
    key: str
    request: str
    secret: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)


class Replayed(Exception):
    """The delivery had its effect before; its transaction ends here, without one."""

    def __init__(self, answer: Answer) -> None:
        super().__init__()
        self.answer: Final = answer


class Receipts(Protocol):
    """What keeps receipts, as the application hands it in."""

    def claim(self, session: Session, delivery: Delivery) -> Answer | None:
        """Enter a delivery, or return what was answered to it before; raises Refused."""

    def keep(self, session: Session, delivery: Delivery, answer: Answer | None, *, refused: bool = False) -> None:
        """Keep what was answered, or nothing of a delivery that was refused."""


@dataclass(slots=True)
class _Turn:
    lock: anyio.Lock
    waiting: int = 0


class Deliveries:
    """The deliveries under way in this process: of those with one key, one at a time, without a thread for the rest."""

    def __init__(self, receipts: Receipts, patience: float) -> None:
        self._receipts: Final = receipts
        self._patience: Final = patience
        self._turns: Final[dict[tuple[int, str], _Turn]] = {}

    @asynccontextmanager
    async def alone(self, delivery: Delivery) -> AsyncIterator[None]:
        """Wait until this process has answered all earlier deliveries with the same key; raises Conflict."""
        place = (delivery.account, delivery.key)
        turn = self._turns.setdefault(place, _Turn(anyio.Lock()))
        turn.waiting += 1
        try:
            with anyio.move_on_after(self._patience) as wait:
                await turn.lock.acquire()
            if wait.cancelled_caught:
                raise Conflict("key_in_use", "同一 Idempotency-Key 的请求正在处理，请稍后重试")
            try:
                yield
            finally:
                turn.lock.release()
        finally:
            turn.waiting -= 1
            if not turn.waiting:
                del self._turns[place]

    def arrange(self, session: Session, delivery: Delivery, request: Request) -> None:
        """Have the delivery entered before all else that the session does, and the answer kept after it."""
        at_the_start(session, lambda begun: self.enter(begun, delivery))
        at_the_end(session, lambda ending: self._keep(ending, delivery, request.state.answer))

    def enter(self, session: Session, delivery: Delivery) -> None:
        """Enter the delivery; raises Replayed where it had its effect before, and Refused."""
        answer = self._receipts.claim(session, delivery)
        if answer is not None:
            raise Replayed(answer)

    def _keep(self, session: Session, delivery: Delivery, response: Response) -> None:
        answer = None
        if hasattr(response, "body"):  # one that is streamed cannot be repeated
            headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
            answer = Answer(response.status_code, headers, bytes(response.body))
        self._receipts.keep(session, delivery, answer, refused=response.status_code >= _REFUSALS)


async def delivery_of(request: Request) -> Delivery | None:
    """The delivery that a POST says it is, None without a key; raises Invalid. The actor is known by now."""
    key = _key(request)
    if key is None:
        return None
    manner: Manner = (request.scope["route"].openapi_extra or {}).get(EXTENSION, "kept")
    digest = await _body_digest(request, key, guarded=manner == "guarded")
    return _delivery(request, request.state.actor.number, key, digest, secret=manner == "secret")


def entering(request: Request) -> Callable[[Session, int], None] | None:
    """For a route that finds out itself who asks: enter the delivery for that account, where there is a key.

    Its answer is taken for a secret. Of its body, which proves who asks, nothing is kept, not even a digest.
    """
    key = _key(request)
    if key is None:
        return None
    deliveries = the_deliveries(request)

    def enter(session: Session, account: int) -> None:
        deliveries.enter(session, _delivery(request, account, key, b"", secret=True))

    return enter


def the_deliveries(request: Request) -> Deliveries:
    """The deliveries of this application."""
    found: Deliveries = request.app.state.deliveries
    return found


async def replay(_request: Request, replayed: Exception) -> Response:
    """The answer once more."""
    assert isinstance(replayed, Replayed)  # noqa: S101 -- registered for it
    answer = replayed.answer
    return Response(answer.body, answer.status, {**answer.headers, REPLAYED: "true"})


def _key(request: Request) -> str | None:
    given = request.headers.getlist(HEADER) if request.method == "POST" else []
    if not given:
        return None
    if len(given) > 1 or not _KEY.fullmatch(given[0]):
        words = "Idempotency-Key 应为 1 至 64 个可打印的 ASCII 字符，只给一次"
        raise Invalid(Problems.one((HEADER,), "bad_key", words), "invalid_parameters", "请求参数有误", "header")
    return given[0]


def _delivery(request: Request, account: int, key: str, body: bytes, *, secret: bool) -> Delivery:
    """Of a key only a digest is kept: who does not know it cannot try out what was asked."""
    scope: Mapping[str, Any] = request.scope
    parts = (request.method.encode(), scope["raw_path"], scope["query_string"], body)
    asked = hmac.digest(key.encode(), b"\n".join(parts), "sha256").hex()
    return Delivery(account, hashlib.sha256(key.encode()).hexdigest(), asked, secret)


async def _body_digest(request: Request, key: str, *, guarded: bool) -> bytes:
    said: str | None = getattr(request.state, "body_digest", None)
    if said is not None:
        return said.encode()
    body: bytes | None = getattr(request.state, "body", None)
    if body is None:
        return await _unread(request)
    if guarded:
        slow = partial(hashlib.scrypt, body, salt=hashlib.sha256(key.encode()).digest(), n=2**14, r=8, p=1)
        return await run_sync(slow)
    return hashlib.sha256(body).digest()


async def _unread(request: Request) -> bytes:
    """Of a body that the route does not read: as much as any could have."""
    digest, size = hashlib.sha256(), 0
    async for chunk in request.stream():
        digest.update(chunk)
        size += len(chunk)
        if size > LARGEST:
            break
    return digest.digest()
