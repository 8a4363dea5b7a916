"""Routes of what is recorded in a review: judgements, findings, overrides."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from fastapi import Depends, Path, Request, Response

from app.access import Actor
from app.assessments import shapes
from app.assessments.api.sheets import ONE, kept
from app.assessments.service import records
from app.assessments.values import Finding, Judgement, Override
from app.protocol.actors import Acting
from app.protocol.answers import send
from app.protocol.body import JsonBody
from app.protocol.openapi import BODY_REFUSALS, answer, refusals, request_body
from app.protocol.routes import Code, room
from app.protocol.sessions import Reading, Writing
from app.protocol.shapes import schema_of
from app.scoring.digest import normal

router: Final = room("/rounds/{round}", "考评")

CODE: Final = r"^[A-Za-z_][A-Za-z0-9_]{0,63}$"
Item = Annotated[str, Path(pattern=CODE, description="计分项目代码")]
Field = Annotated[str, Path(pattern=CODE, description="佐证字段代码")]
Judge = Annotated[Actor, Depends(Acting("judge"))]
Overrider = Annotated[Actor, Depends(Acting("override"))]
Reviewer = Annotated[Actor, Depends(Acting("read_records"))]


@dataclass(frozen=True, slots=True)
class SentJudgement:
    """A judgement as recorded; `number` counts those of its item."""

    item: str
    number: int
    points: Decimal | int
    rationale: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SentFinding:
    """A finding as recorded; `number` counts those of its field."""

    field: str
    number: int
    finding: Any
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SentOverride:
    """Points set over the computed ones, as recorded; `number` counts those of its item, null takes them back."""

    item: str
    number: int
    points: Decimal | int | None
    reason: str
    recorded_by: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class SentRecords:
    """All that was recorded of the revision that is handed in; of each item and field the last one counts."""

    revision: int
    judgements: list[SentJudgement]
    findings: list[SentFinding]
    overrides: list[SentOverride]


@router.get(
    ONE + "/records",
    summary="评审记录：评判、核实意见、调整",
    responses=answer("对已提交资料的全部记录，每项以最后一次为准", schema_of(SentRecords)) | refusals(404, 409),
)
def list_records(actor: Reviewer, round: Code, subject: Code, session: Reading) -> Response:
    revision, found = records.listed(session, actor, round, subject)
    return send(
        SentRecords(
            revision.number,
            [_judgement(each) for each in found if isinstance(each, Judgement)],
            [_finding(each) for each in found if isinstance(each, Finding)],
            [_override(each) for each in found if isinstance(each, Override)],
        )
    )


@router.put(
    ONE + "/judgements/{item}",
    summary="评判：为计分项目给分",
    openapi_extra=request_body(shapes.JUDGEMENT, shapes.GIVEN),
    responses=answer("已记录；与上次相同则不重复记录", schema_of(SentJudgement), shapes.RECORDED)
    | BODY_REFUSALS
    | refusals(404, 409),
)
def judge(
    request: Request,
    actor: Judge,
    round: Code,
    subject: Code,
    item: Item,
    body: JsonBody,
    session: Writing,
) -> Response:
    return send(_judgement(records.judge(session, actor, round, subject, item, body, kept(request).results.numbers)))


@router.put(
    ONE + "/findings/{field}",
    summary="核实意见：更正佐证字段",
    openapi_extra=request_body(shapes.FINDING, shapes.STRUCK),
    responses=answer("已记录；与上次相同则不重复记录", schema_of(SentFinding), shapes.FOUND)
    | BODY_REFUSALS
    | refusals(404, 409),
)
def find(
    request: Request,
    actor: Judge,
    round: Code,
    subject: Code,
    field: Field,
    body: JsonBody,
    session: Writing,
) -> Response:
    return send(_finding(records.find(session, actor, round, subject, field, body, kept(request).results.numbers)))


@router.put(
    ONE + "/overrides/{item}",
    summary="调整：在计算得分之上改定分数，points 为空则取消",
    openapi_extra=request_body(shapes.OVERRIDE, shapes.SET),
    responses=answer("已记录；计算得分仍在评分表中", schema_of(SentOverride), shapes.OVERRIDDEN)
    | BODY_REFUSALS
    | refusals(404, 409),
)
def override(
    request: Request,
    actor: Overrider,
    round: Code,
    subject: Code,
    item: Item,
    body: JsonBody,
    session: Writing,
) -> Response:
    return send(_override(records.override(session, actor, round, subject, item, body, kept(request).results.numbers)))


def _judgement(made: Judgement) -> SentJudgement:
    return SentJudgement(made.item, made.number, normal(made.points), made.rationale, made.by.name, made.by.at)


def _finding(made: Finding) -> SentFinding:
    return SentFinding(made.field, made.number, msgspec.Raw(made.content), made.by.name, made.by.at)


def _override(made: Override) -> SentOverride:
    points = None if made.points is None else normal(made.points)
    return SentOverride(made.item, made.number, points, made.reason, made.by.name, made.by.at)
