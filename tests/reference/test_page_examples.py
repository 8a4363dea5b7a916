"""The examples of the format page against the engine, each as a scheme of one item."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.scoring.engine import prepare, read_inputs
from app.scoring.problems import Problems
from tests.reference.page_examples import GIVES, SPANS
from tests.reference.page_rules import RENOVATION, number, plain
from tests.reference.scored import answered, sheet_items, span_of
from tests.reference.some_requests import PERIOD
from tests.reference.values import exact

SHARES = ["coverage", "temperature_pass_rate", "bed_use", "answered_rate", "attendance", "satisfaction_rate"]
ANSWERS = ["assessed", "consent_signed", "carer_present", "national_pilot", "family_committee"]
MEANS = ["resident_mean", "staff_mean", "hours", "city_mean"]
RENOVATED = {"type": "choice", "choices": {code: code for code in ("全部完成", "部分完成", "未开展")}}


def field(code: str) -> dict[str, Any]:
    """The field that the page speaks of; what it does not describe is a count."""
    if code in SHARES:
        return {"type": "percent", "label": code}
    if code in ANSWERS:
        return {"type": "boolean", "label": code}
    if code in MEANS:
        return {"type": "decimal", "label": code, "min": 0, "max": 1000}
    return {"label": code, **(RENOVATED if code == "renovation" else {"type": "integer"})}


def scheme(rule: Any, points: Any, measures: Any, codes: Any) -> dict[str, Any]:
    """A scheme of one item over the fields named."""
    item = {"code": "item", "number": None, "indicator": "指标", "title": "项目", "points": points, "criteria": "得分"}
    return {
        "scheme": "page",
        "version": "1",
        "title": "一例",
        "kind": "points",
        "subject": "alliance",
        "issuer": "甲市",
        "source": {"document": "甲市文件"},
        "effective": {"start": "2020-01-01", "end": "2022-12-31"},
        "base": points,
        "rounding": {"places": 2, "mode": "half_up"},
        "evidence": {code: field(code) for code in codes},
        "measures": {code: {"label": code, "unit": "次", **plain(measure)} for code, measure in measures.items()},
        "sections": [{"code": "only", "title": "一节", "points": points, "items": [item | {"rule": plain(rule)}]}],
    }


def sheet_of(row: Any, unknown: Any = ()) -> Any:
    """The engine's sheet for a row of the tables."""
    _, rule, points, measures, known, judged, *_ = row
    codes = [*known, *(code for code in unknown if code not in measures)]
    program = prepare(scheme(rule, plain(points), measures, codes))
    assert not isinstance(program, Problems), program
    return answered(program, request(plain(known), judged)).sheet


def request(evidence: dict[str, Any], judged: Any) -> dict[str, Any]:
    """Evidence, and a judgement where one is given."""
    made: dict[str, Any] = {"period": PERIOD, "evidence": evidence}
    if judged is not None:
        made["judgements"] = {"item": {"points": Decimal(judged), "rationale": "按实际情况评定"}}
    return made


@pytest.mark.parametrize("row", GIVES, ids=lambda row: row[0])
def test_what_a_rule_gives(row: Any) -> None:
    sheet = sheet_of(row)
    assert exact(sheet_items(sheet)["item"]["score"]) == exact(sheet["total"]) == number(row[-1])


@pytest.mark.parametrize("row", SPANS, ids=lambda row: row[0])
def test_what_is_unknown_spans(row: Any) -> None:
    *_, domains, (low, high) = row
    sheet = sheet_of(row, domains)
    assert sheet["status"] == "pending"
    assert span_of(sheet_items(sheet)["item"]) == span_of(sheet) == (number(low), number(high))


def test_a_judgement_out_of_its_limits_or_steps_is_refused() -> None:
    program = prepare(scheme(RENOVATION, 7, {}, ["renovation"]))
    assert not isinstance(program, Problems), program
    for judged in ("5.5", "2.3", "1.5"):
        refused = read_inputs(program, request({"renovation": "部分完成"}, judged))
        assert isinstance(refused, Problems)
        assert [problem.path[:2] for problem in refused] == [("judgements", "item")]
