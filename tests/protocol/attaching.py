"""A small service that takes and gives attachments as the routes of evidence do, with a journal for a database."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import uvicorn
from fastapi import Depends, FastAPI, Request, Response

from app.config import ROOT
from app.errors import Conflict
from app.protocol.answers import send
from app.protocol.downloads import download
from app.protocol.metrics import Metrics
from app.protocol.problems import explain_refusals
from app.protocol.requests import Requests
from app.protocol.uploads import UPLOAD_BODY, TheStorage, TheUpload
from app.storage import KINDS, Folder
from tests.server import free_port, wait_for

ADDRESS = "/attachments"


async def open_journal(request: Request) -> AsyncIterator[list[Any]]:
    """What was written down when the route ended well, and what the storage thought of it at that moment."""
    entries: list[Any] = []
    yield entries
    swept = request.app.state.storage.sweep(lambda _: ())
    request.app.state.journal += [(*entry, swept) for entry in entries]


Journal = Annotated[list[Any], Depends(open_journal, scope="function")]


def attaching(root: Path) -> FastAPI:
    """The service on a folder."""

    @asynccontextmanager
    async def lifespan(_service: FastAPI) -> AsyncIterator[None]:
        service.state.storage.recover()
        yield

    service = FastAPI(lifespan=lifespan, openapi_url=None)
    service.state.storage = Folder(root, young=0)
    service.state.journal = []
    explain_refusals(service)
    service.add_middleware(Requests, metrics=Metrics())

    @service.post(ADDRESS, openapi_extra=UPLOAD_BODY)
    def attach(upload: TheUpload, journal: Journal, *, refuse: str = "") -> Response:
        if refuse == "before":
            raise Conflict("quota_exceeded", "附件总量超出限额")
        upload.keep()
        if refuse == "after":
            raise Conflict("concurrent_change", "数据刚被他人改动")
        journal.append((upload.item, upload.sha256))
        told = ("item", "note", "label", "sha256", "size")
        return send({name: getattr(upload, name) for name in told} | {"kind": upload.kind.name}, status=201)

    @service.api_route(ADDRESS + "/{sha256}", methods=["GET", "HEAD"])
    def fetch(request: Request, storage: TheStorage, sha256: str, label: str, kind: str) -> Response:
        return download(request, storage, sha256, label=label, kind=KINDS[kind])

    @service.get("/healthz")
    async def healthz() -> Response:
        return Response()

    return service


@contextmanager
def serving(root):
    port = free_port()
    command = [sys.executable, "-m", "tests.protocol.attaching", str(root)]
    process = subprocess.Popen(command, env=os.environ | {"PORT": str(port)}, cwd=ROOT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as client:
            wait_for(client, process)
            yield client, process
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    uvicorn.run(attaching(Path(sys.argv[1])), host="127.0.0.1", port=int(os.environ["PORT"]), log_level="warning")
