"""Conditions of the document: a fact compared with a constant, and how several are joined."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, TypeAlias

from pydantic import Discriminator, PlainValidator, RootModel, Tag, WithJsonSchema, model_validator
from pydantic import Field as Limited
from pydantic_core import PydanticCustomError

from app.scoring.bound import All, AnyOf, Bare, Bound, Compare, Never, Not, Some
from app.scoring.document import TAG_MARK, Part, Text, Whole, day_of, read_number
from app.scoring.exact import Exact
from app.scoring.fields import Value
from app.scoring.periods import StayLength
from app.scoring.problems import Path, Problem
from app.scoring.profiles import ByProfile, plain_or_by
from app.scoring.wording import Fact

Constant: TypeAlias = bool | Exact | str | StayLength | tuple["Constant", ...]
Catalogue: TypeAlias = Mapping[str, Fact]
JOINING_WORDS = ("all", "any", "not", "some")
ORDERED = frozenset({"number", "date", "stay"})


def _constant(value: object) -> Constant:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, list) and value:
        return tuple(_constant(each) for each in value)
    if isinstance(value, Mapping):
        if set(value) == {"months", "days"} and all(type(part) is int and part >= 0 for part in value.values()):
            return StayLength(value["months"], value["days"])
        raise PydanticCustomError("constant", "应为数字、文字、日期，或 {months, days}")
    return read_number(value)


PlainConstant = Annotated[
    object,
    PlainValidator(_constant),
    WithJsonSchema({"type": ["boolean", "number", "string", "array", "object"]}),
]


class ConstantByProfile(ByProfile):
    """A number, text or day for each value of an attribute."""

    values: Annotated[dict[Text, ConstantPart], Limited(min_length=1)]
    otherwise: ConstantPart | None = None


if TYPE_CHECKING:
    ConstantPart: TypeAlias = object
else:
    ConstantPart = plain_or_by(PlainConstant, ConstantByProfile)
ConstantByProfile.model_rebuild()


class Test(Part):
    """Exactly one comparison with a constant; `at_least` and `at_most` include it."""

    is_: ConstantPart | None = Limited(None, alias="is")
    in_: ConstantPart | None = Limited(None, alias="in")
    has: ConstantPart | None = None
    at_least: ConstantPart | None = None
    more_than: ConstantPart | None = None
    at_most: ConstantPart | None = None
    less_than: ConstantPart | None = None

    @model_validator(mode="after")
    def _one(self) -> Test:
        if len(self.model_fields_set) != 1:
            raise PydanticCustomError(
                "one_comparison", "应恰好有一个比较：is、in、has、at_least、more_than、at_most、less_than"
            )
        return self

    @property
    def comparison(self) -> tuple[str, Constant]:
        """The word and its constant."""
        (name,) = self.model_fields_set
        constant: Constant = getattr(self, name)
        return name.rstrip("_"), constant


class BareFact(RootModel[Text], frozen=True):
    """A yes-or-no fact that has to be true."""


class Comparison(RootModel[Annotated[dict[Text, Test], Limited(min_length=1, max_length=1)]], frozen=True):
    """One fact, one comparison."""


class AllParts(Part):
    """Every one has to hold."""

    all: Annotated[list[Condition], Limited(min_length=1)]


class AnyParts(Part):
    """One of them has to hold."""

    any: Annotated[list[Condition], Limited(min_length=1)]


class NotPart(Part):
    """The opposite."""

    not_: Condition = Limited(alias="not")


class SomeOf(Part):
    """How many of which."""

    at_least: Whole
    of: Annotated[list[Condition], Limited(min_length=1)]


class SomeParts(Part):
    """At least so many have to hold."""

    some: SomeOf


def _tag(data: object) -> str | None:
    if isinstance(data, str | BareFact):
        return TAG_MARK + "fact"
    if isinstance(data, Mapping):
        joined = [word for word in JOINING_WORDS if word in data]
        return TAG_MARK + (joined[0] if joined else "comparison")
    return _TAGS.get(type(data))


Condition = Annotated[
    Annotated[BareFact, Tag(TAG_MARK + "fact")]
    | Annotated[Comparison, Tag(TAG_MARK + "comparison")]
    | Annotated[AllParts, Tag(TAG_MARK + "all")]
    | Annotated[AnyParts, Tag(TAG_MARK + "any")]
    | Annotated[NotPart, Tag(TAG_MARK + "not")]
    | Annotated[SomeParts, Tag(TAG_MARK + "some")],
    Discriminator(_tag),
]
_TAGS: dict[type, str] = {
    Comparison: TAG_MARK + "comparison",
    AllParts: TAG_MARK + "all",
    AnyParts: TAG_MARK + "any",
    NotPart: TAG_MARK + "not",
    SomeParts: TAG_MARK + "some",
}
for _shape in (AllParts, AnyParts, NotPart, SomeOf, SomeParts):
    _shape.model_rebuild()


def codes_in(condition: object) -> Iterator[str]:
    """Every fact that a condition names."""
    match condition:
        case BareFact():
            yield condition.root
        case Comparison():
            yield from condition.root
        case NotPart():
            yield from codes_in(condition.not_)
        case AllParts() | AnyParts() | SomeParts():
            parts = condition.some.of if isinstance(condition, SomeParts) else _parts(condition)
            for part in parts:
                yield from codes_in(part)
        case _:
            raise TypeError(condition)


def _parts(condition: AllParts | AnyParts) -> list[Condition]:
    return condition.all if isinstance(condition, AllParts) else condition.any


def bind(condition: object, catalogue: Catalogue, path: Path, problems: list[Problem]) -> Bound:
    """Tie a condition to the facts it reads; whatever does not fit is added to `problems`, with its place."""
    match condition:
        case BareFact():
            return _bind_bare(condition.root, catalogue, path, problems)
        case Comparison():
            ((code, test),) = condition.root.items()
            return _bind_comparison(code, test, catalogue, (*path, code), problems)
        case AllParts():
            return All(_bind_each(condition.all, catalogue, (*path, "all"), problems))
        case AnyParts():
            return AnyOf(_bind_each(condition.any, catalogue, (*path, "any"), problems))
        case NotPart():
            return Not(bind(condition.not_, catalogue, (*path, "not"), problems))
        case SomeParts():
            parts = _bind_each(condition.some.of, catalogue, (*path, "some", "of"), problems)
            if not 1 <= condition.some.at_least <= len(parts):
                problems.append(Problem((*path, "some", "at_least"), "some_count", f"应在 1 到 {len(parts)} 之间"))
            return Some(parts, condition.some.at_least)
        case _:
            raise TypeError(condition)


def _bind_each(parts: list[Condition], catalogue: Catalogue, path: Path, problems: list[Problem]) -> tuple[Bound, ...]:
    return tuple(bind(part, catalogue, (*path, number), problems) for number, part in enumerate(parts))


def _bind_bare(code: str, catalogue: Catalogue, path: Path, problems: list[Problem]) -> Bound:
    fact = catalogue.get(code)
    if fact is not None and fact.kind == "boolean":
        return Bare(fact)
    problems.append(
        _no_such_fact(code, path) if fact is None else Problem(path, "not_boolean", f"“{fact.label}”不是是非项")
    )
    return Never()


def _bind_comparison(code: str, test: Test, catalogue: Catalogue, path: Path, problems: list[Problem]) -> Bound:
    fact = catalogue.get(code)
    if fact is None:
        problems.append(_no_such_fact(code, path))
        return Never()
    word, constant = test.comparison
    value = _fitting(fact, word, constant)
    if value is None:
        problems.append(
            Problem((*path, word), "comparison_unfit", f"“{fact.label}”不能这样比较，或常数的类型、选项不对")
        )
        return Never()
    return Compare(fact, word, value)


def _no_such_fact(code: str, path: Path) -> Problem:
    return Problem(path, "fact_unknown", f"没有名为 {code} 的佐证字段或计量值")


def _fitting(fact: Fact, word: str, constant: Constant) -> Value | tuple[Value, ...] | None:
    """The constant as a value of the fact's kind, None when the two do not go together."""
    if word in ("in", "has"):
        many = constant if isinstance(constant, tuple) else (constant,)
        values = [_value_of(fact, each) for each in many]
        if (word == "has") != (fact.kind == "choices") or any(value is None for value in values):
            return None
        return tuple(value for value in values if value is not None)
    if (word != "is" and fact.kind not in ORDERED) or fact.kind == "choices":
        return None
    return _value_of(fact, constant)


def _value_of(fact: Fact, constant: Constant) -> Value | None:
    match fact.kind:
        case "boolean":
            return constant if isinstance(constant, bool) else None
        case "date":
            return day_of(constant)
        case "stay":
            return constant if isinstance(constant, StayLength) else None
        case "number":
            return None if isinstance(constant, bool | str | tuple) else constant
        case "text":
            return constant if isinstance(constant, str) else None
        case _:
            return constant if isinstance(constant, str) and constant in fact.choices else None
