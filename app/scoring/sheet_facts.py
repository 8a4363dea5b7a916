"""Facts of the sheet: scores, rates and losses of items and sections, and what is worked out from them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from app.scoring.bound import Among, Facts
from app.scoring.exact import Exact, Range, exact, point, quotient
from app.scoring.facts import Given
from app.scoring.overall import OF_CODES, ItemRounding
from app.scoring.parts import Brought, Caps, SectionSum, capped, summed
from app.scoring.plan import SheetPlan

Scored: TypeAlias = tuple[Range, Exact]
"""A score and the points it is out of."""


class SheetFacts:
    """Facts of the sheet over the sections that are added up already."""

    def __init__(
        self, plan: SheetPlan, given: Given, rounding: ItemRounding, brought: Sequence[Brought], seen: Facts
    ) -> None:
        """Nothing is worked out yet."""
        self.plan = plan
        self.given = given
        self.rounding = rounding
        self.brought = brought
        self.seen = seen

    def over(self, sections: Mapping[int, SectionSum], named: Mapping[str, Range], caps: Caps) -> dict[str, Any]:
        """Leaves first, then what is worked out from them."""
        workings = self.plan.facts
        spans: dict[str, Any] = {**named, **self._leaves(sections, caps)}
        for code, span in spans.items():
            if span.is_point:
                spans[code] = exact(span.low)
        open_ones = {**self.seen, **spans}
        known = {code: value for code, value in open_ones.items() if not isinstance(value, Range | Among | None)}
        worked = workings.work_out(known, self.given).values
        return workings.seen(worked, {code: each for code, each in open_ones.items() if code not in worked})

    def _leaves(self, sections: Mapping[int, SectionSum], caps: Caps) -> dict[str, Range]:
        """Scores, rates and losses of items and sections, as far as these are added up."""
        found: dict[str, Range] = {}
        for leaf in self.plan.leaves:
            if leaf.word in OF_CODES and all(at in sections for at in leaf.parts[1]):
                scores = [*self._items(leaf.parts[0], caps), *self._sections(leaf.parts[1], sections)]
                found[leaf.fact.code] = _set_fact(leaf.word, scores)
        return found

    def _items(self, places: Sequence[int], caps: Caps) -> Iterator[Scored]:
        for place in places:
            each = self.brought[place]
            if each.left_out is None:
                yield capped(each.score, caps.items.get(place, ()), self.rounding), each.points

    def _sections(self, places: Sequence[int], sections: Mapping[int, SectionSum]) -> Iterator[Scored]:
        for at in places:
            plan, own = self.plan.sections[at], sections[at]
            points = sum((self.brought[place].points for place in plan.items), start=0) * plan.section.weight
            if not own.is_empty:
                yield own.score, points - own.out_of_total - own.rescaled


def _set_fact(word: str, scores: Sequence[Scored]) -> Range:
    """Where nothing applies nothing was lost: a rate of nothing is 100."""
    if word == "lost":
        return summed([(point(points) + score.times(-1)).clamped(0, None) for score, points in scores])
    total = summed([score for score, _ in scores])
    points = sum((points for _, points in scores), start=0)
    if word in ("score", "points"):
        return total if word == "score" else point(points)
    return point(100) if points == 0 else total.times(quotient(100, points))
