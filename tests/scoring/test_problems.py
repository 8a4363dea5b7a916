"""Problems: their places as JSON Pointers."""

from __future__ import annotations

import pytest

from app.scoring.problems import Problem, Problems


@pytest.mark.parametrize(
    ("path", "pointer"),
    [
        ((), ""),
        (("sections", 0, "items", 12), "/sections/0/items/12"),
        (("a/b", "c~d", "~1"), "/a~1b/c~0d/~01"),
        (("",), "/"),
    ],
)
def test_path_is_written_as_a_pointer(path, pointer):
    assert Problem(path, "code", "话").pointer == pointer


def test_problem_is_seen_from_further_out():
    assert Problem(("b",), "code", "话").under("a", 0) == Problem(("a", 0, "b"), "code", "话")


def test_problems_are_seen_from_further_out():
    both = Problems((Problem((), "one", "一"), Problem(("x",), "two", "二")))
    assert both.under("a") == Problems((Problem(("a",), "one", "一"), Problem(("a", "x"), "two", "二")))
    assert isinstance(both.under("a"), Problems)


def test_one_problem_alone():
    assert Problems.one(("a",), "code", "话") == (Problem(("a",), "code", "话"),)
