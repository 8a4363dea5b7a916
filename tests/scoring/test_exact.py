"""Exact numbers: rounding, cutting for JSON, and ranges whose ends may not exist."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.exact import (
    ANYTHING,
    MOST,
    NOTHING,
    Range,
    TooLarge,
    as_decimal,
    ceiling_of,
    exact,
    floor_of,
    point,
    quotient,
    rounded,
)
from tests.builders import D, F

EXACT = [
    (5, 5),
    (D("5.0"), 5),
    (D("2.50"), F("5/2")),
    (F("6/3"), 2),
    (D("-0.0"), 0),
    (D("1E+2"), 100),
    (D("0.000001"), F("1/1000000")),
]


@pytest.mark.parametrize(("stated", "value"), EXACT, ids=str)
def test_whole_numbers_are_int(stated, value):
    assert exact(stated) == value
    assert type(exact(stated)) is type(value)


@pytest.mark.parametrize(
    ("part", "whole", "value"), [(10, 4, F("5/2")), (10, 5, 2), (F("1/3"), F("1/6"), 2), (0, 7, 0)]
)
def test_quotient_is_exact(part, whole, value):
    assert quotient(part, whole) == value
    assert type(quotient(part, whole)) is type(value)


def test_nothing_is_divided_by_zero():
    with pytest.raises(ZeroDivisionError):
        quotient(1, 0)


@pytest.mark.parametrize(
    ("value", "below", "above"),
    [(3, 3, 3), (F("7/2"), 3, 4), (F("-7/2"), -4, -3), (F("4/2"), 2, 2), (-3, -3, -3), (F("-1/3"), -1, 0)],
)
def test_whole_numbers_beside_a_value(value, below, above):
    assert (floor_of(value), ceiling_of(value)) == (below, above)


ROUNDINGS = [
    # value, places: half_up, half_even, down, up
    ("2.5", 0, "3", "2", "2", "3"),
    ("3.5", 0, "4", "4", "3", "4"),
    ("-2.5", 0, "-3", "-2", "-2", "-3"),
    ("-3.5", 0, "-4", "-4", "-3", "-4"),
    ("0.125", 2, "0.13", "0.12", "0.12", "0.13"),
    ("0.135", 2, "0.14", "0.14", "0.13", "0.14"),
    ("0.1249", 2, "0.12", "0.12", "0.12", "0.13"),
    ("0.1251", 2, "0.13", "0.13", "0.12", "0.13"),
    ("1/3", 2, "0.33", "0.33", "0.33", "0.34"),
    ("2/3", 2, "0.67", "0.67", "0.66", "0.67"),
    ("-1/3", 2, "-0.33", "-0.33", "-0.33", "-0.34"),
    ("-2/3", 0, "-1", "-1", "0", "-1"),
    ("1/1000000000", 6, "0", "0", "0", "0.000001"),
    ("-1/1000000000", 6, "0", "0", "0", "-0.000001"),
    ("99.995", 2, "100", "100", "99.99", "100"),
    ("7", 2, "7", "7", "7", "7"),
    ("2.25", 2, "2.25", "2.25", "2.25", "2.25"),
]
MODES = ("half_up", "half_even", "down", "up")


@pytest.mark.parametrize(("value", "places", "expected"), [(value, places, rest) for value, places, *rest in ROUNDINGS])
def test_rounding(value, places, expected):
    found = [rounded(exact(F(value)), places, mode) for mode in MODES]
    assert found == [F(each) for each in expected]


def test_half_up_unless_said_otherwise():
    assert rounded(F("0.125"), 2) == F("0.13")


def test_rounded_to_a_whole_number_is_int():
    assert type(rounded(F("2.7"), 0)) is int


fractions = st.fractions(-1000, 1000, max_denominator=720)


@given(fractions, st.integers(0, 4), st.sampled_from(MODES))
def test_rounding_stays_within_a_step_and_keeps_the_sign(value, places, mode):
    found = rounded(exact(value), places, mode)
    step = Fraction(1, 10**places)
    assert (found / step).denominator == 1
    assert abs(found - value) < step
    assert rounded(exact(-value), places, mode) == -found
    if mode.startswith("half"):
        assert abs(found - value) * 2 <= step


DECIMALS = [
    (3, 3),
    (F("5/2"), D("2.5")),
    (F("1/3"), D("0.333333")),
    (F("79.9999999"), D("79.999999")),
    (F("80.0000001"), 80),
    (F("-1/3"), D("-0.333334")),
    (F("-79.9999999"), -80),
    (F("0.0000001"), 0),
    (F("4/2"), 2),
    (F("123456789012.1234567"), D("123456789012.123")),
    (F("999999999999998.5"), 999999999999998),
    (F("-999999999999998.5"), -999999999999999),
    (F("-999999999.000001"), D("-999999999.000001")),
    (F("-999999999.9999999"), -1000000000),
    (MOST, MOST),
    (-MOST, -MOST),
]


@pytest.mark.parametrize(("value", "shown"), DECIMALS, ids=str)
def test_value_is_cut_downwards_for_json(value, shown):
    assert as_decimal(value) == shown
    assert type(as_decimal(value)) is type(shown)
    assert str(as_decimal(value)) == str(shown)


@pytest.mark.parametrize("value", [MOST + 1, -MOST - 1, F("999999999999999.5"), F("-999999999999999.1")], ids=str)
def test_more_than_15_digits_are_not_shown(value):
    with pytest.raises(TooLarge):
        as_decimal(value)


@given(st.fractions(-100, 100, max_denominator=10**9), st.integers(-100, 100))
def test_shown_value_keeps_its_side_of_a_mark(value, mark):
    shown = as_decimal(exact(value))
    assert 0 <= value - Fraction(shown) < Fraction(1, 10**6)
    assert (value < mark) == (Fraction(shown) < mark)


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=6))
def test_stated_number_is_shown_as_stated(stated):
    assert Decimal(as_decimal(exact(stated))) == stated


# --- ranges ------------------------------------------------------------------------------------------------------

SUMS = [
    (Range(1, 2), Range(10, 20), Range(11, 22)),
    (Range(None, 2), Range(10, 20), Range(None, 22)),
    (Range(1, None), Range(None, 20), ANYTHING),
    (Range(1, 2), NOTHING, Range(1, 2)),
]


@pytest.mark.parametrize(("one", "other", "total"), SUMS)
def test_range_of_a_sum(one, other, total):
    assert one + other == total
    assert other + one == total


@pytest.mark.parametrize(
    ("span", "factor", "product"),
    [
        (Range(1, 2), 3, Range(3, 6)),
        (Range(1, 2), -3, Range(-6, -3)),
        (Range(1, None), -1, Range(None, -1)),
        (Range(None, 2), F("1/2"), Range(None, 1)),
        (Range(None, 2), -2, Range(-4, None)),
        (ANYTHING, 0, NOTHING),
    ],
)
def test_range_times_a_constant(span, factor, product):
    assert span.times(factor) == product


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        (Range(1, 2), Range(5, 6), Range(1, 6)),
        (Range(1, 9), Range(5, 6), Range(1, 9)),
        (Range(None, 2), Range(1, 6), Range(None, 6)),
        (Range(1, 2), Range(0, None), Range(0, None)),
    ],
)
def test_least_range_that_holds_both(one, other, both):
    assert one.union(other) == both
    assert other.union(one) == both


CLAMPS = [
    (Range(-5, 50), 0, 10, Range(0, 10)),
    (Range(2, 3), 0, 10, Range(2, 3)),
    (Range(-5, -1), 0, 10, Range(0, 0)),
    (Range(20, 30), 0, 10, Range(10, 10)),
    (Range(1, 2), 8, 5, Range(8, 8)),
    (ANYTHING, 0, 10, Range(0, 10)),
    (ANYTHING, None, 10, Range(None, 10)),
    (ANYTHING, 0, None, Range(0, None)),
    (ANYTHING, None, None, ANYTHING),
    (Range(None, 3), 0, None, Range(0, 3)),
    (Range(12, None), None, 10, Range(10, 10)),
]


@pytest.mark.parametrize(("span", "least", "most", "clamped"), CLAMPS)
def test_ends_are_limited_the_lower_limit_winning(span, least, most, clamped):
    assert span.clamped(least, most) == clamped


@pytest.mark.parametrize(
    ("span", "alone"), [(Range(2, 2), True), (Range(2, 3), False), (Range(None, None), False), (Range(2, None), False)]
)
def test_only_one_number_is_left(span, alone):
    assert span.is_point is alone


def test_known_number_as_a_range():
    assert point(F("1/2")) == Range(F("1/2"), F("1/2"))


@given(fractions)
def test_floor_agrees_with_python(value):
    assert floor_of(exact(value)) == floor(value)
