"""What items bring to the sums, what vetoes leave of it, and the steps from a sum to what it counts as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from app.scoring.bound import Bound
from app.scoring.exact import NOTHING, Exact, Range, exact, extreme_range, rounded
from app.scoring.overall import ItemRounding
from app.scoring.plan import Cap

LeftOut: TypeAlias = Literal["total", "rescale", "section"]


@dataclass(frozen=True, slots=True)
class Brought:
    """What an item brings: its score, or how it is left out."""

    points: Exact
    score: Range = NOTHING
    left_out: LeftOut | None = None
    is_undecided: bool = False
    """No level takes what is known, so that there is no score at all."""


Held: TypeAlias = tuple[Cap, bool]
"""A cap, and whether it is certain that it holds."""


@dataclass(frozen=True, slots=True)
class Caps:
    """What vetoes leave of items, sections and the total."""

    items: Mapping[int, Sequence[Held]] = field(default_factory=dict)
    sections: Mapping[int, Sequence[Held]] = field(default_factory=dict)
    total: Sequence[Held] = ()


NO_CAPS = Caps()


@dataclass(frozen=True, slots=True)
class Step:
    """One step from a sum to what it counts as: before and after."""

    kind: str
    before: Range
    after: Range


@dataclass(frozen=True, slots=True)
class SectionSum:
    """A section: its score, the steps towards it, its points that leave the full marks or are rescaled away."""

    score: Range
    steps: tuple[Step, ...] = ()
    out_of_total: Exact = 0
    rescaled: Exact = 0
    is_empty: bool = False
    is_undecided: bool = False
    """Whether one of its items has no score at all."""
    undecided: Bound | None = None
    """The condition of a bonus of which it is not known whether it counts."""


def summed(spans: Sequence[Range]) -> Range:
    """The range of a sum."""
    total = NOTHING
    for span in spans:
        total += span
    return total


def rounded_span(span: Range, rounding: ItemRounding) -> Range:
    """Both ends rounded."""
    low, high = (
        None if end is None else rounded(exact(end), rounding.places, rounding.mode) for end in (span.low, span.high)
    )
    return Range(low, high)


def capped(span: Range, caps: Sequence[Held], rounding: ItemRounding) -> Range:
    """The lowest of what vetoes leave; what a veto leaves that may hold or not, as well as without it."""
    certain = [_left(span, cap, rounding) for cap, is_certain in caps if is_certain]
    possible = [_left(span, cap, rounding) for cap, is_certain in caps if not is_certain]
    sure = extreme_range(certain, highest=False) if certain else span
    if not possible:
        return sure
    if not certain:
        sure = extreme_range([span, *possible], highest=True).union(span)
    return sure.union(extreme_range([sure, *possible], highest=False))


def _left(span: Range, cap: Cap, rounding: ItemRounding) -> Range:
    """What one veto leaves: so many points at the most, or a share, which is never more than there was below 1."""
    if cap.times is None:
        return span.clamped(None, cap.most)
    share = rounded_span(span.times(cap.times), rounding)
    return share if cap.times > 1 else extreme_range([span, share], highest=False)
