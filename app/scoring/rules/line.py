"""`line`: where on a scale, in a straight line between named points."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Annotated, Literal

from pydantic import Field as Limited

from app.scoring.bound import Facts
from app.scoring.document import Code, Part
from app.scoring.exact import Exact, Range, exact, quotient
from app.scoring.fields import Value
from app.scoring.problems import Path
from app.scoring.profiles import AnyNumber
from app.scoring.rules.shape import Binding, Judging, Open, Place, Ruling, Settled, line_between
from app.scoring.wording import Fact, found_text, number_text, points_text

Point = Annotated[list[AnyNumber], Limited(min_length=2, max_length=2)]


class Through(Part):
    """The measure, the points (value, score) the line goes through, and what happens beyond them."""

    of: Code
    through: Annotated[list[Point], Limited(min_length=2)]
    beyond: Literal["stop", "extend"]


class LineRule(Part):
    """按比例得分."""

    line: Through

    def bind(self, binding: Binding, place: Place, path: Path) -> LineRuling:
        """Tie it to its measure."""
        binding.check_depth(place, path)
        inner = (*path, "line")
        fact = binding.number(self.line.of, (*inner, "of"))
        points = tuple((each[0], each[1]) for each in self.line.through)
        for number, (before, after) in enumerate(pairwise(points), start=1):
            if before[0] >= after[0]:
                binding.refuse((*inner, "through", number), "points_not_ascending", "各点的第一个数应从小到大")
                points = ((0, 0), (1, 0))
        return LineRuling(fact, points, self.line.beyond == "extend", place)


@dataclass(frozen=True, slots=True)
class LineRuling(Ruling):
    """A straight line from point to point."""

    fact: Fact
    points: tuple[tuple[Exact, Exact], ...]
    extends: bool
    place: Place

    @property
    def reads(self) -> frozenset[str]:
        """Its measure."""
        return frozenset({self.fact.code})

    def at(self, value: Exact) -> Exact:
        """The points for a value."""
        first, last = self.points[0], self.points[-1]
        if not self.extends and value <= first[0]:
            return first[1]
        if not self.extends and value >= last[0]:
            return last[1]
        spans = list(pairwise(self.points))
        (left, low), (right, high) = next((span for span in spans if value <= span[1][0]), spans[-1])
        return exact(low + Fraction(value - left) * quotient(high - low, right - left))

    def settle(self, facts: Facts, judging: Judging, due: Exact) -> Settled | Open:
        """The points for what was found."""
        seen = facts.get(self.fact.code)
        if seen is None:
            return Open.EVIDENCE
        value = self.at(seen)  # type: ignore[arg-type]
        named = "，".join(
            f"{number_text(x)}{self.fact.unit}得{points_text(y, self.place.unit)}" for x, y in self.points
        )
        return line_between(due, value, self.place, f"{found_text(self.fact, seen)}，按比例计分（{named}）")  # type: ignore[arg-type]

    def over(self, seen: Facts, judging: Judging) -> Range:
        """The least and the most among the ends and the points between them."""
        found = seen.get(self.fact.code)
        if not isinstance(found, Range):
            found = self.fact.limits if found is None else Range(found, found)  # type: ignore[arg-type]
        scores = [
            score
            for value, score in self.points
            if (found.low is None or value > found.low) and (found.high is None or value < found.high)
        ]
        scores += [self.at(end) for end in (found.low, found.high) if end is not None]
        falls, rises = self._unending(found)
        return Range(None if falls else min(scores), None if rises else max(scores))

    def _unending(self, found: Range) -> tuple[bool, bool]:
        """Whether the line goes down, or up, without end towards an end that does not exist."""
        if not self.extends:
            return False, False
        slopes = [after[1] - before[1] for before, after in pairwise(self.points)]
        left, right = (-slopes[0] if found.low is None else 0), (slopes[-1] if found.high is None else 0)
        return left < 0 or right < 0, left > 0 or right > 0

    def marks(self) -> Iterator[tuple[str, object]]:
        """The named points."""
        for value, _ in self.points:
            yield self.fact.code, value

    def changes(self, facts: Facts) -> Iterator[Mapping[str, Value]]:
        """Onto each named point."""
        for value, _ in self.points:
            yield {self.fact.code: value}
