"""What is sent to and from assessments, for the documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Final, TypeAlias, get_args

from pydantic import AfterValidator, Field, StrictBool, StringConstraints
from pydantic_core import PydanticCustomError

from app.protocol.later import Schema
from app.protocol.shapes import read_as
from app.rounds.shapes import AssessmentState, Moment, Reason
from app.scoring.document import Part

FieldCode: TypeAlias = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]

LONGEST_RATIONALE: Final = 2000
MOST_ATTACHMENTS: Final = 50
"""Of one objection."""


def _different(digests: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(digests)) < len(digests):
        raise PydanticCustomError("attachment_repeated", "同一附件不能重复")
    return digests


Digest: TypeAlias = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$")]


class Returned(Part):
    """Why evidence is given back, as a whole and by field, and until when it may be handed in again."""

    reason: Reason
    fields: dict[FieldCode, Reason] = Field(default_factory=dict)
    deadline: Moment | None = None


class Why(Part):
    """The reason for an act."""

    reason: Reason


class NewObjection(Part):
    """What a subject holds against which items, and the attachments that it handed in for that, by their digests."""

    items: Annotated[dict[str, Reason], Field(min_length=1)]
    attachments: Annotated[tuple[Digest, ...], Field(max_length=MOST_ATTACHMENTS), AfterValidator(_different)] = ()


class ObjectionDecision(Part):
    """What comes of an objection: rejected, accepted with what is corrected, or accepted for another review."""

    accepted: StrictBool
    reason: Reason
    review: StrictBool = False
    findings: dict[str, Any] = Field(default_factory=dict)
    judgements: dict[str, Any] = Field(default_factory=dict)
    overrides: dict[str, Any] = Field(default_factory=dict)


class Lifting(Part):
    """An override taken back."""

    points: None
    reason: Reason

    @classmethod
    def read(cls, stated: object) -> Lifting | None:
        """What takes an override back; None for what may be one; raises Invalid."""
        return read_as(cls, stated) if isinstance(stated, Mapping) and stated.get("points", 0) is None else None


REASON: Final[Schema] = {"type": "string", "minLength": 1}
JUDGEMENT: Final[Schema] = {
    "type": "object",
    "required": ["points", "rationale"],
    "additionalProperties": False,
    "properties": {
        "points": {"type": "number", "description": "在条款给定的范围和档距之内"},
        "rationale": {"type": "string", "minLength": 4, "maxLength": LONGEST_RATIONALE},
    },
}
FINDING: Final[Schema] = {
    "oneOf": [
        {
            "type": "object",
            "required": ["value", "reason"],
            "additionalProperties": False,
            "properties": {"value": {"description": "核实后的值"}, "reason": REASON},
        },
        {
            "type": "object",
            "required": ["rows"],
            "additionalProperties": False,
            "properties": {
                "rows": {
                    "type": "object",
                    "description": "行号（从 1 开始）→ 是否认可及理由",
                    "additionalProperties": {
                        "type": "object",
                        "required": ["accepted", "reason"],
                        "additionalProperties": False,
                        "properties": {"accepted": {"type": "boolean"}, "reason": REASON},
                    },
                }
            },
        },
    ]
}
GIVEN: Final[dict[str, Any]] = {"points": 4, "rationale": "慢病随访记录完整，个别档案更新不及时"}
STRUCK: Final[dict[str, Any]] = {"rows": {"3": {"accepted": False, "reason": "讲座记录不能证明与扶持学科有关"}}}
_BY: Final = {"recorded_by": "pingshen-01", "recorded_at": "2026-11-22T00:00:00Z"}
RECORDED: Final[dict[str, Any]] = {"item": "chronic_care", "number": 1, **GIVEN, **_BY}
OVERRIDE: Final[Schema] = {
    "type": "object",
    "required": ["points", "reason"],
    "additionalProperties": False,
    "properties": {
        "points": {"type": ["number", "null"], "description": "改定的分数；为空则取消原调整"},
        "reason": {"type": "string", "minLength": 4, "maxLength": LONGEST_RATIONALE},
    },
}
SET: Final[dict[str, Any]] = {"points": 4, "reason": "专项资金当年未下达，按不涉及该项处理"}
OVERRIDDEN: Final[dict[str, Any]] = {"item": "fund_use", "number": 1, **SET, **_BY}
FOUND: Final[dict[str, Any]] = {
    "field": "lectures",
    "number": 1,
    "finding": STRUCK,
    **_BY,
}
NUMBER: Final[Schema] = {"type": ["number", "null"]}
_MEMBERS: Final[Schema] = {
    "rank": {
        "type": ["integer", "null"],
        "description": "并列者同名次，其后名次顺延（1、2、2、4）；未出总分则为空",
    },
    "subject": {"type": "string"},
    "name": {"type": "string"},
    "district_code": {"type": "string"},
    "state": {"enum": ["not_started", *get_args(AssessmentState)]},
    "status": {"enum": ["pending", "complete", "final", None]},
    "total": NUMBER,
    "base": NUMBER,
    "bonus": NUMBER,
    "range": {"type": ["object", "null"], "properties": {"low": NUMBER, "high": NUMBER}},
    "digest": {"type": ["string", "null"], "description": "评分表的摘要"},
}
SCORE: Final[Schema] = {"type": "object", "required": list(_MEMBERS), "properties": _MEMBERS}
SCORES: Final[Schema] = {
    "type": "object",
    "required": ["data", "next_cursor"],
    "properties": {"data": {"type": "array", "items": SCORE}, "next_cursor": {"type": ["string", "null"]}},
}
