"""What FastAPI cannot know for the OpenAPI document: bodies read strictly, answers sent as bytes, refusals."""

from __future__ import annotations

from typing import Any, Final

from app.protocol.actors import COOKIE
from app.protocol.body import JSON, YAML
from app.protocol.keys import EXTENSION
from app.protocol.later import Schema as Schema  # noqa: PLC0414 -- rooms that document their answers name it
from app.protocol.later import component, later
from app.protocol.problems import MEDIA_TYPE, TITLES

Responses = dict[int | str, dict[str, Any]]

_PROBLEM: Final[Schema] = {
    "title": "问题",
    "description": "RFC 9457 问题详情。",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "description": "稳定的问题类型", "examples": ["/problems/scheme_not_found"]},
        "title": {"type": "string", "examples": ["未找到"]},
        "status": {"type": "integer", "examples": [404]},
        "detail": {"type": "string", "examples": ["没有评价方案 hangzhou-close-alliance 的版本 2021"]},
        "errors": {
            "type": "array",
            "description": "逐处列出的错误，至多 100 处",
            "items": {
                "type": "object",
                "required": ["in", "pointer", "code", "message"],
                "properties": {
                    "in": {"enum": ["body", "query", "path", "header", "document"]},
                    "pointer": {"type": "string", "description": "JSON Pointer（RFC 6901）"},
                    "code": {"type": "string", "description": "稳定的错误代码"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


PROBLEM: Final = component("Problem", lambda: _PROBLEM)


def refusals(*statuses: int) -> Responses:
    """The documentation of these refusals."""
    content = {MEDIA_TYPE: {"schema": PROBLEM}}
    return {status: {"description": TITLES[status], "content": content} for status in statuses}


BODY_REFUSALS: Final = refusals(400, 413, 415)
"""What any route that reads a body can refuse."""


def _example(example: object) -> Schema:
    return later(example if callable(example) else lambda: example)


def answer(
    description: str, schema: Schema, example: object = None, *, status: int = 200, tagged: bool = False
) -> Responses:
    """The documentation of a JSON answer, `tagged` when it carries an ETag; a function as example makes one later."""
    content: Schema = {"schema": schema}
    if example is not None:
        content["example"] = _example(example)
    documented: dict[str, Any] = {"description": description, "content": {JSON: content}}
    if tagged:
        documented["headers"] = {"ETag": {"description": "内容的摘要", "schema": {"type": "string"}}}
    return {status: documented}


PUBLIC: Final[Schema] = {"security": []}
"""`openapi_extra` of a route that asks nobody who he or she is."""
SECRET_ANSWER: Final[Schema] = {EXTENSION: "secret"}
"""… of a POST whose answer carries a secret, so that it is never given twice."""
SECRET_BODY: Final[Schema] = {EXTENSION: "guarded"}
"""… of a POST whose body carries a password, so that no quick digest of it may be kept."""
SECURITY: Final[Schema] = {
    "token": {"type": "http", "scheme": "bearer", "description": "访问令牌；也可作为 Basic 认证的密码"},
    "key": {"type": "apiKey", "in": "header", "name": "X-API-Key", "description": "访问令牌"},
    "session": {"type": "apiKey", "in": "cookie", "name": COOKIE, "description": "登录后的会话"},
}
NOT_MODIFIED: Final[Responses] = {304: {"description": "与 If-None-Match 相同，内容未变"}}


def request_body(schema: Schema, example: object = None, *, yaml: bool = False) -> Schema:
    """`openapi_extra` for a route whose body our own reader takes."""
    content: Schema = {"schema": schema}
    if example is not None:
        content["example"] = _example(example)
    kinds = {JSON: content}
    if yaml:
        kinds[YAML] = {"schema": schema}
    return {"requestBody": {"required": True, "content": kinds}}


def header(name: str, description: str) -> Schema:
    """One header parameter, for `openapi_extra`."""
    return {"name": name, "in": "header", "required": False, "description": description, "schema": {"type": "string"}}


IF_MATCH: Final = header("If-Match", "读取时的 ETag；已被改动则拒绝（412）")
IF_NONE_MATCH: Final = header("If-None-Match", "已有的 ETag；内容未变则只答 304")
