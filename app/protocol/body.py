"""Bodies in: bounded while they arrive, of the right content type, read strictly into plain values."""

from __future__ import annotations

from email.message import Message
from functools import lru_cache
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool

from app.errors import Invalid
from app.protocol.limits import LARGEST
from app.protocol.problems import Unreadable
from app.protocol.strict_json import BROKEN, read_json
from app.protocol.strict_yaml import read_yaml
from app.scoring.problems import Problems

JSON: Final = "application/json"
YAML: Final = "application/yaml"
_READERS: Final = {JSON: read_json, YAML: read_yaml}
_AT_ONCE: Final = 64 * 1024
"""Bytes that are read faster than handed to a thread."""


async def json_body(request: Request) -> object:
    """The body as plain values, read from JSON."""
    return await _read(request, (JSON,))


async def document_body(request: Request) -> object:
    """The body as plain values, read from JSON or YAML by its content type."""
    return await _read(request, (JSON, YAML))


JsonBody = Annotated[object, Depends(json_body)]
DocumentBody = Annotated[object, Depends(document_body)]


async def _read(request: Request, accepted: tuple[str, ...]) -> object:
    read = _READERS[_content_type(request, accepted)]
    data = await _bytes(request)
    value = read(data) if len(data) <= _AT_ONCE else await run_in_threadpool(read, data)
    if isinstance(value, Problems):
        _refuse(value)
    return value


def _content_type(request: Request, accepted: tuple[str, ...]) -> str:
    kind, charset = _named(request.headers.get("content-type", ""))
    coding = request.headers.get("content-encoding", "identity")
    if kind in accepted and charset in {"utf-8", "utf8"} and coding.lower() == "identity":
        return kind
    raise Unreadable(415, "unsupported_media_type", f"请求内容应为 {' 或 '.join(accepted)}，UTF-8 编码，不压缩")


@lru_cache(maxsize=64)
def _named(content_type: str) -> tuple[str, str]:
    """The media type and the charset of a header."""
    header = Message()
    header["content-type"] = content_type
    return header.get_content_type(), str(header.get_param("charset", "utf-8")).lower()


async def _bytes(request: Request) -> bytes:
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and (len(declared) > len(str(LARGEST)) or int(declared) > LARGEST):
        raise Unreadable(413, "too_large", "请求内容超过 1 MiB")
    data = bytearray()
    async for chunk in request.stream():
        data += chunk
        if len(data) > LARGEST:
            raise Unreadable(413, "too_large", "请求内容超过 1 MiB")
    request.state.body = read = bytes(data)
    return read


def _refuse(problems: Problems) -> None:
    if any(each.code in BROKEN for each in problems):
        raise Unreadable(400, "unreadable", "请求内容无法读取", problems)
    raise Invalid(problems)
