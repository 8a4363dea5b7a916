"""Answers out: plain values as JSON bytes, with a tag where they can be asked for again."""

from __future__ import annotations

from typing import Final

import msgspec
from fastapi import Request, Response

from app.protocol.body import JSON
from app.protocol.etag import headers, not_modified
from app.scoring.digest import digest_of

_write: Final = msgspec.json.Encoder(decimal_format="number").encode


def state_of(value: object) -> str:
    """The digest of a value as it is sent: the tag of its present state."""
    return digest_of(_write(value))


def send(value: object, *, status: int = 200, location: str | None = None) -> Response:
    """A value as JSON."""
    return Response(_write(value), status, {"Location": location} if location else None, media_type=JSON)


def send_state(value: object, *, status: int = 200, location: str | None = None) -> Response:
    """A value with its tag, after an act that made or changed it."""
    data = _write(value)
    tags = headers(digest_of(data)) | ({"Location": location} if location else {})
    return Response(data, status, tags, media_type=JSON)


def send_tagged(request: Request, value: object) -> Response:
    """A value with its tag, or a 304 for one who has it."""
    data = _write(value)
    digest = digest_of(data)
    return not_modified(request, digest) or Response(data, 200, headers(digest), media_type=JSON)
