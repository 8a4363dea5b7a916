"""What an unknown fact can be, and where something changes along it."""

from __future__ import annotations

from datetime import date

import pytest

from app.scoring.bound import Among
from app.scoring.exact import ANYTHING, Range
from app.scoring.periods import StayLength
from app.scoring.ranges import OTHER_TEXT, Axis, axis
from tests.builders import F, a_fact, cases

NUMBERS = [
    ("no marks", a_fact("a", whole=True, limits=Range(0, 9)), [], Axis("a", Range(0, 9), 1, ())),
    ("marks once, in order", a_fact("a", whole=True), [3, 1, 3], Axis("a", ANYTHING, 1, (1, 3))),
    ("marks of a list", a_fact("a", whole=True), [(3, 1), 2], Axis("a", ANYTHING, 1, (1, 2, 3))),
    ("marks that are none", a_fact("a", whole=True), [None, 1], Axis("a", ANYTHING, 1, (1,))),
    ("finest steps", a_fact("a"), [F("0.5")], Axis("a", ANYTHING, F("0.000001"), (F("0.5"),))),
]


@pytest.mark.parametrize(("fact", "marks", "expected"), cases(NUMBERS))
def test_number_keeps_its_limits_and_marks(fact, marks, expected):
    assert axis(fact, marks) == expected


APRIL = date(2020, 4, 1)
BESIDE_APRIL = (APRIL, date(2020, 3, 31), date(2020, 4, 2), date(2000, 1, 1))
DAY = a_fact("a", "date")

VALUES = [
    ("boolean", a_fact("a", "boolean"), [], (False, True)),
    ("choice", a_fact("a", "choice"), ["done"], ("done", "begun", "none")),
    ("ticks nobody asks for", a_fact("a", "choices"), [], (frozenset(),)),
    (
        "ticks that are asked for",
        a_fact("a", "choices"),
        [("done", "none")],
        (frozenset(), frozenset({"done"}), frozenset({"none"}), frozenset({"done", "none"})),
    ),
    ("text", a_fact("a", "text"), ["甲", ("乙", "甲")], ("甲", "乙", OTHER_TEXT)),
    ("day nobody asks for", DAY, [], (date(2000, 1, 1),)),
    ("days beside a mark", DAY, [APRIL], BESIDE_APRIL),
    ("the last day there is", DAY, [date.max], (date.max, date(2000, 1, 1))),
    ("the first day there is", DAY, [date.min], (date.min, date(2000, 1, 1))),
    ("stay nobody asks for", a_fact("a", "stay"), [], (StayLength(0, 0),)),
    (
        "stays beside months",
        a_fact("a", "stay"),
        [StayLength(2, 0)],
        (StayLength(0, 0), StayLength(2, 0), StayLength(2, 1), StayLength(1, 27)),
    ),
    (
        "stays beside months and days",
        a_fact("a", "stay"),
        [StayLength(2, 3)],
        (StayLength(0, 0), StayLength(2, 3), StayLength(2, 4), StayLength(2, 2)),
    ),
    (
        "stays beside none",
        a_fact("a", "stay"),
        [StayLength(0, 0)],
        (StayLength(0, 0), StayLength(0, 1), StayLength(0, 27)),
    ),
]


@pytest.mark.parametrize(("fact", "marks", "values"), cases(VALUES))
def test_one_value_each_side_of_every_mark(fact, marks, values):
    found = axis(fact, marks)
    assert (found.code, found.step, found.marks) == ("a", 1, ())
    assert isinstance(found.start, Among)
    assert set(found.start) == set(values)
    assert len(found.start) == len(set(values))
