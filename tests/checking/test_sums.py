"""Points: items add up to their section, sections to the base."""

from __future__ import annotations

from typing import Any

import pytest

from app.checking import check
from tests.builders import D, a_scheme, a_section, an_item, cases, compiled, said


def found(*sections: Any, **changes: Any) -> list[Any]:
    return said(check(compiled(a_scheme(*sections, **changes))))


def part(code: str, *points: Any, **changes: Any) -> dict[str, Any]:
    rows = [an_item(points=each, rule=each, code=f"{code}_{number}") for number, each in enumerate(points)]
    return a_section(*rows, code=code, title=code, **changes)


SOUND = [
    ("one row", [part("a", 5)], {}),
    ("parts of a point", [part("a", D("2.5"), D("0.5"), points=3), part("b", 97)], {"base": 100}),
    ("a bonus is over and above", [part("a", 100), part("b", 6, bonus=True)], {"base": 100}),
    ("nothing but a bonus", [part("b", 6, bonus=True)], {"base": 0}),
]


@pytest.mark.parametrize(("sections", "changes"), cases(SOUND))
def test_points_that_add_up(sections, changes):
    assert found(*sections, **changes) == []


WRONG = [
    (
        "a section",
        [part("a", 5, 3, points=9)],
        {},
        [("/sections/0/points", "section_sum", "“a”各项合计8分，与所列9分不符")],
    ),
    (
        "a bonus section",
        [part("a", 5), part("b", D("2.5"), bonus=True, points=3)],
        {},
        [("/sections/1/points", "section_sum", "“b”各项合计2.5分，与所列3分不符")],
    ),
    (
        "the base",
        [part("a", 5), part("b", 6)],
        {"base": 10},
        [("/base", "base_sum", "各基本指标合计11分，与所列总分10分不符")],
    ),
    (
        "a bonus in the base",
        [part("a", 5), part("b", 6, bonus=True)],
        {"base": 11},
        [("/base", "base_sum", "各基本指标合计5分，与所列总分11分不符")],
    ),
    (
        "both",
        [part("a", 5, points=4), part("b", 6, points=7)],
        {"base": 12},
        [
            ("/sections/0/points", "section_sum", "“a”各项合计5分，与所列4分不符"),
            ("/sections/1/points", "section_sum", "“b”各项合计6分，与所列7分不符"),
            ("/base", "base_sum", "各基本指标合计11分，与所列总分12分不符"),
        ],
    ),
]


@pytest.mark.parametrize(("sections", "changes", "problems"), cases(WRONG))
def test_points_that_do_not_add_up(sections, changes, problems):
    assert found(*sections, **changes) == problems
