"""What generated schemes once found, each cut down to a scheme of one item and written out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.scoring.engine import prepare
from app.scoring.problems import Problems
from tests.reference.page_rules import plain
from tests.reference.scored import Answer, answered, sheet_items, span_of
from tests.reference.some_requests import PERIOD
from tests.reference.values import exact

Range = tuple[int | None, int | None]
COUNT = {"type": "integer", "label": "件数"}
FLAG = {"type": "boolean", "label": "已办理"}
DATED = {
    "type": "table",
    "label": "清单",
    "columns": {
        "date": {"type": "date", "label": "日期", "required": False},
        "flag": {"type": "boolean", "label": "相关"},
    },
}
KINDS = {"type": "choice", "label": "类别", "choices": {"a": "甲", "b": "乙"}}


def answer(rule: Any, fields: Any, request: dict[str, Any], measures: Any = None, places: int = 2) -> Answer:
    """The engine's answer for a scheme of one item of 5 points."""
    item = {"code": "item", "indicator": "指标", "title": "项目", "points": 5, "criteria": "得分", "rule": plain(rule)}
    program = prepare(
        {
            "scheme": "found",
            "version": "1",
            "title": "一例",
            "kind": "points",
            "subject": "alliance",
            "issuer": "甲市",
            "source": {"document": "甲市文件"},
            "effective": {"start": "2020-01-01", "end": "2022-12-31"},
            "base": 5,
            "rounding": {"places": places, "mode": "up" if places == 0 else "half_up"},
            "evidence": fields,
            "measures": {code: {"label": "计量", "unit": "次", **each} for code, each in plain(measures or {}).items()},
            "sections": [{"code": "only", "title": "一节", "points": 5, "items": [item]}],
        }
    )
    assert not isinstance(program, Problems), program
    return answered(program, {"period": PERIOD, "evidence": {}} | request)


def tally(*terms: Any, start: Any = 5, floor: Any = "none", ceiling: Any = "none") -> Any:
    """A tally of these terms."""
    return {"tally": {"start": start, "floor": floor, "ceiling": ceiling, "terms": list(terms)}}


LOSE, GAIN = {"lose": "#0.5", "each": "n"}, {"gain": "#0.4", "each": "n"}
UPWARDS = {"gain": 1, "each": "n"}
DOWN_BY_TOTAL = {"lose": 1, "of": "m", "above": 0, "every": "#0.5", "step": "completed"}
DOWN_BY_LINE = {
    "add": {"line": {"of": "m", "through": [[0, 0], [1, -1]], "beyond": "extend"}},
    "points": 0,
    "times": 2,
}
SHIFTED = {"m": {"total": {"n": 1}, "plus": 4}}
PULLED: list[tuple[str, Any, Any, Range]] = [
    ("two terms", tally(LOSE, GAIN), None, (None, 5)),
    ("two terms within limits", tally(LOSE, GAIN, start=1, floor=2, ceiling=6), None, (2, 2)),
    (
        "a ceiling on the way up",
        tally({"lose": 1, "each": "n"}, {"gain": 2, "each": "n"}, ceiling="full"),
        None,
        (5, 5),
    ),
    ("a total above the same count", tally(UPWARDS, DOWN_BY_TOTAL, start=1), SHIFTED, (None, -7)),
    ("a line over a total", tally(UPWARDS, DOWN_BY_LINE, start=1), SHIFTED, (None, -7)),
]


@pytest.mark.parametrize(("name", "rule", "measures", "ends"), PULLED, ids=[row[0] for row in PULLED])
def test_terms_that_pull_apart_without_end(name: str, rule: Any, measures: Any, ends: Range) -> None:
    assert span_of(answer(rule, {"n": COUNT}, {}, measures).sheet) == ends


FOLDS: list[tuple[str, Any, Any, Range]] = [
    ("rows", {"type": "table", "max_rows": 3, "label": "清单", "columns": {"k": KINDS}}, {"count": "t"}, (2, 5)),
    (
        "different values of a choice",
        {"type": "table", "label": "清单", "columns": {"k": KINDS}},
        {"distinct": "t", "value": "k"},
        (3, 5),
    ),
]


@pytest.mark.parametrize(("name", "table", "fold", "ends"), FOLDS, ids=[row[0] for row in FOLDS])
def test_a_missing_table_that_has_an_end(name: str, table: Any, fold: Any, ends: Range) -> None:
    rule = tally({"lose": 1, "each": "m"})
    assert span_of(answer(rule, {"t": table}, {}, {"m": fold}).sheet) == ends


def test_a_row_that_does_not_count_whatever_its_date_is_not_unknown() -> None:
    rule = {"levels": [{"points": 5, "when": {"m": {"at_least": 1}}}, {"points": 1}]}
    measures = {"m": {"count": "t", "where": "flag", "during": "period"}}
    assert answer(rule, {"t": DATED}, {"evidence": {"t": [{"flag": False}]}}, measures).sheet["total"] == 1


@pytest.mark.parametrize("points", [2, 99])
def test_a_judgement_whose_level_is_undecided_is_kept_and_not_used(points: int) -> None:
    rule = {"levels": [{"points": 5, "when": "b"}, {"rule": {"judged": {"from": 0, "to": 2, "step": 1}}}]}
    judged = {"judgements": {"item": {"points": points, "rationale": "按实际情况评定"}}}
    sheet = answer(rule, {"b": FLAG}, judged).sheet
    assert (span_of(sheet), sheet["unused_judgements"]) == ((0, 5), ["item"])
    assert answer(rule, {"b": FLAG}, judged | {"final": True}).sheet["total"] == 0


def test_a_deduction_is_never_larger_than_its_nominal_points() -> None:
    judged = {"judgements": {"item": {"points": Decimal("-0.4"), "rationale": "按实际情况评定"}}}
    sheet = answer({"judged": {"from": -1, "to": 0, "step": "#0.2"}}, {"b": FLAG}, judged, places=0).sheet
    (line,) = sheet_items(sheet)["item"]["deductions"]
    assert (line["points"], line["nominal"]) == (6, 6)


IMPOSSIBLE: list[tuple[str, Any, Any]] = [
    (
        "a measure above the one that would change",
        {"all": [{"a": {"at_least": 4}}, {"b": {"at_least": -1}}]},
        {"a": {"total": {"n": 1}}, "b": {"total": {"a": -1}, "plus": 1}},
    ),
    ("its own field", {"all": [{"a": {"at_least": 4}}, {"n": {"at_most": 2}}]}, {"a": {"total": {"n": 1}}}),
    ("no whole number gives it", {"a": {"is": 4}}, {"a": {"total": {"n": 1}, "plus": "#0.5"}}),
]


@pytest.mark.parametrize(("name", "when", "measures"), IMPOSSIBLE, ids=[row[0] for row in IMPOSSIBLE])
def test_no_improvement_is_promised_that_no_evidence_brings(name: str, when: Any, measures: Any) -> None:
    rule = {"levels": [{"points": 5, "when": when}, {"points": 0}]}
    sheet = answer(rule, {"n": COUNT}, {"evidence": {"n": 2}}, measures).sheet
    assert sheet_items(sheet)["item"]["improvements"] == []


def test_an_improvement_of_a_total_names_the_field_that_brings_it() -> None:
    rule = {"levels": [{"points": 5, "when": {"a": {"at_least": 4}}}, {"points": 0}]}
    measures = {"a": {"total": {"n": 1}, "plus": "#0.5"}}
    sheet = answer(rule, {"n": COUNT}, {"evidence": {"n": 2}}, measures).sheet
    (found,) = sheet_items(sheet)["item"]["improvements"]
    assert (exact(found["points"]), found["change"]) == (5, [{"field": "n", "to": 4}])
