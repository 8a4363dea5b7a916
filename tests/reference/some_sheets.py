"""Hypothesis strategies for what stands around the rules: policies, sections, sheet facts, vetoes, grades."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.reference.some_conditions import condition
from tests.reference.stock import Known, Stock

POLICIES = ["full", "zero", "peers_average", 1, *({"leave_out": word} for word in ("total", "rescale", "section"))]
LABELS = ["优", "良", "差"]


def perhaps_apart(draw: st.DrawFn, stock: Stock, often: int) -> dict[str, Any]:
    """Once in so often a condition under which a part applies, and what becomes of it elsewhere."""
    if draw(st.integers(0, often)):
        return {}
    return {"applies_when": condition(draw, stock, 1), "otherwise": draw(st.sampled_from(POLICIES))}


def limits(draw: st.DrawFn) -> dict[str, Any]:
    """Sometimes a weight, a most and a floor of a section."""
    found: dict[str, Any] = {}
    if draw(st.integers(0, 4)) == 0:
        found["weight"] = draw(st.sampled_from([2, Decimal("0.5"), Decimal("0.35"), {"part": 2, "whole": 3}]))
    if draw(st.integers(0, 5)) == 0:
        found["most"] = draw(st.sampled_from([3, 5, Decimal("4.5")]))
    if draw(st.integers(0, 5)) == 0:
        found["floor"] = draw(st.sampled_from([0, 1, 2]))
    return found


def whole_sheet(draw: st.DrawFn, stock: Stock, sections: list[dict[str, Any]]) -> dict[str, Any]:
    """Sheet facts, vetoes and a grade; a bonus section may count only above a base score."""
    found: dict[str, Any] = {}
    facts = Stock(facts=[*stock.facts[:3], Known("total", "number", (3, 5, 8)), Known("base", "number", (2, 4, 6))])
    if draw(st.booleans()):
        found["sheet_facts"] = _sheet_facts(draw, sections)
        for code in found["sheet_facts"]:
            facts.facts += [Known(code, "number", (0, 2, 50) if "rate" in code else (0, 1, 3, 5))] * 2
    if draw(st.booleans()):
        found["vetoes"] = [_veto(draw, facts, sections) for _ in range(draw(st.integers(1, 2)))]
    if draw(st.booleans()) or "vetoes" in found:
        found["grade"] = {"levels": _levels(draw, facts)}
    for section in sections:
        if section["bonus"] and draw(st.integers(0, 2)) == 0:
            mark = draw(st.sampled_from([0, 2, 4]))
            section["counts_when"] = {"base": {draw(st.sampled_from(["at_least", "more_than"])): mark}}
    if draw(st.integers(0, 3)) == 0:
        found["total"] = draw(st.sampled_from([{"most": 6}, {"floor": 0}, {"most": 5, "floor": 1}]))
    if draw(st.integers(0, 9)) == 0:
        found["sections_left"] = draw(st.integers(1, len(sections)))
    return found


def _codes(draw: st.DrawFn, sections: list[dict[str, Any]]) -> list[str]:
    """Items, and sections; nothing twice."""
    codes = [section["code"] for section in sections]
    codes += [item["code"] for item in _items(sections)]
    return draw(st.lists(st.sampled_from(codes), min_size=1, max_size=2, unique=True))


def _items(sections: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for section in sections for item in section["items"]]


def _all_have_points(sections: list[dict[str, Any]], codes: list[str]) -> bool:
    """Whether a rate can always be said."""
    return all(part["points"] > 0 for part in (*sections, *_items(sections)) if part["code"] in codes)


def _sheet_facts(draw: st.DrawFn, sections: list[dict[str, Any]]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for number in range(draw(st.integers(1, 2))):
        codes = _codes(draw, sections)
        rated = not any("otherwise" in part for part in (*sections, *_items(sections)))
        word = draw(
            st.sampled_from(["score", "lost", *(["rate"] if rated and _all_have_points(sections, codes) else [])])
        )
        word = draw(st.sampled_from([word, word, "points"]))
        facts[f"{word}_of_{number}"] = {"label": "得分情况", "unit": "分", word: codes}
    more = draw(st.sampled_from(["", "lowest", "highest", "total", "peers", "steps", "previous"]))
    if more in ("lowest", "highest"):
        facts["end_of_all"] = {"label": "取值", "unit": "分", more: [*facts, "base"]}
    elif more == "total":
        weights = {code: draw(st.sampled_from([1, -1, Decimal("0.5")])) for code in [*facts, "total"]}
        facts["sum_of_all"] = {"label": "合计", "unit": "分", "total": weights}
    elif more == "steps":
        facts["steps_of_all"] = {"label": "档", "unit": "档", "steps": "total", "every": 2, "step": "started"}
    elif more == "previous":
        facts["before"] = {"label": "上年总分", "unit": "分", "previous": "total", "otherwise": 3}
    elif more == "peers":
        of = draw(st.sampled_from(["base", "total"]))
        facts["place"] = {"label": "名次", "unit": "名", "peers": of, "as": "rank", "better": "more"}
    return facts


def _veto(draw: st.DrawFn, facts: Stock, sections: list[dict[str, Any]]) -> dict[str, Any]:
    effects = [_effect(draw, sections) for _ in range(draw(st.sampled_from([1, 1, 2])))]
    return {"when": condition(draw, facts, 1), "effect": effects[0] if len(effects) == 1 else effects}


def _effect(draw: st.DrawFn, sections: list[dict[str, Any]]) -> dict[str, Any]:
    word = draw(
        st.sampled_from(["score", "score", "times", "total", "total_times", "grade", "grade_at_most", "grade_by"])
    )
    if word == "times":
        return {"score": _codes(draw, sections), "times": draw(st.sampled_from([0, Decimal("0.5"), Decimal("0.8")]))}
    if word == "total_times":
        return {word: Decimal("0.7")}
    if word == "grade_by":
        return {word: draw(st.sampled_from([-1, -1, -2, 1]))}
    if word == "score":
        return {"score": _codes(draw, sections), "is": draw(st.sampled_from([0, 0, 1, Decimal("1.5")]))}
    return {word: draw(st.sampled_from([0, 3, 5] if word == "total" else LABELS))}


def _levels(draw: st.DrawFn, facts: Stock) -> list[dict[str, Any]]:
    """The last label may leave a gap."""
    last = {"label": LABELS[2]} | ({"when": condition(draw, facts, 1)} if draw(st.integers(0, 3)) == 0 else {})
    return [*({"when": condition(draw, facts, 1), "label": label} for label in LABELS[:2]), last]
