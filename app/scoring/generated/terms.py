"""Losing and gaining terms as expressions: what they come to in units, and what they have to say."""

from __future__ import annotations

from app.scoring.generated.asked import test
from app.scoring.generated.source import Body, Expression, scaled
from app.scoring.generated.texts import Said, because, counted, text, with_reason
from app.scoring.rules.terms import Counted, Quantity


def nominal(term: Counted, body: Body, amount: int) -> Expression:
    """Amount × steps where its condition holds, before `most`."""
    whole = str(amount) if term.quantity is None else _steps(term.quantity, body, amount)
    return whole if term.when is None else f"{whole} if {test(term.when, body)} else 0"


def _steps(quantity: Quantity, body: Body, amount: int) -> Expression:
    """The distance n/d - p/q over a/b is (n·q·b - p·b·d) over (d·q·a), in whole numbers."""
    part, whole = body.halves(quantity.fact)
    mark, every = quantity.mark, quantity.every
    if whole == "1" and every == mark.denominator == 1 and quantity.above and mark == quantity.fact.limits.low:
        return scaled(part if mark == 0 else f"({part} - {mark})", amount)
    value = scaled(part, mark.denominator * every.denominator)
    line = _times(whole, mark.numerator * every.denominator)
    distance = body.new("t")
    body.add(f"{distance} = {value} - {line}" if quantity.above else f"{distance} = {line} - {value}")
    taken = _taken(quantity, distance, _times(whole, mark.denominator * every.numerator), amount)
    return f"({taken} if {distance} > 0 else 0)"


def _taken(quantity: Quantity, distance: Expression, size: Expression, amount: int) -> Expression:
    if size == "1":
        return scaled(distance, amount)
    if quantity.step == "proportional":
        return f"Fraction({scaled(distance, amount)}, {size})"
    if quantity.step == "completed":
        return f"{distance} // ({size}) * {amount}"
    return f"-(-{distance} // ({size})) * {amount}"


def _times(whole: Expression, factor: int) -> Expression:
    return str(factor) if whole == "1" else scaled(whole, factor)


def loss_reason(term: Counted, body: Body) -> Said:
    """What was found, and how it is counted."""
    said = [] if term.when is None else because(term.when, body, holds=True)
    if term.quantity is not None:
        wording = counted(term.quantity, body, "扣", term.amount)
        said = [*said, *text("；"), *wording] if said else wording
    return with_reason(term.reason, said)


def shortfall_reason(term: Counted, body: Body) -> Said:
    """What was not reached; the rarer kinds are asked of the term itself."""
    quantity, when = term.quantity, term.when
    if quantity is None and when is not None:
        return with_reason(term.reason, because(when, body, holds=False))
    if quantity is not None and when is None and quantity.counts:
        return with_reason(term.reason, counted(quantity, body, "得", term.amount))
    return [(False, f"{body.names.of(term)}.shortfall(v, 0).reason")]
