"""The worked examples of a scheme: each has to give what was worked out by hand."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from app.scoring.engine import score_request
from app.scoring.exact import Exact, Range, as_decimal, exact
from app.scoring.problems import Path, Problem, Problems
from app.scoring.program import Program
from app.scoring.scheme import Example, Outcome
from app.scoring.sheet import Figure, FigureRange, ScoreSheet
from app.scoring.wording import number_text


def example_problems(program: Program) -> Iterator[Problem]:
    """What is wrong with each example, or what it gives instead."""
    for number, example in enumerate(program.scheme.examples):
        for problem in _problems(program, example):
            yield problem.under("examples", number)


def _problems(program: Program, example: Example) -> Iterator[Problem]:
    sheet = score_request(program, example.request())
    if isinstance(sheet, Problems):
        yield from sheet
    else:
        yield from _differences(example, sheet)


def _differences(example: Example, sheet: ScoreSheet) -> Iterator[Problem]:
    found: dict[str, tuple[Figure | None, FigureRange]] = {
        item.code: (item.score, item.range) for section in sheet.sections for item in section.items
    }
    for code, expected in example.expect.items.items():
        yield from _difference(("expect", "items", code), expected, *found[code])
    parts = {section.code: section for section in sheet.sections}
    for code, expected in example.expect.sections.items():
        yield from _difference(("expect", "sections", code), expected, parts[code].score, parts[code].range)
    if example.expect.grade is not None and example.expect.grade != sheet.grade:
        said = f"例题应为“{example.expect.grade}”，按规则为{'“' + sheet.grade + '”' if sheet.grade else '无等次'}"
        yield Problem(("expect", "grade"), "example_differs", said)
    totals = (
        ("total", sheet.total, sheet.range),
        ("base", sheet.base, _together(sheet, bonus=False)),
        ("bonus", sheet.bonus, _together(sheet, bonus=True)),
    )
    for name, figure, span in totals:
        expected = getattr(example.expect, name)
        if expected is not None:
            yield from _difference(("expect", name), expected, figure, span)


def _together(sheet: ScoreSheet, *, bonus: bool) -> FigureRange:
    """The ranges of the base sections, or of the bonus sections, added up."""
    total = Range(0, 0)
    for section in sheet.sections:
        if section.bonus is bonus:
            total += Range(_exact(section.range.low), _exact(section.range.high))
    low, high = (None if end is None else as_decimal(end) for end in (total.low, total.high))
    return FigureRange(low, high)


def _difference(path: Path, expected: Outcome, figure: Figure | None, span: FigureRange) -> Iterator[Problem]:
    """A number is a score, [least, most] what a pending one can become."""
    wanted = Range(expected[0], expected[1]) if isinstance(expected, list) else expected
    got = Range(_exact(span.low), _exact(span.high)) if figure is None else _exact(figure)
    if got != wanted:
        yield Problem(path, "example_differs", f"例题应得{_text(wanted)}，按规则计得{_text(got)}")


def _exact(figure: int | Decimal | None) -> Exact | None:
    return None if figure is None else exact(figure)


def _text(value: Range | Exact | None) -> str:
    if isinstance(value, Range):
        low, high = ("无" if end is None else number_text(end) for end in (value.low, value.high))
        return f"{low}至{high}分之间（待定）"
    return "待定" if value is None else f"{number_text(value)}分"
