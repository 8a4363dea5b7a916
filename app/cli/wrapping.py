"""Chinese text in columns, by width of cells: no line begins with a closing sign or ends with an opening one."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len

CLOSING: Final = "，。、；：！？）】》」』”’～…%％·"
OPENING: Final = "（【《「『“‘"
_TOKEN = re.compile(rf"[{OPENING}]*(?:[!-~]*[0-9][\u4e00-\u9fff]?|[!-~]+|\s+|.)(?:[{CLOSING}/]|-(?![0-9]))*", re.DOTALL)


def fold(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells; numbers and Latin words stay whole where they fit a line."""
    return [line for paragraph in text.split("\n") for line in _folded(paragraph, width)]


def _folded(paragraph: str, width: int) -> Iterator[str]:
    line, used = "", 0
    for token in _tokens(paragraph, width):
        size = cell_len(token)
        if used + size > width:
            yield line.rstrip()
            line, used = "", 0
        if line or not token.isspace():
            line, used = line + token, used + size
    yield line.rstrip()


def _tokens(paragraph: str, width: int) -> Iterator[str]:
    """What is not broken, unless it is wider than a whole line."""
    for match in _TOKEN.finditer(paragraph):
        token = match[0]
        if cell_len(token) <= width:
            yield token
        else:
            yield from token
