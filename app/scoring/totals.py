"""Sections and totals: sums of rounded item scores, and their exact ranges while items are open."""

from __future__ import annotations

from collections.abc import Sequence

from app.scoring.exact import Exact, Range, point
from app.scoring.items import Outcome, axes_of, rounded_range
from app.scoring.program import Program
from app.scoring.ranges import Box, affordable_parts, find_range


def total_score(outcomes: Sequence[Outcome]) -> Exact | None:
    """The sum of the scores, None while one of them is open."""
    scores = [outcome.score for outcome in outcomes]
    return None if None in scores else sum((score for score in scores if score is not None), start=0)


def total_range(program: Program, outcomes: Sequence[Outcome]) -> Range:
    """The exact ends of a sum of rows; rows that wait for the same unknown are looked at together."""
    total = point(0)
    for together in _sharing(outcomes):
        total += together[0].range if len(together) == 1 else _joint_range(program, together)
    return total


def _sharing(outcomes: Sequence[Outcome]) -> list[list[Outcome]]:
    """Groups of rows joined by the unknowns behind them."""
    groups: list[tuple[set[str], list[Outcome]]] = []
    for outcome in outcomes:
        unknown: set[str] = set()
        if outcome.is_open:
            unknown = set(outcome.program.workings.unknown_leaves(outcome.program.reads, outcome.known))
        members = [outcome]
        apart = []
        for others, rows in groups:
            if unknown & others:
                unknown |= others
                members = rows + members
            else:
                apart.append((others, rows))
        groups = [*apart, (unknown, members)]
    return [rows for _, rows in groups]


def _joint_range(program: Program, outcomes: Sequence[Outcome]) -> Range:
    parts = tuple((each.program.item.code, frozenset(each.known.items()), each.judging) for each in outcomes)
    found = program.recall(parts)
    if isinstance(found, Range):
        return found
    known = {code: value for outcome in outcomes for code, value in outcome.known.items()}

    def bound(box: Box) -> Range | None:
        total = point(0)
        for outcome in outcomes:
            here = rounded_range(program, outcome.program, outcome.known, outcome.judging, box)
            if here is None:
                return None
            total += here
        return total

    axes = axes_of([outcome.program for outcome in outcomes], known)
    span = find_range(bound, axes, affordable_parts(sum(each.program.weight for each in outcomes) * len(outcomes)))
    program.remember(parts, span)
    return span
