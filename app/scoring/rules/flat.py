"""A number: how many points, simply."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import RootModel

from app.scoring.bound import Facts
from app.scoring.exact import Exact, Range, point
from app.scoring.problems import Path
from app.scoring.profiles import AnyNumber
from app.scoring.rules.shape import Binding, Judging, Place, Ruling, Settled, line_between
from app.scoring.wording import points_text


class FlatRule(RootModel[AnyNumber], frozen=True):
    """得5分."""

    def bind(self, binding: Binding, place: Place, path: Path) -> FlatRuling:
        """Nothing to tie."""
        binding.check_depth(place, path)
        return FlatRuling(self.root, place)


@dataclass(frozen=True, slots=True)
class FlatRuling(Ruling):
    """Always the same points."""

    points: Exact
    place: Place

    @property
    def reads(self) -> frozenset[str]:
        """No fact."""
        return frozenset()

    def settle(self, facts: Facts, judging: Judging, due: Exact) -> Settled:
        """The points."""
        return line_between(due, self.points, self.place, f"按计分标准得{points_text(self.points, self.place.unit)}")

    def over(self, seen: Facts, judging: Judging) -> Range:
        """The points."""
        return point(self.points)
