"""Who may form an alliance: each way in which its members depart from the scheme's rules."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.scoring.composition import AllianceComposition, Composition, Member, composition_problems
from app.scoring.document import read_part
from tests.builders import cases, places, said

RULES: dict[str, Any] = {
    "lead": {"kind": "hospital", "level": "municipal"},
    "members": [
        {"kind": "community_health_centre", "joins": ["lead"]},
        {
            "kind": "elderly_care",
            "medical_unit": ["nursing_home", "hospital"],
            "joins": ["lead", "community_health_centre"],
        },
        {"kind": "elderly_care", "medical_unit": ["other"], "joins": ["community_health_centre"]},
    ],
    "filings": ["agreement", "plan"],
    "basis": "每家医养结合机构均应与社区卫生服务中心对接。",
}
FILED = {"agreement_filed": date(2020, 4, 1), "plan_filed": date(2020, 4, 2)}
LEAD = Member("lead", "市一医院", "hospital", level="municipal", leads=True)
CENTRE = Member("centre", "甲中心", "community_health_centre")


def home(unit: str | None = "nursing_home", **changes: Any) -> Member:
    return Member(**{"code": "home", "name": "乙院", "kind": "elderly_care", "medical_unit": unit, **changes})


def found(*members: Member, rules: dict[str, Any] = RULES, **filed: Any) -> list[Any]:
    alliance = AllianceComposition(members, **{**FILED, **filed})
    return said(composition_problems(read_part(Composition, rules), alliance))


FITTING = [
    ("a centre", [LEAD, CENTRE]),
    ("a nursing home at the lead", [LEAD, home()]),
    ("a nursing home through a centre", [LEAD, CENTRE, home(through="centre")]),
    ("a hospital for the old at the lead", [LEAD, home("hospital")]),
    ("another unit through a centre", [LEAD, CENTRE, home("other", through="centre")]),
    ("in any order", [home("other", through="centre"), CENTRE, LEAD]),
]


@pytest.mark.parametrize("members", cases(FITTING))
def test_alliance_as_the_rules_have_it(members):
    assert found(*members) == []


UNFIT = "不符合牵头单位的条件（市级医院等规定的类别和级别）"
THROUGH = "对接的单位不是本联合体内的社区卫生服务中心，或不应经其加入"
DEPARTING = [
    ("no lead", [CENTRE], ("/members", "one_lead", "应恰好有1家牵头单位，现有0家")),
    ("two leads", [LEAD, LEAD, CENTRE], ("/members", "one_lead", "应恰好有1家牵头单位，现有2家")),
    (
        "lead of another kind",
        [Member("c", "甲中心", "community_health_centre", level="municipal", leads=True), CENTRE],
        ("/members/0", "lead_unfit", f"“甲中心”{UNFIT}"),
    ),
    (
        "lead of another level",
        [CENTRE, Member("h", "区医院", "hospital", level="district", leads=True)],
        ("/members/1", "lead_unfit", f"“区医院”{UNFIT}"),
    ),
    ("lead alone", [LEAD], ("/members", "no_member", "联合体没有牵头单位以外的成员单位")),
    (
        "another hospital",
        [LEAD, Member("h", "区医院", "hospital")],
        ("/members/1", "member_unfit", "“区医院”属于医院，不在可以加入的范围内"),
    ),
    (
        "a kind nobody knows",
        [LEAD, Member("s", "学校", "school")],
        ("/members/1", "member_unfit", "“学校”属于school，不在可以加入的范围内"),
    ),
    (
        "no medical unit",
        [LEAD, home("none")],
        ("/members/1", "member_unfit", "“乙院”属于医养结合机构（设有：无内设医疗机构），不在可以加入的范围内"),
    ),
    (
        "medical unit not known",
        [LEAD, home(None)],
        ("/members/1", "member_unfit", "“乙院”属于医养结合机构，不在可以加入的范围内"),
    ),
    (
        "a medical unit nobody knows",
        [LEAD, home("ward")],
        ("/members/1", "member_unfit", "“乙院”属于医养结合机构（设有：ward），不在可以加入的范围内"),
    ),
    (
        "another unit at the lead",
        [LEAD, home("other")],
        (
            "/members/1/through",
            "through_centre",
            "“乙院”属于医养结合机构（设有：除护理院和医院以外的医疗机构），应先对接社区卫生服务中心",
        ),
    ),
    (
        "through nobody here",
        [LEAD, home(through="centre")],
        ("/members/1/through", "through_unfit", f"“乙院”{THROUGH}"),
    ),
    ("through the lead", [LEAD, home(through="lead")], ("/members/1/through", "through_unfit", f"“乙院”{THROUGH}")),
    (
        "a centre through a centre",
        [LEAD, CENTRE, Member("d", "丁中心", "community_health_centre", through="centre")],
        ("/members/2/through", "through_unfit", f"“丁中心”{THROUGH}"),
    ),
]


@pytest.mark.parametrize(("members", "problem"), cases(DEPARTING))
def test_alliance_that_departs_from_the_rules(members, problem):
    assert found(*members) == [problem]


def test_everything_at_once():
    problems = found(
        home("none"), home("other"), Member("h", "区医院", "hospital"), agreement_filed=None, plan_filed=None
    )
    assert [(pointer, code) for pointer, code, _ in problems] == [
        ("/members", "one_lead"),
        ("/members/0", "member_unfit"),
        ("/members/1/through", "through_centre"),
        ("/members/2", "member_unfit"),
        ("/agreement_filed", "agreement_not_filed"),
        ("/plan_filed", "plan_not_filed"),
    ]


@pytest.mark.parametrize(("filing", "name"), [("agreement", "协议书"), ("plan", "实施方案")])
def test_what_has_to_be_filed(filing, name):
    expected = [(f"/{filing}_filed", f"{filing}_not_filed", f"{name}尚未报卫生健康行政部门备案")]
    assert found(LEAD, CENTRE, **{f"{filing}_filed": None}) == expected
    assert found(LEAD, CENTRE, rules={**RULES, "filings": []}, **{f"{filing}_filed": None}) == []


def test_level_that_nobody_asks_for():
    rules = {**RULES, "lead": {"kind": "hospital"}}
    assert found(Member("h", "区医院", "hospital", level="district", leads=True), CENTRE, rules=rules) == []


def test_medical_unit_that_nobody_asks_for():
    rules = {**RULES, "members": [{"kind": "elderly_care", "joins": ["lead"]}]}
    assert found(LEAD, home("none"), rules=rules) == []


WRONG = [
    ("no lead", {"lead": None}, ("/lead", "object_type")),
    ("no such kind", {"lead": {"kind": "school"}}, ("/lead/kind", "choice_unknown")),
    ("nobody may join", {"members": []}, ("/members", "list_too_short")),
    ("joins nobody", {"members": [{"kind": "hospital", "joins": []}]}, ("/members/0/joins", "list_too_short")),
    ("another filing", {"filings": ["budget"]}, ("/filings/0", "choice_unknown")),
    ("no basis", {"basis": ""}, ("/basis", "text_empty")),
]


@pytest.mark.parametrize(("changes", "problem"), cases(WRONG))
def test_rules_that_cannot_be_written(changes, problem):
    assert places(read_part(Composition, {**RULES, **changes})) == [problem]
