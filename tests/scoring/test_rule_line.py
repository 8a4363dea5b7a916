"""`line`: a straight line through named points, and what happens beyond them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.engine import prepare
from app.scoring.exact import Range
from app.scoring.rules.line import LineRuling
from app.scoring.rules.shape import Judging, Place
from tests.builders import (
    D,
    F,
    a_fact,
    cases,
    decimal,
    integer,
    line,
    lines_of,
    one_item,
    percent,
    places,
    row_of,
    span_of,
)

FIELDS = {"rate": percent(label="到场率"), "cost": decimal(label="支出", unit="万元"), "count": integer(max=90)}
RISING = [(35, 0), (65, 9), (90, 12)]
FALLING = [(10, 5), (20, 0)]


def scheme(*points: Any, of: str = "rate", beyond: str = "stop") -> dict[str, Any]:
    return one_item(line(of, *points, beyond=beyond), points=12, evidence=FIELDS)


VALUES = [
    # value: held at its ends, or going on
    (20, 0, D("-4.5")),
    (35, 0, 0),
    (50, D("4.5"), D("4.5")),
    (65, 9, 9),
    (75, D("10.2"), D("10.2")),
    (90, 12, 12),
    (100, 12, D("13.2")),
    (D("66.666666"), D("9.2"), D("9.2")),
]


@pytest.mark.parametrize(("rate", "stopped", "extended"), VALUES)
def test_points_along_the_line(rate, stopped, extended):
    assert row_of(scheme(*RISING), {"rate": rate})["score"] == stopped
    assert row_of(scheme(*RISING, beyond="extend"), {"rate": rate})["score"] == extended


@pytest.mark.parametrize(
    ("cost", "stopped", "extended"), [(0, 5, 10), (10, 5, 5), (15, D("2.5"), D("2.5")), (30, 0, -5)]
)
def test_line_may_fall(cost, stopped, extended):
    assert row_of(scheme(*FALLING, of="cost"), {"cost": cost})["score"] == stopped
    assert row_of(scheme(*FALLING, of="cost", beyond="extend"), {"cost": cost})["score"] == extended


def test_reason_names_the_points():
    assert lines_of(row_of(scheme(*RISING), {"rate": 50})) == [
        (D("7.5"), "到场率为50%，按比例计分（35%得0分，65%得9分，90%得12分）")
    ]


def test_full_marks_and_surplus_have_no_lines():
    assert lines_of(row_of(scheme(*RISING), {"rate": 95})) == []
    more = row_of(scheme(*RISING, beyond="extend"), {"rate": 100})
    assert (more["surplus"], more["deductions"]) == (D("1.2"), [])


HILL = [(0, 2), (10, 9), (20, 4)]
SPANS = [
    ("stops", "rate", RISING, "stop", [0, 12]),
    ("extends within the limits of its measure", "rate", RISING, "extend", [D("-10.5"), D("13.2")]),
    ("extends without end", "cost", RISING, "extend", [None, None]),
    ("falls without end", "cost", FALLING, "extend", [None, None]),
    ("level at one end", "cost", [(0, 2), (10, 2), (20, 4)], "extend", [2, None]),
    ("turns round in the middle", "cost", HILL, "stop", [2, 9]),
    ("turns round and falls on", "cost", HILL, "extend", [None, 9]),
    ("never reaches its points", "count", [(0, 0), (100, 10)], "stop", [0, 9]),
    ("is level", "cost", [(0, 3), (1, 3)], "extend", [3, 3]),
]


@pytest.mark.parametrize(("of", "points", "beyond", "span"), cases(SPANS))
def test_what_an_open_line_can_become(of, points, beyond, span):
    row = row_of(scheme(*points, of=of, beyond=beyond))
    assert (row["status"], span_of(row), row["trace"]["missing"]) == ("pending_evidence", span, [of])


def ruling(points: Any, *, extends: bool) -> LineRuling:
    return LineRuling(a_fact("x"), tuple(points), extends, Place("item", None))


points_ = st.lists(
    st.tuples(st.integers(0, 9), st.integers(-5, 5)), min_size=2, max_size=4, unique_by=lambda each: each[0]
)


@settings(max_examples=100)
@given(points_.map(sorted), st.booleans(), st.integers(-3, 12), st.integers(0, 9))
def test_ends_over_a_range_are_those_of_its_values(points, extends, low, more):
    rule = ruling(points, extends=extends)
    values = [rule.at(Fraction(at, 4)) for at in range(4 * low, 4 * (low + more) + 1)]
    assert rule.over({"x": Range(low, low + more)}, Judging()) == Range(min(values), max(values))


@settings(max_examples=60)
@given(points_.map(sorted), st.booleans())
def test_line_goes_through_its_points(points, extends):
    assert [ruling(points, extends=extends).at(value) for value, _ in points] == [score for _, score in points]


def test_known_value_is_its_own_range():
    rule = ruling([(0, 0), (10, 5)], extends=False)
    assert rule.over({"x": 5}, Judging()) == Range(F("5/2"), F("5/2"))


AT = "/sections/0/items/0/rule"
WRONG = [
    ("no such measure", line("x", (0, 0), (1, 1)), [(f"{AT}/line/of", "number_unknown")]),
    ("one point", line("rate", (0, 0)), [(f"{AT}/line/through", "list_too_short")]),
    ("half a point", line("rate", (0, 0), (1,)), [(f"{AT}/line/through/1", "list_too_short")]),
    ("a point and a half", line("rate", (0, 0), (1, 2, 3)), [(f"{AT}/line/through/1", "list_too_long")]),
    ("a point of text", line("rate", (0, 0), ("1", 2)), [(f"{AT}/line/through/1/0", "number_type")]),
    ("nothing said beyond", {"line": {"of": "rate", "through": [[0, 0], [1, 1]]}}, [(f"{AT}/line/beyond", "missing")]),
    ("something else beyond", line("rate", (0, 0), (1, 1), beyond="bend"), [(f"{AT}/line/beyond", "choice_unknown")]),
    ("the same place twice", line("rate", (0, 0), (0, 1)), [(f"{AT}/line/through/1", "points_not_ascending")]),
    (
        "downwards",
        line("rate", (5, 0), (4, 1), (3, 2)),
        [(f"{AT}/line/through/1", "points_not_ascending"), (f"{AT}/line/through/2", "points_not_ascending")],
    ),
]


@pytest.mark.parametrize(("rule", "problems"), cases(WRONG))
def test_line_that_cannot_be_written(rule, problems):
    assert places(prepare(one_item(rule, evidence=FIELDS))) == problems
