"""Random valid requests for the Hangzhou table, crowded around its marks; the same seed gives the same request."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from tests.oracle.records import with_findings
from tests.oracle.spans import a_date, a_period, dispatches, trainees

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.oracle.records import Period, Row

Request = dict[str, Any]

CHOICES = {
    "incentive_mechanism": ["implemented", "issued", "none"],
    "grassroots_support": ["implemented", "issued", "none"],
    "discipline_plan": ["implemented", "annual_plan_unfinished", "none"],
    "leader_training": ["implemented", "below_requirement", "none"],
    "chronic_care": ["standard", "nonstandard", "none"],
    "referral_information": ["running", "built", "none"],
    "fund_use": ["compliant", "unused", "diverted"],
}
BOOLEANS = [
    "agreement_signed",
    "agreement_responsibilities_clear",
    "agreement_targets_clear",
    "agreement_operable",
    "plan_made",
    "plan_jointly_agreed",
    "plan_targets_specific",
    "quality_system",
    "referral_system",
    "priority_reception",
    "priority_examination",
    "priority_admission",
]
NUMBERS = ["downward_referrals", "supported_disciplines"]
PUBLICITY_LEVELS = ["national", "provincial", "municipal", "district"]
DISCIPLINE_LEVELS = ["national", "provincial", "municipal", "district", "institution"]
PROJECT_LEVELS = ["national", "provincial", "municipal", "bureau", "institution"]
PAPER_LEVELS = ["first", "second", "other"]
GROUPS = ["health_authority", "institution_admin", "patient", "medical_staff"]
NAMES = ["老年护理", "康复医学", "安宁疗护", "认知障碍筛查"]
MEMBERS = ["西湖护理院", "文新街道社区卫生服务中心"]
REASON = "现场核实与所报材料不符"


def a_boolean(r: random.Random, _period: Period) -> bool:
    """Mostly true, so that the clauses of several qualities are reached."""
    return r.random() < 0.85


def a_number(r: random.Random, _period: Period) -> int:
    """Answer 0, the mark, above it, or far above."""
    return r.choice([0, 0, 1, 1, 2, 500])


def a_choice(field: str) -> Callable[[random.Random, Period], str]:
    """Make the chooser of one field."""
    return lambda r, _period: r.choice(CHOICES[field])


def rows(r: random.Random, most: int, row: Callable[[], Row]) -> list[Row]:
    """Answer up to `most` rows, none too."""
    return [row() for _ in range(r.randint(0, most))]


def lectures(r: random.Random, period: Period) -> list[Row]:
    """Lectures on both sides of 2 that are related and in the period."""
    return rows(
        r,
        4,
        lambda: {
            "date": a_date(r, period),
            "title": f"{r.choice(NAMES)}讲座",
            "venue": r.choice(MEMBERS),
            "related": r.random() < 0.7,
        },
    )


def dated(most: int) -> Callable[[random.Random, Period], list[Row]]:
    """Make a table of name and date; a name given twice is two records here."""
    return lambda r, period: rows(r, most, lambda: {"name": r.choice(NAMES), "date": a_date(r, period)})


def visits(r: random.Random, _period: Period) -> list[Row]:
    """Visits of the members in two years."""
    return rows(
        r,
        3,
        lambda: {
            "member": r.choice(MEMBERS),
            "kind": r.choice(["outpatient", "inpatient"]),
            "previous_year": r.randint(0, 9000),
            "current_year": r.randint(0, 9000),
        },
    )


def diseases(r: random.Random, _period: Period) -> list[Row]:
    """Diseases of the members' patients in two years."""
    return rows(
        r,
        3,
        lambda: {
            "member": r.choice(MEMBERS),
            "disease": r.choice(["高血压", "糖尿病", "脑卒中"]),
            "previous_year": r.randint(0, 900),
            "current_year": r.randint(0, 900),
        },
    )


def publicity(r: random.Random, period: Period) -> list[Row]:
    """List reports and commendations, the levels that count and the one that does not."""
    return rows(
        r,
        3,
        lambda: {
            "kind": r.choice(["media_report", "leader_commendation"]),
            "level": r.choice([*PUBLICITY_LEVELS, "district", "district", "district"]),
            "title": r.choice(NAMES),
            "date": a_date(r, period),
        },
    )


def ranked(name: str, levels: list[str], most: int) -> Callable[[random.Random, Period], list[Row]]:
    """Make a table of row 22: few names, so that some come twice, at the same level or another."""
    return lambda r, period: rows(
        r, most, lambda: {name: r.choice(NAMES), "level": r.choice(levels), "date": a_date(r, period)}
    )


def shares(r: random.Random, number: int, parts: int) -> list[int]:
    """Cut a number into parts that add up to it."""
    cuts = sorted(r.randint(0, number) for _ in range(parts - 1))
    return [b - a for a, b in zip([0, *cuts], [*cuts, number], strict=True)]


def survey(r: random.Random, _period: Period) -> list[Row]:
    """Answers that give a mark exactly or lie one answer beside it (19,999 of 25,000 are 79.996 %), or none at all."""
    everybody = r.choice([0, 1, 20, 40, 200, 1000, 25_000])
    exact = everybody * r.choice([0, 80, 85, 90, 95, 95, 100]) // 100
    satisfied = min(max(exact + r.choice([-1, 0, 0, 1]), 0), everybody)
    number = r.randint(0 if everybody == 0 else 1, 5)
    if number == 0:
        return []
    neutral = r.randint(0, everybody - satisfied)
    parts = [shares(r, n, number) for n in (satisfied, neutral, everybody - satisfied - neutral)]
    return [
        {"group": r.choice(GROUPS), "satisfied": s, "neutral": n, "dissatisfied": d}
        for s, n, d in zip(*parts, strict=True)
    ]


FIELDS: dict[str, Callable[[random.Random, Period], Any]] = {
    **dict.fromkeys(BOOLEANS, a_boolean),
    **dict.fromkeys(NUMBERS, a_number),
    **{field: a_choice(field) for field in CHOICES},
    "dispatched_staff": dispatches,
    "trainees": trainees,
    "lectures": lectures,
    "member_visits": visits,
    "disease_mix": diseases,
    "new_techniques": dated(4),
    "management_documents": dated(7),
    "satisfaction_survey": survey,
    "publicity": publicity,
    "key_disciplines": ranked("name", DISCIPLINE_LEVELS, 3),
    "research_projects": ranked("name", PROJECT_LEVELS, 3),
    "papers": ranked("title", PAPER_LEVELS, 6),
}


def evidence(r: random.Random, period: Period) -> dict[str, Any]:
    """State every field, most fields, some, or none."""
    missing = r.choice([0, 0, 0, 0.05, 0.15, 0.5, 0.9, 1])
    fields = [field for field in FIELDS if r.random() >= missing]
    r.shuffle(fields)
    return {field: FIELDS[field](r, period) for field in fields}


def judgements(r: random.Random, standing: dict[str, Any]) -> dict[str, Any]:
    """Judge both items, one or none; where nobody asked, points that would be refused are only not used."""
    unasked = [] if standing.get("chronic_care") == "nonstandard" else [-3, 0, 6, 9]
    allowed = {"service_volume": [0, 5], "chronic_care": [2, 3, 4, 5, *unasked]}
    given = [code for code in allowed if r.random() < 0.7]
    return {code: {"points": r.choice(allowed[code]), "rationale": "查阅病历后评定"} for code in given}


def findings(r: random.Random, stated: dict[str, Any], period: Period) -> dict[str, Any]:
    """Correct a few of the stated values and strike a few rows, or look at a row and accept it."""
    found: dict[str, Any] = {}
    for field in r.sample(sorted(stated), r.randint(0, len(stated)) // 3):
        if not isinstance(stated[field], list):
            found[field] = {"value": FIELDS[field](r, period), "reason": REASON}
        elif stated[field]:
            numbers = r.sample(range(1, len(stated[field]) + 1), r.randint(1, len(stated[field])))
            found[field] = {"rows": {str(n): {"accepted": r.random() < 0.2, "reason": REASON} for n in numbers}}
    return found


def request(seed: int) -> Request:
    """Make one request: period and evidence always, judgements, findings and `final` now and then."""
    r = random.Random(seed)
    period = a_period(r)
    made: Request = {
        "period": {"start": period[0].isoformat(), "end": period[1].isoformat()},
        "evidence": evidence(r, period),
    }
    if r.random() < 0.35:
        made["findings"] = findings(r, made["evidence"], period)
    if r.random() < 0.8:
        made["judgements"] = judgements(r, with_findings(made["evidence"], made.get("findings", {})))
    if r.random() < 0.25:
        made["final"] = r.random() < 0.9
    return made
