"""What a score sheet rests on, gathered from the rooms that keep it before the engine is called."""

from __future__ import annotations

from app.assessments import store
from app.assessments.service.others import Known, among_others, with_previous
from app.assessments.service.requests import Plain, request_of
from app.db import Session
from app.errors import NotFound
from app.evidence import service as evidence
from app.rounds.service import entries, schemes
from app.scoring.engine import Program


def official_inputs(session: Session, round_code: str, subject_code: str, known: Known) -> tuple[Program, Plain]:
    """考评得分: the submitted revision with findings and judgements, among the others; raises NotFound."""
    place = entries.locate(session, round_code, subject_code)
    revision = evidence.submitted(session, place.entry.number)
    if revision is None:
        raise NotFound("evidence_not_submitted", "该考评对象尚未提交佐证资料，没有考评得分；自评得分请加 ?view=self")
    judgements = store.judgements(session, [revision.row])[revision.row]
    findings = store.findings(session, [revision.row])[revision.row]
    program = schemes.program(session, place.round)
    request = request_of(program, place, revision, judgements, findings)
    return program, among_others(session, program, place, request, known)


def stated_inputs(session: Session, round_code: str, subject_code: str, known: Known) -> tuple[Program, Plain]:
    """自评得分: the evidence as last saved, and the round before; nothing saved is nothing stated."""
    place = entries.locate(session, round_code, subject_code)
    revision = evidence.latest(session, place.entry.number)
    program = schemes.program(session, place.round)
    request = request_of(program, place, revision)
    return program, with_previous(session, program, place, request, known)
