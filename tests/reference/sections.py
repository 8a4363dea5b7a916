"""From items to sections to base and bonus: weights, limits, what is left out, roundings; UNKNOWN where something is.

The steps are those of the format page: sum, weight, most and floor, a bonus that counts only sometimes, what is left
out within a section, and over the sheet.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from tests.reference.standings import rounded_by
from tests.reference.values import UNKNOWN, Apart, Document, Overridden, Standing, exact, share

Caps = Mapping[str, "Cap"]
"""The most that vetoes leave of items and sections."""


@dataclass(frozen=True)
class Cap:
    """At most so much, and at most such shares of what it was."""

    most: tuple[Fraction, ...] = ()
    times: tuple[Fraction, ...] = ()

    def of(self, score: Fraction, rounding: dict[str, Any]) -> Fraction:
        """What is left of a score: the lowest of all."""
        return min([score, *self.most, *(rounded_by(rounding, score * times) for times in self.times)])


def is_bonus(section: dict[str, Any]) -> bool:
    """Whether a section stands over and above the base."""
    return bool(section.get("bonus", False))


def weight_of(section: dict[str, Any]) -> Fraction:
    """How much a section counts."""
    return share(section.get("weight", 1))


def score_of(standing: Standing) -> Any:
    """An item's score, UNKNOWN while it is open, None where it is left out."""
    score = standing.score if isinstance(standing, Apart | Overridden) else standing
    if score is None:
        return None
    return score if isinstance(score, Fraction) else UNKNOWN


def capped(document: Document, score: Any, cap: Cap | None) -> Any:
    """What vetoes leave of a score."""
    return score if cap is None or not isinstance(score, Fraction) else cap.of(score, document["rounding"])


def total_of(values: list[Any]) -> Any:
    """The sum, UNKNOWN if one is."""
    return UNKNOWN if UNKNOWN in values else sum(values, Fraction(0))


@dataclass(frozen=True)
class Left:
    """The points of a section, and those left out of it by each policy; a section that is left out whole counts as
    left out of the total."""

    points: Fraction
    total: Fraction = Fraction(0)
    rescale: Fraction = Fraction(0)
    section: Fraction = Fraction(0)

    @property
    def stretch(self) -> Fraction | None:
        """By how much the rest of the section is stretched; None where there is no rest."""
        rest = self.points - self.total - self.rescale
        if self.section == 0:
            return Fraction(1)
        return None if rest == self.section else rest / (rest - self.section)

    @property
    def out_of_total(self) -> Fraction:
        """Points that leave the full marks."""
        return self.total + (self.section if self.stretch is None else 0)

    @property
    def due(self) -> Fraction:
        """What the section can bring before its weight."""
        return self.points - self.out_of_total - self.rescale


def left_of(section: dict[str, Any], standings: Mapping[str, Standing]) -> Left:
    """What is left of a section; within a bonus section nothing is stretched."""
    points = {item["code"]: exact(item["points"]) for item in section["items"]}
    out = {"total": Fraction(0), "rescale": Fraction(0), "section": Fraction(0)}
    for code, of_item in points.items():
        standing = standings[code]
        if isinstance(standing, Apart) and standing.left_out is not None:
            out["total" if is_bonus(section) else standing.left_out] += of_item
    return Left(sum(points.values(), Fraction(0)), **out)


def section_score(
    document: Document, section: dict[str, Any], standings: Mapping[str, Standing], caps: Caps, counts: bool | None
) -> Any:
    """The final score of a section; `counts` says whether a bonus counts."""
    if counts is None:
        return UNKNOWN
    left = left_of(section, standings)
    codes = [item["code"] for item in section["items"]]
    scores = [capped(document, score_of(standings[code]), caps.get(code)) for code in codes]
    value = total_of([score for score in scores if score is not None])
    if value is UNKNOWN:
        return UNKNOWN
    if set(scores) == {None}:
        return Fraction(0)
    value *= weight_of(section)
    if "most" in section:
        value = min(value, exact(section["most"]))
    if "floor" in section:
        value = max(value, exact(section["floor"]))
    if not counts or left.stretch is None:
        value = Fraction(0)
    else:
        value *= left.stretch
    if weight_of(section) != 1 or left.section != 0:
        value = rounded_by(document["rounding"], value)
    return capped(document, value, caps.get(section["code"]))


@dataclass(frozen=True)
class Whole:
    """The points of the base sections and what is left out of them, weighted."""

    points: Fraction
    total: Fraction
    rescale: Fraction

    @property
    def rest(self) -> Fraction:
        """What the full marks come to."""
        return self.points - self.total - self.rescale


def whole_of(document: Document, standings: Mapping[str, Standing]) -> Whole:
    """Over the base sections."""
    base = [section for section in document["sections"] if not is_bonus(section)]
    left = [(weight_of(section), left_of(section, standings)) for section in base]
    return Whole(
        sum((weight_of(section) * exact(section["points"]) for section in base), Fraction(0)),
        sum((weight * one.out_of_total for weight, one in left), Fraction(0)),
        sum((weight * one.rescale for weight, one in left), Fraction(0)),
    )


def base_score(document: Document, scores: list[Any], whole: Whole) -> Any:
    """The base sections together, stretched to the full marks where something is left out and rescaled."""
    value = total_of(scores)
    if value is UNKNOWN or whole.rescale == 0 or whole.rest == 0:
        return value
    return rounded_by(document["rounding"], value * (whole.points - whole.total) / whole.rest)


def full_marks(document: Document, standings: Mapping[str, Standing]) -> Fraction:
    """The base without what is left out of the total."""
    return exact(document["base"]) - whole_of(document, standings).total
