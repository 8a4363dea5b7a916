"""Units that are equal stay equal: numbers that no six places show are handed on as exact quotients."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.engine import numbers_of, read_inputs
from app.scoring.inputs import Inputs
from app.scoring.problems import Problems
from tests.builders import D, a_request, a_scheme, a_section, an_item, cases, compiled, integer, places, said, sheet_of

FIELDS = {"part": integer(), "whole": integer()}
RATE = {"ratio": {"part": "part", "whole": "whole"}, "unit": "%", "label": "比率"}
THIRD = {"part": 1, "whole": 3}
MEASURES: dict[str, Any] = {
    "rate": RATE,
    "before": {"previous": "rate"},
    "mean": {"peers": "rate", "as": "average"},
    "best": {"peers": "rate", "as": "best", "better": "less"},
    "place": {"peers": "rate", "as": "rank", "better": "more"},
    "growth": {"total": {"rate": 1, "before": -1}},
    "over_mean": {"total": {"rate": 1, "mean": -1}},
    "behind_best": {"total": {"rate": 1, "best": -1}},
}


def one(code: str, when: Any) -> dict[str, Any]:
    rule = {"levels": [{"when": {code: when}, "points": 1}, {"points": 0}]}
    return a_scheme(a_section(an_item(rule, points=1)), evidence=FIELDS, measures=MEASURES)


def handed_on() -> Any:
    inputs = read_inputs(compiled(one("rate", {"at_least": 0})), a_request(THIRD, previous={"rate": 1}))
    assert isinstance(inputs, Inputs)
    return numbers_of(inputs).values["rate"]


@pytest.mark.parametrize(
    ("code", "when"),
    cases(
        [
            ("no growth", "growth", {"is": 0}),
            ("not above the mean", "over_mean", {"is": 0}),
            ("the best is the best", "behind_best", {"is": 0}),
            ("all in the first place", "place", {"is": 1}),
        ]
    ),
)
def test_three_equal_units(code: str, when: Any):
    rate = handed_on()
    assert rate == {"part": 100, "whole": 3}
    around = {"previous": {"rate": rate}, "peers": {"rate": [rate, rate, rate]}}
    assert sheet_of(one(code, when), THIRD, **around)["total"] == 1


def test_numbers_cut_by_those_who_hand_them_in_share_a_place_all_the_same():
    cut = D("33.333333")
    around = {"previous": {"rate": cut}, "peers": {"rate": [cut, cut]}}
    assert sheet_of(one("place", {"is": 1}), THIRD, **around)["total"] == 1


@pytest.mark.parametrize(
    "number", [{"part": 1}, {"part": 1, "whole": 0}, {"part": D("0.5"), "whole": 2}, {"part": 1, "whole": 2, "x": 1}]
)
def test_what_is_no_quotient(number: Any):
    found = read_inputs(compiled(one("growth", {"is": 0})), a_request(THIRD, previous={"rate": number}))
    assert isinstance(found, Problems)
    assert said(found) == [("/previous/rate", "number_type", "应为数字，或两个整数之商 {part, whole}")]


def test_a_quotient_keeps_to_the_limits_of_its_fact():
    below = {"part": -5, "whole": 1}
    found = read_inputs(compiled(one("growth", {"is": 0})), a_request(THIRD, previous={"rate": below}))
    assert isinstance(found, Problems)
    assert places(found) == [("/previous/rate", "number_out_of_limits")]


def test_long_quotients_are_digits():
    table = {"type": "table", "label": "表", "columns": {"a": integer(), "b": integer()}}
    measures = {
        "rate": {"average": "t", "value": {"part": "a", "whole": "b"}},
        "top": {"peers": "rate", "as": "best", "better": "less"},
        "gap": {"total": {"rate": 1, "top": -1}},
    }
    rule = {"levels": [{"when": {"gap": {"is": 0}}, "points": 1}, {"points": 0}]}
    document = a_scheme(a_section(an_item(rule, points=1)), evidence={"t": table}, measures=measures)
    primes = [999_983, 999_979, 999_961, 999_959]
    evidence = {"t": [{"a": 1, "b": each} for each in primes]}
    inputs = read_inputs(compiled(document), a_request(evidence))
    assert isinstance(inputs, Inputs)
    rate = numbers_of(inputs).values["rate"]
    assert isinstance(rate, dict)
    assert isinstance(rate["part"], str)
    assert sheet_of(document, evidence, peers={"rate": [rate, rate]})["total"] == 1


def test_a_sum_of_all_that_cannot_be_shown_is_not_known():
    measures = {"sum_of_all": {"peers": "part", "as": "total"}, "more": {"total": {"sum_of_all": 2}}}
    rule = {"levels": [{"when": {"more": {"at_least": 1}}, "points": 1}, {"points": 0}]}
    document = a_scheme(a_section(an_item(rule, points=1)), evidence=FIELDS, measures=measures)
    sheet = sheet_of(document, {"part": 1}, peers={"part": [1, 999_999_999_999_999]})
    assert (sheet["status"], sheet["range"]) == ("pending", {"low": 0, "high": 1})
    assert sheet_of(document, {"part": 1}, peers={"part": [1, 2]})["total"] == 1


def test_what_counts_without_a_round_before_lies_in_the_range():
    rule = {"levels": [{"when": {"m": {"less_than": 0}}, "points": 5}, {"points": 0}]}
    measures = {"m": {"previous": "part", "otherwise": -1}}
    document = a_scheme(a_section(an_item(rule)), evidence=FIELDS, measures=measures)
    assert sheet_of(document, {"part": 1})["range"] == {"low": 0, "high": 5}
    assert sheet_of(document, {"part": 1}, previous={})["total"] == 5


def test_nobody_is_told_to_change_the_mean_of_all():
    rule = {"tally": {"start": "full", "floor": 0, "ceiling": "none", "terms": [{"lose": 1, "each": "mean"}]}}
    measures = {"mean": {"peers": "part", "as": "average", "label": "全市平均"}}
    rule["tally"]["terms"][0]["step"] = "proportional"
    document = a_scheme(a_section(an_item(rule)), evidence=FIELDS, measures=measures)
    sheet = sheet_of(document, {"part": 1}, peers={"part": [1, 2]})
    assert sheet["total"] == D("3.5")
    assert sheet["sections"][0]["items"][0]["improvements"] == []
