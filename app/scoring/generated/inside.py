"""Rules inside a tally: what an `add` brings, against the points it should give."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.scoring.exact import Exact, quotient
from app.scoring.generated.asked import test
from app.scoring.generated.counts import Count
from app.scoring.generated.leaves import given_points, given_reason, line_reason, line_value
from app.scoring.generated.shapes import Leaf, write
from app.scoring.generated.source import Body, Expression, Uncovered
from app.scoring.generated.texts import Said, because, expression, with_reason
from app.scoring.rules.judged import JudgedRuling
from app.scoring.rules.line import LineRuling
from app.scoring.rules.shape import Place
from app.scoring.rules.tallied import TallyRuling
from app.scoring.rules.terms import Added


def write_added(term: Added, count: Count) -> None:
    """The rule where the term's condition holds, else what it should have given."""
    body, leaf = count.body, Inside(count, term, quotient(term.points, term.times))
    if term.when is None:
        write(term.ruling, leaf)
        return
    with body.under(f"if {test(term.when, body)}"):
        write(term.ruling, leaf)
    with body.under("else"):
        body.add(f"up = up or {term.points < 0}")
        if term.points > 0:
            said = with_reason(term.reason, because(term.when, body, holds=False))
            count.lose(str(count.units(term.points)), term.place, expression(said))


@dataclass(frozen=True, slots=True)
class Inside:
    """The leaf of a rule that is added to a tally."""

    count: Count
    term: Added
    due: Exact

    @property
    def body(self) -> Body:
        """Where its statements go."""
        return self.count.body

    def at_level(self, level: int) -> Leaf:
        """Levels inside a tally are not those of the row."""
        return self

    def flat(self, points: Exact, place: Place, reason: Callable[[], Said]) -> None:
        """A number of points."""
        gap = self.count.units((self.due - points) * self.term.times)
        self.body.add(f"x += {self.count.units(points * self.term.times)}")
        if gap > 0:
            self.count.lose(str(gap), place, self._said(reason()))
        elif gap < 0:
            self.body.add("up = True")

    def judged(self, ruling: JudgedRuling) -> None:
        """What a person gave, and why."""
        points, value = given_points(ruling, self.body), self.body.new("w")
        self.body.add("judged = True")
        self.body.add(f"{value} = {points} * {self.count.units(self.term.times)}")
        self._late(value, ruling.place, given_reason(ruling, points))

    def line(self, ruling: LineRuling) -> None:
        """Where on the line."""
        (top, bottom), value = line_value(ruling, self.body), self.body.new("w")
        self.body.add(f"{value} = Fraction({top} * {self.count.units(self.term.times)}, {bottom})")
        self._late(value, ruling.place, line_reason(ruling, self.body))

    def tally(self, ruling: TallyRuling) -> None:
        """A tally inside a tally is left to its rule."""
        raise Uncovered(ruling)

    def _late(self, value: Expression, place: Place, said: Said) -> None:
        """A value that is known only when it is asked."""
        self.body.add(f"x += {value}")
        self.body.add(f"s = {self.count.units(self.due * self.term.times)} - {value}")
        with self.body.under("if s > 0"):
            self.count.lose("s", place, self._said(said))
        with self.body.under("elif s < 0"):
            self.body.add("up = True")

    def _said(self, said: Said) -> Expression:
        return expression(with_reason(self.term.reason, said))
