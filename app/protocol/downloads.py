"""Downloads: stored content as a file to save, whole or one range of it, never as a page of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

import anyio
from anyio.to_thread import run_sync
from fastapi import Request, Response
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from app.protocol.etag import etag, headers, not_modified
from app.protocol.problems import problem
from app.storage import Content, Kind, Storage, download_name

_AT_ONCE: Final = 256 * 1024
"""Bytes read by a thread at a time."""
_RANGE: Final = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)
_UNSAFE: Final = re.compile(r'[^ -~]|["\\%]')
_ATTRIBUTE: Final = "!#$&+-.^_`|~"
"""Beside letters and digits what RFC 8187 lets stand as it is."""
SANDBOX: Final = "sandbox; default-src 'none'"


def download(request: Request, storage: Storage, sha256: str, *, label: str, kind: Kind) -> Response:
    """The content as a file of that name, for GET and HEAD; a 304 for one who has it.

    One range of a GET is answered (206, 416), with If-Range when that is the tag of what is here; other ranges are not
    looked at. Content that cannot be read is refused as Unavailable before anything goes out.
    """
    return not_modified(request, sha256) or _Download(storage, sha256, _headers(sha256, label, kind))


def disposition(name: str) -> str:
    """The header that makes a browser save a file under this name, with a name for those that know ASCII alone."""
    return f"attachment; filename=\"{_UNSAFE.sub('_', name)}\"; filename*=UTF-8''{quote(name, safe=_ATTRIBUTE)}"


def _headers(sha256: str, label: str, kind: Kind) -> dict[str, str]:
    return headers(sha256) | {
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition(download_name(label, kind)),
        "Content-Security-Policy": SANDBOX,
        "Content-Type": kind.media_type,
        "X-Content-Type-Options": "nosniff",
    }


class _Download(Response):
    """Opens the content when it is sent, and reads it in threads."""

    def __init__(self, storage: Storage, sha256: str, given: Mapping[str, str]) -> None:
        self.status_code = 200
        self.background = None
        self.init_headers(given)
        self._storage = storage
        self._sha256 = sha256

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with anyio.CancelScope(shield=True):  # what was opened is closed
            content = await run_sync(self._storage.open, self._sha256)
        try:
            await self._answer(content, scope, receive, send)
        finally:
            with anyio.CancelScope(shield=True):
                await run_sync(content.file.close)

    async def _answer(self, content: Content, scope: Scope, receive: Receive, send: Send) -> None:
        asked = Headers(scope=scope)
        whole = scope["method"] != "GET" or not self._may_be_partial(asked)
        part = None if whole else _part(asked.get("range", ""), content.size)
        if part is not None and not part:
            await _unsatisfiable(content.size)(scope, receive, send)
            return
        if part is not None:
            self.status_code = 206
            self.headers["Content-Range"] = f"bytes {part[0]}-{part[-1]}/{content.size}"
        part = range(content.size) if part is None else part
        self.headers["Content-Length"] = str(len(part))
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        await _send(content, range(0) if scope["method"] == "HEAD" else part, send)

    def _may_be_partial(self, asked: Headers) -> bool:
        """Without If-Range, or with the tag of what is here."""
        return asked.get("if-range", etag(self._sha256)) == etag(self._sha256)


def _part(given: str, size: int) -> range | None:
    """The bytes that a Range header asks for, none when there are no such bytes; None where it means nothing here."""
    match = _RANGE.fullmatch(given)
    first, last = match.groups() if match else ("", "")
    if not first:
        return range(max(0, size - int(last)), size) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, size) if last else size)


def _unsatisfiable(size: int) -> Response:
    words = f"文件只有 {size} 字节，没有所要的范围"
    return problem(416, "range_not_satisfiable", words, headers={"Content-Range": f"bytes */{size}"})


async def _send(content: Content, part: range, send: Send) -> None:
    if part:
        await run_sync(content.file.seek, part[0])
    for start in range(0, len(part), _AT_ONCE):
        data = await run_sync(content.file.read, min(_AT_ONCE, len(part) - start))
        await send({"type": "http.response.body", "body": data, "more_body": True})
    await send({"type": "http.response.body", "body": b"", "more_body": False})
