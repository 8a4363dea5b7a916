"""What FastAPI cannot know for the OpenAPI document: bodies read strictly, answers sent as bytes, refusals."""

from __future__ import annotations

from typing import Any, Final

from app.protocol.body import JSON, YAML
from app.protocol.problems import MEDIA_TYPE, TITLES

Schema = dict[str, Any]
Responses = dict[int | str, dict[str, Any]]

PROBLEM: Final[Schema] = {
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
                    "in": {"enum": ["body", "query", "path", "document"]},
                    "pointer": {"type": "string", "description": "JSON Pointer（RFC 6901）"},
                    "code": {"type": "string", "description": "稳定的错误代码"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}


COMPONENTS: Final[dict[str, Schema]] = {"Problem": PROBLEM}
"""Schemas that others refer to by name."""


_EXAMPLES: Final[list[object]] = []
_MARK: Final = "x-example"


def _kept(example: object) -> Schema:
    """A mark in the place of an example: FastAPI would take every null out of it."""
    _EXAMPLES.append(example)
    return {_MARK: len(_EXAMPLES) - 1}


def complete(document: Schema) -> Schema:
    """The document with the schemas that are referred to, and with the examples in place of their marks."""
    document.setdefault("components", {}).setdefault("schemas", {}).update(COMPONENTS)
    for operation in (each for methods in document["paths"].values() for each in methods.values()):
        for part in (*operation["responses"].values(), operation.get("requestBody", {})):
            for content in part.get("content", {}).values():
                if _MARK in content.get("example", ()):
                    content["example"] = _EXAMPLES[content["example"][_MARK]]
    return document


def component(schema: Schema, name: str) -> Schema:
    """Give a schema and its definitions their names in the document; returns the reference to it."""
    COMPONENTS.update(schema.pop("$defs", {}))
    if "$ref" not in schema:
        COMPONENTS[name] = schema
    return {"$ref": f"#/components/schemas/{name}"}


def refusals(*statuses: int) -> Responses:
    """The documentation of these refusals."""
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": TITLES[status], "content": content} for status in statuses}


BODY_REFUSALS: Final = refusals(400, 413, 415)
"""What any route that reads a body can refuse."""


def answer(
    description: str, schema: Schema, example: object = None, *, status: int = 200, tagged: bool = False
) -> Responses:
    """The documentation of a JSON answer; `tagged` when it carries an ETag."""
    content: Schema = {"schema": schema}
    if example is not None:
        content["example"] = _kept(example)
    documented: dict[str, Any] = {"description": description, "content": {JSON: content}}
    if tagged:
        documented["headers"] = {"ETag": {"description": "内容的摘要", "schema": {"type": "string"}}}
    return {status: documented}


NOT_MODIFIED: Final[Responses] = {304: {"description": "与 If-None-Match 相同，内容未变"}}


def request_body(schema: Schema, example: object = None, *, yaml: bool = False) -> Schema:
    """`openapi_extra` for a route whose body our own reader takes."""
    content: Schema = {"schema": schema}
    if example is not None:
        content["example"] = _kept(example)
    kinds = {JSON: content}
    if yaml:
        kinds[YAML] = {"schema": schema}
    return {"requestBody": {"required": True, "content": kinds}}


def header(name: str, description: str) -> Schema:
    """One header parameter, for `openapi_extra`."""
    return {"name": name, "in": "header", "required": False, "description": description, "schema": {"type": "string"}}


IF_MATCH: Final = header("If-Match", "读取时的 ETag；已被改动则拒绝（412）")
IF_NONE_MATCH: Final = header("If-None-Match", "已有的 ETag；内容未变则只答 304")
