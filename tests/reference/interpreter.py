"""The plain slow reference interpreter of the scheme language: plain data in, exact fractions out, no engine.

`facts` works out what rules may look at, `points` runs a rule, `item_score` rounds, `totals` adds up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.reference.measures import facts
from tests.reference.rules import points
from tests.reference.values import UNKNOWN, Document, Facts, Outcome, Pending, Refused, Undecided, exact, rounded

__all__ = ["UNKNOWN", "Pending", "Refused", "Totals", "Undecided", "facts", "item_score", "items", "points", "totals"]


def items(document: Document) -> dict[str, dict[str, Any]]:
    """All items by their codes, in the order of the table."""
    return {item["code"]: item for section in document["sections"] for item in section["items"]}


def item_score(document: Document, item: dict[str, Any], known: Facts, judged: Fraction | None = None) -> Outcome:
    """What the item's rule gives, rounded once."""
    value = points(item["rule"], exact(item["points"]), known, judged)
    return score_rounded(document, value) if isinstance(value, Fraction) else value


def score_rounded(document: Document, value: Fraction) -> Fraction:
    """Round by the scheme's places and mode."""
    return rounded(value, document["rounding"]["places"], document["rounding"]["mode"])


@dataclass(frozen=True)
class Totals:
    """Sums of rounded item scores: by section, over the base sections, over the bonus sections, over all."""

    sections: dict[str, Fraction]
    base: Fraction
    bonus: Fraction

    @property
    def total(self) -> Fraction:
        """Base and bonus together."""
        return self.base + self.bonus


def totals(document: Document, scores: Mapping[str, Fraction]) -> Totals:
    """Add up item scores."""
    sections = {
        section["code"]: sum((scores[item["code"]] for item in section["items"]), Fraction(0))
        for section in document["sections"]
    }
    bonus_codes = [section["code"] for section in document["sections"] if section.get("bonus", False)]
    bonus = sum((sections[code] for code in bonus_codes), Fraction(0))
    return Totals(sections, sum(sections.values(), Fraction(0)) - bonus, bonus)
