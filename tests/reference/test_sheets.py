"""Sheet facts, vetoes and grades by name; interpreter and engine alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.scored import engine_says, span_of
from tests.reference.sheet_cases import NO, YEA, N, both_say, fixed, shows, two
from tests.reference.small import interpreter_says, request, scheme, section

FACT = {"label": "得分情况", "unit": "分"}
GRADE = {
    "levels": [
        {"when": {"total": {"at_least": 20}}, "label": "优"},
        {"when": {"total": {"at_least": 10}}, "label": "良"},
        {"label": "差"},
    ]
}
GAPPED = {
    "levels": [{"when": {"total": {"at_least": 20}}, "label": "优"}, {"when": {"total": {"at_most": 5}}, "label": "差"}]
}
N_M = {"n": 6, "m": 10}


def rated(facts: Any = None, vetoes: Any = (), **more: Any) -> Any:
    """Sections of ten and twenty points, their scores stated, and a bonus section; 6 and 10 make a total of 22."""
    named = {"sheet_facts": {code: FACT | fact for code, fact in (facts or {}).items()}} if facts else {}
    ruled = {"vetoes": list(vetoes)} if vetoes else {}
    return scheme(
        section("one", shows("a", 10)),
        section("two", shows("b", 15, of="m"), fixed("c", 5, 4)),
        section("more", fixed("d", 3, 2), bonus=True),
        evidence=N,
        **{"grade": GRADE} | named | ruled | more,
    )


SHEET_FACTS: list[tuple[str, Any, dict[str, Any]]] = [
    ("the score of items", 10, {"score": ["a", "c"]}),
    ("the score of a section and an item", 16, {"score": ["two", "d"]}),
    ("the rate of items", 64, {"rate": ["a", "b"], "unit": "%"}),
    ("the rate of a section", 70, {"rate": ["two"], "unit": "%"}),
    ("what is lost", 5, {"lost": ["a", "c"]}),
    ("what is lost in a section", 6, {"lost": ["two"]}),
    ("full marks of what applies", 25, {"points": ["a", "b"]}),
    ("steps", 3, {"steps": "y", "every": 4, "step": "completed"}),
    ("of the round before", 9, {"previous": "y", "otherwise": 3}),
    ("with a stated number", 24, {"total": {"y": 1, "m": 1}}),
    ("a place among all", 3, {"peers": "base", "as": "units"}),
    ("the lowest", 5, {"lowest": ["y", "z"]}),
    ("the highest", 14, {"highest": ["y", "z"]}),
    ("a total", 20, {"total": {"y": 1, "z": 1}, "plus": 1}),
    ("a quotient", 280, {"ratio": {"part": "y", "whole": "z"}, "unit": "%"}),
    ("a share of the base", 70, {"ratio": {"part": "y", "whole": "base"}, "unit": "%"}),
    ("the place", 2, {"peers": "total", "as": "rank", "better": "more"}),
    ("the mean of the others", 20, {"peers": "total", "as": "average"}),
]


@pytest.mark.parametrize(("name", "value", "fact"), SHEET_FACTS, ids=[row[0] for row in SHEET_FACTS])
def test_sheet_facts(name: str, value: Any, fact: Any) -> None:
    told = {"levels": [{"when": {"x": {"is": value}}, "label": "是"}, {"label": "否"}]}
    document = rated({"x": fact, "y": {"score": ["b", "c"]}, "z": {"lost": ["one", "c"]}}, grade=told)
    others = {"peers": {fact["peers"]: [24, 22, 14]}} if "peers" in fact else {}
    asked = request(N_M, **others, **({"previous": {"y": 9}} if "previous" in fact else {}))
    assert interpreter_says(document, asked).sheet.facts["x"] == value
    both_say(document, asked, {"grade": "是", "total": 22})


def test_a_fact_of_what_is_left_out_skips_it() -> None:
    told = {"levels": [{"when": {"x": {"is": 60}}, "label": "是"}, {"label": "否"}]}
    document = two({"leave_out": "rescale"}) | {"sheet_facts": {"x": FACT | {"rate": ["one", "b"]}}, "grade": told}
    both_say(document, request(NO), {"grade": "是"})


def veto(when: Any, *effects: Any) -> Any:
    """A veto with one effect or several."""
    return {"when": when, "effect": effects[0] if len(effects) == 1 else list(effects)}


def zero(*codes: str) -> Any:
    """Nothing for these."""
    return {"score": list(codes), "is": 0}


LOW = {"total": {"less_than": 16}}
VETOES: list[tuple[str, Any, Any, dict[str, Any]]] = [
    ("it does not hold", [veto("yes", {"total": 0})], N_M | NO, {"total": 22, "grade": "优", "status": "complete"}),
    ("the total", [veto("yes", {"total": 0})], N_M | YEA, {"a": 6, "base": 20, "bonus": 2, "total": 0, "grade": "差"}),
    ("the total is not raised", [veto("yes", {"total": 40})], N_M | YEA, {"total": 22}),
    ("an item keeps its own score", [veto("yes", zero("b"))], N_M | YEA, {"b": 10, "two": 4, "base": 10, "total": 12}),
    ("a section", [veto("yes", zero("two"))], N_M | YEA, {"two": 0, "base": 6, "total": 8, "grade": "差"}),
    ("a bonus section", [veto("yes", zero("more"))], N_M | YEA, {"more": 0, "bonus": 0, "total": 20}),
    ("down to something", [veto("yes", {"score": ["b", "c"], "is": 4})], N_M | YEA, {"two": 8, "total": 16}),
    ("half of an item", [veto("yes", {"score": ["b"], "times": "#0.5"})], N_M | YEA, {"b": 10, "two": 9, "total": 17}),
    ("half of a section", [veto("yes", {"score": ["two"], "times": "#0.5"})], N_M | YEA, {"two": 7, "total": 15}),
    (
        "the lower of a share and a limit",
        [veto("yes", {"score": ["two"], "times": "#0.9"}), veto("yes", {"score": ["two"], "is": 13})],
        N_M | YEA,
        {"two": "12.6"},
    ),
    ("a share of the total", [veto("yes", {"total_times": "#0.8"})], N_M | YEA, {"base": 20, "total": "17.6"}),
    ("a grade down", [veto("yes", {"grade_by": -1})], N_M | YEA, {"total": 22, "grade": "良"}),
    ("two grades down, no further than the last", [veto("yes", {"grade_by": -5})], N_M | YEA, {"grade": "差"}),
    ("a grade up", [veto("yes", {"grade_by": 1})], {"n": 5, "m": 5} | YEA, {"total": 16, "grade": "优"}),
    (
        "the lowest of several grades",
        [veto("yes", {"grade_by": 1}), veto("yes", {"grade_by": -1})],
        {"n": 5, "m": 5} | YEA,
        {"grade": "差"},
    ),
    (
        "all that hold, the lowest stands",
        [
            veto("yes", {"total": 12}),
            veto({"n": {"more_than": 1}}, {"total": 7}),
            veto({"n": {"less_than": 1}}, zero("one")),
        ],
        N_M | YEA,
        {"one": 6, "total": 7, "grade": "差"},
    ),
    ("several effects", [veto("yes", zero("a"), {"grade_at_most": "差"})], N_M | YEA, {"total": 16, "grade": "差"}),
    ("the grade", [veto("yes", {"grade": "差"})], N_M | YEA, {"total": 22, "grade": "差"}),
    ("the grade at most", [veto("yes", {"grade_at_most": "良"})], N_M | YEA, {"grade": "良"}),
    (
        "the grade at most, already worse",
        [veto("yes", {"grade_at_most": "良"})],
        {"n": 0, "m": 0} | YEA,
        {"grade": "差"},
    ),
    ("the worst of all", [veto("yes", {"grade": "良"}), veto("yes", {"grade": "差"})], N_M | YEA, {"grade": "差"}),
    ("by the sheet", [veto({"total": {"at_least": 22}}, {"total": 15})], N_M, {"total": 15, "grade": "良"}),
    (
        "all are decided before any",
        [veto("yes", zero("one")), veto(LOW, {"total": 0})],
        N_M | YEA,
        {"one": 0, "total": 16, "grade": "良"},
    ),
    (
        "nobody knows: the total",
        [veto("yes", {"total": 0})],
        N_M,
        {"a": 6, "total": "open", "grade": "open", "status": "pending"},
    ),
    (
        "nobody knows: the grade",
        [veto("yes", {"grade_at_most": "良"})],
        N_M,
        {"total": 22, "grade": "open", "status": "pending"},
    ),
]


@pytest.mark.parametrize(("name", "vetoes", "given", "expected"), VETOES, ids=[row[0] for row in VETOES])
def test_vetoes(name: str, vetoes: Any, given: Any, expected: Any) -> None:
    both_say(rated(vetoes=vetoes), request(given), expected)


def test_a_veto_nobody_knows_of_spans_both_totals() -> None:
    shown = engine_says(rated(vetoes=[veto("yes", {"total": 5})]), request(N_M))
    assert (shown["total"], span_of(shown)) == (None, (5, 22))


GRADES: list[tuple[str, Any, Any, Any]] = [
    ("the first that holds", rated(), N_M, "优"),
    ("the next", rated(), {"n": 3, "m": 3}, "良"),
    ("the last", rated(), {"n": 0, "m": 0}, "差"),
    ("a gap gives no grade", rated(grade=GAPPED), {"n": 3, "m": 3}, None),
    (
        "a veto gives one also there",
        rated(grade=GAPPED, vetoes=[veto("yes", {"grade": "差"})]),
        {"n": 3, "m": 3} | YEA,
        "差",
    ),
    (
        "a limit gives none there",
        rated(grade=GAPPED, vetoes=[veto("yes", {"grade_at_most": "差"})]),
        {"n": 3, "m": 3} | YEA,
        None,
    ),
    ("a grade over a fact", rated(grade={"levels": [{"when": "yes", "label": "优"}, {"label": "差"}]}), N_M | NO, "差"),
    ("nobody knows", rated(grade={"levels": [{"when": "yes", "label": "优"}, {"label": "差"}]}), N_M, "open"),
    (
        "after the vetoes",
        rated(
            {"x": {"score": ["one"]}},
            [veto("yes", zero("a"))],
            grade={"levels": [{"when": {"x": {"at_least": 6}}, "label": "优"}, {"label": "差"}]},
        ),
        N_M | YEA,
        "差",
    ),
]


@pytest.mark.parametrize(("name", "document", "given", "grade"), GRADES, ids=[row[0] for row in GRADES])
def test_grades(name: str, document: Any, given: Any, grade: Any) -> None:
    status = "pending" if grade == "open" else "complete"
    both_say(document, request(given), {"grade": grade, "status": status})
