"""Hypothesis strategies for small fields and measures, and the catalogue of what rules may look at.

Every table is read by at most one fold unless its evidence is always given (`always`), so that a missing table can be
filled in through the value of that fold. Ratios and totals read integers, decimals and folds that others read too.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.reference.values import is_number

CHOICES = {"a": "甲", "b": "乙", "c": "丙"}
PLACES = [Decimal("0.5"), Decimal("0.25"), Decimal("1.2"), Decimal("33.3"), Decimal("79.996")]
COLUMNS: dict[str, dict[str, Any]] = {
    "date": {"type": "date", "label": "日期"},
    "flag": {"type": "boolean", "label": "相关"},
    "size": {"type": "integer", "label": "数量", "max": 3},
    "kind": {"type": "choice", "label": "类别", "choices": CHOICES},
}


@dataclass(frozen=True)
class Known:
    """A fact as the rule strategies see it: its kind, and constants worth comparing it with."""

    code: str
    kind: str
    marks: tuple[Any, ...] = ()
    whole: bool = False
    signed: bool = False

    @property
    def wide(self) -> bool:
        """Whether it is of the size of percentages."""
        return any(is_number(mark) and mark > 10 for mark in self.marks)


@dataclass
class Stock:
    """Fields and measures of one document, and the facts they make."""

    fields: dict[str, Any] = field(default_factory=dict)
    measures: dict[str, Any] = field(default_factory=dict)
    facts: list[Known] = field(default_factory=list)

    def of(self, *kinds: str) -> list[Known]:
        """The facts of these kinds."""
        return [fact for fact in self.facts if fact.kind in kinds]


@st.composite
def stocks(draw: st.DrawFn) -> Stock:
    """A few fields, measures over them, and the facts that come from both."""
    stock = Stock()
    kinds = [
        "boolean",
        "boolean",
        "integer",
        "integer",
        "choice",
        "percent",
        "decimal",
        "choices",
        "table",
        "unlimited",
    ]
    for number, kind in enumerate(draw(st.lists(st.sampled_from(kinds), min_size=2, max_size=6))):
        _MAKERS[kind](draw, stock, f"{kind}_{number}")
    for number in range(draw(st.integers(0, 2))):
        _add_total_or_ratio(draw, stock, f"worked_out_{number}")
    if not stock.of("number", "boolean", "choice"):
        _boolean(draw, stock, "boolean_x")
    for one in stock.fields.values():
        if draw(st.integers(0, 4)) == 0:
            one["by"] = "evaluator"
    return stock


def _boolean(_: st.DrawFn, stock: Stock, code: str) -> None:
    stock.fields[code] = {"type": "boolean", "label": "已办理"}
    stock.facts.append(Known(code, "boolean"))


def _integer(draw: st.DrawFn, stock: Stock, code: str) -> None:
    low, high = draw(st.sampled_from([(0, 1), (0, 2), (0, 4), (1, 3), (-2, 2)]))
    stock.fields[code] = {"type": "integer", "label": "次数", "unit": "次", "min": low, "max": high}
    stock.facts.append(Known(code, "number", tuple(range(low, high + 1)), whole=True, signed=low < 0))


def _unlimited(_: st.DrawFn, stock: Stock, code: str) -> None:
    stock.fields[code] = {"type": "integer", "label": "件数", "unit": "件"}
    stock.facts.append(Known(code, "number", (0, 1, 2, 3, 5), whole=True))


def _choice(_: st.DrawFn, stock: Stock, code: str) -> None:
    stock.fields[code] = {"type": "choice", "label": "情况", "choices": CHOICES}
    stock.facts.append(Known(code, "choice", tuple(CHOICES)))


def _choices(_: st.DrawFn, stock: Stock, code: str) -> None:
    stock.fields[code] = {"type": "choice", "label": "做法", "choices": CHOICES, "multiple": True}
    stock.facts.append(Known(code, "choices", tuple(CHOICES)))


def _percent(_: st.DrawFn, stock: Stock, code: str) -> None:
    stock.fields[code] = {"type": "percent", "label": "比例", "unit": "%"}
    stock.facts.append(Known(code, "number", (0, 50, 80, Decimal("79.996"), 95, 100)))


def _decimal(draw: st.DrawFn, stock: Stock, code: str) -> None:
    low, high = draw(st.sampled_from([(0, 2), (Decimal("0.5"), Decimal("2.5")), (-1, 1)]))
    stock.fields[code] = {"type": "decimal", "label": "数额", "unit": "万元", "min": low, "max": high}
    stock.facts.append(Known(code, "number", (low, high, Decimal("0.5"), 1), signed=low < 0))


def _table(draw: st.DrawFn, stock: Stock, code: str) -> None:
    """A table, with one fold over it, or with several when it will always be given."""
    always = draw(st.booleans())
    columns = draw(st.sets(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=3))
    stock.fields[code] = {"type": "table", "label": "清单", "columns": {c: dict(COLUMNS[c]) for c in sorted(columns)}}
    for column in stock.fields[code]["columns"].values():
        if draw(st.integers(0, 3)) == 0:
            column["required"] = False
    for number in range(draw(st.integers(1, 2)) if always else 1):
        _fold(draw, stock, code, f"{code}_fold_{number}")


def _fold(draw: st.DrawFn, stock: Stock, table: str, code: str) -> None:
    columns = stock.fields[table]["columns"]
    folds = ["count", "count", *(["distinct"] if "kind" in columns else [])]
    folds += ["sum", "average", "min", "max"] if "size" in columns else []
    word = draw(st.sampled_from(folds))
    measure: dict[str, Any] = {"label": "计量", "unit": "项", word: table}
    if word != "count":
        measure["value"] = "kind" if word == "distinct" else "size"
        if draw(st.booleans()):
            measure["missing"] = draw(st.sampled_from(["skip", "unknown"]))
    if "date" in columns and draw(st.booleans()):
        measure["during"] = "period"
    if "flag" in columns and draw(st.booleans()):
        measure["where"] = draw(st.sampled_from(["flag", {"not": "flag"}]))
    elif "kind" in columns and draw(st.booleans()):
        measure["where"] = draw(st.sampled_from([{"kind": {"is": "a"}}, {"kind": {"in": ["b", "c"]}}]))
    stock.measures[code] = measure
    stock.facts.append(Known(code, "number", (0, 1, 2, 3), whole=word != "average"))


def _add_total_or_ratio(draw: st.DrawFn, stock: Stock, code: str) -> None:
    numbers = stock.of("number")
    wholes = [fact.code for fact in numbers if not fact.signed]
    if wholes and draw(st.booleans()):
        _ratio(draw, stock, code, wholes)
    elif numbers:
        _total(draw, stock, code)


def _total(draw: st.DrawFn, stock: Stock, code: str) -> None:
    """Of small numbers, or of percentages, so that what tips a mark stays near."""
    first = draw(st.sampled_from(stock.of("number")))
    alike = [fact for fact in stock.of("number") if fact.wide == first.wide]
    parts = draw(st.lists(st.sampled_from(alike), min_size=1, max_size=3, unique=True))
    total = {part.code: draw(st.sampled_from([1, 1, -1, 2, Decimal("0.5")])) for part in parts}
    stock.measures[code] = {"label": "合计", "unit": "次", "total": total}
    if draw(st.booleans()):
        stock.measures[code]["plus"] = draw(st.sampled_from([1, 3, Decimal("0.5")]))
    signed = -1 in total.values() or any(part.signed for part in parts)
    marks = (0, 20, 80, 150) if first.wide else (-1, 0, 1, 2, 4)
    stock.facts.append(Known(code, "number", marks, signed=signed))


def _ratio(draw: st.DrawFn, stock: Stock, code: str, wholes: list[str]) -> None:
    """Its whole is never below 0, as the format page takes for granted."""
    part, whole = draw(st.sampled_from(stock.of("number"))), draw(st.sampled_from(wholes))
    unit = draw(st.sampled_from(["%", "倍"]))
    stock.measures[code] = {"label": "完成率", "unit": unit, "ratio": {"part": part.code, "whole": whole}}
    marks = (0, 25, 50, Decimal("66.67"), 100) if unit == "%" else (0, Decimal("0.5"), 1, 2)
    stock.facts.append(Known(code, "number", marks, signed=part.signed))


_MAKERS = {
    "boolean": _boolean,
    "integer": _integer,
    "unlimited": _unlimited,
    "choice": _choice,
    "choices": _choices,
    "percent": _percent,
    "decimal": _decimal,
    "table": _table,
}
