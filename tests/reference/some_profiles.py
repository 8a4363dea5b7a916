"""Hypothesis strategies for numbers by profile: some plain numbers of a document differ by kind or by year."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.reference.values import is_number

SUBJECTS = {"kind": ("院", "站"), "year": (2020, 2021)}
UP = ("points", "lose", "gain", "most", "every", "above", "below", "times", "ceiling", "at_least", "more_than", "plus")
"""Words whose number may as well be 1 more; what a floor says may be 1 less."""
LIMITED = ("of", "through", "one_of", "label", "unit")


def with_profile(draw: st.DrawFn, part: Any, often: int = 8) -> Any:
    """The same part of a document with some numbers by kind or by year."""
    if isinstance(part, list):
        return [with_profile(draw, inner, often) for inner in part]
    if not isinstance(part, dict):
        return part
    if "some" in part or "once_per" in part:
        return part
    return {word: _member(draw, word, inner, often) for word, inner in part.items()}


def _member(draw: st.DrawFn, word: str, inner: Any, often: int) -> Any:
    if word in (*UP, "floor") and is_number(inner) and draw(st.integers(0, often)) == 0:
        return by_attribute(draw, inner, inner - 1 if word == "floor" else inner + 1)
    return inner if word in LIMITED and not isinstance(inner, dict | list) else with_profile(draw, inner, often)


def by_attribute(draw: st.DrawFn, one: Any, other: Any) -> dict[str, Any]:
    """One number for one kind (or year), the other for the other, written out or left to `otherwise`."""
    attribute = draw(st.sampled_from(sorted(SUBJECTS)))
    first, second = map(str, SUBJECTS[attribute])
    way = draw(st.sampled_from(["all", "otherwise", "both"]))
    if way == "both":
        years = {"by": "year", "values": {"2020": other}, "otherwise": one}
        return {"by": "kind", "values": {"院": one, "站": years}}
    if way == "all":
        return {"by": attribute, "values": {first: one, second: other}}
    return {"by": attribute, "values": {first: one}, "otherwise": other}
