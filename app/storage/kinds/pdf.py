"""PDF: its header at the very beginning, and the place of its table of contents at the very end."""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from app.scoring.problems import Problem
from app.storage.kinds.kind import broken

_HEADER: Final = re.compile(rb"%PDF-(1\.[0-7]|2\.0)\s")
_TRAILER: Final = re.compile(rb"startxref\s+([0-9]{1,10})\s+%%EOF[\s\x00]*\Z")
_TAIL: Final = 1024


def pdf_fault(file: BinaryIO, size: int) -> Problem | None:
    """What is wrong with a PDF."""
    if not _HEADER.match(file.read(16)):
        return broken("PDF 文件头有误")
    file.seek(max(0, size - _TAIL))
    trailer = _TRAILER.search(file.read(_TAIL))
    if trailer is None or int(trailer[1]) >= size:
        return broken("PDF 文件不完整，或在结尾之后还有其他内容")
    return None
