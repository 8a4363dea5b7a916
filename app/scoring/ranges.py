"""The least and the most while something is unknown, by splitting what the unknowns can be into ever smaller parts.

The bound of a part holds every outcome in it; the values at its corners are outcomes. The search ends when the best
corner is as good as the bound of everything that is left, or, after `MOST_PARTS`, with the bound (never with a guess).
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from app.scoring.bound import Among
from app.scoring.exact import MOST, Exact, Range, ceiling_of, floor_of, quotient
from app.scoring.fields import Value
from app.scoring.periods import StayLength
from app.scoring.wording import Fact

MOST_PARTS = 1000
MOST_WORK = 20_000
LEAST_PARTS = 50
MOST_CORNERS = 3
FEW_VALUES = 64
FAR = (10**12, 10**15)
FAR_OUT = 10**6
OTHER_TEXT = "\x00"

Unknown: TypeAlias = Range | Among
"""What a fact can still be."""
Box: TypeAlias = dict[str, Unknown]
Bound: TypeAlias = Callable[[Box], Range | None]


@dataclass(frozen=True, slots=True)
class Axis:
    """What an unknown fact can be, and where something changes along it."""

    code: str
    start: Unknown
    step: Exact
    marks: tuple[Exact, ...] = ()


def axis(fact: Fact, marks: Sequence[Any]) -> Axis:
    """The axis of a fact; kinds without end are cut down to one value each side of every mark."""
    named = [each for mark in marks for each in (mark if type(mark) is tuple else (mark,)) if each is not None]
    if fact.kind == "number":
        return Axis(fact.code, fact.limits, fact.step, tuple(sorted(set(named))))
    return Axis(fact.code, Among(dict.fromkeys(_values(fact, named))), 1)


def _values(fact: Fact, named: Sequence[Any]) -> Iterator[Value]:
    if fact.kind == "boolean":
        yield from (False, True)
    elif fact.kind == "choice":
        yield from fact.choices
    elif fact.kind == "choices":
        relevant = [code for code in fact.choices if code in named]
        for size in range(len(relevant) + 1):
            yield from map(frozenset, itertools.combinations(relevant, size))
    elif fact.kind == "text":
        yield from (*named, OTHER_TEXT)
    elif fact.kind == "date":
        beside = (mark + timedelta(days=days) for mark in named for days in (-1, 0, 1) if date.min < mark < date.max)
        yield from (*named, *beside, date(2000, 1, 1))
    else:
        yield StayLength(0, 0)
        for mark in named:
            yield from (mark, StayLength(mark.months, mark.days + 1))
            yield StayLength(mark.months, mark.days - 1) if mark.days else StayLength(max(0, mark.months - 1), 27)


def find_range(bound: Bound, axes: Sequence[Axis], most_parts: int = MOST_PARTS) -> Range:
    """The exact ends of what `bound` can come to, None for an end that does not exist."""
    low = _Search(bound, axes, 1, most_parts).least()
    high = _Search(bound, axes, -1, most_parts).least()
    return Range(low, None if high is None else -high)


def affordable_parts(marks: int) -> int:
    """How many parts may be looked at for rules with so many marks: large rules cost more each time."""
    return max(LEAST_PARTS, min(MOST_PARTS, MOST_WORK // max(1, marks)))


class _Search:
    """Best first: always split the part that still promises the least (`sign` -1 searches for the most)."""

    def __init__(self, bound: Bound, axes: Sequence[Axis], sign: int, most_parts: int) -> None:
        self.bound = bound
        self.most_parts = most_parts
        self.axes = {each.code: each for each in axes}
        self.sign = sign
        self.count = itertools.count()
        self.best: Exact | None = None

    def _low(self, box: Box) -> tuple[bool, Exact] | None:
        """The bound as (is finite, value), so that an end that does not exist sorts first; None: no outcome at all."""
        here = self.bound(box)
        if here is None:
            return None
        low = here.low if self.sign > 0 else None if here.high is None else -here.high
        return (False, 0) if low is None else (True, low)

    def least(self) -> Exact | None:
        """The least value, None when there is none."""
        start: Box = {code: each.start for code, each in self.axes.items()}
        first = self._low(start)
        if first is None:
            return None
        parts = [(first, next(self.count), start)]
        for _ in range(self.most_parts):
            if not parts:
                return self.best
            (finite, low), _, box = heapq.heappop(parts)
            if finite and self.best is not None and low >= self.best:
                return self.best
            if not finite and self._falls_without_end(box):
                return None
            self._try_corners(box)
            for part in self._split(box):
                end = self._low(part)
                if end is not None and not (end[0] and self.best is not None and end[1] >= self.best):
                    heapq.heappush(parts, (end, next(self.count), part))
        if not parts:
            return self.best
        (finite, low), _, box = parts[0]
        return low if finite and not _is_endless(box) else None

    def _try_corners(self, box: Box) -> None:
        for corner in _corners(box):
            end = self._low(corner)
            if end is not None and end[0] and (self.best is None or end[1] < self.best):
                self.best = end[1]

    def _falls_without_end(self, box: Box) -> bool:
        """Whether the value keeps falling as unknowns that have no end go on and on."""
        near, far = ([self._low(corner) for corner in _corners(box, reach)] for reach in FAR)
        for before, after in zip(near, far, strict=True):
            if after is not None and (not after[0] or (before is not None and before[0] and after[1] < before[1])):
                return True
        return False

    def _split(self, box: Box) -> Iterator[Box]:
        code = self._widest(box)
        if code is None:
            return
        for part in _parts(box[code], self.axes[code]):
            yield {**box, code: part}

    def _widest(self, box: Box) -> str | None:
        """Facts with few values first, then those with a mark inside, narrow ones, endless ones, the widest."""
        ranked = [(_rank(seen, self.axes[code]), code) for code, seen in box.items() if not _is_single(seen)]
        return max(ranked)[1] if ranked else None


def _is_endless(box: Box) -> bool:
    """Whether a bound over this part would be a figure far out that nothing need ever come to."""
    spans = [seen for seen in box.values() if isinstance(seen, Range)]
    return any(end is None or not -FAR_OUT < end < FAR_OUT for span in spans for end in (span.low, span.high))


def _is_single(seen: Unknown) -> bool:
    """Whether there is nothing to split: one value, or only values that nobody could state."""
    if isinstance(seen, Range):
        beyond = (seen.low is not None and seen.low > MOST) or (seen.high is not None and seen.high < -MOST)
        return seen.is_point or beyond
    return len(seen) == 1


def _rank(seen: Unknown, along: Axis) -> tuple[int, Exact]:
    if not isinstance(seen, Range):
        return 4, 0
    if _cuts(seen, along):
        return 3, 0
    if seen.low is None or seen.high is None:
        return 1, 0
    width = quotient(seen.high - seen.low, along.step)
    return (2, -width) if width <= FEW_VALUES else (0, width)


def _cuts(seen: Range, along: Axis) -> list[Exact]:
    return [
        mark
        for mark in along.marks
        if (seen.low is None or seen.low <= mark) and (seen.high is None or mark <= seen.high) and not seen.is_point
    ]


def _parts(seen: Unknown, along: Axis) -> Iterator[Unknown]:
    if isinstance(seen, Range):
        yield from _pieces(seen, along)
    else:
        half = len(seen) // 2
        yield Among(seen[:half])
        yield Among(seen[half:])


def _pieces(seen: Range, along: Axis) -> Iterator[Range]:
    cuts = _cuts(seen, along)
    if cuts:
        mark = cuts[len(cuts) // 2]
        below, above = _below(mark, along.step), _above(mark, along.step)
        for piece in (Range(seen.low, below), Range(mark, mark), Range(above, seen.high)):
            on_grid = not piece.is_point or isinstance(quotient(piece.low or 0, along.step), int)
            if on_grid and (piece.low is None or piece.high is None or piece.low <= piece.high):
                yield piece
        return
    middle = _middle(seen, along.step)
    yield Range(seen.low, middle)
    yield Range(middle + along.step, seen.high)


def _below(mark: Exact, step: Exact) -> Exact:
    return (ceiling_of(quotient(mark, step)) - 1) * step


def _above(mark: Exact, step: Exact) -> Exact:
    return (floor_of(quotient(mark, step)) + 1) * step


def _middle(seen: Range, step: Exact) -> Exact:
    low, high = seen.low, seen.high
    if low is not None and high is not None:
        return low + floor_of(quotient(high - low, 2 * step)) * step
    if low is not None:
        return max(0, 2 * low) if low != 0 else 0
    return min(0, 2 * high) - step if high is not None else 0


def _corners(box: Box, reach: int = FAR[0]) -> Iterator[Box]:
    """Every corner for a few unknowns, else the two where all are least or all are most."""
    ends = {code: _ends(seen, reach) for code, seen in box.items()}
    if len(ends) <= MOST_CORNERS:
        for choice in itertools.product(*ends.values()):
            yield dict(zip(ends, choice, strict=True))
        return
    for end in (0, -1):
        yield {code: each[end] for code, each in ends.items()}


def _ends(seen: Unknown, reach: int) -> tuple[Unknown, ...]:
    if isinstance(seen, Among):
        return tuple(Among((value,)) for value in dict.fromkeys((seen[0], seen[-1])))
    low = seen.low if seen.low is not None else (seen.high or 0) - reach
    high = seen.high if seen.high is not None else (seen.low or 0) + reach
    return tuple(Range(end, end) for end in dict.fromkeys((low, high)))
