"""The route of proof bundles."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response

from app.access import Actor
from app.assessments.api.sheets import ONE
from app.assessments.service import bundles
from app.audit.api import the_seals
from app.protocol.actors import Acting
from app.protocol.etag import headers, not_modified
from app.protocol.openapi import IF_NONE_MATCH, NOT_MODIFIED, Responses, refusals
from app.protocol.routes import Code, room
from app.protocol.sessions import Reading
from app.scoring.digest import digest_of

router: Final = room("/rounds/{round}", "考评")
Reader = Annotated[Actor, Depends(Acting("read_bundle"))]
ZIP: Final = "application/zip"
_ANSWER: Final[dict[str, Any]] = {
    "description": "存证包：方案、计分依据、评分表、附件清单、流转记录、清单及其 Ed25519 签名",
    "content": {ZIP: {"schema": {"type": "string", "format": "binary"}}},
    "headers": {"ETag": {"description": "内容的摘要", "schema": {"type": "string"}}},
}
BUNDLE: Final[Responses] = {200: _ANSWER}


@router.get(
    ONE + "/bundle",
    summary="下载存证包：最近公布的结果及其全部依据，可离线核对（python -m app verify）",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=BUNDLE | NOT_MODIFIED | refusals(404, 409),
)
def read_bundle(request: Request, actor: Reader, round: Code, subject: Code, session: Reading) -> Response:
    place, data = bundles.bundle(session, actor, round, subject, the_seals(request).key)
    digest = digest_of(data)
    name = f"{place.round.code}.{place.entry.subject.code}.zip"
    sent = headers(digest) | {"Content-Disposition": f'attachment; filename="{name}"'}
    return not_modified(request, digest) or Response(data, 200, sent, ZIP)
