"""The least and the most while something is unknown: the search finds what trying everything finds."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.bound import Among, Bare, Compare
from app.scoring.exact import ANYTHING, Range, point
from app.scoring.ranges import Axis, affordable_parts, find_range
from tests.builders import F, a_fact, cases

# --- named cases on endless axes ---------------------------------------------------------------------------------

UP, DOWN = Range(0, None), Range(None, 0)


def along(code: str, start: Range = UP, step: Any = 1, marks: tuple[Any, ...] = ()) -> Axis:
    return Axis(code, start, step, marks)


def plus(*terms: tuple[str, Any]) -> Any:
    """A weighted sum."""
    return lambda box: sum((box[code].times(weight) for code, weight in terms), start=point(0))


def hat(box: Any) -> Range:
    """min(a, 10) - 2 × max(0, a - 10): rises to 10, then falls without end."""
    return box["a"].clamped(None, 10) + Range(
        *(None if end is None else end - 10 for end in (box["a"].low, box["a"].high))
    ).clamped(0, None).times(-2)


ENDLESS = [
    ("rising", plus(("a", 1)), [along("a")], Range(0, None)),
    ("falling", plus(("a", -1)), [along("a")], Range(None, 0)),
    ("from below", plus(("a", 1)), [along("a", DOWN)], Range(None, 0)),
    ("both ways", plus(("a", 1)), [along("a", ANYTHING)], ANYTHING),
    ("one against the other", plus(("a", 1), ("b", -1)), [along("a"), along("b")], ANYTHING),
    ("many against many", plus(*zip("abcdef", [1, -1, 2, -2, 1, -1], strict=True)), [*map(along, "abcdef")], ANYTHING),
    ("many together", plus(*zip("abcdef", [1] * 6, strict=True)), [*map(along, "abcdef")], Range(0, None)),
    ("limited above", lambda box: box["a"].clamped(None, 5), [along("a")], Range(0, 5)),
    ("limited far out", lambda box: box["a"].clamped(None, 10**9), [along("a")], Range(0, 10**9)),
    ("limited below", lambda box: box["a"].times(-1).clamped(-7, None), [along("a")], Range(-7, 0)),
    ("a limit both ways", lambda box: box["a"].clamped(-3, 4), [along("a", ANYTHING)], Range(-3, 4)),
    ("rises, then falls without end", hat, [along("a")], Range(None, 10)),
    ("fine steps", plus(("a", F("1/2"))), [along("a", Range(0, F("0.5")), F("0.000001"))], Range(0, F("1/4"))),
    ("no unknowns", lambda _: point(3), [], point(3)),
    ("no outcome at all", lambda _: None, [along("a")], ANYTHING),
]


@pytest.mark.parametrize(("bound", "axes", "span"), cases(ENDLESS))
def test_ends_on_endless_axes(bound, axes, span):
    assert find_range(bound, axes) == span


def test_fact_without_an_outcome_in_parts_of_its_range():
    def bound(box: Any) -> Range | None:
        inside = box["a"].clamped(3, 6)
        return None if box["a"].high < 3 or box["a"].low > 6 else inside

    assert find_range(bound, [along("a", Range(0, 9), marks=(3, 6))]) == Range(3, 6)


def test_hidden_value_between_two_marks():
    """Only a = 7 of a thousand gives 1; the marks lead there."""
    seven = Compare(a_fact("a"), "is", 7)

    def bound(box: Any) -> Range:
        answer = seven.test(box)
        return Range(0, 1) if answer is None else point(int(answer))

    assert find_range(bound, [along("a", Range(0, 999), marks=(7,))]) == Range(0, 1)


def test_mark_that_cannot_be_stated_is_no_outcome():
    at_half = Compare(a_fact("a"), "is", F("1/2"))

    def bound(box: Any) -> Range:
        answer = at_half.test(box)
        return Range(0, 1) if answer is None else point(int(answer))

    assert find_range(bound, [along("a", Range(0, 3), marks=(F("1/2"),))]) == point(0)


def is_corner(box: Any) -> bool:
    return all(each.is_point for each in box.values())


def test_bound_is_given_where_the_search_is_given_up():
    """Nothing ties the corners to the bound: what is left after many parts is said, unless it is far out."""
    for end, given_up in ((10**4, Range(-5, 5)), (10**9, ANYTHING)):
        axes = [along(code, Range(0, end)) for code in "abcdefgh"]
        assert find_range(lambda _: Range(-5, 5), axes) == Range(-5, 5)
        assert find_range(lambda box: point(0) if is_corner(box) else Range(-5, 5), axes) == given_up


@pytest.mark.parametrize(("marks", "parts"), [(0, 1000), (20, 1000), (21, 952), (200, 100), (400, 50), (10**6, 50)])
def test_large_rules_are_searched_in_fewer_parts(marks, parts):
    assert affordable_parts(marks) == parts


def test_search_that_ends_just_as_it_is_given_up():
    assert find_range(lambda _: point(3), [], most_parts=1) == point(3)


def test_endless_bound_is_said_where_the_search_is_given_up():
    axes = [along(code, Range(0, 10**6)) for code in "abcdefgh"]
    found = find_range(lambda box: point(0) if all(each.is_point for each in box.values()) else ANYTHING, axes)
    assert found == ANYTHING


# --- generated rules, every outcome tried ------------------------------------------------------------------------


@dataclass(frozen=True)
class Expression:
    """A little rule: `word` over the two parts, a fact, and a number."""

    word: str
    code: str = "a"
    number: int = 0
    parts: tuple[Expression, ...] = ()

    def over(self, box: Any) -> Range:
        inner = [part.over(box) for part in self.parts]
        match self.word:
            case "fact":
                return box[self.code].times(self.number)
            case "number":
                return point(self.number)
            case "sum":
                return inner[0] + inner[1]
            case "at most":
                return inner[0].clamped(None, self.number)
            case "at least":
                return inner[0].clamped(self.number, None)
        answer = self.condition.test(box)
        return inner[0].union(inner[1]) if answer is None else inner[0] if answer else inner[1]

    @property
    def condition(self) -> Any:
        return (
            Bare(a_fact("yes", "boolean"))
            if self.word == "if yes"
            else Compare(a_fact(self.code), "at_least", self.number)
        )

    def times_read(self, code: str) -> int:
        return (self.word in {"fact", "if"} and self.code == code) + sum(part.times_read(code) for part in self.parts)

    def marks(self) -> list[tuple[str, int]]:
        own = [(self.code, self.number)] if self.word == "if" else []
        return own + [mark for part in self.parts for mark in part.marks()]


codes, small = st.sampled_from("ab"), st.integers(-4, 4)
leaves = st.builds(Expression, st.just("fact"), codes, st.sampled_from([-2, -1, 1, 3])) | st.builds(
    Expression, st.just("number"), st.just("a"), small
)


def grown(inner: Any) -> Any:
    two, one = st.tuples(inner, inner), st.tuples(inner)
    return (
        st.builds(Expression, st.sampled_from(["sum", "if yes"]), codes, small, two)
        | st.builds(Expression, st.just("if"), codes, st.integers(0, 4), two)
        | st.builds(Expression, st.sampled_from(["at most", "at least"]), codes, small, one)
    )


expressions = st.recursive(leaves, grown, max_leaves=7)
EVERY = [
    dict(zip(("a", "b", "yes"), each, strict=True)) for each in itertools.product(range(5), range(4), (True, False))
]


def axes(rule: Expression, a: Range, b: Range) -> list[Axis]:
    marks = {code: tuple(sorted({mark for name, mark in rule.marks() if name == code})) for code in "ab"}
    return [Axis("a", a, 1, marks["a"]), Axis("b", b, 1, marks["b"]), Axis("yes", Among((False, True)), 1)]


def value(rule: Expression, at: Any) -> Any:
    return rule.over({"a": point(at["a"]), "b": point(at["b"]), "yes": at["yes"]}).low


@settings(max_examples=150)
@given(expressions)
def test_ends_are_those_of_all_outcomes(rule):
    found = find_range(rule.over, axes(rule, Range(0, 4), Range(0, 3)))
    outcomes = [value(rule, at) for at in EVERY]
    assert found == Range(min(outcomes), max(outcomes))


@settings(max_examples=80)
@given(expressions.filter(lambda rule: rule.times_read("a") == 1))
def test_ends_on_an_endless_axis_are_those_far_out(rule):
    """Beyond 40 every such rule goes on in a straight line, so two steps there say whether it ends."""
    found = find_range(rule.over, axes(rule, UP, Range(0, 3)))
    outcomes = [value(rule, {**at, "a": a}) for at in EVERY[:8] for a in (*range(30), 60)]
    slopes = [value(rule, {**at, "a": 60}) - value(rule, {**at, "a": 41}) for at in EVERY[:8]]
    assert found.low == (None if min(slopes) < 0 else min(outcomes))
    assert found.high == (None if max(slopes) > 0 else max(outcomes))


def test_fact_read_twice_without_end_keeps_a_bound():
    """2a - a is a, which the bound does not see; the search does, since nothing past 15 digits can be stated."""
    found = find_range(plus(("a", 2), ("a", -1)), [along("a")])
    assert found == Range(0, None)
