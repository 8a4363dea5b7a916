"""Hypothesis strategies for measures over other facts: totals, quotients, ends, steps, days, other rounds and units."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.reference.some_conditions import condition
from tests.reference.stock import Known, Stock


def add_measure(draw: st.DrawFn, stock: Stock, code: str) -> None:
    """One measure over facts that are there already."""
    makers = [_total, _total, _ratio, _ratio, _extreme, _extreme, _steps, _cases, _previous, _peers, _peers]
    if stock.of("date"):
        makers.append(_days)
    if stock.of("choices"):
        makers.append(_ticked)
    maker = draw(st.sampled_from(makers))
    if stock.of("number") or maker in (_days, _ticked):
        maker(draw, stock, code)


def _one(draw: st.DrawFn, stock: Stock, kind: str = "number") -> Known:
    return draw(st.sampled_from(stock.of(kind)))


def _total(draw: st.DrawFn, stock: Stock, code: str) -> None:
    """Of small numbers, or of percentages, so that what tips a mark stays near."""
    first = _one(draw, stock)
    alike = [fact for fact in stock.of("number") if fact.wide == first.wide]
    parts = draw(st.lists(st.sampled_from(alike), min_size=1, max_size=3, unique=True))
    total = {part.code: draw(st.sampled_from([1, 1, -1, 2, Decimal("0.5")])) for part in parts}
    stock.measures[code] = {"label": "合计", "unit": "次", "total": total}
    if draw(st.booleans()):
        stock.measures[code]["plus"] = draw(st.sampled_from([1, 3, Decimal("0.5")]))
    signed = -1 in total.values() or any(part.signed for part in parts)
    marks = (0, 20, 80, 150) if first.wide else (-1, 0, 1, 2, 4)
    stock.facts.append(Known(code, "number", marks, signed=signed))


def _ratio(draw: st.DrawFn, stock: Stock, code: str) -> None:
    """Its whole is never below 0, as the format page takes for granted."""
    wholes = [fact.code for fact in stock.of("number") if not fact.signed]
    if not wholes:
        return
    part, whole = _one(draw, stock), draw(st.sampled_from(wholes))
    unit = draw(st.sampled_from(["%", "倍", "‰"]))
    stock.measures[code] = {"label": "完成率", "unit": unit, "ratio": {"part": part.code, "whole": whole}}
    if draw(st.integers(0, 2)) == 0:
        stock.measures[code]["otherwise"] = draw(st.sampled_from([0, 1, 100]))
    marks = {"%": (0, 25, 50, Decimal("66.67"), 100), "倍": (0, Decimal("0.5"), 1, 2), "‰": (0, 250, 500, 1000)}
    stock.facts.append(Known(code, "number", marks[unit], signed=part.signed))


def _extreme(draw: st.DrawFn, stock: Stock, code: str) -> None:
    """Of two or three facts, or of a fact and a number; sometimes an unknown part does not matter."""
    word = draw(st.sampled_from(["lowest", "highest"]))
    written = _written(stock)
    if not written:
        return
    parts = draw(st.lists(st.sampled_from(written), min_size=1, max_size=2, unique=True))
    among: list[Any] = [part.code for part in parts]
    if len(parts) == 1 or draw(st.integers(0, 2)) == 0:
        among.append(draw(st.sampled_from([0, 1, 2, 100])))
    stock.measures[code] = {"label": "取值", "unit": "次", word: among}
    signed = any(part.signed for part in parts)
    stock.facts.append(Known(code, "number", parts[0].marks, whole=False, signed=signed))


def _steps(draw: st.DrawFn, stock: Stock, code: str) -> None:
    fact = _one(draw, stock)
    every = draw(st.sampled_from([10, 25, 50] if fact.wide else [1, 2, 3, Decimal("0.5")]))
    step = draw(st.sampled_from(["completed", "started"]))
    stock.measures[code] = {"label": "组数", "unit": "组", "steps": fact.code, "every": every, "step": step}
    stock.facts.append(Known(code, "number", (0, 1, 2, 3), whole=True, signed=fact.signed))


def _cases(draw: st.DrawFn, stock: Stock, code: str) -> None:
    """Numbers by case; the last one stands for the rest."""
    cases: list[dict[str, Any]] = [
        {"when": condition(draw, stock, 1), "is": draw(st.sampled_from([0, 1, 2, 3]))}
        for _ in range(draw(st.integers(1, 2)))
    ]
    stock.measures[code] = {"label": "档位", "unit": "档", "cases": [*cases, {"is": draw(st.sampled_from([0, 1, 2]))}]}
    stock.facts.append(Known(code, "number", (0, 1, 2, 3), whole=False))


def _days(draw: st.DrawFn, stock: Stock, code: str) -> None:
    dates = [fact.code for fact in stock.of("date")]
    ends = [draw(st.sampled_from([*dates, "2020-04-01", "period_start", "period_end"])), draw(st.sampled_from(dates))]
    first, last = ends if draw(st.booleans()) else ends[::-1]
    measure: dict[str, Any] = {"label": "天数", "unit": "天", "days": {"from": first, "to": last}}
    if draw(st.integers(0, 2)) == 0:
        measure["during"] = "period"
    elif draw(st.integers(0, 1)) == 0 and first != last:
        measure = {"label": "月数", "unit": "月", "months": measure["days"], "step": "completed"}
    stock.measures[code] = measure
    stock.facts.append(Known(code, "number", (-1, 0, 1, 183), whole=True, signed=True))


def _ticked(draw: st.DrawFn, stock: Stock, code: str) -> None:
    stock.measures[code] = {"label": "项数", "unit": "项", "count": _one(draw, stock, "choices").code}
    stock.facts.append(Known(code, "number", (0, 1, 2, 3), whole=True))


def _written(stock: Stock) -> list[Known]:
    """Numbers whose limits are written out."""
    counted = {code for code, measure in stock.measures.items() if "count" in measure and "once_per" not in measure}
    return [fact for fact in stock.of("number") if fact.code in stock.fields or fact.code in counted]


def _limited(draw: st.DrawFn, stock: Stock) -> Known | None:
    """One of them: what other rounds and units bring has to keep its limits."""
    written = _written(stock)
    return draw(st.sampled_from(written)) if written else None


def _previous(draw: st.DrawFn, stock: Stock, code: str) -> None:
    fact = _limited(draw, stock)
    if fact is None:
        return
    stock.measures[code] = {"label": "上年数", "unit": "次", "previous": fact.code}
    if draw(st.booleans()):
        stock.measures[code]["otherwise"] = draw(st.sampled_from([0, 1, 2]))
    stock.facts.append(Known(code, "number", fact.marks, whole=False, signed=fact.signed))


def _peers(draw: st.DrawFn, stock: Stock, code: str) -> None:
    fact = _limited(draw, stock)
    if fact is None:
        return
    kind = draw(st.sampled_from(["rank", "rank", "best", "average", "total", "percentile", "percentile", "units"]))
    measure: dict[str, Any] = {"label": "同批情况", "unit": "名", "peers": fact.code, "as": kind}
    if kind not in ("average", "total", "units"):
        measure["better"] = draw(st.sampled_from(["more", "less"]))
    if kind == "average" and draw(st.booleans()):
        measure["trim"] = {"drop": 1, "when_more_than": 2}
    if kind == "percentile" and draw(st.booleans()):
        measure["of"] = draw(st.sampled_from([0, 25, 50, 75, 100]))
    stock.measures[code] = measure
    own = kind in ("best", "average", "total") or "of" in measure
    marks = fact.marks if own else (1, 2, 3) if kind in ("rank", "units") else (20, 50, 100)
    whole = kind in ("rank", "units")
    stock.facts.append(Known(code, "number", marks, whole=whole, signed=own and fact.signed))
