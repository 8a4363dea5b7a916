"""What comes into this room, checked; every problem of a body at once."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Annotated, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    StrictBool,
    StrictInt,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app.scoring.document import Day, Part
from app.scoring.periods import Period
from app.subjects.shapes import Code, Name

State: TypeAlias = Literal["draft", "open", "closed", "published"]
AssessmentState: TypeAlias = Literal[
    "draft", "submitted", "in_review", "proposed", "final", "published", "returned", "withdrawn", "reopened"
]
MoveName: TypeAlias = Literal[
    "submit", "withdraw", "return", "review", "propose", "approve", "reopen", "publish", "accept_objection"
]

MOST_SUBJECTS = 500
"""Subjects that one request can bring."""
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")


def _read_moment(value: object) -> datetime:
    """RFC 3339 text with an offset; without one it is no moment."""
    problem = PydanticCustomError("moment_value", "应为带时区偏移的时间（RFC 3339），例如 2021-04-30T17:00:00+08:00")
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        raise problem
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        raise problem from None


def _not_before_start(end: date, info: ValidationInfo) -> date:
    start = info.data.get("start")
    if start is not None and end < start:
        raise PydanticCustomError("end_before_start", "结束日期早于开始日期")
    return end


def _different(codes: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(codes)) < len(codes):
        raise PydanticCustomError("subject_repeated", "同一考评对象不能重复")
    return codes


def _readable(text: str) -> str:
    if text != text.strip() or not all(sign.isprintable() or sign == "\n" for sign in text):
        raise PydanticCustomError("text_blank", "首尾不能有空白，也不能含有控制字符")
    return text


Moment: TypeAlias = Annotated[
    datetime, PlainValidator(_read_moment), WithJsonSchema({"type": "string", "format": "date-time"})
]
Reason: TypeAlias = Annotated[
    str, StringConstraints(strict=True, min_length=4, max_length=2000), AfterValidator(_readable)
]
Subjects: TypeAlias = Annotated[tuple[Code, ...], Field(max_length=MOST_SUBJECTS), AfterValidator(_different)]
SomeSubjects: TypeAlias = Annotated[Subjects, Field(min_length=1)]


class SchemeName(Part):
    """A version of a scheme, by its names."""

    code: Code
    version: Code


class PeriodShape(Part):
    """A span of days, the first and the last both in it."""

    start: Day
    end: Annotated[Day, AfterValidator(_not_before_start)]

    def as_period(self) -> Period:
        """As the engine knows it."""
        return Period(self.start, self.end)


class NewRound(Part):
    """A round as it is made."""

    code: Code
    title: Name
    scheme: SchemeName
    period: PeriodShape
    deadline: Moment
    acknowledge_period: StrictBool = False
    four_eyes: StrictBool = True
    objection_days: Annotated[StrictInt, Field(ge=1, le=90)] = 7
    subjects: Subjects = ()


class Entrants(Part):
    """Subjects that enter a round."""

    subjects: SomeSubjects


class WaiverReason(Part):
    """Why problems of composition do not keep an alliance out."""

    reason: Reason


class NewExtension(Part):
    """A later deadline for one subject."""

    subject: Code
    deadline: Moment
    reason: Reason


class NewAssignment(Part):
    """Who is to evaluate which subjects."""

    evaluator: Code
    subjects: SomeSubjects


class AssignmentEnd(Part):
    """Why somebody evaluates a subject no more, and who does so instead."""

    reason: Reason
    replacement: Code | None = None
