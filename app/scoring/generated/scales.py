"""The scale of a tally: how many units a point has, so that every number in it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from math import lcm

from app.scoring.exact import Exact
from app.scoring.rules.flat import FlatRuling
from app.scoring.rules.judged import JudgedRuling
from app.scoring.rules.levels import LevelsRuling
from app.scoring.rules.line import LineRuling
from app.scoring.rules.shape import Ruling
from app.scoring.rules.tallied import TallyRuling
from app.scoring.rules.terms import Added, Counted


def scale_of(ruling: TallyRuling, due: Exact) -> int:
    """Units in a point."""
    return lcm(due.denominator, *_denominators(ruling))


def _denominators(ruling: Ruling) -> Iterator[int]:
    match ruling:
        case FlatRuling():
            yield ruling.points.denominator
        case LevelsRuling():
            for case in ruling.cases:
                yield from _denominators(case.outcome)
        case TallyRuling():
            for limit in (ruling.start, ruling.floor, ruling.ceiling):
                yield (limit or 0).denominator
            for term in ruling.terms:
                yield from _of_term(term)
        case _:
            return


def _of_term(term: Counted | Added) -> Iterator[int]:
    if isinstance(term, Counted):
        yield term.amount.denominator
        yield (term.most or 0).denominator
    else:
        yield term.points.denominator
        yield lcm(*_denominators(term.ruling)) * term.times.denominator


def is_whole(ruling: Ruling) -> bool:
    """Whether its value is always a whole number of units."""
    match ruling:
        case LineRuling() | JudgedRuling():
            return False
        case LevelsRuling():
            return all(is_whole(case.outcome) for case in ruling.cases)
        case TallyRuling():
            return all(_is_whole_term(term) for term in ruling.terms)
        case _:
            return True


def _is_whole_term(term: Counted | Added) -> bool:
    if isinstance(term, Added):
        return is_whole(term.ruling)
    return term.quantity is None or term.quantity.step != "proportional"
