"""What every part of a scheme document shares: frozen strict models, numbers, codes, and their errors in Chinese."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, PlainValidator, StringConstraints, ValidationError, WithJsonSchema
from pydantic_core import ErrorDetails, PydanticCustomError

from app.scoring.exact import FINEST_PLACES, MOST, MOST_DIGITS, Exact, exact
from app.scoring.problems import Path, Problem, Problems

LONGEST_LITERAL = 24
TAG_MARK = "·"
"""Opens the tags of unions, so that they can be taken out of the paths of errors."""


class Part(BaseModel):
    """A part of the document: unknown members are refused, nothing can be changed afterwards."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


def read_number(value: object) -> Exact:
    """A JSON number within 15 significant digits and 6 places; text, booleans and floats are refused."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise PydanticCustomError("number_type", "应为数字")
    if not fits(value):
        raise PydanticCustomError("number_size", "数字最多 15 位有效数字、6 位小数")
    return exact(value)


def fits(number: int | Decimal) -> bool:
    """Whether a number keeps to the limits of the API: finite, at most 15 digits and 6 places, trailing zeros aside."""
    if isinstance(number, int):
        return -MOST <= number <= MOST
    if (
        not number.is_finite()
        or len(number.as_tuple().digits) > LONGEST_LITERAL
        or abs(number.adjusted()) > LONGEST_LITERAL
    ):
        return number.is_finite() and number.is_zero()
    scaled = number.scaleb(FINEST_PLACES)
    return (
        scaled == scaled.to_integral_value()
        and len(number.normalize().as_tuple().digits) <= MOST_DIGITS
        and abs(number) <= MOST
    )


def _not_negative(value: Exact) -> Exact:
    if value < 0:
        raise PydanticCustomError("number_negative", "不能小于 0")
    return value


def _positive(value: Exact) -> Exact:
    if value <= 0:
        raise PydanticCustomError("number_not_positive", "应大于 0")
    return value


def read_day(value: object) -> date:
    """An ISO day (2020-04-01) as text; a day that does not exist is refused."""
    day = day_of(value)
    if day is None:
        raise PydanticCustomError("date_value", "应为存在的日期，格式为 2020-04-01")
    return day


def day_of(value: object) -> date | None:
    """The day that ISO text like 2020-04-01 names, None when there is none; a week (2020-W23-1) is no day."""
    if not isinstance(value, str) or not value.isascii() or len(value) != len("2020-04-01") or value[7] != "-":
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def read_whole(value: object) -> int:
    """A whole JSON number; booleans and text are refused."""
    number = read_number(value)
    if not isinstance(number, int):
        raise PydanticCustomError("integer_value", "应为整数")
    return number


def _amount(value: object) -> Exact:
    return _not_negative(read_number(value))


def _above_zero(value: object) -> Exact:
    return _positive(read_number(value))


Number: TypeAlias = Annotated[Exact, PlainValidator(read_number), WithJsonSchema({"type": "number"})]
Amount: TypeAlias = Annotated[Exact, PlainValidator(_amount), WithJsonSchema({"type": "number", "minimum": 0})]
Positive: TypeAlias = Annotated[
    Exact, PlainValidator(_above_zero), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
]
Whole: TypeAlias = Annotated[int, PlainValidator(read_whole), WithJsonSchema({"type": "integer"})]
Day: TypeAlias = Annotated[date, PlainValidator(read_day), WithJsonSchema({"type": "string", "format": "date"})]
Code: TypeAlias = Annotated[str, StringConstraints(strict=True, pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,63}$")]
Slug: TypeAlias = Annotated[
    str, StringConstraints(strict=True, pattern=r"^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$")
]
Text: TypeAlias = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=4000)]

Shape = TypeVar("Shape", bound=BaseModel)


def read_part(shape: type[Shape], data: object) -> Shape | Problems:
    """Build a part from plain data, or say everything that is wrong with it."""
    try:
        return shape.model_validate(data)
    except ValidationError as error:
        return problems_of(error)


def problems_of(error: ValidationError) -> Problems:
    """Pydantic's errors as problems with Chinese messages."""
    return Problems(_problem(detail) for detail in error.errors(include_url=False, include_input=False))


def _problem(detail: ErrorDetails) -> Problem:
    path: Path = tuple(step for step in detail["loc"] if not str(step).startswith(TAG_MARK) and step != "[key]")
    code, wording = _WORDINGS.get(detail["type"], (detail["type"], None))
    context = {str(key): _listed(value) for key, value in detail.get("ctx", {}).items()}
    if wording is not None:
        return Problem(path, code, wording.format_map(context))
    return Problem(path, code, detail["msg"] if _is_chinese(detail["msg"]) else "内容不符合格式")


def _listed(value: object) -> object:
    return value.replace("'", "").replace(" or ", "、").replace(", ", "、") if isinstance(value, str) else value


def _is_chinese(message: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in message)


_WORDINGS: dict[str, tuple[str, str]] = {
    "missing": ("missing", "缺少此项"),
    "extra_forbidden": ("unknown_member", "不认识的成员"),
    "string_type": ("text_type", "应为文字"),
    "string_too_short": ("text_empty", "不能为空"),
    "string_too_long": ("text_too_long", "文字过长，最多 {max_length} 字"),
    "string_pattern_mismatch": ("code_form", "代码格式不正确，只能用字母、数字和规定的符号"),
    "bool_type": ("boolean_type", "应为 true 或 false"),
    "list_type": ("list_type", "应为列表"),
    "tuple_type": ("list_type", "应为列表"),
    "dict_type": ("object_type", "应为对象"),
    "model_type": ("object_type", "应为对象"),
    "model_attributes_type": ("object_type", "应为对象"),
    "literal_error": ("choice_unknown", "只能是 {expected} 之一"),
    "too_short": ("list_too_short", "至少要有 {min_length} 项"),
    "too_long": ("list_too_long", "最多 {max_length} 项"),
    "union_tag_invalid": ("shape_unknown", "不认识的写法"),
    "union_tag_not_found": ("shape_unknown", "不认识的写法"),
    "greater_than_equal": ("number_too_small", "不能小于 {ge}"),
    "less_than_equal": ("number_too_large", "不能大于 {le}"),
    "none_required": ("null_required", "应为 null"),
}
