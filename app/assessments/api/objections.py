"""Routes of objections: raised, read, decided."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from fastapi import Depends, Path, Request, Response

from app.access import Actor
from app.assessments.api.sheets import kept
from app.assessments.service import deciding, objections
from app.assessments.service.objections import Told
from app.assessments.shapes import NewObjection, ObjectionDecision
from app.assessments.values import Decision, Outcome
from app.audit.api import sealed
from app.protocol.actors import Acting
from app.protocol.answers import send
from app.protocol.body import JsonBody
from app.protocol.openapi import BODY_REFUSALS, answer, refusals, request_body
from app.protocol.routes import Code, room
from app.protocol.sessions import Reading, Writing
from app.protocol.shapes import read_as, schema_of
from app.rounds.shapes import AssessmentState
from app.scoring.digest import normal

router: Final = room("/rounds/{round}", "考评")
ALL: Final = "/subjects/{subject}/objections"

Objector = Annotated[Actor, Depends(Acting("object"))]
Onlooker = Annotated[Actor, Depends(Acting("read_objections"))]
Decider = Annotated[Actor, Depends(Acting("decide_objection"))]
Number = Annotated[int, Path(ge=1, le=10**6, description="异议序号")]


@dataclass(frozen=True, slots=True)
class SentOutcome:
    """What a sheet gives: its number, its figures, the scores of the contested items."""

    sheet: int
    total: Decimal | int | None
    base: Decimal | int | None
    bonus: Decimal | int | None
    items: Mapping[str, Decimal | int | None]


@dataclass(frozen=True, slots=True)
class SentDecision:
    """What came of an objection; `review`: the evaluators review anew. Subjects do not see who decided."""

    accepted: bool
    review: bool
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True, slots=True)
class SentObjection:
    """An objection: the grounds by item, the decision, the result before and after, and whether that is published."""

    number: int
    state: Literal["open", "accepted", "rejected"]
    items: Mapping[str, str]
    attachments: list[str]
    objected_by: str
    objected_at: datetime
    decision: SentDecision | None
    before: SentOutcome
    after: SentOutcome | None
    after_published: bool


@dataclass(frozen=True, slots=True)
class SentObjections:
    """All of a subject in a round, the first one first."""

    objections: list[SentObjection]


@dataclass(frozen=True, slots=True)
class DecidedObjection(SentObjection):
    """An objection that was just decided, and where that leaves the assessment."""

    assessment: AssessmentState


GROUNDS: Final[dict[str, Any]] = {
    "items": {"chronic_care": "随访档案已于公示前补全，请复核"},
    "attachments": ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
}
DECISION: Final[dict[str, Any]] = {
    "accepted": True,
    "reason": "补充材料属实，予以更正",
    "judgements": {"chronic_care": {"points": 5, "rationale": "经核对随访档案完整"}},
}


@router.post(
    ALL,
    summary="提出异议：逐项说明理由，限公布后规定天数之内",
    openapi_extra=request_body(schema_of(NewObjection, sent=False), GROUNDS),
    responses=answer("已提出", schema_of(SentObjection), status=201) | BODY_REFUSALS | refusals(404, 409),
)
def object_(actor: Objector, round: Code, subject: Code, body: JsonBody, session: Writing) -> Response:
    made = objections.object_(session, actor, round, subject, body)
    return send(SentObjection(**_members(made)), status=201)


@router.get(
    ALL,
    summary="历次异议及处理结果",
    responses=answer("最早的在前", schema_of(SentObjections)) | refusals(404),
)
def list_objections(actor: Onlooker, round: Code, subject: Code, session: Reading) -> Response:
    found = objections.listed(session, actor, round, subject)
    return send(SentObjections([SentObjection(**_members(each)) for each in found]))


@router.post(
    ALL + "/{number}/decision",
    summary="处理异议：驳回，或受理并更正，或受理并重新评审",
    openapi_extra=request_body(schema_of(ObjectionDecision, sent=False), DECISION),
    responses=answer("已处理", schema_of(DecidedObjection)) | BODY_REFUSALS | refusals(404, 409),
)
def decide_objection(
    request: Request,
    actor: Decider,
    round: Code,
    subject: Code,
    number: Number,
    body: JsonBody,
    session: Writing,
) -> Response:
    said, known = read_as(ObjectionDecision, body), kept(request).results.numbers
    place, told = deciding.decide(session, actor, round, subject, number, said, known)
    response = send(DecidedObjection(**_members(told), assessment=place.entry.state))
    return sealed(request, response) if told.published else response


def _members(told: Told) -> dict[str, Any]:
    own = told.objection
    decision = own.decision
    return {
        "number": own.number,
        "state": "open" if decision is None else "accepted" if decision.accepted else "rejected",
        "items": own.items,
        "attachments": list(own.attachments),
        "objected_by": own.by.name,
        "objected_at": own.by.at,
        "decision": None if decision is None else _decision(decision),
        "before": _outcome(own.before),
        "after": None if told.after is None else _outcome(told.after),
        "after_published": told.published,
    }


def _decision(made: Decision) -> SentDecision:
    review = made.accepted and made.sheet is None
    return SentDecision(made.accepted, review, made.reason, made.by.name, made.by.at)


def _outcome(each: Outcome) -> SentOutcome:
    total, base, bonus = (_figure(figure) for figure in (each.total, each.base, each.bonus))
    return SentOutcome(each.sheet, total, base, bonus, {item: _figure(score) for item, score in each.items.items()})


def _figure(figure: Decimal | int | None) -> Decimal | int | None:
    return None if figure is None else normal(Decimal(figure))
