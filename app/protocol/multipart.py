"""Multipart forms, part by part as they arrive: one file straight to its taker, short texts, everything bounded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from app.protocol.limits import printable, text_problems
from app.protocol.problems import Unreadable
from app.scoring.problems import Problem, Problems

MOST_PARTS: Final = 8
LONGEST_HEADER: Final = 4096
"""Bytes of one header line of a part."""
MOST_HEADERS: Final = 8
_MOST_BYTES: Final = 4
"""Bytes of a character in UTF-8."""
_LONGEST_NAME: Final = 64

Take = Callable[[memoryview], None]


class FileTaker(Protocol):
    """Where the file goes."""

    def begin(self, name: str) -> Take:
        """A file of this name begins; what takes its bytes."""


class Form:
    """A form with one file part and some text parts; fed with bytes as they come, in any pieces.

    `texts`: the longest text of each text part, in characters. Raises Unreadable where the form itself is broken;
    what is wrong with single parts is in `problems`, all of it.
    """

    def __init__(self, boundary: bytes, file: str, texts: Mapping[str, int], taker: FileTaker) -> None:
        self.problems: list[Problem] = []
        self._file = file
        self._longest = texts
        self._taker = taker
        self._begun: set[str] = set()
        self._texts: dict[str, bytearray] = {}
        self._parts = 0
        self._whole = False
        self._field = bytearray()
        self._value = bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._take: Take = _ignore
        self._parser = self._reading(boundary)

    def feed(self, data: bytes) -> None:
        """The next bytes."""
        try:
            self._parser.write(data)
        except FormParserError:
            raise broken() from None

    def end(self) -> dict[str, str]:
        """No more bytes come: the texts that were given."""
        if not self._whole:
            raise broken()
        if self._file not in self._begun:
            self._note(self._file, "missing", "缺少文件")
        return {name: self._text(name, bytes(data)) for name, data in self._texts.items()}

    def _reading(self, boundary: bytes) -> MultipartParser:
        try:
            return MultipartParser(
                boundary,
                {
                    "on_part_begin": self._part_begins,
                    "on_header_field": lambda data, start, end: self._field.extend(data[start:end]),
                    "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
                    "on_header_end": self._header_ends,
                    "on_headers_finished": self._headers_end,
                    "on_part_data": lambda data, start, end: self._take(memoryview(data)[start:end]),
                    "on_end": self._ends,
                },
                max_header_count=MOST_HEADERS,
                max_header_size=LONGEST_HEADER,
            )
        except FormParserError:
            raise broken() from None

    def _part_begins(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise Unreadable(400, "unreadable", f"表单至多有 {MOST_PARTS} 个部分")
        self._headers = {}
        self._take = _ignore

    def _header_ends(self) -> None:
        self._headers[bytes(self._field).lower()] = bytes(self._value)
        self._field.clear()
        self._value.clear()

    def _headers_end(self) -> None:
        kind, options = parse_options_header(self._headers.get(b"content-disposition"))
        if kind != b"form-data" or b"name" not in options:
            raise broken()
        name = _decoded(options[b"name"])[:_LONGEST_NAME]
        if name in self._begun:
            self._note(name, "duplicate_member", f"成员重复：{printable(name)}")
        elif name == self._file:
            self._file_begins(options.get(b"filename"))
        elif name in self._longest:
            self._take = self._text_taker(name)
        else:
            self._note(name, "unknown_member", "不认识的成员")
        self._begun.add(name)

    def _file_begins(self, name: bytes | None) -> None:
        if name:
            self._take = self._taker.begin(_decoded(name))
        else:
            self._note(self._file, "missing", "缺少文件：此部分应带有文件名")

    def _text_taker(self, name: str) -> Take:
        """Takes as much as can be within the limit, and enough to show that more came."""
        data = self._texts[name] = bytearray()
        most = self._longest[name] * _MOST_BYTES + 1
        return lambda more: data.extend(more[: most - len(data)])

    def _text(self, name: str, data: bytes) -> str:
        try:
            text = data.decode().replace("\r\n", "\n")
        except UnicodeDecodeError:
            text = data.decode(errors="replace")
            if len(data) <= self._longest[name] * _MOST_BYTES:
                self._note(name, "not_utf8", "不是合法的 UTF-8")
        self.problems.extend(text_problems(text, (name,)))
        if len(text) > self._longest[name]:
            self._note(name, "text_too_long", f"文字过长，最多 {self._longest[name]} 字")
        return text

    def _ends(self) -> None:
        self._whole = True

    def _note(self, name: str, code: str, message: str) -> None:
        self.problems.append(Problem((printable(name),), code, message))


def broken() -> Unreadable:
    """The refusal of a form that cannot be read to its end."""
    problem = Problems.one((), "not_multipart", "不是完整的 multipart/form-data 内容")
    return Unreadable(400, "unreadable", "请求内容无法读取", problem)


def _ignore(_data: memoryview) -> None:
    """A part that nobody reads."""


def _decoded(name: bytes) -> str:
    """As browsers send it, or as old programs of this country do."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name.decode("gb18030", errors="replace")
