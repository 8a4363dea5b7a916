"""Hypothesis strategies for what comes from the round before and from the other units, or does not come yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any

from hypothesis import strategies as st

from tests.reference.domains import domain
from tests.reference.limits import limits as fact_limits
from tests.reference.reads import policies
from tests.reference.values import Document, written


@dataclass
class Ways:
    """How many ways of completing a request are left."""

    left: int

    def spend(self, draw: st.DrawFn, cost: Callable[[], int]) -> bool:
        """Once in three times leave something out, if that can be afforded."""
        if self.left == 1 or draw(st.integers(0, 2)):
            return False
        ways = cost()
        if ways > self.left:
            return False
        self.left //= max(ways, 1)
        return True


def from_outside(draw: st.DrawFn, document: Document, ways: Ways) -> dict[str, Any]:
    """What other rounds and other units bring, or nothing yet."""
    measures = document["measures"]
    found: dict[str, Any] = {}
    before = {code: measure["previous"] for code, measure in measures.items() if "previous" in measure}
    of_before = [fact["previous"] for fact in document.get("sheet_facts", {}).values() if "previous" in fact]
    if before and not ways.spend(draw, lambda: _product(len(domain(document, {}, code).values) for code in before)):
        found["previous"] = _previous(draw, document, before, may_lack=ways.left > 1)
    if of_before and ("previous" in found or not before):
        found["previous"] = found.get("previous", {}) | {code: draw(st.integers(0, 9)) for code in of_before}
    among = {code: measure["peers"] for code, measure in measures.items() if "peers" in measure}
    of_sheet = {fact["peers"] for fact in document.get("sheet_facts", {}).values() if "peers" in fact}
    peers: dict[str, Any] = {}
    if among and not ways.spend(draw, lambda: _product(len(domain(document, {}, code).values) for code in among)):
        peers = {code: _numbers(draw, document, code) for code in sorted(set(among.values()))}
    peers |= {code: draw(st.lists(st.integers(0, 9), min_size=1, max_size=3)) for code in sorted(of_sheet)}
    averaged = [code for code, policy in policies(document) if policy == "peers_average"]
    if averaged and (ways.left == 1 or draw(st.booleans())):
        marks = st.sampled_from([0, 1, 2, Decimal("2.5")])
        peers["scores"] = {code: draw(st.lists(marks, min_size=1, max_size=3)) for code in averaged}
    return found | ({"peers": peers} if peers else {})


def _product(numbers: Iterable[int]) -> int:
    return prod(numbers)


def _previous(draw: st.DrawFn, document: Document, before: dict[str, str], *, may_lack: bool) -> dict[str, Any]:
    """Numbers of the round before; where `otherwise` says what that means, or where it may be unknown, some lack."""
    found: dict[str, Any] = {}
    for measure, code in before.items():
        lacks = (may_lack or "otherwise" in document["measures"][measure]) and draw(st.integers(0, 3)) == 0
        if not lacks:
            found[code] = _numbers(draw, document, code)[0]
        elif draw(st.booleans()):
            found.setdefault(code, None)
    return found


def _numbers(draw: st.DrawFn, document: Document, code: str) -> list[Any]:
    """Numbers within the limits of a fact."""
    low, high = fact_limits(document, code)
    inside = [number for number in (-1, 0, 1, 2, 3, 5, 50, 80, 100) if _within(number, low, high)]
    return draw(st.lists(st.sampled_from(inside or [written(low or high or Fraction(0))]), min_size=1, max_size=4))


def _within(number: int, low: Fraction | None, high: Fraction | None) -> bool:
    return (low is None or low <= number) and (high is None or number <= high)
