"""`type` of every refusal leads somewhere: to its paragraph of docs/problems.md."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Annotated, Final

import fastapi
from fastapi import Request, Response

from app.errors import NotFound
from app.protocol.openapi import PUBLIC, Responses, refusals
from app.protocol.routes import room

SECTION: Final = re.compile(r"^### `([a-z_]+)`.*?(?=^#|\Z)", re.MULTILINE | re.DOTALL)
MARKDOWN: Final = "text/markdown; charset=utf-8"
KEEP: Final = "public, max-age=3600"

SENT: Final[Responses] = {200: {"description": "说明", "content": {MARKDOWN: {"schema": {"type": "string"}}}}}

router: Final = room("", "问题类型", prefix="/problems")
Type = Annotated[str, fastapi.Path(pattern="^[a-z_]{1,64}$", description="问题类型")]


def sections(page: str) -> Mapping[str, str]:
    """The paragraphs of the page by the type that they explain."""
    return {found[1]: found[0].rstrip() + "\n" for found in SECTION.finditer(page)}


@cache
def read_sections(path: Path) -> Mapping[str, str]:
    """Those of a file; nothing where it was not installed."""
    return sections(path.read_text(encoding="utf-8")) if path.is_file() else {}


@router.get(
    "/{type}",
    summary="问题类型的含义与处理办法",
    openapi_extra=PUBLIC,
    responses=SENT | refusals(404),
)
async def explain(request: Request, type: Type) -> Response:  # noqa: A002 -- the member's name in RFC 9457
    found = read_sections(request.app.state.problems).get(type)
    if found is None:
        raise NotFound("problem_not_found", "没有这一问题类型")
    return Response(found, headers={"Content-Type": MARKDOWN, "Cache-Control": KEEP})
