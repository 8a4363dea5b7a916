"""Facts of the sheet: scores, rates, losses, and what is worked out from them or compared with others."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.engine import prepare
from tests.builders import (
    D,
    a_scheme,
    a_section,
    an_item,
    answer,
    cases,
    integer,
    places,
    sheet_of,
    shows,
)
from tests.scoring.small_sheets import (
    FIELDS,
    OUT,
    SCORES,
    document,
    sheet,
)

# --- facts of the sheet ------------------------------------------------------------------------------------------

FACTS = [
    ("base", {}, "base", 16),
    ("bonus", {}, "bonus", 2),
    ("total", {}, "total", 18),
    ("score of an item", {"f": {"score": ["a"]}}, "f", 8),
    ("score of several", {"f": {"score": ["a", "second"]}}, "f", 16),
    ("score of a bonus", {"f": {"score": ["extra"]}}, "f", 2),
    ("rate of an item", {"f": {"rate": ["b"]}}, "f", 60),
    ("rate of a section", {"f": {"rate": ["second"]}}, "f", 80),
    ("rate of several", {"f": {"rate": ["a", "b"]}}, "f", D("73.333333")),
    ("lost on items", {"f": {"lost": ["a", "b", "fixed"]}}, "f", 4),
    ("lost on a section", {"f": {"lost": ["second"]}}, "f", 2),
    ("points of several", {"f": {"points": ["a", "second"]}}, "f", 20),
    ("the least", {"f": {"rate": ["first"]}, "g": {"rate": ["second"]}, "h": {"lowest": ["f", "g"]}}, "h", 80),
    ("the greatest", {"h": {"highest": ["base", "bonus", 17]}}, "h", 17),
    ("a sum", {"h": {"total": {"base": 2, "bonus": -1}, "plus": 1}}, "h", 31),
    ("a sum with evidence", {"h": {"total": {"base": 1, "a": 1}}}, "h", 24),
    ("a quotient", {"h": {"ratio": {"part": "bonus", "whole": "base"}, "unit": "%"}}, "h", D("12.5")),
    ("steps", {"h": {"steps": "total", "every": 5, "step": "started"}}, "h", 4),
]


def grade_of(code: str, value: Any) -> dict[str, Any]:
    """A grade that tells whether a fact has a value, up to the sixth place."""
    low, high = {"at_least": value}, {"less_than": value + D("0.000001")}
    return {"levels": [{"when": {"all": [{code: low}, {code: high}]}, "label": "是"}, {"label": "否"}]}


@pytest.mark.parametrize(("facts", "code", "value"), cases(FACTS))
def test_fact_of_the_sheet(facts, code, value):
    assert sheet(sheet_facts=facts, grade=grade_of(code, value))["grade"] == "是"


WITH_OUT = [
    ("score", {"score": ["a", "out"]}, 8),
    ("rate", {"rate": ["a", "out"]}, 80),
    ("rate of what is not there", {"rate": ["out"]}, 100),
    ("rate of the section", {"rate": ["first"]}, 80),
    ("lost", {"lost": ["a", "out"]}, 2),
    ("points", {"points": ["a", "out"]}, 10),
    ("points of the section", {"points": ["first"]}, 10),
]


@pytest.mark.parametrize(("asked", "value"), cases(WITH_OUT))
def test_what_is_left_out_does_not_show_in_facts(asked, value):
    first = a_section(shows("a", points=10), an_item(9, code="out", points=10, **OUT), code="first")
    found = a_scheme(first, evidence=FIELDS, sheet_facts={"f": asked}, grade=grade_of("f", value))
    assert sheet_of(found, {"a": 8, "state": "begun"})["grade"] == "是"


def test_section_left_out_altogether_has_lost_nothing():
    first = a_section(an_item(9, code="out", points=10, **OUT), code="first")
    facts = {"rate": {"rate": ["first"]}, "lost": {"lost": ["first"]}}
    mark = {"all": [{"rate": {"is": 100}}, {"lost": {"is": 0}}]}
    grade = {"levels": [{"when": mark, "label": "是"}, {"label": "否"}]}
    found = a_scheme(first, a_section(code="second"), evidence=FIELDS, sheet_facts=facts, grade=grade)
    assert sheet_of(found, {"state": "begun"})["grade"] == "是"


def test_rate_of_a_weighted_section():
    section = a_section(shows("a", points=10), weight=D("0.5"), code="first")
    found = a_scheme(section, evidence=FIELDS, sheet_facts={"f": {"rate": ["first"]}}, grade=grade_of("f", 80))
    assert sheet_of(found, {"a": 8})["grade"] == "是"


STANDINGS = [
    ("rank", {"peers": "total", "as": "rank", "better": "more"}, {"total": [20, 18, 7]}, 2),
    ("best", {"peers": "total", "as": "best", "better": "more"}, {"total": [20, 18, 7]}, 20),
    ("average", {"peers": "total", "as": "average"}, {"total": [20, 18, 7]}, 15),
    ("how many", {"peers": "total", "as": "units"}, {"total": [20, 18, 7]}, 3),
    ("share", {"peers": "rate", "as": "percentile", "better": "more"}, {"rate": [80, 90]}, 100),
]


@pytest.mark.parametrize(("measure", "peers", "value"), cases(STANDINGS))
def test_standing_among_all_sheets(measure, peers, value):
    facts = {"rate": {"rate": ["first"]}, "f": measure}
    found = document(sheet_facts=facts, grade=grade_of("f", value))
    assert sheet_of(found, SCORES, peers=peers)["grade"] == "是"
    waiting = sheet_of(found, SCORES)
    assert (waiting["grade"], waiting["status"], waiting["total"]) == (None, "pending", 18)
    assert places(answer(found, SCORES, final=True)) == [("/peers", "round_open")]


def test_fact_of_the_sheet_in_the_round_before():
    facts = {"last": {"previous": "total"}, "gain": {"total": {"total": 1, "last": -1}}}
    found = document(sheet_facts=facts, grade=grade_of("gain", 3))
    assert sheet_of(found, SCORES, previous={"total": 15})["grade"] == "是"
    assert (sheet_of(found, SCORES)["grade"], sheet_of(found, SCORES)["status"]) == (None, "pending")
    assert places(answer(found, SCORES, final=True)) == [("/previous", "previous_missing")]
    new = document(sheet_facts={"last": {"previous": "total", "otherwise": 0}}, grade=grade_of("last", 0))
    assert sheet_of(new, SCORES, previous={})["grade"] == "是"


FACTS_WRONG = [
    ("no such code", {"f": {"score": ["x"]}}, "/sheet_facts/f/score/0", "part_unknown"),
    ("two words", {"f": {"score": ["a"], "rate": ["a"]}}, "/sheet_facts/f", "one_sheet_fact"),
    ("no word", {"f": {"label": "甲"}}, "/sheet_facts/f", "one_sheet_fact"),
    ("null", {"f": {"lost": None}}, "/sheet_facts/f", "one_sheet_fact"),
    ("no codes", {"f": {"score": []}}, "/sheet_facts/f/score", "list_too_short"),
    ("a reserved code", {"total": {"score": ["a"]}}, "/sheet_facts/total", "code_reserved"),
    ("a joining word", {"not": {"score": ["a"]}}, "/sheet_facts/not", "code_reserved"),
    ("a field's code", {"a": {"score": ["b"]}}, "/sheet_facts/a", "code_repeated"),
    ("over no fact", {"f": {"lowest": ["x", "base"]}}, "/sheet_facts/f/lowest/0", "number_unknown"),
    ("in a circle", {"f": {"total": {"g": 1}}, "g": {"total": {"f": 1}}}, "/sheet_facts/g/total/f", "measure_circle"),
    ("days", {"f": {"days": {"from": "a", "to": "b"}}}, "/sheet_facts/f/days", "unknown_member"),
    ("peers of no fact", {"f": {"peers": "x", "as": "average"}}, "/sheet_facts/f/peers", "number_unknown"),
    ("a rank without a better", {"f": {"peers": "total", "as": "rank"}}, "/sheet_facts/f", "peers_better"),
]


@pytest.mark.parametrize(("facts", "place", "code"), cases(FACTS_WRONG))
def test_fact_of_the_sheet_that_cannot_be_written(facts, place, code):
    assert (place, code) in places(prepare(document(sheet_facts=facts)))


def test_code_of_an_item_and_a_section_is_no_name_of_either():
    twice = a_scheme(a_section(an_item(code="same"), code="same"), sheet_facts={"f": {"score": ["same"]}})
    assert places(prepare(twice)) == [("/sheet_facts/f/score/0", "part_unknown")]


def test_field_called_total_is_no_trouble_without_sheet_facts():
    fields = {"total": integer(label="总数")}
    plain = a_scheme(a_section(shows("total")), evidence=fields)
    assert sheet_of(plain, {"total": 3})["total"] == 3
    veto = {"when": {"total": {"at_least": 1}}, "effect": {"total": 0}}
    assert places(prepare({**plain, "vetoes": [veto]})) == [("/evidence/total", "code_repeated")]
