"""Hypothesis strategies for the profile, small fields and measures, and the catalogue of what rules may look at.

What is worked out reads integers, decimals, percentages and folds that others read too.
"""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from tests.reference.some_measures import add_measure
from tests.reference.some_tables import stay_table, table
from tests.reference.stock import CHOICES, Known, Stock


@st.composite
def stocks(draw: st.DrawFn) -> Stock:
    """A few fields, measures over them, and the facts that come from both."""
    stock = Stock()
    if draw(st.integers(0, 3)) == 0:
        _profile(draw, stock)
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
    for number in range(draw(st.integers(0, 3))):
        add_measure(draw, stock, f"worked_out_{number}")
    if not stock.of("number", "boolean", "choice", "choices", "date", "stay"):
        _boolean(draw, stock, "boolean_x")
    for one in stock.fields.values():
        if draw(st.integers(0, 4)) == 0:
            one["by"] = "evaluator"
    return stock


def _profile(draw: st.DrawFn, stock: Stock) -> None:
    """Attributes of the unit that rules may look at like evidence."""
    if draw(st.booleans()):
        stock.profile["level"] = {"type": "choice", "label": "级别", "choices": {"a": "一级", "b": "二级"}}
        stock.facts.append(Known("level", "choice", ("a", "b")))
    else:
        stock.profile["beds"] = {"type": "integer", "label": "核定床位", "unit": "张", "max": 9}
        stock.facts.append(Known("beds", "number", (0, 2, 4), whole=True))


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
