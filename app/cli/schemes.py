"""The commands `schemes`: what is in the library and in the database, one scheme in full, the library loaded."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import typer

from app.checking import check
from app.cli.library import find_scheme, load_scheme, on_disk
from app.cli.remarks import figure
from app.cli.speech import refuse
from app.cli.wrapping import fold
from app.scoring.digest import canonical
from app.scoring.exact import as_decimal
from app.scoring.problems import Problems
from app.scoring.scheme import Reading, Scheme, document_schema

INDENT: Final = 4


def show_library(directory: Path) -> int:
    """The exit code, after every scheme of the library on disk."""
    code = 0
    for name, path in on_disk(directory).items():
        program = load_scheme(path)
        if isinstance(program, Problems):
            code = refuse(f"评价方案 {path} 有误", program)
        else:
            typer.echo(f"{name}  {program.scheme.title}（{_size(program.scheme)}）")
    return code


def _size(scheme: Scheme) -> str:
    items = sum(len(section.items) for section in scheme.sections)
    bonus = sum((section.points for section in scheme.sections if section.bonus), start=0)
    return f"{items}项，基本分{figure(as_decimal(scheme.base))}，加分{figure(as_decimal(bonus))}"


def show_scheme(asked: str, directory: Path, *, as_json: bool) -> int:
    """The exit code, after a scheme in words, or its document in canonical form."""
    path = find_scheme(asked, directory)
    program = load_scheme(path)
    if isinstance(program, Problems):
        return refuse(f"评价方案 {path} 有误", program)
    if as_json:
        sys.stdout.buffer.write(canonical(program.document) + b"\n")
        return 0
    width = shutil.get_terminal_size().columns
    for depth, line in _lines(program.scheme, program.digest):
        for part in fold(line, max(width - INDENT * depth, 2 * INDENT)):
            typer.echo(" " * INDENT * depth + part)
    return 0


def check_scheme(asked: str, directory: Path) -> int:
    """The exit code, after what keeps a scheme from being published."""
    path = find_scheme(asked, directory)
    program = load_scheme(path)
    problems = program if isinstance(program, Problems) else check(program)
    if problems:
        return refuse(f"评价方案 {path} 有误", problems)
    typer.echo(f"{path}：没有发现问题，例题全部符合")
    return 0


def show_schema() -> int:
    """The exit code, after the JSON Schema of scheme documents as it is published."""
    typer.echo(json.dumps(document_schema(), ensure_ascii=False, indent=1, sort_keys=True))
    return 0


def _lines(scheme: Scheme, digest: str) -> Iterator[tuple[int, str]]:
    yield 0, scheme.title
    yield 0, f"{scheme.scheme}@{scheme.version} {digest}"
    yield 0, f"来源：{scheme.source.document}{scheme.source.location or ''}"
    yield 0, f"适用期间：{scheme.effective.start} 至 {scheme.effective.end}"
    for section in scheme.sections:
        yield 0, ""
        yield 0, f"{section.title}（{figure(as_decimal(section.points))}分）"
        for item in section.items:
            yield 1, f"{item.number or '－'} {item.indicator}：{item.title}（{figure(as_decimal(item.points))}分）"
            yield 2, item.criteria
            for reading in item.readings:
                yield from _reading(reading)
    if scheme.readings:
        yield 0, ""
        yield 0, "通用口径"
        for reading in scheme.readings:
            yield from _reading(reading)


def _reading(reading: Reading) -> Iterator[tuple[int, str]]:
    yield 2, f"口径（{reading.about}）：{reading.chosen}"
