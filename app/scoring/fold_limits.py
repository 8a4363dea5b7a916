"""What folds over a table can come to while the table is not known."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from app.scoring.exact import ANYTHING, NOTHING, Exact, Range
from app.scoring.folds import Selection

CORNERS = 4


@dataclass(frozen=True, slots=True)
class Sizes:
    """What is declared of a table: its most rows, how many different values or groups there can be; None: no limit."""

    rows: int | None = None
    different: int | None = None
    groups: int | None = None

    def most_counted(self, selection: Selection) -> int | None:
        """The most rows that can count."""
        groups = None if self.groups is None else self.groups * (1 if selection.at_least else selection.per_group)
        reaching = None if self.rows is None else self.rows // (selection.at_least or 1)
        limits = [limit for limit in (reaching, groups, selection.keep) if limit is not None]
        most = min(limits, default=None)
        if most is None or not selection.drop or most <= selection.when_more_than:
            return most
        return max(selection.when_more_than, most - 2 * selection.drop)


def grouped_limits(span: Range, row: Range, groups: int | None, most: Exact) -> Range:
    """A sum of which each group adds up to so much at the most."""
    if groups is None or (row.low is not None and row.low < 0) or row.low is None:
        return span
    high = groups * max(0, most)
    return Range(span.low, high if span.high is None else min(span.high, high))


def fold_limits(word: str, value: Range, weight: Range | None, sizes: Sizes, selection: Selection) -> Range:
    """The least and the most of a fold over a table that is not known."""
    most = sizes.most_counted(selection)
    if word == "count":
        return Range(0, most)
    if word == "distinct":
        return Range(0, min((limit for limit in (sizes.rows, sizes.different) if limit is not None), default=None))
    if word == "sum":
        return sum_limits(value if weight is None else product_range(value, weight), most)
    return value if weight is None or (weight.low is not None and weight.low >= 0) else ANYTHING


def sum_limits(row: Range, most_rows: int | None) -> Range:
    """What numbers that each lie in this range add up to, so many at the most; None: any number of them."""
    low, high = row.low, row.high
    if most_rows is not None:
        return Range(
            None if low is None else min(0, low * most_rows), None if high is None else max(0, high * most_rows)
        )
    return Range(0 if low is not None and low >= 0 else None, 0 if high is not None and high <= 0 else None)


def product_range(one: Range, other: Range) -> Range:
    """The least and the most of a product of two numbers that vary freely."""
    if NOTHING in (one, other):
        return NOTHING
    ends = itertools.product((one.low, one.high), (other.low, other.high))
    known = [first * second for first, second in ends if first is not None and second is not None]
    if len(known) == CORNERS:
        return Range(min(known), max(known))
    if one.low is not None and other.low is not None and one.low >= 0 and other.low >= 0:
        return Range(one.low * other.low, None)
    return ANYTHING
