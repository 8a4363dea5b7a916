"""Evidence of an alliance in one period: everything done, or less of it by named weaknesses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any, Final, TypeAlias

from app.demonstration.city import Alliance

Evidence: TypeAlias = dict[str, Any]

YES: Final = (
    *("agreement_signed", "agreement_responsibilities_clear", "agreement_targets_clear", "agreement_operable"),
    *("plan_made", "plan_jointly_agreed", "plan_targets_specific", "quality_system", "referral_system"),
    *("priority_reception", "priority_examination", "priority_admission"),
)
CHOSEN: Final = {
    "incentive_mechanism": "implemented",
    "grassroots_support": "implemented",
    "discipline_plan": "implemented",
    "leader_training": "implemented",
    "chronic_care": "standard",
    "referral_information": "running",
    "fund_use": "compliant",
}
GROUPS: Final = ("health_authority", "institution_admin", "patient", "medical_staff")


def full(alliance: Alliance, year: int) -> Evidence:
    """Everything that earns full marks, and all six bonus points, in the period that begins in April of `year`."""
    size = alliance.number
    return {
        **dict.fromkeys(YES, True),
        **CHOSEN,
        "downward_referrals": 20 + 3 * size,
        "supported_disciplines": 2,
        **_people(alliance, year),
        **_lists(alliance, year),
        **_visits(alliance, year),
        "satisfaction_survey": survey(97),
    }


def weakened(evidence: Evidence, weaknesses: Sequence[str]) -> Evidence:
    """The evidence of an alliance that did less."""
    for name in weaknesses:
        evidence = evidence | WEAKNESSES[name](evidence)
    return evidence


def survey(satisfied: int) -> list[Evidence]:
    """Two hundred answers, fifty of each group, of which so many in a hundred are satisfied."""
    shares = [satisfied // 2] * len(GROUPS)
    shares[0] += (satisfied * 2 - sum(shares)) if satisfied % 2 else 0
    return [
        {"group": group, "satisfied": share, "neutral": max(0, 50 - share), "dissatisfied": 0}
        for group, share in zip(GROUPS, shares, strict=True)
    ]


def on(year: int, month: int, day: int) -> str:
    """A day of the period: January to March belong to the next year."""
    return date(year + (month < 4), month, day).isoformat()  # noqa: PLR2004 -- April


def _people(alliance: Alliance, year: int) -> Evidence:
    home, nursing_home = alliance.home, alliance.nursing_home
    sent = [
        ("示例甲", "technical", nursing_home, on(year, 5, 6), on(year, 8, 5)),
        ("示例乙", "management", home, on(year, 9, 1), on(year, 11, 30)),
        ("示例丙", "technical", home, on(year, 12, 1), on(year, 2, 26)),
    ]
    trained = [
        ("示例丁", nursing_home, on(year, 6, 1), on(year, 9, 30)),
        ("示例戊", home, on(year, 10, 12), on(year, 12, 31)),
    ]
    return {
        "dispatched_staff": _rows(("name", "category", "institution", "start_date", "end_date"), sent),
        "trainees": _rows(("name", "institution", "start_date", "end_date"), trained),
    }


def _lists(alliance: Alliance, year: int) -> Evidence:
    lectures = [
        (on(year, 6, 18), "老年康复新进展", alliance.nursing_home, True),
        (on(year, 10, 22), "压力性损伤护理", alliance.home, True),
        (on(year, 1, 15), "安宁疗护沟通", alliance.centre, True),
    ]
    techniques = [("吞咽障碍康复训练", on(year, 7, 1)), ("经皮神经电刺激", on(year, 11, 10))]
    documents = [
        ("跌倒风险评估规范", on(year, 5, 20)),
        ("压力性损伤防治规范", on(year, 6, 30)),
        ("用药安全管理制度", on(year, 9, 15)),
        ("院感防控管理制度", on(year, 1, 8)),
    ]
    reports = [("media_report", "provincial", "医养联合体在身边", on(year, 12, 3))]
    return {
        "lectures": _rows(("date", "title", "venue", "related"), lectures),
        "new_techniques": _rows(("name", "date"), techniques),
        "management_documents": _rows(("name", "date"), documents),
        "publicity": _rows(("kind", "level", "title", "date"), reports),
        "key_disciplines": _rows(("name", "level", "date"), [("老年医学科", "municipal", on(year, 8, 1))]),
        "research_projects": _rows(("name", "level", "date"), [("失能老人连续照护研究", "bureau", on(year, 7, 15))]),
        "papers": _rows(
            ("title", "level", "date"),
            [("双向转诊实践", "second", on(year, 2, 10)), ("居家照护随访", "first", on(year, 3, 5))],
        ),
    }


def _visits(alliance: Alliance, year: int) -> Evidence:
    grown = 100 + 5 * (year - 2019)
    visits = [
        (alliance.nursing_home, "outpatient", 5200, 5200 * grown // 100),
        (alliance.nursing_home, "inpatient", 310, 310 * grown // 100),
        (alliance.centre, "outpatient", 42000, 42000 * grown // 100),
        (alliance.lead, "inpatient", 8800, 8350),
    ]
    mix = [(alliance.nursing_home, "脑卒中恢复期", 96, 171), (alliance.lead, "重症肺炎", 402, 455)]
    return {
        "member_visits": _rows(("member", "kind", "previous_year", "current_year"), visits),
        "disease_mix": _rows(("member", "disease", "previous_year", "current_year"), mix),
    }


def _rows(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> list[Evidence]:
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _first(field: str, count: int) -> Callable[[Evidence], Evidence]:
    return lambda evidence: {field: evidence[field][:count]}


def _said(**values: object) -> Callable[[Evidence], Evidence]:
    return lambda _: values


def _month_of_training(evidence: Evidence) -> Evidence:
    """One person, six weeks."""
    row = evidence["trainees"][0]
    end = date.fromisoformat(row["start_date"]) + timedelta(days=41)
    return {"trainees": [row | {"end_date": end.isoformat()}]}


WEAKNESSES: Final[dict[str, Callable[[Evidence], Evidence]]] = {
    "vague_agreement": _said(agreement_targets_clear=False),
    "vague_plan": _said(plan_targets_specific=False),
    "incentives_on_paper": _said(incentive_mechanism="issued"),
    "no_incentives": _said(incentive_mechanism="none"),
    "no_priority_beds": _said(priority_admission=False),
    "no_referrals_down": _said(downward_referrals=0),
    "support_on_paper": _said(grassroots_support="issued"),
    "no_support": _said(grassroots_support="none"),
    "one_dispatched": _first("dispatched_staff", 1),
    "nobody_dispatched": _first("dispatched_staff", 0),
    "no_discipline": _said(supported_disciplines=0, discipline_plan="none", leader_training="none"),
    "plan_behind": _said(discipline_plan="annual_plan_unfinished"),
    "few_leaders": _said(leader_training="below_requirement"),
    "short_training": _month_of_training,
    "no_training": _first("trainees", 0),
    "one_lecture": _first("lectures", 1),
    "uneven_care": _said(chronic_care="nonstandard"),
    "one_technique": _first("new_techniques", 1),
    "two_documents": _first("management_documents", 2),
    "no_documents": _first("management_documents", 0),
    "channel_idle": _said(referral_information="built"),
    "no_channel": _said(referral_information="none"),
    "funds_unused": _said(fund_use="unused"),
    "satisfaction_93": lambda _: {"satisfaction_survey": survey(93)},
    "satisfaction_88": lambda _: {"satisfaction_survey": survey(88)},
    "satisfaction_76": lambda _: {"satisfaction_survey": survey(76)},
    "no_publicity": _first("publicity", 0),
    "district_publicity": lambda e: {"publicity": [row | {"level": "district"} for row in e["publicity"]]},
    "no_research": lambda e: {name: [] for name in e.keys() & {"key_disciplines", "research_projects", "papers"}},
    "one_paper": lambda e: {"key_disciplines": [], "research_projects": [], "papers": e["papers"][:1]},
}
