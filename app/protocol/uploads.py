"""Uploads: a form with one file, read from the connection straight into the storage, known by its content.

A route reads the whole upload first and opens the database then:

    async def attach(upload: TheUpload, session: Writing) -> Response:

What the dependency gave is dropped after the session has ended, as it was declared before it. The service, after all
its checks, asks for `at_the_end(session, lambda _: upload.keep())`: refused or rolled back before, nothing is left.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated, Final

import anyio
from anyio.to_thread import run_sync
from fastapi import Depends, Request
from python_multipart.multipart import parse_options_header

from app.errors import Invalid
from app.protocol.multipart import Form, Take, broken
from app.protocol.openapi import Schema
from app.protocol.problems import Unreadable
from app.scoring.digest import digest
from app.scoring.problems import Problem, Problems
from app.storage import ALLOWED, Incoming, Kind, Storage, kind_of, label_of

LARGEST_FILE: Final = 20 * 1024 * 1024
"""Bytes."""
LARGEST_UPLOAD: Final = LARGEST_FILE + 64 * 1024
"""Bytes of a whole request: the file, the texts, what stands between them."""
LONGEST_ITEM: Final = 64
LONGEST_NOTE: Final = 500
_AT_ONCE: Final = 256 * 1024
"""Bytes that are worth a thread."""
_FORM: Final = "multipart/form-data"
_BOUNDARY: Final = re.compile(rb"[ -~]{0,69}[!-~]")

UPLOAD_BODY: Final[Schema] = {
    "requestBody": {
        "required": True,
        "content": {
            _FORM: {
                "schema": {
                    "type": "object",
                    "required": ["item", "file"],
                    "additionalProperties": False,
                    "properties": {
                        "item": {
                            "type": "string",
                            "minLength": 1,
                            "maxLength": LONGEST_ITEM,
                            "description": "指标编码",
                        },
                        "note": {"type": "string", "maxLength": LONGEST_NOTE, "description": "说明"},
                        "file": {"type": "string", "format": "binary", "description": f"至多 20 MiB。{ALLOWED}"},
                    },
                }
            }
        },
    }
}
"""`openapi_extra` for a route that takes an upload."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A whole upload: the file has reached the disk, and is gone with the request unless it is kept."""

    item: str
    note: str | None
    label: str
    kind: Kind
    sha256: str
    size: int
    _incoming: Incoming

    def keep(self) -> None:
        """Let the content stay under its digest (blocks a little); raises Unavailable."""
        self._incoming.keep()


class _Receiving:
    """An upload on its way in. Blocks, so it works in threads, one call at a time."""

    def __init__(self, boundary: bytes, storage: Storage) -> None:
        self._storage = storage
        self._form = Form(boundary, "file", {"item": LONGEST_ITEM, "note": LONGEST_NOTE}, self)
        self._incoming: Incoming | None = None
        self._name = ""
        self._size = 0

    def begin(self, name: str) -> Take:
        """The file begins."""
        self._name = name
        self._incoming = self._storage.begin()
        return self._write

    def feed(self, data: bytes) -> None:
        """The next bytes of the request."""
        self._form.feed(data)

    def end(self, data: bytes) -> Upload:
        """The last bytes; raises Invalid with everything that is wrong."""
        self._form.feed(data)
        texts = self._form.end()
        problems = list(self._form.problems)
        if not texts.get("item"):
            problems.append(Problem(("item",), "missing", "缺少此项"))
        kind = _kind(self._incoming) if self._incoming else None
        if isinstance(kind, Problem):
            problems.append(kind.under("file"))
        if problems or self._incoming is None or kind is None or isinstance(kind, Problem):
            raise Invalid(Problems(problems))
        received = self._incoming.finish()
        label = label_of(self._name)
        return Upload(
            texts["item"], texts.get("note") or None, label, kind, received.sha256, received.size, self._incoming
        )

    def drop(self) -> None:
        """The end, whatever happened."""
        if self._incoming:
            self._incoming.drop()

    def _write(self, data: memoryview) -> None:
        assert self._incoming is not None  # noqa: S101 -- it began
        self._size += len(data)
        if self._size > LARGEST_FILE:
            raise _too_large()
        self._incoming.write(data)


def _kind(incoming: Incoming) -> Kind | Problem:
    incoming.finish()
    with incoming.read() as file:
        return kind_of(file)


@asynccontextmanager
async def receiving(request: Request, storage: Storage) -> AsyncIterator[Upload]:
    """The upload that a request carries, for the length of a block.

    Raises Unreadable (400, 413, 415), Invalid and Unavailable. To be left after the transaction has ended.
    """
    coming = _Receiving(_boundary(request), storage)
    try:
        yield await _received(request, coming)
    finally:
        with anyio.CancelScope(shield=True):
            await run_sync(coming.drop)


async def _received(request: Request, coming: _Receiving) -> Upload:
    """Read it all; the loop only passes pieces on to threads."""
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > len(str(LARGEST_UPLOAD)) or int(declared) > LARGEST_UPLOAD):
        raise _too_large()
    total, waiting = 0, bytearray()
    async for chunk in request.stream():
        total += len(chunk)
        if total > LARGEST_UPLOAD:
            raise _too_large()
        waiting += chunk
        if len(waiting) >= _AT_ONCE:
            await run_sync(coming.feed, bytes(waiting))
            waiting.clear()
    return await run_sync(coming.end, bytes(waiting))


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind != _FORM.encode() or request.headers.get("content-encoding", "identity").lower() != "identity":
        raise Unreadable(415, "unsupported_media_type", f"请求内容应为 {_FORM}，不压缩")
    boundary = options.get(b"boundary", b"")
    if not _BOUNDARY.fullmatch(boundary):
        raise broken()
    return boundary


def _too_large() -> Unreadable:
    return Unreadable(413, "too_large", f"文件超过 {LARGEST_FILE // 1024**2} MiB")


async def the_storage(request: Request) -> Storage:
    """The storage of this application."""
    storage: Storage = request.app.state.storage
    return storage


TheStorage = Annotated[Storage, Depends(the_storage)]


async def receive_upload(request: Request, storage: TheStorage) -> AsyncIterator[Upload]:
    """The upload of this request, dropped when the route, and every session opened after it, has ended."""
    async with receiving(request, storage) as upload:
        request.state.body_digest = digest([upload.item, upload.note, upload.label, upload.sha256])
        yield upload


TheUpload = Annotated[Upload, Depends(receive_upload, scope="function")]
