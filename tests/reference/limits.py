"""The declared limits of a number: those of its field, and what follows from them for measures."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.values import Document, exact, is_number

Limits = tuple[Fraction | None, Fraction | None]
FREE: Limits = (None, None)


def limits(document: Document, code: str) -> Limits:
    """The least and the most that a fact can be, None where there is no end."""
    for place in ("profile", "evidence"):
        if code in document.get(place, {}):
            return limits_of_field(document[place][code])
    return _of_measure(document, document["measures"][code])


def limits_of_field(field: dict[str, Any]) -> Limits:
    """Percentages from 0 to 100, whole numbers from 0 unless `min` says otherwise, the rest as written."""
    if field["type"] == "percent":
        return Fraction(0), Fraction(100)
    low, high = field.get("min", 0 if field["type"] == "integer" else None), field.get("max")
    return None if low is None else exact(low), None if high is None else exact(high)


def _of_measure(document: Document, measure: dict[str, Any]) -> Limits:
    for word, of in _OF_WORD.items():
        if word in measure:
            return of(document, measure)
    return FREE


def _of_total(document: Document, measure: dict[str, Any]) -> Limits:
    low: Fraction | None = exact(measure.get("plus", 0))
    high = low
    for code, weight in measure["total"].items():
        first, second = (_times(end, exact(weight)) for end in limits(document, code))
        ends = (first, second) if weight >= 0 else (second, first)
        low, high = _plus(low, ends[0]), _plus(high, ends[1])
    return low, high


def _times(end: Fraction | None, weight: Fraction) -> Fraction | None:
    if weight == 0:
        return Fraction(0)
    return None if end is None else end * weight


def _plus(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    return None if one is None or other is None else one + other


def _of_rows(document: Document, measure: dict[str, Any]) -> Limits:
    """A count of rows or of different values, or of ticked options."""
    source = document["evidence"][measure.get("count", measure.get("distinct"))]
    most = source.get("max_rows") if source["type"] == "table" else len(source["choices"])
    return Fraction(0), None if most is None else Fraction(most)


def _of_extreme(document: Document, measure: dict[str, Any]) -> Limits:
    word, choose = ("lowest", min) if "lowest" in measure else ("highest", max)
    ends = [(exact(part),) * 2 if is_number(part) else limits(document, part) for part in measure[word]]
    lows, highs = [low for low, _ in ends], [high for _, high in ends]
    kept_lows, kept_highs = [low for low in lows if low is not None], [high for high in highs if high is not None]
    if word == "lowest":
        return (None if None in lows else choose(kept_lows)), (choose(kept_highs) if kept_highs else None)
    return (choose(kept_lows) if kept_lows else None), (None if None in highs else choose(kept_highs))


def _of_peers(document: Document, measure: dict[str, Any]) -> Limits:
    if measure["as"] in ("rank", "units"):
        return Fraction(1), None
    if measure["as"] == "percentile" and "of" not in measure:
        return Fraction(0), Fraction(100)
    return limits(document, measure["peers"])


_OF_WORD = {
    "total": _of_total,
    "lowest": _of_extreme,
    "highest": _of_extreme,
    "peers": _of_peers,
    "previous": lambda document, measure: limits(document, measure["previous"]),
    "count": _of_rows,
    "distinct": _of_rows,
}
