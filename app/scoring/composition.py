"""Who may form an alliance: the scheme's rules as data, and what an alliance's members do not fulfil."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field as Limited

from app.scoring.document import Part, Text
from app.scoring.problems import Problem, Problems

InstitutionKind: TypeAlias = Literal["hospital", "community_health_centre", "elderly_care"]
MedicalUnit: TypeAlias = Literal["nursing_home", "hospital", "other", "none"]
Joins: TypeAlias = Literal["lead", "community_health_centre"]
Filing: TypeAlias = Literal["agreement", "plan"]

KIND_NAMES: dict[str, str] = {
    "hospital": "医院",
    "community_health_centre": "社区卫生服务中心",
    "elderly_care": "医养结合机构",
}
UNIT_NAMES: dict[str, str] = {
    "nursing_home": "护理院",
    "hospital": "医院",
    "other": "除护理院和医院以外的医疗机构",
    "none": "无内设医疗机构",
}
FILING_NAMES: dict[str, str] = {"agreement": "协议书", "plan": "实施方案"}


class LeadRule(Part):
    """What the one leader has to be."""

    kind: InstitutionKind
    level: Text | None = None


class MemberRule(Part):
    """Which institutions may join, and through whom."""

    kind: InstitutionKind
    medical_unit: list[MedicalUnit] | None = None
    joins: Annotated[list[Joins], Limited(min_length=1)]


class Composition(Part):
    """The rules of a scheme; `basis` quotes the plan they rest on."""

    lead: LeadRule
    members: Annotated[list[MemberRule], Limited(min_length=1)]
    filings: list[Filing] = []
    basis: Text


@dataclass(frozen=True, slots=True)
class Member:
    """An institution in an alliance; `through` is the code of the health centre it joins by, None for the lead."""

    code: str
    name: str
    kind: str
    medical_unit: str | None = None
    level: str | None = None
    leads: bool = False
    through: str | None = None


@dataclass(frozen=True, slots=True)
class AllianceComposition:
    """The members of an alliance on one day, and when its agreement and its plan were filed."""

    members: Sequence[Member]
    agreement_filed: date | None = None
    plan_filed: date | None = None


def composition_problems(rules: Composition, alliance: AllianceComposition) -> Problems:
    """Everything in which the alliance departs from the rules; each can be waived by people, with a reason."""
    found = [*_lead_problems(rules.lead, alliance.members)]
    for number, member in enumerate(alliance.members):
        if not member.leads:
            problem = _member_problem(rules.members, member, alliance.members)
            found += [] if problem is None else [problem.under("members", number)]
    if sum(1 for member in alliance.members if not member.leads) == 0:
        found.append(Problem(("members",), "no_member", "联合体没有牵头单位以外的成员单位"))
    filed = {"agreement": alliance.agreement_filed, "plan": alliance.plan_filed}
    found += [
        Problem((f"{filing}_filed",), f"{filing}_not_filed", f"{FILING_NAMES[filing]}尚未报卫生健康行政部门备案")
        for filing in rules.filings
        if filed[filing] is None
    ]
    return Problems(found)


def _lead_problems(rule: LeadRule, members: Sequence[Member]) -> list[Problem]:
    leads = [(number, member) for number, member in enumerate(members) if member.leads]
    if len(leads) != 1:
        return [Problem(("members",), "one_lead", f"应恰好有1家牵头单位，现有{len(leads)}家")]
    number, lead = leads[0]
    if lead.kind != rule.kind or (rule.level is not None and lead.level != rule.level):
        return [
            Problem(
                ("members", number), "lead_unfit", f"“{lead.name}”不符合牵头单位的条件（市级医院等规定的类别和级别）"
            )
        ]
    return []


def _member_problem(rules: Sequence[MemberRule], member: Member, members: Sequence[Member]) -> Problem | None:
    fitting = [
        rule
        for rule in rules
        if rule.kind == member.kind and (rule.medical_unit is None or member.medical_unit in rule.medical_unit)
    ]
    described = KIND_NAMES.get(member.kind, member.kind)
    if member.medical_unit is not None and member.kind == "elderly_care":
        described += f"（设有：{UNIT_NAMES.get(member.medical_unit, member.medical_unit)}）"
    if not fitting:
        return Problem((), "member_unfit", f"“{member.name}”属于{described}，不在可以加入的范围内")
    allowed = {way for rule in fitting for way in rule.joins}
    if member.through is None:
        if "lead" in allowed:
            return None
        return Problem(("through",), "through_centre", f"“{member.name}”属于{described}，应先对接社区卫生服务中心")
    centre = next((each for each in members if each.code == member.through), None)
    if centre is None or centre.kind != "community_health_centre" or "community_health_centre" not in allowed:
        return Problem(
            ("through",), "through_unfit", f"“{member.name}”对接的单位不是本联合体内的社区卫生服务中心，或不应经其加入"
        )
    return None
