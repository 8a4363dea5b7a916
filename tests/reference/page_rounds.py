"""The format page's examples that need a profile, rows, other units or a sheet: documents, requests, what they give."""

from __future__ import annotations

from typing import Any

from tests.reference.page_rules import BATHS, GAP
from tests.reference.small import COUNT, SHARE, YES, item, request, scheme, section

BATH_SCHEME = scheme(
    section("only", item("item", 8, BATHS)),
    evidence={
        "consent_signed": YES,
        "carer_present": YES,
        "unlogged_baths": COUNT,
        "drills": COUNT,
        "temperature_pass_rate": SHARE,
    },
)


def _baths(kind: str, signed: bool, unlogged: Any, drills: int, passed: Any) -> dict[str, Any]:
    evidence = {"consent_signed": signed, "carer_present": signed, "drills": drills, "temperature_pass_rate": passed}
    return request(evidence | ({} if unlogged is None else {"unlogged_baths": unlogged}), subject={"kind": kind})


PRIZE_LEVELS = {"国际": "#1.5", "全国": "#0.9", "全市": "#0.4"}
PRIZE_TABLE = {
    "type": "table",
    "label": "获奖清单",
    "columns": {
        "matter": {"type": "text", "label": "事项"},
        "level": {"type": "choice", "label": "级别", "choices": {level: level for level in PRIZE_LEVELS}},
    },
}
PRIZE_SCHEME = scheme(
    section(
        "only",
        item(
            "item",
            2,
            {
                "tally": {
                    "start": 0,
                    "floor": "none",
                    "ceiling": 2,
                    "terms": [{"gain": 1, "each": "worth", "step": "proportional"}],
                }
            },
        ),
    ),
    evidence={"prizes": PRIZE_TABLE},
    measures={"worth": {"sum": "prizes", "value": {"by": "level", "values": PRIZE_LEVELS}, "once_per": "matter"}},
)


def _prizes(*won: str) -> dict[str, Any]:
    return request({"prizes": [{"matter": each[0], "level": each[1:]} for each in won]})


GAP_SCHEME = scheme(
    section("only", item("item", 5, GAP)),
    evidence={"hours": COUNT},
    measures={
        "city_mean": {"peers": "hours", "as": "average"},
        "gap": {"total": {"city_mean": 1, "hours": -1}},
    },
)
LEFT_OUT = {"applies_when": "yes", "otherwise": {"leave_out": "rescale"}}
FOUR_SECTIONS = scheme(
    section("one", item("a", 35, 30)),
    section("two", item("b", 20, 16)),
    section("three", item("c", 27, 22)),
    section("four", item("d", 18), **LEFT_OUT),
)
GRADE = {
    "levels": [
        {
            "when": {
                "all": [
                    {"total": {"at_least": 88}},
                    {"lowest_section_rate": {"at_least": 75}},
                    {"lost_in_safety": {"less_than": 4}},
                ]
            },
            "label": "优",
        },
        {"when": {"all": [{"total": {"at_least": 65}}, {"lowest_section_rate": {"at_least": 50}}]}, "label": "合格"},
        {"label": "不合格"},
    ]
}


def _scored(code: str, points: int) -> dict[str, Any]:
    """A section whose score is stated."""
    field = f"score_of_{code}"
    line = {"line": {"of": field, "through": [[0, 0], [points, points]], "beyond": "stop"}}
    return section(code, item(f"item_of_{code}", points, line))


GRADE_SCHEME = scheme(
    _scored("large", 80),
    _scored("safety", 20),
    evidence={"score_of_large": COUNT, "score_of_safety": COUNT},
    sheet_facts={
        "large_rate": {"label": "得分率", "unit": "%", "rate": ["large"]},
        "safety_rate": {"label": "得分率", "unit": "%", "rate": ["safety"]},
        "lowest_section_rate": {"label": "最低得分率", "unit": "%", "lowest": ["large_rate", "safety_rate"]},
        "lost_in_safety": {"label": "安全失分", "unit": "分", "lost": ["safety"]},
    },
    grade=GRADE,
)


def _graded(large: int, safety: int) -> dict[str, Any]:
    return request({"score_of_large": large, "score_of_safety": safety})


# a document, a request, the total it gives
TOTALS: list[tuple[str, Any, Any, Any]] = [
    ("baths, clean", BATH_SCHEME, _baths("院", True, 0, 5, 93), 8),
    ("baths, one fault of two costs once", BATH_SCHEME, _baths("院", False, 2, 4, 92), "2.4"),
    ("baths, most and completed steps", BATH_SCHEME, _baths("站", True, 9, 1, "#84.5"), "1.9"),
    ("prizes, the higher of one matter", PRIZE_SCHEME, _prizes("甲全国", "甲国际"), "1.5"),
    ("prizes, two matters", PRIZE_SCHEME, _prizes("甲全国", "乙全市"), "1.3"),
    ("prizes, ceiling", PRIZE_SCHEME, _prizes("甲国际", "乙国际"), 2),
    ("gap, above the mean", GAP_SCHEME, request({"hours": 140}, peers={"hours": [140, 100]}), 5),
    ("gap, below the mean", GAP_SCHEME, request({"hours": 95}, peers={"hours": [95, 145]}), 4),
    ("left out, rescaled", FOUR_SECTIONS, request({"yes": False}), "82.93"),
    ("nothing left out", FOUR_SECTIONS, request({"yes": True}), 86),
]
# a document, a request, the range of the total
SPANS: list[tuple[str, Any, Any, list[Any]]] = [
    ("baths, unlogged", BATH_SCHEME, _baths("站", True, None, 2, 95), [4, 8]),
    ("gap, before the round closes", GAP_SCHEME, request({"hours": 95}), [2, 5]),
]
# a document, a request, the grade
GRADES: list[tuple[str, Any, Any, str | None]] = [
    ("best", GRADE_SCHEME, _graded(74, 17), "优"),
    ("a low section", GRADE_SCHEME, _graded(79, 12), "合格"),
    ("safety lost", GRADE_SCHEME, _graded(75, 16), "合格"),
    ("a section too low", GRADE_SCHEME, _graded(80, 8), "不合格"),
]
UNFIT: list[tuple[str, Any, tuple[str, str]]] = [
    ("no kind", {}, ("profile_missing", "kind")),
    ("a kind without a value", {"kind": "所"}, ("profile_unfit", "kind")),
]
