"""What would have to change for a condition to hold, or no longer to: nearest first, and never made up."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.bound import All, AnyOf, Bare, Compare, Never, Not, Some
from app.scoring.exact import Range
from app.scoring.periods import StayLength
from app.scoring.repairs import stateable, ways
from tests.builders import F, a_fact, cases

COUNT = a_fact("count", whole=True, limits=Range(0, 10))
RATE = a_fact("rate", limits=Range(0, 100))
FREE = a_fact("free")
A, B, C = (Bare(a_fact(code, "boolean")) for code in "abc")
STATE = a_fact("state", "choice")
DONE = a_fact("done", "choices")
DAY = a_fact("day", "date")
STAY = a_fact("stay", "stay")
NAME = a_fact("name", "text")
SPRING = date(2020, 4, 1)


def found(condition, facts=None, *, wanted=True):
    return list(ways(condition, facts or {}, wanted=wanted))


SINGLE = [
    # condition, facts: ways to make it hold, ways to make it fail
    ("bare", A, {"a": False}, [{"a": True}], [{}]),
    ("bare, unknown", A, {}, [{"a": True}], [{"a": False}]),
    ("at least", Compare(COUNT, "at_least", 3), {"count": 1}, [{"count": 3}], [{}]),
    ("at least, held", Compare(COUNT, "at_least", 3), {"count": 5}, [{}], [{"count": 2}]),
    ("more than", Compare(COUNT, "more_than", 3), {"count": 1}, [{"count": 4}], [{}]),
    ("more than, held", Compare(COUNT, "more_than", 3), {"count": 5}, [{}], [{"count": 3}]),
    ("at most", Compare(COUNT, "at_most", 3), {"count": 5}, [{"count": 3}], [{}]),
    ("at most, held", Compare(COUNT, "at_most", 3), {"count": 1}, [{}], [{"count": 4}]),
    ("less than", Compare(COUNT, "less_than", 3), {"count": 5}, [{"count": 2}], [{}]),
    ("less than, held", Compare(COUNT, "less_than", 3), {"count": 1}, [{}], [{"count": 3}]),
    ("half a mark, up", Compare(COUNT, "at_least", F("2.5")), {"count": 1}, [{"count": 3}], [{}]),
    ("half a mark, over", Compare(COUNT, "more_than", F("2.5")), {"count": 1}, [{"count": 3}], [{}]),
    ("half a mark, down", Compare(COUNT, "at_most", F("2.5")), {"count": 4}, [{"count": 2}], [{}]),
    ("half a mark, under", Compare(COUNT, "less_than", F("2.5")), {"count": 4}, [{"count": 2}], [{}]),
    ("beyond what can be", Compare(COUNT, "at_least", 11), {"count": 1}, [], [{}]),
    ("beyond the most", Compare(COUNT, "more_than", 10), {"count": 1}, [], [{}]),
    ("below the least", Compare(COUNT, "less_than", 0), {"count": 1}, [], [{}]),
    ("mark below the least", Compare(COUNT, "at_least", -5), {}, [{"count": 0}], []),
    ("mark above the most", Compare(COUNT, "at_most", 50), {}, [{"count": 10}], []),
    ("finest step over", Compare(RATE, "more_than", 80), {"rate": 1}, [{"rate": F("80.000001")}], [{}]),
    ("finest step under", Compare(RATE, "less_than", 80), {"rate": 90}, [{"rate": F("79.999999")}], [{}]),
    ("is", Compare(COUNT, "is", 3), {"count": 1}, [{"count": 3}], [{}]),
    ("is, held", Compare(COUNT, "is", 3), {"count": 3}, [{}], [{"count": 4}, {"count": 2}]),
    ("is, held at the end", Compare(COUNT, "is", 10), {"count": 10}, [{}], [{"count": 9}]),
    ("in", Compare(COUNT, "in", (3, 4)), {"count": 1}, [{"count": 3}, {"count": 4}], [{}]),
    ("in, held", Compare(COUNT, "in", (3, 4)), {"count": 3}, [{}], [{"count": 2}, {"count": 5}]),
    ("yes is", Compare(A.fact, "is", constant=True), {"a": True}, [{}], [{"a": False}]),
    ("choice is", Compare(STATE, "is", "done"), {"state": "none"}, [{"state": "done"}], [{}]),
    ("choice in", Compare(STATE, "in", ("done", "none")), {"state": "done"}, [{}], [{"state": "begun"}]),
    ("choice is, held", Compare(STATE, "is", "done"), {"state": "done"}, [{}], [{"state": "begun"}, {"state": "none"}]),
    ("text is", Compare(NAME, "is", "甲"), {"name": "乙"}, [{"name": "甲"}], [{}]),
    ("text is, held", Compare(NAME, "is", "甲"), {"name": "甲"}, [{}], []),
    (
        "ticks",
        Compare(DONE, "has", ("begun", "none")),
        {"done": frozenset({"done"})},
        [{"done": frozenset({"done", "begun", "none"})}],
        [{}],
    ),
    (
        "ticks, held",
        Compare(DONE, "has", ("begun", "none")),
        {"done": frozenset({"begun", "none"})},
        [{}],
        [{"done": frozenset({"none"})}],
    ),
    ("ticks, unknown", Compare(DONE, "has", ("begun",)), {}, [{"done": frozenset({"begun"})}], [{"done": frozenset()}]),
    ("day", Compare(DAY, "less_than", SPRING), {"day": SPRING}, [{"day": date(2020, 3, 31)}], [{}]),
    ("day at most", Compare(DAY, "at_most", SPRING), {"day": date(2020, 5, 1)}, [{"day": SPRING}], [{}]),
    (
        "day is, held",
        Compare(DAY, "is", SPRING),
        {"day": SPRING},
        [{}],
        [{"day": date(2020, 4, 2)}, {"day": date(2020, 3, 31)}],
    ),
    ("after the last day", Compare(DAY, "more_than", date.max), {"day": SPRING}, [], [{}]),
    ("before the first day", Compare(DAY, "less_than", date.min), {"day": SPRING}, [], [{}]),
    (
        "stay over",
        Compare(STAY, "more_than", StayLength(2, 0)),
        {"stay": StayLength(1, 0)},
        [{"stay": StayLength(2, 1)}],
        [{}],
    ),
    (
        "stay at least",
        Compare(STAY, "at_least", StayLength(2, 0)),
        {"stay": StayLength(1, 0)},
        [{"stay": StayLength(2, 0)}],
        [{}],
    ),
    (
        "stay under months",
        Compare(STAY, "less_than", StayLength(2, 0)),
        {"stay": StayLength(3, 0)},
        [{"stay": StayLength(1, 27)}],
        [{}],
    ),
    (
        "stay under days",
        Compare(STAY, "less_than", StayLength(2, 5)),
        {"stay": StayLength(3, 0)},
        [{"stay": StayLength(2, 4)}],
        [{}],
    ),
    ("stay under nothing", Compare(STAY, "less_than", StayLength(0, 0)), {"stay": StayLength(3, 0)}, [], [{}]),
    ("what was wrong", Never(), {}, [], []),
]


@pytest.mark.parametrize(("condition", "facts", "into", "out"), cases(SINGLE))
def test_ways_into_and_out_of_a_condition(condition, facts, into, out):
    assert found(condition, facts) == into
    assert found(condition, facts, wanted=False) == out


NEVER = Compare(COUNT, "at_least", 11)
NONE = {"a": False, "b": False, "c": False}
EVERY = {"a": True, "b": True, "c": True}

JOINED = [
    ("all: every part that does not hold", All((A, B)), {"a": True, "b": False}, True, [{"b": True}]),
    ("all: one part is enough to fail", All((A, B)), EVERY, False, [{"a": False}, {"b": False}]),
    ("all: one part cannot hold", All((A, NEVER)), NONE, True, []),
    ("any: one part is enough", AnyOf((A, B)), NONE, True, [{"a": True}, {"b": True}]),
    ("any: every part has to fail", AnyOf((A, B)), EVERY, False, [{"a": False, "b": False}]),
    ("not", Not(A), EVERY, True, [{"a": False}]),
    ("not, undone", Not(A), NONE, False, [{"a": True}]),
    ("some: as many as are lacking", Some((A, B, C), 2), {**NONE, "c": True}, True, [{"a": True}]),
    ("some: two lacking", Some((A, B, C), 2), NONE, True, [{"a": True, "b": True}]),
    ("some: two too many", Some((A, B, C), 2), EVERY, False, [{"a": False, "b": False}]),
    ("some: one cannot hold", Some((NEVER, A), 2), NONE, True, []),
    (
        "all: two comparisons of one fact",
        All((Compare(COUNT, "at_least", 3), Compare(COUNT, "at_most", 5))),
        {"count": 1},
        True,
        [{"count": 3}],
    ),
]


@pytest.mark.parametrize(("condition", "facts", "wanted", "changes"), cases(JOINED))
def test_ways_through_joined_conditions(condition, facts, wanted, changes):
    assert found(condition, facts, wanted=wanted) == changes


STATEABLE = [
    ("no number", a_fact("x", "text"), "甲", 1, "甲"),
    ("whole", COUNT, 3, 1, 3),
    ("up to a whole", COUNT, F("2.1"), 1, 3),
    ("down to a whole", COUNT, F("2.9"), -1, 2),
    ("up to the least", COUNT, -3, 1, 0),
    ("down to the most", COUNT, 99, -1, 10),
    ("nothing above", COUNT, 11, 1, None),
    ("nothing below", COUNT, -1, -1, None),
    ("part of one", RATE, F("2.5"), 1, F("2.5")),
    ("no limits", FREE, -(10**9), -1, -(10**9)),
]


@pytest.mark.parametrize(("fact", "value", "direction", "near"), cases(STATEABLE))
def test_nearest_value_that_can_be_stated(fact, value, direction, near):
    assert stateable(fact, value, direction) == near


conditions = st.recursive(
    st.sampled_from([A, B, C])
    | st.builds(
        Compare,
        st.just(COUNT),
        st.sampled_from(["is", "at_least", "more_than", "at_most", "less_than"]),
        st.integers(-1, 11),
    ),
    lambda inner: (
        st.builds(Not, inner)
        | st.builds(All, st.tuples(inner, inner))
        | st.builds(AnyOf, st.tuples(inner, inner))
        | st.builds(Some, st.tuples(inner, inner, inner), st.integers(1, 3))
    ),
    max_leaves=5,
)
some_facts = st.fixed_dictionaries({"count": st.integers(0, 10), **dict.fromkeys("abc", st.booleans())})


def reads_once(condition) -> bool:
    codes = [fact.code for fact, _, _ in condition.comparisons()]
    return len(codes) == len(set(codes))


@given(conditions.filter(reads_once), some_facts, st.booleans())
def test_every_way_leads_where_it_says(condition, facts, wanted):
    for change in ways(condition, facts, wanted=wanted):
        assert condition.test({**facts, **change}) is wanted
        assert 0 <= change.get("count", 0) <= 10
