"""CSV: text of UTF-8 or GB18030 without control characters, rows of at least two columns."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from io import BufferedReader, RawIOBase, TextIOWrapper
from typing import BinaryIO, Final, cast

from app.scoring.problems import Problem
from app.storage.kinds.kind import broken, fault

_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_SOMETHING_ELSE: Final = re.compile(r"\s*(<|#!|\{)")
"""How pages, scripts and objects begin, and no table."""
_DELIMITERS: Final = ",;\t"
_BEGINNING: Final = 4096
"""Characters that show what delimits the cells."""
_PIECE: Final = 1024 * 1024
"""Bytes read at once."""
_LONGEST_LINE: Final = 256 * 1024
"""Characters; the csv module bounds a field by 128 Ki."""
_MOST_ROWS: Final = 1_048_576
_MOST_COLUMNS: Final = 16_384
"""Both as many as a sheet can show."""

NO_KIND: Final = fault("kind_not_allowed", "无法识别文件内容，或此类文件不可上传")


class _InPieces(BufferedReader):
    """Large pieces of a file, where text would be read by 8 KiB.

    Every read lets go of the interpreter for so short a moment that no other thread gets hold of it, but each one that
    waits begins to wait anew: with a read every third of a millisecond they would wait until the file has ended.
    """

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(cast("RawIOBase", file), _PIECE)

    def read1(self, size: int = -1, /) -> bytes:
        """From what was read already, and whole pieces of the file."""
        return self.read(size)


class _Other(Exception):
    """The text is no table."""


def csv_fault(file: BinaryIO, _size: int) -> Problem | None:
    """What is wrong with what may be a CSV, as it begins like nothing else."""
    for encoding in _ENCODINGS:
        file.seek(0)
        pieces = _InPieces(file)
        text = TextIOWrapper(pieces, encoding, newline="")
        try:
            return _fault(text)
        except UnicodeDecodeError:
            continue
        except _Other:
            return NO_KIND
        except csv.Error:
            return broken("CSV 文件中有过长的字段或不成对的引号")
        finally:
            text.detach()
            pieces.detach()
    return NO_KIND


def _fault(text: TextIOWrapper) -> Problem | None:
    beginning = text.read(_BEGINNING)
    if _SOMETHING_ELSE.match(beginning):
        raise _Other
    delimiter = max(_DELIMITERS, key=beginning.count)
    text.seek(0)
    widest = 0
    for row, cells in enumerate(csv.reader(_lines(text), delimiter=delimiter, strict=True)):
        widest = max(widest, len(cells))
        if row == _MOST_ROWS or widest > _MOST_COLUMNS:
            return broken(f"CSV 文件至多 {_MOST_ROWS} 行、{_MOST_COLUMNS} 列")
    return None if widest > 1 else fault("kind_not_allowed", "文字内容不是表格：CSV 文件至少应有两列")


def _lines(text: TextIOWrapper) -> Iterator[str]:
    while line := text.readline(_LONGEST_LINE):
        if len(line) == _LONGEST_LINE or _CONTROL.search(line):
            raise _Other
        yield line
