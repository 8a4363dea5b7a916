"""Vetoes of every effect, one and several: what holds, what stands in the end, what is not known."""

from __future__ import annotations

import pytest

from tests.builders import (
    D,
    a_scheme,
    a_section,
    an_item,
    answer,
    cases,
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
)
from tests.scoring.small_sheets import (
    FIELDS,
    GRADE,
    HELD,
    OUT,
    SCORES,
    document,
    sheet,
    veto,
)

# --- vetoes ------------------------------------------------------------------------------------------------------

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


BY_CASES = [
    ("the number behind it is open", {}, None, [4, 18], "pending"),
    ("it is above the mark", {"b": 3}, 4, [4, 4], "complete"),
    ("it is below the mark", {"b": 2}, 18, [18, 18], "complete"),
]


@pytest.mark.parametrize(("stated", "total", "span", "status"), cases(BY_CASES))
def test_veto_over_cases(stated, total, span, status):
    measures = {"grave": {"cases": [{"when": {"b": {"at_least": 3}}, "is": 1}, {"is": 0}], "label": "情形"}}
    rows = [an_item(18, points=20, code="first_item")]
    vetoes = [veto({"total": 4}, {"grave": {"is": 1}})]
    found = sheet_of(a_scheme(a_section(*rows), evidence=FIELDS, measures=measures, vetoes=vetoes), stated)
    assert (found["total"], span_of(found), found["status"]) == (total, span, status)


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
