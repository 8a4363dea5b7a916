"""The scheme document: sections, items, readings, examples; wrong documents cannot be built."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field as Limited
from pydantic import PlainValidator, StrictBool, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from app.scoring.composition import Composition
from app.scoring.conditions import Condition
from app.scoring.document import Code, Day, Part, Slug, Text, Whole, read_number
from app.scoring.exact import Exact
from app.scoring.fields import Column
from app.scoring.measures import AnyMeasure
from app.scoring.overall import Applying, Grade, ItemRounding, Rounding, SheetFact, TotalLimits, Veto
from app.scoring.profiles import AnyAmount, AnyNumber, AnyShare
from app.scoring.rules import AnyRule
from app.scoring.tables import AnyField
from app.scoring.wording import POINTS

JsonObject = dict[str, object]


class Reading(Part):
    """What a clause leaves open, the reading chosen, and why; `owns` names problems of the text it owns up to."""

    about: Text
    question: Text
    chosen: Text
    others: list[Text] = []
    basis: Text
    owns: list[Code] = []


class Item(Applying):
    """A row of the table."""

    code: Code
    number: Text | None = None
    indicator: Text
    title: Text
    points: AnyAmount
    criteria: Text
    attachments: Literal["required", "optional"] = "optional"
    rule: AnyRule
    rounding: ItemRounding | None = None
    readings: list[Reading] = []


class Section(Applying):
    """A part of the table with its own points, its weight and its limits."""

    code: Code
    title: Text
    points: AnyAmount
    bonus: StrictBool = False
    weight: AnyShare = 1
    most: AnyNumber | None = None
    floor: AnyNumber | None = None
    counts_when: Condition | None = None
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


class Expected(Part):
    """What an example has to give: a number, or [least, most] while something is pending."""

    total: Outcome | None = None
    base: Outcome | None = None
    bonus: Outcome | None = None
    grade: Text | None = None
    sections: dict[Code, Outcome] = {}
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
    subject: JsonObject = {}
    previous: JsonObject | None = None
    peers: JsonObject | None = None
    final: StrictBool = False
    expect: Expected

    def request(self) -> JsonObject:
        """The example as a scoring request."""
        return {
            "period": {"start": self.period.start.isoformat(), "end": self.period.end.isoformat()},
            "evidence": self.evidence,
            "judgements": self.judgements,
            "findings": self.findings,
            "subject": self.subject,
            "final": self.final,
            **({} if self.previous is None else {"previous": self.previous}),
            **({} if self.peers is None else {"peers": self.peers}),
        }


class Scheme(Part):
    """One scoring table as data."""

    scheme: Slug
    version: Slug
    title: Text
    kind: Literal["points", "amounts"] = "points"
    subject: Literal["alliance", "centre", "institution", "district", "city"]
    issuer: Text
    source: Source
    effective: Span
    period_months: Annotated[Whole, Limited(ge=1, le=120)] | None = None
    base: AnyAmount
    rounding: Rounding = Rounding()
    profile: dict[Code, Column] = {}
    evidence: dict[Code, AnyField]
    measures: dict[Code, AnyMeasure] = {}
    sections: Annotated[list[Section], Limited(min_length=1)]
    sections_left: Annotated[Whole, Limited(ge=1)] | None = None
    total: TotalLimits = TotalLimits()
    sheet_facts: dict[Code, SheetFact] = {}
    vetoes: list[Veto] = []
    grade: Grade | None = None
    readings: list[Reading] = []
    composition: Composition | None = None
    examples: list[Example] = []

    @property
    def unit(self) -> str:
        """What items are counted in."""
        return "元" if self.kind == "amounts" else POINTS


Expected.model_rebuild()


def document_schema() -> JsonObject:
    """The JSON Schema (2020-12) of a scheme document, as published in `docs/scheme.schema.json`."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **Scheme.model_json_schema()}
