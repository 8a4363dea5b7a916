"""The rules of the format page's examples; text that starts with # is a decimal number."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

Number = int | str


def number(written: Number) -> Fraction:
    """A number as the page writes it."""
    return Fraction(Decimal(written))


def plain(value: Any) -> Any:
    """The same document with decimals where text holds a number."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return Decimal(value[1:]) if isinstance(value, str) and value.startswith("#") else value


FALLS = {
    "levels": [
        {"when": {"not": "assessed"}, "points": 0},
        {"when": {"coverage": {"at_least": 96}}, "points": 6},
        {
            "when": {"coverage": {"at_least": 70}},
            "rule": {
                "tally": {
                    "start": 5,
                    "floor": 0,
                    "ceiling": "none",
                    "terms": [{"lose": "#0.4", "each": "late_reviews"}],
                }
            },
        },
        {"points": 1},
    ]
}


BATHS = {
    "tally": {
        "start": "full",
        "floor": 0,
        "ceiling": "none",
        "terms": [
            {"lose": 3, "when": {"any": [{"not": "consent_signed"}, {"not": "carer_present"}]}},
            {"lose": 1, "each": "unlogged_baths", "most": 4},
            {"lose": "#0.6", "of": "drills", "below": {"by": "kind", "values": {"院": 5, "站": 2}}},
            {"lose": "#1.5", "of": "temperature_pass_rate", "below": 92, "every": 4, "step": "completed"},
        ],
    }
}
BRANDS = {
    "tally": {
        "start": 0,
        "floor": "none",
        "ceiling": 4,
        "terms": [
            {"gain": "#1.2", "each": "model_wards"},
            {"gain": "#0.7", "each": "patents", "most": "#1.4"},
            {"gain": 2, "when": "national_pilot"},
        ],
    }
}
BEDS = {
    "tally": {
        "start": 7,
        "floor": 0,
        "ceiling": "none",
        "terms": [
            {"gain": "#0.9", "of": "bed_use", "above": 76, "every": 3, "step": "completed", "most": "#4.5"},
            {"lose": "#1.1", "of": "bed_use", "below": 76, "every": 2, "step": "started"},
        ],
    }
}
GROUP_LIMIT = {
    "tally": {
        "start": 0,
        "floor": -2,
        "ceiling": "none",
        "terms": [{"lose": "#0.5", "each": "late_replies"}, {"lose": "#1.5", "each": "wrong_notices"}],
    }
}
FAMILIES = {
    "tally": {
        "start": 0,
        "floor": 0,
        "ceiling": "none",
        "terms": [
            {"gain": 3, "when": "family_committee"},
            {"add": {"line": {"of": "answered_rate", "through": [[0, 0], [80, 6]], "beyond": "stop"}}, "points": 6},
            {"add": GROUP_LIMIT, "points": 0},
            {"add": {"judged": {"from": -1, "to": 0, "step": "#0.2"}}, "points": 0, "reason": "记录不完整的酌情扣分"},
        ],
    }
}


def _mean(code: str) -> Any:
    return {"line": {"of": code, "through": [[0, 0], [100, 100]], "beyond": "stop"}}


THREE_PARTIES = {
    "tally": {
        "start": 0,
        "floor": "none",
        "ceiling": "none",
        "terms": [
            {"add": {"judged": {"from": 0, "to": 100, "step": 1}}, "times": "#0.5", "points": 50},
            {"add": _mean("resident_mean"), "times": "#0.35", "points": 35},
            {"add": _mean("staff_mean"), "times": "#0.15", "points": 15},
        ],
    }
}
CRAFTS = {"line": {"of": "attendance", "through": [[35, 0], [65, 9], [90, 12]], "beyond": "stop"}}
RENOVATION = {
    "levels": [
        {"when": {"renovation": {"is": "全部完成"}}, "points": 7},
        {"when": {"renovation": {"is": "部分完成"}}, "rule": {"judged": {"from": 2, "to": 5, "step": "#0.5"}}},
        {"points": 0},
    ]
}
GAP = {
    "tally": {
        "start": "full",
        "floor": 2,
        "ceiling": "none",
        "terms": [{"lose": "#0.5", "of": "gap", "above": 0, "every": 10, "step": "completed"}],
    }
}
GAP_MEASURES = {"gap": {"total": {"city_mean": 1, "hours": -1}}}
VOTES = {"line": {"of": "mean", "through": [[50, 0], [90, 10]], "beyond": "stop"}}
VOTES_MEASURES = {
    "worth": {"total": {"good": 100, "fair": 70, "poor": 20}},
    "votes": {"total": {"good": 1, "fair": 1, "poor": 1}},
    "mean": {"ratio": {"part": "worth", "whole": "votes"}},
}
SURVEY = {
    "levels": [
        {"when": {"satisfaction_rate": {"less_than": 80}}, "points": 0},
        {
            "rule": {
                "tally": {
                    "start": "full",
                    "floor": 0,
                    "ceiling": "none",
                    "terms": [{"lose": 2, "of": "satisfaction_rate", "below": 95, "every": 5, "step": "started"}],
                }
            }
        },
    ]
}
DISPATCH = {
    "levels": [
        {"points": 5, "when": {"dispatched_count": {"at_least": 2}}},
        {"points": 2, "when": {"dispatched_count": {"at_least": 1}}},
        {"points": 0},
    ]
}
