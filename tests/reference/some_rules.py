"""Hypothesis strategies for rules of all shapes, nested to a depth of three.

Every limit, `beyond` and `step` is written; only the last level lacks `when`, so there are no gaps; a `judged` stands
at most once on any path of evaluation; `full` stands only where the item's points are meant.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.reference.some_conditions import condition
from tests.reference.stock import Known, Stock

AMOUNTS = [0, 1, 1, 2, 3, Decimal("0.5"), Decimal("0.5"), Decimal("0.4"), Decimal("0.333"), Decimal("1.25")]
LIMITS = [0, 0, 0, 1, 2, -1, Decimal("-1.5")]
CEILINGS = [1, 2, 4, Decimal("2.5"), 6]


@dataclass(frozen=True)
class Place:
    """Where a rule stands: the facts at hand, how deep it may nest, whether `judged` and `full` may stand here."""

    stock: Stock
    deeper: int = 3
    judged: bool = True
    full: bool = True

    def inside(self, *, judged: bool | None = None, full: bool | None = None) -> Place:
        """One step further down."""
        return replace(
            self,
            deeper=self.deeper - 1,
            judged=self.judged if judged is None else judged,
            full=self.full if full is None else full,
        )


def rule(draw: st.DrawFn, place: Place) -> Any:
    """A rule that may stand at this place."""
    shapes = ["number"]
    if place.deeper > 1:
        shapes += ["levels"] * 3 + ["tally"] * 4 + ["highest", "lowest"]
    if place.stock.of("number"):
        shapes += ["line"]
    if place.judged:
        shapes += ["judged"]
    return _SHAPES[draw(st.sampled_from(shapes))](draw, place)


def _number(draw: st.DrawFn, _: Place) -> Any:
    return draw(st.sampled_from(AMOUNTS))


def _levels(draw: st.DrawFn, place: Place) -> Any:
    levels = [{"when": condition(draw, place.stock)} | _outcome(draw, place) for _ in range(draw(st.integers(1, 3)))]
    return {"levels": [*levels, _outcome(draw, place)]}


def _outcome(draw: st.DrawFn, place: Place) -> dict[str, Any]:
    if draw(st.integers(0, 2)):
        return {"points": draw(st.sampled_from(AMOUNTS))}
    return {"rule": rule(draw, place.inside())}


def _tally(draw: st.DrawFn, place: Place) -> Any:
    terms = [_term(draw, place) for _ in range(draw(st.integers(1, 3)))]
    full = ["full"] * 3 if place.full else []
    floor = draw(st.sampled_from(["none", *LIMITS]))
    ceilings = ["none", *full, *[limit for limit in CEILINGS if floor == "none" or limit > floor]]
    added = draw(st.sampled_from([0, 0, 1, 2])) if place.deeper > 1 else 0
    terms += [_added(draw, place, judged=place.judged and number == 0) for number in range(added)]
    return {
        "tally": {
            "start": draw(st.sampled_from([0, 1, 3, *full])),
            "terms": terms,
            "floor": floor,
            "ceiling": draw(st.sampled_from(ceilings)),
        }
    }


def _added(draw: st.DrawFn, place: Place, *, judged: bool) -> dict[str, Any]:
    """A rule brought in; only one of several may ask a person."""
    inner = rule(draw, place.inside(judged=judged, full=False))
    added: dict[str, Any] = {"add": inner, "points": draw(st.sampled_from([0, 1, 2, 3]))}
    if draw(st.booleans()):
        added["times"] = draw(st.sampled_from([1, 2, Decimal("0.5"), {"part": 1, "whole": 3}]))
    return _perhaps_when(draw, place, added)


def _perhaps_when(draw: st.DrawFn, place: Place, term: dict[str, Any]) -> dict[str, Any]:
    return term | {"when": condition(draw, place.stock, 1)} if draw(st.integers(0, 3)) == 0 else term


def _term(draw: st.DrawFn, place: Place) -> dict[str, Any]:
    """A loss or a gain: when a condition holds, for each, or for every so many above or below a mark."""
    term: dict[str, Any] = {draw(st.sampled_from(["lose", "gain"])): draw(st.sampled_from(AMOUNTS))}
    if draw(st.integers(0, 3)) == 0:
        term["most"] = draw(st.sampled_from([1, 2, Decimal("1.5")]))
    numbers = place.stock.of("number")
    kind = draw(st.sampled_from(["when", "each", "of", "of"] if numbers else ["when"]))
    if kind == "when":
        return term | {"when": condition(draw, place.stock)}
    fact = draw(st.sampled_from(numbers))
    if kind == "each":
        step = {} if fact.whole else {"step": draw(st.sampled_from(["completed", "started", "proportional"]))}
        return _perhaps_when(draw, place, term | {"each": fact.code} | step)
    return _perhaps_when(draw, place, term | _quantity(draw, fact))


def _quantity(draw: st.DrawFn, fact: Known) -> dict[str, Any]:
    return {
        "of": fact.code,
        draw(st.sampled_from(["above", "below"])): draw(st.sampled_from(fact.marks)),
        "every": draw(st.sampled_from([5, 10, Decimal("2.5")] if fact.wide else [1, 1, 2, Decimal("0.5")])),
        "step": draw(st.sampled_from(["completed", "started", "proportional"])),
    }


def _line(draw: st.DrawFn, place: Place) -> Any:
    fact = draw(st.sampled_from(place.stock.of("number")))
    marks = sorted(set(fact.marks))
    if len(marks) == 1:
        marks.append(marks[0] + 1)
    wanted = draw(st.sets(st.sampled_from(marks), min_size=2, max_size=3))
    through = [[mark, draw(st.sampled_from([*AMOUNTS, -1]))] for mark in sorted(wanted)]
    return {"line": {"of": fact.code, "through": through, "beyond": draw(st.sampled_from(["stop", "stop", "extend"]))}}


def _judged(draw: st.DrawFn, place: Place) -> Any:
    """Within steps or out of a list; sometimes resting on fields that have to be given first."""
    limits = [
        {"from": 0, "to": 2, "step": Decimal("0.5")},
        {"from": 2, "to": 5, "step": 1},
        {"from": -1, "to": 0, "step": Decimal("0.2")},
        {"one_of": [0, 5]},
        {"one_of": [1, Decimal("1.5"), 3]},
    ]
    judged: dict[str, Any] = dict(draw(st.sampled_from(limits)))
    if draw(st.integers(0, 3)) == 0:
        judged["basis"] = draw(
            st.lists(st.sampled_from(sorted(place.stock.fields)), min_size=1, max_size=2, unique=True)
        )
    return {"judged": judged}


def _several(word: str) -> Callable[[st.DrawFn, Place], Any]:
    """The best or the worst of two or three rules; only one of them may ask a person."""

    def rules(draw: st.DrawFn, place: Place) -> Any:
        number = draw(st.integers(2, 3))
        return {word: [rule(draw, place.inside(judged=place.judged and each == 0)) for each in range(number)]}

    return rules


_SHAPES = {
    "number": _number,
    "highest": _several("highest"),
    "lowest": _several("lowest"),
    "levels": _levels,
    "tally": _tally,
    "line": _line,
    "judged": _judged,
}
