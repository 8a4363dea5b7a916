"""The kinds of files that may be attached, and the words for what is none of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from app.scoring.problems import Problem

_OFFICE: Final = "application/vnd.openxmlformats-officedocument."


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file: its short name, its media type, the suffixes it goes by (the usual one first)."""

    name: str
    media_type: str
    suffixes: tuple[str, ...]


KINDS: Final[Mapping[str, Kind]] = {
    kind.name: kind
    for kind in (
        Kind("pdf", "application/pdf", (".pdf",)),
        Kind("png", "image/png", (".png",)),
        Kind("jpeg", "image/jpeg", (".jpg", ".jpeg", ".jpe", ".jfif")),
        Kind("docx", _OFFICE + "wordprocessingml.document", (".docx",)),
        Kind("xlsx", _OFFICE + "spreadsheetml.sheet", (".xlsx",)),
        Kind("csv", "text/csv", (".csv",)),
    )
}
"""By name."""
ALLOWED: Final = f"可上传的类型：{'、'.join(KINDS)}（按内容识别，与文件名无关）"


def fault(code: str, message: str) -> Problem:
    """What is wrong with the content, and what would be right."""
    return Problem((), code, f"{message}。{ALLOWED}")


def broken(message: str) -> Problem:
    """A file of an allowed kind that is not whole, or not as that kind has to be."""
    return fault("broken_file", message)
