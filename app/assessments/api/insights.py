"""Routes of what helps to judge alike: earlier decisions on a clause, and how far evaluators are apart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, Final

from fastapi import Depends, Response

from app.access import Actor
from app.assessments.api.records import Item
from app.assessments.api.sheets import ONE
from app.assessments.service import consistency, precedents
from app.assessments.service.consistency import Distance
from app.assessments.values import Precedent
from app.protocol.actors import Acting
from app.protocol.answers import send
from app.protocol.cursors import InvalidCursor, TheWindow, Window, page
from app.protocol.openapi import answer, refusals
from app.protocol.routes import Code, room
from app.protocol.sessions import Reading
from app.protocol.shapes import schema_of
from app.scoring.digest import normal
from app.scoring.exact import as_decimal, rounded

router: Final = room("/rounds/{round}", "考评")
PLACES: Final = 2
"""Decimal places of distances and medians as they are sent, half away from zero."""

Reviewer = Annotated[Actor, Depends(Acting("read_records"))]
Comparer = Annotated[Actor, Depends(Acting("read_consistency"))]


@dataclass(frozen=True, slots=True)
class SentCount:
    """How many judgements gave these points."""

    points: Decimal | int
    count: int


@dataclass(frozen=True, slots=True)
class SentPeriod:
    """Both days in it."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class SentPrecedent:
    """A judgement that counts in a result that stands; `subject` is null for those who may not know it."""

    points: Decimal | int
    rationale: str
    item: str
    round: str
    period: SentPeriod
    subject: str | None
    judged_at: datetime


@dataclass(frozen=True, slots=True)
class SentPrecedents:
    """Judgements by the same words of the same scheme, the latest first; the distribution is of all of them."""

    item: str
    criteria: str
    distribution: list[SentCount]
    data: list[SentPrecedent]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class SentDistance:
    """How many judgements, and how far from the median on average: with the sign (above is positive) and without."""

    judgements: int
    signed: Decimal | int
    absolute: Decimal | int


@dataclass(frozen=True, slots=True)
class SentCompared:
    """One evaluator over all items, in points, and by item."""

    evaluator: str
    overall: SentDistance
    items: Mapping[str, SentDistance]


@dataclass(frozen=True, slots=True)
class SentConsistency:
    """Numbers rounded to `places` decimals, half away from zero; worked out exactly before that."""

    places: int
    medians: Mapping[str, Decimal | int]
    evaluators: list[SentCompared]


@router.get(
    ONE + "/precedents/{item}",
    summary="同一条款以往的评判",
    responses=answer("同一方案、条款文字相同的评判，最近的在前；仅含已定稿或已公布的结果", schema_of(SentPrecedents))
    | refusals(404),
)
def list_precedents(
    actor: Reviewer, round: Code, subject: Code, item: Item, session: Reading, window: TheWindow
) -> Response:
    found = precedents.page(session, actor, round, subject, item, _before(window), window.limit + 1)
    rows = [_precedent(each) for each in found.judgements]
    shown = page(rows, [(each.number,) for each in found.judgements], window.limit)
    counts = [SentCount(normal(points), count) for points, count in found.distribution]
    return send(SentPrecedents(item, found.criteria, counts, shown.data, shown.next_cursor))


@router.get(
    "/consistency",
    summary="评判一致性：各评审人员与中位数的差距",
    responses=answer("每项以最后一次评判为准；四舍五入到两位小数", schema_of(SentConsistency)) | refusals(404),
)
def read_consistency(actor: Comparer, round: Code, session: Reading) -> Response:
    found = consistency.report(session, actor, round)
    medians = {item: _shown(median) for item, median in found.medians.items()}
    people = [
        SentCompared(
            each.evaluator, _distance(each.overall), {item: _distance(apart) for item, apart in each.items.items()}
        )
        for each in found.evaluators
    ]
    return send(SentConsistency(PLACES, medians, people))


def _before(window: Window) -> int | None:
    match window.after(int):
        case None:
            return None
        case (int(number),):
            return number
        case _:
            raise InvalidCursor


def _precedent(each: Precedent) -> SentPrecedent:
    period = SentPeriod(each.period.start, each.period.end)
    points, subject = normal(each.points), each.subject or None
    return SentPrecedent(points, each.rationale, each.item, each.round, period, subject, each.judged_at)


def _distance(each: Distance) -> SentDistance:
    return SentDistance(each.judgements, _shown(each.signed), _shown(each.absolute))


def _shown(number: Fraction) -> Decimal | int:
    return as_decimal(rounded(number, PLACES))
