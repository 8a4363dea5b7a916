"""The Hangzhou table (附件 “紧密医养联合体”试点项目绩效评价表) read row by row from its clauses, without the engine.

Every row answers with the least and the greatest points it can still become; the two are one where it is settled.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any, TypedDict

from tests.oracle.records import Evidence, Length, Period, longest_stay, number_counted, with_findings

if TYPE_CHECKING:
    from collections.abc import Callable

Span = tuple[Fraction, Fraction]
Judgements = dict[str, Any]


class Expected(TypedDict):
    """What the sheet has to say."""

    items: dict[str, Fraction | Span]
    pending: dict[str, str]  # item code -> "evidence" or "judgement"
    sections: dict[str, Fraction | Span]
    base: Fraction | None
    bonus: Fraction | None
    total: Fraction | None
    range: Span
    unused: list[str]  # judgements given that no level asked for
    refused: list[str]  # items whose missing judgement refuses a final sheet


def span(low: Fraction | float, high: Fraction | float | None = None) -> Span:
    """Write down a span; one number is settled."""
    return Fraction(low), Fraction(low if high is None else high)


def plus(*spans: Span) -> Span:
    """Add spans whose unknowns have nothing in common: the ends add up."""
    return sum((s[0] for s in spans), Fraction(0)), sum((s[1] for s in spans), Fraction(0))


def all_hold(evidence: Evidence, points: int, *fields: str) -> Span:
    """All of the named qualities, or nothing: one that fails settles it."""
    answers = [evidence.get(field) for field in fields]
    if False in answers:
        return span(0)
    return span(0, points) if None in answers else span(points)


def chosen(evidence: Evidence, field: str, points: dict[str, int]) -> Span:
    """Points by a stated choice; any of them while it is not stated."""
    if field in evidence:
        return span(points[evidence[field]])
    return span(min(points.values()), max(points.values()))


def counts(number: int | None, marks: list[tuple[int, int]]) -> Span:
    """Points by a number: the first (at least, points) that is reached, highest first; otherwise 0."""
    if number is None:
        return span(0, marks[0][1])
    for at_least, points in marks:
        if number >= at_least:
            return span(points)
    return span(0)


def two_way_referral(evidence: Evidence) -> Span:
    """Row 7: 优先接诊、优先检查、优先住院 all three give 3; one patient referred down gives 3."""
    priorities = all_hold(evidence, 3, "priority_reception", "priority_examination", "priority_admission")
    return plus(priorities, counts(evidence.get("downward_referrals"), [(1, 3)]))


def trainees(evidence: Evidence, period: Period) -> Span:
    """Row 13: more than 2 months gives 4, not less than 1 month gives 2."""
    if "trainees" not in evidence:
        return span(0, 4)
    longest = longest_stay(evidence["trainees"], period)
    if longest > Length(2, 0):
        return span(4)
    return span(2) if longest >= Length(1, 0) else span(0)


def service_volume(evidence: Evidence, judgements: Judgements) -> Span:
    """Row 15: a person says 5 or 0, once both tables are there to judge by."""
    if "member_visits" in evidence and "disease_mix" in evidence and "service_volume" in judgements:
        return span(judgements["service_volume"]["points"])
    return span(0, 5)


def chronic_care(evidence: Evidence, judgements: Judgements) -> Span:
    """Row without a number: 规范 6, 欠规范 a person says 2 to 5, 未开展 0."""
    if evidence.get("chronic_care") == "nonstandard":
        return span(judgements["chronic_care"]["points"]) if "chronic_care" in judgements else span(2, 5)
    return chosen(evidence, "chronic_care", {"standard": 6, "none": 0})


def satisfaction(evidence: Evidence) -> Span:
    """Row 20: 10 from 95 %, then 2 less for every 5 points begun, 0 under 80 %. No answers, no rate."""
    answers = [row for row in evidence.get("satisfaction_survey", []) if row is not None]
    satisfied = sum(row["satisfied"] for row in answers)
    everybody = satisfied + sum(row["neutral"] + row["dissatisfied"] for row in answers)
    if everybody == 0:
        return span(0, 10)
    rate = Fraction(100 * satisfied, everybody)
    for at_least, points in ((95, 10), (90, 8), (85, 6), (80, 4)):
        if rate >= at_least:
            return span(points)
    return span(0)


def research(evidence: Evidence, period: Period) -> Span:
    """Row 22: 1 a key discipline, 1 a project, 0.5 a paper, the row's 3 points at most."""
    worth = {"key_disciplines": Fraction(1), "research_projects": Fraction(1), "papers": Fraction(1, 2)}
    numbers = {field: number_counted(evidence, field, period) for field in worth}
    earned = sum((worth[field] * number for field, number in numbers.items() if number is not None), Fraction(0))
    return span(min(earned, Fraction(3)), 3 if None in numbers.values() else min(earned, Fraction(3)))


def issued(evidence: Evidence, field: str, full: int) -> Span:
    """Rows 4 and 8: 出台并执行 all, 出台未有效执行 half, 未出台 nothing."""
    return chosen(evidence, field, {"implemented": full, "issued": full // 2, "none": 0})


TABLE: dict[str, dict[str, Callable[[Evidence, Judgements, Period], Span]]] = {
    "organisation": {
        "agreement": lambda e, _j, _p: all_hold(
            e,
            5,
            "agreement_signed",
            "agreement_responsibilities_clear",
            "agreement_targets_clear",
            "agreement_operable",
        ),
        "annual_plan": lambda e, _j, _p: all_hold(e, 5, "plan_made", "plan_jointly_agreed", "plan_targets_specific"),
        "incentive": lambda e, _j, _p: issued(e, "incentive_mechanism", 6),
    },
    "actions": {
        "quality_system": lambda e, _j, _p: all_hold(e, 5, "quality_system"),
        "referral_system": lambda e, _j, _p: all_hold(e, 5, "referral_system"),
        "two_way_referral": lambda e, _j, _p: two_way_referral(e),
        "grassroots_support": lambda e, _j, _p: issued(e, "grassroots_support", 10),
        "dispatched_staff": lambda e, _j, p: counts(number_counted(e, "dispatched_staff", p), [(2, 5), (1, 2)]),
        "supported_disciplines": lambda e, _j, _p: counts(e.get("supported_disciplines"), [(1, 2)]),
        "discipline_plan": lambda e, _j, _p: chosen(
            e, "discipline_plan", {"implemented": 2, "annual_plan_unfinished": 1, "none": 0}
        ),
        "leader_training": lambda e, _j, _p: chosen(
            e, "leader_training", {"implemented": 2, "below_requirement": 1, "none": 0}
        ),
        "trainees": lambda e, _j, p: trainees(e, p),
        "lectures": lambda e, _j, p: counts(number_counted(e, "lectures", p), [(2, 2)]),
    },
    "results": {
        "service_volume": lambda e, j, _p: service_volume(e, j),
        "chronic_care": lambda e, j, _p: chronic_care(e, j),
        "new_techniques": lambda e, _j, p: counts(number_counted(e, "new_techniques", p), [(2, 5), (1, 2)]),
        "management_documents": lambda e, _j, p: counts(number_counted(e, "management_documents", p), [(4, 6), (1, 3)]),
        "referral_information": lambda e, _j, _p: chosen(
            e, "referral_information", {"running": 5, "built": 3, "none": 0}
        ),
        "fund_use": lambda e, _j, _p: chosen(e, "fund_use", {"compliant": 4, "unused": 0, "diverted": 0}),
    },
    "satisfaction": {"satisfaction": lambda e, _j, _p: satisfaction(e)},
    "bonus": {
        "publicity": lambda e, _j, p: counts(number_counted(e, "publicity", p), [(1, 3)]),
        "research": lambda e, _j, p: research(e, p),
    },
}


def asks_judgement(evidence: Evidence) -> list[str]:
    """Name the items whose evidence leads to a person's judgement."""
    asking = []
    if "member_visits" in evidence and "disease_mix" in evidence:
        asking.append("service_volume")
    if evidence.get("chronic_care") == "nonstandard":
        asking.append("chronic_care")
    return asking


def shown(value: Span, *, is_open: bool) -> Fraction | Span:
    """One number once it is settled, both ends while it is open."""
    return value if is_open else value[0]


def owed(evidence: Evidence) -> set[str]:
    """Rows that stay open while evidence is missing, even where nothing missing could move their score (row 22)."""
    tables = {"key_disciplines", "research_projects", "papers"}
    return {"research"} if tables - evidence.keys() else set()


def expected(
    evidence: Evidence,
    judgements: Judgements,
    period: Period,
    findings: dict[str, Any] | None = None,
    *,
    final: bool = False,
) -> Expected:
    """Score all 22 rows; `final` turns evidence still missing into the low end, and names judgements still missing."""
    standing = with_findings(evidence, findings or {})
    asking = asks_judgement(standing)
    spans = {s: {i: row(standing, judgements, period) for i, row in rows.items()} for s, rows in TABLE.items()}
    open_now = {code for rows in spans.values() for code, (low, high) in rows.items() if low != high} | owed(standing)
    waiting = {code: "judgement" if code in asking else "evidence" for code in open_now}
    if final:
        spans = {s: {i: v if i in asking else span(v[0]) for i, v in rows.items()} for s, rows in spans.items()}
        open_now = {code for code in open_now if code in asking}
    sections = {code: plus(*rows.values()) for code, rows in spans.items()}
    still = {code: not open_now.isdisjoint(rows) for code, rows in spans.items()}
    base = plus(*(value for code, value in sections.items() if code != "bonus"))
    base_open = any(is_open for code, is_open in still.items() if code != "bonus")
    total = plus(base, sections["bonus"])
    return {
        "items": {
            code: shown(value, is_open=code in open_now) for rows in spans.values() for code, value in rows.items()
        },
        "pending": {code: waiting[code] for code in open_now},
        "sections": {code: shown(value, is_open=still[code]) for code, value in sections.items()},
        "base": None if base_open else base[0],
        "bonus": None if still["bonus"] else sections["bonus"][0],
        "total": None if open_now else total[0],
        "range": total,
        "unused": sorted(code for code in judgements if code not in asking),
        "refused": [code for code, why in waiting.items() if final and why == "judgement"],
    }


def expected_of(request: dict[str, Any]) -> Expected:
    """Read a whole request as the engine gets it."""
    start, end = request["period"]["start"], request["period"]["end"]
    return expected(
        request["evidence"],
        request.get("judgements", {}),
        (date.fromisoformat(start), date.fromisoformat(end)),
        request.get("findings"),
        final=request.get("final", False),
    )
