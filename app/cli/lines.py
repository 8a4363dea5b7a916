"""Requests line by line: one answer a line in the same order, each before the next line is read."""

from __future__ import annotations

from typing import BinaryIO, Final

import msgspec

from app.cli.reading import Defaults, lines_of
from app.cli.speech import say
from app.protocol.strict_json import read_json
from app.scoring.engine import Program, score_request
from app.scoring.problems import Problems
from app.scoring.sheet import ScoreSheet

MOST_ERRORS: Final = 100
"""Problems listed for one line."""
MOST_SAID: Final = 20
"""Bad lines that are also named on standard error; all of them are answered in their place."""


def score_lines(program: Program, defaults: Defaults, source: BinaryIO, target: BinaryIO) -> int:
    """Answer every line; returns how many were bad. Holds one line and one answer at a time."""
    bad = 0
    for number, line in enumerate(lines_of(source), start=1):
        answer = line if isinstance(line, Problems) else answer_to(program, defaults, line)
        if isinstance(answer, Problems):
            bad += 1
            _say(bad, number, answer)
            target.write(refusal(number, answer))
        else:
            target.write(answer.to_bytes())
        target.write(b"\n")
        target.flush()
    if bad > MOST_SAID:
        say(f"共 {bad} 行有误，其余各行的问题见输出中的 errors")
    return bad


def answer_to(program: Program, defaults: Defaults, line: bytes) -> ScoreSheet | Problems:
    """The sheet of one line, or everything that is wrong with it."""
    request = read_json(line)
    if isinstance(request, Problems):
        return request
    return score_request(program, defaults.completed(request))


def refusal(number: int, problems: Problems) -> bytes:
    """What stands in the place of a sheet."""
    errors = [{"pointer": e.pointer, "code": e.code, "message": e.message} for e in problems[:MOST_ERRORS]]
    return msgspec.json.encode({"line": number, "errors": errors})


def _say(bad: int, number: int, problems: Problems) -> None:
    if bad <= MOST_SAID:
        more = f"（共 {len(problems)} 处）" if len(problems) > 1 else ""
        say(f"第 {number} 行 {problems[0].pointer or '整行'}：{problems[0].message}{more}")
