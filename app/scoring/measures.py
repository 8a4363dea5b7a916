"""Measures of the document: values worked out from evidence, exact, with a unit and never with points."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Discriminator, Tag, model_validator
from pydantic import Field as Limited
from pydantic_core import PydanticCustomError

from app.scoring.arithmetic import WORDS, Measured, OverNumbers, PartOfWhole, RowMeasure, tagged_by
from app.scoring.conditions import Condition
from app.scoring.document import TAG_MARK, Code, Number, Part, Text, Whole
from app.scoring.profiles import AnyNumber

FOLDS = ("count", "sum", "average", "median", "min", "max", "distinct")


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


def _listed_tag(data: object) -> str:
    return TAG_MARK + ("several" if isinstance(data, list | tuple) else "one")


OneOrMore = Annotated[
    Annotated[Code, Tag(TAG_MARK + "one")] | Annotated[list[Code], Limited(min_length=1), Tag(TAG_MARK + "several")],
    Discriminator(_listed_tag),
]


class Prefer(Part):
    """Which row of a group counts: the one of the latest day, or of the greatest or least number, in a column."""

    most: Code | None = None
    least: Code | None = None

    @model_validator(mode="after")
    def _one_word(self) -> Prefer:
        if (self.most is None) == (self.least is None):
            raise PydanticCustomError("one_prefer", "应写 most 或 least 中的一个")
        return self


class During(Part):
    """Which columns are held against the period: one day, or the first and the last."""

    on: Code | None = None
    from_: Code | None = Limited(None, alias="from")
    to: Code | None = None

    @model_validator(mode="after")
    def _one_way(self) -> During:
        if self.model_fields_set not in ({"on"}, {"from_", "to"}):
            raise PydanticCustomError("during_form", "应写 period、{on}，或 {from, to}")
        return self

    @property
    def columns(self) -> tuple[str, str]:
        """The first and the last day; the same where there is only one."""
        day = self.on or ""
        return self.from_ or day, self.to or day


def _during_tag(data: object) -> str:
    return TAG_MARK + ("columns" if isinstance(data, Mapping | During) else "word")


AnyDuring = Annotated[
    Annotated[Literal["period"], Tag(TAG_MARK + "word")] | Annotated[During, Tag(TAG_MARK + "columns")],
    Discriminator(_during_tag),
]


class GroupMost(Part):
    """The rows of one group add up to so much at the most: 每类最多计5分."""

    per: OneOrMore
    most: AnyNumber

    @property
    def groups(self) -> tuple[str, ...]:
        """Its columns."""
        return (self.per,) if isinstance(self.per, str) else tuple(self.per)


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
    """One pass over the rows of a table; exactly one of the seven words names the table."""

    count: Code | None = None
    sum: Code | None = None
    average: Code | None = None
    median: Code | None = None
    min: Code | None = None
    max: Code | None = None
    distinct: Code | None = None
    value: RowValue | None = None
    columns: dict[Code, RowMeasure] = {}
    where: Condition | None = None
    during: AnyDuring | None = None
    once_per: OneOrMore | None = None
    per_group: Annotated[Whole, Limited(ge=1)] = 1
    prefer: Prefer | None = None
    at_least: Annotated[Whole, Limited(ge=1)] | None = None
    each_at_most: GroupMost | None = None
    weight: Code | None = None
    keep: Annotated[Whole, Limited(ge=1)] | None = None
    trim: Trim | None = None
    missing: Literal["skip", "unknown"] = "unknown"

    @model_validator(mode="after")
    def _one(self) -> Fold:
        if len(self.model_fields_set.intersection(FOLDS)) != 1:
            raise PydanticCustomError("one_fold", "应恰好有一个：count、sum、average、median、min、max、distinct")
        if (self.word == "count") == (self.value is not None):
            raise PydanticCustomError("fold_value", "count 不取列值；其他折算要用 value 指明取什么值")
        foreign = self.model_fields_set & _FOREIGN[self.word]
        if foreign:
            raise PydanticCustomError("fold_members", f"{self.word} 不能有：{'、'.join(sorted(foreign))}")
        if self.once_per is None and self.model_fields_set & {"per_group", "prefer", "at_least"}:
            raise PydanticCustomError("fold_members", "per_group、prefer、at_least 要与 once_per 一起写")
        if self.each_at_most is not None and self.weight is not None:
            raise PydanticCustomError("fold_members", "each_at_most 不能与 weight 一起写")
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
    "count": frozenset({"weight", "keep", "trim", "each_at_most"}),
    "distinct": frozenset({"weight", "keep", "trim", "once_per", "each_at_most"}),
    "sum": frozenset({"at_least"}),
    "average": frozenset({"at_least", "each_at_most"}),
    "median": frozenset({"weight", "at_least", "each_at_most"}),
    "min": frozenset({"weight", "at_least", "each_at_most"}),
    "max": frozenset({"weight", "at_least", "each_at_most"}),
}


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
    as_: Literal["rank", "best", "average", "total", "percentile", "units"] = Limited(alias="as")
    of: AnyNumber | None = None
    better: Literal["more", "less"] | None = None
    trim: Trim | None = None

    @model_validator(mode="after")
    def _fitting(self) -> Peers:
        if (self.better is None) != (self.as_ in ("average", "total", "units")):
            raise PydanticCustomError(
                "peers_better", "rank、best、percentile 要写明 better；average、total、units 不写"
            )
        if self.trim is not None and self.as_ != "average":
            raise PydanticCustomError("peers_trim", "trim 只用于 average")
        if self.of is not None and self.as_ != "percentile":
            raise PydanticCustomError("peers_of", "of 只用于 percentile")
        return self


_WORDS = {**WORDS, "longest_stay": LongestStay, "previous": Previous, "peers": Peers}
del _WORDS["calendar"]

AnyMeasure = Annotated[
    OverNumbers
    | Annotated[Fold, Tag(TAG_MARK + "Fold")]
    | Annotated[LongestStay, Tag(TAG_MARK + "LongestStay")]
    | Annotated[Previous, Tag(TAG_MARK + "Previous")]
    | Annotated[Peers, Tag(TAG_MARK + "Peers")],
    Discriminator(tagged_by(_WORDS, Fold)),
]
Fold.model_rebuild()
