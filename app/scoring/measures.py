"""Measures of the document: values worked out from evidence, exact, with a unit and never with points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import Discriminator, PlainValidator, Tag, WithJsonSchema, model_validator
from pydantic import Field as Limited
from pydantic_core import PydanticCustomError

from app.scoring.conditions import Condition
from app.scoring.document import TAG_MARK, Code, Number, Part, Text, Whole, day_of, read_number
from app.scoring.profiles import AnyNumber, AnyPositive

FOLDS = ("count", "sum", "average", "min", "max", "distinct")
OVER_VALUES = frozenset({"sum", "average", "min", "max"})


class Measured(Part):
    """What every measure says of itself."""

    label: Text | None = None
    unit: Text | None = None
    note: Text | None = None


class PartOfWhole(Part):
    """Of each row one column divided by another."""

    part: Code
    whole: Code


class ByColumn(Part):
    """Of each row the number that stands beside what its column says."""

    by: Code
    values: Annotated[dict[Text, Number], Limited(min_length=1)]
    otherwise: Number | None = None


def _value_tag(data: object) -> str | None:
    if isinstance(data, str):
        return TAG_MARK + "column"
    named = data if isinstance(data, Mapping) else type(data).model_fields if isinstance(data, Part) else ()
    return TAG_MARK + "by" if "by" in named else TAG_MARK + "parts" if "part" in named else None


RowValue = Annotated[
    Annotated[Code, Tag(TAG_MARK + "column")]
    | Annotated[PartOfWhole, Tag(TAG_MARK + "parts")]
    | Annotated[ByColumn, Tag(TAG_MARK + "by")],
    Discriminator(_value_tag),
]


class Trim(Part):
    """去掉最高和最低的各几个."""

    drop: Annotated[Whole, Limited(ge=1)]
    when_more_than: Annotated[Whole, Limited(ge=2)]

    @model_validator(mode="after")
    def _something_is_left(self) -> Trim:
        if self.when_more_than < 2 * self.drop:
            raise PydanticCustomError("trim_limits", "when_more_than 不能少于 drop 的两倍，否则可能一个不剩")
        return self


class Fold(Measured):
    """One pass over the rows of a table; exactly one of the six words names the table."""

    count: Code | None = None
    sum: Code | None = None
    average: Code | None = None
    min: Code | None = None
    max: Code | None = None
    distinct: Code | None = None
    value: RowValue | None = None
    columns: dict[Code, RowMeasure] = {}
    where: Condition | None = None
    during: Literal["period"] | None = None
    once_per: Code | Annotated[list[Code], Limited(min_length=1)] | None = None
    weight: Code | None = None
    keep: Annotated[Whole, Limited(ge=1)] | None = None
    trim: Trim | None = None
    missing: Literal["skip", "unknown"] = "unknown"

    @model_validator(mode="after")
    def _one(self) -> Fold:
        if len(self.model_fields_set.intersection(FOLDS)) != 1:
            raise PydanticCustomError("one_fold", "应恰好有一个：count、sum、average、min、max、distinct")
        if (self.word == "count") == (self.value is not None):
            raise PydanticCustomError("fold_value", "count 不取列值；其他折算要用 value 指明取什么值")
        foreign = self.model_fields_set & _FOREIGN[self.word]
        if foreign:
            raise PydanticCustomError("fold_members", f"{self.word} 不能有：{'、'.join(sorted(foreign))}")
        if self.word == "distinct" and not isinstance(self.value, str):
            raise PydanticCustomError("fold_value", "distinct 的 value 只能是一列")
        return self

    @property
    def word(self) -> str:
        """Which fold."""
        return next(word for word in FOLDS if word in self.model_fields_set)

    @property
    def table(self) -> str:
        """The table it goes over."""
        table = getattr(self, self.word)
        return str(table)

    @property
    def groups(self) -> tuple[str, ...]:
        """The columns of `once_per`."""
        named = self.once_per
        return () if named is None else (named,) if isinstance(named, str) else tuple(named)


_FOREIGN = {
    "count": frozenset({"weight", "keep", "trim"}),
    "distinct": frozenset({"weight", "keep", "trim", "once_per"}),
    "sum": frozenset[str](),
    "average": frozenset[str](),
    "min": frozenset({"weight"}),
    "max": frozenset({"weight"}),
}


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
    """An exact quotient; in percent where the unit is %, in per mille where it is ‰."""

    ratio: PartOfWhole


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
    """From a day to a day; each is written out or named."""

    from_: DayOrCode = Limited(alias="from")
    to: DayOrCode


class Days(Measured):
    """The days from one day to another, negative where the second is earlier."""

    days: Span


class LongestStay(Measured):
    """The longest continuous stay of one person, in whole months and days."""

    longest_stay: Code
    person: Annotated[list[Code], Limited(min_length=1)]
    start: Code
    end: Code
    during: Literal["period"] | None = None


class Previous(Measured):
    """A number as it was in the round before; `otherwise` where there was none."""

    previous: Code
    otherwise: AnyNumber | None = None


class Peers(Measured):
    """Where a unit stands among all units of the round, or what they have in common."""

    peers: Code
    as_: Literal["rank", "best", "average", "percentile", "units"] = Limited(alias="as")
    of: AnyNumber | None = None
    better: Literal["more", "less"] | None = None

    @model_validator(mode="after")
    def _fitting(self) -> Peers:
        if (self.better is None) != (self.as_ in ("average", "units")):
            raise PydanticCustomError("peers_better", "rank、best、percentile 要写明 better；average、units 不写")
        if self.of is not None and self.as_ != "percentile":
            raise PydanticCustomError("peers_of", "of 只用于 percentile")
        return self


_WORDS: dict[str, type[Measured]] = {
    "total": Total,
    "ratio": Ratio,
    "lowest": Extreme,
    "highest": Extreme,
    "steps": Steps,
    "days": Days,
    "longest_stay": LongestStay,
    "previous": Previous,
    "peers": Peers,
}


def _tag(data: object) -> str:
    if isinstance(data, Mapping):
        shape = next((shape for word, shape in _WORDS.items() if word in data), Fold)
        return TAG_MARK + shape.__name__
    return TAG_MARK + type(data).__name__


RowMeasure = Annotated[
    Annotated[Total, Tag(TAG_MARK + "Total")]
    | Annotated[Ratio, Tag(TAG_MARK + "Ratio")]
    | Annotated[Extreme, Tag(TAG_MARK + "Extreme")]
    | Annotated[Steps, Tag(TAG_MARK + "Steps")]
    | Annotated[Days, Tag(TAG_MARK + "Days")],
    Discriminator(_tag),
]
AnyMeasure = Annotated[
    Annotated[Fold, Tag(TAG_MARK + "Fold")]
    | Annotated[Total, Tag(TAG_MARK + "Total")]
    | Annotated[Ratio, Tag(TAG_MARK + "Ratio")]
    | Annotated[Extreme, Tag(TAG_MARK + "Extreme")]
    | Annotated[Steps, Tag(TAG_MARK + "Steps")]
    | Annotated[Days, Tag(TAG_MARK + "Days")]
    | Annotated[LongestStay, Tag(TAG_MARK + "LongestStay")]
    | Annotated[Previous, Tag(TAG_MARK + "Previous")]
    | Annotated[Peers, Tag(TAG_MARK + "Peers")],
    Discriminator(_tag),
]
Fold.model_rebuild()
