"""Rounding, once an item: the lines of a row still add up to exactly what it lost."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import (
    D,
    cases,
    integer,
    levels,
    line,
    lines_of,
    one_item,
    percent,
    row_of,
    score_of,
    span_of,
    tally,
)

FIELDS = {"a": integer(), "b": integer(), "c": integer(), "rate": percent()}


def scheme(rule: Any, places: int = 2, mode: str = "half_up", **changes: Any) -> dict[str, Any]:
    rounding = {"places": places, "mode": mode}
    return one_item(rule, **{"points": 10, "evidence": FIELDS, "rounding": rounding, **changes})


def losing(*amounts: Any) -> dict[str, Any]:
    return tally(*({"lose": amount, "each": code} for amount, code in zip(amounts, "abc", strict=False)), floor="none")


def row(rule: Any, **changes: Any) -> dict[str, Any]:
    return row_of(scheme(rule, **changes), {"a": 1, "b": 1, "c": 1})


SCORES = [
    ("half up", 2, "half_up", D("9.875"), D("9.88")),
    ("half even, down", 2, "half_even", D("9.865"), D("9.86")),
    ("half even, up", 2, "half_even", D("9.875"), D("9.88")),
    ("down", 2, "down", D("9.879"), D("9.87")),
    ("up", 2, "up", D("9.871"), D("9.88")),
    ("to whole points", 0, "half_up", D("7.5"), 8),
    ("six places", 6, "half_up", D("7.123456"), D("7.123456")),
    ("below 0, away from it", 0, "half_up", D("-2.5"), -3),
]


@pytest.mark.parametrize(("places", "mode", "value", "score"), cases(SCORES))
def test_score_is_rounded_as_the_scheme_says(places, mode, value, score):
    assert score_of(scheme(value, places=places, mode=mode)) == score


def test_two_places_half_up_unless_said_otherwise():
    assert score_of(one_item(D("2.345"))) == D("2.35")


def test_thirds_are_exact_until_the_end():
    rule = line("rate", (0, 0), (30, 10))
    assert score_of(scheme(rule), {"rate": 10}) == D("3.33")
    assert score_of(scheme(tally({"add": rule, "points": 10, "times": 3}, start=0)), {"rate": 10}) == 10


LINES = [
    # amounts: score, lines after rounding to whole points
    ("the greatest remainder first", [D("1.4"), D("1.7")], 7, [1, 2]),
    ("the earlier first on a tie", [D("1.5"), D("1.5")], 7, [2, 1]),
    ("three on a tie", [D("0.4"), D("0.4"), D("0.4")], 9, [1]),
    ("nothing left of a small one", [D("0.2"), D("2.1")], 8, [2]),
    ("one alone", [D("2.6")], 7, [3]),
    ("whole already", [2, 1], 7, [2, 1]),
]


@pytest.mark.parametrize(("amounts", "score", "points"), cases(LINES))
def test_lines_are_rounded_by_largest_remainder(amounts, score, points):
    found = row(losing(*amounts), places=0)
    assert (found["score"], [each["points"] for each in found["deductions"]]) == (score, points)


def test_nominal_points_are_what_is_applied_where_no_limit_cut():
    found = row(losing(D("1.5"), D("1.5")), places=0)
    assert [each["nominal"] for each in found["deductions"]] == [2, 1]


def test_nominal_points_of_a_line_that_a_limit_cut_are_rounded():
    found = row(tally({"lose": D("4.5"), "each": "a", "most": D("1.2")}), places=0)
    assert [(each["points"], each["nominal"]) for each in found["deductions"]] == [(1, 5)]


# --- points finer than the places kept ---------------------------------------------------------------------------


def test_what_rounding_alone_takes_is_a_line():
    found = row_of(
        scheme(levels(({"a": {"at_least": 1}}, D("2.5"))), places=0, mode="half_even", points=D("2.5")), {"a": 1}
    )
    assert (found["score"], lines_of(found)) == (2, [(D("0.5"), "计分保留0位小数，舍入所失")])
    assert found["deductions"][0]["code"] == "item.rounding"


def test_what_rounding_gives_is_surplus():
    found = row_of(scheme(D("2.5"), places=0, points=D("2.5")))
    assert (found["score"], found["surplus"], found["deductions"]) == (3, D("0.5"), [])


FINE = [
    ("more than the whole units", D("2.5"), "half_up", [D("0.6"), D("0.6")], 1, [D("1.5")]),
    ("less than the whole units", D("2.7"), "half_up", [D("0.1"), 1], 2, [D("0.7")]),
    ("rounded up over them", D("2.5"), "up", [D("0.1"), 1], 2, [D("0.5")]),
    ("two whole lines, the last gives", D("2.5"), "half_up", [1, 1], 1, [1, D("0.5")]),
]


@pytest.mark.parametrize(("points", "mode", "amounts", "score", "lines"), cases(FINE))
def test_lines_of_points_that_are_finer(points, mode, amounts, score, lines):
    found = row(losing(*amounts), places=0, mode=mode, points=points)
    assert (found["score"], [each["points"] for each in found["deductions"]]) == (score, lines)


# --- the law, for any losses and limits --------------------------------------------------------------------------

amounts = st.decimals(min_value=0, max_value=4, places=3)
points_ = st.decimals(min_value=0, max_value=12, places=1)


limits = st.fixed_dictionaries({"floor": st.sampled_from(["none", 0, 1]), "start": st.sampled_from(["full", 5])})
roundings = st.fixed_dictionaries(
    {"places": st.integers(0, 3), "mode": st.sampled_from(["half_up", "half_even", "down", "up"])}
)


@settings(max_examples=80)
@given(st.lists(amounts, min_size=1, max_size=3), points_, limits, roundings)
def test_score_and_deductions_are_the_points(lost, points, limits, rounding):
    rule = losing(*lost)
    rule["tally"] |= limits
    found = row(rule, points=points, **rounding)
    score, deducted = Fraction(found["score"]), [Fraction(each["points"]) for each in found["deductions"]]
    assert all(0 <= each["points"] <= each["nominal"] for each in found["deductions"])
    if score < points:
        assert (score + sum(deducted), found["surplus"]) == (points, 0)
    else:
        assert (deducted, found["surplus"]) == ([], score - Fraction(points))


@settings(max_examples=60)
@given(st.lists(amounts, min_size=1, max_size=3), st.integers(0, 3))
def test_no_line_moves_by_more_than_a_unit(lost, places):
    found = row(losing(*lost), places=places)
    shown = {each["code"]: each["points"] for each in found["deductions"]}
    for number, amount in enumerate(lost, start=1):
        assert abs(Fraction(shown.get(f"item.term_{number}", 0)) - Fraction(amount)) < Fraction(1, 10**places)


@pytest.mark.parametrize(("mode", "span"), [("half_up", [8, 10]), ("down", [7, 10]), ("up", [8, 10])])
def test_ends_of_a_range_are_rounded_too(mode, span):
    rule = tally({"lose": D("0.5"), "each": "a", "most": D("2.5")}, floor="none")
    assert span_of(row_of(scheme(rule, places=0, mode=mode))) == span


def test_decimals_come_back_without_trailing_zeros():
    assert str(score_of(scheme(D("2.50")))) == "2.5"
    assert isinstance(score_of(scheme(Decimal("2.00"))), int)
