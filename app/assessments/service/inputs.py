"""What a score sheet rests on, gathered from the rooms that keep it before the engine is called."""

from __future__ import annotations

from app.access import Actor, sees_drafts
from app.assessments.service.others import Known, among_others, with_previous
from app.assessments.service.requests import Plain, request_of
from app.assessments.store import records as store
from app.db import Session
from app.errors import NotFound
from app.evidence import service as evidence
from app.rounds.service import schemes
from app.rounds.values.rounds import Place
from app.scoring.engine import Program


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
    return program, with_previous(session, program, place, request, known)
