"""Numbers by the subject's profile: in every place where a number can stand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    D,
    a_judgement,
    a_scheme,
    a_section,
    an_item,
    answer,
    boolean,
    by_level,
    cases,
    choice,
    day,
    integer,
    judged,
    levels,
    line,
    lines_of,
    measured,
    one_item,
    places,
    row_of,
    rows_of,
    score_of,
    sections_of,
    sheet_of,
    shows,
    table,
    tally,
)

FIELDS = {"yes": boolean(), "count": integer(), "state": choice(), "on": day()}
LOW, HIGH = {"level": "二级"}, {"level": "三级"}
OF = by_level(二级=2, 三级=4)
HALF = by_level(二级=D("0.5"), 三级=1)
FEW = by_level(二级=[1, 2], 三级=[3])
STATES = by_level(二级="begun", 三级="done")
DAYS = by_level(二级="2020-06-30", 三级="2020-05-31")


def both(document: Any, evidence: Any = None, **changes: Any) -> list[dict[str, Any]]:
    """The sheets of the lower and of the higher level."""
    return [sheet_of(document, evidence, subject=each, **changes) for each in (LOW, HIGH)]


# --- in a rule ---------------------------------------------------------------------------------------------------

RULES = [
    ("a number", OF, {}, [2, 4]),
    ("points of a case", levels(("yes", OF)), {"yes": True}, [2, 4]),
    ("rule of a case", levels(("yes", tally({"lose": OF, "when": "yes"}))), {"yes": True}, [3, 1]),
    ("a mark", levels(({"count": {"at_least": OF}}, 5)), {"count": 3}, [5, 0]),
    ("a mark inside", levels(({"not": {"any": [{"count": {"less_than": OF}}]}}, 5)), {"count": 3}, [5, 0]),
    ("a value", levels(({"count": {"is": OF}}, 5)), {"count": 4}, [0, 5]),
    ("several values", levels(({"count": {"in": FEW}}, 5)), {"count": 3}, [0, 5]),
    ("a choice", levels(({"state": {"is": STATES}}, 5)), {"state": "begun"}, [5, 0]),
    ("a day", levels(({"on": {"at_most": DAYS}}, 5)), {"on": "2020-06-01"}, [5, 0]),
    ("what is lost", tally({"lose": OF, "when": "yes"}), {"yes": True}, [3, 1]),
    ("what is lost each time", tally({"lose": HALF, "each": "count"}), {"count": 2}, [4, 3]),
    ("what is gained", tally({"gain": OF, "when": "yes"}, start=0), {"yes": True}, [2, 4]),
    ("the most of a term", tally({"lose": 1, "each": "count", "most": OF}), {"count": 9}, [3, 1]),
    ("above", tally({"lose": 1, "of": "count", "above": OF}), {"count": 5}, [2, 4]),
    ("below", tally({"lose": 1, "of": "count", "below": OF}), {"count": 1}, [4, 2]),
    ("every", tally({"lose": 1, "of": "count", "above": 0, "every": OF, "step": "completed"}), {"count": 4}, [3, 4]),
    ("the start", tally({"lose": 1, "when": "yes"}, start=OF), {"yes": True}, [1, 3]),
    ("the floor", tally({"lose": 9, "when": "yes"}, floor=OF), {"yes": True}, [2, 4]),
    ("the ceiling", tally({"gain": 9, "when": "yes"}, start=0, ceiling=OF), {"yes": True}, [2, 4]),
    ("an addition", tally({"add": OF, "points": 5}, start=0), {}, [2, 4]),
    ("how often an addition counts", tally({"add": 1, "points": 0, "times": OF}, start=0), {}, [2, 4]),
    ("a mark of a line", line("count", (0, 0), (OF, 5)), {"count": 2}, [5, D("2.5")]),
    ("points of a line", line("count", (0, 0), (4, OF)), {"count": 4}, [2, 4]),
    ("the best of several", {"highest": [OF, 3]}, {}, [3, 4]),
    ("the worst of several", {"lowest": [OF, 3]}, {}, [2, 3]),
]


@pytest.mark.parametrize(("rule", "evidence", "scores"), cases(RULES))
def test_number_of_a_rule(rule, evidence, scores):
    document = one_item(rule, evidence=FIELDS)
    assert [score_of(document, evidence, subject=each) for each in (LOW, HIGH)] == scores


def test_what_an_addition_should_give():
    document = one_item(tally({"add": 1, "points": OF}, {"gain": 1, "when": "yes"}, start=0), evidence=FIELDS)
    lost = [[points for points, _ in lines_of(row_of(document, {"yes": True}, subject=each))] for each in (LOW, HIGH)]
    assert lost == [[1, 2], [3]]


def test_what_counts_without_proof():
    document = one_item(tally({"lose": 1, "each": "count", "unproven": OF}, floor="none"), evidence=FIELDS)
    assert [score_of(document, {}, subject=each, final=True) for each in (LOW, HIGH)] == [3, 1]


JUDGED = [
    ("from", judged(OF, 6), (1, 3), (2, 4)),
    ("to", judged(1, OF), (3, 5), (2, 4)),
    ("step", judged(0, 4, OF), (1, 2), (2, 4)),
    ("one of", {"judged": {"one_of": [0, OF]}}, (4, 2), (2, 4)),
]


@pytest.mark.parametrize(("rule", "refused", "taken"), cases(JUDGED))
def test_number_of_a_judgement(rule, refused, taken):
    document = one_item(rule)
    for subject, wrong, right in zip((LOW, HIGH), refused, taken, strict=True):
        assert score_of(document, subject=subject, judgements=a_judgement(right)) == right
        problem = ("/judgements/item/points", "judgement_out_of_range")
        assert places(answer(document, subject=subject, judgements=a_judgement(wrong))) == [problem]


# --- in a measure ------------------------------------------------------------------------------------------------

MEASURES = [
    ("a weight", {"total": {"count": OF}}, [6, 12]),
    ("plus", {"total": {"count": 1}, "plus": OF}, [5, 7]),
    ("a constant", {"total": {}, "plus": OF}, [2, 4]),
    ("steps", {"steps": "count", "every": OF, "step": "started"}, [2, 1]),
    ("instead of a ratio", {"ratio": {"part": "count", "whole": "zero"}, "otherwise": OF}, [2, 4]),
    ("a case", {"cases": [{"when": {"count": {"at_least": OF}}, "is": 1}, {"is": OF}]}, [1, 4]),
    ("without the round before", {"previous": "count", "otherwise": OF}, [2, 4]),
    ("a share of the peers", {"peers": "count", "as": "percentile", "of": by_level(二级=0, 三级=100)}, [0, 9]),
    ("rows that count", {"count": "rows", "where": {"n": {"at_least": OF}}}, [2, 1]),
    ("a column", {"sum": "rows", "value": "x", "columns": {"x": {"total": {"n": OF}}}}, [14, 28]),
]


@pytest.mark.parametrize(("measure", "values"), cases(MEASURES))
def test_number_of_a_measure(measure, values):
    fields = {"count": integer(), "zero": integer(), "rows": table(columns={"n": integer()})}
    measure = {**measure, "better": "more"} if "of" in measure else measure
    given = {"count": 3, "zero": 0, "rows": [{"n": 3}, {"n": 4}]}
    around: dict[str, Any] = {"previous": {}} if "previous" in measure else {}
    around = {"peers": {"count": [9, 3, 0]}} if "peers" in measure else around
    for subject, value in zip((LOW, HIGH), values, strict=True):
        assert measured(fields, {"m": measure}, given, subject=subject, **around) == {"m": value}


# --- on items, sections and the sheet ----------------------------------------------------------------------------


def test_points_of_an_item():
    low, high = both(one_item(tally({"lose": 1, "when": "yes"}), points=OF, evidence=FIELDS), {"yes": True})
    assert [(row["points"], row["score"]) for sheet in (low, high) for row in rows_of(sheet).values()] == [
        (2, 1),
        (4, 3),
    ]


def test_points_of_a_section_and_the_base():
    low, high = both(a_scheme(a_section(points=OF), base=OF))
    assert [(each["full_marks"], sections_of(each)["section"]["points"]) for each in (low, high)] == [(2, 2), (4, 4)]


SECTIONS = [
    ("most", {"most": OF}, [2, 4]),
    ("floor", {"floor": by_level(二级=6, 三级=7)}, [6, 7]),
    ("weight", {"weight": HALF}, [D("2.5"), 5]),
    ("weight as a quotient", {"weight": by_level(二级={"part": 1, "whole": 3}, 三级=2)}, [D("1.67"), 10]),
]


@pytest.mark.parametrize(("members", "totals"), cases(SECTIONS))
def test_number_of_a_section(members, totals):
    assert [sheet["total"] for sheet in both(a_scheme(a_section(**members)))] == totals


def test_most_of_a_bonus_is_its_limit():
    document = a_scheme(a_section(), a_section(an_item(code="more"), code="bonus", bonus=True, most=OF))
    assert [(sheet["bonus"], sheet["bonus_limit"]) for sheet in both(document)] == [(2, 2), (4, 4)]


OVERALL = [
    ("a condition to apply", {"applies_when": {"count": {"at_least": OF}}, "otherwise": "zero"}, {}, [3, 0]),
    ("points instead", {"applies_when": {"count": {"is": 0}}, "otherwise": OF}, {}, [2, 4]),
    ("the most of the total", {}, {"total": {"most": OF}}, [2, 3]),
    ("the floor of the total", {}, {"total": {"floor": OF}}, [3, 4]),
    ("the mark of a veto", {}, {"vetoes": [{"when": {"total": {"less_than": OF}}, "effect": {"total": 1}}]}, [3, 1]),
    ("the points of a veto", {}, {"vetoes": [{"when": "yes", "effect": {"total": by_level(二级=1, 三级=2)}}]}, [1, 2]),
    ("the points left of an item", {}, {"vetoes": [{"when": "yes", "effect": {"score": ["count"], "is": OF}}]}, [2, 3]),
    ("the share left", {}, {"vetoes": [{"when": "yes", "effect": {"total_times": HALF}}]}, [D("1.5"), 3]),
]


@pytest.mark.parametrize(("row", "members", "totals"), cases(OVERALL))
def test_number_over_the_items(row, members, totals):
    document = a_scheme(a_section(shows(**row)), evidence=FIELDS, **members)
    assert [sheet["total"] for sheet in both(document, {"count": 3, "yes": True})] == totals


def test_weight_of_a_sheet_fact_and_mark_of_a_grade():
    facts = {"twice": {"total": {"total": OF}, "plus": OF}}
    grade = {"levels": [{"when": {"twice": {"at_least": by_level(二级=8, 三级=17)}}, "label": "优"}, {"label": "良"}]}
    document = a_scheme(a_section(shows()), evidence=FIELDS, sheet_facts=facts, grade=grade)
    assert [sheet["grade"] for sheet in both(document, {"count": 3})] == ["优", "良"]


def test_only_a_bonus_above_a_mark_counts():
    bonus = a_section(an_item(code="more"), code="bonus", bonus=True, counts_when={"base": {"at_least": OF}})
    document = a_scheme(a_section(shows()), bonus, evidence=FIELDS)
    assert [sheet["total"] for sheet in both(document, {"count": 3})] == [8, 3]
