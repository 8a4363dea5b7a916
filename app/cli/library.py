"""The scheme that is asked for: by its names from the library on disk, or a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from app.cli.reading import read_document
from app.cli.speech import Misused
from app.scoring.engine import Program, prepare
from app.scoring.problems import Problems

SUFFIXES: Final = (".yaml", ".yml", ".json")
_NAME = re.compile(r"(?P<code>[A-Za-z0-9][A-Za-z0-9._-]*)@(?P<version>[A-Za-z0-9][A-Za-z0-9._-]*)")


def on_disk(directory: Path) -> dict[str, Path]:
    """The schemes of a library by `code@version`, in order."""
    return {f"{path.parent.name}@{path.stem}": path for path in sorted(directory.glob("*/*.yaml"))}


def find_scheme(asked: str, directory: Path) -> Path:
    """The file of a scheme given as `code@version` or as a path; raises Misused."""
    if asked.endswith(SUFFIXES) or "/" in asked:
        if not asked.endswith(SUFFIXES):
            raise Misused(f"评价方案文件 {asked} 应为 .yaml、.yml 或 .json 文件")
        return Path(asked)
    known = on_disk(directory)
    if asked in known and _NAME.fullmatch(asked):
        return known[asked]
    there = "、".join(known) or f"（{directory} 中没有评价方案）"
    raise Misused(f"方案库中没有评价方案 {asked}；可用的有：{there}")


def load_scheme(path: Path) -> Program | Problems:
    """The scheme of a file, compiled."""
    document = read_document(path)
    return document if isinstance(document, Problems) else prepare(document)
