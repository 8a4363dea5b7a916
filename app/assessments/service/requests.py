"""A scoring request put together from what is stored, as the engine reads it."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from app.assessments.store.records import Records
from app.assessments.values import Judgement, Override
from app.evidence.values import Revision
from app.rounds.service import profiles
from app.rounds.values.rounds import Place
from app.scoring.engine import Program

Plain = dict[str, object]
read: Final = msgspec.json.Decoder(float_hook=Decimal).decode
"""For canonical bytes of our own: exact numbers, no guard needed."""
NOTHING_RECORDED: Final = Records()


def request_of(
    program: Program, place: Place, revision: Revision | None, recorded: Records = NOTHING_RECORDED
) -> Plain:
    """What a sheet rests on but other sheets; what rules may ask about the subject goes along."""
    overrides = {item: override_as_plain(each) for item, each in recorded.overrides.items() if each.points is not None}
    return {
        "period": place.round.period.as_plain(),
        "subject": profiles.of(program, place.entry),
        "evidence": {} if revision is None else read(revision.content),
        "judgements": {item: judgement_as_plain(each) for item, each in recorded.judgements.items()},
        "findings": {field: read(each.content) for field, each in recorded.findings.items()},
        **({"overrides": overrides} if overrides else {}),
    }


def judgement_as_plain(judgement: Judgement) -> Plain:
    """As it was handed in."""
    return {"points": judgement.points, "rationale": judgement.rationale}


def override_as_plain(override: Override) -> Plain:
    """As it was handed in."""
    return {"points": override.points, "reason": override.reason}
