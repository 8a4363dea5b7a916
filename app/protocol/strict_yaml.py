"""The strict guard before YAML: scheme documents to the plain values JSON would give, or problems with their places.

What YAML could say and JSON could not is refused: anchors, aliases, tags, merge keys, keys that are no text, numbers in
other notations, several documents. Dates stay text, and so do `yes`, `no`, `on`, `off` (YAML 1.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, TypeAlias

import yaml

from app.protocol.limits import DEEPEST, LARGEST, number, printable, text_problems, too_deep, too_large
from app.scoring.problems import Path, Problem, Problems

_Event: TypeAlias = Any
_Mark: TypeAlias = Any
"""Of PyYAML; its type stubs leave out what the events carry."""

_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: Final = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_OTHER_NUMBER = re.compile(
    r"[+-]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9_]+)(?:[eE][+-]?[0-9]+)?|[+-]?0[xob][0-9a-fA-F_]+"
    r"|[+-]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[+-]?[0-9]{1,2}(?::[0-9]{2})+"
)


class _Stop(Exception):
    """Reading cannot go on."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def read_yaml(text: bytes | str) -> object | Problems:
    """Read one YAML document: mappings as dict, sequences as list, numbers as int or Decimal."""
    source = _decode(text.encode(errors="surrogatepass") if isinstance(text, str) else text)
    if isinstance(source, Problems):
        return source
    reading = _Reading(yaml.parse(source, Loader=_Loader))
    try:
        value = reading.document()
    except _Stop as stop:
        return Problems((*reading.problems, stop.problem))
    except yaml.MarkedYAMLError as error:
        return Problems.one((), "not_yaml", f"{_place(error.problem_mark)}不是合法的 YAML")
    except yaml.YAMLError:
        return Problems.one((), "not_yaml", "不是合法的 YAML：含有不允许的字符")
    return Problems(reading.problems) or value


def _decode(data: bytes) -> str | Problems:
    if len(data) > LARGEST:
        return Problems((too_large(),))
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        return Problems.one((), "byte_order_mark", "内容不应以字节顺序标记（BOM）开头")
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        return Problems.one((), "not_utf8", f"第 {error.start + 1} 个字节起不是合法的 UTF-8")


def _place(mark: _Mark) -> str:
    return f"第 {mark.line + 1} 行第 {mark.column + 1} 列起" if mark else ""


class _Reading:
    """One pass over the events of a document; nesting is bounded, so that recursion is."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events
        self.problems: list[Problem] = []

    def document(self) -> object:
        next(self._events)
        start = next(self._events)
        if isinstance(start, yaml.StreamEndEvent):
            raise _Stop(Problem((), "empty", "内容为空"))
        if start.tags:
            raise _Stop(Problem((), "yaml_tag", f"{_place(start.start_mark)}不允许使用标签"))
        value = self._value(next(self._events), (), 0)
        next(self._events)
        if not isinstance(next(self._events), yaml.StreamEndEvent):
            raise _Stop(Problem((), "several_documents", "只能有一个 YAML 文档"))
        return value

    def _value(self, event: _Event, path: Path, depth: int) -> object:
        self._refuse_references(event, path)
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, path)
        if depth == DEEPEST:
            raise _Stop(too_deep().under(*path))
        if isinstance(event, yaml.SequenceStartEvent):
            return self._list(path, depth + 1)
        return self._mapping(path, depth + 1)

    def _refuse_references(self, event: _Event, path: Path) -> None:
        """A reference could make a small text huge, and one place change when another is edited."""
        if isinstance(event, yaml.AliasEvent):
            raise _Stop(Problem(path, "yaml_alias", f"{_place(event.start_mark)}不允许使用引用（*）"))
        if event.anchor:
            self._note(path, "yaml_anchor", f"{_place(event.start_mark)}不允许使用锚点（&）")
        if event.tag:
            self._note(path, "yaml_tag", f"{_place(event.start_mark)}不允许使用标签（!）")

    def _list(self, path: Path, depth: int) -> list[object]:
        values: list[object] = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            values.append(self._value(event, (*path, len(values)), depth))
        return values

    def _mapping(self, path: Path, depth: int) -> dict[str, object]:
        values: dict[str, object] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            key = self._key(event, path)
            if key in values:
                self._note((*path, key), "duplicate_member", f"{_place(event.start_mark)}成员重复：{key}")
            values[key] = self._value(next(self._events), (*path, key), depth)
        return values

    def _key(self, event: _Event, path: Path) -> str:
        self._refuse_references(event, path)
        if not isinstance(event, yaml.ScalarEvent):
            raise _Stop(Problem(path, "key_is_no_text", f"{_place(event.start_mark)}成员名应为文字"))
        if event.value == "<<" and not event.style:
            self._note(path, "yaml_merge", f"{_place(event.start_mark)}不允许使用合并键（<<）")
        self.problems.extend(text_problems(event.value, path))
        return printable(event.value)

    def _scalar(self, event: _Event, path: Path) -> object:
        text: str = event.value
        if event.style:
            self.problems.extend(text_problems(text, path))
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _NUMBER.fullmatch(text):
            value = number(text)
            if not isinstance(value, Problem):
                return value
            self.problems.append(value.under(*path))
        elif _OTHER_NUMBER.fullmatch(text):
            self._note(
                path,
                "ambiguous_number",
                f"{_place(event.start_mark)}{text[:40]} 写法有歧义：数字请用十进制，文字请加引号",
            )
        return text

    def _note(self, path: Path, code: str, message: str) -> None:
        self.problems.append(Problem(path, code, message))
