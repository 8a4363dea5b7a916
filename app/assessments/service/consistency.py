"""How far each evaluator is from the others: distances from the median of all points that an item got in a round."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from app.access import Actor
from app.assessments.store import precedents as store
from app.assessments.values import GivenPoints
from app.db import Session
from app.rounds.service import rounds

FEWEST_EVALUATORS: Final = 2
FEWEST_JUDGEMENTS: Final = 3
"""An item is compared when it has so many of one or of the other."""


@dataclass(frozen=True, slots=True)
class Distance:
    """How far points lie from medians: how many there are, the mean with its sign (above is positive) and without."""

    judgements: int
    signed: Fraction
    absolute: Fraction


@dataclass(frozen=True, slots=True)
class Compared:
    """One evaluator: over all items, in points, and by item."""

    evaluator: str
    overall: Distance
    items: Mapping[str, Distance]


@dataclass(frozen=True, slots=True)
class Consistency:
    """The medians of the items that are compared, and all who judged one of them, by name."""

    medians: Mapping[str, Fraction]
    evaluators: Sequence[Compared]


def report(session: Session, actor: Actor, round_code: str) -> Consistency:
    """Of each item of each subject the last judgement counts, on what is handed in; one query of judgements."""
    found = rounds.read(session, actor, round_code, "read_consistency")
    return compared(store.given(session, found.number))


def compared(given: Iterable[GivenPoints]) -> Consistency:
    """The same of these points."""
    by_item: dict[str, list[GivenPoints]] = {}
    for each in given:
        by_item.setdefault(each.item, []).append(each)
    enough = {item: by_item[item] for item in sorted(by_item) if _are_enough(by_item[item])}
    medians = {item: median([Fraction(each.points) for each in points]) for item, points in enough.items()}
    apart: dict[tuple[str, int], dict[str, list[Fraction]]] = {}
    for item, points in enough.items():
        for each in points:
            own = apart.setdefault((each.name, each.account), {})
            own.setdefault(item, []).append(Fraction(each.points) - medians[item])
    return Consistency(medians, [_compared(name, items) for (name, _), items in sorted(apart.items())])


def median(numbers: Sequence[Fraction]) -> Fraction:
    """The middle one in order, or half way between the middle two; there is at least one."""
    ordered = sorted(numbers)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _are_enough(given: Sequence[GivenPoints]) -> bool:
    return len({each.account for each in given}) >= FEWEST_EVALUATORS or len(given) >= FEWEST_JUDGEMENTS


def _compared(name: str, items: Mapping[str, Sequence[Fraction]]) -> Compared:
    everything = [each for apart in items.values() for each in apart]
    return Compared(name, _distance(everything), {item: _distance(apart) for item, apart in items.items()})


def _distance(apart: Sequence[Fraction]) -> Distance:
    count = len(apart)
    return Distance(count, sum(apart, Fraction()) / count, sum(map(abs, apart), Fraction()) / count)
