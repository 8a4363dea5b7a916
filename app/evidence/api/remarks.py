"""The route of remarks: suspected duplicates, and institutions that are no members."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response

from app.access import Actor
from app.evidence.service import remarks
from app.evidence.service.claims import Claims
from app.evidence.values import Remark, RemarkKind
from app.protocol.actors import Acting
from app.protocol.answers import send_tagged
from app.protocol.openapi import IF_NONE_MATCH, NOT_MODIFIED, answer, refusals
from app.protocol.routes import Code, room
from app.protocol.sessions import Reading
from app.protocol.shapes import schema_of

router: Final = room("/rounds/{round}/subjects/{subject}/evidence/remarks", "佐证资料")

Reviewer = Annotated[Actor, Depends(Acting("read_remarks"))]


@dataclass(frozen=True, slots=True)
class SentOther:
    """The row of another subject; rows are counted from 1."""

    subject: str
    field: str
    row: int


@dataclass(frozen=True, slots=True)
class SentRemark:
    """What to look at in a row (counted from 1); `value`: an institution that is no member."""

    kind: RemarkKind
    field: str
    row: int
    other: SentOther | None
    value: str | None
    message: str


@dataclass(frozen=True, slots=True)
class SentRemarks:
    """About the revision of this number that is handed in; `more`: there are others beside those listed."""

    revision: int
    remarks: list[SentRemark]
    more: bool


EXAMPLE: Final[dict[str, Any]] = {
    "revision": 2,
    "remarks": [
        {
            "kind": "same_person",
            "field": "dispatched_staff",
            "row": 1,
            "other": {"subject": "yunxi-alliance", "field": "trainees", "row": 3},
            "value": None,
            "message": "“派出人员名单”第1行与 yunxi-alliance 的“进修人员名单”第3行疑为同一人，日期有重叠",
        }
    ],
    "more": False,
}


@router.get(
    "",
    summary="疑似重复申报和非成员机构的提示",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=answer(f"提示，至多 {remarks.MOST} 条", schema_of(SentRemarks), EXAMPLE, tagged=True)
    | NOT_MODIFIED
    | refusals(404),
)
def read_remarks(actor: Reviewer, request: Request, round: Code, subject: Code, session: Reading) -> Response:
    known: Claims = request.app.state.claims
    found = remarks.read_remarks(session, actor, round, subject, known)
    return send_tagged(request, SentRemarks(found.revision, [_sent(each) for each in found.remarks], found.more))


def _sent(each: Remark) -> SentRemark:
    other = None
    if each.other_subject is not None and each.other_field is not None and each.other_row is not None:
        other = SentOther(each.other_subject, each.other_field, each.other_row)
    return SentRemark(each.kind, each.field, each.row, other, each.value, each.message)
