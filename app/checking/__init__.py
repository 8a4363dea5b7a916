"""Is a scheme sound? Problems that a scheme has to be rid of before it is published, each with its place."""

from __future__ import annotations

from app.checking.examples import example_problems
from app.checking.limits import limit_problems
from app.checking.sums import sum_problems
from app.scoring.problems import Problems
from app.scoring.program import Program

__all__ = ["check"]


def check(program: Program) -> Problems:
    """Everything that keeps a scheme from being published; empty when it may be."""
    return Problems([*sum_problems(program), *limit_problems(program), *example_problems(program)])
