"""Worked by hand: what the clauses give for named cases, row by row, settled and open."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from tests.oracle.evidences import FIELDS, request
from tests.oracle.hangzhou import TABLE, expected

YEAR = (date(2020, 4, 1), date(2021, 3, 31))
DAY = "2020-06-01"
STAY = {"name": "张敏", "institution": "西湖护理院", "category": "technical"}
SENT = {**STAY, "start_date": DAY, "end_date": DAY}
MONTH = {**STAY, "start_date": "2020-06-01", "end_date": "2020-06-30"}
LONG = {**STAY, "start_date": "2020-06-01", "end_date": "2020-08-01"}
LECTURE = {"date": DAY, "title": "甲", "venue": "乙", "related": True}
BASIS: dict[str, Any] = {"member_visits": [], "disease_mix": []}
AGREED = {
    "agreement_signed": True,
    "agreement_responsibilities_clear": True,
    "agreement_targets_clear": True,
    "agreement_operable": True,
}
PRIORITIES = {"priority_reception": True, "priority_examination": True, "priority_admission": True}


def records(number: int, **more: object) -> list[dict[str, Any]]:
    """Build rows of different names in the period."""
    return [{"name": f"甲{n}", "title": f"甲{n}", "date": DAY, **more} for n in range(number)]


def survey(satisfied: int, everybody: int) -> dict[str, Any]:
    """Build a survey of two groups."""
    half, rest = satisfied // 2, everybody - satisfied
    return {
        "satisfaction_survey": [
            {"group": "patient", "satisfied": half, "neutral": rest, "dissatisfied": 0},
            {"group": "medical_staff", "satisfied": satisfied - half, "neutral": 0, "dissatisfied": 0},
        ]
    }


def judged(code: str, points: int) -> dict[str, Any]:
    """Build one judgement."""
    return {code: {"points": points, "rationale": "查阅资料后评定"}}


def levels(field: str, points: dict[str, int]) -> list[tuple[Any, ...]]:
    """Build the cases of an item that is one stated choice."""
    code = {"incentive_mechanism": "incentive"}.get(field, field)
    return [(code, {field: choice}, {}, number) for choice, number in points.items()] + [
        (code, {}, {}, (min(points.values()), max(points.values())))
    ]


CASES: list[tuple[Any, ...]] = [
    ("agreement", AGREED, {}, 5),
    ("agreement", {**AGREED, "agreement_operable": False}, {}, 0),
    ("agreement", {"agreement_targets_clear": False}, {}, 0),
    ("agreement", {"agreement_signed": True}, {}, (0, 5)),
    ("annual_plan", {"plan_made": True, "plan_jointly_agreed": True, "plan_targets_specific": True}, {}, 5),
    ("annual_plan", {"plan_made": False}, {}, 0),
    ("annual_plan", {"plan_made": True, "plan_targets_specific": True}, {}, (0, 5)),
    *levels("incentive_mechanism", {"implemented": 6, "issued": 3, "none": 0}),
    ("quality_system", {"quality_system": True}, {}, 5),
    ("quality_system", {"quality_system": False}, {}, 0),
    ("quality_system", {}, {}, (0, 5)),
    ("referral_system", {"referral_system": True}, {}, 5),
    ("two_way_referral", {**PRIORITIES, "downward_referrals": 1}, {}, 6),
    ("two_way_referral", {**PRIORITIES, "downward_referrals": 0}, {}, 3),
    ("two_way_referral", {"downward_referrals": 2}, {}, (3, 6)),
    ("two_way_referral", {"downward_referrals": 0}, {}, (0, 3)),
    ("two_way_referral", {"priority_admission": False}, {}, (0, 3)),
    ("two_way_referral", {"priority_admission": False, "downward_referrals": 9}, {}, 3),
    ("two_way_referral", PRIORITIES, {}, (3, 6)),
    ("two_way_referral", {}, {}, (0, 6)),
    *levels("grassroots_support", {"implemented": 10, "issued": 5, "none": 0}),
    ("dispatched_staff", {"dispatched_staff": []}, {}, 0),
    ("dispatched_staff", {"dispatched_staff": [SENT]}, {}, 2),
    ("dispatched_staff", {"dispatched_staff": [SENT, SENT]}, {}, 5),
    ("dispatched_staff", {}, {}, (0, 5)),
    ("supported_disciplines", {"supported_disciplines": 0}, {}, 0),
    ("supported_disciplines", {"supported_disciplines": 1}, {}, 2),
    *levels("discipline_plan", {"implemented": 2, "annual_plan_unfinished": 1, "none": 0}),
    *levels("leader_training", {"implemented": 2, "below_requirement": 1, "none": 0}),
    ("trainees", {"trainees": []}, {}, 0),
    ("trainees", {"trainees": [SENT]}, {}, 0),
    ("trainees", {"trainees": [MONTH]}, {}, 2),
    ("trainees", {"trainees": [MONTH, {**MONTH, "start_date": "2020-07-01", "end_date": "2020-07-31"}]}, {}, 2),
    ("trainees", {"trainees": [LONG]}, {}, 4),
    ("trainees", {}, {}, (0, 4)),
    ("lectures", {"lectures": [LECTURE, {**LECTURE, "related": False}]}, {}, 0),
    ("lectures", {"lectures": [LECTURE, LECTURE]}, {}, 2),
    ("service_volume", BASIS, judged("service_volume", 5), 5),
    ("service_volume", BASIS, judged("service_volume", 0), 0),
    ("service_volume", BASIS, {}, (0, 5)),
    ("service_volume", {"member_visits": []}, judged("service_volume", 5), (0, 5)),
    ("chronic_care", {"chronic_care": "standard"}, {}, 6),
    ("chronic_care", {"chronic_care": "nonstandard"}, {}, (2, 5)),
    ("chronic_care", {"chronic_care": "nonstandard"}, judged("chronic_care", 3), 3),
    ("chronic_care", {"chronic_care": "none"}, judged("chronic_care", 3), 0),
    ("chronic_care", {}, judged("chronic_care", 3), (0, 6)),
    *[("new_techniques", {"new_techniques": records(n)}, {}, points) for n, points in enumerate((0, 2, 5, 5))],
    *[
        ("management_documents", {"management_documents": records(n)}, {}, points)
        for n, points in enumerate((0, 3, 3, 3, 6, 6))
    ],
    *levels("referral_information", {"running": 5, "built": 3, "none": 0}),
    *levels("fund_use", {"compliant": 4, "unused": 0, "diverted": 0}),
    ("satisfaction", survey(20, 20), {}, 10),
    ("satisfaction", survey(19, 20), {}, 10),
    ("satisfaction", survey(949, 1000), {}, 8),
    ("satisfaction", survey(18, 20), {}, 8),
    ("satisfaction", survey(899, 1000), {}, 6),
    ("satisfaction", survey(17, 20), {}, 6),
    ("satisfaction", survey(849, 1000), {}, 4),
    ("satisfaction", survey(16, 20), {}, 4),
    ("satisfaction", survey(19_999, 25_000), {}, 0),
    ("satisfaction", survey(0, 0), {}, (0, 10)),
    ("satisfaction", {"satisfaction_survey": []}, {}, (0, 10)),
    ("satisfaction", {}, {}, (0, 10)),
    ("publicity", {"publicity": records(5, kind="media_report", level="municipal")}, {}, 3),
    ("publicity", {"publicity": records(5, kind="media_report", level="district")}, {}, 0),
    ("research", {"key_disciplines": [], "research_projects": [], "papers": records(1, level="second")}, {}, "1/2"),
    ("research", {"key_disciplines": [], "papers": records(1, level="second")}, {}, ("1/2", 3)),
    ("research", {"papers": records(6, level="first")}, {}, (3, 3)),
    ("research", {"papers": records(9, level="other")}, {}, (0, 3)),
    ("research", {}, {}, (0, 3)),
]


@pytest.mark.parametrize(("code", "evidence", "judgements", "result"), CASES)
def test_an_item(code: str, evidence: dict[str, Any], judgements: dict[str, Any], result: Any) -> None:
    """One item in one case."""
    wanted = tuple(map(Fraction, result)) if isinstance(result, tuple) else Fraction(result)
    assert expected(evidence, judgements, YEAR)["items"][code] == wanted


def test_the_table_has_22_rows_that_add_up_to_100_and_6() -> None:
    """分值: 16, 43, 31, 10 and 6 more."""
    empty = expected({}, {}, YEAR)
    assert len(empty["items"]) == sum(map(len, TABLE.values()))
    assert {code: ends[1] for code, ends in empty["sections"].items() if isinstance(ends, tuple)} == {
        "organisation": 16,
        "actions": 43,
        "results": 31,
        "satisfaction": 10,
        "bonus": 6,
    }
    assert empty["range"] == (Fraction(0), Fraction(106))
    assert [empty["total"], empty["base"], empty["bonus"]] == [None, None, None]


def test_final_turns_missing_evidence_into_the_low_end() -> None:
    """Unproven is not earned; a judgement nobody could ask for is not used."""
    done = expected({"downward_referrals": 3}, judged("chronic_care", 3), YEAR, final=True)
    assert done["total"] == done["items"]["two_way_referral"] == Fraction(3)
    assert (done["refused"], done["unused"], done["pending"]) == ([], ["chronic_care"], {})


def test_final_is_refused_while_a_judgement_is_missing() -> None:
    """Only where the evidence asks for one."""
    assert expected({**BASIS, "chronic_care": "none"}, {}, YEAR, final=True)["refused"] == ["service_volume"]
    assert expected({"chronic_care": "nonstandard"}, {}, YEAR, final=True)["refused"] == ["chronic_care"]


def test_a_corrected_value_counts() -> None:
    """What the evaluator found stands in the place of what was stated."""
    findings = {"chronic_care": {"value": "nonstandard", "reason": "病历不全"}}
    assert expected({"chronic_care": "standard"}, {}, YEAR, findings)["items"]["chronic_care"] == (2, 5)


def test_the_generator_repeats_itself_and_fills_every_field() -> None:
    """The same seed, the same request; every field comes, and is missing, sometimes."""
    assert request(7) == request(7)
    given = [set(request(seed)["evidence"]) for seed in range(200)]
    assert set().union(*given) == set(FIELDS)
    assert set.intersection(*given) == set()
