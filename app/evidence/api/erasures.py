"""Routes of erasing personal values: asked for by one person, confirmed by another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Path, Response

from app.access import Actor
from app.evidence.service import erasures
from app.evidence.shapes import Erasing
from app.evidence.values import Erasure
from app.protocol.actors import Acting
from app.protocol.answers import send
from app.protocol.body import JsonBody
from app.protocol.openapi import BODY_REFUSALS, answer, refusals, request_body
from app.protocol.routes import Code, room
from app.protocol.sessions import Reading, Writing
from app.protocol.shapes import read_as, schema_of

router: Final = room("/rounds/{round}/subjects/{subject}/personal/erasures", "个人信息")

MOST: Final = 10**9
Number = Annotated[int, Path(ge=1, le=MOST, description="抹除序号")]
Eraser = Annotated[Actor, Depends(Acting("erase_names"))]


@dataclass(frozen=True, slots=True)
class SentErasure:
    """Personal values to erase, by their tokens; `state` says whether a second person has confirmed it."""

    number: int
    state: Literal["asked", "erased"]
    reason: str
    tokens: Sequence[str]
    asked_by: str
    asked_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SentErasures:
    """All of a subject in a round."""

    erasures: list[SentErasure]


ASKING: Final[dict[str, Any]] = {"reason": "当事人要求删除", "tokens": ["p_" + "A" * 22]}
ASKED: Final[dict[str, Any]] = {
    "number": 1,
    "state": "asked",
    **ASKING,
    "asked_by": "chief",
    "asked_at": "2026-11-28T00:00:00Z",
    "confirmed_by": None,
    "confirmed_at": None,
}


@router.post(
    "",
    summary="申请抹除个人信息（未列代号则为该对象在本批次的全部）",
    openapi_extra=request_body(schema_of(Erasing, sent=False), ASKING),
    responses=answer("已申请，待另一人确认", schema_of(SentErasure), ASKED, status=201)
    | BODY_REFUSALS
    | refusals(404, 409),
)
def ask_erasure(actor: Eraser, round: Code, subject: Code, body: JsonBody, session: Writing) -> Response:
    return send(_sent(erasures.ask(session, actor, round, subject, read_as(Erasing, body))), status=201)


@router.get(
    "",
    summary="个人信息抹除申请及其结果",
    responses=answer("全部申请", schema_of(SentErasures), {"erasures": [ASKED]}) | refusals(404),
)
def list_erasures(actor: Eraser, round: Code, subject: Code, session: Reading) -> Response:
    return send(SentErasures([_sent(each) for each in erasures.listed(session, actor, round, subject)]))


@router.post(
    "/{number}/confirm",
    summary="确认抹除（申请人不能自己确认）：不可恢复，摘要不变",
    responses=answer("已抹除", schema_of(SentErasure), {**ASKED, "state": "erased"}) | refusals(404, 409),
)
def confirm_erasure(actor: Eraser, round: Code, subject: Code, number: Number, session: Writing) -> Response:
    return send(_sent(erasures.confirm(session, actor, round, subject, number)))


def _sent(found: Erasure) -> SentErasure:
    state: Literal["asked", "erased"] = "asked" if found.confirmed_at is None else "erased"
    asked = (found.reason, found.tokens, found.asked_by, found.asked_at)
    return SentErasure(found.number, state, *asked, found.confirmed_by, found.confirmed_at)
