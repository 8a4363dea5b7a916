"""Values that others bring: the round before, the other units of this one; what waits for them, and what is wrong."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.engine import prepare
from tests.builders import (
    D,
    F,
    a_scheme,
    a_section,
    an_item,
    answer,
    boolean,
    cases,
    decimal,
    integer,
    levels,
    line,
    lines_of,
    measured,
    one_item,
    percent,
    places,
    row_of,
    sheet_of,
    span_of,
    table,
)

FIELDS = {
    "count": integer(label="陪护时长", unit="小时", max=200),
    "rate": percent(label="满意度"),
    "worth": decimal(min=-9),
    "yes": boolean(),
    "state": boolean(),
    "rows": table(),
}
BEFORE = {"before": {"previous": "count"}}
UP = line("m", (0, 0), (1, 1), beyond="extend")
LARGE = 999_999_999_999_999


def value_of(measure: Any, own: Any = 30, **around: Any) -> Any:
    stated = {} if own is None else {"count": own}
    return measured(FIELDS, {"m": measure}, stated, **around).get("m")


# --- the round before --------------------------------------------------------------------------------------------

PREVIOUS = [
    ("handed in", {"previous": "count"}, {"previous": {"count": 25}}, 25),
    ("with places", {"previous": "count"}, {"previous": {"count": D("2.5")}}, F("5/2")),
    ("not handed in", {"previous": "count"}, {}, None),
    ("no such round", {"previous": "count"}, {"previous": {}}, None),
    ("no such value", {"previous": "count"}, {"previous": {"count": None}}, None),
    ("otherwise, no such round", {"previous": "count", "otherwise": 7}, {"previous": {}}, 7),
    ("otherwise, no such value", {"previous": "count", "otherwise": 0}, {"previous": {"count": None}}, 0),
    ("otherwise, not handed in", {"previous": "count", "otherwise": 7}, {}, None),
    ("otherwise, but there is one", {"previous": "count", "otherwise": 7}, {"previous": {"count": 3}}, 3),
]


@pytest.mark.parametrize(("measure", "around", "value"), cases(PREVIOUS))
def test_value_of_the_round_before(measure, around, value):
    assert value_of(measure, **around) == value


def test_change_against_the_round_before():
    measures = {**BEFORE, "change": {"total": {"count": 1, "before": -1}}}
    assert measured(FIELDS, measures, {"count": 30}, previous={"count": 25})["change"] == 5
    growth = {"m": {"ratio": {"part": "change", "whole": "before"}, "unit": "%"}}
    assert measured(FIELDS, {**measures, **growth}, {"count": 30}, previous={"count": 25})["m"] == 20


def test_number_that_adds_up_over_rounds():
    measures = {"sum": {"total": {"count": 1, "last": 1}}, "last": {"previous": "sum", "otherwise": 0}}
    assert measured(FIELDS, measures, {"count": 30}, previous={"sum": 70})["sum"] == 100
    assert measured(FIELDS, measures, {"count": 30}, previous={})["sum"] == 30


def test_label_says_that_it_is_of_the_round_before():
    document = one_item(levels(({"before": {"at_least": 20}}, 5)), evidence=FIELDS, measures=BEFORE)
    found = row_of(document, {}, previous={"count": 15})
    assert lines_of(found) == [(5, "上一考评批次的陪护时长为15小时，要求不少于20小时")]
    assert found["improvements"] == []


# --- the other units ---------------------------------------------------------------------------------------------

TRIM = {"drop": 1, "when_more_than": 4}
ALL_UNITS = [10, 30, 30, 40, 20]
PEERS = [
    ("rank", {"as": "rank", "better": "more"}, 30, ALL_UNITS, 2),
    ("rank of the best", {"as": "rank", "better": "more"}, 40, ALL_UNITS, 1),
    ("rank after a tie", {"as": "rank", "better": "more"}, 20, ALL_UNITS, 4),
    ("rank where less is better", {"as": "rank", "better": "less"}, 30, ALL_UNITS, 3),
    ("rank of a number not among them", {"as": "rank", "better": "more"}, 35, ALL_UNITS, 2),
    ("rank of the only unit", {"as": "rank", "better": "more"}, 5, [5], 1),
    ("best", {"as": "best", "better": "more"}, 30, ALL_UNITS, 40),
    ("best where less is better", {"as": "best", "better": "less"}, 30, ALL_UNITS, 10),
    ("average", {"as": "average"}, 30, ALL_UNITS, 26),
    ("average that is no whole number", {"as": "average"}, 1, [1, 0, 0], F("1/3")),
    ("average without the extremes", {"as": "average", "trim": TRIM}, 30, ALL_UNITS, F("80/3")),
    ("average of too few to trim", {"as": "average", "trim": TRIM}, 30, [30, 10, 11], 17),
    ("total", {"as": "total"}, 30, ALL_UNITS, 130),
    ("units", {"as": "units"}, 30, ALL_UNITS, 5),
    ("units, own value unknown", {"as": "units"}, None, ALL_UNITS, 5),
    ("share of the units", {"as": "percentile", "better": "more"}, 30, ALL_UNITS, 40),
    ("share of the units from below", {"as": "percentile", "better": "less"}, 30, ALL_UNITS, 60),
    ("the median", {"as": "percentile", "of": 50, "better": "more"}, 30, ALL_UNITS, 30),
    ("the median of two", {"as": "percentile", "of": 50, "better": "more"}, 30, [30, 41], F("71/2")),
    ("the worst", {"as": "percentile", "of": 0, "better": "more"}, 30, ALL_UNITS, 10),
    ("the best by share", {"as": "percentile", "of": 100, "better": "more"}, 30, ALL_UNITS, 40),
    ("between two", {"as": "percentile", "of": 90, "better": "more"}, 30, ALL_UNITS, 36),
    ("between two from below", {"as": "percentile", "of": 90, "better": "less"}, 30, ALL_UNITS, 14),
    ("of one unit", {"as": "percentile", "of": 37, "better": "more"}, 30, [30], 30),
    ("own value unknown", {"as": "average"}, None, ALL_UNITS, None),
    ("nobody", {"as": "average"}, 30, [], None),
    ("nobody to count", {"as": "units"}, 30, [], None),
]


@pytest.mark.parametrize(("measure", "own", "units", "value"), cases(PEERS))
def test_value_among_all_units(measure, own, units, value):
    assert value_of({"peers": "count", **measure}, own, peers={"count": units}) == value


@pytest.mark.parametrize("around", [{}, {"peers": {}}], ids=["not handed in", "not this number"])
def test_value_among_units_that_are_not_there(around):
    assert value_of({"peers": "count", "as": "average"}, **around) is None


def test_own_number_is_compared_as_it_was_handed_in():
    fields = {"a": integer(), "b": integer()}
    measures = {
        "share": {"ratio": {"part": "a", "whole": "b"}},
        "m": {"peers": "share", "as": "rank", "better": "more"},
    }
    found = measured(fields, measures, {"a": 1, "b": 3}, peers={"share": [D("0.333333"), D("0.333333")]})
    assert found["m"] == 1


def test_number_too_large_to_be_compared():
    measures = {"big": {"total": {"n": 3}}, "m": {"peers": "big", "as": "rank", "better": "more"}}
    document = one_item(UP, evidence={"n": integer()}, measures=measures)
    assert places(answer(document, {"n": LARGE}, peers={"big": [1]})) == [("", "result_too_large")]


# --- what waits for others ---------------------------------------------------------------------------------------

MEAN, RANK = {"peers": "count", "as": "average"}, {"peers": "count", "as": "rank", "better": "more"}
SHARE = {"peers": "count", "as": "percentile", "better": "more"}
WAITING = [
    ("the round before", {"previous": "count"}, {"count": 3}, "pending_round", ["m"], [0, 200]),
    ("the round before of an unknown number", {"previous": "count"}, {}, "pending_round", ["m"], [0, 200]),
    ("the others", MEAN, {"count": 3}, "pending_round", ["m"], [0, 200]),
    ("the others, own number unknown", MEAN, {}, "pending_evidence", ["count", "m"], [0, 200]),
    ("a place", RANK, {"count": 3}, "pending_round", ["m"], [1, None]),
    ("how many", {"peers": "count", "as": "units"}, {}, "pending_round", ["m"], [1, None]),
    ("a share", SHARE, {"count": 3}, "pending_round", ["m"], [0, 100]),
    ("a total of them", {"peers": "count", "as": "total"}, {"count": 3}, "pending_round", ["m"], None),
    ("both", {"total": {"before": 1, "mean": 1}}, {"count": 3}, "pending_round", ["before", "mean"], [0, 400]),
    ("others and evidence", {"total": {"rate": 1, "mean": 1}}, {"count": 3}, "pending_evidence", None, [0, 300]),
]


@pytest.mark.parametrize(("measure", "stated", "status", "missing", "span"), cases(WAITING))
def test_row_that_waits_for_others(measure, stated, status, missing, span):
    row = row_of(one_item(UP, evidence=FIELDS, measures={"m": measure, **BEFORE, "mean": MEAN}), stated)
    assert row["status"] == status
    assert missing is None or row["trace"]["missing"] == missing
    assert span is None or span_of(row) == span


def test_sheet_stays_pending_until_the_round_closes():
    gap = {"gap": {"total": {"mean": 1, "count": -1}}, "mean": MEAN}
    rule = {
        "tally": {
            "start": "full",
            "floor": 2,
            "ceiling": "none",
            "terms": [{"lose": D("0.5"), "of": "gap", "above": 0, "every": 10, "step": "completed"}],
        }
    }
    document = one_item(rule, evidence=FIELDS, measures=gap)
    sheet = sheet_of(document, {"count": 95})
    assert (sheet["status"], sheet["total"], span_of(sheet)) == ("pending", None, [2, 5])
    assert sheet_of(document, {"count": 95}, peers={"count": [95, 145]})["total"] == 4
    assert sheet_of(document, {"count": 140}, peers={"count": [140, 100]})["total"] == 5


FINAL = [
    ("no round before", {"previous": "count"}, {}, {"count": 1}, [("/previous", "previous_missing")]),
    ("no value there", {"previous": "count"}, {"previous": {}}, {"count": 1}, [("/previous", "previous_missing")]),
    ("the round is open", MEAN, {}, {"count": 1}, [("/peers", "round_open")]),
    ("the round is open, nothing stated", MEAN, {}, {}, [("/peers", "round_open")]),
]


@pytest.mark.parametrize(("measure", "around", "stated", "problems"), cases(FINAL))
def test_nothing_is_final_before_the_others_are_there(measure, around, stated, problems):
    document = one_item(UP, evidence=FIELDS, measures={"m": measure})
    assert places(answer(document, stated, final=True, **around)) == problems


def test_own_number_that_is_not_proved_closes_at_its_worst():
    document = one_item(levels(({"m": {"at_most": 1}}, 5), otherwise=2), evidence=FIELDS, measures={"m": RANK})
    assert row_of(document, {}, final=True, peers={"count": [1, 2]})["score"] == 2


# --- what is wrong with what is handed in ------------------------------------------------------------------------

ASKED = {"before": {"previous": "count"}, "mean": MEAN, "big": {"peers": "worth", "as": "average"}}
AVERAGED = an_item(5, code="averaged", applies_when="yes", otherwise="peers_average")
DOCUMENT = a_scheme(a_section(AVERAGED), evidence=FIELDS, measures=ASKED)
NUMBER, SIZE, LIMITS = "number_type", "number_size", "number_out_of_limits"
HANDED_IN = [
    ("no object", {"previous": []}, "/previous", "object_type"),
    ("another code", {"previous": {"rate": 1}}, "/previous/rate", "measure_unknown"),
    ("the measure in place of its number", {"previous": {"before": 1}}, "/previous/before", "measure_unknown"),
    ("text", {"previous": {"count": "1"}}, "/previous/count", NUMBER),
    ("yes", {"previous": {"count": True}}, "/previous/count", NUMBER),
    ("too many places", {"previous": {"count": D("1.1234567")}}, "/previous/count", SIZE),
    ("too small", {"previous": {"count": -1}}, "/previous/count", LIMITS),
    ("too large", {"previous": {"count": 201}}, "/previous/count", LIMITS),
    ("no list", {"peers": {"count": 5}}, "/peers/count", "list_type"),
    ("no peers", {"peers": []}, "/peers", "object_type"),
    ("peers of another code", {"peers": {"rate": [1]}}, "/peers/rate", "measure_unknown"),
    ("text among peers", {"peers": {"count": [1, "2"]}}, "/peers/count/1", NUMBER),
    ("null among peers", {"peers": {"count": [None]}}, "/peers/count/0", NUMBER),
    ("too small among peers", {"peers": {"worth": [-10]}}, "/peers/worth/0", LIMITS),
    ("scores are a list", {"peers": {"scores": [1]}}, "/peers/scores", "object_type"),
    ("scores of another item", {"peers": {"scores": {"item": [1]}}}, "/peers/scores/item", "measure_unknown"),
    ("scores of an item are a number", {"peers": {"scores": {"averaged": 1}}}, "/peers/scores/averaged", "list_type"),
    ("text among scores", {"peers": {"scores": {"averaged": ["1"]}}}, "/peers/scores/averaged/0", NUMBER),
]


@pytest.mark.parametrize(("around", "place", "code"), cases(HANDED_IN))
def test_what_cannot_be_handed_in(around, place, code):
    assert places(answer(DOCUMENT, {}, **around)) == [(place, code)]


def test_values_at_their_limits_are_taken():
    sheet = sheet_of(DOCUMENT, {"yes": True}, peers={"worth": [LARGE, -9], "count": [0, 200]})
    assert sheet["total"] == 5


# --- what cannot be written --------------------------------------------------------------------------------------

WRITTEN = [
    ("no such number", {"previous": "x"}, "/previous", "number_unknown"),
    ("a yes or no", {"previous": "yes"}, "/previous", "number_unknown"),
    ("a table", {"previous": "rows"}, "/previous", "number_unknown"),
    ("text otherwise", {"previous": "count", "otherwise": "x"}, "/otherwise", NUMBER),
    ("peers of no number", {"peers": "x", "as": "average"}, "/peers", "number_unknown"),
    ("no standing", {"peers": "count"}, "/as", "missing"),
    ("another standing", {"peers": "count", "as": "worst"}, "/as", "choice_unknown"),
    ("a rank without a better", {"peers": "count", "as": "rank"}, "", "peers_better"),
    ("a best without a better", {"peers": "count", "as": "best"}, "", "peers_better"),
    ("a share without a better", {"peers": "count", "as": "percentile", "of": 5}, "", "peers_better"),
    ("an average with a better", {**MEAN, "better": "more"}, "", "peers_better"),
    ("units with a better", {"peers": "count", "as": "units", "better": "less"}, "", "peers_better"),
    ("a rank of a share", {**RANK, "of": 5}, "", "peers_of"),
    ("an average of a share", {**MEAN, "of": 5}, "", "peers_of"),
    ("a rank without the extremes", {**RANK, "trim": TRIM}, "", "peers_trim"),
    ("above 100", {**SHARE, "of": 101}, "/of", "percent_limits"),
    ("below 0", {**SHARE, "of": -1}, "/of", "percent_limits"),
    ("its own peers", {"peers": "m", "as": "average"}, "/peers", "measure_circle"),
]


@pytest.mark.parametrize(("measure", "place", "code"), cases(WRITTEN))
def test_measure_of_others_that_cannot_be_written(measure, place, code):
    assert places(prepare(a_scheme(evidence=FIELDS, measures={"m": measure})))[0] == (f"/measures/m{place}", code)
