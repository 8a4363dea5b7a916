"""Hypothesis strategies for small tables, the folds over them, and the longest stay.

Every table is read by at most one measure unless it will always be given, so that a missing table can be filled in
through the value of that measure.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.reference.stock import CHOICES, Known, Stock

COLUMNS: dict[str, dict[str, Any]] = {
    "date": {"type": "date", "label": "日期"},
    "flag": {"type": "boolean", "label": "相关"},
    "size": {"type": "integer", "label": "数量", "max": 3},
    "mass": {"type": "integer", "label": "权数", "max": 2},
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
    columns = draw(st.sets(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=4))
    stock.fields[code] = {"type": "table", "label": "清单", "columns": {c: dict(COLUMNS[c]) for c in sorted(columns)}}
    for column in stock.fields[code]["columns"].values():
        if draw(st.integers(0, 3)) == 0:
            column["required"] = False
    for number in range(draw(st.integers(1, 2)) if always else 1):
        _fold(draw, stock, code, f"{code}_fold_{number}")


def _fold(draw: st.DrawFn, stock: Stock, table: str, code: str) -> None:
    columns = stock.fields[table]["columns"]
    folds = ["count", "count", *(["distinct"] if "kind" in columns or "date" in columns else [])]
    folds += ["sum", "sum", "average", "min", "max"] if {"size", "kind", "flag"} & set(columns) else []
    word = draw(st.sampled_from(folds))
    measure: dict[str, Any] = {"label": "计量", "unit": "项", word: table}
    if word == "distinct":
        measure |= {"value": "kind"} if "kind" in columns else _months(draw)
    elif word != "count":
        measure |= _value(draw, columns)
    if word != "distinct":
        measure |= _narrowed(draw, columns, word)
    if (word != "count" or "once_per" in measure) and draw(st.booleans()):
        measure["missing"] = draw(st.sampled_from(["skip", "unknown"]))
    if "date" in columns and draw(st.booleans()):
        measure["during"] = draw(st.sampled_from(["period", {"on": "date"}]))
    if "flag" in columns and draw(st.booleans()):
        measure["where"] = draw(st.sampled_from(["flag", {"not": "flag"}]))
    elif "kind" in columns and draw(st.booleans()):
        measure["where"] = draw(st.sampled_from([{"kind": {"is": "a"}}, {"kind": {"in": ["b", "c"]}}]))
    stock.measures[code] = measure
    plain = word in ("count", "distinct") or (measure["value"] == "size" and word != "average")
    signed = measure.get("value") == "gap"
    stock.facts.append(Known(code, "number", (0, 1, 2, 3), whole=plain, signed=signed))


def _months(draw: st.DrawFn) -> dict[str, Any]:
    span = draw(st.sampled_from(["month", "quarter", "half_year", "year"]))
    return {"value": "span", "columns": {"span": {"calendar": span, "of": "date"}}}


def _value(draw: st.DrawFn, columns: dict[str, Any]) -> dict[str, Any]:
    """A column, a number by what a column says, a share, or a column worked out of others."""
    values: list[dict[str, Any]] = []
    if "size" in columns:
        values += [{"value": "size"}] * 3
        values += [{"value": "capped", "columns": {"capped": {"lowest": ["size", 2]}}}]
        values += [{"value": "pairs", "columns": {"pairs": {"steps": "size", "every": 2, "step": "started"}}}]
    if {"size", "mass"} <= set(columns):
        values += [{"value": {"part": "size", "whole": "mass"}, "unit": draw(st.sampled_from(["%", "份"]))}]
        values += [{"value": "gap", "columns": {"gap": {"total": {"size": 1, "mass": -1}}}}]
    if "kind" in columns:
        by_kind: dict[str, Any] = {"by": "kind", "values": {"a": Decimal("1.5"), "b": 1}}
        values += [{"value": by_kind | draw(st.sampled_from([{}, {"otherwise": Decimal("0.4")}]))}]
    if "flag" in columns:
        values += [{"value": "worth", "columns": {"worth": {"cases": [{"when": "flag", "is": 2}, {"is": 1}]}}}]
        values += [{"value": {"by": "flag", "values": {"true": 2, "false": 1}}}]
    return dict(draw(st.sampled_from(values)))


def _which(draw: st.DrawFn, columns: dict[str, Any], word: str) -> dict[str, Any]:
    """Which rows of a group count, and how many."""
    ways: list[dict[str, Any]] = [{}, {}, {"per_group": 2}]
    ways += [{"prefer": {"most": "date"}}, {"prefer": {"least": "date"}}] if "date" in columns else []
    ways += [{"prefer": {"least": "size"}}] if "size" in columns else []
    ways += [{"at_least": 2}, {"at_least": 1}] if word == "count" else []
    return draw(st.sampled_from(ways))


def _narrowed(draw: st.DrawFn, columns: dict[str, Any], word: str) -> dict[str, Any]:
    """Once per something, weighted, only the best, without both ends; a trim stands without weights."""
    found: dict[str, Any] = {}
    groups = [column for column in ("kind", "flag", "date") if column in columns]
    if groups and draw(st.integers(0, 2)) == 0:
        found["once_per"] = draw(st.one_of(st.sampled_from(groups), st.permutations(groups).map(lambda one: one[:2])))
        found |= _which(draw, columns, word)
    if word == "count":
        return found
    if word in ("sum", "average") and "mass" in columns and draw(st.booleans()):
        found["weight"] = "mass"
    elif draw(st.integers(0, 2)) == 0:
        found["trim"] = draw(st.sampled_from([{"drop": 1, "when_more_than": 2}, {"drop": 1, "when_more_than": 3}]))
    if word == "sum" and "weight" not in found and groups and draw(st.integers(0, 3)) == 0:
        found["each_at_most"] = {"per": groups[0], "most": draw(st.sampled_from([1, 2, 3]))}
    if draw(st.integers(0, 3)) == 0:
        found["keep"] = draw(st.sampled_from([1, 2, 3]))
    return found
