"""The examples of the format page as tables: what a rule gives, and what it spans while something is unknown."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from tests.reference.page_rules import (
    BEDS,
    BRANDS,
    CRAFTS,
    DISPATCH,
    FALLS,
    FAMILIES,
    GAP,
    GAP_MEASURES,
    RENOVATION,
    SURVEY,
    THREE_PARTIES,
    VOTES,
    VOTES_MEASURES,
    Number,
)

FAMILY: dict[str, Any] = {"family_committee": True}

# rule, its points, measures, facts, judged, gives
GIVES: list[tuple[str, Any, Number, Any, dict[str, Any], Number | None, Number]] = [
    ("falls, all reviewed", FALLS, 6, {}, {"assessed": True, "coverage": 96, "late_reviews": 9}, None, 6),
    ("falls, late reviews", FALLS, 6, {}, {"assessed": True, "coverage": 88, "late_reviews": 3}, None, "3.8"),
    ("falls, under the mark", FALLS, 6, {}, {"assessed": True, "coverage": "#69.9", "late_reviews": 0}, None, 1),
    ("falls, not assessed", FALLS, 6, {}, {"assessed": False, "coverage": 99, "late_reviews": 0}, None, 0),
    ("brands", BRANDS, 4, {}, {"model_wards": 1, "patents": 3, "national_pilot": False}, None, "2.6"),
    ("brands, ceiling", BRANDS, 4, {}, {"model_wards": 3, "patents": 0, "national_pilot": True}, None, 4),
    ("beds, at the mark", BEDS, 10, {}, {"bed_use": 76}, None, 7),
    ("beds, above", BEDS, 10, {}, {"bed_use": 83}, None, "8.8"),
    ("beds, most, past the points", BEDS, 10, {}, {"bed_use": 100}, None, "11.5"),
    ("beds, below", BEDS, 10, {}, {"bed_use": 73}, None, "4.8"),
    ("beds, floor", BEDS, 10, {}, {"bed_use": 40}, None, 0),
    ("families", FAMILIES, 9, {}, FAMILY | {"answered_rate": 60, "late_replies": 1, "wrong_notices": 0}, 0, 7),
    (
        "families, group limit",
        FAMILIES,
        9,
        {},
        FAMILY | {"answered_rate": 88, "late_replies": 3, "wrong_notices": 4},
        "-0.6",
        "6.4",
    ),
    ("three parties", THREE_PARTIES, 100, {}, {"resident_mean": 90, "staff_mean": 70}, 84, 84),
    ("crafts, before the first point", CRAFTS, 12, {}, {"attendance": 20}, None, 0),
    ("crafts, first stretch", CRAFTS, 12, {}, {"attendance": 50}, None, "4.5"),
    ("crafts, second stretch", CRAFTS, 12, {}, {"attendance": 75}, None, "10.2"),
    ("crafts, past the last point", CRAFTS, 12, {}, {"attendance": 99}, None, 12),
    ("renovation, judged", RENOVATION, 7, {}, {"renovation": "部分完成"}, "3.5", "3.5"),
    ("renovation, no judgement asked", RENOVATION, 7, {}, {"renovation": "未开展"}, None, 0),
    ("gap, above the mean", GAP, 5, GAP_MEASURES, {"hours": 140, "city_mean": 120}, None, 5),
    ("gap, below the mean", GAP, 5, GAP_MEASURES, {"hours": 95, "city_mean": 120}, None, 4),
    ("votes", VOTES, 10, VOTES_MEASURES, {"good": 6, "fair": 3, "poor": 1, "abstained": 4}, None, "8.25"),
    *[
        (f"survey {rate}", SURVEY, 10, {}, {"satisfaction_rate": f"#{rate}"}, None, gives)
        for rate, gives in [("95", 10), ("94.9", 8), ("90", 8), ("85", 6), ("80", 4), ("79.996", 0)]
    ],
    *[
        (f"dispatch {n}", DISPATCH, 5, {}, {"dispatched_count": n}, None, gives)
        for n, gives in [(0, 0), (1, 2), (3, 5)]
    ],
]

PERCENT = [Fraction(n, 2) for n in range(201)]
COUNT = [Fraction(n) for n in range(60)]
EITHER = [True, False]

# rule, its points, measures, facts, judged, domains of what is unknown, least and most
SPANS: list[tuple[str, Any, Number, Any, dict[str, Any], Number | None, dict[str, Any], list[Number]]] = [
    ("falls, coverage", FALLS, 6, {}, {"assessed": True, "late_reviews": 2}, None, {"coverage": PERCENT}, [1, 6]),
    ("falls, assessed", FALLS, 6, {}, {"coverage": 97, "late_reviews": 2}, None, {"assessed": EITHER}, [0, 6]),
    ("beds", BEDS, 10, {}, {}, None, {"bed_use": PERCENT}, [0, "11.5"]),
    (
        "families, judgement",
        FAMILIES,
        9,
        {},
        FAMILY | {"answered_rate": 80, "late_replies": 0, "wrong_notices": 0},
        None,
        {},
        [8, 9],
    ),
    ("renovation, judgement", RENOVATION, 7, {}, {"renovation": "部分完成"}, None, {}, [2, 5]),
    (
        "gap, before the round closes",
        GAP,
        5,
        GAP_MEASURES,
        {"hours": 95},
        None,
        {"city_mean": COUNT * 2 + [300]},
        [2, 5],
    ),
    (
        "votes, none given",
        VOTES,
        10,
        VOTES_MEASURES,
        {"good": 0, "fair": 0, "poor": 0},
        None,
        {"mean": PERCENT},
        [0, 10],
    ),
]
