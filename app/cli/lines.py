"""Requests line by line: one answer a line in the same order, each before the next line is read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import BinaryIO, Final, NamedTuple

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


class Answer(NamedTuple):
    """The line that answers a line, and what is said of it to people: nothing of a good one."""

    written: bytes
    said: str | None


class BadLines:
    """Counts what was wrong, and says so for the first few."""

    def __init__(self) -> None:
        """None so far."""
        self.count = 0

    def add(self, said: Sequence[str], count: int) -> None:
        """So many more; `said` holds the words for as many of them as are ever said."""
        for line in said[: max(0, MOST_SAID - self.count)]:
            say(line)
        self.count += count

    def close(self) -> int:
        """How many there were, after a word on those that were not named."""
        if self.count > MOST_SAID:
            say(f"共 {self.count} 行有误，其余各行的问题见输出中的 errors")
        return self.count


def score_lines(program: Program, defaults: Defaults, source: BinaryIO, target: BinaryIO) -> int:
    """Answer every line; returns how many were bad. Holds one line and one answer at a time."""
    bad = BadLines()
    for answer in answers(program, defaults, source):
        if answer.said is not None:
            bad.add([answer.said], 1)
        target.write(answer.written)
        target.flush()
    return bad.close()


def answers(program: Program, defaults: Defaults, source: BinaryIO, first: int = 1) -> Iterator[Answer]:
    """The answer to each line as soon as it was read; `first` is the number of the first."""
    for number, line in enumerate(lines_of(source), start=first):
        sheet = line if isinstance(line, Problems) else answer_to(program, defaults, line)
        if isinstance(sheet, Problems):
            yield Answer(refusal(number, sheet) + b"\n", _said(number, sheet))
        else:
            yield Answer(sheet.to_bytes() + b"\n", None)


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


def _said(number: int, problems: Problems) -> str:
    more = f"（共 {len(problems)} 处）" if len(problems) > 1 else ""
    return f"第 {number} 行 {problems[0].pointer or '整行'}：{problems[0].message}{more}"
