"""Which kind of file some content is, by what is in it; names do not count."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import BinaryIO, Final

from app.scoring.problems import Problem
from app.storage.kinds.commas import csv_fault
from app.storage.kinds.jpeg import jpeg_fault
from app.storage.kinds.kind import ALLOWED, KINDS, Kind, fault
from app.storage.kinds.office import office_kind
from app.storage.kinds.pdf import pdf_fault
from app.storage.kinds.png import SIGNATURE, png_fault

__all__ = ["ALLOWED", "KINDS", "Kind", "kind_of"]

_Check = Callable[[BinaryIO, int], Problem | None]
"""What is wrong with a file of so many bytes that begins like its kind."""
_CHECKS: Final[Mapping[str, _Check]] = {
    "pdf": pdf_fault,
    "png": png_fault,
    "jpeg": jpeg_fault,
    "csv": csv_fault,
}
_BEGINNINGS: Final = {"pdf": b"%PDF-", "png": SIGNATURE[:4], "jpeg": b"\xff\xd8"}
_HEAD: Final = 8
"""Bytes that tell a beginning."""


def kind_of(file: BinaryIO) -> Kind | Problem:
    """The kind of a whole file, or why it is none of those allowed (its path is empty); read piece by piece."""
    size = file.seek(0, os.SEEK_END)
    file.seek(0)
    head = file.read(_HEAD)
    if not head:
        return fault("empty_file", "文件为空")
    file.seek(0)
    if head.startswith(b"PK"):
        found = office_kind(file, size)
        return found if isinstance(found, Problem) else KINDS[found]
    name = _looks_like(head)
    return _CHECKS[name](file, size) or KINDS[name]


def _looks_like(head: bytes) -> str:
    """What begins like nothing else may be a table."""
    return next((name for name, beginning in _BEGINNINGS.items() if head.startswith(beginning)), "csv")
