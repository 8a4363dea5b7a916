"""What comes into this room and what it gives out: plain, frozen, checked; every problem of a body at once."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    Field,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from app.scoring.digest import normal
from app.scoring.document import Code as AttributeName
from app.scoring.document import Day, Part
from app.subjects.codes import CREDIT_CODE, DISTRICT_CODE, read_credit_code, read_district_code

SubjectKind: TypeAlias = Literal["alliance", "centre", "institution", "district", "city"]
OtherKind: TypeAlias = Literal["centre", "district", "city"]
InstitutionKind: TypeAlias = Literal["hospital", "community_health_centre", "elderly_care"]
Level: TypeAlias = Literal["national", "provincial", "municipal", "district", "other"]
MedicalUnit: TypeAlias = Literal["nursing_home", "hospital", "other", "none"]
Role: TypeAlias = Literal["lead", "base", "participant"]

CODE = r"^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$"
"""Codes stand in addresses, so they are ASCII, and neither begin nor end with a point."""
MOST_MEMBERS = 200
"""Memberships that one request can bring."""
MOST_ATTRIBUTES = 50
LONGEST_ATTRIBUTE = 200
"""Characters of an attribute that is a text."""
OWN_NAMES = frozenset({"code", "name", "district_code"})
"""What every subject has anyway; `kind` may be said more closely for schemes that ask for it."""


def _printable(text: str) -> str:
    if text != text.strip() or not text.isprintable():
        raise PydanticCustomError("text_blank", "首尾不能有空白，也不能含有换行等控制字符")
    return text


def _level_fits(level: str | None, info: ValidationInfo) -> str | None:
    kind = info.data.get("kind")
    if kind == "hospital" and level is None:
        raise PydanticCustomError("level_missing", "医院应注明级别（隶属层级）")
    if kind not in {None, "hospital"} and level is not None:
        raise PydanticCustomError("level_misplaced", "只有医院才有级别")
    return level


def _medical_unit_fits(unit: str | None, info: ValidationInfo) -> str | None:
    kind = info.data.get("kind")
    if kind == "elderly_care" and unit is None:
        raise PydanticCustomError("medical_unit_missing", "医养结合机构应注明所设医疗机构的类型")
    if kind not in {None, "elderly_care"} and unit is not None:
        raise PydanticCustomError("medical_unit_misplaced", "只有医养结合机构才填写所设医疗机构的类型")
    return unit


def _not_through_itself(through: str | None, info: ValidationInfo) -> str | None:
    if through is not None and through == info.data.get("institution"):
        raise PydanticCustomError("through_itself", "不能经由自己加入")
    if through is not None and info.data.get("role") == "lead":
        raise PydanticCustomError("through_lead", "牵头单位不经由其他机构加入")
    return through


def _not_before_start(end: date | None, info: ValidationInfo) -> date | None:
    start = info.data.get("start")
    if end is not None and start is not None and end < start:
        raise PydanticCustomError("end_before_start", "结束日期早于开始日期")
    return end


def _read_attribute(value: Any) -> bool | int | Decimal | str:  # noqa: ANN401 -- what a JSON value is
    if isinstance(value, Decimal):
        return normal(value)
    if isinstance(value, str) and not 1 <= len(value) <= LONGEST_ATTRIBUTE:
        raise PydanticCustomError("attribute_length", f"文字应为 1 至 {LONGEST_ATTRIBUTE} 个字符")
    if isinstance(value, str):
        return _printable(value)
    if isinstance(value, bool | int):
        return value
    raise PydanticCustomError("attribute_type", "应为文字、数字、true 或 false")


def _read_attributes(attributes: dict[str, Any]) -> dict[str, Any]:
    """In one order, so that the same attributes are the same bytes."""
    if len(attributes) > MOST_ATTRIBUTES:
        raise PydanticCustomError("too_many_attributes", f"属性至多 {MOST_ATTRIBUTES} 项")
    taken = sorted(OWN_NAMES & attributes.keys())
    if taken:
        raise PydanticCustomError("attribute_reserved", f"{taken[0]} 是每个考评对象都有的，不能另作属性")
    return dict(sorted(attributes.items()))


AttributeValue: TypeAlias = Annotated[
    bool | int | Decimal | str,
    PlainValidator(_read_attribute),
    WithJsonSchema({"type": ["string", "number", "boolean"], "maxLength": LONGEST_ATTRIBUTE}),
]
Attributes: TypeAlias = Annotated[
    dict[AttributeName, AttributeValue],
    Field(
        json_schema_extra={"maxProperties": MOST_ATTRIBUTES},
        description="方案按考评对象取值时所依据的属性，如级别、核定床位数；批次开放时固定，此后的变更只用于以后的批次",
    ),
    AfterValidator(_read_attributes),
]
Code: TypeAlias = Annotated[str, StringConstraints(strict=True, pattern=CODE)]
Name: TypeAlias = Annotated[
    str, StringConstraints(strict=True, min_length=1, max_length=200), AfterValidator(_printable)
]
DistrictCode: TypeAlias = Annotated[
    str,
    StringConstraints(strict=True),
    AfterValidator(read_district_code),
    Field(json_schema_extra={"pattern": DISTRICT_CODE}),
]
CreditCode: TypeAlias = Annotated[
    str,
    StringConstraints(strict=True),
    AfterValidator(read_credit_code),
    Field(json_schema_extra={"pattern": CREDIT_CODE}),
]


class InstitutionChange(Part):
    """All that can be said anew of an institution."""

    name: Name
    kind: InstitutionKind
    level: Annotated[Level | None, AfterValidator(_level_fits), Field(validate_default=True)] = None
    credit_code: CreditCode
    medical_unit: Annotated[MedicalUnit | None, AfterValidator(_medical_unit_fits), Field(validate_default=True)] = None
    district_code: DistrictCode
    attributes: Attributes = Field(default_factory=dict)


class NewInstitution(InstitutionChange):
    """An institution as it is registered."""

    code: Code


class NewMembership(Part):
    """An institution joins: in which role, through whom (null: directly with the lead), from when, until when."""

    institution: Code
    role: Role
    through: Annotated[Code | None, AfterValidator(_not_through_itself)] = None
    start: Day
    end: Annotated[Day | None, AfterValidator(_not_before_start)] = None


class MembershipEnd(Part):
    """The last day of a membership that had no end."""

    end: Day


class AllianceChange(Part):
    """All that can be said anew of an alliance but its memberships."""

    name: Name
    district_code: DistrictCode
    agreement_filed: Day | None = None
    plan_filed: Day | None = None
    attributes: Attributes = Field(default_factory=dict)


class NewAlliance(AllianceChange):
    """An alliance as it is registered, with its first memberships."""

    code: Code
    memberships: Annotated[tuple[NewMembership, ...], Field(max_length=MOST_MEMBERS)] = ()


class SubjectChange(Part):
    """All that can be said anew of another subject."""

    name: Name
    district_code: DistrictCode
    attributes: Attributes = Field(default_factory=dict)


class NewSubject(SubjectChange):
    """Another subject: institutions and alliances have registers of their own."""

    code: Code
    kind: OtherKind
