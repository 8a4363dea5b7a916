"""Measures over other numbers and days: totals, ratios, extremes, steps, spans of time, cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Discriminator, PlainValidator, Tag, WithJsonSchema, model_validator
from pydantic import Field as Limited
from pydantic_core import PydanticCustomError

from app.scoring.conditions import Condition
from app.scoring.document import TAG_MARK, Code, Part, Text, day_of, read_number
from app.scoring.profiles import AnyNumber, AnyPositive


class Measured(Part):
    """What every measure says of itself."""

    label: Text | None = None
    unit: Text | None = None
    note: Text | None = None


class PartOfWhole(Part):
    """Of each row one column divided by another."""

    part: Code
    whole: Code


class Total(Measured):
    """A weighted sum of numbers; without any it is the constant `plus`."""

    total: dict[Code, AnyNumber]
    plus: AnyNumber = 0

    @model_validator(mode="after")
    def _not_empty(self) -> Total:
        if not self.total and "plus" not in self.model_fields_set:
            raise PydanticCustomError("total_empty", "应写明合计哪些计量值，或用 plus 写明一个常数")
        return self


class Ratio(Measured):
    """An exact quotient, in percent or per mille where the unit is % or ‰; `otherwise` where the whole is 0."""

    ratio: PartOfWhole
    otherwise: AnyNumber | None = None


def _code_or_number(value: object) -> object:
    return value if isinstance(value, str) else read_number(value)


Choice = Annotated[
    Any, PlainValidator(_code_or_number), WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "number"}]})
]


class Extreme(Measured):
    """The least or the greatest of several; a number may stand among them."""

    lowest: Annotated[list[Choice], Limited(min_length=1)] | None = None
    highest: Annotated[list[Choice], Limited(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_word(self) -> Extreme:
        if (self.lowest is None) == (self.highest is None):
            raise PydanticCustomError("one_extreme", "应写 lowest 或 highest 中的一个")
        return self

    @property
    def word(self) -> str:
        """Which of the two."""
        return "highest" if self.lowest is None else "lowest"

    @property
    def among(self) -> list[str | Any]:
        """Codes and numbers."""
        return (self.highest or []) if self.lowest is None else self.lowest


class Steps(Measured):
    """How many steps a number makes: 不足一组按一组计."""

    steps: Code
    every: AnyPositive
    step: Literal["completed", "started"]


def _day_or_code(value: object) -> object:
    if not isinstance(value, str) or not value:
        raise PydanticCustomError("day_or_code", "应为日期，或日期字段的代码")
    return day_of(value) or value


DayOrCode = Annotated[Any, PlainValidator(_day_or_code), WithJsonSchema({"type": "string"})]


class Span(Part):
    """From a day to a day; each is written out, a date field, or the period's first or last day."""

    from_: DayOrCode = Limited(alias="from")
    to: DayOrCode


class Days(Measured):
    """The days from one day to another, negative where the second is earlier; or those that lie in the period."""

    days: Span
    during: Literal["period"] | None = None


class Months(Measured):
    """The calendar months from one day to another."""

    months: Span
    step: Literal["completed", "started"]


class Case(Part):
    """A number and when it is the one."""

    when: Condition | None = None
    is_: AnyNumber = Limited(alias="is")


class Cases(Measured):
    """The number of the first case that holds."""

    cases: Annotated[list[Case], Limited(min_length=1)]


class Calendar(Measured):
    """The month, quarter, half year or year of a day, as text."""

    calendar: Literal["month", "quarter", "half_year", "year"]
    of: Code


WORDS: dict[str, type[Measured]] = {
    "total": Total,
    "ratio": Ratio,
    "lowest": Extreme,
    "highest": Extreme,
    "steps": Steps,
    "days": Days,
    "months": Months,
    "cases": Cases,
    "calendar": Calendar,
}


def tagged_by(words: Mapping[str, type[Measured]], other: type[Measured]) -> Callable[[object], str]:
    """How the tag of a measure in a union is found: by its word, or by its class."""

    def tag(data: object) -> str:
        if isinstance(data, Mapping):
            return TAG_MARK + next((shape for word, shape in words.items() if word in data), other).__name__
        return TAG_MARK + type(data).__name__

    return tag


OverNumbers: TypeAlias = (
    Annotated[Total, Tag(TAG_MARK + "Total")]
    | Annotated[Ratio, Tag(TAG_MARK + "Ratio")]
    | Annotated[Extreme, Tag(TAG_MARK + "Extreme")]
    | Annotated[Steps, Tag(TAG_MARK + "Steps")]
    | Annotated[Days, Tag(TAG_MARK + "Days")]
    | Annotated[Months, Tag(TAG_MARK + "Months")]
    | Annotated[Cases, Tag(TAG_MARK + "Cases")]
)
RowMeasure: TypeAlias = Annotated[
    OverNumbers | Annotated[Calendar, Tag(TAG_MARK + "Calendar")], Discriminator(tagged_by(WORDS, Total))
]
