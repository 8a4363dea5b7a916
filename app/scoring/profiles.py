"""Numbers by the subject's profile: its kind, its level, its own target; settled before anything is scored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias

from pydantic import BaseModel, Discriminator, PlainValidator, Tag, WithJsonSchema
from pydantic import Field as Limited
from pydantic_core import PydanticCustomError

from app.scoring.document import TAG_MARK, Amount, Code, Number, Part, Positive, Text, read_number
from app.scoring.exact import Exact, quotient
from app.scoring.problems import Path, Problem, Problems

Attributes: TypeAlias = Mapping[str, str]
"""The subject's attributes as text, which is how the keys of `values` are written."""


class ByProfile(Part):
    """`{by, values, otherwise}`: one number for each value that an attribute of the subject can have."""

    by: Code
    values: Annotated[dict[Text, Any], Limited(min_length=1)]
    otherwise: Any = None

    def of(self, attributes: Attributes) -> Any:  # noqa: ANN401 -- a number, or any constant of a condition
        """The number for a subject, None where it has none."""
        return self.values.get(attributes.get(self.by, ""), self.otherwise)


class NumberByProfile(ByProfile):
    """Any number; a number may depend on a second attribute again."""

    values: Annotated[dict[Text, OwnNumber], Limited(min_length=1)]
    otherwise: OwnNumber | None = None


class AmountByProfile(ByProfile):
    """Numbers of 0 or more."""

    values: Annotated[dict[Text, OwnAmount], Limited(min_length=1)]
    otherwise: OwnAmount | None = None


class PositiveByProfile(ByProfile):
    """Numbers above 0."""

    values: Annotated[dict[Text, OwnPositive], Limited(min_length=1)]
    otherwise: OwnPositive | None = None


class ShareByProfile(ByProfile):
    """Numbers above 0, also as one number divided by another."""

    values: Annotated[dict[Text, OwnShare], Limited(min_length=1)]
    otherwise: OwnShare | None = None


def _share(value: object) -> Exact:
    """`{part, whole}` is the exact quotient: 满分150分折算为40分."""
    if not isinstance(value, Mapping):
        return _positive(value)
    if set(value) != {"part", "whole"}:
        raise PydanticCustomError("share_form", "应为数字，或 {part, whole}")
    return quotient(_positive(value["part"]), _positive(value["whole"]))


def _positive(value: object) -> Exact:
    number = read_number(value)
    if number <= 0:
        raise PydanticCustomError("number_not_positive", "应大于 0")
    return number


Share = Annotated[Exact, PlainValidator(_share), WithJsonSchema({"type": ["number", "object"]})]


def by_tag(data: object) -> str:
    """Which of the two is written."""
    return TAG_MARK + ("by" if isinstance(data, ByProfile) or (isinstance(data, Mapping) and "by" in data) else "plain")


def plain_or_by(plain: Any, by: type[ByProfile]) -> Any:  # noqa: ANN401 -- annotations in, an annotation out
    """A constant as it stands, or one by profile."""
    ways = Annotated[plain, Tag(TAG_MARK + "plain")] | Annotated[by, Tag(TAG_MARK + "by")]  # type: ignore[valid-type]
    return Annotated[ways, Discriminator(by_tag)]


if TYPE_CHECKING:
    AnyNumber: TypeAlias = Exact
    AnyAmount: TypeAlias = Exact
    AnyPositive: TypeAlias = Exact
    AnyShare: TypeAlias = Exact
    OwnNumber: TypeAlias = Exact | NumberByProfile
    OwnAmount: TypeAlias = Exact | AmountByProfile
    OwnPositive: TypeAlias = Exact | PositiveByProfile
    OwnShare: TypeAlias = Exact | ShareByProfile
else:
    # What is run holds plain numbers alone: `settled` has taken the others away before a rule is bound.
    OwnNumber = AnyNumber = plain_or_by(Number, NumberByProfile)
    OwnAmount = AnyAmount = plain_or_by(Amount, AmountByProfile)
    OwnPositive = AnyPositive = plain_or_by(Positive, PositiveByProfile)
    OwnShare = AnyShare = plain_or_by(Share, ShareByProfile)
for _by in (NumberByProfile, AmountByProfile, PositiveByProfile, ShareByProfile):
    _by.model_rebuild()


def attribute_text(value: object) -> str | None:
    """An attribute as the keys of `values` are written: 二级, 2024, true; None where it is no plain value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return format(value.normalize(), "f") if value.is_finite() else None
    return str(value) if isinstance(value, int | str) else None


def numbers_by_profile(part: object) -> Iterator[ByProfile]:
    """Every number by profile anywhere in a part of the document."""
    if isinstance(part, ByProfile):
        yield part
    for _, inner in _members(part):
        yield from numbers_by_profile(inner)


def _members(part: object) -> list[tuple[Any, object]]:
    if isinstance(part, BaseModel):
        return [(name, getattr(part, name)) for name in sorted(part.model_fields_set)]
    if isinstance(part, Mapping):
        return list(part.items())
    return list(enumerate(part)) if isinstance(part, list | tuple) else []


@dataclass(frozen=True, slots=True)
class Profile:
    """The attributes that a document asks for, each with its keys; those for which every number is given come first."""

    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def asked_by(cls, part: object) -> Profile:
        """What a document asks for."""
        asked: dict[str, list[ByProfile]] = {}
        for each in numbers_by_profile(part):
            asked.setdefault(each.by, []).append(each)
        return cls({code: _keys(numbers) for code, numbers in asked.items()})

    def read(self, subject: Mapping[str, object]) -> Attributes | Problems:
        """The attributes of a subject that matter; one that no key names stands for all others."""
        found: dict[str, str] = {}
        problems: list[Problem] = []
        for code, keys in self.keys.items():
            text = attribute_text(subject.get(code))
            if text is None:
                said = f"评价方案按考评对象的 {code} 取数，应写明 {code}"
                problems.append(Problem((code,), "profile_missing", said))
            else:
                found[code] = text if text in keys else ""
        return Problems(problems) if problems else found


def _keys(numbers: Sequence[ByProfile]) -> tuple[str, ...]:
    keys = dict.fromkeys(key for each in numbers for key in each.values)
    lacking = {key: sum(1 for each in numbers if key not in each.values and each.otherwise is None) for key in keys}
    return tuple(sorted(keys, key=lambda key: lacking[key]))


class Settling:
    """Puts plain numbers in place of those by profile, for one kind of subject after the other."""

    def __init__(self, part: BaseModel) -> None:
        """The whole document; parts without a number by profile are found out once."""
        self.part = part
        self.plain: set[int] = set()

    def settled(self, attributes: Attributes, problems: list[Problem]) -> Any:  # noqa: ANN401 -- the same kind of part
        """The document for one kind of subject; a key without a value is a problem, not a 0."""
        return self._settled(self.part, attributes, problems)

    def _settled(self, part: object, attributes: Attributes, problems: list[Problem]) -> object:
        if isinstance(part, ByProfile):
            return self._settled(_chosen(part, attributes, problems), attributes, problems)
        if id(part) in self.plain:
            return part
        changed: dict[Any, object] = {}
        for name, inner in _members(part):
            after = self._settled(inner, attributes, problems)
            if after is not inner:
                changed[name] = after
        if not changed:
            self.plain.add(id(part))
            return part
        if isinstance(part, BaseModel):
            return part.model_copy(update=changed)
        if isinstance(part, Mapping):
            return {**part, **changed}
        return type(part)(changed.get(number, inner) for number, inner in _members(part))  # type: ignore[call-arg]


def _chosen(number: ByProfile, attributes: Attributes, problems: list[Problem]) -> object:
    """The number for a subject, or a problem and any of the numbers."""
    found = number.of(attributes)
    if found is not None:
        return found
    path: Path = (number.by,)
    if all(problem.path != path for problem in problems):
        named = "、".join(number.values)
        said = f"评价方案没有为考评对象的这一 {number.by} 规定数值（已规定：{named}）"
        problems.append(Problem(path, "profile_unfit", said))
    return next(iter(number.values.values()))
