"""Complete submissions for the Hangzhou table, as a reporting system would send them: seeded, no two the same."""

from __future__ import annotations

import json
import random
from datetime import date, timedelta
from typing import Any, Final

PERIOD: Final = {"start": "2020-04-01", "end": "2021-03-31"}
FIRST_DAY: Final = date(2020, 4, 1)
SURNAMES: Final = "陈李王周吴徐孙朱马胡"
PLACES: Final = ("甲护理院", "乙养老院", "丙医院", "丁卫生服务中心")
YES: Final = (
    *("agreement_signed", "agreement_responsibilities_clear", "agreement_targets_clear", "agreement_operable"),
    *("plan_made", "plan_jointly_agreed", "plan_targets_specific", "quality_system", "referral_system"),
    *("priority_reception", "priority_examination", "priority_admission"),
)
CHOICES: Final = {
    "incentive_mechanism": ("implemented", "issued", "none"),
    "grassroots_support": ("implemented", "issued", "none"),
    "discipline_plan": ("implemented", "annual_plan_unfinished", "none"),
    "leader_training": ("implemented", "below_requirement", "none"),
    "chronic_care": ("standard", "nonstandard", "none"),
    "referral_information": ("running", "built", "none"),
    "fund_use": ("compliant", "unused", "diverted"),
}
LEVELS: Final = {
    "publicity": ("national", "provincial", "municipal", "district"),
    "key_disciplines": ("national", "provincial", "municipal", "district", "institution"),
    "research_projects": ("national", "provincial", "municipal", "bureau", "institution"),
    "papers": ("first", "second", "other"),
}


def submissions(count: int, seed: int) -> list[bytes]:
    """Requests to score, as JSON."""
    chance = random.Random(seed)
    return [json.dumps(submission(chance), ensure_ascii=False).encode() for _ in range(count)]


def submission(chance: random.Random) -> dict[str, Any]:
    """One alliance: mostly in order, with the weaknesses that alliances have."""
    evidence: dict[str, Any] = {code: chance.random() < 0.9 for code in YES}
    evidence |= {code: chance.choices(values, (7, 2, 1))[0] for code, values in CHOICES.items()}
    evidence["downward_referrals"] = chance.choice((0, 0, 4, 17, 36, chance.randrange(400)))
    evidence["supported_disciplines"] = chance.choice((0, 1, 1, 2, 3))
    evidence["dispatched_staff"] = [
        {"name": _name(chance), "category": chance.choice(("technical", "management")), **_stay(chance)}
        for _ in range(chance.randrange(5))
    ]
    evidence["trainees"] = [{"name": _name(chance), **_stay(chance)} for _ in range(chance.randrange(4))]
    evidence["lectures"] = [
        {
            "date": _day(chance),
            "title": _title(chance),
            "venue": chance.choice(PLACES),
            "related": chance.random() < 0.8,
        }
        for _ in range(chance.randrange(5))
    ]
    evidence |= _visits(chance)
    for table, name in (("new_techniques", "新技术"), ("management_documents", "制度")):
        evidence[table] = [{"name": name + _title(chance), "date": _day(chance)} for _ in range(chance.randrange(7))]
    evidence["satisfaction_survey"] = _survey(chance)
    evidence |= _bonus(chance)
    return {"period": PERIOD, "evidence": evidence, "judgements": _judgements(chance, evidence)}


def _judgements(chance: random.Random, evidence: dict[str, Any]) -> dict[str, Any]:
    said = {
        "service_volume": {"points": chance.choice((5, 5, 0)), "rationale": "门诊、住院人次和病种分布" + _title(chance)}
    }
    if evidence["chronic_care"] == "nonstandard":
        said["chronic_care"] = {"points": chance.randint(2, 5), "rationale": "部分病种建档管理" + _title(chance)}
    return said


def _visits(chance: random.Random) -> dict[str, Any]:
    def years() -> dict[str, int]:
        before = chance.randrange(100, 9000)
        return {"previous_year": before, "current_year": before + chance.randrange(-90, 900)}

    kinds = [(place, kind) for place in PLACES for kind in ("outpatient", "inpatient")]
    diseases = chance.sample(("脑卒中恢复期", "重症肺炎", "高血压", "糖尿病", "骨折术后"), 3)
    return {
        "member_visits": [{"member": place, "kind": kind, **years()} for place, kind in kinds],
        "disease_mix": [{"member": chance.choice(PLACES), "disease": disease, **years()} for disease in diseases],
    }


def _survey(chance: random.Random) -> list[dict[str, Any]]:
    content = chance.choice((0.99, 0.97, 0.95, 0.92, 0.88, 0.84, 0.75))
    rows = []
    for group in ("health_authority", "institution_admin", "patient", "medical_staff"):
        asked = chance.randrange(20, 120)
        satisfied = sum(chance.random() < content for _ in range(asked))
        neutral = chance.randint(0, asked - satisfied)
        figures = {"satisfied": satisfied, "neutral": neutral, "dissatisfied": asked - satisfied - neutral}
        rows.append({"group": group, **figures})
    return rows


def _bonus(chance: random.Random) -> dict[str, Any]:
    def rows(table: str, name: str) -> list[dict[str, Any]]:
        return [
            {name: _title(chance), "level": chance.choice(LEVELS[table]), "date": _day(chance)}
            for _ in range(chance.choice((0, 0, 1, 2, 3)))
        ]

    reports = [
        {"kind": chance.choice(("media_report", "leader_commendation")), **row} for row in rows("publicity", "title")
    ]
    return {
        "publicity": reports,
        "key_disciplines": rows("key_disciplines", "name"),
        "research_projects": rows("research_projects", "name"),
        "papers": rows("papers", "title"),
    }


def _name(chance: random.Random) -> str:
    return f"{chance.choice(SURNAMES)}{chance.randrange(10_000)}"


def _title(chance: random.Random) -> str:
    return f"{chance.choice(('老年康复', '慢病管理', '安宁疗护', '护理技能'))}{chance.randrange(1_000_000)}"


def _day(chance: random.Random) -> str:
    """Mostly in the period; a few records belong to another."""
    return (FIRST_DAY + timedelta(days=chance.randrange(-20, 380))).isoformat()


def _stay(chance: random.Random) -> dict[str, str]:
    first = FIRST_DAY + timedelta(days=chance.randrange(240))
    last = first + timedelta(days=chance.choice((20, 45, 70, 100)) + chance.randrange(20))
    return {"institution": chance.choice(PLACES), "start_date": first.isoformat(), "end_date": last.isoformat()}
