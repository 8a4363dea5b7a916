"""The score sheet of a subject in a round, worked out when it is read from what was handed in, found and judged."""

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
from app.scoring.engine import Program, score_request
from app.scoring.problems import Problems
from app.scoring.sheet import ScoreSheet
from app.subjects.values import Subject

Plain = dict[str, object]
_read: Final = msgspec.json.Decoder(float_hook=Decimal).decode
"""For canonical bytes of our own: exact numbers, no guard needed."""


def official(session: Session, round_code: str, subject_code: str) -> ScoreSheet:
    """考评得分 so far: from the submitted revision with findings and judgements."""
    place = entries.locate(session, round_code, subject_code)
    revision = evidence.submitted(session, place.entry.number)
    if revision is None:
        raise NotFound("evidence_not_submitted", "该考评对象尚未提交佐证资料，没有考评得分；自评得分请加 ?view=self")
    program = schemes.program(session, place.round)
    judgements = store.judgements(session, [revision.row])[revision.row]
    findings = store.findings(session, [revision.row])[revision.row]
    return sheet(program, request_of(place.round, place.entry.subject, revision, judgements, findings))


def self_score(session: Session, round_code: str, subject_code: str) -> ScoreSheet:
    """自评得分: from the evidence as last saved, by what it states alone; nothing saved is nothing stated."""
    place = entries.locate(session, round_code, subject_code)
    revision = evidence.latest(session, place.entry.number)
    return sheet(schemes.program(session, place.round), request_of(place.round, place.entry.subject, revision))


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


def sheet(program: Program, request: Plain) -> ScoreSheet:
    """The sheet; what was stored has been checked, so a problem here is a fault of ours."""
    result = score_request(program, request)
    if isinstance(result, Problems):
        raise RuntimeError(f"stored inputs are refused: {result[0].code} at {result[0].pointer}")  # noqa: TRY004
    return result
