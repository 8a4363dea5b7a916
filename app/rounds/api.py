"""Routes of rounds and the subjects in them."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import Depends, Path, Request, Response

from app.access import Actor
from app.protocol.actors import Acting
from app.protocol.answers import send, send_state, send_tagged
from app.protocol.body import JsonBody
from app.protocol.cursors import Page, TheWindow, page
from app.protocol.openapi import BODY_REFUSALS, IF_NONE_MATCH, NOT_MODIFIED, Responses, answer, refusals, request_body
from app.protocol.routes import PREFIX, Code, room
from app.protocol.sessions import Reading, Writing
from app.protocol.shapes import read_as, schema_of
from app.rounds import shapes
from app.rounds.service import assignments, entries, extensions, rounds
from app.rounds.values.rounds import Extension
from app.rounds.values.sent import (
    MadeRound,
    SentAssignment,
    SentAssignments,
    SentEntries,
    SentEntry,
    SentExtension,
    SentExtensions,
    SentRound,
    entry_as_sent,
    made_as_sent,
    round_as_sent,
)

round_routes: Final = room("/rounds", "考评批次")
routers: Final = (round_routes,)

Reader = Annotated[Actor, Depends(Acting("read_rounds"))]
Keeper = Annotated[Actor, Depends(Acting("run_rounds"))]
Lister = Annotated[Actor, Depends(Acting("read_entries"))]
Extender = Annotated[Actor, Depends(Acting("extend_deadline"))]
Assigner = Annotated[Actor, Depends(Acting("assign"))]
AssignmentReader = Annotated[Actor, Depends(Acting("read_assignments"))]
AssignmentNumber = Annotated[int, Path(ge=1, le=10**6, description="该考评对象的第几次分派")]
NEW: Final[dict[str, Any]] = {
    "code": "2020",
    "title": "2020年度紧密医养联合体绩效评价",
    "scheme": {"code": "hangzhou-close-alliance", "version": "2020-draft"},
    "period": {"start": "2020-04-01", "end": "2021-03-31"},
    "deadline": "2027-04-30T17:00:00+08:00",
    "subjects": ["shili-alliance"],
}
EXTENSION: Final = {
    "subject": "shili-alliance",
    "deadline": "2027-05-10T17:00:00+08:00",
    "reason": "暴雨停电，申请延期",
}
EXTENDED: Final = {
    **EXTENSION,
    "deadline": "2027-05-10T09:00:00Z",
    "extended_by": "zhuren",
    "extended_at": "2027-04-29T01:00:00Z",
}
ASSIGNMENT: Final = {"evaluator": "pingshen-01", "subjects": ["shili-alliance"]}
ENTRY: Final[dict[str, Any]] = {
    "subject": "shili-alliance",
    "kind": "alliance",
    "name": "示例紧密医养联合体",
    "district_code": "330106",
    "composition_problems": [
        {
            "pointer": "/plan_filed",
            "code": "plan_not_filed",
            "message": "实施方案尚未报卫生健康行政部门备案",
            "waived": False,
        }
    ],
    "waiver": None,
}
MADE: Final[dict[str, Any]] = {
    **{name: value for name, value in NEW.items() if name != "subjects"},
    "scheme": {**NEW["scheme"], "digest": "sha256:" + "0" * 64},
    "period_acknowledged": False,
    "notice": None,
    "deadline": "2027-04-30T09:00:00Z",
    "state": "draft",
    "created_at": "2026-11-22T00:00:00Z",
    "opened_at": None,
    "closed_at": None,
    "published_at": None,
    "four_eyes": True,
    "objection_days": 7,
    "objections_until": None,
}


def _gives(description: str, shape: Any, example: object, *, status: int = 200) -> Responses:  # noqa: ANN401
    return answer(description, schema_of(shape), example, status=status, tagged=True)


@round_routes.post(
    "",
    summary="创建批次",
    status_code=201,
    openapi_extra=request_body(schema_of(shapes.NewRound, sent=False), NEW),
    responses=_gives("已创建，附各考评对象的组成问题", MadeRound, {**MADE, "subjects": [ENTRY]}, status=201)
    | BODY_REFUSALS
    | refusals(409),
)
def create_round(actor: Keeper, body: JsonBody, session: Writing) -> Response:
    made, entered = rounds.create(session, actor, read_as(shapes.NewRound, body))
    return send_state(made_as_sent(made, entered), status=201, location=f"{PREFIX}/rounds/{made.code}")


@round_routes.get("", summary="批次列表", responses=answer("批次，按代码排序", schema_of(Page[SentRound])))
def list_rounds(actor: Reader, session: Reading, window: TheWindow) -> Response:
    key = window.after(str)
    rows = rounds.page(session, actor, "" if key is None else str(key[0]), window.limit + 1)
    return send(page([round_as_sent(row) for row in rows], [(row.code,) for row in rows], window.limit))


@round_routes.get(
    "/{round}",
    summary="读取批次",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=_gives("批次", SentRound, MADE) | NOT_MODIFIED | refusals(404),
)
def read_round(actor: Reader, request: Request, round: Code, session: Reading) -> Response:
    return send_tagged(request, round_as_sent(rounds.read(session, actor, round)))


@round_routes.post(
    "/{round}/open",
    summary="开放批次：开始填报",
    responses=_gives("已开放", SentRound, {**MADE, "state": "open"}) | refusals(404, 409),
)
def open_round(actor: Keeper, round: Code, session: Writing) -> Response:
    return send_state(round_as_sent(rounds.open_round(session, actor, round)))


@round_routes.post(
    "/{round}/close",
    summary="关闭批次：停止填报",
    responses=_gives("已关闭", SentRound, {**MADE, "state": "closed"}) | refusals(404, 409),
)
def close_round(actor: Keeper, round: Code, session: Writing) -> Response:
    return send_state(round_as_sent(rounds.close(session, actor, round)))


@round_routes.get(
    "/{round}/subjects",
    summary="批次中的考评对象及其组成问题",
    responses=answer("考评对象，按加入的先后", schema_of(Page[SentEntry])) | refusals(404),
)
def list_entries(actor: Lister, round: Code, session: Reading, window: TheWindow) -> Response:
    key = window.after(int)
    rows = rounds.entered(session, actor, round, 0 if key is None else int(key[0]), window.limit + 1)
    return send(page([entry_as_sent(row) for row in rows], [(row.number,) for row in rows], window.limit))


@round_routes.post(
    "/{round}/subjects",
    summary="加入考评对象（开放之前）",
    status_code=201,
    openapi_extra=request_body(schema_of(shapes.Entrants, sent=False), {"subjects": ["shili-alliance"]}),
    responses=answer("已加入", schema_of(SentEntries), {"subjects": [ENTRY]}, status=201)
    | BODY_REFUSALS
    | refusals(404, 409),
)
def add_subjects(actor: Keeper, round: Code, body: JsonBody, session: Writing) -> Response:
    entered = entries.enter(session, actor, round, read_as(shapes.Entrants, body).subjects)
    return send(SentEntries([entry_as_sent(each) for each in entered]), status=201)


@round_routes.post(
    "/{round}/subjects/{subject}/waiver",
    summary="豁免组成问题",
    status_code=201,
    openapi_extra=request_body(
        schema_of(shapes.WaiverReason, sent=False), {"reason": "原已签订协议，按方案可继续开展"}
    ),
    responses=answer("已豁免", schema_of(SentEntry), ENTRY, status=201) | BODY_REFUSALS | refusals(404, 409),
)
def waive(actor: Keeper, round: Code, subject: Code, body: JsonBody, session: Writing) -> Response:
    reason = read_as(shapes.WaiverReason, body).reason
    return send(entry_as_sent(entries.waive(session, actor, round, subject, reason)), status=201)


@round_routes.post(
    "/{round}/extensions",
    summary="延长某一考评对象的截止时间",
    status_code=201,
    openapi_extra=request_body(schema_of(shapes.NewExtension, sent=False), EXTENSION),
    responses=answer("已延长", schema_of(SentExtension), EXTENDED, status=201) | BODY_REFUSALS | refusals(404, 409),
)
def extend(actor: Extender, round: Code, body: JsonBody, session: Writing) -> Response:
    new = read_as(shapes.NewExtension, body)
    return send(_extension(new.subject, extensions.extend(session, actor, round, new)), status=201)


@round_routes.get(
    "/{round}/extensions",
    summary="延长过的截止时间",
    responses=answer("最早的在前", schema_of(SentExtensions)) | refusals(404),
)
def list_extensions(actor: Extender, round: Code, session: Reading) -> Response:
    rows = extensions.listed(session, actor, round)
    return send(SentExtensions([_extension(subject, each) for subject, each in rows]))


@round_routes.post(
    "/{round}/assignments",
    summary="分派评审人员",
    status_code=201,
    openapi_extra=request_body(schema_of(shapes.NewAssignment, sent=False), ASSIGNMENT),
    responses=answer("已分派", schema_of(SentAssignments), status=201) | BODY_REFUSALS | refusals(404, 409),
)
def assign(actor: Assigner, round: Code, body: JsonBody, session: Writing) -> Response:
    made = assignments.assign(session, actor, round, read_as(shapes.NewAssignment, body))
    return send(SentAssignments([_assignment(each) for each in made]), status=201)


@round_routes.get(
    "/{round}/assignments",
    summary="评审分派，含已结束的",
    responses=answer("按考评对象和序号", schema_of(SentAssignments)) | refusals(404),
)
def list_assignments(actor: AssignmentReader, round: Code, session: Reading) -> Response:
    return send(SentAssignments([_assignment(each) for each in assignments.page(session, actor, round)]))


@round_routes.post(
    "/{round}/subjects/{subject}/assignments/{number}/end",
    summary="结束评审分派，可由他人接替",
    openapi_extra=request_body(
        schema_of(shapes.AssignmentEnd, sent=False), {"reason": "工作调动", "replacement": "pingshen-02"}
    ),
    responses=answer("已结束", schema_of(SentAssignments)) | BODY_REFUSALS | refusals(404, 409),
)
def end_assignment(
    actor: Assigner,
    round: Code,
    subject: Code,
    number: AssignmentNumber,
    body: JsonBody,
    session: Writing,
) -> Response:
    said = read_as(shapes.AssignmentEnd, body)
    return send(
        SentAssignments([_assignment(e) for e in assignments.end(session, actor, round, subject, number, said)])
    )


def _extension(subject: str, each: Extension) -> SentExtension:
    return SentExtension(subject, each.deadline, each.reason, each.extended_by, each.extended_at)


def _assignment(each: assignments.Assigned) -> SentAssignment:
    own = each.assignment
    ended = (own.ended_by, own.ended_at, own.end_reason)
    return SentAssignment(each.subject, own.number, each.evaluator, own.assigned_by, own.assigned_at, *ended)
