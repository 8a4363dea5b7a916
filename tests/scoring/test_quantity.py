"""How often a term applies: steps from a mark, their ends over a range, and the values that reach them."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.exact import Range
from app.scoring.rules.terms import Quantity
from tests.builders import F, a_fact, cases

LAST = 20


def a_quantity(**changes: Any) -> Quantity:
    fact = a_fact("a", whole=True, limits=Range(0, LAST))
    return Quantity(
        **{"fact": fact, "mark": 0, "above": True, "every": 1, "step": "completed", "counts": False, **changes}
    )


STEPS = [
    ("on the mark", {"mark": 5}, 5, 0),
    ("on the other side", {"mark": 5}, 3, 0),
    ("completed", {"every": 3}, 8, 2),
    ("started", {"every": 3, "step": "started"}, 7, 3),
    ("proportional", {"every": 3, "step": "proportional"}, 7, F("7/3")),
    ("below", {"mark": 9, "above": False, "every": 4}, 0, 2),
    ("below, started", {"mark": 9, "above": False, "every": 4, "step": "started"}, 0, 3),
    ("parts of one", {"mark": F("1/2"), "every": F("1/2")}, 3, 5),
]


@pytest.mark.parametrize(("changes", "value", "steps"), cases(STEPS))
def test_steps_from_a_mark(changes, value, steps):
    assert a_quantity(**changes).at(value) == steps


OVER = [
    ("above", {"every": 3}, Range(2, 9), Range(0, 3)),
    ("above, no end", {"every": 3}, Range(4, None), Range(1, None)),
    ("above, no least", {"every": 3}, Range(None, 7), Range(0, 2)),
    ("below", {"mark": 9, "above": False}, Range(2, 20), Range(0, 7)),
    ("below, no least", {"mark": 9, "above": False}, Range(None, 7), Range(2, None)),
    ("below, no end", {"mark": 9, "above": False}, Range(8, None), Range(0, 1)),
]


@pytest.mark.parametrize(("changes", "seen", "steps"), cases(OVER))
def test_steps_over_a_range(changes, seen, steps):
    assert a_quantity(**changes).over(seen) == steps


SLACK = [
    ("whole counts", {}, Range(0, 0)),
    ("proportional", {"step": "proportional", "every": 3}, Range(0, 0)),
    ("completed", {"every": 3}, Range(-1, 0)),
    ("started", {"every": 3, "step": "started"}, Range(0, 1)),
    ("half a mark", {"mark": F("1/2")}, Range(-1, 0)),
    ("parts of one", {"fact": a_fact("a")}, Range(-1, 0)),
]


@pytest.mark.parametrize(("changes", "slack"), cases(SLACK))
def test_how_far_steps_are_from_the_quotient(changes, slack):
    assert a_quantity(**changes).slack == slack


quantities = st.builds(
    a_quantity,
    mark=st.integers(0, 12) | st.sampled_from([F("0.5"), F("7.25")]),
    above=st.booleans(),
    every=st.sampled_from([1, 2, 3, F("0.5"), F("2.5")]),
    step=st.sampled_from(["completed", "started", "proportional"]),
)
VALUES = range(LAST + 1)


@settings(max_examples=200)
@given(quantities, st.integers(1, 6))
def test_nearest_value_with_at_least_so_many_steps(quantity, steps):
    reaching = [value for value in VALUES if quantity.at(value) >= steps]
    nearest = (min if quantity.above else max)(reaching, default=None)
    assert quantity.reaching(steps) == nearest


@settings(max_examples=200)
@given(quantities, st.integers(0, 6))
def test_nearest_value_with_at_most_so_many_steps(quantity, steps):
    found = quantity.within(steps)
    within = [value for value in VALUES if quantity.at(value) <= steps]
    assert found == (max if quantity.above else min)(within, default=None)


@given(quantities, st.integers(0, LAST), st.integers(0, LAST))
def test_steps_stay_within_their_slack(quantity, low, high):
    slack = quantity.slack
    for value in (low, high):
        distance = Fraction(value - quantity.mark if quantity.above else quantity.mark - value)
        if distance > 0:
            rest = quantity.at(value) - distance / quantity.every
            assert slack.low <= rest <= slack.high
