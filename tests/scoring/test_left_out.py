"""Items and sections that are left out: of the full marks, rescaled, and when too little is left."""

from __future__ import annotations

import pytest

from tests.builders import (
    D,
    a_scheme,
    a_section,
    an_item,
    cases,
    reasons_of,
    rows_of,
    sections_of,
    sheet_of,
    shows,
    span_of,
    steps_of,
)
from tests.scoring.not_applying import (
    FIELDS,
    PENALTY,
    RESCALE,
    SECTION,
    TOTAL,
    item,
    not_for,
    other,
    with_other,
)

# --- left out ----------------------------------------------------------------------------------------------------


def test_the_example_of_the_page():
    parts = [
        a_section(an_item(gives, code=f"i{at}", points=points), code=f"s{at}")
        for at, (gives, points) in enumerate([(30, 35), (16, 20), (22, 27)])
    ]
    fourth = a_section(an_item(18, code="i3", points=18), code="s3", **not_for(RESCALE))
    document = a_scheme(*parts, fourth, evidence=FIELDS)
    sheet = sheet_of(document, {"yes": False})
    assert (sheet["total"], sheet["base"], sheet["full_marks"]) == (D("82.93"), D("82.93"), 100)
    assert steps_of(sheet) == [("leave_out", D("14.93"))]
    assert reasons_of(sheet) == ["不适用的项目不计入，其余按比例折算"]
    assert sheet_of(document, {"yes": True})["total"] == 86


LEFT_OUT = [
    # base, full marks, first section
    ("out of the full marks", TOTAL, 3, 4, 0),
    ("the sheet is rescaled", RESCALE, D("6.75"), 9, 0),
    ("its section has nothing left", SECTION, 3, 4, 0),
]


@pytest.mark.parametrize(("policy", "base", "full_marks", "section"), cases(LEFT_OUT))
def test_item_that_is_left_out(policy, base, full_marks, section):
    sheet = sheet_of(with_other(policy), {"yes": False})
    assert (sheet["total"], sheet["base"], sheet["full_marks"]) == (base, base, full_marks)
    assert sections_of(sheet)["first"]["score"] == section
    row = rows_of(sheet)["item"]
    assert (row["status"], row["score"], span_of(row), row["deductions"]) == ("not_applicable", None, [0, 0], [])
    assert sheet["status"] == "complete"


WITHIN = [
    ("rescaled within its section", {}, D("6.75"), [("leave_out", D("3.75"))]),
    ("after weight", {"weight": 2}, D("13.5"), [("weight", 3), ("leave_out", D("7.5"))]),
    ("after most", {"most": 2}, D("4.5"), [("most", -1), ("leave_out", D("2.5"))]),
    ("after floor", {"floor": 4}, 9, [("floor", 1), ("leave_out", 5)]),
]


@pytest.mark.parametrize(("members", "score", "steps"), cases(WITHIN))
def test_section_rescaled_to_its_points(members, score, steps):
    sheet = sheet_of(a_scheme(a_section(item(policy=SECTION), other(), **members), evidence=FIELDS), {"yes": False})
    section = sections_of(sheet)["section"]
    assert (section["score"], steps_of(section)) == (score, steps)


def test_rescaling_is_rounded_once():
    document = a_scheme(
        a_section(an_item(4, points=5, code="a"), item(policy=SECTION, points=2), other(1, 1)), evidence=FIELDS
    )
    section = sections_of(sheet_of(document, {"yes": False}))["section"]
    assert section["score"] == D("6.67")
    assert sum(points for _, points in steps_of(section)) == D("1.67")


def test_rescaling_counts_weighted_points():
    first = a_section(item(policy=RESCALE), code="first", weight=3)
    sheet = sheet_of(a_scheme(first, a_section(other(), code="second"), base=19, evidence=FIELDS), {"yes": False})
    assert (sheet["base"], sheet["full_marks"]) == (D("14.25"), 19)
    out = a_scheme(
        a_section(item(policy=TOTAL), code="first", weight=3),
        a_section(other(), code="second"),
        base=19,
        evidence=FIELDS,
    )
    assert (sheet_of(out, {"yes": False})["full_marks"], sheet_of(out, {"yes": False})["base"]) == (4, 3)


def test_all_ways_at_once():
    rows = [an_item(2, code=f"i{at}", points=2, **not_for(way)) for at, way in enumerate((TOTAL, RESCALE, SECTION))]
    document = a_scheme(
        a_section(*rows, other(4, 2), code="first"), a_section(an_item(5, points=10), code="second"), evidence=FIELDS
    )
    sheet = sheet_of(document, {"yes": False})
    assert sections_of(sheet)["first"]["score"] == 3
    assert (sheet["base"], sheet["full_marks"]) == (D("9"), 18)


def test_bonus_is_never_rescaled():
    for way in (TOTAL, RESCALE, SECTION):
        bonus = a_section(item(policy=way, code="more"), other(2, 2), code="bonus", bonus=True)
        sheet = sheet_of(a_scheme(a_section(), bonus, evidence=FIELDS), {"yes": False})
        assert (sheet["bonus"], sheet["base"], sheet["full_marks"], sheet["adjustments"]) == (2, 5, 5, [])


def test_penalty_alone_cannot_be_rescaled():
    for way, base, total in ((RESCALE, -2, None), (TOTAL, -2, -2), (SECTION, 0, 0)):
        document = a_scheme(a_section(item(policy=way), an_item(PENALTY, code="p", points=0)), evidence=FIELDS)
        sheet = sheet_of(document, {"yes": False, "count": 1})
        assert (sheet["base"], sheet["total"], sheet["status"]) == (base, total, "complete")


def test_nothing_left_has_no_total():
    sheet = sheet_of(a_scheme(a_section(item(policy=RESCALE)), evidence=FIELDS), {"yes": False})
    assert (sheet["total"], sheet["base"], sheet["grade"], span_of(sheet)) == (None, 0, None, [None, None])
    assert steps_of(sheet) == [("no_total", 0)]
    assert reasons_of(sheet) == ["适用的部分不足，不能得出总分"]
    final = sheet_of(a_scheme(a_section(item(policy=RESCALE)), evidence=FIELDS), {"yes": False}, final=True)
    assert (final["status"], final["total"]) == ("final", None)


def test_limits_do_not_bring_back_what_is_left_out():
    for members in ({"floor": 2}, {"most": -1}):
        sheet = sheet_of(
            a_scheme(a_section(item(policy=TOTAL), **members), a_section(other(), code="second"), evidence=FIELDS),
            {"yes": False},
        )
        assert (sheet["total"], sheet["full_marks"]) == (3, 4)


SECTIONS_LEFT = [
    ("enough", 1, {"yes": False}, D("6.75")),
    ("all", 2, {"yes": True}, 6),
    ("too few", 2, {"yes": False}, None),
    ("more than there are", 3, {"yes": True}, None),
]


@pytest.mark.parametrize(("least", "stated", "total"), cases(SECTIONS_LEFT))
def test_so_many_sections_have_to_be_left(least, stated, total):
    sheet = sheet_of({**with_other(RESCALE), "sections_left": least}, stated)
    assert (sheet["total"], sheet["status"], sheet["base"] is None) == (total, "complete", False)
    assert (("no_total", 0) in steps_of(sheet)) is (total is None)


def test_no_total_while_something_is_open():
    sheet = sheet_of({**with_other(RESCALE, rule=shows()["rule"]), "sections_left": 3}, {"yes": True})
    assert (sheet["status"], sheet["total"], span_of(sheet)) == ("pending", None, [None, None])
