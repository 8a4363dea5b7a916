"""The command `score`: one file to a table or a sheet, or a stream of lines."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

from app.cli.library import find_scheme, load_scheme
from app.cli.lines import score_lines
from app.cli.reading import STANDARD_INPUT, Asked, Defaults, read_asked
from app.cli.speech import BAD_INPUT, refuse, say
from app.scoring.engine import Program, score_request
from app.scoring.problems import Problems


def score_file(scheme: str, library: Path, file: Path, defaults: Defaults, *, as_json: bool) -> int:
    """The exit code, after the sheet of a file, or what is wrong with it."""
    program = _program(scheme, library)
    if program is None:
        return BAD_INPUT
    name = "标准输入" if file == STANDARD_INPUT else str(file)
    asked = read_asked(file, defaults)
    if isinstance(asked, Problems):
        return refuse(f"{name} 有误", asked)
    return _answer(program, asked, name, as_json=as_json)


def score_stream(scheme: str, library: Path, defaults: Defaults, workers: int = 1) -> int:
    """The exit code, after the answer to every line; whoever stops reading ends it quietly."""
    program = _program(scheme, library)
    if program is None:
        return BAD_INPUT
    gc.collect()
    gc.freeze()  # what is loaded stays; the collector need not look at it for every line
    try:
        bad = _score_lines(program, find_scheme(scheme, library), defaults, workers)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered has nowhere to go
        return 0
    return BAD_INPUT if bad else 0


def _score_lines(program: Program, path: Path, defaults: Defaults, workers: int) -> int:
    source, target = sys.stdin.buffer, sys.stdout.buffer
    if workers == 1:
        return score_lines(program, defaults, source, target)
    from app.cli.workers import WorkerLost, loader, score_with_workers

    try:
        return score_with_workers(workers, loader(program, path), defaults, source, target)
    except WorkerLost as error:
        say(str(error))
        return 1


def _program(scheme: str, library: Path) -> Program | None:
    path = find_scheme(scheme, library)
    program = load_scheme(path)
    if isinstance(program, Problems):
        refuse(f"评价方案 {path} 有误", program)
        return None
    return program


def _answer(program: Program, asked: Asked, name: str, *, as_json: bool) -> int:
    sheet = score_request(program, asked.request)
    if isinstance(sheet, Problems):
        return refuse(f"{name} 有误", asked.in_file(sheet))
    if as_json:
        sys.stdout.buffer.write(sheet.to_bytes() + b"\n")
        return 0
    from app.cli.sheet import show

    show(sheet, program.scheme)
    return 0
