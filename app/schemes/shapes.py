"""What is sent to and from /schemes, for the documentation: schemas, and examples cut from the Hangzhou scheme."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec

from app.protocol.later import Schema, component
from app.scoring.digest import digest
from app.scoring.engine import prepare, read_inputs, score
from app.scoring.problems import Problems
from app.scoring.scheme import Scheme
from app.scoring.sheet import ScoreSheet

_EXAMPLE: Final[dict[str, Any]] = msgspec.json.decode(Path(__file__).with_name("example.json").read_bytes())
EXAMPLE_DOCUMENT: Final[Schema] = _EXAMPLE["document"]
"""A scheme with one item."""
EXAMPLE_REQUEST: Final[Schema] = _EXAMPLE["request"]
"""Evidence to score with it."""
DAY: Final[Schema] = {"type": "string", "format": "date"}
NUMBER_OR_QUOTIENT: Final[list[Schema]] = [
    {"type": "number"},
    {
        "type": "object",
        "description": "六位小数写不尽的数：两个整数之商",
        "required": ["part", "whole"],
        "additionalProperties": False,
        "properties": {"part": {"type": "integer"}, "whole": {"type": "integer", "minimum": 1}},
    },
]
REQUEST: Final[Schema] = {
    "type": "object",
    "required": ["period", "evidence"],
    "additionalProperties": False,
    "properties": {
        "period": {
            "type": "object",
            "description": "考评期，首尾两日都算在内",
            "required": ["start", "end"],
            "additionalProperties": False,
            "properties": {"start": DAY, "end": DAY},
        },
        "subject": {
            "type": "object",
            "description": "考评对象的属性：代码、类别，及方案按之取值或用于条件的其他属性",
            "additionalProperties": {"type": ["string", "number", "boolean", "null"]},
        },
        "evidence": {"type": "object", "description": "佐证资料，字段见 evidence-schema"},
        "judgements": {
            "type": "object",
            "description": "评判，按计分项目代码",
            "additionalProperties": {
                "type": "object",
                "required": ["points", "rationale"],
                "additionalProperties": False,
                "properties": {"points": {"type": "number"}, "rationale": {"type": "string", "minLength": 4}},
            },
        },
        "findings": {"type": "object", "description": "核实意见，按字段代码"},
        "overrides": {
            "type": "object",
            "description": "调整：由人另定、取代计算结果的分数，按计分项目代码",
            "additionalProperties": {
                "type": "object",
                "required": ["points", "reason"],
                "additionalProperties": False,
                "properties": {
                    "points": {"type": "number"},
                    "reason": {"type": "string", "minLength": 4, "maxLength": 2000},
                },
            },
        },
        "previous": {
            "type": "object",
            "description": "方案所问的上一批次数值，按代码；没有该值为空；尚未得知则不给此成员",
            "additionalProperties": {"anyOf": [*NUMBER_OR_QUOTIENT, {"type": "null"}]},
        },
        "peers": {
            "type": "object",
            "description": "方案所问的同批次全部对象（含本对象）的数值，按代码；批次关闭之前不给此成员",
            "properties": {
                "scores": {
                    "type": "object",
                    "description": "适用该项目的对象的得分，按计分项目代码",
                    "additionalProperties": {"type": "array", "items": {"anyOf": NUMBER_OR_QUOTIENT}},
                }
            },
            "additionalProperties": {"type": "array", "items": {"anyOf": NUMBER_OR_QUOTIENT}},
        },
        "final": {"type": "boolean", "description": "按最终结果计分：应报未报的按未证实计"},
    },
}
DOCUMENT: Final[Schema] = component(
    "Scheme", lambda: Scheme.model_json_schema(ref_template="#/components/schemas/{model}")
)


def example_version() -> Schema:
    """How the example is described once it is stored."""
    document, moment = EXAMPLE_DOCUMENT, "2026-11-22T08:00:00Z"
    return {
        "code": document["scheme"],
        "version": document["version"],
        "status": "draft",
        "title": document["title"],
        "kind": document["kind"],
        "subject": document["subject"],
        "digest": digest(document),
        "created_at": moment,
        "changed_at": moment,
        "published_at": None,
        "retired_at": None,
    }


def example_sheet() -> object:
    """The answer to the example, worked out by the engine."""
    program = prepare(EXAMPLE_DOCUMENT)
    inputs = program if isinstance(program, Problems) else read_inputs(program, EXAMPLE_REQUEST)
    sheet = inputs if isinstance(program, Problems) or isinstance(inputs, Problems) else score(program, inputs)
    if not isinstance(sheet, ScoreSheet):
        raise TypeError("the example of the documentation is not a sound scheme any more")
    return msgspec.json.decode(sheet.to_bytes())


def _numbers(schema: Any) -> Any:  # noqa: ANN401 -- a JSON value
    """Exact numbers are sent as JSON numbers; msgspec's schema takes them for text."""
    if isinstance(schema, list):
        return [_numbers(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("format") == "decimal":
        return {"type": "number"}
    return {name: _numbers(value) for name, value in schema.items()}


def _sheet() -> Schema:
    (schema,), definitions = msgspec.json.schema_components((ScoreSheet,), ref_template="#/components/schemas/{name}")
    return {**_numbers(schema), "$defs": _numbers(definitions)}


SHEET: Final[Schema] = component("ScoreSheet", _sheet)
