"""Evidence of an alliance for the Hangzhou table that earns everything, unless changed."""

from __future__ import annotations

from typing import Any

YES = (
    "agreement_signed agreement_responsibilities_clear agreement_targets_clear agreement_operable plan_made "
    "plan_jointly_agreed plan_targets_specific quality_system referral_system priority_reception "
    "priority_examination priority_admission"
)
CHOSEN = {
    "incentive_mechanism": "implemented",
    "grassroots_support": "implemented",
    "discipline_plan": "implemented",
    "leader_training": "implemented",
    "chronic_care": "standard",
    "referral_information": "running",
    "fund_use": "compliant",
}


def sent(name: str) -> dict[str, Any]:
    days = {"start_date": "2020-06-01", "end_date": "2020-08-31"}
    return {"name": name, "category": "technical", "institution": "示例护理院", **days}


def trainee(end: str) -> dict[str, Any]:
    return {"name": "学员甲", "institution": "示例护理院", "start_date": "2020-06-01", "end_date": end}


def lecture(day: str) -> dict[str, Any]:
    return {"date": day, "title": f"{day} 老年康复讲座", "venue": "示例护理院", "related": True}


def named(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"name": name, **more, "date": "2020-09-01"} for name in names]


def survey(satisfied: int, neutral: int) -> list[dict[str, Any]]:
    return [{"group": "patient", "satisfied": satisfied, "neutral": neutral, "dissatisfied": 0}]


def evidence(**changes: Any) -> dict[str, Any]:
    visits = {"member": "示例护理院", "previous_year": 300, "current_year": 420}
    return {
        **dict.fromkeys(YES.split(), True),
        **CHOSEN,
        "downward_referrals": 1,
        "dispatched_staff": [sent("医生甲"), sent("医生乙")],
        "supported_disciplines": 1,
        "trainees": [trainee("2020-09-30")],
        "lectures": [lecture("2020-06-18"), lecture("2020-10-22")],
        "member_visits": [{**visits, "kind": "inpatient"}],
        "disease_mix": [{**visits, "disease": "脑卒中恢复期"}],
        "new_techniques": named("吞咽训练", "电刺激"),
        "management_documents": named("跌倒风险评估", "压疮防治", "用药安全", "院感防控"),
        "satisfaction_survey": survey(95, 5),
        "publicity": [{"kind": "media_report", "level": "municipal", "title": "医养结合在身边", "date": "2020-12-03"}],
        "key_disciplines": named("老年医学科", "康复医学科", level="district"),
        "research_projects": named("连续照护研究", level="bureau"),
        "papers": [],
        **changes,
    }
