"""What comes into this room, checked; every problem of a body at once."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from pydantic import AfterValidator, Field, StrictBool, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from app.access import Role
from app.accounts.codes import password_problem
from app.scoring.document import Part, Whole
from app.subjects.shapes import Code, Name

NAME: Final = r"^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$"
"""Login names are codes without capitals, so that no two look alike but for those."""
RESERVED: Final = frozenset({"console"})
"""Names under which the audit record knows others."""
APART: Final[frozenset[Role]] = frozenset({"submitter", "dashboard", "auditor"})
"""Roles that nobody holds beside another."""
MOST_SUBJECTS: Final = 200
MOST_DAYS: Final = 400
LONGEST_GIVEN: Final = 1024
"""Characters of a password that is compared, whatever it is."""


def _not_reserved(name: str) -> str:
    if name in RESERVED:
        raise PydanticCustomError("name_reserved", "这个登录名另有用途，请换一个")
    return name


def _different_roles(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    if not roles:
        raise PydanticCustomError("role_missing", "至少要有一个角色")
    if len(set(roles)) < len(roles):
        raise PydanticCustomError("role_repeated", "同一角色不能重复")
    return roles


def _compatible(roles: tuple[Role, ...]) -> tuple[Role, ...]:
    if len(roles) > 1 and APART & set(roles):
        raise PydanticCustomError("roles_apart", "submitter、dashboard、auditor 只能单独担任，不能与其他角色并有")
    return roles


def _different(codes: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(codes)) < len(codes):
        raise PydanticCustomError("subject_repeated", "同一考评对象不能重复")
    return codes


def _of_a_submitter(subjects: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
    roles = info.data.get("roles")
    if subjects and roles is not None and "submitter" not in roles:
        raise PydanticCustomError("subjects_misplaced", "只有填报人员（submitter）才指定所代表的考评对象")
    return subjects


def _bound(institution: str | None, info: ValidationInfo) -> str | None:
    if institution is None and info.data.get("roles") == ("submitter",) and info.data.get("subjects") == ():
        raise PydanticCustomError("submitter_unbound", "填报人员（submitter）应有所属机构，或指定所代表的考评对象")
    return institution


def _fit(password: str, info: ValidationInfo) -> str:
    problem = password_problem(password, info.data.get("name", ""))
    if problem is not None:
        raise PydanticCustomError(*problem)
    return password


def _only_of_dashboards(unpublished: bool, info: ValidationInfo) -> bool:  # noqa: FBT001 -- the value
    roles = info.data.get("roles")
    if unpublished and roles is not None and roles != ("dashboard",):
        raise PydanticCustomError("unpublished_misplaced", "只有看板（dashboard）令牌才能另准读取未公布的结果")
    return unpublished


def _readable(text: str) -> str:
    if text != text.strip() or not text.isprintable():
        raise PydanticCustomError("text_blank", "首尾不能有空白，也不能含有换行等控制字符")
    return text


AccountName: TypeAlias = Annotated[str, StringConstraints(strict=True, pattern=NAME), AfterValidator(_not_reserved)]
PersonName: TypeAlias = Annotated[Name, Field(description="姓名或用途；不进入日志和审计记录")]
Scope: TypeAlias = Annotated[
    tuple[Role, ...], Field(json_schema_extra={"minItems": 1}), AfterValidator(_different_roles)
]
Roles: TypeAlias = Annotated[Scope, AfterValidator(_compatible)]
Subjects: TypeAlias = Annotated[
    tuple[Code, ...], Field(max_length=MOST_SUBJECTS), AfterValidator(_different), AfterValidator(_of_a_submitter)
]
Institution: TypeAlias = Annotated[Code | None, AfterValidator(_bound), Field(validate_default=True)]
NewPassword: TypeAlias = Annotated[
    str,
    StringConstraints(strict=True),
    AfterValidator(_fit),
    Field(json_schema_extra={"format": "password", "minLength": 12, "maxLength": 256}),
]
GivenPassword: TypeAlias = Annotated[
    str,
    StringConstraints(strict=True, max_length=LONGEST_GIVEN),
    Field(json_schema_extra={"format": "password"}),
]
Days: TypeAlias = Annotated[
    Whole, Field(ge=1, le=MOST_DAYS, json_schema_extra={"minimum": 1, "maximum": MOST_DAYS}, description="有效天数")
]
Label: TypeAlias = Annotated[Name, Field(description="用途，例如“市级看板”")]
Reason: TypeAlias = Annotated[
    str, StringConstraints(strict=True, min_length=4, max_length=200), AfterValidator(_readable)
]


class AccountChange(Part):
    """All that can be said anew of an account."""

    display_name: PersonName = Field(repr=False)
    roles: Roles
    subjects: Subjects = ()
    institution: Institution = None


class NewAccount(AccountChange):
    """An account as it is made; without a password nobody can log in to it."""

    name: AccountName
    password: NewPassword | None = Field(default=None, repr=False)


class PasswordReset(Part):
    """Another password, given by an administrator."""

    password: NewPassword = Field(repr=False)


class PasswordChange(Part):
    """Another password, given by the one whose it is."""

    old: GivenPassword = Field(repr=False)
    new: NewPassword = Field(repr=False)


class LogIn(Part):
    """Who one says one is."""

    name: Annotated[str, StringConstraints(strict=True, max_length=64)]
    password: GivenPassword = Field(repr=False)


class NewToken(Part):
    """A token as it is made, for oneself or, by an administrator, for another account."""

    account: AccountName | None = None
    label: Label
    roles: Scope
    days: Days
    unpublished: Annotated[StrictBool, AfterValidator(_only_of_dashboards)] = False
    loopback: StrictBool = False


class Revocation(Part):
    """Why a token is revoked."""

    reason: Reason
