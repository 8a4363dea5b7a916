"""Facts of the sheet, vetoes of every effect, and grades: what holds, what stands in the end, what is not known."""

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
    boolean,
    cases,
    choice,
    integer,
    levels,
    places,
    reasons_of,
    rows_of,
    sections_of,
    sheet_of,
    shows,
    span_of,
    steps_of,
    table,
)

FIELDS = {
    "a": integer(label="甲"),
    "b": integer(label="乙", min=-9, max=9),
    "c": integer(label="丙"),
    "yes": boolean(label="发生事故"),
    "no": boolean(label="被通报"),
    "found": boolean(by="evaluator", label="核实有事故"),
    "state": choice(),
    "rows": table(),
}
OUT = {"applies_when": {"state": {"is": "done"}}, "otherwise": {"leave_out": "total"}}
SCORES = {"a": 8, "b": 3, "c": 2}


def sheet(stated: Any = None, **members: Any) -> dict[str, Any]:
    """Two base sections of 10 and 10, one bonus of 5; 8 and 3 of 10 and 5+5, 2 of 5 by default."""
    return sheet_of(document(**members), SCORES if stated is None else stated)


def document(**members: Any) -> dict[str, Any]:
    first = a_section(shows("a", points=10), code="first")
    second = a_section(shows("b", points=5), an_item(5, code="fixed"), code="second")
    bonus = a_section(shows("c", points=5), code="extra", bonus=True)
    return a_scheme(first, second, bonus, evidence=FIELDS, **members)


def fact(name: str, **members: Any) -> dict[str, Any]:
    return {"label": name, **members}


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


# --- vetoes ------------------------------------------------------------------------------------------------------

LEVELS = [
    {"when": {"total": {"at_least": 18}}, "label": "优"},
    {"when": {"total": {"at_least": 10}}, "label": "良"},
    {"label": "差"},
]
GRADE = {"levels": LEVELS}


def veto(effect: Any, when: Any = "yes", **members: Any) -> dict[str, Any]:
    return {"when": when, "effect": effect, **members}


HELD = {**SCORES, "yes": True, "no": True}
EFFECTS = [
    # total, base, bonus and grade; steps of the first section, of the sheet
    ("the total", {"total": 4}, (4, 16, 2, "差"), [], [("veto", -14)]),
    ("the total, not reached", {"total": 40}, (18, 16, 2, "优"), [], []),
    ("a share of the total", {"total_times": D("0.5")}, (9, 16, 2, "差"), [], [("veto", -9)]),
    ("an item", {"score": ["a"], "is": 0}, (10, 8, 2, "良"), [("veto", -8)], []),
    ("an item, not reached", {"score": ["a"], "is": 9}, (18, 16, 2, "优"), [], []),
    ("an item below 0", {"score": ["a"], "is": -2}, (8, 6, 2, "差"), [("veto", -10)], []),
    ("a share of an item", {"score": ["a"], "times": D("0.5")}, (14, 12, 2, "良"), [("veto", -4)], []),
    ("a section", {"score": ["first"], "is": 1}, (11, 9, 2, "良"), [("veto", -7)], []),
    ("a share of a section", {"score": ["first"], "times": D("0.25")}, (12, 10, 2, "良"), [("veto", -6)], []),
    ("several parts", {"score": ["a", "second", "extra"], "is": 1}, (3, 2, 1, "差"), [("veto", -7)], []),
    ("a grade", {"grade": "差"}, (18, 16, 2, "差"), [], [("veto", 0)]),
    ("a grade that is better", {"grade": "优"}, (18, 16, 2, "优"), [], [("veto", 0)]),
    ("at most a grade", {"grade_at_most": "良"}, (18, 16, 2, "良"), [], [("veto", 0)]),
    ("a grade lower", {"grade_by": -1}, (18, 16, 2, "良"), [], [("veto", 0)]),
    ("grades lower than there are", {"grade_by": -9}, (18, 16, 2, "差"), [], [("veto", 0)]),
    ("a grade higher than there is", {"grade_by": 1}, (18, 16, 2, "优"), [], [("veto", 0)]),
    ("points and a grade", [{"score": ["a"], "is": 0}, {"grade_at_most": "差"}], (10, 8, 2, "差"), [("veto", -8)], []),
    ("two on one item", [{"score": ["a"], "is": 3}, {"score": ["a"], "is": 5}], (13, 11, 2, "良"), [("veto", -5)], []),
    (
        "an item and its section",
        [{"score": ["a"], "is": 3}, {"score": ["first"], "is": 2}],
        (12, 10, 2, "良"),
        [("veto", -5), ("veto", -1)],
        [],
    ),
    (
        "two on the total",
        [{"total": 9}, {"total_times": D("0.25")}],
        (D("4.5"), 16, 2, "差"),
        [],
        [("veto", D("-13.5"))],
    ),
]


@pytest.mark.parametrize(("effect", "figures", "first", "steps"), cases(EFFECTS))
def test_effect_of_a_veto(effect, figures, first, steps):
    found = sheet(HELD, vetoes=[veto(effect)], grade=GRADE)
    assert (found["total"], found["base"], found["bonus"], found["grade"]) == figures
    assert (steps_of(sections_of(found)["first"]), steps_of(found)) == (first, steps)
    assert (found["status"], span_of(found)) == ("complete", [figures[0], figures[0]])
    assert rows_of(found)["a"]["score"] == 8


@pytest.mark.parametrize("effect", [each[1] for each in EFFECTS], ids=[each[0] for each in EFFECTS])
def test_veto_that_does_not_hold(effect):
    found = sheet({**SCORES, "yes": False}, vetoes=[veto(effect)], grade=GRADE)
    assert (found["total"], found["grade"], found["adjustments"], found["status"]) == (18, "优", [], "complete")
    assert [each["adjustments"] for each in found["sections"]] == [[], [], []]


SEVERAL = [
    ("the lowest total", [veto({"total": 9}), veto({"total": 4}, "no")], 4, "差"),
    ("the lowest of an item", [veto({"score": ["a"], "is": 2}), veto({"score": ["a"], "is": 5}, "no")], 12, "良"),
    ("each of its own item", [veto({"score": ["a"], "is": 2}), veto({"score": ["b"], "is": 1}, "no")], 10, "良"),
    ("the lowest grade", [veto({"grade_at_most": "良"}), veto({"grade": "差"}, "no")], 18, "差"),
    ("the lowest shift", [veto({"grade_by": 1}), veto({"grade_by": -1}, "no")], 18, "良"),
    ("a shift and a limit", [veto({"grade_by": -1}), veto({"grade_at_most": "优"}, "no")], 18, "良"),
    ("an item and the total", [veto({"score": ["a"], "is": 0}), veto({"total": 9}, "no")], 9, "差"),
    ("decided before any of them", [veto({"total": 0}), veto({"grade": "差"}, {"total": {"at_least": 18}})], 0, "差"),
    ("not decided by one another", [veto({"total": 12}), veto({"total": 0}, {"total": {"less_than": 18}})], 12, "良"),
]


@pytest.mark.parametrize(("vetoes", "total", "grade"), cases(SEVERAL))
def test_several_vetoes(vetoes, total, grade):
    found = sheet(HELD, vetoes=vetoes, grade=GRADE)
    assert (found["total"], found["grade"]) == (total, grade)


def test_veto_over_the_sheet_and_the_evidence():
    when = {"all": [{"lost": {"more_than": 3}}, "yes"]}
    members = {
        "sheet_facts": {"lost": {"lost": ["first", "second"], "label": "失分"}},
        "vetoes": [veto({"total": 5}, when)],
    }
    assert sheet(HELD, **members)["total"] == 5
    assert sheet({**HELD, "a": 10}, **members)["total"] == 20
    assert reasons_of(sheet(HELD, **members)) == ["失分为4分，多于3分；“发生事故”为“是”"]


def test_facts_of_a_grade_are_those_after_the_vetoes():
    members = {
        "sheet_facts": {"rate": {"rate": ["a"]}},
        "grade": {"levels": [{"when": {"rate": {"at_least": 50}}, "label": "合格"}, {"label": "不合格"}]},
    }
    assert sheet(HELD, **members)["grade"] == "合格"
    assert sheet(HELD, vetoes=[veto({"score": ["a"], "is": 4})], **members)["grade"] == "不合格"


def test_bonus_counts_above_the_base_that_vetoes_leave():
    first = a_section(shows("a", points=10), code="first")
    bonus = a_section(shows("c", points=5), code="extra", bonus=True, counts_when={"base": {"at_least": 5}})
    found = a_scheme(first, bonus, evidence=FIELDS, vetoes=[veto({"score": ["a"], "is": 0})])
    assert sheet_of(found, HELD)["total"] == 0
    assert sheet_of(found, {**HELD, "yes": False})["total"] == 10


def test_veto_on_what_is_left_out_changes_nothing():
    for codes in (["out"], ["first"]):
        first = a_section(an_item(5, code="out", **OUT), code="first")
        effect = {"score": codes, "is": -3}
        found = a_scheme(first, a_section(code="second"), evidence=FIELDS, vetoes=[veto(effect)])
        result = sheet_of(found, {"state": "begun", "yes": True})
        assert (result["total"], result["full_marks"]) == (5, 5)


SAID = [
    ("what holds", {}, "“发生事故”为“是”"),
    ("its reason", {"reason": "一票否决"}, "一票否决（“发生事故”为“是”）"),
    ("its clause", {"clause": "发生事故的总分计0分"}, "“发生事故”为“是”。依据：“发生事故的总分计0分”"),
]


@pytest.mark.parametrize(("members", "said"), cases(SAID))
def test_what_is_said_of_a_veto(members, said):
    assert reasons_of(sheet(HELD, vetoes=[veto({"total": 0}, **members)])) == [said]


# --- vetoes that are not decided ---------------------------------------------------------------------------------

UNDECIDED = [
    # total, range, base, grade
    ("the total", {"total": 4}, None, [4, 18], 16, None),
    ("a share of the total", {"total_times": D("0.5")}, None, [9, 18], 16, None),
    ("an item", {"score": ["a"], "is": 0}, None, [10, 18], None, None),
    ("a section", {"score": ["second"], "is": 0}, None, [10, 18], None, None),
    ("of no effect", {"total": 40}, None, [18, 18], 16, None),
    ("a grade", {"grade": "差"}, 18, [18, 18], 16, None),
    ("a grade lower", {"grade_by": -1}, 18, [18, 18], 16, None),
]


@pytest.mark.parametrize(("effect", "total", "span", "base", "grade"), cases(UNDECIDED))
def test_veto_that_is_not_decided(effect, total, span, base, grade):
    found = sheet(SCORES, vetoes=[veto(effect, reason="一票否决")], grade=GRADE)
    assert (found["total"], span_of(found), found["base"], found["grade"]) == (total, span, base, grade)
    assert found["status"] == "pending"
    assert [each for each in found["adjustments"] if each["points"] is None] == [
        {"kind": "veto", "points": None, "reason": "尚不能判定：一票否决（发生事故）"}
    ]


BESIDE = [
    ("the lower one holds", 2, 5, [12, 12]),
    ("the higher one holds", 5, 2, [12, 15]),
]


@pytest.mark.parametrize(("sure", "perhaps", "span"), cases(BESIDE))
def test_certain_and_undecided_veto_on_one_item(sure, perhaps, span):
    vetoes = [veto({"score": ["a"], "is": sure}), veto({"score": ["a"], "is": perhaps}, "no")]
    found = sheet({**SCORES, "yes": True}, vetoes=vetoes)
    assert (span_of(found), found["total"], found["status"]) == (span, None, "pending")


def test_vetoes_over_one_standing_are_looked_at_together():
    facts = {"rank": {"peers": "total", "as": "rank", "better": "more", "label": "名次"}}
    vetoes = [veto({"total": 5}, {"rank": {"more_than": 2}}), veto({"total": 9}, {"rank": {"at_most": 2}})]
    found = sheet_of(document(sheet_facts=facts, vetoes=vetoes), SCORES)
    assert (span_of(found), found["total"], found["status"]) == ([5, 9], None, "pending")
    assert sheet_of(document(sheet_facts=facts, vetoes=vetoes), SCORES, peers={"total": [18, 20]})["total"] == 9


def test_certain_veto_beside_one_that_is_not_decided():
    vetoes = [veto({"score": ["first"], "is": 0}, "no"), veto({"total": 0}, "yes")]
    found = sheet({**SCORES, "yes": True}, vetoes=vetoes)
    assert (found["total"], span_of(found), found["base"], found["status"]) == (None, [0, 0], None, "pending")
    assert reasons_of(found)[-1] == "尚不能判定：被通报"


def test_veto_on_a_bonus_that_does_not_count():
    first = a_section(shows("a", points=10), code="first")
    bonus = a_section(shows("c", points=5), code="extra", bonus=True, counts_when={"base": {"at_least": 99}})
    found = a_scheme(first, bonus, evidence=FIELDS, vetoes=[veto({"score": ["c"], "is": 0})])
    result = sheet_of(found, SCORES)
    assert (sections_of(result)["extra"]["score"], result["status"], span_of(result)) == (0, "pending", [8, 8])


def test_rescaled_base_beside_a_veto_that_is_not_decided():
    row = an_item(5, code="out", points=2, applies_when={"state": {"is": "done"}}, otherwise={"leave_out": "rescale"})
    found = a_scheme(a_section(shows("a", points=10), row), evidence=FIELDS, vetoes=[veto({"total": -2})])
    result = sheet_of(found, {"a": 8, "state": "begun"})
    assert (result["base"], result["total"], span_of(result)) == (D("9.6"), None, [-2, D("9.6")])
    assert ("leave_out", D("1.6")) in steps_of(result)


def test_veto_over_an_open_sheet():
    found = sheet(
        {"b": 3, "c": 2},
        vetoes=[veto({"total": 0}, {"score_a": {"less_than": 6}})],
        sheet_facts={"score_a": {"score": ["a"]}},
    )
    assert (found["total"], found["status"], span_of(found)) == (None, "pending", [0, None])


def test_veto_and_rule_over_one_unknown_are_looked_at_together():
    first = a_section(an_item(levels(("yes", 0), otherwise=5), code="first_item"), code="first")
    found = a_scheme(first, a_section(code="second"), evidence=FIELDS, vetoes=[veto({"total": 8}, {"not": "yes"})])
    assert span_of(sheet_of(found, {})) == [5, 8]


# --- final sheets ------------------------------------------------------------------------------------------------


def test_veto_that_is_not_disproved_holds_in_the_end():
    found = sheet_of(document(vetoes=[veto({"total": 4})]), SCORES, final=True)
    assert (found["status"], found["total"], steps_of(found)) == ("final", 4, [("veto", -14)])
    assert reasons_of(found) == ["发生事故未予证明，按不利的情形计"]


def test_veto_over_a_table_that_is_not_there_holds_in_the_end():
    measures = {"rows_found": {"count": "rows", "label": "事故数"}}
    vetoes = [veto({"total": 4}, {"rows_found": {"at_least": 1}})]
    found = sheet_of(document(measures=measures, vetoes=vetoes), SCORES, final=True)
    assert (found["total"], reasons_of(found)) == (4, ["事故数未予证明，按不利的情形计"])


FINAL = [
    ("an evaluator", {"vetoes": [veto({"total": 0}, "found")]}, ("/findings/found", "finding_missing")),
    (
        "an evaluator, about a grade",
        {"vetoes": [veto({"grade": "差"}, "found")], "grade": GRADE},
        ("/findings/found", "finding_missing"),
    ),
    (
        "the round before",
        {"vetoes": [veto({"total": 0}, {"before": {"at_least": 1}})]},
        ("/previous", "previous_missing"),
    ),
    ("the others", {"vetoes": [veto({"total": 0}, {"mean": {"at_least": 1}})]}, ("/peers", "round_open")),
    (
        "an evaluator's grade",
        {"grade": {"levels": [{"when": "found", "label": "差"}, {"label": "优"}]}},
        ("/findings/found", "finding_missing"),
    ),
]


@pytest.mark.parametrize(("members", "problem"), cases(FINAL))
def test_nothing_is_final_before_others_have_said(members, problem):
    measures = {"before": {"previous": "a"}, "mean": {"peers": "a", "as": "average"}}
    assert places(answer(document(measures=measures, **members), SCORES, final=True)) == [problem]


def test_grade_that_is_not_proved_is_not_reached():
    grade = {"levels": [{"when": "yes", "label": "优"}, {"label": "良"}]}
    assert sheet_of(document(grade=grade), SCORES, final=True)["grade"] == "良"


CERTAIN = [
    ("above what it can be", {"a": {"more_than": 9}}, 18),
    ("at least what it always is", {"a": {"at_least": 0}}, 4),
    ("over a measure", {"least": {"more_than": 9}}, 18),
    ("joined with what is not known", {"all": [{"a": {"more_than": 9}}, "yes"]}, 18),
]


@pytest.mark.parametrize("final", [False, True])
@pytest.mark.parametrize(("when", "total"), cases(CERTAIN))
def test_veto_that_limits_decide(when, total, final):
    fields = {**FIELDS, "a": integer(max=9)}
    first = a_section(an_item(8, code="first_item", points=10), code="first")
    measures = {"least": {"lowest": ["a", "b"]}}
    found = a_scheme(
        first,
        a_section(an_item(10, points=10, code="second_item"), code="second"),
        evidence=fields,
        measures=measures,
        vetoes=[veto({"total": 4}, when)],
    )
    result = sheet_of(found, {"b": 3}, final=final)
    assert (result["total"], result["status"]) == (total, "final" if final else "complete")


# --- grades ------------------------------------------------------------------------------------------------------

BANDS = {
    "levels": [
        {"when": {"total": {"at_least": 18}}, "label": "优"},
        {"when": {"total": {"less_than": 10}}, "label": "差"},
    ]
}
GRADES = [
    ("the first that holds", GRADE, {}, "优"),
    ("the next", GRADE, {"a": 0}, "良"),
    ("the last", GRADE, {"a": 0, "b": 0}, "差"),
    ("a gap between bands", BANDS, {"a": 7}, None),
    ("over evidence", {"levels": [{"when": "yes", "label": "差"}, {"label": "优"}]}, {"yes": True}, "差"),
]


@pytest.mark.parametrize(("grade", "stated", "label"), cases(GRADES))
def test_grade_of_a_sheet(grade, stated, label):
    found = sheet({**SCORES, **stated}, grade=grade)
    assert (found["grade"], found["status"]) == (label, "complete")


GAP = {**HELD, "a": 7}
IN_A_GAP = [
    ("a grade is given", [veto({"grade": "优"})], "优"),
    ("at most a grade gives none", [veto({"grade_at_most": "差"})], None),
    ("a grade lower gives none", [veto({"grade_by": -1})], None),
    ("a grade is given, at most another", [veto({"grade": "优"}), veto({"grade_at_most": "差"}, "no")], "差"),
]


@pytest.mark.parametrize(("vetoes", "label"), cases(IN_A_GAP))
def test_vetoes_where_there_is_no_grade(vetoes, label):
    assert sheet(GAP, vetoes=vetoes, grade=BANDS)["grade"] == label


OPEN_GRADES = [
    ("an item is open", GRADE, {"b": 3, "c": 2}),
    ("its evidence is open", {"levels": [{"when": "yes", "label": "差"}, {"label": "优"}]}, SCORES),
]


@pytest.mark.parametrize(("grade", "stated"), cases(OPEN_GRADES))
def test_grade_that_is_not_decided(grade, stated):
    found = sheet(stated, grade=grade)
    assert (found["grade"], found["status"]) == (None, "pending")


def test_no_grade_without_a_total():
    row = an_item(5, applies_when="yes", otherwise={"leave_out": "rescale"})
    found = a_scheme(
        a_section(row), evidence=FIELDS, grade={"levels": [{"label": "优"}]}, vetoes=[veto({"grade": "优"}, "no")]
    )
    assert sheet_of(found, {"yes": False, "no": True})["grade"] is None


# --- what cannot be written --------------------------------------------------------------------------------------

WRONG = [
    ("no effect", {"vetoes": [{"when": "yes"}]}, "/vetoes/0/effect", "missing"),
    ("no effects", {"vetoes": [veto([])]}, "/vetoes/0/effect", "list_too_short"),
    ("another effect", {"vetoes": [veto({"points": 0})]}, "/vetoes/0/effect", "shape_unknown"),
    ("a text", {"vetoes": [veto("0")]}, "/vetoes/0/effect", "shape_unknown"),
    ("points of no code", {"vetoes": [veto({"score": [], "is": 0})]}, "/vetoes/0/effect/score", "list_too_short"),
    ("a score without points", {"vetoes": [veto({"score": ["a"]})]}, "/vetoes/0/effect", "veto_score"),
    (
        "both points and a share",
        {"vetoes": [veto({"score": ["a"], "is": 0, "times": 1})]},
        "/vetoes/0/effect",
        "veto_score",
    ),
    (
        "no such part",
        {"vetoes": [veto([{"total": 0}, {"score": ["a", "x"], "is": 0}])]},
        "/vetoes/0/effect/1/score/1",
        "part_unknown",
    ),
    ("no such grade", {"vetoes": [veto({"grade": "劣"})], "grade": GRADE}, "/vetoes/0/effect/grade", "grade_unknown"),
    ("no grades", {"vetoes": [veto({"grade_at_most": "优"})]}, "/vetoes/0/effect/grade_at_most", "grade_unknown"),
    ("nothing to shift", {"vetoes": [veto({"grade_by": -1})]}, "/vetoes/0/effect/grade_by", "grade_unknown"),
    (
        "half a grade",
        {"vetoes": [veto({"grade_by": D("0.5")})], "grade": GRADE},
        "/vetoes/0/effect/grade_by",
        "integer_value",
    ),
    ("when of no fact", {"vetoes": [veto({"total": 0}, "x")]}, "/vetoes/0/when", "fact_unknown"),
    ("no levels", {"grade": {"levels": []}}, "/grade/levels", "list_too_short"),
    (
        "a level in between without when",
        {"grade": {"levels": [{"label": "优"}, {"label": "良"}]}},
        "/grade/levels/0",
        "when_missing",
    ),
    ("a label twice", {"grade": {"levels": [LEVELS[0], {"label": "优"}]}}, "/grade/levels/1/label", "code_repeated"),
    (
        "a level of no fact",
        {"grade": {"levels": [{"when": {"x": {"is": 1}}, "label": "优"}]}},
        "/grade/levels/0/when/x",
        "fact_unknown",
    ),
    ("a level without a label", {"grade": {"levels": [{"when": "yes"}]}}, "/grade/levels/0/label", "missing"),
]


@pytest.mark.parametrize(("members", "place", "code"), cases(WRONG))
def test_veto_or_grade_that_cannot_be_written(members, place, code):
    assert places(prepare(document(**members))) == [(place, code)]
