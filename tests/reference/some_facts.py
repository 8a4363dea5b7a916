"""Hypothesis strategies for small fields and measures, and the catalogue of what rules may look at.

Ratios and totals read integers, decimals, percentages and folds that others read too.
"""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from tests.reference.some_tables import stay_table, table
from tests.reference.stock import CHOICES, Known, Stock


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
        "table",
        "stays",
        "date",
        "unlimited",
    ]
    for number, kind in enumerate(draw(st.lists(st.sampled_from(kinds), min_size=2, max_size=6))):
        _MAKERS[kind](draw, stock, f"{kind}_{number}")
    for number in range(draw(st.integers(0, 2))):
        _add_total_or_ratio(draw, stock, f"worked_out_{number}")
    if not stock.of("number", "boolean", "choice", "choices", "date", "stay"):
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


def _date(_: st.DrawFn, stock: Stock, code: str) -> None:
    stock.fields[code] = {"type": "date", "label": "签订日期"}
    stock.facts.append(Known(code, "date", ("2020-04-01", "2020-10-01")))


def _percent(_: st.DrawFn, stock: Stock, code: str) -> None:
    stock.fields[code] = {"type": "percent", "label": "比例", "unit": "%"}
    stock.facts.append(Known(code, "number", (0, 50, 80, Decimal("79.996"), 95, 100)))


def _decimal(draw: st.DrawFn, stock: Stock, code: str) -> None:
    low, high = draw(st.sampled_from([(0, 2), (Decimal("0.5"), Decimal("2.5")), (-1, 1)]))
    stock.fields[code] = {"type": "decimal", "label": "数额", "unit": "万元", "min": low, "max": high}
    stock.facts.append(Known(code, "number", (low, high, Decimal("0.5"), 1), signed=low < 0))


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
    "table": table,
    "stays": stay_table,
    "date": _date,
}
