"""What a score sheet rests on, gathered from the rooms that keep it before the engine is called."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import msgspec

from app.assessments import store
from app.assessments.values import Finding, Judgement
from app.db import Session
from app.errors import NotFound
from app.evidence import service as evidence
from app.evidence.values import Revision
from app.rounds.service import entries, schemes
from app.rounds.values import Round
from app.scoring.engine import Program
from app.subjects.values import Subject

Plain = dict[str, object]
_read: Final = msgspec.json.Decoder(float_hook=Decimal).decode
"""For canonical bytes of our own: exact numbers, no guard needed."""


def official_inputs(session: Session, round_code: str, subject_code: str) -> tuple[Program, Plain]:
    """考评得分: the submitted revision with findings and judgements; raises NotFound."""
    place = entries.locate(session, round_code, subject_code)
    revision = evidence.submitted(session, place.entry.number)
    if revision is None:
        raise NotFound("evidence_not_submitted", "该考评对象尚未提交佐证资料，没有考评得分；自评得分请加 ?view=self")
    judgements = store.judgements(session, [revision.row])[revision.row]
    findings = store.findings(session, [revision.row])[revision.row]
    request = request_of(place.round, place.entry.subject, revision, judgements, findings)
    return schemes.program(session, place.round), request


def stated_inputs(session: Session, round_code: str, subject_code: str) -> tuple[Program, Plain]:
    """自评得分: the evidence as last saved, by what it states alone; nothing saved is nothing stated."""
    place = entries.locate(session, round_code, subject_code)
    revision = evidence.latest(session, place.entry.number)
    return schemes.program(session, place.round), request_of(place.round, place.entry.subject, revision)


def request_of(
    found: Round,
    subject: Subject,
    revision: Revision | None,
    judgements: Mapping[str, Judgement] | None = None,
    findings: Mapping[str, Finding] | None = None,
) -> Plain:
    """Everything a sheet rests on, as the engine reads it; what rules may ask about the subject goes along."""
    return {
        "period": found.period.as_plain(),
        "subject": {"code": subject.code, "kind": subject.kind},
        "evidence": {} if revision is None else _read(revision.content),
        "judgements": {item: judgement_as_plain(each) for item, each in (judgements or {}).items()},
        "findings": {field: _read(each.content) for field, each in (findings or {}).items()},
    }


def judgement_as_plain(judgement: Judgement) -> Plain:
    """As it was handed in."""
    return {"points": judgement.points, "rationale": judgement.rationale}
