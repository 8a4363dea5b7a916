"""Conditions are three-valued: what is true, what is false, and what cannot be known yet."""

from __future__ import annotations

import itertools
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.bound import All, Among, AnyOf, Bare, Compare, Never, Not, Some
from app.scoring.exact import ANYTHING, Range
from app.scoring.periods import StayLength
from tests.builders import F, a_fact, cases

T, N, U = True, False, None
A, B, C = (Bare(a_fact(code, "boolean")) for code in "abc")
WORDS = ("at_least", "more_than", "at_most", "less_than", "is")


def facts(*values):
    return {code: value for code, value in zip("abc", values, strict=False) if value is not None}


JOINED = [
    # a, b: all, any, not a
    (T, T, T, T, N),
    (T, N, N, T, N),
    (T, U, U, T, N),
    (N, T, N, T, T),
    (N, N, N, N, T),
    (N, U, N, U, T),
    (U, T, U, T, U),
    (U, N, N, U, U),
    (U, U, U, U, U),
]


@pytest.mark.parametrize(("a", "b", "every", "one", "opposite"), JOINED)
def test_joined_conditions(a, b, every, one, opposite):
    seen = facts(a, b)
    assert (All((A, B)).test(seen), AnyOf((A, B)).test(seen), Not(A).test(seen)) == (every, one, opposite)


@pytest.mark.parametrize(
    ("values", "enough"),
    [
        ((T, T, U), T),
        ((T, N, U), U),
        ((N, N, U), N),
        ((T, N, N), N),
        ((U, U, U), U),
        ((U, U, N), U),
        ((T, U, N), U),
        ((T, T, N), T),
    ],
)
def test_some_of_several(values, enough):
    assert Some((A, B, C), 2).test(facts(*values)) is enough


@pytest.mark.parametrize("count", [1, 2, 3])
@pytest.mark.parametrize("values", list(itertools.product((T, N, U), repeat=3)))
def test_some_says_what_every_completion_says(count, values):
    holes = [(each,) if each is not None else (T, N) for each in values]
    answers = {sum(full) >= count for full in itertools.product(*holes)}
    assert Some((A, B, C), count).test(facts(*values)) is (answers.pop() if len(answers) == 1 else None)


BARE = [
    ("true", True, T),
    ("false", False, N),
    ("absent", None, U),
    ("one left", Among((True,)), T),
    ("the other left", Among((False,)), N),
    ("both left", Among((True, False)), U),
]


@pytest.mark.parametrize(("seen", "answer"), cases(BARE))
def test_yes_or_no_fact(seen, answer):
    assert A.test({"a": seen}) is answer


COMPARED = [
    ("at least, on the mark", "at_least", 2, 2, T),
    ("at least, just under", "at_least", 80, F("79.9999999"), N),
    ("more than, on the mark", "more_than", 2, 2, N),
    ("more than, just over", "more_than", 2, F("2.0000001"), T),
    ("at most, on the mark", "at_most", 2, 2, T),
    ("at most, over", "at_most", 2, 3, N),
    ("less than, on the mark", "less_than", 2, 2, N),
    ("less than, under", "less_than", 2, 1, T),
    ("is", "is", 2, 2, T),
    ("is, as a fraction", "is", F("5/2"), F("10/4"), T),
    ("is not", "is", 2, 3, N),
    ("in", "in", (1, 3), 3, T),
    ("not in", "in", (1, 3), 2, N),
    ("days", "at_least", date(2020, 4, 1), date(2020, 4, 1), T),
    ("days before", "at_least", date(2020, 4, 1), date(2020, 3, 31), N),
    ("stays, months first", "more_than", StayLength(2, 0), StayLength(2, 1), T),
    ("stays, as long", "more_than", StayLength(2, 0), StayLength(2, 0), N),
    ("stays, many days", "at_least", StayLength(1, 0), StayLength(0, 30), N),
    ("has all", "has", ("a", "b"), frozenset("abc"), T),
    ("has not all", "has", ("a", "b"), frozenset("ac"), N),
    ("absent", "at_least", 2, None, U),
]


@pytest.mark.parametrize(("word", "constant", "seen", "answer"), cases(COMPARED))
def test_known_value(word, constant, seen, answer):
    assert Compare(a_fact("a"), word, constant).test({"a": seen}) is answer


OVER = [
    ("is", (3, 3), T),
    ("is", (4, 4), N),
    ("is", (2, 3), U),
    ("is", (4, 9), N),
    ("is", (None, 2), N),
    ("is", (None, 3), U),
    ("is", (3, None), U),
    ("at_least", (3, 9), T),
    ("at_least", (3, None), T),
    ("at_least", (2, 3), U),
    ("at_least", (1, 2), N),
    ("at_least", (None, 2), N),
    ("at_least", (None, 3), U),
    ("at_least", (None, None), U),
    ("more_than", (4, 5), T),
    ("more_than", (3, 5), U),
    ("more_than", (1, 3), N),
    ("at_most", (1, 3), T),
    ("at_most", (None, 3), T),
    ("at_most", (3, 4), U),
    ("at_most", (4, 5), N),
    ("at_most", (4, None), N),
    ("less_than", (1, 2), T),
    ("less_than", (2, 3), U),
    ("less_than", (3, 4), N),
    ("less_than", (None, None), U),
]


@pytest.mark.parametrize(("word", "ends", "answer"), OVER)
def test_range_against_three(word, ends, answer):
    assert Compare(a_fact("a"), word, 3).test({"a": Range(*ends)}) is answer


LISTED = [((3, 3), T), ((2, 2), N), ((1, 2), U), ((4, 9), U), ((4, 4), N), ((6, None), N), ((None, None), U)]


@pytest.mark.parametrize(("ends", "answer"), LISTED)
def test_range_against_a_list(ends, answer):
    assert Compare(a_fact("a"), "in", (1, 3, 5)).test({"a": Range(*ends)}) is answer


AMONG = [
    ("all the same", "in", ("x", "y"), ("x", "y"), T),
    ("none", "in", ("x", "y"), ("z",), N),
    ("some", "in", ("x", "y"), ("x", "z"), U),
    ("days", "less_than", date(2020, 4, 1), (date(2020, 3, 31), date(2020, 3, 1)), T),
    ("ticks", "has", ("x",), (frozenset("x"), frozenset("y")), U),
]


@pytest.mark.parametrize(("word", "constant", "left", "answer"), cases(AMONG))
def test_one_of_several_values(word, constant, left, answer):
    assert Compare(a_fact("a"), word, constant).test({"a": Among(left)}) is answer


@given(st.sampled_from(WORDS), st.integers(0, 6), st.integers(0, 6), st.integers(0, 6))
def test_a_range_knows_what_all_its_numbers_say(word, constant, low, more):
    condition = Compare(a_fact("a"), word, constant)
    answers = {condition.test({"a": value}) for value in range(low, low + more + 1)}
    answer = condition.test({"a": Range(low, low + more)})
    assert answer is (answers.pop() if len(answers) == 1 else None)


def test_nothing_is_known_of_what_was_wrong():
    never = Never()
    assert never.test({}) is None
    assert list(never.comparisons()) == []
    assert never.because({}, holds=True) == []
    assert Compare(a_fact("a"), "at_least", 3).test({"a": ANYTHING}) is None


def test_every_comparison_inside():
    fact = a_fact("x")
    compare = Compare(fact, "at_least", 3)
    inner = [(fact, "at_least", 3)]
    assert list(compare.comparisons()) == inner
    assert list(Not(compare).comparisons()) == inner
    assert list(A.comparisons()) == [(A.fact, "is", True)]
    for joined in (All((compare, compare)), AnyOf((compare, compare)), Some((compare, compare), 1)):
        assert list(joined.comparisons()) == inner * 2
