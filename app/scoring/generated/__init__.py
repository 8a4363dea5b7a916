"""Rules as Python source, written once for a compiled scheme: the quick way from known facts to scores and reasons.

What is asked is a row whose facts are all known; anything else (a fact or a judgement that is missing, a rule or a turn
that no source is written for) gives None, and is left to the ordinary rule. The source holds no text of a document but
as a literal, and what it gives is what the ordinary rule gives, word for word.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from types import CodeType
from typing import Any, TypeAlias

from app.scoring.exact import TooLarge
from app.scoring.fields import Value
from app.scoring.generated.endings import RowEnd
from app.scoring.generated.finite import look_up
from app.scoring.generated.results import Deducted, Ending, Quick, Unsettled, finish, score_ratio, shown, shown_ratio
from app.scoring.generated.rows import Row
from app.scoring.generated.shapes import write
from app.scoring.generated.source import INDENT, Body, Names, Uncovered
from app.scoring.rules.shape import Judging
from app.scoring.wording import value_text

TOO_DEEP = (SyntaxError, RecursionError, MemoryError)
"""How Python says that brackets, or parts of an expression, are nested too deep."""

__all__ = ["Deducted", "Ending", "Generated", "Quick", "Row", "generate"]

QuickItem: TypeAlias = Callable[[Mapping[str, Value], Judging], Quick | None]
QuickSheet: TypeAlias = Callable[[Mapping[str, Value], Mapping[str, Judging]], tuple[Quick | None, ...]]


@dataclass(frozen=True, slots=True)
class Generated:
    """The functions written for one compiled scheme, and their source."""

    sheet: QuickSheet
    items: Mapping[str, QuickItem]
    source: str


def generate(rows: Sequence[Row]) -> Generated:
    """Write and compile the functions for these rows."""
    names = Names()
    bodies = [_body(row, names, f"r{number}") for number, row in enumerate(rows)]
    try:
        code = _compiled(source := _source(rows, bodies))
    except TOO_DEEP:
        bodies = [_shallow(body, number) for number, body in enumerate(bodies)]
        code = _compiled(source := _source(rows, bodies))
    made: dict[str, Any] = _CALLED | names.values
    exec(code, made)  # noqa: S102 - our own text; a document's texts are literals in it
    return Generated(made["sheet"], {row.code: made[f"item{number}"] for number, row in enumerate(rows)}, source)


def _source(rows: Sequence[Row], bodies: Sequence[list[str]]) -> str:
    lines = ["def sheet(v, js):"]
    for number, row in enumerate(rows):
        lines += _tried(row, bodies[number], number)
    lines.append(f"{INDENT}return ({''.join(f'r{number}, ' for number in range(len(rows)))})")
    for number, body in enumerate(bodies):
        lines += _item(body, number)
    return "\n".join(lines) + "\n"


def _compiled(source: str) -> CodeType:
    return compile(source, "<generated rules>", "exec")


def _shallow(body: list[str], number: int) -> list[str]:
    """The statements of a row, unless Python finds them nested too deep."""
    try:
        _compiled("\n".join(_item(body, number)))
    except TOO_DEEP:
        return [f"r{number} = None"]
    return body


def _body(row: Row, names: Names, result: str) -> list[str]:
    """The statements of a row, which set its result."""
    try:
        body = Body(names, result)
        known = look_up(row, body)
        if known is not None:
            body.end(known)
            return body.statements()
        if (row.ending.due * 10**row.ending.places).denominator != 1:
            return [f"{result} = None"]
        body = Body(names, result)
        write(row.ruling, RowEnd(body, row.ending))
        return body.statements()
    except (Uncovered, TooLarge):
        return [f"{result} = None"]


def _tried(row: Row, body: list[str], number: int) -> list[str]:
    asked = [f"{INDENT * 2}j = js.get({row.code!r}, NOTHING)"] if any(row.ruling.judgeables()) else []
    return [
        f"{INDENT}try:",
        *asked,
        *(INDENT * 2 + line for line in body),
        f"{INDENT}except KeyError:",
        f"{INDENT * 2}r{number} = None",
    ]


def _item(body: list[str], number: int) -> list[str]:
    return [
        f"def item{number}(v, j):",
        f"{INDENT}try:",
        *(INDENT * 2 + line for line in body),
        f"{INDENT}except KeyError:",
        f"{INDENT * 2}return None",
        f"{INDENT}return r{number}",
    ]


_CALLED: dict[str, object] = {
    "Deducted": Deducted,
    "Fraction": Fraction,
    "NOTHING": Judging(),
    "Quick": Quick,
    "Unsettled": Unsettled,
    "finish": finish,
    "score_ratio": score_ratio,
    "shown": shown,
    "shown_ratio": shown_ratio,
    "value_text": value_text,
}
