"""What is scored: one request from a file, or one on each line of a stream."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from app.cli.speech import Misused
from app.protocol.limits import LARGEST, too_large
from app.protocol.strict_json import read_json
from app.scoring.inputs import read_period
from app.scoring.problems import Problem, Problems

STANDARD_INPUT: Final = Path("-")


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for requests that do not say it themselves."""

    period: dict[str, str] | None
    final: bool

    def completed(self, request: object) -> object:
        """The request with what it left out; anything but an object stays as it is."""
        if not isinstance(request, dict):
            return request
        given = {"period": self.period} if self.period is not None else {}
        return {**given, **({"final": True} if self.final else {}), **request}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request, and whether the file held nothing but evidence."""

    request: dict[str, object]
    bare: bool

    def in_file(self, problems: Problems) -> Problems:
        """The same problems with places in the file as it was written."""
        return Problems(_without_evidence(each) for each in problems) if self.bare else problems


def _without_evidence(problem: Problem) -> Problem:
    inside = problem.path[:1] == ("evidence",)
    return Problem(problem.path[1:], problem.code, problem.message) if inside else problem


def period_of(text: str) -> dict[str, str]:
    """`start/end`, both days in it; raises Misused."""
    start, slash, end = text.partition("/")
    stated = {"start": start, "end": end}
    problems = read_period(stated)
    if not slash or isinstance(problems, Problems):
        why = "" if not slash or not isinstance(problems, Problems) else f"（{problems[0].message}）"
        raise Misused(f"考评期 {text} 应写作 开始日期/结束日期，例如 2020-04-01/2021-03-31{why}")
    return stated


def read_bytes(path: Path) -> bytes:
    """The content of a file (`-`: standard input), at most one byte more than is allowed; raises Misused."""
    try:
        if path == STANDARD_INPUT:
            return sys.stdin.buffer.read(LARGEST + 1)
        with path.open("rb") as file:
            return file.read(LARGEST + 1)
    except FileNotFoundError:
        raise Misused(f"没有文件 {path}") from None
    except IsADirectoryError:
        raise Misused(f"{path} 是目录，不是文件") from None
    except OSError as error:
        raise Misused(f"无法读取文件 {path}：{error.strerror}") from error


def read_document(path: Path) -> object | Problems:
    """The plain values of a JSON file, or of a YAML file by its name."""
    data = read_bytes(path)
    if path.suffix in {".yaml", ".yml"}:
        from app.protocol.strict_yaml import read_yaml

        return read_yaml(data)
    return read_json(data)


def read_asked(path: Path, defaults: Defaults) -> Asked | Problems:
    """The request in a file: an object with the member `evidence`, or the evidence alone."""
    document = read_document(path)
    if isinstance(document, Problems):
        return document
    if not isinstance(document, dict):
        return Problems.one((), "object_type", "应为对象：佐证资料，或带 evidence 的请求")
    bare = "evidence" not in document
    asked = Asked(dict(defaults.completed({"evidence": document} if bare else document)), bare)  # type: ignore[call-overload]
    if "period" not in asked.request:
        raise Misused("缺少考评期：请用 --period 开始日期/结束日期 给出，或写在文件的 period 中")
    return asked


def lines_of(source: BinaryIO) -> Iterator[bytes | Problems]:
    """Each line without its end as soon as it is there; of one that is too long no more than that is kept."""
    while line := source.readline(LARGEST + 1):
        if line.endswith(b"\n"):
            yield line[:-1]
        elif len(line) <= LARGEST:
            yield line
        else:
            rest = line
            while rest and not rest.endswith(b"\n"):
                rest = source.readline(LARGEST)
            yield Problems((too_large(),))
