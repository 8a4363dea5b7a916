"""A scoring request put together from what is stored, as the engine reads it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Final

import msgspec

from app.assessments.values import Finding, Judgement
from app.evidence.values import Revision
from app.rounds.service import profiles
from app.rounds.service.entries import Place
from app.scoring.engine import Program

Plain = dict[str, object]
_read: Final = msgspec.json.Decoder(float_hook=Decimal).decode
"""For canonical bytes of our own: exact numbers, no guard needed."""


def request_of(
    program: Program,
    place: Place,
    revision: Revision | None,
    judgements: Mapping[str, Judgement] | None = None,
    findings: Mapping[str, Finding] | None = None,
) -> Plain:
    """What a sheet rests on but other sheets; what rules may ask about the subject goes along."""
    return {
        "period": place.round.period.as_plain(),
        "subject": profiles.of(program, place.entry),
        "evidence": {} if revision is None else _read(revision.content),
        "judgements": {item: judgement_as_plain(each) for item, each in (judgements or {}).items()},
        "findings": {field: _read(each.content) for field, each in (findings or {}).items()},
    }


def judgement_as_plain(judgement: Judgement) -> Plain:
    """As it was handed in."""
    return {"points": judgement.points, "rationale": judgement.rationale}
