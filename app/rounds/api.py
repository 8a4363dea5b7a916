"""Routes of rounds and the subjects in them."""

from __future__ import annotations

from typing import Any, Final

from fastapi import Request, Response

from app.protocol.answers import send, send_state, send_tagged
from app.protocol.body import JsonBody
from app.protocol.cursors import Page, TheWindow, page
from app.protocol.openapi import BODY_REFUSALS, IF_NONE_MATCH, NOT_MODIFIED, Responses, answer, refusals, request_body
from app.protocol.routes import PREFIX, Code, room
from app.protocol.sessions import Reading, Writing
from app.protocol.shapes import read_as, schema_of
from app.rounds import shapes
from app.rounds.service import entries, rounds
from app.rounds.values import MadeRound, SentEntries, SentEntry, SentRound, entry_as_sent, made_as_sent, round_as_sent

router: Final = room("/rounds", "考评批次")

NEW: Final[dict[str, Any]] = {
    "code": "2020",
    "title": "2020年度紧密医养联合体绩效评价",
    "scheme": {"code": "hangzhou-close-alliance", "version": "2020-draft"},
    "period": {"start": "2020-04-01", "end": "2021-03-31"},
    "deadline": "2027-04-30T17:00:00+08:00",
    "subjects": ["shili-alliance"],
}
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
}


def _gives(description: str, shape: Any, example: object, *, status: int = 200) -> Responses:  # noqa: ANN401
    return answer(description, schema_of(shape), example, status=status, tagged=True)


@router.post(
    "",
    summary="创建批次",
    status_code=201,
    openapi_extra=request_body(schema_of(shapes.NewRound, sent=False), NEW),
    responses=_gives("已创建，附各考评对象的组成问题", MadeRound, {**MADE, "subjects": [ENTRY]}, status=201)
    | BODY_REFUSALS
    | refusals(409),
)
def create_round(body: JsonBody, session: Writing) -> Response:
    made, entered = rounds.create(session, read_as(shapes.NewRound, body))
    return send_state(made_as_sent(made, entered), status=201, location=f"{PREFIX}/rounds/{made.code}")


@router.get("", summary="批次列表", responses=answer("批次，按代码排序", schema_of(Page[SentRound])))
def list_rounds(session: Reading, window: TheWindow) -> Response:
    key = window.after(str)
    rows = rounds.page(session, "" if key is None else str(key[0]), window.limit + 1)
    return send(page([round_as_sent(row) for row in rows], [(row.code,) for row in rows], window.limit))


@router.get(
    "/{round}",
    summary="读取批次",
    openapi_extra={"parameters": [IF_NONE_MATCH]},
    responses=_gives("批次", SentRound, MADE) | NOT_MODIFIED | refusals(404),
)
def read_round(request: Request, round: Code, session: Reading) -> Response:  # noqa: A002 -- the word in the address
    return send_tagged(request, round_as_sent(rounds.read(session, round)))


@router.post(
    "/{round}/open",
    summary="开放批次：开始填报",
    responses=_gives("已开放", SentRound, {**MADE, "state": "open"}) | refusals(404, 409),
)
def open_round(round: Code, session: Writing) -> Response:  # noqa: A002
    return send_state(round_as_sent(rounds.open_round(session, round)))


@router.post(
    "/{round}/close",
    summary="关闭批次：停止填报",
    responses=_gives("已关闭", SentRound, {**MADE, "state": "closed"}) | refusals(404, 409),
)
def close_round(round: Code, session: Writing) -> Response:  # noqa: A002
    return send_state(round_as_sent(rounds.close(session, round)))


@router.get(
    "/{round}/subjects",
    summary="批次中的考评对象及其组成问题",
    responses=answer("考评对象，按加入的先后", schema_of(Page[SentEntry])) | refusals(404),
)
def list_entries(round: Code, session: Reading, window: TheWindow) -> Response:  # noqa: A002
    key = window.after(int)
    rows = rounds.entered(session, round, 0 if key is None else int(key[0]), window.limit + 1)
    return send(page([entry_as_sent(row) for row in rows], [(row.number,) for row in rows], window.limit))


@router.post(
    "/{round}/subjects",
    summary="加入考评对象（开放之前）",
    status_code=201,
    openapi_extra=request_body(schema_of(shapes.Entrants, sent=False), {"subjects": ["shili-alliance"]}),
    responses=answer("已加入", schema_of(SentEntries), {"subjects": [ENTRY]}, status=201)
    | BODY_REFUSALS
    | refusals(404, 409),
)
def add_subjects(round: Code, body: JsonBody, session: Writing) -> Response:  # noqa: A002
    entered = entries.enter(session, round, read_as(shapes.Entrants, body).subjects)
    return send(SentEntries([entry_as_sent(each) for each in entered]), status=201)


@router.post(
    "/{round}/subjects/{subject}/waiver",
    summary="豁免组成问题",
    status_code=201,
    openapi_extra=request_body(
        schema_of(shapes.WaiverReason, sent=False), {"reason": "原已签订协议，按方案可继续开展"}
    ),
    responses=answer("已豁免", schema_of(SentEntry), ENTRY, status=201) | BODY_REFUSALS | refusals(404, 409),
)
def waive(round: Code, subject: Code, body: JsonBody, session: Writing) -> Response:  # noqa: A002
    reason = read_as(shapes.WaiverReason, body).reason
    return send(entry_as_sent(entries.waive(session, round, subject, reason)), status=201)
