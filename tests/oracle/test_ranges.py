"""Every open item of the oracle: fill in what is missing in every way, and both ends of its range are reached."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from tests.oracle.evidences import BOOLEANS, CHOICES, FIELDS
from tests.oracle.hangzhou import Span, expected

YEAR = (date(2020, 4, 1), date(2021, 3, 31))
STAY = {"name": "张敏", "institution": "西湖护理院", "category": "technical", "start_date": "2020-06-01"}
RECORD = {"kind": "media_report", "date": "2020-06-01", "related": True, "venue": "乙"}
ANSWERS = {"group": "patient", "neutral": 0}


def records(number: int, level: str) -> list[dict[str, Any]]:
    return [{**RECORD, "name": f"甲{n}", "title": f"甲{n}", "level": level} for n in range(number)]


def stays(*ends: str) -> list[dict[str, Any]]:
    return [{**STAY, "end_date": end} for end in ends]


def answers(satisfied: int) -> list[dict[str, Any]]:
    return [{**ANSWERS, "satisfied": satisfied, "dissatisfied": 100 - satisfied}]


ANSWERED: dict[str, list[Any]] = {
    **{field: [True, False] for field in BOOLEANS},
    **CHOICES,
    "downward_referrals": [0, 1],
    "supported_disciplines": [0, 1],
    "dispatched_staff": [[], stays("2020-06-01"), stays("2020-06-01", "2020-06-02")],
    "trainees": [[], stays("2020-06-30"), stays("2020-08-01")],
    "lectures": [[], records(2, "-")],
    "member_visits": [[]],
    "disease_mix": [[]],
    "new_techniques": [records(n, "-") for n in range(3)],
    "management_documents": [records(n, "-") for n in (0, 1, 4)],
    "satisfaction_survey": [answers(n) for n in (0, 80, 85, 90, 95)],
    "publicity": [[], records(1, "municipal")],
    "key_disciplines": [records(n, "district") for n in (0, 1, 3)],
    "research_projects": [records(n, "bureau") for n in (0, 2, 3)],
    "papers": [records(n, "second") for n in (0, 1, 6)],
}
USES = {
    "agreement": [field for field in BOOLEANS if field.startswith("agreement")],
    "annual_plan": [field for field in BOOLEANS if field.startswith("plan")],
    "incentive": ["incentive_mechanism"],
    "two_way_referral": [*(field for field in BOOLEANS if field.startswith("priority")), "downward_referrals"],
    "service_volume": ["member_visits", "disease_mix"],
    "satisfaction": ["satisfaction_survey"],
    "research": ["key_disciplines", "research_projects", "papers"],
    **{
        code: [code]
        for code in [
            "quality_system",
            "referral_system",
            "grassroots_support",
            "dispatched_staff",
            "supported_disciplines",
            "discipline_plan",
            "leader_training",
            "trainees",
            "lectures",
            "chronic_care",
            "new_techniques",
            "management_documents",
            "referral_information",
            "fund_use",
            "publicity",
        ]
    },
}
POINTS = {"service_volume": [0, 5], "chronic_care": [2, 3, 4, 5]}


def partly(fields: list[str]) -> Iterator[dict[str, Any]]:
    """Every way of answering some of the fields and leaving the others out."""
    for values in product(*([None, *ANSWERED[field]] for field in fields)):
        yield {field: value for field, value in zip(fields, values, strict=True) if value is not None}


def answered(code: str, evidence: dict[str, Any], points: int | None) -> Fraction | Span:
    """What the oracle says of one item."""
    judgements = {} if points is None else {code: {"points": points, "rationale": "查阅资料后评定"}}
    return expected(evidence, judgements, YEAR)["items"][code]


def completed(code: str, evidence: dict[str, Any], points: int | None) -> set[Fraction]:
    """Every score that the item can still become, by answering what is missing."""
    missing = [field for field in USES[code] if field not in evidence]
    people = [points] if points is not None else POINTS.get(code, [None])
    filled = [dict(zip(missing, values, strict=True)) for values in product(*(ANSWERED[field] for field in missing))]
    outcomes = [answered(code, {**evidence, **more}, number) for more in filled for number in people]
    assert all(isinstance(outcome, Fraction) for outcome in outcomes), "nothing is missing, and still it is open"
    return {outcome for outcome in outcomes if isinstance(outcome, Fraction)}


@pytest.mark.parametrize("code", USES)
def test_both_ends_of_every_range_are_reached(code: str) -> None:
    for evidence in partly(USES[code]):
        for points in [None, *POINTS.get(code, [])]:
            outcomes = completed(code, evidence, points)
            said = answered(code, evidence, points)
            low, high = said if isinstance(said, tuple) else (said, said)
            if points is None or low == high:
                assert (min(outcomes), max(outcomes)) == (low, high), evidence
            else:  # a judgement is not used before it is asked for: the range is that of any judgement
                assert all(low <= outcome <= high for outcome in outcomes), evidence


def test_every_field_belongs_to_an_item() -> None:
    assert sorted(field for fields in USES.values() for field in fields) == sorted(FIELDS)
