"""What is sent to and from assessments, for the documentation."""

from __future__ import annotations

from typing import Any, Final

from app.protocol.later import Schema

LONGEST_RATIONALE: Final = 2000

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
RECORDED: Final[dict[str, Any]] = {"item": "chronic_care", "number": 1, **GIVEN, "recorded_at": "2026-11-22T00:00:00Z"}
FOUND: Final[dict[str, Any]] = {
    "field": "lectures",
    "number": 1,
    "finding": STRUCK,
    "recorded_at": "2026-11-22T00:00:00Z",
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
    "state": {"enum": ["not_started", "draft", "submitted"]},
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
