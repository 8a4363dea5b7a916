"""Measures of the document: values worked out from evidence, exact, with a unit and never with points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Tag, model_validator
from pydantic import Field as Limited
from pydantic_core import PydanticCustomError

from app.scoring.conditions import Condition
from app.scoring.document import TAG_MARK, Code, Number, Part, Text

FOLDS = ("count", "sum", "average", "min", "max", "distinct")


class _Measure(Part):
    label: Text | None = None
    unit: Text | None = None
    note: Text | None = None


class Fold(_Measure):
    """One pass over the rows of a table; exactly one of the six words names the table."""

    count: Code | None = None
    sum: Code | None = None
    average: Code | None = None
    min: Code | None = None
    max: Code | None = None
    distinct: Code | None = None
    value: Code | None = None
    where: Condition | None = None
    during: Literal["period"] | None = None
    missing: Literal["skip", "unknown"] = "unknown"

    @model_validator(mode="after")
    def _one(self) -> Fold:
        if len(self.model_fields_set.intersection(FOLDS)) != 1:
            raise PydanticCustomError("one_fold", "应恰好有一个：count、sum、average、min、max、distinct")
        if (self.word == "count") == (self.value is not None):
            raise PydanticCustomError("fold_value", "count 不取列值；其他折算要用 value 指明一列")
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


class Total(_Measure):
    """A weighted sum of numbers."""

    total: Annotated[dict[Code, Number], Limited(min_length=1)]
    plus: Number = 0


class Quotient(Part):
    """Part and whole."""

    part: Code
    whole: Code


class Ratio(_Measure):
    """An exact quotient; in percent where the unit is %."""

    ratio: Quotient


class LongestStay(_Measure):
    """The longest continuous stay of one person, in whole months and days."""

    longest_stay: Code
    person: Annotated[list[Code], Limited(min_length=1)]
    start: Code
    end: Code
    during: Literal["period"] | None = None


def _tag(data: object) -> str | None:
    if isinstance(data, Mapping):
        return TAG_MARK + next((word for word in ("total", "ratio", "longest_stay") if word in data), "fold")
    return _TAGS.get(type(data))


_TAGS: dict[type, str] = {
    Fold: TAG_MARK + "fold",
    Total: TAG_MARK + "total",
    Ratio: TAG_MARK + "ratio",
    LongestStay: TAG_MARK + "longest_stay",
}


AnyMeasure = Annotated[
    Annotated[Fold, Tag(TAG_MARK + "fold")]
    | Annotated[Total, Tag(TAG_MARK + "total")]
    | Annotated[Ratio, Tag(TAG_MARK + "ratio")]
    | Annotated[LongestStay, Tag(TAG_MARK + "longest_stay")],
    Discriminator(_tag),
]
