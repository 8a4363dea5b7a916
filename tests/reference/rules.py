"""The shapes of rule, read straight from the semantics of the format page."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.reference.conditions import truth
from tests.reference.values import UNKNOWN, Facts, Outcome, Pending, Refused, Undecided, exact, is_number, share

EVIDENCE = Pending("evidence")
JUDGEMENT = Pending("judgement")


def points(rule: Any, item_points: Fraction, facts: Facts, judged: Fraction | None = None) -> Outcome:
    """Say what a rule gives; what is unknown and asked for makes it pending."""
    if is_number(rule):
        return exact(rule)
    ((shape, content),) = rule.items()
    if shape == "levels":
        return _levels(content, item_points, facts, judged)
    if shape == "tally":
        return _tally(content, item_points, facts, judged)
    if shape == "line":
        return _line(content, facts)
    if shape in ("highest", "lowest"):
        return _extreme(shape, content, item_points, facts, judged)
    return _judged(content, facts, judged)


def _levels(levels: list[dict[str, Any]], item_points: Fraction, facts: Facts, judged: Fraction | None) -> Outcome:
    """The first level whose `when` is true."""
    for level in levels:
        holds = truth(level["when"], facts) if "when" in level else True
        if holds is None:
            return EVIDENCE
        if holds:
            return points(level["rule"] if "rule" in level else level["points"], item_points, facts, judged)
    return Undecided()


def _tally(tally: dict[str, Any], item_points: Fraction, facts: Facts, judged: Fraction | None) -> Outcome:
    """Start + gains + adds - losses, then the ceiling, then the floor."""
    value = _limit(tally["start"], item_points)
    brought = [_term(term, item_points, facts, judged) for term in tally["terms"]]
    still_open = _still_open(brought)
    if still_open is not None:
        return still_open
    value += sum(brought, Fraction(0))  # type: ignore[arg-type]
    if tally["ceiling"] != "none":
        value = min(value, _limit(tally["ceiling"], item_points))
    if tally["floor"] != "none":
        value = max(value, _limit(tally["floor"], item_points))
    return value


def _extreme(shape: str, rules: list[Any], item_points: Fraction, facts: Facts, judged: Fraction | None) -> Outcome:
    """The best or the worst of several rules."""
    values = [points(rule, item_points, facts, judged) for rule in rules]
    still_open = _still_open(values)
    if still_open is not None:
        return still_open
    return max(values) if shape == "highest" else min(values)  # type: ignore[type-var]


def _still_open(brought: list[Outcome]) -> Outcome | None:
    """What keeps a sum open: a refusal before a gap, missing evidence before a missing judgement."""
    for reason in (Refused, Undecided):
        for one in brought:
            if isinstance(one, reason):
                return one
    if EVIDENCE in brought:
        return EVIDENCE
    return JUDGEMENT if JUDGEMENT in brought else None


def _limit(limit: Any, item_points: Fraction) -> Fraction:
    return item_points if limit == "full" else exact(limit)


def _term(term: dict[str, Any], item_points: Fraction, facts: Facts, judged: Fraction | None) -> Outcome:
    """The signed value of one term: amount times quantity, at most `most`; or a rule's value times `times`."""
    holds = truth(term["when"], facts) if "when" in term else True
    if holds is False:
        return Fraction(0)
    if "add" in term:
        value = points(term["add"], item_points, facts, judged) if holds else EVIDENCE
        return value * share(term.get("times", 1)) if isinstance(value, Fraction) else value
    quantity = _quantity(term, facts)
    if quantity == 0:
        return Fraction(0)
    if quantity is None or holds is None:
        return EVIDENCE
    value = exact(term["lose"] if "lose" in term else term["gain"]) * quantity
    if "most" in term:
        value = min(value, exact(term["most"]))
    return -value if "lose" in term else value


def _quantity(term: dict[str, Any], facts: Facts) -> Fraction | None:
    """How often the amount counts; None while it is unknown."""
    if "each" in term:
        code, term = term["each"], {"above": 0, **term}
    elif "of" in term:
        code = term["of"]
    else:
        return Fraction(1)
    value = facts[code]
    if value is UNKNOWN:
        return None
    distance = value - exact(term["above"]) if "above" in term else exact(term["below"]) - value
    if distance <= 0:
        return Fraction(0)
    return _steps(distance / exact(term.get("every", 1)), term.get("step", "proportional"))


def _steps(quantity: Fraction, step: str) -> Fraction:
    if step == "proportional":
        return quantity
    whole = quantity.numerator // quantity.denominator
    return Fraction(whole + (step == "started" and quantity != whole))


def _line(line: dict[str, Any], facts: Facts) -> Outcome:
    """Straight between named points; outside them the end value (`stop`) or the end slope (`extend`)."""
    value = facts[line["of"]]
    if value is UNKNOWN:
        return EVIDENCE
    through = [(exact(x), exact(y)) for x, y in line["through"]]
    if line["beyond"] == "stop":
        value = min(max(value, through[0][0]), through[-1][0])
    pairs = list(pairwise(through))
    (x1, y1), (x2, y2) = next((pair for pair in pairs if value <= pair[1][0]), pairs[-1])
    return y1 + (y2 - y1) * (value - x1) / (x2 - x1)


def _judged(judged: dict[str, Any], facts: Facts, given: Fraction | None) -> Outcome:
    """A judgement waits for the evidence it rests on, then for the person, then has to keep its limits."""
    if any(facts[code] is UNKNOWN for code in judged.get("basis", ())):
        return EVIDENCE
    if given is None:
        return JUDGEMENT
    return given if given in allowed(judged) else Refused(given)


def allowed(judged: dict[str, Any]) -> list[Fraction]:
    """Every value a person may give."""
    if "one_of" in judged:
        return [exact(one) for one in judged["one_of"]]
    low, high, step = (exact(judged[word]) for word in ("from", "to", "step"))
    return [low + step * n for n in range((high - low) // step + 1)]
