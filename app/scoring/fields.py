"""The fields of evidence: their types, the values they can have, and strict reading of what was stated."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import Discriminator, StrictBool, Tag, model_validator
from pydantic import Field as Limited
from pydantic_core import PydanticCustomError

from app.scoring.document import TAG_MARK, Number, Part, Text, Whole, day_of, fits
from app.scoring.exact import MOST, Exact, Range, as_decimal, exact
from app.scoring.periods import StayLength
from app.scoring.problems import Problems
from app.scoring.tokens import TOKEN_LENGTH, is_token

Value: TypeAlias = bool | Exact | str | date | StayLength | frozenset[str]
"""What is known about a fact; None stands for unknown wherever a fact is looked up."""
Row: TypeAlias = dict[str, Any]

LONGEST_TEXT = 200


class Field(Part):
    """What every kind of field has; `by` says who fills it in."""

    label: Text
    by: Literal["submitter", "evaluator"] = "submitter"
    unit: Text | None = None
    note: Text | None = None
    personal: StrictBool = False
    required: StrictBool = True

    def read(self, value: object) -> Value | list[Row] | Problems:
        """The typed value of what was stated, or Problems with paths from here."""
        raise NotImplementedError  # every kind of field answers in its own way

    def as_schema(self) -> dict[str, object]:
        """The JSON Schema of a stated value."""
        raise NotImplementedError  # every kind of field answers in its own way


class BooleanField(Field):
    """是 or 否."""

    type: Literal["boolean"]

    def read(self, value: object) -> bool | Problems:
        """JSON true or false, nothing that merely looks like it."""
        return value if isinstance(value, bool) else Problems.one((), "boolean_type", "应为 true 或 false")

    def as_schema(self) -> dict[str, object]:
        """A boolean."""
        return {"type": "boolean"}


class _NumberField(Field):
    @model_validator(mode="after")
    def _in_order(self) -> Self:
        limits = self.limits()
        if limits.low is not None and limits.high is not None and limits.low > limits.high:
            raise PydanticCustomError("limits_reversed", "min 大于 max")
        return self

    def limits(self) -> Range:
        """The least and the most that can be stated."""
        raise NotImplementedError  # every kind of field answers in its own way

    def _number(self, value: object) -> Exact | Problems:
        if isinstance(value, bool) or not isinstance(value, int | Decimal):
            return Problems.one((), "number_type", "应为数字")
        if not fits(value):
            return Problems.one((), "number_size", "数字最多 15 位有效数字、6 位小数")
        number, limits = exact(value), self.limits()
        if limits.low is not None and number < limits.low:
            return Problems.one((), "number_too_small", f"不能小于 {as_decimal(limits.low)}")
        if limits.high is not None and number > limits.high:
            return Problems.one((), "number_too_large", f"不能大于 {as_decimal(limits.high)}")
        return number


class IntegerField(_NumberField):
    """A whole number, 0 or more unless `min` says otherwise."""

    type: Literal["integer"]
    min: Whole = 0
    max: Whole | None = None

    def limits(self) -> Range:
        """From `min` to `max`."""
        return Range(self.min, self.max)

    def read(self, value: object) -> Exact | Problems:
        """A whole JSON number within the limits."""
        if isinstance(value, Decimal) and fits(value) and not isinstance(exact(value), int):
            return Problems.one((), "integer_value", "应为整数")
        return self._number(value)

    def as_schema(self) -> dict[str, object]:
        """An integer with its limits."""
        return {"type": "integer", "minimum": self.min, "maximum": MOST if self.max is None else self.max}


class DecimalField(_NumberField):
    """A number of at most six places."""

    type: Literal["decimal"]
    min: Number | None = None
    max: Number | None = None

    def limits(self) -> Range:
        """From `min` to `max`, open where neither is given."""
        return Range(self.min, self.max)

    def read(self, value: object) -> Exact | Problems:
        """A JSON number within the limits."""
        return self._number(value)

    def as_schema(self) -> dict[str, object]:
        """A number with its limits."""
        return {"type": "number", **_limits_of(self.limits())}


class PercentField(_NumberField):
    """A percentage, 0 to 100."""

    type: Literal["percent"]

    def limits(self) -> Range:
        """0 to 100."""
        return Range(0, 100)

    def read(self, value: object) -> Exact | Problems:
        """A JSON number from 0 to 100."""
        return self._number(value)

    def as_schema(self) -> dict[str, object]:
        """A number from 0 to 100."""
        return {"type": "number", "minimum": 0, "maximum": 100}


class ChoiceField(Field):
    """One of several codes, each with its Chinese label; with `multiple` any number of them can be ticked."""

    type: Literal["choice"]
    choices: Annotated[dict[Text, Text], Limited(min_length=1)]
    multiple: StrictBool = False

    def read(self, value: object) -> str | frozenset[str] | Problems:
        """A code, or a list of different codes."""
        if not self.multiple:
            return value if isinstance(value, str) and value in self.choices else self._refused(())
        if not isinstance(value, list):
            return Problems.one((), "list_type", "应为列表")
        wrong = [n for n, each in enumerate(value) if not isinstance(each, str) or each not in self.choices]
        if wrong:
            return Problems(problem for n in wrong for problem in self._refused((n,)))
        if len(set(value)) < len(value):
            return Problems.one((), "choice_repeated", "同一选项不能重复")
        return frozenset(value)

    def _refused(self, path: tuple[int, ...]) -> Problems:
        named = "、".join(f"{code}（{label}）" if code != label else code for code, label in self.choices.items())
        return Problems.one(path, "choice_unknown", f"只能是以下选项之一：{named}")

    def as_schema(self) -> dict[str, object]:
        """The codes; their labels stand beside them."""
        one: dict[str, object] = {"type": "string", "enum": list(self.choices), "x-labels": self.choices}
        return {"type": "array", "items": one, "uniqueItems": True} if self.multiple else one


class DateField(Field):
    """A day."""

    type: Literal["date"]

    def read(self, value: object) -> date | Problems:
        """ISO text of a day that exists."""
        day = day_of(value)
        return day if day is not None else Problems.one((), "date_value", "应为存在的日期，格式为 2020-04-01")

    def as_schema(self) -> dict[str, object]:
        """ISO text."""
        return {"type": "string", "format": "date"}


class TextField(Field):
    """Short text, without blanks at its ends, which no reader could see and every comparison would."""

    type: Literal["text"]
    max_length: Annotated[Whole, Limited(ge=1)] = LONGEST_TEXT

    @property
    def takes_tokens(self) -> bool:
        """Whether a token that stands for its text may be longer than that."""
        return self.personal and self.max_length < TOKEN_LENGTH

    def read(self, value: object) -> str | Problems:
        """Text that is neither empty nor padded; a token for what is personal."""
        if not isinstance(value, str):
            return Problems.one((), "text_type", "应为文字")
        if not value or value != value.strip():
            return Problems.one((), "text_blank", "不能为空，首尾不能有空白")
        if len(value) > self.max_length and not (self.takes_tokens and is_token(value)):
            return Problems.one((), "text_too_long", f"文字过长，最多 {self.max_length} 字")
        return value

    def as_schema(self) -> dict[str, object]:
        """A string of limited length."""
        return {"type": "string", "minLength": 1, "maxLength": self.max_length}


def type_tag(data: object) -> str | None:
    """The tag of a field or column in its union."""
    kind = data.get("type") if isinstance(data, Mapping) else getattr(data, "type", None)
    return TAG_MARK + kind if isinstance(kind, str) else None


Column: TypeAlias = Annotated[
    Annotated[BooleanField, Tag(TAG_MARK + "boolean")]
    | Annotated[IntegerField, Tag(TAG_MARK + "integer")]
    | Annotated[DecimalField, Tag(TAG_MARK + "decimal")]
    | Annotated[PercentField, Tag(TAG_MARK + "percent")]
    | Annotated[ChoiceField, Tag(TAG_MARK + "choice")]
    | Annotated[DateField, Tag(TAG_MARK + "date")]
    | Annotated[TextField, Tag(TAG_MARK + "text")],
    Discriminator(type_tag),
]


def described(field: Field) -> dict[str, object]:
    """The JSON Schema of a field with its label and its marks for forms."""
    schema: dict[str, object] = {"title": field.label, **field.as_schema()}
    if field.note is not None:
        schema["description"] = field.note
    if field.unit is not None:
        schema["x-unit"] = field.unit
    if field.personal:
        schema["x-personal"] = True
    return schema


def _limits_of(limits: Range) -> dict[str, object]:
    named = {"minimum": limits.low, "maximum": limits.high}
    return {name: as_decimal(end) for name, end in named.items() if end is not None}
