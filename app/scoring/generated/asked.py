"""Conditions as Python expressions over facts that are known."""

from __future__ import annotations

from collections.abc import Sequence

from app.scoring.bound import All, AnyOf, Bare, Bound, Compare, Not, Some
from app.scoring.exact import Exact
from app.scoring.generated.source import Body, Expression, Uncovered, scaled
from app.scoring.periods import StayLength

_WORDS = {"is": "==", "at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<"}


def test(bound: Bound, body: Body) -> Expression:
    """True or False, in brackets where it needs them."""
    match bound:
        case Bare():
            return body.fact(bound.fact)
        case Compare():
            return _compare(bound, body)
        case Not():
            return f"(not {test(bound.part, body)})"
        case All():
            return _joined(" and ", bound.parts, body)
        case AnyOf():
            return _joined(" or ", bound.parts, body)
        case Some():
            return f"({_joined(' + ', bound.parts, body)} >= {bound.count})"
        case _:
            raise Uncovered(bound)


def _joined(word: str, parts: Sequence[Bound], body: Body) -> Expression:
    return f"({word.join(test(part, body) for part in parts)})"


def _compare(bound: Compare, body: Body) -> Expression:
    if bound.word == "in":
        return f"({body.fact(bound.fact)} in {body.names.of(bound.constant)})"
    if bound.word == "has":
        return f"({body.names.of(frozenset(bound.constant))} <= {body.fact(bound.fact)})"
    sign = _WORDS[bound.word]
    match bound.fact.kind:
        case "number":
            return _number(body.halves(bound.fact), sign, bound.constant)
        case "stay":
            return _stay(body.halves(bound.fact), sign, bound.constant)
        case _:
            return f"({body.fact(bound.fact)} {sign} {body.names.of(bound.constant)})"


def _number(halves: tuple[Expression, Expression], sign: str, constant: Exact) -> Expression:
    """n/d ≥ p/q is n·q ≥ p·d."""
    part, whole = halves
    right = str(constant.numerator) if whole == "1" else scaled(whole, constant.numerator)
    return f"({scaled(part, constant.denominator)} {sign} {right})"


def _stay(halves: tuple[Expression, Expression], sign: str, constant: StayLength) -> Expression:
    """Months first, then days."""
    months, days = halves
    if sign == "==":
        return f"({months} == {constant.months} and {days} == {constant.days})"
    return (
        f"({months} {sign[0]} {constant.months} or ({months} == {constant.months} and {days} {sign} {constant.days}))"
    )
