"""Low ends: an item whose losses have no end could never be finalised without its evidence."""

from __future__ import annotations

from collections.abc import Iterator

from app.scoring.exact import ANYTHING
from app.scoring.items import Outcome, ruled_range, unknown_spans
from app.scoring.problems import Problem
from app.scoring.program import Program
from app.scoring.rules.shape import Judging


def limit_problems(program: Program, looked_at: set[int]) -> Iterator[Problem]:
    """Items that have no least score while nothing is known; those that kinds of subject share are looked at once."""
    places = {
        item.code: ("sections", at, "items", number, "rule")
        for at, section in enumerate(program.scheme.sections)
        for number, item in enumerate(section.items)
    }
    for item in program.items:
        if id(item) in looked_at:
            continue
        looked_at.add(id(item))
        unknown = Outcome(item, {}, Judging(closing=unknown_spans(item, {})), "pending_evidence", None, ANYTHING)
        if ruled_range(program, unknown).low is None:
            said = f"“{item.item.title}”的扣分没有下限：应写 floor、most，或用 unproven 写明缺少佐证时扣多少分"
            yield Problem(places[item.item.code], "no_low_end", said)
