"""Hypothesis strategies for small tables, the folds over them, and the longest stay.

Every table is read by at most one measure unless it will always be given, so that a missing table can be filled in
through the value of that measure.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.reference.stock import CHOICES, Known, Stock

COLUMNS: dict[str, dict[str, Any]] = {
    "date": {"type": "date", "label": "日期"},
    "flag": {"type": "boolean", "label": "相关"},
    "size": {"type": "integer", "label": "数量", "max": 3},
    "kind": {"type": "choice", "label": "类别", "choices": CHOICES},
}
STAY_COLUMNS: dict[str, dict[str, Any]] = {
    "start_date": {"type": "date", "label": "开始日期"},
    "end_date": {"type": "date", "label": "结束日期"},
    "kind": {"type": "choice", "label": "人员", "choices": CHOICES},
}
STAYS = ({"months": 1, "days": 0}, {"months": 2, "days": 0}, {"months": 5, "days": 29})


def stay_table(draw: st.DrawFn, stock: Stock, code: str) -> None:
    """A table of stays, with the longest stay of one person, or a count of the stays in the period."""
    stock.fields[code] = {"type": "table", "label": "名单", "columns": {c: dict(STAY_COLUMNS[c]) for c in STAY_COLUMNS}}
    during = draw(st.sampled_from([{}, {"during": "period"}]))
    measure = f"{code}_stay"
    if draw(st.integers(0, 2)):
        stay = {"longest_stay": code, "person": ["kind"], "start": "start_date", "end": "end_date"}
        stock.measures[measure] = {"label": "最长时间"} | stay | during
        stock.facts.append(Known(measure, "stay", STAYS))
    else:
        stock.measures[measure] = {"label": "人次", "unit": "人次", "count": code} | during
        stock.facts.append(Known(measure, "number", (0, 1, 2, 3), whole=True))


def table(draw: st.DrawFn, stock: Stock, code: str) -> None:
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
