"""Grades: which level is reached, gaps, what vetoes leave of them, and documents that cannot be written."""

from __future__ import annotations

import pytest

from app.scoring.engine import prepare
from tests.builders import (
    D,
    a_scheme,
    a_section,
    an_item,
    cases,
    places,
    sheet_of,
)
from tests.scoring.small_sheets import (
    FIELDS,
    GRADE,
    HELD,
    LEVELS,
    SCORES,
    document,
    sheet,
    veto,
)

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
