"""The rows of the Hangzhou table in the words of every rule engine: cases with conditions, points and a reason code.

Most rows are read off the scheme; those that are no plain list of cases are written by hand as the cases they come to.
A stay is handed in as one number, months × 100 + days; points that a person gives are facts like any other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.scoring.engine import Inputs
from app.scoring.periods import StayLength

Json: TypeAlias = Any
Conditions: TypeAlias = Mapping[str, tuple[str, Any]]
"""By fact: is, at_least, more_than or less_than, and a constant."""
BONUS_FACTS = ("key_discipline_count", "project_count", "paper_count")


@dataclass(frozen=True)
class Case:
    """The first case whose conditions hold counts; points are a number, or the name of the fact that holds them."""

    conditions: Conditions
    points: int | str
    reason: str | None


def rows_of(document: Json) -> dict[str, list[Case]]:
    """The cases of every row but `research`, which is a sum."""
    by_hand = {
        "two_way_referral": REFERRAL,
        "service_volume": VOLUME,
        "chronic_care": CHRONIC,
        "satisfaction": SATISFACTION,
    }
    return {
        item["code"]: by_hand.get(item["code"])
        or list(_levels(item, due=0 if section.get("bonus") else item["points"]))
        for section in document["sections"]
        for item in section["items"]
        if item["code"] != "research"
    }


def _levels(item: Json, *, due: int) -> Iterator[Case]:
    for number, level in enumerate(item["rule"]["levels"], start=1):
        reason = None if level["points"] >= due else f"{item['code']}.level_{number}"
        yield Case(_conditions(level.get("when")), level["points"], reason)


def _conditions(when: Json) -> Conditions:
    if when is None:
        return {}
    if isinstance(when, str):
        return {when: ("is", True)}
    if "all" in when:
        return dict.fromkeys(when["all"], ("is", True))
    ((fact, comparison),) = when.items()
    ((word, constant),) = comparison.items()
    return {fact: (word, plain(constant))}


def plain(value: Json) -> Json:
    """A fact as JSON has it."""
    if isinstance(value, StayLength):
        return value.months * 100 + value.days
    if isinstance(value, dict):
        return value["months"] * 100 + value["days"]
    return value if isinstance(value, bool | int | str) else float(value)


def facts_of(inputs: Inputs, read: set[str]) -> dict[str, Any]:
    """What the other engines are handed: the facts they read, and the points of people."""
    facts = {code: plain(value) for code, value in inputs.worked.values.items() if code in read}
    facts["service_volume_points"] = plain(inputs.judgements["service_volume"].points)
    judgement = inputs.judgements.get("chronic_care")
    facts["chronic_care_points"] = 0 if judgement is None else plain(judgement.points)
    return facts


def read_by(rows: Mapping[str, list[Case]]) -> set[str]:
    """Every fact that a row looks at."""
    return {fact for cases in rows.values() for case in cases for fact in case.conditions} | set(BONUS_FACTS)


RECEPTION: Conditions = {
    "priority_reception": ("is", True),
    "priority_examination": ("is", True),
    "priority_admission": ("is", True),
}
REFERRED: Conditions = {"downward_referrals": ("at_least", 1)}
REFERRAL = [
    Case({**RECEPTION, **REFERRED}, 6, None),
    Case(RECEPTION, 3, "two_way_referral.term_2"),
    Case(REFERRED, 3, "two_way_referral.term_1"),
    Case({}, 0, "two_way_referral.term_1 two_way_referral.term_2"),
]
VOLUME = [
    Case({"service_volume_points": ("at_least", 5)}, "service_volume_points", None),
    Case({}, "service_volume_points", "service_volume"),
]
CHRONIC = [
    Case({"chronic_care": ("is", "standard")}, 6, None),
    Case({"chronic_care": ("is", "nonstandard")}, "chronic_care_points", "chronic_care.level_2"),
    Case({}, 0, "chronic_care.level_3"),
]
SATISFACTION = [
    Case({"satisfaction_rate": ("less_than", 80)}, 0, "satisfaction.level_1"),
    Case({"satisfaction_rate": ("at_least", 95)}, 10, None),
    Case({"satisfaction_rate": ("at_least", 90)}, 8, "satisfaction.level_2.term_1"),
    Case({"satisfaction_rate": ("at_least", 85)}, 6, "satisfaction.level_2.term_1"),
    Case({}, 4, "satisfaction.level_2.term_1"),
]
