"""Policies, sections, sheet facts, vetoes and grades by name; interpreter and engine alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.page_rules import number
from tests.reference.scored import engine_says, sheet_items, span_of
from tests.reference.small import COUNT, YES, interpreter_says, item, request, scheme, section
from tests.reference.values import UNKNOWN, exact

N = {"n": COUNT, "m": COUNT, "yes": YES}


def shows(code: str, points: Any, of: str = "n", **more: Any) -> dict[str, Any]:
    """An item whose score is a stated count."""
    return item(code, points, {"line": {"of": of, "through": [[0, 0], [1, 1]], "beyond": "extend"}}, **more)


def fixed(code: str, points: Any, gives: Any, **more: Any) -> dict[str, Any]:
    """An item that always gives the same."""
    return item(code, points, gives, **more)


def both_say(document: Any, asked: Any, expected: dict[str, Any]) -> None:
    """Codes of items and sections, `base`, `bonus`, `total`, `grade`, `status` and `full_marks` as expected.

    None stands for what is left out, what is in no band, or for no total; `open` for what is not known yet.
    """
    found = interpreter_says(document, asked)
    by_interpreter = {**found.sheet.sections, **vars(found.sheet)}
    for code, gives in expected.items():
        if code in by_interpreter:
            assert by_interpreter[code] == wanted(gives), code
    shown = engine_says(document, asked)
    by_engine = {section["code"]: section for section in shown["sections"]} | sheet_items(shown)
    for code, gives in expected.items():
        value = by_engine[code]["score"] if code in by_engine else shown[code]
        assert same(value, None if gives == "open" else wanted(gives)), code


def wanted(gives: Any) -> Any:
    """A number, a label, or what is not known."""
    if gives == "open":
        return UNKNOWN
    try:
        return number(gives)
    except (ArithmeticError, TypeError):
        return gives


def same(value: Any, gives: Any) -> bool:
    """Whether a plain value of the sheet is what was wanted."""
    return (value if value is None or isinstance(value, str) else exact(value)) == gives


def not_for(policy: Any) -> dict[str, Any]:
    """Applies where `yes` holds."""
    return {"applies_when": "yes", "otherwise": policy}


def leave_out(word: str) -> dict[str, Any]:
    """The same, left out of something."""
    return not_for({"leave_out": word})


NO, YEA = {"yes": False}, {"yes": True}


def two(policy: Any, **more: Any) -> Any:
    """Ten points of which six are scored, and ten that do not apply to everybody; ten more in another section."""
    return scheme(
        section("one", fixed("a", 10, 6), fixed("b", 10, 9, **not_for(policy)), **more),
        section("other", fixed("c", 10, 3)),
        evidence=N,
    )


POLICIES: list[tuple[str, Any, Any, dict[str, Any]]] = [
    ("it applies", two("full"), request(YEA), {"b": 9, "one": 15, "total": 18, "full_marks": 30}),
    ("full", two("full"), request(NO), {"b": 10, "one": 16, "total": 19, "full_marks": 30}),
    ("points of its own", two("#7.5"), request(NO), {"b": "7.5", "one": "13.5", "total": "16.5", "full_marks": 30}),
    ("zero", two("zero"), request(NO), {"b": 0, "one": 6, "total": 9, "full_marks": 30}),
    (
        "the mean of the others",
        two("peers_average"),
        request(NO, peers={"scores": {"b": [7, 8, 8]}}),
        {"b": "7.67", "one": "13.67", "total": "16.67"},
    ),
    (
        "the mean of the others, not yet",
        scheme(section("one", fixed("a", 10, 6), shows("b", 10, **not_for("peers_average"))), evidence=N),
        request({"n": 4} | NO),
        {"a": 6, "b": "open", "one": "open", "total": "open", "status": "pending"},
    ),
    (
        "out of the total",
        two({"leave_out": "total"}),
        request(NO),
        {"b": None, "one": 6, "base": 9, "total": 9, "full_marks": 20, "status": "complete"},
    ),
    (
        "out, and the sheet rescaled",
        two({"leave_out": "rescale"}),
        request(NO),
        {"b": None, "one": 6, "base": "13.5", "total": "13.5", "full_marks": 30},
    ),
    (
        "out, and the section rescaled",
        two({"leave_out": "section"}),
        request(NO),
        {"b": None, "one": 12, "base": 15, "total": 15, "full_marks": 30},
    ),
    (
        "it is not known whether it applies",
        two({"leave_out": "section"}),
        request({}),
        {"a": 6, "b": "open", "one": "open", "other": 3, "base": "open", "bonus": 0, "total": "open"},
    ),
    (
        "a section that does not apply, at full points",
        scheme(section("one", fixed("a", 3, 1), fixed("b", 4, 1), **not_for("full")), evidence=N),
        request(NO),
        {"a": 3, "b": 4, "one": 7, "total": 7},
    ),
    (
        "the section's policy before the item's",
        scheme(section("one", fixed("a", 3, 1, **not_for("full")), **not_for("zero")), evidence=N),
        request(NO),
        {"a": 0, "total": 0},
    ),
    (
        "a section whose items are all left out of it goes out of the full marks",
        scheme(
            section("one", fixed("a", 10, 6, **leave_out("section"))), section("two", fixed("b", 30, 20)), evidence=N
        ),
        request(NO),
        {"a": None, "one": 0, "two": 20, "total": 20, "full_marks": 30},
    ),
    (
        "out of the total first, then the rest of the section stretched, then the sheet",
        scheme(
            section(
                "one",
                fixed("a", 10, 6),
                fixed("b", 10, 1, **leave_out("total")),
                fixed("c", 20, 1, **leave_out("rescale")),
                fixed("d", 5, 1, **leave_out("section")),
            ),
            section("two", fixed("e", 15, 12)),
            evidence=N,
        ),
        request(NO),
        {"one": 9, "two": 12, "base": 35, "total": 35, "full_marks": 50},
    ),
    (
        "everything is left out",
        scheme(section("one", fixed("a", 10, 6, **leave_out("rescale"))), evidence=N),
        request(NO),
        {"a": None, "total": None, "grade": None},
    ),
    (
        "a bonus is never rescaled",
        scheme(
            section("one", fixed("a", 10, 6)),
            section("more", fixed("b", 3, 2), fixed("c", 2, 2, **leave_out("rescale")), bonus=True),
            evidence=N,
        ),
        request(NO),
        {"c": None, "more": 2, "base": 6, "bonus": 2, "total": 8, "full_marks": 10, "bonus_limit": 5},
    ),
    (
        "too few sections are left",
        scheme(
            section("one", fixed("a", 10, 6)),
            section("two", fixed("b", 10, 9, **leave_out("rescale"))),
            evidence=N,
            sections_left=2,
        ),
        request(NO),
        {"one": 6, "total": None, "grade": None},
    ),
    (
        "just enough sections are left",
        scheme(
            section("one", fixed("a", 10, 6)),
            section("two", fixed("b", 10, 9, **leave_out("rescale"))),
            evidence=N,
            sections_left=1,
        ),
        request(NO),
        {"base": 12, "total": 12},
    ),
]


@pytest.mark.parametrize(("name", "document", "asked", "expected"), POLICIES, ids=[row[0] for row in POLICIES])
def test_what_does_not_apply(name: str, document: Any, asked: Any, expected: Any) -> None:
    both_say(document, asked, expected)


def alone(*items: dict[str, Any], **more: Any) -> Any:
    """One section."""
    return scheme(section("one", *items, **more), evidence=N)


def with_bonus(bonus: dict[str, Any], **more: Any) -> Any:
    """Ten points by the count `n`, and a bonus section."""
    return scheme(section("one", shows("a", 10)), bonus, evidence=N, **more)


def thirds(*items: dict[str, Any], **more: Any) -> Any:
    """Items that give thirds, rounded."""
    document = scheme(section("one", *items, **more), evidence=N)
    return document | {"rounding": {"places": 1, "mode": "half_up"}}


def tallied(*terms: Any) -> Any:
    """These terms alone."""
    return {"tally": {"start": 0, "floor": "none", "ceiling": "none", "terms": list(terms)}}


THIRD = {"line": {"of": "n", "through": [[0, 0], [3, 1]], "beyond": "extend"}}
COUNTS = {"counts_when": {"base": {"at_least": 8}}}
BY_KIND_AND_YEAR = {
    "by": "kind",
    "values": {"院": {"by": "year", "values": {"2020": 3}, "otherwise": 2}},
    "otherwise": 1,
}
SECTIONS: list[tuple[str, Any, Any, dict[str, Any]]] = [
    ("a weight", alone(shows("a", 10), weight="#0.4"), request({"n": 7}), {"a": 7, "one": "2.8", "total": "2.8"}),
    (
        "a weight that is no decimal",
        alone(shows("a", 3), weight={"part": 40, "whole": 3}, points=3),
        request({"n": 2}),
        {"one": "26.67", "total": "26.67"},
    ),
    (
        "a share of a rule",
        alone(item("a", 1, tallied({"add": THIRD, "points": 1, "times": {"part": 2, "whole": 3}}))),
        request({"n": 3}),
        {"a": "0.67"},
    ),
    (
        "a number by kind and year",
        alone(item("a", 5, BY_KIND_AND_YEAR)),
        request({}, subject={"kind": "院", "year": 2020}),
        {"a": 3},
    ),
    (
        "a number by kind, another year",
        alone(item("a", 5, BY_KIND_AND_YEAR)),
        request({}, subject={"kind": "院", "year": 2021}),
        {"a": 2},
    ),
    (
        "a number by kind alone",
        alone(item("a", 5, BY_KIND_AND_YEAR)),
        request({}, subject={"kind": "站", "year": 2020}),
        {"a": 1},
    ),
    (
        "the total at most",
        with_bonus(section("more", fixed("b", 5, 5), bonus=True), total={"most": 10}),
        request({"n": 8}),
        {"base": 8, "bonus": 5, "total": 10},
    ),
    (
        "the total at least",
        scheme(section("one", fixed("a", 10, -3)), evidence=N, total={"floor": 0, "most": 10}),
        request({}),
        {"base": -3, "total": 0},
    ),
    (
        "a weight, then the rounding",
        alone(shows("a", 10), weight="#0.333"),
        request({"n": 7}),
        {"one": "2.33", "total": "2.33"},
    ),
    ("at most", alone(shows("a", 10), most=5), request({"n": 7}), {"a": 7, "one": 5, "total": 5}),
    ("at least", alone(shows("a", 10), floor=2), request({"n": 1}), {"a": 1, "one": 2, "total": 2}),
    ("the floor wins", alone(shows("a", 10), most=1, floor=2), request({"n": 7}), {"one": 2}),
    (
        "the weight comes before the limit",
        alone(shows("a", 10), weight=2, most=9),
        request({"n": 7}),
        {"one": 9, "total": 9},
    ),
    (
        "the limit comes before what is stretched",
        alone(shows("a", 10), fixed("b", 10, 1, **leave_out("section")), most=5),
        request({"n": 7} | NO),
        {"one": 10},
    ),
    (
        "a bonus that counts",
        with_bonus(section("more", fixed("b", 3, 2), bonus=True, **COUNTS)),
        request({"n": 8}),
        {"more": 2, "bonus": 2, "total": 10},
    ),
    (
        "a bonus that does not count",
        with_bonus(section("more", fixed("b", 3, 2), bonus=True, **COUNTS)),
        request({"n": 7}),
        {"b": 2, "more": 0, "bonus": 0, "total": 7},
    ),
    (
        "not even its floor",
        with_bonus(section("more", fixed("b", 3, 2), bonus=True, floor=1, **COUNTS)),
        request({"n": 7}),
        {"more": 0},
    ),
    (
        "at most so much of a bonus",
        with_bonus(section("more", fixed("b", 3, 2), fixed("c", 5, 4), bonus=True, most=5)),
        request({"n": 7}),
        {"more": 5, "bonus": 5, "total": 12, "bonus_limit": 5},
    ),
    (
        "a weighted bonus",
        with_bonus(section("more", fixed("b", 3, 2), bonus=True, weight=2)),
        request({"n": 7}),
        {"more": 4, "total": 11, "bonus_limit": 6},
    ),
    (
        "it is not known whether a bonus counts",
        with_bonus(section("more", fixed("b", 3, 2), bonus=True, **COUNTS)),
        request({}),
        {"b": 2, "base": "open", "total": "open", "status": "pending"},
    ),
    (
        "an item's own rounding",
        thirds(item("a", 1, THIRD, rounding={"places": 3, "mode": "up"})),
        request({"n": 1}),
        {"a": "0.334", "one": "0.334"},
    ),
    ("the scheme's rounding", thirds(item("a", 1, THIRD)), request({"n": 1}), {"a": "0.3"}),
    (
        "a rounded total",
        scheme(
            section("one", shows("a", 10, of="n"), fixed("b", 1, "#0.5")),
            evidence=N,
            rounding={"places": 2, "mode": "half_up", "total": {"places": 0, "mode": "half_up"}},
        ),
        request({"n": 7}),
        {"one": "7.5", "base": "7.5", "total": 8},
    ),
    (
        "a weight is rounded once",
        scheme(
            section("one", item("a", 1, THIRD), weight=3),
            section("two", item("b", 1, THIRD)),
            evidence=N,
            rounding={"places": 1, "mode": "down"},
        ),
        request({"n": 1}),
        {"a": "0.3", "one": "0.9", "two": "0.3", "total": "1.2"},
    ),
    (
        "what is rescaled is rounded once more",
        scheme(
            section("one", item("a", 1, THIRD), fixed("b", 2, 1, **leave_out("rescale"))),
            evidence=N,
            rounding={"places": 2, "mode": "half_up"},
        ),
        request({"n": 2} | NO),
        {"a": "0.67", "base": "2.01", "total": "2.01"},
    ),
    (
        "left out in a weighted section",
        scheme(
            section("one", fixed("a", 10, 5), fixed("b", 10, 1, **leave_out("rescale")), weight=2),
            section("two", fixed("c", 60, 60)),
            evidence=N,
        ),
        request(NO),
        {"one": 10, "two": 60, "base": "87.5", "full_marks": 100},
    ),
]


@pytest.mark.parametrize(("name", "document", "asked", "expected"), SECTIONS, ids=[row[0] for row in SECTIONS])
def test_sections(name: str, document: Any, asked: Any, expected: Any) -> None:
    both_say(document, asked, expected)


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


BEST_OF: list[tuple[str, Any, Any]] = [
    ("the best of two", {"highest": [THIRD, 1]}, 2),
    ("the worst of two", {"lowest": [THIRD, 1, "#1.5"]}, 1),
    ("inside", {"levels": [{"when": "yes", "points": 0}, {"rule": {"highest": [THIRD, 4]}}]}, 4),
]


@pytest.mark.parametrize(("name", "rule", "gives"), BEST_OF, ids=[row[0] for row in BEST_OF])
def test_the_best_and_the_worst_of_several_rules(name: str, rule: Any, gives: Any) -> None:
    both_say(alone(item("a", 5, rule)), request({"n": 6} | NO), {"a": gives})
