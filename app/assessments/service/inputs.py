"""What a score sheet rests on, gathered from the rooms that keep it before the engine is called."""

from __future__ import annotations

from app.access import Actor, Answer, Thing, may, sees_drafts
from app.assessments.service.others import Known, among_others, with_previous, with_previous_as_told
from app.assessments.service.requests import Plain, request_of
from app.assessments.store import records as store
from app.db import Session
from app.errors import NotFound
from app.evidence import service as evidence
from app.rounds.service import schemes
from app.rounds.values.rounds import Place
from app.scoring.engine import Program


def works_on(actor: Actor, thing: Thing) -> bool:
    """Whether the actor sees results that are not published yet."""
    return may(actor, "read_records", thing) is Answer.ALLOWED or ("dashboard" in actor.roles and actor.unpublished)


def official_inputs(session: Session, place: Place, known: Known) -> tuple[Program, Plain]:
    """考评得分: the revision that is handed in with all that was recorded, among the others; raises NotFound."""
    revision = evidence.submitted(session, place.entry)
    if revision is None:
        raise NotFound("evidence_not_submitted", "该考评对象尚未提交佐证资料，没有考评得分；自评得分请加 ?view=self")
    recorded = store.of(session, revision.row)
    program = schemes.program(session, place.round)
    request = request_of(program, place, revision, recorded)
    return program, among_others(session, program, place, request, known)


def stated_inputs(session: Session, actor: Actor, place: Place, known: Known) -> tuple[Program, Plain]:
    """自评得分: the evidence as last saved, and the round before; nothing saved is nothing stated.

    For those who review: the evidence as it was handed in.
    """
    if sees_drafts(actor, place.thing):
        revision = evidence.latest(session, place.entry.number)
    else:
        revision = evidence.submitted(session, place.entry)
    program = schemes.program(session, place.round)
    request = request_of(program, place, revision)
    before = with_previous if works_on(actor, place.thing) else with_previous_as_told
    return program, before(session, program, place, request, known)
