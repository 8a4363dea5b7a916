"""The application: the rooms joined, probes, documentation; nobody else knows them all."""

from __future__ import annotations

import asyncio
import base64
import gc
import hashlib
import logging
import re
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Annotated, Any, Final

import anyio
import anyio.to_thread
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.staticfiles import StaticFiles

import app.accounts.api
import app.assessments.api
import app.audit.api
import app.evidence.api
import app.receipts.service
import app.rounds.api
import app.schemes.api
import app.subjects.api
from app.access import NOBODY, Actor
from app.accounts.service.attempts import Attempts
from app.accounts.service.entrance import Entrance
from app.accounts.service.identifying import identify, note_use
from app.accounts.service.passwords import Hasher
from app.accounts.values import Identified
from app.assessments.api import Kept
from app.audit.service import LOOK_EVERY, Checks, Seals
from app.config import ROOT, Settings
from app.db import Database, sqlite_warning
from app.errors import Refused, TooMany, Unavailable
from app.evidence.api import Claims
from app.evidence.service.attachments import MEBIBYTE, sweep
from app.evidence.values import Quota
from app.protocol import explanations
from app.protocol.actors import Acting, Credential, Identify, Known, Remember, Remembered
from app.protocol.answers import send
from app.protocol.described import describe
from app.protocol.keys import Deliveries, Replayed, replay
from app.protocol.later import complete
from app.protocol.metrics import MEDIA_TYPE, Metrics
from app.protocol.openapi import PUBLIC, answer
from app.protocol.problems import explain_refusals
from app.protocol.requests import Requests
from app.protocol.routes import room
from app.protocol.sessions import TheDatabase
from app.schemes.service import Shelf, kept
from app.storage import Folder, Storage

log: Final = logging.getLogger("app")
ASSETS: Final = "/assets/docs"
OPENAPI: Final = "/openapi.json"
ROUTERS: Final[tuple[APIRouter, ...]] = (
    app.schemes.api.router,
    *app.assessments.api.routers,
    *app.evidence.api.routers,
    *app.rounds.api.routers,
    *app.subjects.api.routers,
    *app.accounts.api.routers,
    app.audit.api.router,
    explanations.router,
)
"""In the order in which addresses are compared: what is asked for most comes first."""
SHORTCUTS: Final = (app.assessments.api.to_sheet, app.schemes.api.to_score, app.evidence.api.to_evidence)
STATUS: Final = {"type": "object", "required": ["status"], "properties": {"status": {"type": "string"}}}
LOOPBACKS: Final = frozenset({"127.0.0.1", "::1"})
"""Addresses of this machine, from which a token for the machine alone is taken."""
MOST_REMEMBERED: Final = 10_000
"""Tokens of which it is remembered whom they opened the service to."""
REMEMBERED_SECONDS: Final = 60
GRACE_SECONDS: Final = 15
"""How long a request in flight may take to end when the service is asked to stop."""

probes: Final = room("", "运行状况", prefix="")


class Service(FastAPI):
    """FastAPI with the schemas that routes name in its document."""

    def openapi(self) -> dict[str, Any]:
        """The OpenAPI document, made once."""
        if self.openapi_schema is None:
            document = complete(super().openapi())
            describe(document, self.routes)
            self.openapi_schema = document
        return self.openapi_schema


def create_app(settings: Settings) -> FastAPI:
    """The application on the database of these settings; opens nothing before the first request."""
    service = Service(
        title="医养联合体考评服务",
        summary="把考评表变成数据：方案、佐证资料、评分表，每一分扣在哪里都说得清",
        version="1",
        docs_url=None,
        redoc_url=None,
        openapi_url=OPENAPI,
        redirect_slashes=False,
        lifespan=_lifespan,
    )
    service.state.settings = settings
    service.state.database = Database(settings)
    service.state.shelf = Shelf(service.state.database)
    service.state.assessments = Kept(service.state.database)
    service.state.claims = Claims()
    service.state.storage = Folder(settings.attachments)
    service.state.quota = Quota(settings.attachments_size * MEBIBYTE, settings.attachments_count)
    service.state.seals = Seals(service.state.database, settings.audit_heads, settings.signing_key)
    service.state.checks = Checks(service.state.database, settings.audit_heads, settings.signing_key)
    service.state.entrance = entrance(service.state.database, settings)
    identify, remember = identifying(service.state.database, service.state.entrance.attempts)
    service.state.identify, service.state.remember = identify, remember
    service.state.deliveries = Deliveries(app.receipts.service, settings.patience)
    service.state.metrics = Metrics()
    service.state.problems = ROOT / "docs" / "problems.md"
    explain_refusals(service)
    service.add_exception_handler(Replayed, replay)
    service.add_middleware(Requests, metrics=service.state.metrics)
    # Taken over as they are, not included: a router inside a router is matched twice for every request.
    service.router.routes[:0] = [
        *SHORTCUTS,
        *(route for router in (*ROUTERS, probes) for route in router.routes),
    ]
    service.mount(ASSETS, StaticFiles(packages=[("fastapi_offline", "static")]), name="assets")
    _document(service)
    return service


def serve(settings: Settings) -> None:
    """Run until asked to stop; answers what is in flight before it ends."""
    import uvicorn  # noqa: PLC0415 -- only the process that serves needs it

    _write_logs()
    uvicorn.run(
        create_app(settings),
        host=settings.host,
        port=settings.port,
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


def _write_logs() -> None:
    """To standard error: words for people, and one JSON line for each request."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    requests = logging.getLogger("app.requests")
    requests.addHandler(logging.StreamHandler())
    requests.propagate = False


@asynccontextmanager
async def _lifespan(service: FastAPI) -> AsyncIterator[None]:
    settings: Settings = service.state.settings
    database: Database = service.state.database
    anyio.to_thread.current_default_thread_limiter().total_tokens = settings.threads
    if warning := sqlite_warning(settings):
        log.warning(warning)
    if await anyio.to_thread.run_sync(_is_ready, database):
        await anyio.to_thread.run_sync(_tidy, service.state.storage, database)
        await anyio.to_thread.run_sync(_sweep, database)
    else:
        log.warning("数据库不可用或尚未迁移，请先执行 python -m app migrate")
    gc.freeze()  # what is loaded stays; the collector need not look at it again
    sealing = asyncio.create_task(_seal_daily(service.state.seals))
    yield
    sealing.cancel()
    database.close()


async def _seal_daily(seals: Seals) -> None:
    """A head is signed at least daily while the service runs, in a thread of its own that nobody waits for."""
    thread = anyio.CapacityLimiter(1)
    while True:
        await anyio.to_thread.run_sync(seals.seal_if_due, limiter=thread, abandon_on_cancel=True)
        await anyio.sleep(LOOK_EVERY.total_seconds())


def _is_ready(database: Database) -> bool:
    try:
        return database.at_head()
    except Unavailable:
        return False


def _tidy(storage: Storage, database: Database) -> None:
    """Remove what interrupted uploads left, and contents that nothing refers to."""
    try:
        left, swept = storage.recover(), sweep(storage, database)
    except Unavailable as refused:
        log.warning("附件存储未能整理：%s", refused.detail)
    else:
        if left or swept:
            log.info("附件存储：清理未完成的上传 %d 个、无人引用的内容 %d 个", left, swept)


def _sweep(database: Database) -> None:
    with suppress(Refused):
        app.receipts.service.purge(database)


def entrance(database: Database, settings: Settings) -> Entrance:
    """Where people come in, as the settings have it."""
    hasher = Hasher(
        memory=settings.password_memory,
        passes=settings.password_passes,
        lanes=settings.password_lanes,
        at_once=settings.password_checks,
        patience=settings.patience,
    )
    return Entrance(database, hasher, plain_http=bool(settings.plain_http))


def identifying(database: Database, attempts: Attempts) -> tuple[Identify, Remember]:
    """How requests are identified: asked of the room that keeps accounts, every time; and what is remembered of that.

    A token is remembered for a minute, under its digest; who uses that looks whether it still opens the service.
    """
    noting = threading.Lock()
    memory: kept.Kept[tuple[str, bool], tuple[Remembered, float]] = kept.Kept(MOST_REMEMBERED)

    def key_of(credential: Credential) -> tuple[str, bool]:
        return hashlib.sha256(credential.secret.encode()).hexdigest(), credential.client in LOOPBACKS

    def remember(credential: Credential) -> Remembered | None:
        found, since = memory.get(key_of(credential)) or (None, 0.0)
        return found if time.monotonic() - since < REMEMBERED_SECONDS else None

    def note(found: Identified) -> None:
        if noting.acquire(blocking=False):  # else it stays due
            try:
                note_use(database, found)
            finally:
                noting.release()

    def identified(credential: Credential) -> Known:
        local = credential.client in LOOPBACKS
        found = identify(database.looks, credential.secret, local=local, request=credential.request)
        if found is None:
            if seconds := attempts.allow("token", credential.client):
                raise TooMany("too_many_attempts", "无效的访问令牌尝试过多，请稍后再试", seconds)
            return Known(NOBODY)
        if found.epoch is not None and found.until is not None:
            memory.put(key_of(credential), (Remembered(found.actor, found.epoch, found.until), time.monotonic()))
        return Known(found.actor, found.kind == "token", partial(note, found) if found.due else None)

    return identified, remember


@probes.get(
    "/healthz", openapi_extra=PUBLIC, summary="进程是否在运行", responses=answer("在运行", STATUS, {"status": "alive"})
)
async def healthz() -> Response:
    return send({"status": "alive"})


@probes.get(
    "/readyz",
    openapi_extra=PUBLIC,
    summary="数据库是否可用、表是否为本版本",
    responses=answer("可用", STATUS, {"status": "ready"}),
)
def readyz(database: TheDatabase) -> Response:
    if not database.at_head():
        raise Unavailable("not_migrated", "数据库的表不是本版本的，请先执行 python -m app migrate")
    return send({"status": "ready"})


@probes.get(
    "/metrics",
    summary="运行指标（Prometheus 文本格式）",
    responses={200: {"description": "运行指标", "content": {MEDIA_TYPE: {"schema": {"type": "string"}}}}},
)
async def read_metrics(_actor: Annotated[Actor, Depends(Acting("read_metrics"))], request: Request) -> Response:
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.text(), headers={"Content-Type": MEDIA_TYPE})


def _document(service: FastAPI) -> None:
    """/docs from our own assets; its one inline script is allowed by its hash, nothing from elsewhere is."""
    page = get_swagger_ui_html(
        openapi_url=OPENAPI,
        title=service.title,
        swagger_js_url=f"{ASSETS}/swagger-ui-bundle.js",
        swagger_css_url=f"{ASSETS}/swagger-ui.css",
        swagger_favicon_url=f"{ASSETS}/favicon.png",
        swagger_ui_parameters={"validatorUrl": None, "docExpansion": "list", "defaultModelsExpandDepth": 0},
    )
    scripts = re.findall(rb"<script>(.*?)</script>", bytes(page.body), re.DOTALL)
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(each).digest()).decode()}'" for each in scripts)
    policy = f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; "
    policy += "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    page.headers["Content-Security-Policy"] = policy

    @service.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return page
