"""Reasons as Python expressions: what is the same for every submission is folded into literals.

The wording itself is not repeated here: it is asked of the ordinary rules with a value of our own, and cut where that
value stands.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TypeAlias

from app.scoring.bound import Bare, Bound, Compare, Not
from app.scoring.exact import Exact
from app.scoring.fields import Value
from app.scoring.generated.source import Body, Expression
from app.scoring.periods import StayLength
from app.scoring.rules.shape import Line, Open, Settled
from app.scoring.rules.terms import Quantity
from app.scoring.wording import Fact, FactKind, found_text, value_text

Said: TypeAlias = list[tuple[bool, str]]
"""Pieces of a text: a text itself (True), or an expression that gives one (False)."""

_SAMPLES: dict[FactKind, Value] = {
    "boolean": True,
    "number": 1,
    "choice": "",
    "choices": frozenset(),
    "date": date(2020, 4, 1),
    "text": "",
    "stay": StayLength(1, 0),
}


def text(*pieces: str) -> Said:
    """A text that does not change."""
    return [(True, piece) for piece in pieces]


def expression(said: Said) -> Expression:
    """The pieces put together; neighbouring texts become one literal."""
    merged: Said = []
    for plain, piece in said:
        if plain and merged and merged[-1][0]:
            merged[-1] = (True, merged[-1][1] + piece)
        elif piece or not plain:
            merged.append((plain, piece))
    return " + ".join(repr(piece) if plain else piece for plain, piece in merged) or "''"


def found(fact: Fact, body: Body) -> Said:
    """派出人次为1人次."""
    sample = _SAMPLES[fact.kind]
    label = found_text(fact, sample).removesuffix(value_text(fact, sample))
    value = body.fact(fact)
    if fact.kind == "number":
        digits = f"shown({value})" if fact.whole else f"shown_ratio({', '.join(body.halves(fact))})"
        return [(True, label), (False, digits), (True, value_text(fact, 1).removeprefix("1"))]
    return [(True, label), (False, _of_kind(fact, value, body))]


def _of_kind(fact: Fact, value: Expression, body: Body) -> Expression:
    if fact.kind == "boolean":
        return f"{body.names.of((value_text(fact, False), value_text(fact, True)))}[{value}]"  # noqa: FBT003 - the value itself
    if fact.kind == "choice":
        return f"{body.names.of({choice: value_text(fact, choice) for choice in fact.choices})}[{value}]"
    ordinary = f"value_text({body.names.of(fact)}, {value})"
    return _stay(fact, body, ordinary) if fact.kind == "stay" else ordinary


def _stay(fact: Fact, body: Body, ordinary: Expression) -> Expression:
    """2个月零3天, where there are both."""
    before, between, after = re.split(r"\d", value_text(fact, StayLength(2, 3)))
    months, days = body.halves(fact)
    said = [(True, before), (False, f"str({months})"), (True, between), (False, f"str({days})"), (True, after)]
    return f"({expression(said)} if {months} and {days} else {ordinary})"


def because(bound: Bound, body: Body, *, holds: bool) -> Said:
    """Why a condition holds, or why it does not; what is joined is asked of the condition itself."""
    match bound:
        case Bare():
            return text(*bound.because({}, holds=holds))
        case Not():
            return because(bound.part, body, holds=not holds)
        case Compare():
            sample = _SAMPLES[bound.fact.kind]
            (said,) = bound.because({bound.fact.code: sample}, holds=holds)
            return [*found(bound.fact, body), (True, said.removeprefix(found_text(bound.fact, sample)))]
        case _:
            for fact, _, _ in bound.comparisons():
                body.fact(fact)
            return [(False, f"'；'.join({body.names.of(bound)}.because(v, holds={holds}))")]


def counted(quantity: Quantity, body: Body, verb: str, amount: Exact) -> Said:
    """派出人次为4人次，低于5人次，每低1人次扣0.6分, of a number beyond the mark."""
    sample = quantity.mark + (quantity.every if quantity.above else -quantity.every)
    said = quantity.wording(sample, verb, amount)
    return [*found(quantity.fact, body), (True, said.removeprefix(found_text(quantity.fact, sample)))]


def lost_line(settled: Settled | Open) -> Line:
    """The one loss of a rule that was asked for its wording."""
    return settled.losses[0]  # type: ignore[union-attr]


def with_reason(reason: str | None, said: Said) -> Said:
    """The reason that the document gives, what was found in brackets after it."""
    return said if reason is None else [(True, f"{reason}（"), *said, (True, "）")]
