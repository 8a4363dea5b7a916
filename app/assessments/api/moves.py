"""Routes by which an assessment moves on: handed in, taken back, returned, proposed, approved, reopened, published."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final

from fastapi import Depends, Request, Response

from app.access import Actor
from app.assessments.api.sheets import ONE, kept
from app.assessments.service import handing, publishing, settling
from app.assessments.shapes import Returned, Why
from app.audit.api import sealed
from app.evidence.api import matching
from app.protocol.actors import Acting
from app.protocol.answers import send, send_state
from app.protocol.body import JsonBody
from app.protocol.openapi import BODY_REFUSALS, IF_MATCH, Responses, answer, refusals, request_body
from app.protocol.routes import Code, room
from app.protocol.sessions import Reading, Writing
from app.protocol.shapes import read_as, schema_of
from app.rounds.service import standing
from app.rounds.shapes import AssessmentState, MoveName
from app.rounds.values.rounds import Move, Place
from app.rounds.values.sent import SentRound, round_as_sent

router: Final = room("/rounds/{round}", "考评")
EVIDENCE: Final = "/subjects/{subject}/evidence"
STANDING: Final = "/subjects/{subject}/standing"

Writer = Annotated[Actor, Depends(Acting("write_evidence"))]
Returner = Annotated[Actor, Depends(Acting("return_evidence"))]
Proposer = Annotated[Actor, Depends(Acting("propose"))]
Approver = Annotated[Actor, Depends(Acting("approve"))]
Reopener = Annotated[Actor, Depends(Acting("reopen"))]
Publisher = Annotated[Actor, Depends(Acting("publish_round"))]
Onlooker = Annotated[Actor, Depends(Acting("read_standing"))]


@dataclass(frozen=True, slots=True)
class SentMove:
    """A step: who did what when, and why; `fields` are reasons by evidence field."""

    number: int
    act: MoveName
    state: AssessmentState
    by: str
    at: datetime
    reason: str
    fields: Mapping[str, str]
    revision: int | None
    sheet: int | None


@dataclass(frozen=True, slots=True)
class SentStanding:
    """Where a subject stands: its state, the numbers of what is handed in and of its sheet, its deadline."""

    state: AssessmentState
    revision: int | None
    sheet: int | None
    deadline: datetime


@dataclass(frozen=True, slots=True)
class SentHistory(SentStanding):
    """Where a subject stands and how it came there."""

    moves: list[SentMove]


@dataclass(frozen=True, slots=True)
class SentPublication:
    """A published round, and the subjects without a result because they handed nothing in."""

    round: SentRound
    without_result: list[str]


STANDS: Final[dict[str, Any]] = {
    "state": "submitted",
    "revision": 2,
    "sheet": None,
    "deadline": "2027-04-30T09:00:00Z",
}
WHY: Final = {"reason": "第9项派出记录与考勤不符，请更正"}


def _gives(description: str, state: AssessmentState, *statuses: int) -> Responses:
    example = {**STANDS, "state": state}
    return answer(description, schema_of(SentStanding), example, tagged=True) | refusals(404, 409, *statuses)


def _takes(shape: Any, example: object) -> dict[str, Any]:  # noqa: ANN401 -- a model
    return request_body(schema_of(shape, sent=False), example)


@router.get(
    STANDING,
    summary="考评对象所处环节及历次流转",
    responses=answer("所处环节", schema_of(SentHistory), {**STANDS, "moves": []}) | refusals(404),
)
def read_standing(actor: Onlooker, round: Code, subject: Code, session: Reading) -> Response:
    place, moves = standing.read(session, actor, round, subject)
    return send(SentHistory(*_members(place), _moves(moves)))


@router.post(
    EVIDENCE + "/submit",
    summary="提交最新修订",
    openapi_extra={"parameters": [IF_MATCH]},
    responses=_gives("已提交", "submitted", 412, 428),
)
def submit(request: Request, actor: Writer, round: Code, subject: Code, session: Writing) -> Response:
    place, revision = handing.submit(session, actor, round, subject, matching(request))
    response = send(SentStanding(*_members(place)))
    response.headers["ETag"] = f'"{revision.mark}"'
    return response


@router.post(
    EVIDENCE + "/withdraw",
    summary="撤回提交（截止之前、评审之前）",
    openapi_extra=_takes(Why, {"reason": "派出人员名单有遗漏"}),
    responses=_gives("已撤回", "withdrawn") | BODY_REFUSALS,
)
def withdraw(actor: Writer, round: Code, subject: Code, body: JsonBody, session: Writing) -> Response:
    return _send(handing.withdraw(session, actor, round, subject, read_as(Why, body).reason))


@router.post(
    EVIDENCE + "/return",
    summary="退回修改，逐项说明理由",
    openapi_extra=_takes(Returned, {**WHY, "fields": {"dispatched_staff": "第2行派出时间与考勤记录不符"}}),
    responses=_gives("已退回", "returned") | BODY_REFUSALS,
)
def return_(actor: Returner, round: Code, subject: Code, body: JsonBody, session: Writing) -> Response:
    return _send(handing.return_(session, actor, round, subject, read_as(Returned, body)))


@router.post(
    ONE + "/propose",
    summary="提出结果：封存全部依据和评分表，待他人定稿",
    responses=_gives("已提出", "proposed"),
)
def propose(request: Request, actor: Proposer, round: Code, subject: Code, session: Writing) -> Response:
    place, _ = settling.propose(session, actor, round, subject, kept(request).results.numbers)
    return _send(place)


@router.post(ONE + "/approve", summary="定稿（提出结果的人不能自己定稿）", responses=_gives("已定稿", "final"))
def approve(request: Request, actor: Approver, round: Code, subject: Code, session: Writing) -> Response:
    place, _ = settling.approve(session, actor, round, subject, kept(request).results.numbers)
    return sealed(request, _send(place))


@router.post(
    ONE + "/reopen",
    summary="重新评审：原评分表保留",
    openapi_extra=_takes(Why, {"reason": "复核发现第13项进修时间计算有误"}),
    responses=_gives("已重新评审", "reopened") | BODY_REFUSALS,
)
def reopen(actor: Reopener, round: Code, subject: Code, body: JsonBody, session: Writing) -> Response:
    return _send(settling.reopen(session, actor, round, subject, read_as(Why, body).reason))


@router.post(
    "/publish",
    summary="公布批次全部结果",
    responses=answer("已公布", schema_of(SentPublication)) | refusals(404, 409),
)
def publish(request: Request, actor: Publisher, round: Code, session: Writing) -> Response:
    found, without = publishing.publish(session, actor, round, kept(request).results.numbers)
    return sealed(request, send(SentPublication(round_as_sent(found), without)))


def _send(place: Place) -> Response:
    return send_state(SentStanding(*_members(place)))


def _members(place: Place) -> tuple[AssessmentState, int | None, int | None, datetime]:
    return place.entry.state, place.entry.revision, place.entry.sheet, place.deadline


def _moves(moves: Sequence[Move]) -> list[SentMove]:
    return [
        SentMove(
            each.number,
            each.act,
            each.state,
            each.actor,
            each.moved_at,
            each.reason,
            each.fields,
            each.revision,
            each.sheet,
        )
        for each in moves
    ]
