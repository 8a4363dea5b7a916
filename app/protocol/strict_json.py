"""The strict guard before JSON: bytes to plain values with exact numbers, or all problems with their places."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator

from app.protocol.limits import LARGEST, MOST_DIGITS, printable, text_problems, too_deep, too_large
from app.protocol.ordinary_json import Suspect, exact_number, is_too_deep, read_ordinary
from app.scoring.problems import Path, Problem, Problems

BROKEN = frozenset(
    {"empty", "not_utf8", "byte_order_mark", "not_json", "not_yaml", "not_a_number", "duplicate_member"}
    | {"lone_surrogate", "too_deep"}
)
"""Codes of input that is no JSON (or YAML) with one meaning, as against values that are wrong."""

_SUSPECT = re.compile(rb"\\u(?:00[01]|[dD][89a-fA-F])|\\[bf]")
"""Escapes that may stand for what is no text; without them the texts need no second look."""


class _Faulty:
    """Stands in the tree where something is wrong, until its place is known."""

    __slots__ = ("problems", "value")

    def __init__(self, problems: tuple[Problem, ...], value: object) -> None:
        self.problems = problems
        self.value = value


def read_json(data: bytes) -> object | Problems:
    """Read one JSON value: objects as dict, arrays as list, numbers as int or Decimal."""
    try:
        return read_ordinary(data)
    except Suspect:
        return read_carefully(data)


def read_carefully(data: bytes) -> object | Problems:
    """The same for any bytes whatever, with every problem in its place."""
    text = _decode(data)
    if isinstance(text, Problems):
        return text
    faults: list[_Faulty] = []
    try:
        value: object = _decoder(faults).decode(text)
    except json.JSONDecodeError as error:
        message = f"第 {error.lineno} 行第 {error.colno} 列起不是合法的 JSON"
        return Problems.one((), "not_json", message)
    except RecursionError:
        return Problems((too_deep(),))
    if is_too_deep(data):
        return Problems((too_deep(),))
    if faults or (b"\\" in data and _SUSPECT.search(data)):
        return Problems(_problems(value, ())) or value
    return value


def _decode(data: bytes) -> str | Problems:
    if len(data) > LARGEST:
        return Problems((too_large(),))
    if not data.strip(b" \t\r\n"):
        return Problems.one((), "empty", "内容为空")
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return Problems.one((), "byte_order_mark", "内容不应以字节顺序标记（BOM）开头")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        return Problems.one((), "not_utf8", f"第 {error.start + 1} 个字节起不是合法的 UTF-8")


def _decoder(faults: list[_Faulty]) -> json.JSONDecoder:
    def faulty(*problems: Problem, value: object = None) -> _Faulty:
        fault = _Faulty(problems, value)
        faults.append(fault)
        return fault

    def read_number(literal: str) -> object:
        if len(literal) < MOST_DIGITS and literal.isdigit():
            return int(literal)
        value = exact_number(literal)
        return faulty(value) if isinstance(value, Problem) else value

    def read_constant(literal: str) -> object:
        return faulty(Problem((), "not_a_number", f"{literal} 不是合法的 JSON 数字"))

    def read_object(members: list[tuple[str, object]]) -> object:
        value = dict(members)
        if len(value) == len(members):
            return value
        times = Counter(name for name, _ in members)
        twice = [printable(name) for name in times if times[name] > 1]
        return faulty(*(Problem((name,), "duplicate_member", f"成员重复：{name}") for name in twice), value=value)

    return json.JSONDecoder(
        parse_int=read_number, parse_float=read_number, parse_constant=read_constant, object_pairs_hook=read_object
    )


def _problems(value: object, path: Path) -> Iterator[Problem]:
    if isinstance(value, _Faulty):
        yield from (problem.under(*path) for problem in value.problems)
        value = value.value
    if isinstance(value, str):
        yield from text_problems(value, path)
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from text_problems(name, path)
            yield from _problems(inner, (*path, printable(name)))
    elif isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _problems(inner, (*path, place))
