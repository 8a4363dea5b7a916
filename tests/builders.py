"""Small scheme documents, requests and what comes of them, for the tests of the engine; right unless changed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from app.scoring.engine import prepare, read_inputs, score
from app.scoring.problems import Problems
from app.scoring.program import Program
from app.scoring.wording import Fact

PERIOD = {"start": "2020-04-01", "end": "2021-03-31"}
Said = tuple[str, str, str]


def cases(table: Iterable[Any]) -> list[Any]:
    """Parameters for a table whose rows begin with their name."""
    return [pytest.param(*rest, id=name) for name, *rest in table]


# --- fields ------------------------------------------------------------------------------------------------------


def boolean(**changes: Any) -> dict[str, Any]:
    return {"type": "boolean", "label": "已签订协议", **changes}


def integer(**changes: Any) -> dict[str, Any]:
    return {"type": "integer", "label": "次数", "unit": "次", **changes}


def decimal(**changes: Any) -> dict[str, Any]:
    return {"type": "decimal", "label": "金额", "unit": "万元", **changes}


def percent(**changes: Any) -> dict[str, Any]:
    return {"type": "percent", "label": "比例", **changes}


def choice(**changes: Any) -> dict[str, Any]:
    return {
        "type": "choice",
        "label": "状态",
        "choices": {"done": "已完成", "begun": "已开展", "none": "未开展"},
        **changes,
    }


def ticks(**changes: Any) -> dict[str, Any]:
    return choice(label="已做事项", multiple=True, **changes)


def day(**changes: Any) -> dict[str, Any]:
    return {"type": "date", "label": "日期", **changes}


def text(**changes: Any) -> dict[str, Any]:
    return {"type": "text", "label": "名称", **changes}


def table(*, label: str = "清单", columns: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {"type": "table", "label": label, "columns": columns or {"name": text(), "date": day()}, **changes}


STAYS = {"name": text(label="姓名"), "start_date": day(label="开始日期"), "end_date": day(label="结束日期")}

# --- the document ------------------------------------------------------------------------------------------------


def an_item(rule: Any = 5, **changes: Any) -> dict[str, Any]:
    row = {"code": "item", "indicator": "指标", "title": "项目", "points": 5, "criteria": "做到得5分，否则不得分"}
    return {**row, "rule": rule, **changes}


def a_section(*items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    rows = list(items) or [an_item()]
    points = _sum(row["points"] for row in rows)
    return {"code": "section", "title": "一节", "points": points, "items": rows, **changes}


def _sum(points: Iterable[Any]) -> Any:
    """Numbers by profile aside."""
    return sum(each for each in points if not isinstance(each, dict))


def a_scheme(*sections: dict[str, Any], **changes: Any) -> dict[str, Any]:
    parts = list(sections) or [a_section()]
    document = {
        "scheme": "small",
        "version": "1",
        "title": "小方案",
        "subject": "alliance",
        "issuer": "甲市",
        "source": {"document": "甲市文件"},
        "effective": {"start": "2020-01-01", "end": "2022-12-31"},
        "base": _sum(part["points"] for part in parts if not part.get("bonus")),
        "evidence": {},
    }
    return {**document, "sections": parts, **changes}


def one_item(rule: Any, *, bonus: bool = False, **changes: Any) -> dict[str, Any]:
    """A scheme of a single row; members of the row and of the scheme can both be changed."""
    row = {name: changes.pop(name) for name in ("points", "criteria", "title") if name in changes}
    return a_scheme(a_section(an_item(rule, **row), bonus=bonus), **changes)


def levels(*cases: tuple[Any, Any], otherwise: Any = 0) -> dict[str, Any]:
    """(condition, points or rule) in order, then what is left."""
    listed = [{"when": when, **_outcome(outcome)} for when, outcome in cases]
    return {"levels": listed if otherwise is None else [*listed, _outcome(otherwise)]}


def _outcome(outcome: Any) -> dict[str, Any]:
    return {"rule": outcome} if isinstance(outcome, dict) else {"points": outcome}


def tally(*terms: dict[str, Any], start: Any = "full", floor: Any = 0, ceiling: Any = "none") -> dict[str, Any]:
    return {"tally": {"start": start, "floor": floor, "ceiling": ceiling, "terms": list(terms)}}


def line(of: str, *points: Any, beyond: str = "stop") -> dict[str, Any]:
    return {"line": {"of": of, "through": [list(each) for each in points], "beyond": beyond}}


def judged(low: Any = 2, high: Any = 5, step: Any = 1, **changes: Any) -> dict[str, Any]:
    return {"judged": {"from": low, "to": high, "step": step, **changes}}


def by(attribute: str, values: dict[str, Any], **otherwise: Any) -> dict[str, Any]:
    """A number by profile."""
    return {"by": attribute, "values": values, **otherwise}


def by_level(**values: Any) -> dict[str, Any]:
    """A number by the subject's `level`."""
    return by("level", values)


def shows(code: str = "count", **changes: Any) -> dict[str, Any]:
    """A row that gives a number as it was stated."""
    return an_item(line(code, (0, 0), (1, 1), beyond="extend"), code=code, **changes)


# --- what goes in and comes out ----------------------------------------------------------------------------------


def a_request(evidence: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    return {"period": PERIOD, "evidence": evidence or {}, **changes}


def a_judgement(points: Any, rationale: str = "按实际情况评定") -> dict[str, Any]:
    return {"item": {"points": points, "rationale": rationale}}


def compiled(document: Any) -> Program:
    program = prepare(document)
    assert not isinstance(program, Problems), said(program)
    return program


def said(problems: Any) -> list[Said]:
    """Problems as (pointer, code, message)."""
    assert isinstance(problems, Problems), f"no problems but a {type(problems).__name__}"
    return [(each.pointer, each.code, each.message) for each in problems]


def places(problems: Any) -> list[tuple[str, str]]:
    """Problems as (pointer, code)."""
    return [(pointer, code) for pointer, code, _ in said(problems)]


def refusals(document: Any) -> list[Said]:
    return said(prepare(document))


def answer(document: Any, evidence: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any] | Problems:
    """The sheet as plain data with exact numbers, or the problems on the way to it."""
    program = document if isinstance(document, Program) else compiled(document)
    inputs = read_inputs(program, a_request(evidence, **changes))
    sheet = inputs if isinstance(inputs, Problems) else score(program, inputs)
    return sheet if isinstance(sheet, Problems) else json.loads(sheet.to_bytes(), parse_float=Decimal)


def sheet_of(document: Any, evidence: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    sheet = answer(document, evidence, **changes)
    assert not isinstance(sheet, Problems), said(sheet)
    return sheet


def measured(
    fields: dict[str, Any], measures: dict[str, Any], evidence: dict[str, Any] | None = None, **changes: Any
) -> dict[str, Any]:
    """The measures that are known, and nothing else."""
    program = compiled(a_scheme(evidence=fields, measures=measures))
    inputs = read_inputs(program, a_request(evidence, **changes))
    assert not isinstance(inputs, Problems), said(inputs)
    return {code: value for code, value in inputs.worked.values.items() if code in measures}


def verdicts_of(fields: dict[str, Any], measure: dict[str, Any], evidence: dict[str, Any]) -> list[str | None]:
    """Why each row does not count in a fold, None where it does."""
    inputs = read_inputs(compiled(a_scheme(evidence=fields, measures={"m": measure})), a_request(evidence))
    assert not isinstance(inputs, Problems), said(inputs)
    return list(inputs.worked.verdicts["m"].values())


def sections_of(sheet: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {section["code"]: section for section in sheet["sections"]}


def rows_of(sheet: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {row["code"]: row for section in sheet["sections"] for row in section["items"]}


def row_of(document: Any, evidence: dict[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """The row `item` of a sheet."""
    return rows_of(sheet_of(document, evidence, **changes))["item"]


def score_of(document: Any, evidence: dict[str, Any] | None = None, **changes: Any) -> Any:
    return row_of(document, evidence, **changes)["score"]


def span_of(row: dict[str, Any]) -> list[Any]:
    return [row["range"]["low"], row["range"]["high"]]


def steps_of(part: dict[str, Any]) -> list[tuple[str, Any]]:
    """The adjustments of a section or a sheet as (kind, points)."""
    return [(each["kind"], each["points"]) for each in part["adjustments"]]


def reasons_of(part: dict[str, Any]) -> list[str]:
    return [each["reason"] for each in part["adjustments"]]


def lines_of(row: dict[str, Any]) -> list[tuple[Any, str]]:
    """The deductions as (points, reason)."""
    return [(each["points"], each["reason"]) for each in row["deductions"]]


# --- facts, for what lies below the document ---------------------------------------------------------------------


def a_fact(code: str = "count", kind: Any = "number", **changes: Any) -> Fact:
    labels = {"number": "次数", "boolean": "已签订协议", "choice": "状态", "choices": "已做事项", "stay": "进修时长"}
    chosen = {"choices": choice()["choices"]} if kind in {"choice", "choices"} else {}
    return Fact(**{"code": code, "kind": kind, "label": labels.get(kind, "名称"), **chosen, **changes})


def F(value: str) -> Fraction:  # noqa: N802 - reads as a literal: F("1/3")
    return Fraction(value)


def D(value: str) -> Decimal:  # noqa: N802 - reads as a literal: D("0.5")
    return Decimal(value)
