"""Sections, roundings, the best of several rules, by name; interpreter and engine alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.sheet_cases import NO, N, both_say, fixed, leave_out, shows
from tests.reference.small import item, request, scheme, section


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


BEST_OF: list[tuple[str, Any, Any]] = [
    ("the best of two", {"highest": [THIRD, 1]}, 2),
    ("the worst of two", {"lowest": [THIRD, 1, "#1.5"]}, 1),
    ("inside", {"levels": [{"when": "yes", "points": 0}, {"rule": {"highest": [THIRD, 4]}}]}, 4),
]


@pytest.mark.parametrize(("name", "rule", "gives"), BEST_OF, ids=[row[0] for row in BEST_OF])
def test_the_best_and_the_worst_of_several_rules(name: str, rule: Any, gives: Any) -> None:
    both_say(alone(item("a", 5, rule)), request({"n": 6} | NO), {"a": gives})
