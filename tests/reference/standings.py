"""Where an item stands: whether it applies at all, and what its policy or its rule gives, rounded once."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.conditions import truth
from tests.reference.outside import NOTHING, Outside
from tests.reference.rules import EVIDENCE, points
from tests.reference.values import Apart, Document, Facts, Outcome, Pending, Standing, exact, is_number, rounded

ROUND = Pending("round")


def parents(document: Document) -> dict[str, dict[str, Any]]:
    """The section of each item."""
    return {item["code"]: section for section in document["sections"] for item in section["items"]}


def standing(
    document: Document, item: dict[str, Any], known: Facts, judged: Fraction | None = None, outside: Outside = NOTHING
) -> Standing:
    """The item's score, or what stands in its place."""
    for part in (parents(document)[item["code"]], item):
        holds = truth(part["applies_when"], known) if "applies_when" in part else True
        if holds is None:
            return EVIDENCE
        if not holds:
            return apart(document, item, part["otherwise"], outside)
    return item_score(document, item, known, judged)


def apart(document: Document, item: dict[str, Any], policy: Any, outside: Outside) -> Standing:
    """What becomes of an item that does not apply."""
    if isinstance(policy, dict):
        return Apart(left_out=policy["leave_out"])
    if policy == "full":
        return Apart(exact(item["points"]))
    if policy == "zero" or is_number(policy):
        return Apart(Fraction(0) if policy == "zero" else exact(policy))
    scores = outside.scores_of(item["code"])
    if not scores:
        return ROUND
    return Apart(score_rounded(document, item, sum(scores, Fraction(0)) / len(scores)))


def item_score(document: Document, item: dict[str, Any], known: Facts, judged: Fraction | None = None) -> Outcome:
    """What the item's rule gives, rounded once."""
    value = points(item["rule"], exact(item["points"]), known, judged)
    return score_rounded(document, item, value) if isinstance(value, Fraction) else value


def score_rounded(document: Document, item: dict[str, Any], value: Fraction) -> Fraction:
    """Round by the item's places and mode where it has its own, else by the scheme's."""
    return rounded_by(item.get("rounding", document["rounding"]), value)


def rounded_by(rounding: dict[str, Any], value: Fraction) -> Fraction:
    """Round by places and mode; two places, half up, where nothing is written."""
    return rounded(value, rounding.get("places", 2), rounding.get("mode", "half_up"))
