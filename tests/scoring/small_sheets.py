"""A sheet of three sections, for the tests of what stands over the items."""

from __future__ import annotations

from typing import Any

from tests.builders import (
    a_scheme,
    a_section,
    an_item,
    boolean,
    choice,
    integer,
    sheet_of,
    shows,
    table,
)

FIELDS = {
    "a": integer(label="甲"),
    "b": integer(label="乙", min=-9, max=9),
    "c": integer(label="丙"),
    "yes": boolean(label="发生事故"),
    "no": boolean(label="被通报"),
    "found": boolean(by="evaluator", label="核实有事故"),
    "state": choice(),
    "rows": table(),
}
OUT = {"applies_when": {"state": {"is": "done"}}, "otherwise": {"leave_out": "total"}}
SCORES = {"a": 8, "b": 3, "c": 2}


def sheet(stated: Any = None, **members: Any) -> dict[str, Any]:
    """Two base sections of 10 and 10, one bonus of 5; 8 and 3 of 10 and 5+5, 2 of 5 by default."""
    return sheet_of(document(**members), SCORES if stated is None else stated)


def document(**members: Any) -> dict[str, Any]:
    first = a_section(shows("a", points=10), code="first")
    second = a_section(shows("b", points=5), an_item(5, code="fixed"), code="second")
    bonus = a_section(shows("c", points=5), code="extra", bonus=True)
    return a_scheme(first, second, bonus, evidence=FIELDS, **members)


LEVELS = [
    {"when": {"total": {"at_least": 18}}, "label": "优"},
    {"when": {"total": {"at_least": 10}}, "label": "良"},
    {"label": "差"},
]
GRADE = {"levels": LEVELS}


def veto(effect: Any, when: Any = "yes", **members: Any) -> dict[str, Any]:
    return {"when": when, "effect": effect, **members}


HELD = {**SCORES, "yes": True, "no": True}
