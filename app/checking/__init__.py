"""Is a scheme sound? Problems that a scheme has to be rid of before it is published, each with its place."""

from __future__ import annotations

from collections.abc import Iterator

from app.checking.examples import example_problems
from app.checking.limits import limit_problems
from app.checking.owned import is_owned
from app.checking.sums import sum_problems
from app.scoring.problems import Problem, Problems
from app.scoring.program import Program

__all__ = ["check"]


def check(program: Program) -> Problems:
    """Everything that keeps a scheme from being published; empty when it may be.

    What the printed table itself got wrong is no problem where a reading owns up to it.
    """
    looked_at: set[int] = set()
    found = dict.fromkeys(problem for kind in program.kinds for problem in _of_the_table(kind, looked_at))
    kept = [problem for problem in found if not is_owned(program.scheme, problem)]
    return Problems([*kept, *example_problems(program)])


def _of_the_table(program: Program, looked_at: set[int]) -> Iterator[Problem]:
    yield from sum_problems(program)
    yield from limit_problems(program, looked_at)
