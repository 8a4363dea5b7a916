"""The plain slow reference interpreter of the scheme language: plain data in, exact fractions out, no engine.

`resolved` puts the unit's numbers in, `facts` works out what rules may look at, `points` runs a rule, `standing` says
where an item stands, `sheet_of` adds up; `interpreted` does all of it for a request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.reference.measures import facts
from tests.reference.outside import NOTHING, Outside
from tests.reference.profile import resolved
from tests.reference.rules import points
from tests.reference.sheets import Sheet, sheet_of
from tests.reference.standings import item_score, standing
from tests.reference.stays import Stay
from tests.reference.values import UNKNOWN, Document, Facts, Overridden, Pending, Refused, Standing, Undecided

__all__ = [
    "UNKNOWN",
    "Interpreted",
    "Outside",
    "Pending",
    "Refused",
    "Sheet",
    "Undecided",
    "facts",
    "interpreted",
    "item_score",
    "items",
    "points",
    "resolved",
    "sheet_of",
    "standing",
]


def items(document: Document) -> dict[str, dict[str, Any]]:
    """All items by their codes, in the order of the table."""
    return {item["code"]: item for section in document["sections"] for item in section["items"]}


@dataclass(frozen=True)
class Interpreted:
    """All that is made of a document and what is given to it; `computed` are the standings before overrides."""

    known: Facts
    computed: dict[str, Standing]
    standings: dict[str, Standing]
    sheet: Sheet


def interpreted(
    document: Document,
    evidence: dict[str, Any],
    judged: Mapping[str, Fraction] | None = None,
    period: Stay | None = None,
    outside: Outside = NOTHING,
    *,
    overrides: Mapping[str, Fraction] | None = None,
) -> Interpreted:
    """Work everything out, on a document whose numbers are resolved; overrides last of all that is done to items."""
    known = facts(document, evidence, period, None, outside)
    given = judged or {}
    computed = {
        code: standing(document, item, known, given.get(code), outside) for code, item in items(document).items()
    }
    standings = computed | {code: Overridden(score) for code, score in (overrides or {}).items()}
    return Interpreted(known, computed, standings, sheet_of(document, standings, known, outside))
