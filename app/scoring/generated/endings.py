"""A rule at the end of a row: its value is rounded, and what is missing becomes the row's deduction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from app.scoring.exact import Exact
from app.scoring.generated.leaves import given_points, given_reason, line_reason, line_value
from app.scoring.generated.results import Deducted, Ending, Quick
from app.scoring.generated.shapes import Leaf
from app.scoring.generated.source import Body, Expression
from app.scoring.generated.tallies import write_tally
from app.scoring.generated.texts import Said, expression
from app.scoring.rules.judged import JudgedRuling
from app.scoring.rules.line import LineRuling
from app.scoring.rules.shape import Place
from app.scoring.rules.tallied import TallyRuling


@dataclass(frozen=True, slots=True)
class RowEnd:
    """The leaf of a row."""

    body: Body
    ending: Ending
    level: int | None = None

    def at_level(self, level: int) -> Leaf:
        """The outermost level is the one that counts."""
        return self if self.level is not None else replace(self, level=level)

    def flat(self, points: Exact, place: Place, reason: Callable[[], Said]) -> None:
        """Known beforehand, but for what was found."""
        score = self.ending.score(points)
        if score >= self.ending.due:
            self.body.end(self._full(score, judged=False))
            return
        lost, said = self.ending.due - score, reason()
        if all(plain for plain, _ in said):
            line = Deducted(lost, lost, place.code, "".join(piece for _, piece in said), place.clause)
            self.body.end(self.body.names.of(Quick(score, 0, (line,), self.level, judged=False)))
        else:
            self._short(self.body.names.of(score), self.body.names.of(lost), place, said, judged=False)

    def judged(self, ruling: JudgedRuling) -> None:
        """What a person gave, and why."""
        points = given_points(ruling, self.body)
        score = f"{points} if {points}.__class__ is int else {self.body.names.of(self.ending)}.score({points})"
        self._late(points, score, ruling.place, given_reason(ruling, points), judged=True)

    def line(self, ruling: LineRuling) -> None:
        """Where on the line."""
        (top, bottom), score = line_value(ruling, self.body), self.body.new("s")
        self.body.add(f"{score} = score_ratio({top}, {bottom}, {self.body.names.of(self.ending)})")
        self._late(score, score, ruling.place, line_reason(ruling, self.body), judged=False)

    def tally(self, ruling: TallyRuling) -> None:
        """What terms come to."""
        write_tally(ruling, self.body, self.ending, self.level)

    def _full(self, score: Exact, *, judged: bool) -> Expression:
        return self.body.names.of(Quick(score, self.ending.surplus(score), (), self.level, judged))

    def _short(self, score: Expression, lost: Expression, place: Place, said: Said, *, judged: bool) -> None:
        line = f"Deducted({lost}, {lost}, {place.code!r}, {expression(said)}, {place.clause!r})"
        self.body.end(f"Quick({score}, 0, ({line},), {self.level}, {judged})")

    def _late(self, value: Expression, score: Expression, place: Place, said: Said, *, judged: bool) -> None:
        """A value that is known only when it is asked; `score` is what it is rounded to."""
        due, body = self.body.names.of(self.ending.due), self.body
        with body.under(f"if {value} == {due}"):
            body.end(self._full(self.ending.due, judged=judged))
        with body.under("else"):
            body.add(f"s = {score}")
            with body.under(f"if s < {due}"):
                body.add(f"lost = {due} - s")
                self._short("s", "lost", place, said, judged=judged)
            with body.under("else"):
                body.add(f"more = s - {body.names.of(self.ending.points)}")
                body.end(f"Quick(s, more if more > 0 else 0, (), {self.level}, {judged})")
