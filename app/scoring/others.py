"""Values that come from elsewhere: the round before, and the other units of this round."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from app.scoring.exact import Exact, cut, exact, floor_of, quotient
from app.scoring.facts import Given, Look, Values
from app.scoring.rows import Verdicts
from app.scoring.wording import Fact

Standing: TypeAlias = Literal["rank", "best", "average", "total", "percentile", "units"]


@dataclass(frozen=True, slots=True)
class Before(Look):
    """A number as it was in the round before; `otherwise` where that round is there and has no such value."""

    fact: Fact
    of: str
    otherwise: Exact | None
    reads: tuple[str, ...] = ()
    waits: bool = True

    def is_absent(self, given: Given) -> bool:
        """Whether there is no value, and nothing in its place."""
        return self.look(given, {})[0] is None

    def look(self, given: Given, values: Values) -> tuple[Exact | None, Verdicts | None]:
        """What was handed in."""
        if given.previous is None:
            return None, None
        found = given.previous.get(self.of)
        return (self.otherwise if found is None else found), None


@dataclass(frozen=True, slots=True)
class AmongPeers(Look):
    """Where this unit stands among all units of the round, or what they have in common."""

    fact: Fact
    of: str
    standing: Standing
    at: Exact | None
    less_is_better: bool
    reads: tuple[str, ...]
    trim: tuple[int, int] = (0, 0)
    waits: bool = True

    def is_absent(self, given: Given) -> bool:
        """Whether the numbers of the round's units are not there."""
        return given.peers is None or not given.peers.get(self.of)

    def look(self, given: Given, values: Values) -> tuple[Exact | None, Verdicts | None]:
        """Unknown until the others are there, and while the unit's own value is unknown."""
        all_units = () if given.peers is None else given.peers.get(self.of, ())
        own = values.get(self.of)
        if not all_units:
            return None, None
        if self.standing == "units":
            return len(all_units), None
        return (standing_of(_as_handed_in(own, all_units), all_units, self) if isinstance(own, Exact) else None), None


def _as_handed_in(own: Exact, all_units: Sequence[Exact]) -> Exact:
    """The unit's own number as it stands among all: where numbers came in with six places, cut like them."""
    return own if own in all_units else cut(own)


def standing_of(own: Exact, all_units: Sequence[Exact], asked: AmongPeers) -> Exact:
    """Place (ties share the better one), best, mean, share of units up to this place, or the value at a share."""
    sign = -1 if asked.less_is_better else 1
    match asked.standing:
        case "best":
            return sign * max(sign * each for each in all_units)
        case "average":
            return average_of(_trimmed(all_units, *asked.trim))
        case "total":
            return exact(Fraction(sum(all_units)))
        case "percentile" if asked.at is not None:
            return _at_percent(sorted(all_units, key=lambda each: sign * each), asked.at)
    place = 1 + sum(1 for each in all_units if sign * each > sign * own)
    return place if asked.standing == "rank" else quotient(100 * place, len(all_units))


def average_of(numbers: Sequence[Exact]) -> Exact:
    """The exact mean of at least one number."""
    return quotient(sum(numbers), len(numbers))


def _trimmed(numbers: Sequence[Exact], drop: int, when_more_than: int) -> Sequence[Exact]:
    """Without the so many least and greatest, where there are enough of them."""
    return sorted(numbers)[drop:-drop] if drop and len(numbers) > when_more_than else numbers


def _at_percent(ordered: Sequence[Exact], percent: Exact) -> Exact:
    """Between the two nearest in a straight line, counted from the first (0 %) to the last (100 %)."""
    position = quotient((len(ordered) - 1) * percent, 100)
    below = floor_of(position)
    if below >= len(ordered) - 1:
        return ordered[-1]
    low, high = ordered[below], ordered[below + 1]
    return low + (high - low) * (position - below)
