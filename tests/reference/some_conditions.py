"""Hypothesis strategies for conditions: comparisons with constants worth trying, joined to a small depth."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.reference.stock import Known, Stock

ORDERS = ["at_least", "more_than", "at_most", "less_than"]


def condition(draw: st.DrawFn, stock: Stock, deeper: int = 2) -> Any:
    """A comparison, a bare boolean, or a few of them joined."""
    words = ["one", "one", "one", "not", "all", "any", "some"] if deeper else ["one"]
    word = draw(st.sampled_from(words))
    if word == "one":
        return _comparison(draw, draw(st.sampled_from(stock.facts)))
    if word == "not":
        return {"not": condition(draw, stock, deeper - 1)}
    parts = [condition(draw, stock, deeper - 1) for _ in range(draw(st.integers(1, 3)))]
    if word == "some":
        return {"some": {"at_least": draw(st.integers(1, len(parts))), "of": parts}}
    return {word: parts}


def _comparison(draw: st.DrawFn, fact: Known) -> Any:
    if fact.kind == "boolean":
        return fact.code
    if fact.kind == "choices":
        ticked = st.sampled_from(fact.marks)
        return {fact.code: {"has": draw(st.one_of(ticked, st.lists(ticked, min_size=1, max_size=2, unique=True)))}}
    exactly = ["is", "in"] if fact.kind in ("choice", "date") or fact.whole else []
    orders = ORDERS if fact.kind in ("number", "date", "stay") else []
    word = draw(st.sampled_from([*orders, *exactly]))
    if word == "in":
        return {fact.code: {"in": draw(st.lists(st.sampled_from(fact.marks), min_size=1, max_size=2, unique=True))}}
    return {fact.code: {word: draw(st.sampled_from(fact.marks))}}
