"""Which number by profile counts for a subject, subjects and documents that do not fit, facts of the profile."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.engine import prepare
from app.scoring.problems import Problems
from app.scoring.program import Program
from tests.builders import (
    D,
    a_scheme,
    a_section,
    an_item,
    answer,
    boolean,
    by,
    by_level,
    cases,
    choice,
    compiled,
    day,
    integer,
    judged,
    levels,
    one_item,
    places,
    row_of,
    rows_of,
    said,
    score_of,
    sheet_of,
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


# --- which number it is ------------------------------------------------------------------------------------------

NESTED = by("level", {"二级": by("beds", {"50": 1}, otherwise=2)}, otherwise=by("beds", {"50": 3, "60": 4}))
CHOSEN = [
    ("by its key", OF, {"level": "三级"}, 4),
    ("otherwise", by("level", {"二级": 2}, otherwise=3), {"level": "一级"}, 3),
    ("otherwise 0", by("level", {"二级": 2}, otherwise=0), {"level": "一级"}, 0),
    ("an empty text", by("level", {"二级": 2}, otherwise=3), {"level": ""}, 3),
    ("a year", by("year", {"2024": 2}), {"year": 2024}, 2),
    ("a year with places", by("year", {"2024": 2}), {"year": D("2024.0")}, 2),
    ("a year in thousands", by("year", {"2000": 2}), {"year": D("2E+3")}, 2),
    ("a share", by("share", {"0.5": 2}), {"share": D("0.50")}, 2),
    ("a negative number", by("share", {"-1": 2}), {"share": -1}, 2),
    ("yes", by("teaching", {"true": 2, "false": 1}), {"teaching": True}, 2),
    ("no", by("teaching", {"true": 2, "false": 1}), {"teaching": False}, 1),
    ("a key with signs", by("level", {"甲\"乙'/~丙": 2}), {"level": "甲\"乙'/~丙"}, 2),
    ("a kind of its own", by("kind", {"院": 2, "站": 1}), {"kind": "站"}, 1),
    ("two attributes", NESTED, {"level": "二级", "beds": 50}, 1),
    ("the other of the second", NESTED, {"level": "二级", "beds": 60}, 2),
    ("otherwise by the second", NESTED, {"level": "三级", "beds": 60}, 4),
]


@pytest.mark.parametrize(("number", "subject", "score"), cases(CHOSEN))
def test_which_number_counts(number, subject, score):
    assert score_of(one_item(number), subject=subject) == score


def test_a_kind_is_otherwise_that_of_the_scheme():
    problem = ("/subject/kind", "subject_kind")
    assert places(answer(one_item(OF), subject={"kind": "院", "level": "二级"})) == [problem]
    assert score_of(one_item(OF), subject={"kind": "alliance", "level": "二级"}) == 2


MISSING, UNFIT = ("/subject/level", "profile_missing"), ("/subject/level", "profile_unfit")
UNFITTING = [
    ("nothing said", OF, {}, [MISSING]),
    ("null", OF, {"level": None}, [MISSING]),
    ("another level", OF, {"level": "一级"}, [UNFIT]),
    ("an empty text", OF, {"level": ""}, [UNFIT]),
    ("no text", OF, {"level": ["二级"]}, [("/subject/level", "attribute_type")]),
    ("the second attribute", NESTED, {"level": "二级"}, [("/subject/beds", "profile_missing")]),
    ("the second does not fit", NESTED, {"level": "三级", "beds": 9}, [("/subject/beds", "profile_unfit")]),
    ("no number", by("year", {"2024": 1}), {"year": D("NaN")}, [("/subject/year", "number_size")]),
]


@pytest.mark.parametrize(("number", "subject", "problems"), cases(UNFITTING))
def test_subject_without_its_number(number, subject, problems):
    assert places(answer(one_item(number), subject=subject)) == problems


def test_what_is_said_of_a_subject_without_its_number():
    said_missing = "评价方案按考评对象的 level 取数，应写明 level"
    said_unfit = "评价方案没有为考评对象的这一 level 规定数值（已规定：二级、三级）"
    assert [message for _, _, message in said(answer(one_item(OF)))] == [said_missing]
    assert [message for _, _, message in said(answer(one_item(OF), subject={"level": "x"}))] == [said_unfit]


def test_each_attribute_is_missed_once():
    document = a_scheme(a_section(an_item(OF), an_item(OF, code="other"), most=by("beds", {"50": 1})))
    assert places(answer(document, subject={})) == [MISSING, ("/subject/beds", "profile_missing")]
    assert places(answer(document, subject={"level": "x", "beds": 50})) == [UNFIT]


# --- documents ---------------------------------------------------------------------------------------------------

POINTS = "/sections/0/items/0/points"
WRITTEN_WRONG = [
    ("no values", by("level", {}), f"{POINTS}/values", "list_too_short"),
    ("no attribute", {"values": {"a": 1}}, POINTS, "number_type"),
    ("a negative amount", by_level(二级=-1), f"{POINTS}/values/二级", "number_negative"),
    ("text", by_level(二级="2"), f"{POINTS}/values/二级", "number_type"),
    ("nothing otherwise but text", by("level", {"二级": 1}, otherwise="x"), f"{POINTS}/otherwise", "number_type"),
    ("an empty key", by("level", {"": 1}), f"{POINTS}/values/", "text_empty"),
    ("an attribute that is no code", by("a b", {"c": 1}), f"{POINTS}/by", "code_form"),
    ("more", by("level", {"二级": 1}, unit="分"), f"{POINTS}/unit", "unknown_member"),
]


@pytest.mark.parametrize(("number", "place", "code"), cases(WRITTEN_WRONG))
def test_number_by_profile_that_cannot_be_written(number, place, code):
    assert places(prepare(one_item(1, points=number)))[0] == (place, code)


SHARES = [
    ("no part", {"whole": 3}, "/sections/0/weight", "share_form"),
    ("more", {"part": 1, "whole": 3, "x": 1}, "/sections/0/weight", "share_form"),
    ("nothing of it", {"part": 0, "whole": 3}, "/sections/0/weight", "number_not_positive"),
    ("of nothing", {"part": 1, "whole": 0}, "/sections/0/weight", "number_not_positive"),
    ("text", "1/3", "/sections/0/weight", "number_type"),
    ("by profile, 0", by_level(二级=0), "/sections/0/weight/values/二级", "number_not_positive"),
]


@pytest.mark.parametrize(("weight", "place", "code"), cases(SHARES))
def test_share_that_cannot_be_written(weight, place, code):
    assert places(prepare(a_scheme(a_section(weight=weight)))) == [(place, code)]


def test_no_subject_can_have_all_numbers():
    document = a_scheme(a_section(an_item(by_level(二级=2)), an_item(by_level(三级=2), code="other")))
    assert said(prepare(document)) == [
        ("/profile", "profile_never_fits", "没有一类考评对象能在 values 中取到所有的数值")
    ]


def test_what_is_wrong_for_one_level_alone():
    document = one_item(judged(by_level(二级=1, 三级=9), 5))
    assert places(prepare(document)) == [("/sections/0/items/0/rule/judged", "judged_limits")]


def test_each_kind_of_subject_is_compiled_once():
    program = compiled(one_item(by_level(二级=2, 三级=4)))
    assert sorted(each.items[0].item.rule.root for each in program.kinds) == [2, 4]
    assert program.of({"level": "二级"}) is program.of({"level": "二级"})
    plain = compiled(one_item(2))
    assert plain.of({"level": "二级"}) is plain
    assert plain.kinds == (plain,)


def many_kinds(*numbers: Any) -> dict[str, Any]:
    return a_scheme(a_section(*(an_item(each, code=f"item_{number}") for number, each in enumerate(numbers))))


def test_of_many_attributes_each_is_tried_by_itself():
    levels_named, beds = {f"L{each}": each for each in range(1, 8)}, {f"B{each}": 1 for each in range(1, 8)}
    program = compiled(many_kinds(by("level", levels_named), by("beds", beds)))
    sheet = sheet_of(program, subject={"level": "L6", "beds": "B6"})
    assert [row["score"] for row in rows_of(sheet).values()] == [6, 1]
    apart = program.of({"level": "L6", "beds": "B2"})
    assert isinstance(apart, Program)
    assert apart is program.of({"level": "L6", "beds": "B2"})
    assert apart.profile is program.profile
    assert isinstance(program.of({"level": "", "beds": "B2"}), Problems)


def test_scheme_is_sound_where_only_few_kinds_fit():
    names, others = [f"L{each}" for each in range(1, 8)], [f"D{each}" for each in range(1, 8)]
    document = many_kinds(
        by("level", dict.fromkeys(names, 1)),
        by("level", dict.fromkeys(names[4:], 2)),
        by("district", dict.fromkeys(others, 3)),
        by("district", dict.fromkeys(others[:3], 4)),
    )
    sheet = sheet_of(document, subject={"level": "L5", "district": "D1"})
    assert [row["score"] for row in rows_of(sheet).values()] == [1, 2, 3, 4]


# --- facts of the profile ----------------------------------------------------------------------------------------

PROFILE = {
    "level": choice(label="医院等级", choices={"三级": "三级", "二级": "二级"}),
    "beds": integer(label="核定床位数", unit="张"),
}
BED_RATE = {"rate": {"ratio": {"part": "count", "whole": "beds"}, "unit": "%"}}


def with_profile(rule: Any = 5, **changes: Any) -> dict[str, Any]:
    return one_item(rule, **{"profile": PROFILE, "evidence": FIELDS, "measures": BED_RATE, **changes})


FACTS = [
    ("a choice", levels(({"level": {"is": "三级"}}, 5)), 5),
    ("a number", levels(({"beds": {"at_least": 51}}, 5)), 0),
    ("a ratio over it", levels(({"rate": {"at_least": 40}}, 5)), 5),
    ("a term over it", tally({"gain": D("0.1"), "of": "beds", "above": 30}, start=0), 2),
    ("by the same attribute", by_level(三级=3, 二级=4), 3),
]


@pytest.mark.parametrize(("rule", "score"), cases(FACTS))
def test_attribute_as_a_fact(rule, score):
    assert score_of(with_profile(rule), {"count": 20}, subject={"level": "三级", "beds": 50}) == score


def test_no_improvement_changes_the_subject():
    document = with_profile(levels(({"rate": {"at_least": 50}}, 5), ({"beds": {"at_most": 10}}, 4)))
    found = row_of(document, {"count": 20}, subject={"level": "三级", "beds": 50})["improvements"]
    assert [each["change"] for each in found] == [[{"to": 25, "field": "count"}]]


DECLARED = [
    ("nothing said", {}, [("/subject/level", "missing"), ("/subject/beds", "missing")]),
    ("no such choice", {"level": "一级", "beds": 1}, [("/subject/level", "choice_unknown")]),
    ("below 0", {"level": "三级", "beds": -1}, [("/subject/beds", "number_too_small")]),
    ("text for a number", {"level": "三级", "beds": "1"}, [("/subject/beds", "number_type")]),
]


@pytest.mark.parametrize(("subject", "problems"), cases(DECLARED))
def test_declared_attribute_has_to_be_given(subject, problems):
    assert places(answer(with_profile(), {}, subject=subject)) == problems
    assert places(answer(with_profile(by_level(三级=3, 二级=4)), {}, subject=subject))[: len(problems)] == problems


def test_declared_kind_is_free():
    profile = {"kind": choice(label="类别", choices={"院": "院", "站": "站"})}
    document = one_item(levels(({"kind": {"is": "院"}}, 5)), profile=profile)
    assert score_of(document, subject={"kind": "站"}) == 0
    assert places(answer(document, subject={"kind": "alliance"})) == [("/subject/kind", "choice_unknown")]


PROFILES_WRONG = [
    ("a field of the same code", {"profile": {"count": integer()}}, "/profile/count", "code_repeated"),
    ("a measure of the same code", {"profile": {**PROFILE, "rate": integer()}}, "/measures/rate", "code_repeated"),
    ("a joining word", {"profile": {**PROFILE, "all": integer()}}, "/profile/all", "code_reserved"),
    ("a table", {"profile": {"beds": table()}}, "/profile/beds", "shape_unknown"),
    ("a key that is no choice", {"rule": by_level(一级=1, 二级=2)}, "/profile/level", "key_unfit"),
]


@pytest.mark.parametrize(("changes", "place", "code"), cases(PROFILES_WRONG))
def test_profile_that_cannot_be_declared(changes, place, code):
    changes = dict(changes)
    assert (place, code) in places(prepare(with_profile(changes.pop("rule", 5), **changes)))
