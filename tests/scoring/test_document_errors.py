"""Pydantic's errors as problems: every one in Chinese, with a stable code and the place in what was written."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import pytest
from pydantic import ConfigDict, Discriminator, Field, PlainValidator, Tag
from pydantic_core import PydanticCustomError, PydanticKnownError
from pydantic_core._pydantic_core import list_all_errors

from app.scoring.document import TAG_MARK, Part, read_part
from tests.builders import said


class Ox(Part):
    kind: Literal["ox"]
    name: Annotated[str, Field(strict=True)]


class Ant(Part):
    kind: Literal["ant"]


class FromAttributes(Part):
    model_config = ConfigDict(from_attributes=True)


def _tag(data: Any) -> str | None:
    return TAG_MARK + data["kind"] if "kind" in data else None


class Everything(Part):
    text: Annotated[str, Field(strict=True, min_length=2, max_length=3, pattern="^[a-z]+$")] = "aa"
    boolean: Annotated[bool, Field(strict=True)] = True
    many: Annotated[list[int], Field(min_length=2, max_length=3)] | None = None
    pair: tuple[int, int] = (1, 2)
    members: dict[Annotated[str, Field(pattern="^[a-z]$")], Annotated[bool, Field(strict=True)]] | None = None
    one: Literal["stop", "extend", "none"] = "stop"
    ox: Ox | None = None
    attributes: FromAttributes | None = None
    nothing: None = None
    beast: Annotated[
        Annotated[Ox, Tag(TAG_MARK + "ox")] | Annotated[Ant, Tag(TAG_MARK + "ant")], Discriminator(_tag)
    ] = Ant(kind="ant")


WORDINGS = [
    ({"text": 5}, "/text", "text_type", "应为文字"),
    ({"text": "a"}, "/text", "text_empty", "不能为空"),
    ({"text": "aaaa"}, "/text", "text_too_long", "文字过长，最多 3 字"),
    ({"text": "A1"}, "/text", "code_form", "代码格式不正确，只能用字母、数字和规定的符号"),
    ({"boolean": 1}, "/boolean", "boolean_type", "应为 true 或 false"),
    ({"many": 5}, "/many", "list_type", "应为列表"),
    ({"many": [1]}, "/many", "list_too_short", "至少要有 2 项"),
    ({"many": [1, 2, 3, 4]}, "/many", "list_too_long", "最多 3 项"),
    ({"pair": 5}, "/pair", "list_type", "应为列表"),
    ({"members": []}, "/members", "object_type", "应为对象"),
    ({"members": {"a": 1}}, "/members/a", "boolean_type", "应为 true 或 false"),
    ({"members": {"1": True}}, "/members/1", "code_form", "代码格式不正确，只能用字母、数字和规定的符号"),
    ({"one": "halt"}, "/one", "choice_unknown", "只能是 stop、extend、none 之一"),
    ({"ox": []}, "/ox", "object_type", "应为对象"),
    ({"ox": {"kind": "ox"}}, "/ox/name", "missing", "缺少此项"),
    ({"attributes": 5}, "/attributes", "object_type", "应为对象"),
    ({"nothing": 5}, "/nothing", "null_required", "应为 null"),
    ({"other": 5}, "/other", "unknown_member", "不认识的成员"),
    ({"beast": {}}, "/beast", "shape_unknown", "不认识的写法"),
    ({"beast": {"kind": "elk"}}, "/beast", "shape_unknown", "不认识的写法"),
    ({"beast": {"kind": "ox", "name": 5}}, "/beast/name", "text_type", "应为文字"),
    ([], "", "object_type", "应为对象"),
]


@pytest.mark.parametrize(("data", "pointer", "code", "message"), WORDINGS, ids=str)
def test_error_is_said_in_chinese(data, pointer, code, message):
    assert said(read_part(Everything, data)) == [(pointer, code, message)]


def test_everything_wrong_is_said_at_once():
    found = read_part(Everything, {"text": 5, "many": 5, "other": 5})
    assert [pointer for pointer, _, _ in said(found)] == ["/text", "/many", "/other"]


def test_part_cannot_be_changed():
    part = read_part(Ant, {"kind": "ant"})
    with pytest.raises(ValueError, match="frozen"):
        part.kind = "ox"


def _raising(error: Exception) -> Any:
    def refuse(_: object) -> object:
        raise error

    class Raising(Part):
        here: Annotated[object, PlainValidator(refuse)]

    return Raising


def test_own_refusal_is_kept():
    found = read_part(_raising(PydanticCustomError("own_code", "应当这样写")), {"here": 1})
    assert said(found) == [("/here", "own_code", "应当这样写")]


@pytest.mark.parametrize("error", list_all_errors(), ids=lambda error: error["type"])
def test_no_error_of_the_library_speaks_english(error):
    raised = PydanticKnownError(error["type"], error.get("example_context"))
    ((pointer, code, message),) = said(read_part(_raising(raised), {"here": 1}))
    assert pointer == "/here"
    assert code.replace("_", "").islower()
    assert all(not sign.isascii() or sign in " {}" or not sign.isalpha() for sign in _without_examples(message, error))


def _without_examples(message: str, error: Any) -> str:
    for value in ("true", "false", "null", *map(str, (error.get("example_context") or {}).values())):
        message = message.replace(value.replace("'", "").replace(" or ", "、"), "")
    return message
