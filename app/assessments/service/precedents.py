"""Earlier decisions on the same clause: judgements by the same words of the same scheme, in results that stand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from app.access import Actor
from app.assessments.service.records import Review
from app.assessments.store import precedents as store
from app.assessments.values import CountedJudgement, Precedent
from app.db import Session
from app.errors import NotFound
from app.rounds.service import entries, schemes
from app.scoring.digest import digest
from app.scoring.sheet import ScoreSheet


@dataclass(frozen=True, slots=True)
class Precedents:
    """Judgements by one clause, the latest first, and how many of all that there are gave how many points."""

    item: str
    criteria: str
    distribution: list[tuple[Decimal, int]]
    judgements: list[Precedent]


def page(
    session: Session,
    actor: Actor,
    round_code: str,
    subject_code: str,
    item: str,
    before: int | None,
    limit: int,
) -> Precedents:
    """At most `limit` of other subjects and rounds before a number; raises NotFound, Forbidden.

    Which subject it was is told to those alone who see every subject of every round; two queries however many.
    """
    place = entries.locate(session, actor, "read_records", round_code, subject_code)
    known = schemes.program(session, place.round).by_code.get(item)
    if known is None:
        raise NotFound("item_not_found", f"评价方案中没有计分项目 {item}")
    asked = (place.round.scheme, clause_of(known.item.criteria), place.entry.number)
    found = store.page(session, *asked, before, limit)
    if not actor.roles & {"chief", "auditor"}:
        found = [replace(each, subject="") for each in found]
    return Precedents(item, known.item.criteria, store.distribution(session, *asked), found)


def clause_of(criteria: str) -> str:
    """What tells these words from all others."""
    return digest(criteria)


def counting(review: Review, made: ScoreSheet) -> Iterator[CountedJudgement]:
    """The judgements that decide an item of a sheet: neither of a level that is not reached nor overridden."""
    for section in made.sections:
        for item in section.items:
            if item.trace.judgement is not None and item.status == "scored":
                given = review.recorded.judgements[item.code]
                yield CountedJudgement(item.code, clause_of(item.criteria), given.points, given.rationale, given.by.at)
