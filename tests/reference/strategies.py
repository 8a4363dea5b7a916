"""Hypothesis strategies for whole small schemes and for requests to score, with what is needed to complete them."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.reference.domains import domain
from tests.reference.judgements import judgements
from tests.reference.rules import allowed
from tests.reference.some_facts import stocks
from tests.reference.some_rules import Place, rule
from tests.reference.stock import CHOICES, Stock
from tests.reference.values import Document, exact

PERIOD = {"start": "2020-04-01", "end": "2021-03-31"}
DAYS = ["2020-03-01", "2020-03-31", "2020-04-01", "2020-04-30", "2020-10-01", "2021-03-31", "2021-04-01"]
MODES = ["half_up", "half_up", "half_even", "down", "up"]


@dataclass(frozen=True)
class Scenario:
    """A document and several requests to score it."""

    document: Document
    requests: list[dict[str, Any]]


@st.composite
def scenarios(draw: st.DrawFn, requests: int = 6) -> Scenario:
    """A scheme and some requests with holes in them."""
    document = draw(documents())
    return Scenario(document, [draw(some_request(document)) for _ in range(requests)])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """One to three sections of one to three items over a few shared facts; section points and base add up."""
    stock: Stock = draw(stocks())
    sections = [_section(draw, stock, number) for number in range(draw(st.integers(1, 3)))]
    return {
        "scheme": "small",
        "version": "1",
        "title": "小方案",
        "kind": "points",
        "subject": "alliance",
        "issuer": "甲市",
        "source": {"document": "甲市文件", "location": "附件"},
        "effective": {"start": "2020-01-01", "end": "2022-12-31"},
        "base": _sum(section["points"] for section in sections if not section["bonus"]),
        "rounding": {"places": draw(st.sampled_from([0, 1, 2, 2, 4])), "mode": draw(st.sampled_from(MODES))},
        "evidence": stock.fields,
        "measures": stock.measures,
        "sections": sections,
        "readings": [],
        "examples": [],
    }


def _section(draw: st.DrawFn, stock: Stock, number: int) -> dict[str, Any]:
    items = [_item(draw, stock, f"item_{number}_{place}") for place in range(draw(st.integers(1, 3)))]
    return {
        "code": f"section_{number}",
        "title": "一节",
        "points": _sum(item["points"] for item in items),
        "bonus": number > 0 and draw(st.integers(0, 2)) == 0,
        "items": items,
    }


def _item(draw: st.DrawFn, stock: Stock, code: str) -> dict[str, Any]:
    return {
        "code": code,
        "number": draw(st.sampled_from([None, "1", "7"])),
        "indicator": "指标",
        "title": "项目",
        "points": draw(st.sampled_from([0, 1, 2, 4, 5, Decimal("2.5")])),
        "criteria": "得分以此为准",
        "rule": rule(draw, Place(stock)),
    }


def _sum(numbers: Any) -> int | Decimal:
    total = sum(numbers)
    return int(total) if total == int(total) else total


@st.composite
def some_request(draw: st.DrawFn, document: Document, most_ways: int = 110) -> dict[str, Any]:
    """Evidence with missing fields, as many as can still be completed in every way; judgements sometimes missing."""
    given = {}
    ways = 1
    for code, field in document["evidence"].items():
        ways_with_this = ways * _ways(document, code)
        if ways_with_this <= most_ways and _may_miss(document, code) and draw(st.integers(0, 2)) == 0:
            ways = ways_with_this
        else:
            given[code] = _value(draw, field)
    evidence, findings = _stated_and_found(draw, document, given)
    return {
        "period": PERIOD,
        "evidence": evidence,
        "findings": findings,
        "judgements": _judgements(draw, document),
    }


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
    folds = [name for name, measure in document["measures"].items() if code in measure.values()]
    return max((len(domain(document, {}, fold).values) for fold in folds), default=1)


def _may_miss(document: Document, code: str) -> bool:
    """A table that two measures read is always given: its completions would not be values of one measure."""
    return sum(code in measure.values() for measure in document["measures"].values()) < 2


def _value(draw: st.DrawFn, field: dict[str, Any]) -> Any:
    kind = field["type"]
    if kind == "table":
        return [_row(draw, field["columns"]) for _ in range(draw(st.integers(0, 4)))]
    if kind == "choice" and field.get("multiple"):
        return draw(st.lists(st.sampled_from(sorted(CHOICES)), unique=True, max_size=3))
    plain = {
        "boolean": [True, False],
        "choice": sorted(CHOICES),
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


def _judgements(draw: st.DrawFn, document: Document) -> dict[str, Any]:
    given = {}
    for section in document["sections"]:
        for item in section["items"]:
            asked = judgements(item["rule"])
            if asked and draw(st.booleans()):
                points = draw(st.sampled_from(allowed(draw(st.sampled_from(asked)))))
                given[item["code"]] = {"points": _plain(points), "rationale": "按实际情况评定"}
    return given


def _plain(number: Any) -> int | Decimal:
    fraction = exact(number)
    whole = fraction.denominator == 1
    return fraction.numerator if whole else Decimal(fraction.numerator) / Decimal(fraction.denominator)
