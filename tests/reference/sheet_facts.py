"""Facts of the sheet: scores, rates and losses of items and sections, and what is worked out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from tests.reference.calculations import CALCULATIONS, calculated
from tests.reference.limits import FREE
from tests.reference.outside import NOTHING, Outside
from tests.reference.peers import among_peers, previous
from tests.reference.sections import Caps, capped, left_of, score_of, total_of, weight_of
from tests.reference.values import UNKNOWN, Document, Standing, exact


@dataclass
class SheetFacts:
    """What of the sheet is known so far: the standings, capped by vetoes, some section scores, some sums."""

    document: Document
    standings: Mapping[str, Standing]
    caps: Caps
    sections: Mapping[str, Any]
    sums: Mapping[str, Any]
    outside: Outside = NOTHING
    known: Mapping[str, Any] = field(default_factory=dict)
    found: dict[str, Any] = field(default_factory=dict)

    def all(self) -> dict[str, Any]:
        """Every sheet fact with its value or UNKNOWN."""
        return {code: self.look_up(code) for code in ("base", "bonus", "total", *self.document.get("sheet_facts", {}))}

    def look_up(self, code: str) -> Any:
        """One sheet fact."""
        if code in ("base", "bonus", "total"):
            return self.sums.get(code, UNKNOWN)
        if code not in self.document.get("sheet_facts", ()):
            return self.known[code]
        if code not in self.found:
            self.found[code] = self._worked_out(self.document["sheet_facts"][code])
        return self.found[code]

    def _worked_out(self, asked: dict[str, Any]) -> Any:
        if any(word in asked for word in CALCULATIONS):
            return calculated(asked, self.look_up, lambda _: FREE)
        if "previous" in asked:
            return previous(asked, self.outside)
        if "peers" in asked:
            return among_peers(asked, self.look_up(asked["peers"]), self.outside.peers_of(asked["peers"]))
        ((word, codes),) = ((word, asked[word]) for word in ("score", "rate", "lost", "points") if word in asked)
        pairs = [pair for code in codes if (pair := self._score_and_points(code)) is not None]
        points = sum((points for _, points in pairs), Fraction(0))
        scores = total_of([score for score, _ in pairs])
        if scores is UNKNOWN or word in ("score", "points"):
            return points if word == "points" and scores is not UNKNOWN else scores
        if word == "lost":
            return sum((max(Fraction(0), points - score) for score, points in pairs), Fraction(0))
        return scores / points * 100 if points else Fraction(100)

    def _score_and_points(self, code: str) -> tuple[Any, Any] | None:
        """Of an item or section; None where it is left out. What is open has no points either."""
        for section in self.document["sections"]:
            if section["code"] == code:
                left = left_of(section, self.standings)
                return None if self._is_out(section) else (self.sections[code], weight_of(section) * left.due)
            for item in section["items"]:
                if item["code"] == code:
                    score = capped(self.document, score_of(self.standings[code]), self.caps.get(code))
                    return None if score is None else (score, exact(item["points"]))
        raise KeyError(code)

    def _is_out(self, section: dict[str, Any]) -> bool:
        """Whether all of its items are left out."""
        return all(score_of(self.standings[item["code"]]) is None for item in section["items"])
