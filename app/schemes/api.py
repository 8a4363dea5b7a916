"""Routes of /schemes: drafts, published versions, their evidence schema, scoring with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Final

from fastapi import Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool

from app.access import Actor
from app.protocol import etag
from app.protocol.actors import Acting
from app.protocol.answers import send, send_tagged
from app.protocol.body import JSON, DocumentBody, JsonBody, json_body
from app.protocol.cursors import Page, TheWindow, page
from app.protocol.openapi import BODY_REFUSALS, IF_MATCH, IF_NONE_MATCH, NOT_MODIFIED, answer, refusals, request_body
from app.protocol.routes import CODE, PREFIX, Code, Shortcut, room
from app.protocol.sessions import Reading, Writing
from app.protocol.shapes import schema_of
from app.schemes import service, shapes
from app.schemes.service import Shelf
from app.schemes.values import Status, Version

router: Final = room("/schemes", "评价方案")
Reader = Annotated[Actor, Depends(Acting("read_schemes"))]
Author = Annotated[Actor, Depends(Acting("change_schemes"))]
Scorer = Annotated[Actor, Depends(Acting("score"))]
ONE: Final = "/{code}/versions/{version}"
CHANGED: Final = answer("版本的现状", schema_of(Version), shapes.example_version, tagged=True)
TAKES_DOCUMENT: Final = request_body(shapes.DOCUMENT, shapes.EXAMPLE_DOCUMENT, yaml=True)


def _shelf(request: Request) -> Shelf:
    """The published versions that this application keeps in memory (no dependency: those cost more than the answer)."""
    shelf = request.app.state.shelf
    assert isinstance(shelf, Shelf)  # noqa: S101 -- create_app puts it there
    return shelf


@router.post(
    ONE + "/score",
    summary="计分（不保存）",
    openapi_extra=request_body(shapes.REQUEST, shapes.EXAMPLE_REQUEST),
    responses=answer("评分表", shapes.SHEET, shapes.example_sheet) | BODY_REFUSALS | refusals(404),
)
def score(request: Request, actor: Scorer, code: Code, version: Code, body: JsonBody) -> Response:
    sheet = service.score_sheet(_shelf(request).program(actor, code, version), body)
    return Response(sheet.to_bytes(), media_type=JSON)


to_score: Final = Shortcut(("score",), "POST", "/schemes/{code:code}/versions/{version:code}/score", score, json_body)


@router.get(
    ONE,
    summary="读取方案文档",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=answer("方案文档（规范形式）", shapes.DOCUMENT, shapes.EXAMPLE_DOCUMENT, tagged=True)
    | NOT_MODIFIED
    | refusals(404),
)
async def read_document(request: Request, actor: Reader, code: Code, version: Code) -> Response:
    shelf = _shelf(request)
    found = shelf.known(code, version)
    if found is None:
        found = await run_in_threadpool(shelf.document, actor, code, version)
    digest, text = found
    return etag.not_modified(request, digest) or Response(text, 200, etag.headers(digest), JSON)


@router.get("", summary="方案版本列表", responses=answer("按代码和版本排序", schema_of(Page[Version])))
def list_versions(
    actor: Reader,
    session: Reading,
    window: TheWindow,
    code: Annotated[str | None, Query(pattern=CODE, description="只列此方案的版本")] = None,
    status: Annotated[Status | None, Query(description="只列此状态的版本")] = None,
) -> Response:
    after = window.after(str, str) or ("", "")
    rows = service.versions(session, actor, (str(after[0]), str(after[1])), window.limit + 1, code, status)
    return send(page(rows, [(row.code, row.version) for row in rows], window.limit))


@router.post(
    "",
    summary="建立草稿",
    status_code=201,
    openapi_extra=TAKES_DOCUMENT,
    responses=answer("已建立", schema_of(Version), shapes.example_version, status=201, tagged=True)
    | BODY_REFUSALS
    | refusals(409),
)
def draft(actor: Author, document: DocumentBody, session: Writing) -> Response:
    return _state(service.draft(session, actor, document), status=201)


@router.put(
    ONE,
    summary="修改草稿",
    openapi_extra={**TAKES_DOCUMENT, "parameters": [IF_MATCH]},
    responses=CHANGED | BODY_REFUSALS | refusals(404, 409, 412),
)
def change(
    actor: Author, request: Request, code: Code, version: Code, document: DocumentBody, session: Writing
) -> Response:
    return _state(service.change(session, actor, code, version, document, _seen(request)))


@router.delete(
    ONE,
    summary="删除草稿",
    status_code=204,
    openapi_extra={"parameters": [IF_MATCH]},
    responses=refusals(404, 409, 412),
)
def discard(actor: Author, request: Request, code: Code, version: Code, session: Writing) -> Response:
    service.discard(session, actor, code, version, _seen(request))
    return Response(status_code=204)


@router.post(
    ONE + "/publish",
    summary="发布草稿（从此不可更改）",
    openapi_extra={"parameters": [IF_MATCH]},
    responses=CHANGED | refusals(404, 409, 412),
)
def publish(actor: Author, request: Request, code: Code, version: Code, session: Writing) -> Response:
    service.problems_of(_shelf(request).program(actor, code, version))  # remembered: no writer has to wait for it below
    return _state(service.publish(session, actor, code, version, _seen(request)))


@router.post(
    ONE + "/retire",
    summary="停用已发布的版本",
    openapi_extra={"parameters": [IF_MATCH]},
    responses=CHANGED | refusals(404, 409, 412),
)
def retire(actor: Author, request: Request, code: Code, version: Code, session: Writing) -> Response:
    return _state(service.retire(session, actor, code, version, _seen(request)))


@router.get(
    ONE + "/evidence-schema",
    summary="佐证资料的 JSON Schema",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=answer("JSON Schema（2020-12）", {"type": "object"}, tagged=True) | NOT_MODIFIED | refusals(404),
)
def evidence_schema(actor: Reader, request: Request, code: Code, version: Code) -> Response:
    return send_tagged(request, _shelf(request).program(actor, code, version).evidence_schema())


def _seen(request: Request) -> Callable[[str], None]:
    return lambda digest: etag.require_match(request, digest)


def _state(version: Version, *, status: int = 200) -> Response:
    """A version after an act on it; the tag is that of its document."""
    location = f"{PREFIX}/schemes/{version.code}/versions/{version.version}" if status == 201 else None  # noqa: PLR2004
    response = send(version, status=status, location=location)
    response.headers.update(etag.headers(version.digest))
    return response
