"""The scheme document: sections, items, readings, examples; wrong documents cannot be built."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field as Limited
from pydantic import PlainValidator, StrictBool, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from app.scoring.composition import Composition
from app.scoring.document import Amount, Code, Day, Part, Slug, Text, Whole, read_number
from app.scoring.exact import Exact, RoundingMode
from app.scoring.measures import AnyMeasure
from app.scoring.rules import AnyRule
from app.scoring.tables import AnyField

JsonObject = dict[str, object]


class Reading(Part):
    """What a clause leaves open, the reading chosen, and why."""

    about: Text
    question: Text
    chosen: Text
    others: list[Text] = []
    basis: Text


class Item(Part):
    """A row of the table."""

    code: Code
    number: Text | None = None
    indicator: Text
    title: Text
    points: Amount
    criteria: Text
    attachments: Literal["required", "optional"] = "optional"
    rule: AnyRule
    readings: list[Reading] = []


class Section(Part):
    """A part of the table with its own points."""

    code: Code
    title: Text
    points: Amount
    bonus: StrictBool = False
    items: Annotated[list[Item], Limited(min_length=1)]
    readings: list[Reading] = []


class Span(Part):
    """Days from `start` to `end`, both in it."""

    start: Day
    end: Day

    @model_validator(mode="after")
    def _in_order(self) -> Span:
        if self.end < self.start:
            raise PydanticCustomError("end_before_start", "结束日期早于开始日期")
        return self


class Source(Part):
    """Where the table was published."""

    document: Text
    location: Text | None = None
    seed: Text | None = None


class Rounding(Part):
    """How item scores are rounded, once."""

    places: Annotated[Whole, Limited(ge=0, le=6)] = 2
    mode: RoundingMode = "half_up"


class Expected(Part):
    """What an example has to give: a number, or [least, most] while something is pending."""

    total: Outcome | None = None
    base: Outcome | None = None
    bonus: Outcome | None = None
    items: dict[Code, Outcome] = {}


def _outcome(value: object) -> Exact | list[Exact | None]:
    if not isinstance(value, list):
        return read_number(value)
    if len(value) != len(("least", "most")):
        raise PydanticCustomError("outcome_form", "应为一个数字，或 [最低, 最高]")
    return [None if end is None else read_number(end) for end in value]


Outcome: TypeAlias = Annotated[
    Exact | list[Exact | None],
    PlainValidator(_outcome),
    WithJsonSchema({"type": ["number", "array"], "items": {"type": ["number", "null"]}}),
]


class Example(Part):
    """Evidence and judgements with the scores worked out by hand; run by every check of the scheme."""

    name: Text
    period: Span
    evidence: JsonObject = {}
    judgements: JsonObject = {}
    findings: JsonObject = {}
    final: StrictBool = False
    expect: Expected

    def request(self) -> JsonObject:
        """The example as a scoring request."""
        return {
            "period": {"start": self.period.start.isoformat(), "end": self.period.end.isoformat()},
            "evidence": self.evidence,
            "judgements": self.judgements,
            "findings": self.findings,
            "final": self.final,
        }


class Scheme(Part):
    """One scoring table as data."""

    scheme: Slug
    version: Slug
    title: Text
    kind: Literal["points"] = "points"
    subject: Literal["alliance", "centre", "institution", "district", "city"]
    issuer: Text
    source: Source
    effective: Span
    period_months: Annotated[Whole, Limited(ge=1, le=120)] | None = None
    base: Amount
    rounding: Rounding = Rounding()
    evidence: dict[Code, AnyField]
    measures: dict[Code, AnyMeasure] = {}
    sections: Annotated[list[Section], Limited(min_length=1)]
    readings: list[Reading] = []
    composition: Composition | None = None
    examples: list[Example] = []


Expected.model_rebuild()


def document_schema() -> JsonObject:
    """The JSON Schema (2020-12) of a scheme document, as published in `docs/scheme.schema.json`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scheme.model_json_schema()}
