"""Linear forms and quotients of two of them: exact values, and exact ends over ranges."""

from __future__ import annotations

import itertools
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.exact import ANYTHING, Range, point
from app.scoring.linear import Linear, quotient_range
from tests.builders import F, cases

WHOLE = dict.fromkeys("abc", 1)


def test_value_for_known_facts():
    form = Linear({"a": 2, "b": F("-1/2")}, 3)
    assert form.at({"a": 5, "b": 4, "c": 100}) == 11


def test_sum_of_two_forms():
    form = Linear({"a": 2, "b": 1}, 3).plus(Linear({"b": 1, "c": F("1/2")}, 1), 4)
    assert form == Linear({"a": 2, "b": 5, "c": 2}, 7)


def test_what_cancels_out_is_no_longer_read():
    assert Linear({"a": 2, "b": 1}).plus(Linear({"a": 1}), -2) == Linear({"b": 1})


SPANS = [
    ("a constant", Linear({}, 3), {}, point(3)),
    ("both ends", Linear({"a": 2, "b": -1}, 1), {"a": Range(0, 5), "b": Range(1, 3)}, Range(-2, 10)),
    ("no most", Linear({"a": 2}), {"a": Range(0, None)}, Range(0, None)),
    ("no least, turned round", Linear({"a": -2}), {"a": Range(None, 1)}, Range(-2, None)),
    ("a known one and an open one", Linear({"a": 1, "b": 1}), {"a": point(3), "b": ANYTHING}, ANYTHING),
]


@pytest.mark.parametrize(("form", "box", "span"), cases(SPANS))
def test_ends_of_a_form(form, box, span):
    assert form.range_over(box) == span


A, B, C = Linear({"a": 1}), Linear({"b": 1}), Linear({"c": 1})
SHARE = (Linear({"a": 100}), Linear({"a": 1, "b": 1}))
UP = Range(0, None)

QUOTIENTS = [
    ("of constants", Linear({}, 3), Linear({}, 4), {}, point(F("3/4"))),
    ("free of each other", A, B, {"a": Range(1, 6), "b": Range(2, 3)}, Range(F("1/3"), 3)),
    ("a share of nothing known", *SHARE, {"a": UP, "b": UP}, Range(0, 100)),
    ("a share with some for it", *SHARE, {"a": point(3), "b": Range(0, 9)}, Range(25, 100)),
    ("a share that is known", *SHARE, {"a": point(3), "b": point(1)}, point(75)),
    ("part without end", A, B, {"a": UP, "b": Range(1, 2)}, Range(0, None)),
    ("part without a least", A, B, {"a": Range(None, 0), "b": Range(1, 2)}, Range(None, 0)),
    ("falling part", Linear({"a": -1}), B, {"a": UP, "b": Range(1, 2)}, Range(None, 0)),
    ("whole may be below 0", A, Linear({"b": 1}, -2), {"a": point(1), "b": Range(0, 5)}, ANYTHING),
    ("whole without a least", A, B, {"a": point(1), "b": ANYTHING}, ANYTHING),
    ("whole is 0", A, B, {"a": point(1), "b": point(0)}, None),
    ("whole is a 0 constant", A, Linear({}), {"a": point(1)}, None),
    ("whole from 0", A, B, {"a": Range(0, 4), "b": Range(0, 2)}, Range(0, 4)),
    ("whole falls to 0", A, Linear({"b": -1}, 3), {"a": point(6), "b": Range(0, 3)}, Range(2, 6)),
    (
        "whole of two from 0",
        A,
        Linear({"b": 2, "c": 1}),
        {"a": point(6), "b": Range(0, 1), "c": Range(0, 1)},
        Range(2, 6),
    ),
]


@pytest.mark.parametrize(("part", "whole", "box", "span"), cases(QUOTIENTS))
def test_ends_of_a_quotient(part, whole, box, span):
    assert quotient_range(part, whole, box, WHOLE) == span


def test_quotient_that_only_approaches_its_limit():
    """3 of 3 + b comes as near to 0 as anybody likes: the low end is 0 as far as six places can show."""
    found = quotient_range(*SHARE, {"a": point(3), "b": UP}, WHOLE)
    assert found.high == 100
    assert 0 < found.low < F("0.0000001")


def test_share_that_only_approaches_all():
    found = quotient_range(*SHARE, {"a": UP, "b": point(4)}, WHOLE)
    assert found.low == 0
    assert F("99.9999999") < found.high < 100


def test_step_off_zero_is_as_small_as_can_be_stated():
    found = quotient_range(A, B, {"a": point(1), "b": Range(0, 2)}, {"b": F("0.5")})
    assert found == Range(F("1/2"), 2)


# --- against every point of small boxes --------------------------------------------------------------------------

CODES = "abc"
weights = st.integers(-3, 3)
amounts = st.integers(0, 3)
spans = st.tuples(st.integers(0, 3), st.integers(0, 3)).map(sorted)


def forms(weight):
    terms = st.dictionaries(st.sampled_from(CODES), weight.filter(bool), max_size=3)
    return st.builds(Linear, terms, weight)


def values(part, whole, box):
    """The quotient at every whole point where the whole is above 0."""
    for at in itertools.product(*(range(low, high + 1) for low, high in box.values())):
        point_ = dict(zip(box, at, strict=True))
        below = whole.at(point_)
        if below > 0:
            yield Fraction(part.at(point_)) / below


@settings(max_examples=400)
@given(forms(weights), forms(amounts), st.fixed_dictionaries(dict.fromkeys(CODES, spans)))
def test_ends_are_those_of_all_whole_points(part, whole, box):
    found = quotient_range(part, whole, {code: Range(*ends) for code, ends in box.items()}, WHOLE)
    all_values = list(values(part, whole, box))
    if not all_values:
        assert found is None
    else:
        assert found == Range(min(all_values), max(all_values))


@settings(max_examples=150)
@given(forms(weights), forms(weights), st.fixed_dictionaries(dict.fromkeys(CODES, spans)))
def test_ends_hold_every_value_whatever_the_whole(part, whole, box):
    found = quotient_range(part, whole, {code: Range(*ends) for code, ends in box.items()}, WHOLE)
    for value in values(part, whole, box):
        assert found is not None
        assert found.low is None or found.low <= value
        assert found.high is None or value <= found.high
