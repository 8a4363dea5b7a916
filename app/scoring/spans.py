"""The exact ends of sections and totals on a sheet that is more than sums of its items."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.scoring.bound import Bound
from app.scoring.exact import ANYTHING, Exact, Range, quotient
from app.scoring.facts import Workings
from app.scoring.items import LEFT_OUT, Outcome, rounded_range
from app.scoring.parts import Brought
from app.scoring.plan import SheetPlan
from app.scoring.program import axes_of
from app.scoring.ranges import Axis, Box, axis, find_range
from app.scoring.sums import Sums
from app.scoring.weighing import Weigher

MOST_WORK = 6000
ROW_COST = 10
LEAST_PARTS = 4
MOST_PARTS = 300
FAR_SHARE = 10**9
MOST_WAYS = 256
"""Ways in which undecided rows can be left out, in one part of what the unknowns can be."""


class Spans:
    """Rows that share an unknown are looked at together, all others come in with their own exact range."""

    def __init__(
        self, workings: Workings, outcomes: Sequence[Outcome], weigher: Weigher, values: Mapping[str, Any]
    ) -> None:
        """Nothing is worked out yet; `over` says what the unknowns of conditions over the items can be."""
        self.over = open_box(workings, weigher.plan, values)
        self.workings = workings
        self.outcomes = outcomes
        self.weigher = weigher
        self.values = values
        self.remembered: dict[frozenset[tuple[str, object]], list[Sums]] = {}
        self.tied = self._tied()
        self.axes = self._axes()

    def range(self, which: Callable[[Sums], Range | None]) -> Range:
        """The least and the most of one sum."""
        if not self.axes:
            return self._bound(which, {}) or ANYTHING
        return find_range(lambda box: self._bound(which, box), self.axes, self._affordable())

    def _affordable(self) -> int:
        """How many parts may be looked at: each time the whole sheet is weighed."""
        plan = self.weigher.plan
        cost = sum(each.program.weight for each in self.tied)
        cost += ROW_COST * (len(self.outcomes) + len(plan.sections) + len(plan.vetoes))
        cost *= min(MOST_WAYS, 1 << sum(1 for each in self.outcomes if each.is_open and _may_be_left_out(each)))
        return max(LEAST_PARTS, min(MOST_PARTS, MOST_WORK // cost))

    def _tied(self) -> list[Outcome]:
        """Rows that share an unknown with another row or with what stands over the items."""
        readers: dict[str, int] = dict.fromkeys(self._over_items(), 1)
        unknown = [(each, self._unknown(each)) for each in self.outcomes if each.is_open]
        for _, leaves in unknown:
            for leaf in leaves:
                readers[leaf] = readers.get(leaf, 0) + 1
        return [
            each
            for each, leaves in unknown
            if LEFT_OUT.keys() & set(each.program.states(each.known)) or any(readers[leaf] > 1 for leaf in leaves)
        ]

    def _unknown(self, outcome: Outcome) -> frozenset[str]:
        return outcome.program.workings.unknown_leaves(outcome.program.reads, outcome.known)

    def _over_items(self) -> frozenset[str]:
        """The unknowns of the evidence that conditions over the items ask for."""
        codes = {fact.code for when in conditions_over(self.weigher.plan) for fact, _, _ in when.comparisons()}
        return self.workings.unknown_leaves(frozenset(codes & self.workings.facts.keys()), self.values)

    def _of_others(self) -> set[str]:
        """What other rounds or units have to bring for more than one of these conditions."""
        sheet = self.weigher.plan.facts
        asked = [
            leaf
            for when in conditions_over(self.weigher.plan)
            for leaf in {leaf for fact, _, _ in when.comparisons() for leaf in sheet.leaves.get(fact.code, ())}
            if leaf in sheet.waiting
        ]
        return {leaf for leaf in asked if asked.count(leaf) > 1}

    def _axes(self) -> list[Axis]:
        others = self._of_others()
        if not self.tied and not others:
            return []
        known = {code: value for each in self.tied for code, value in each.known.items()}
        axes = {each.code: each for each in axes_of([each.program for each in self.tied], known)}
        marks: dict[str, list[object]] = {}
        for when in conditions_over(self.weigher.plan):
            for fact, _, constant in when.comparisons():
                marks.setdefault(fact.code, []).append(constant)
        facts = {**self.weigher.plan.facts.facts, **self.workings.facts}
        for leaf in (self._over_items() | others) - axes.keys():
            axes[leaf] = axis(facts[leaf], marks.get(leaf, ()))
        for code in axes.keys() & marks.keys():
            own = axis(facts[code], marks[code])
            axes[code] = replace(axes[code], marks=tuple(sorted({*axes[code].marks, *own.marks})))
        return [axes[code] for code in sorted(axes)]

    def _bound(self, which: Callable[[Sums], Range | None], box: Box) -> Range | None:
        total: Range | None = None
        for sums in self._weighed(box):
            found = which(sums)
            if found is not None:
                total = found if total is None else total.union(found)
        return total

    def _weighed(self, box: Box) -> list[Sums]:
        """The sheets of a box, which every sum is looked at over."""
        key = frozenset(box.items())
        found = self.remembered.get(key)
        if found is None:
            seen = self.workings.seen(self.values, {**self.over, **box})
            found = [self.weigher.weigh(brought, seen).after for brought in self._brought(box)]
            self.remembered[key] = found
        return found

    def _brought(self, box: Box) -> Iterator[Sequence[Brought]]:
        """What the rows bring, once for each way in which undecided rows can be left out."""
        ways = [self._ways(each, box) for each in self.outcomes]
        if math.prod(len(each) for each in ways) <= MOST_WAYS:
            yield from itertools.product(*ways)
        elif self.weigher.plan.is_plain and {each.left_out for own in ways for each in own[1:]} <= {"total", "rescale"}:
            yield from telling_ways(ways)
        else:
            yield [Brought(each[0].points, ANYTHING) if len(each) > 1 else each[0] for each in ways]

    def _ways(self, outcome: Outcome, box: Box) -> list[Brought]:
        points = outcome.program.item.points
        if not any(outcome is each for each in self.tied):
            return [brought(outcome), *_left_out(outcome)]
        seen = outcome.program.workings.seen(outcome.known, box)
        states = outcome.program.states(seen)
        out = [LEFT_OUT[state] for state in states if isinstance(state, str) and state in LEFT_OUT]
        ways = [Brought(points, left_out=way) for way in out]
        span = rounded_range(outcome, box) if len(out) < len(states) else None
        if span is not None:
            return [Brought(points, span), *ways]
        return ways or [Brought(points, is_undecided=True)]


def telling_ways(ways: Sequence[Sequence[Brought]]) -> Iterator[Sequence[Brought]]:
    """Of very many ways to leave rows out those that decide the ends of a plain sheet, rescaled or not.

    The greatest share of what is left comes from leaving out the rows with the least share, and the other way round;
    rows that leave the full marks bring their score or nothing.
    """
    open_rows = [at for at, own in enumerate(ways) if len(own) > 1]
    for end in ("low", "high"):
        ranked = sorted(open_rows, key=lambda at: _share(ways[at][0], end))
        for count in range(len(ranked) + 1):
            for out in (ranked[:count], ranked[count:]):
                yield [own[-1] if at in out else own[0] for at, own in enumerate(ways)]


def _share(row: Brought, end: str) -> Exact:
    """The share of its points that one end of a row's range is; far out where there is none."""
    score = row.score.low if end == "low" else row.score.high
    if score is None:
        return -FAR_SHARE if end == "low" else FAR_SHARE
    return quotient(score, row.points) if row.points else score * FAR_SHARE


def _left_out(outcome: Outcome) -> list[Brought]:
    """How a row that nothing else depends on may be left out."""
    states = outcome.program.states(outcome.known) if outcome.is_open else ()
    points = outcome.program.item.points
    return [Brought(points, left_out=LEFT_OUT[each]) for each in states if isinstance(each, str) and each in LEFT_OUT]


def _may_be_left_out(outcome: Outcome) -> bool:
    return bool(LEFT_OUT.keys() & set(outcome.program.states(outcome.known)))


def brought(outcome: Outcome) -> Brought:
    """What a row brings to the sums."""
    return Brought(outcome.program.item.points, outcome.range, outcome.left_out)


def open_box(workings: Workings, plan: SheetPlan, values: Mapping[str, Any]) -> Box:
    """What the unknowns can be that conditions over the items rest on, those of grades among them."""
    whens = [*conditions_over(plan), *(when for when, _ in plan.grades if when is not None)]
    marks: dict[str, list[object]] = {}
    for when in whens:
        for fact, _, constant in when.comparisons():
            marks.setdefault(fact.code, []).append(constant)
    for each in workings.derived:
        for code, mark in each.marks():
            marks.setdefault(code, []).append(mark)
    leaves = workings.unknown_leaves(frozenset(marks.keys() & workings.facts.keys()), values)
    return {leaf: axis(workings.facts[leaf], marks.get(leaf, ())).start for leaf in leaves}


def conditions_over(plan: SheetPlan) -> list[Bound]:
    """The conditions of vetoes and bonuses; those of grades move no points."""
    counts = [each.counts_when for each in plan.sections if each.counts_when is not None]
    return [*(veto.when for veto in plan.vetoes), *counts]
