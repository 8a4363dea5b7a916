"""Rules as statements: `levels` as a chain of ifs down to what each level gives.

The end of every chain is a leaf, and what becomes of a leaf depends on where the rule stands: at the end of a row
(`rows_end`) or inside a tally (`tallies`). Turns that come up rarely raise Unsettled and are left to the ordinary rule.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from app.scoring.exact import Exact
from app.scoring.generated.asked import test
from app.scoring.generated.source import Body, Uncovered
from app.scoring.generated.texts import Said, because, text, with_reason
from app.scoring.rules.flat import FlatRuling
from app.scoring.rules.judged import JudgedRuling
from app.scoring.rules.levels import Case, LevelsRuling
from app.scoring.rules.line import LineRuling
from app.scoring.rules.shape import Judging, Place, Ruling
from app.scoring.rules.tallied import TallyRuling


class Leaf(Protocol):
    """What to do with the value of a rule where it stands."""

    @property
    def body(self) -> Body:
        """Where its statements go."""

    def at_level(self, level: int) -> Leaf:
        """The same under a level of the row."""

    def flat(self, points: Exact, place: Place, reason: Callable[[], Said]) -> None:
        """A number of points."""

    def judged(self, ruling: JudgedRuling) -> None:
        """The points of a person."""

    def line(self, ruling: LineRuling) -> None:
        """The points of a measure on a scale."""

    def tally(self, ruling: TallyRuling) -> None:
        """The points that terms come to."""


def write(ruling: Ruling, leaf: Leaf) -> None:
    """The statements of a rule; Uncovered where there are none for it."""
    match ruling:
        case LevelsRuling():
            _levels(ruling, leaf)
        case FlatRuling():
            leaf.flat(ruling.points, ruling.place, lambda: text(_flat_reason(ruling)))
        case JudgedRuling():
            leaf.judged(ruling)
        case LineRuling():
            leaf.line(ruling)
        case TallyRuling():
            leaf.tally(ruling)
        case _:
            raise Uncovered(ruling)


def _levels(ruling: LevelsRuling, leaf: Leaf) -> None:
    best = _best(ruling)
    for number, case in enumerate(ruling.cases):
        word = "elif" if number else "if"
        with leaf.body.under("else" if case.when is None and number else f"{word} {_test(case, leaf.body)}"):
            _level(ruling, number, best, leaf.at_level(number + 1))
    if ruling.cases[-1].when is not None:
        with leaf.body.under("else"):
            leaf.body.add("raise Unsettled")


def _test(case: Case, body: Body) -> str:
    return "True" if case.when is None else test(case.when, body)


def _level(ruling: LevelsRuling, number: int, best: int, leaf: Leaf) -> None:
    case = ruling.cases[number]
    if isinstance(case.outcome, FlatRuling):
        leaf.flat(case.outcome.points, case.outcome.place, lambda: _reason(ruling, number, best, leaf.body))
    else:
        write(case.outcome, leaf)


def _best(ruling: LevelsRuling) -> int:
    """The first of the levels that can give most."""
    tops = [case.outcome.over({}, Judging()) for case in ruling.cases]
    highs = [None if top is None else top.high for top in tops]
    if None in highs:
        return highs.index(None)
    return max(range(len(highs)), key=lambda number: (highs[number], -number))


def _reason(ruling: LevelsRuling, number: int, best: int, body: Body) -> Said:
    """Why not the best case: it was not reached, or an earlier one was met first."""
    case = ruling.cases[number]
    missed = ruling.cases[best].when
    if best < number and missed is not None:
        return with_reason(case.reason, because(missed, body, holds=False))
    if case.when is not None:
        return with_reason(case.reason, because(case.when, body, holds=True))
    return text(f"属于第{number + 1}档" if case.reason is None else case.reason)


def _flat_reason(ruling: FlatRuling) -> str:
    """What the rule itself says when it gives less than is due."""
    return ruling.settle({}, Judging(), ruling.points + 1).losses[0].reason
