"""Routes of the evidence of a subject in a round: draft, submission, revisions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

import msgspec
from fastapi import Depends, Path, Request, Response

from app.access import Actor
from app.errors import Stale
from app.evidence import service
from app.evidence.service import Seen
from app.evidence.values import Revision, RevisionEntry
from app.protocol.actors import Acting
from app.protocol.answers import send
from app.protocol.body import JsonBody, json_body
from app.protocol.cursors import InvalidCursor, Page, TheWindow, Window, page
from app.protocol.etag import headers, not_modified, require_match
from app.protocol.openapi import BODY_REFUSALS, IF_MATCH, IF_NONE_MATCH, NOT_MODIFIED, answer, refusals, request_body
from app.protocol.routes import Code, Shortcut, room
from app.protocol.sessions import Reading, Writing, database_of
from app.protocol.shapes import schema_of

router: Final = room("/rounds/{round}/subjects/{subject}/evidence", "佐证资料")

MOST_REVISIONS: Final = 10**9
Number = Annotated[int, Path(ge=1, le=MOST_REVISIONS, description="修订序号")]
Reader = Annotated[Actor, Depends(Acting("read_evidence"))]
Writer = Annotated[Actor, Depends(Acting("write_evidence"))]


@dataclass(frozen=True, slots=True)
class SentRevision:
    """One stored state; a submitted one is sealed."""

    revision: int
    digest: str
    state: Literal["draft", "submitted"]
    saved_at: datetime
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class SentEvidence(SentRevision):
    """One stored state with the evidence itself."""

    evidence: Any


EVIDENCE: Final[dict[str, Any]] = {
    "agreement_signed": True,
    "downward_referrals": 12,
    "incentive_mechanism": "implemented",
    "lectures": [{"date": "2020-06-18", "title": "老年康复护理", "venue": "示例护理院", "related": True}],
}
REVISION: Final[dict[str, Any]] = {
    "revision": 1,
    "digest": "sha256:" + "0" * 64,
    "state": "draft",
    "saved_at": "2026-11-22T00:00:00Z",
    "submitted_at": None,
}
READ: Final = (
    answer("佐证资料", schema_of(SentEvidence), {**REVISION, "evidence": EVIDENCE}, tagged=True)
    | NOT_MODIFIED
    | refusals(404)
)


@router.get("", summary="读取最新修订", openapi_extra={"parameters": [IF_NONE_MATCH]}, responses=READ)
def read_evidence(actor: Reader, request: Request, round: Code, subject: Code, session: Reading) -> Response:
    return _send(request, service.read(session, actor, round, subject))


@router.put(
    "",
    summary="保存草稿：增加一次修订",
    openapi_extra=request_body({"type": "object"}, EVIDENCE) | {"parameters": [IF_MATCH]},
    responses=answer("已保存；内容与上次相同则不增加修订", schema_of(SentRevision), REVISION, tagged=True)
    | BODY_REFUSALS
    | refusals(404, 409, 412, 428),
)
def save_evidence(
    actor: Writer, request: Request, round: Code, subject: Code, body: JsonBody, session: Writing
) -> Response:
    saved = service.save(session, actor, round, subject, body, matching(request, needed=True))
    return _tagged(SentRevision(*_members(saved)), saved)


def save_at_once(request: Request, actor: Actor, round: Code, subject: Code, body: object) -> Response:
    """The same in one thread from the first statement to the commit: forms save what is typed all the time."""
    with database_of(request).writing() as session:
        return save_evidence(actor, request, round, subject, body, session)


to_evidence: Final = Shortcut(
    ("write_evidence",), "PUT", "/rounds/{round:code}/subjects/{subject:code}/evidence", save_at_once, json_body
)


@router.get(
    "/revisions",
    summary="历次修订",
    responses=answer("修订，最新的在前，不含内容", schema_of(Page[SentRevision])) | refusals(404),
)
def list_revisions(actor: Reader, round: Code, subject: Code, session: Reading, window: TheWindow) -> Response:
    rows = service.page(session, actor, round, subject, _before(window), window.limit + 1)
    return send(page([SentRevision(*_members(row)) for row in rows], [(row.number,) for row in rows], window.limit))


@router.get(
    "/revisions/{number}", summary="读取某次修订", openapi_extra={"parameters": [IF_NONE_MATCH]}, responses=READ
)
def read_revision(
    actor: Reader, request: Request, round: Code, subject: Code, number: Number, session: Reading
) -> Response:
    return _send(request, service.revision(session, actor, round, subject, number))


def _before(window: Window) -> int | None:
    key = window.after(int)
    if key is None:
        return None
    number = int(key[0])
    if not 1 <= number <= MOST_REVISIONS:
        raise InvalidCursor
    return number


def _send(request: Request, revision: Revision) -> Response:
    """The evidence goes out as the bytes that were stored, or with names for those who may read them."""
    unchanged = not_modified(request, revision.mark)
    return unchanged or _tagged(SentEvidence(*_members(revision), msgspec.Raw(revision.shown)), revision)


def _tagged(answer: object, revision: Revision) -> Response:
    response = send(answer)
    response.headers.update(headers(revision.mark))
    return response


def _members(
    revision: RevisionEntry,
) -> tuple[int, str, Literal["draft", "submitted"], datetime, datetime | None]:
    state: Literal["draft", "submitted"] = "draft" if revision.submitted_at is None else "submitted"
    return revision.number, revision.digest, state, revision.saved_at, revision.submitted_at


def matching(request: Request, *, needed: bool = False) -> Seen:
    """What one who acts has read, by the tag of the last revision; `needed` where there is one."""

    def check(present: Revision | None) -> None:
        if present is not None:
            require_match(request, present.mark, needed=needed)
        elif "if-match" in request.headers:
            raise Stale("stale", "尚未保存佐证资料，没有可以对照的修订")

    return check
