"""Hypothesis strategies for requests to score, with as many holes as can still be completed in every way."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tests.reference.domains import domain
from tests.reference.interpreter import interpreted, items
from tests.reference.judgements import judgements
from tests.reference.measures import FOLDS, facts
from tests.reference.profile import resolved
from tests.reference.reads import fields_behind
from tests.reference.requests import judged_of, outside_of, period_of, verified
from tests.reference.rules import allowed
from tests.reference.some_others import Ways, from_outside
from tests.reference.some_profiles import SUBJECTS
from tests.reference.stock import CHOICES
from tests.reference.values import UNKNOWN, Document, exact, rounded, written

PERIOD = {"start": "2020-04-01", "end": "2021-03-31"}
DAYS = ["2020-03-01", "2020-03-31", "2020-04-01", "2020-04-30", "2020-10-01", "2021-03-31", "2021-04-01"]
HOLES, NO_HOLES = 110, 1
"""So many ways of completing a request at most."""


@st.composite
def some_request(draw: st.DrawFn, document: Document, most_ways: int) -> dict[str, Any]:
    """Evidence with missing fields, as many as can still be completed in every way; judgements sometimes missing."""
    request: dict[str, Any] = {"period": PERIOD, "evidence": {}}
    subject = _subject(draw, document)
    if subject:
        request["subject"] = subject
    for_unit, lacks = resolved(document, subject)
    ways = Ways(most_ways)
    request |= from_outside(draw, for_unit, ways)
    ranked = set().union(
        *(fields_behind(for_unit, code) for code in request.get("peers", ()) if _is_fact(for_unit, code))
    )
    given = {}
    for code, field in for_unit["evidence"].items():
        may_miss = _may_miss(for_unit, code) and code not in ranked
        if not (may_miss and ways.spend(draw, lambda code=code: _ways(for_unit, code))):
            given[code] = _value(draw, field)
    request["evidence"], request["findings"] = _stated_and_found(draw, for_unit, given)
    _with_own_values(for_unit, request)
    request["judgements"] = _judgements(draw, for_unit, always=most_ways == 1)
    return request | {"overrides": {} if lacks or draw(st.integers(0, 3)) else _overrides(draw, for_unit, request)}


def _is_fact(document: Document, code: str) -> bool:
    """Whether a value of the units is one of evidence, not of the sheet."""
    return code in document["measures"] or code in document["evidence"]


def _with_own_values(document: Document, request: dict[str, Any]) -> None:
    """The unit's own value is one of those of all units."""
    values = {code: of_all for code, of_all in request.get("peers", {}).items() if _is_fact(document, code)}
    if values:
        known = facts(document, verified(request), period_of(request), None, outside_of(request))
        for code, of_all in values.items():
            of_all.extend([] if known[code] is UNKNOWN else [written(known[code])])


def _subject(draw: st.DrawFn, document: Document) -> dict[str, Any]:
    """The attributes that the document asks for; once in a while one is wrong or lacking."""
    subject = {code: _value(draw, field) for code, field in document.get("profile", {}).items()}
    asked = sorted({attribute for _, attribute in resolved(document, {})[1]} - subject.keys())
    subject |= {code: draw(st.sampled_from(SUBJECTS[code])) for code in asked}
    if asked and draw(st.integers(0, 14)) == 0:
        subject[asked[0]] = "所"
    elif asked and draw(st.integers(0, 14)) == 0:
        del subject[asked[0]]
    return subject


def _stated_and_found(draw: st.DrawFn, document: Document, given: dict[str, Any]) -> tuple[Any, Any]:
    """What evaluators fill in comes as findings; some of what submitters state is corrected, some rows are struck."""
    evidence, findings = dict(given), {}
    for code, value in given.items():
        field = document["evidence"][code]
        if field.get("by") == "evaluator":
            findings[code] = {"value": evidence.pop(code), "reason": "现场核实"}
        elif draw(st.integers(0, 9)) == 0:
            findings[code] = {"value": value, "reason": "现场核实"}
            evidence[code] = _value(draw, field)
        elif field["type"] == "table" and value and draw(st.integers(0, 2)) == 0:
            accepted = draw(st.booleans())
            findings[code] = {"rows": {str(len(value)): {"accepted": accepted, "reason": "现场核实"}}}
    return evidence, findings


def _ways(document: Document, code: str) -> int:
    """How many values have to be tried for a missing field, or for the fold over a missing table."""
    if document["evidence"][code]["type"] != "table":
        return len(domain(document, {}, code).values)
    folds = [name for name, measure in document["measures"].items() if _is_over(measure, code)]
    return max((len(domain(document, {}, fold).values) for fold in folds), default=1)


def _is_over(measure: dict[str, Any], table: str) -> bool:
    return any(measure.get(word) == table for word in (*FOLDS, "longest_stay"))


def _may_miss(document: Document, code: str) -> bool:
    """A table that two measures read is always given: its completions would not be values of one measure."""
    is_table = document["evidence"][code]["type"] == "table"
    return not is_table or sum(_is_over(measure, code) for measure in document["measures"].values()) < 2


def _value(draw: st.DrawFn, field: dict[str, Any]) -> Any:
    kind = field["type"]
    if kind == "table":
        return [_row(draw, field["columns"]) for _ in range(draw(st.integers(0, 4)))]
    if kind == "choice" and field.get("multiple"):
        return draw(st.lists(st.sampled_from(sorted(field["choices"])), unique=True, max_size=3))
    plain = {
        "boolean": [True, False],
        "choice": sorted(field.get("choices", ())),
        "date": DAYS,
        "percent": [0, 50, Decimal("79.996"), 80, Decimal("94.9"), 95, 100],
    }
    if kind in plain:
        return draw(st.sampled_from(plain[kind]))
    low, high = field.get("min", 0), field.get("max", 7)
    return draw(st.sampled_from([low, high, 1, Decimal("0.734567")] if kind == "decimal" else range(low, high + 1)))


def _row(draw: st.DrawFn, columns: dict[str, Any]) -> dict[str, Any]:
    if "start_date" in columns:
        first, last = sorted([draw(st.sampled_from(DAYS)), draw(st.sampled_from(DAYS))])
        return {"start_date": first, "end_date": last, "kind": draw(st.sampled_from(sorted(CHOICES)))}
    return {
        code: _value(draw, column)
        for code, column in columns.items()
        if column.get("required", True) or draw(st.booleans())
    }


def _judgements(draw: st.DrawFn, document: Document, *, always: bool) -> dict[str, Any]:
    given = {}
    for section in document["sections"]:
        for item in section["items"]:
            asked = judgements(item["rule"])
            if asked and (always or draw(st.booleans())):
                points = draw(st.sampled_from(allowed(draw(st.sampled_from(asked)))))
                given[item["code"]] = {"points": written(points), "rationale": "按实际情况评定"}
    return given


def _overrides(draw: st.DrawFn, document: Document, request: dict[str, Any]) -> dict[str, Any]:
    """Some items have points set by a person: a share of theirs, or just what they come to, be it above or below."""
    given = (verified(request), judged_of(request), period_of(request), outside_of(request))
    computed = interpreted(document, *given).standings
    found = {}
    for code, item in items(document).items():
        if draw(st.booleans()):
            places = item.get("rounding", document["rounding"])["places"]
            shares = [rounded(exact(item["points"]) * Fraction(part, 4), places, "down") for part in (0, 1, 2, 4)]
            points = draw(st.sampled_from(shares + [each for each in [computed[code]] if isinstance(each, Fraction)]))
            found[code] = {"points": written(points), "reason": "专家组复核认定"}
    return found
