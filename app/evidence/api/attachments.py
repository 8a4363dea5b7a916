"""Routes of attachments: uploaded for an item, listed, downloaded, removed while the evidence is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Path, Query, Request, Response

from app.access import Actor
from app.evidence.service import attachments
from app.evidence.values import Attachment, NewFile, Quota
from app.protocol.actors import Acting
from app.protocol.answers import send, send_tagged
from app.protocol.downloads import download
from app.protocol.openapi import (
    BODY_REFUSALS,
    IF_NONE_MATCH,
    NOT_MODIFIED,
    Responses,
    answer,
    header,
    refusals,
)
from app.protocol.routes import PREFIX, Code, room
from app.protocol.sessions import Reading, Writing
from app.protocol.shapes import schema_of
from app.protocol.uploads import UPLOAD_BODY, TheStorage, TheUpload
from app.storage import KINDS

router: Final = room("/rounds/{round}/subjects/{subject}/attachments", "附件")

Reader = Annotated[Actor, Depends(Acting("read_attachments"))]
Writer = Annotated[Actor, Depends(Acting("write_attachments"))]
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="内容的 SHA-256（十六进制）")]
Item = Annotated[str, Query(min_length=1, max_length=64, description="计分项目代码")]
RANGE: Final = header("Range", "只要文件的一段，例如 bytes=0-1023")


@dataclass(frozen=True, slots=True)
class SentAttachment:
    """A file for an item; `handed_in`: whether it belongs to the evidence that is handed in.

    `label` is the file's name, and `note` what was said of it, for those who may read names; others see neither.
    """

    number: int
    item: str
    sha256: str
    size: int
    media_type: str
    label: str
    note: str | None
    added_by: str
    added_at: datetime
    handed_in: bool


@dataclass(frozen=True, slots=True)
class SentAttachments:
    """All of a subject in a round."""

    attachments: list[SentAttachment]


ATTACHED: Final[dict[str, Any]] = {
    "number": 1,
    "item": "dispatched_staff",
    "sha256": "0" * 64,
    "size": 48213,
    "media_type": "application/pdf",
    "label": "派出人员考勤.pdf",
    "note": None,
    "added_by": "hospital",
    "added_at": "2026-11-28T00:00:00Z",
    "handed_in": False,
}
FILES: Final[dict[str, Any]] = {
    kind.media_type: {"schema": {"type": "string", "format": "binary"}} for kind in KINDS.values()
}
FILE: Final[Responses] = {
    200: {"description": "文件，作为下载", "content": FILES},
    206: {"description": "文件的一段", "content": FILES},
    **refusals(416),
}


@router.post(
    "",
    summary="为计分项目上传附件（填报期间）",
    openapi_extra=UPLOAD_BODY,
    responses=answer("已上传", schema_of(SentAttachment), ATTACHED, status=201)
    | answer("该项目已有相同内容的附件", schema_of(SentAttachment), ATTACHED)
    | BODY_REFUSALS
    | refusals(404, 409),
)
def attach(
    actor: Writer, request: Request, upload: TheUpload, round: Code, subject: Code, session: Writing
) -> Response:
    new = NewFile(upload.item, upload.sha256, upload.size, upload.kind.media_type, upload.label, upload.note)
    quota: Quota = request.app.state.quota
    made, is_new = attachments.add(session, actor, round, subject, new, quota, upload.keep)
    place = f"{PREFIX}/rounds/{round}/subjects/{subject}/attachments/{made.sha256}"
    return send(_sent(made, handed_in=False), status=201 if is_new else 200, location=place if is_new else None)


@router.get(
    "",
    summary="附件清单；评审人员看到随资料提交的附件",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=answer("附件", schema_of(SentAttachments), {"attachments": [ATTACHED]}, tagged=True)
    | NOT_MODIFIED
    | refusals(404),
)
def list_attachments(actor: Reader, request: Request, round: Code, subject: Code, session: Reading) -> Response:
    found = attachments.listed(session, actor, round, subject)
    return send_tagged(request, SentAttachments([_sent(each, handed_in=sealed) for each, sealed in found]))


@router.head("/{sha256}", summary="附件的大小和类型", responses=FILE | NOT_MODIFIED | refusals(404))
@router.get(
    "/{sha256}",
    summary="下载附件，可只要一段",
    openapi_extra={"parameters": [IF_NONE_MATCH, RANGE]},
    responses=FILE | NOT_MODIFIED | refusals(404, 416),
)
def download_attachment(
    actor: Reader, request: Request, storage: TheStorage, round: Code, subject: Code, sha256: Sha256, session: Reading
) -> Response:
    found = attachments.one(session, actor, round, subject, sha256)
    kind = next(kind for kind in KINDS.values() if kind.media_type == found.media_type)
    return download(request, storage, sha256, label=found.label, kind=kind)


@router.delete(
    "/{sha256}",
    summary="删除附件（填报期间）；曾随资料提交的内容仍保留",
    responses=answer("已删除", schema_of(SentAttachment), ATTACHED) | refusals(404, 409),
)
def remove_attachment(
    actor: Writer, round: Code, subject: Code, sha256: Sha256, item: Item, session: Writing
) -> Response:
    return send(_sent(attachments.remove(session, actor, round, subject, sha256, item), handed_in=False))


def _sent(found: Attachment, *, handed_in: bool) -> SentAttachment:
    told = (found.number, found.item, found.sha256, found.size, found.media_type, found.label, found.note)
    return SentAttachment(*told, found.added_by, found.added_at, handed_in)
