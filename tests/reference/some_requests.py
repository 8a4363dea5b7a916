"""Hypothesis strategies for requests to score, with as many holes as can still be completed in every way."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import prod
from typing import Any

from hypothesis import strategies as st

from tests.reference.domains import domain
from tests.reference.judgements import judgements
from tests.reference.limits import limits as fact_limits
from tests.reference.measures import FOLDS
from tests.reference.profile import resolved
from tests.reference.rules import allowed
from tests.reference.some_profiles import SUBJECTS
from tests.reference.stock import CHOICES
from tests.reference.values import Document, written

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
    for_unit, _ = resolved(document, subject)
    ways = _Ways(most_ways)
    request |= _outside(draw, for_unit, ways)
    given = {}
    for code, field in for_unit["evidence"].items():
        if not (_may_miss(for_unit, code) and ways.spend(draw, lambda code=code: _ways(for_unit, code))):
            given[code] = _value(draw, field)
    request["evidence"], request["findings"] = _stated_and_found(draw, for_unit, given)
    return request | {"judgements": _judgements(draw, for_unit, always=most_ways == 1)}


@dataclass
class _Ways:
    """How many ways of completing a request are left."""

    left: int

    def spend(self, draw: st.DrawFn, cost: Callable[[], int]) -> bool:
        """Once in three times leave something out, if that can be afforded."""
        if self.left == 1 or draw(st.integers(0, 2)):
            return False
        ways = cost()
        if ways > self.left:
            return False
        self.left //= max(ways, 1)
        return True


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


def _outside(draw: st.DrawFn, document: Document, ways: _Ways) -> dict[str, Any]:
    """What other rounds and other units bring, or nothing yet."""
    measures = document["measures"]
    found: dict[str, Any] = {}
    before = {code: measure["previous"] for code, measure in measures.items() if "previous" in measure}
    of_before = [fact["previous"] for fact in document.get("sheet_facts", {}).values() if "previous" in fact]
    if before and not ways.spend(draw, lambda: _product(len(domain(document, {}, code).values) for code in before)):
        found["previous"] = _previous(draw, document, before, may_lack=ways.left > 1)
    if of_before and ("previous" in found or not before):
        found["previous"] = found.get("previous", {}) | {code: draw(st.integers(0, 9)) for code in of_before}
    among = {code: measure["peers"] for code, measure in measures.items() if "peers" in measure}
    of_sheet = {fact["peers"] for fact in document.get("sheet_facts", {}).values() if "peers" in fact}
    peers: dict[str, Any] = {}
    if among and not ways.spend(draw, lambda: _product(len(domain(document, {}, code).values) for code in among)):
        peers = {code: _numbers(draw, document, code) for code in sorted(set(among.values()))}
    peers |= {code: draw(st.lists(st.integers(0, 9), min_size=1, max_size=3)) for code in sorted(of_sheet)}
    averaged = [code for code, policy in policies(document) if policy == "peers_average"]
    if averaged and (ways.left == 1 or draw(st.booleans())):
        marks = st.sampled_from([0, 1, 2, Decimal("2.5")])
        peers["scores"] = {code: draw(st.lists(marks, min_size=1, max_size=3)) for code in averaged}
    return found | ({"peers": peers} if peers else {})


def policies(document: Document) -> list[tuple[str, Any]]:
    """Every item with each policy that it may fall under."""
    return [
        (item["code"], part["otherwise"])
        for section in document["sections"]
        for item in section["items"]
        for part in (section, item)
        if "otherwise" in part
    ]


def _product(numbers: Iterable[int]) -> int:
    return prod(numbers)


def _previous(draw: st.DrawFn, document: Document, before: dict[str, str], *, may_lack: bool) -> dict[str, Any]:
    """Numbers of the round before; where `otherwise` says what that means, or where it may be unknown, some lack."""
    found: dict[str, Any] = {}
    for measure, code in before.items():
        lacks = (may_lack or "otherwise" in document["measures"][measure]) and draw(st.integers(0, 3)) == 0
        if not lacks:
            found[code] = _numbers(draw, document, code)[0]
        elif draw(st.booleans()):
            found.setdefault(code, None)
    return found


def _numbers(draw: st.DrawFn, document: Document, code: str) -> list[Any]:
    """Numbers within the limits of a fact."""
    low, high = fact_limits(document, code)
    inside = [number for number in (-1, 0, 1, 2, 3, 5, 50, 80, 100) if _within(number, low, high)]
    return draw(st.lists(st.sampled_from(inside or [written(low or high or Fraction(0))]), min_size=1, max_size=4))


def _within(number: int, low: Fraction | None, high: Fraction | None) -> bool:
    return (low is None or low <= number) and (high is None or number <= high)


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
