"""Hypothesis strategies for whole small schemes, with requests to score."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from tests.reference.some_facts import stocks
from tests.reference.some_profiles import by_attribute, with_profile
from tests.reference.some_requests import HOLES, NO_HOLES, some_request
from tests.reference.some_rules import Place, rule
from tests.reference.some_sheets import limits, perhaps_apart, whole_sheet
from tests.reference.stock import Stock
from tests.reference.values import Document, exact, is_number, rounded, share, written

MODES = ["half_up", "half_up", "half_even", "down", "up"]


@dataclass(frozen=True)
class Scenario:
    """A document and several requests to score it."""

    document: Document
    requests: list[dict[str, Any]]


@st.composite
def scenarios(draw: st.DrawFn, holed: int = 3, whole: int = 7) -> Scenario:
    """A scheme and some requests, a few of them with holes."""
    document = draw(documents())
    requests = [draw(some_request(document, HOLES)) for _ in range(holed)]
    return Scenario(document, requests + [draw(some_request(document, NO_HOLES)) for _ in range(whole)])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """One to three sections of one to three items over a few shared facts; section points and base add up."""
    stock: Stock = draw(stocks())
    sections = [_section(draw, stock, number) for number in range(draw(st.integers(1, 3)))]
    rounding: dict[str, Any] = _rounding(draw)
    document = {
        "scheme": "small",
        "version": "1",
        "title": "小方案",
        "kind": "points",
        "subject": "alliance",
        "issuer": "甲市",
        "source": {"document": "甲市文件", "location": "附件"},
        "effective": {"start": "2020-01-01", "end": "2022-12-31"},
        "base": written(rounded(sum(map(_weighed, sections), Fraction(0)), 2, "down")),
        "rounding": rounding,
        "evidence": stock.fields,
        "measures": stock.measures,
        "sections": sections,
        "readings": [],
        "examples": [],
    }
    if stock.profile:
        document["profile"] = stock.profile
    if draw(st.integers(0, 2)) == 0:
        document |= whole_sheet(draw, stock, sections)
        if draw(st.integers(0, 3)) == 0:
            rounding["total"] = _rounding(draw)
    if draw(st.integers(0, 3)) == 0:
        _by_profile(draw, document)
    return document


def _weighed(section: dict[str, Any]) -> Fraction:
    return Fraction(0) if section["bonus"] else exact(section["points"]) * share(section.get("weight", 1))


def _rounding(draw: st.DrawFn) -> dict[str, Any]:
    return {"places": draw(st.sampled_from([0, 1, 2, 2, 4])), "mode": draw(st.sampled_from(MODES))}


def _by_profile(draw: st.DrawFn, document: Document) -> None:
    """Some numbers of rules, measures and sections depend on the unit."""
    document["measures"] = with_profile(draw, document["measures"])
    for section in document["sections"]:
        for word in ("most", "floor", "weight"):
            if is_number(section.get(word)) and draw(st.booleans()):
                section[word] = by_attribute(draw, section[word], section[word] + 1)
        for item in section["items"]:
            item["rule"] = with_profile(draw, item["rule"])


def _section(draw: st.DrawFn, stock: Stock, number: int) -> dict[str, Any]:
    items = [_item(draw, stock, f"item_{number}_{place}") for place in range(draw(st.integers(1, 3)))]
    return {
        "code": f"section_{number}",
        "title": "一节",
        "points": _sum(item["points"] for item in items),
        "bonus": number > 0 and draw(st.integers(0, 2)) == 0,
        "items": items,
        **perhaps_apart(draw, stock, 12),
        **limits(draw),
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
        **perhaps_apart(draw, stock, 7),
        **({"rounding": _rounding(draw)} if draw(st.integers(0, 7)) == 0 else {}),
    }


def _sum(numbers: Any) -> int | Decimal:
    total = sum(numbers)
    return int(total) if total == int(total) else total
