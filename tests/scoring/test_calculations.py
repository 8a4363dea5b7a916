"""Measures over other numbers and days: extremes, steps, days, months, cases, quotients; known and unknown."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.arithmetic import Measured
from app.scoring.bound import Among
from app.scoring.derived import StepsOf
from app.scoring.engine import prepare
from app.scoring.exact import ANYTHING, Range
from app.scoring.timespans import CalendarOf
from app.scoring.tying import Tying
from tests.builders import (
    D,
    F,
    a_fact,
    a_scheme,
    boolean,
    cases,
    choice,
    compiled,
    day,
    integer,
    levels,
    line,
    measured,
    one_item,
    percent,
    places,
    row_of,
    span_of,
    table,
    text,
    ticks,
)

FIELDS = {
    "a": integer(label="甲", min=-9, max=9),
    "b": integer(label="乙"),
    "rate": percent(),
    "yes": boolean(),
    "state": choice(),
    "on": day(label="开始日期"),
    "until": day(label="截止日期"),
    "rows": table(),
    "name": text(),
}
STATED = {"a": -3, "b": 7, "rate": D("62.5"), "yes": True, "state": "begun", "on": "2020-05-31", "until": "2021-02-28"}
UP = line("m", (0, 0), (1, 1), beyond="extend")

VALUES = [
    ("the least", {"lowest": ["a", "b"]}, -3),
    ("the greatest", {"highest": ["a", "b", "rate"]}, F("125/2")),
    ("a number among them", {"lowest": ["b", D("6.5")]}, F("13/2")),
    ("nothing but numbers", {"highest": [1, D("1.5")]}, F("3/2")),
    ("full steps", {"steps": "b", "every": 2, "step": "completed"}, 3),
    ("started steps", {"steps": "b", "every": 2, "step": "started"}, 4),
    ("steps that come out even", {"steps": "b", "every": D("3.5"), "step": "started"}, 2),
    ("full steps below 0", {"steps": "a", "every": 2, "step": "completed"}, -2),
    ("started steps below 0", {"steps": "a", "every": 2, "step": "started"}, -1),
    ("small steps", {"steps": "rate", "every": D("0.5"), "step": "completed"}, 125),
    ("days", {"days": {"from": "on", "to": "until"}}, 273),
    ("days to a day", {"days": {"from": "on", "to": "2020-06-01"}}, 1),
    ("days backwards", {"days": {"from": "until", "to": "on"}}, -273),
    ("days from a day", {"days": {"from": "2020-06-01", "to": "on"}}, -1),
    ("days of the period so far", {"days": {"from": "period_start", "to": "on"}}, 60),
    ("days to its end", {"days": {"from": "on", "to": "period_end"}}, 304),
    ("days of the period", {"days": {"from": "on", "to": "until"}, "during": "period"}, 274),
    ("days outside the period", {"days": {"from": "2019-01-01", "to": "on"}, "during": "period"}, 61),
    ("no day in the period", {"days": {"from": "until", "to": "on"}, "during": "period"}, 0),
    ("full months, to the end of a month", {"months": {"from": "on", "to": "until"}, "step": "completed"}, 9),
    ("started months", {"months": {"from": "on", "to": "2020-07-01"}, "step": "started"}, 2),
    ("full months", {"months": {"from": "on", "to": "2020-07-01"}, "step": "completed"}, 1),
    ("months backwards", {"months": {"from": "2020-07-01", "to": "on"}, "step": "completed"}, -1),
    ("started months backwards", {"months": {"from": "2020-07-01", "to": "on"}, "step": "started"}, -2),
    ("the first case", {"cases": [{"when": "yes", "is": 3}, {"is": 1}]}, 3),
    ("the last case", {"cases": [{"when": {"not": "yes"}, "is": 3}, {"is": D("0.5")}]}, F("1/2")),
    ("a case by choice", {"cases": [{"when": {"state": {"is": "begun"}}, "is": 2}]}, 2),
    ("no case", {"cases": [{"when": {"state": {"is": "done"}}, "is": 2}]}, None),
    ("a quotient", {"ratio": {"part": "a", "whole": "b"}}, F("-3/7")),
    ("per mille", {"ratio": {"part": "a", "whole": "b"}, "unit": "‰"}, F("-3000/7")),
    ("a constant", {"total": {}, "plus": 3}, 3),
    ("a quotient by 0", {"ratio": {"part": "a", "whole": "zero"}}, None),
    ("a quotient by 0, settled", {"ratio": {"part": "a", "whole": "zero"}, "unit": "%", "otherwise": 100}, 100),
    ("settled, but not by 0", {"ratio": {"part": "a", "whole": "b"}, "otherwise": 100}, F("-3/7")),
]


@pytest.mark.parametrize(("measure", "value"), cases(VALUES))
def test_value_of_a_measure(measure, value):
    measures = {"m": measure, "zero": {"total": {"b": 0}}}
    assert measured(FIELDS, measures, STATED).get("m") == value


def test_measures_stand_on_measures_in_any_order():
    measures = {
        "kind": {"cases": [{"when": {"m": {"at_least": 2}}, "is": 4}, {"is": 3}]},
        "m": {"lowest": ["steps", "days"]},
        "steps": {"steps": "sum", "every": 4, "step": "completed"},
        "days": {"days": {"from": "on", "to": "until"}},
        "sum": {"total": {"a": -1, "b": 1}},
    }
    assert measured(FIELDS, measures, STATED) == {"kind": 4, "m": 2, "steps": 2, "days": 273, "sum": 10}


# --- while something is unknown ----------------------------------------------------------------------------------

ZERO = {"zero": {"total": {"b": 0}}}
OPEN = [
    ("the least of one", {"lowest": ["a", "b"]}, {"a": 2}, [0, 2]),
    ("the least of none", {"lowest": ["a", "b"]}, {}, [-9, 9]),
    ("the greatest of one", {"highest": ["a", "b"]}, {"a": 2}, [2, None]),
    ("the greatest with a number", {"highest": ["a", 4]}, {}, [4, 9]),
    ("steps", {"steps": "a", "every": 4, "step": "started"}, {}, [-2, 3]),
    ("steps without end", {"steps": "b", "every": 4, "step": "completed"}, {}, [0, None]),
    ("days", {"days": {"from": "on", "to": "until"}}, {"on": "2020-05-01"}, [None, None]),
    ("days of the period", {"days": {"from": "on", "to": "until"}, "during": "period"}, {}, [0, None]),
    ("months", {"months": {"from": "on", "to": "until"}, "step": "completed"}, {}, [None, None]),
    ("cases", {"cases": [{"when": "yes", "is": 3}, {"when": {"b": {"more_than": 2}}, "is": 7}, {"is": 1}]}, {}, [1, 7]),
    (
        "cases one of which is out",
        {"cases": [{"when": "yes", "is": 3}, {"when": {"b": {"more_than": 2}}, "is": 7}, {"is": 1}]},
        {"b": 1},
        [1, 3],
    ),
    (
        "a case that holds before",
        {"cases": [{"when": {"b": {"more_than": 2}}, "is": 7}, {"when": "yes", "is": 3}]},
        {"b": 5},
        [7, 7],
    ),
    ("a quotient", {"ratio": {"part": "a", "whole": "nine"}}, {}, [-1, 1]),
    ("a quotient settled", {"ratio": {"part": "rate", "whole": "rate"}, "otherwise": 5}, {}, [1, 5]),
    ("a quotient by a constant 0", {"ratio": {"part": "a", "whole": "zero"}, "otherwise": 5}, {}, [5, 5]),
]


@pytest.mark.parametrize(("measure", "stated", "span"), cases(OPEN))
def test_what_a_measure_can_still_be(measure, stated, span):
    measures = {"m": measure, "nine": {"total": {}, "plus": 9}, **ZERO}
    assert span_of(row_of(one_item(UP, evidence=FIELDS, measures=measures), stated)) == span


KNOWN = [
    ("the greatest is reached", {"highest": ["rate", "other"]}, {"rate": 100}, 100),
    ("the least is reached", {"lowest": ["b", "other"]}, {"b": 0}, 0),
    ("a number settles it", {"highest": ["rate", 100]}, {}, 100),
    ("a count settles it", {"lowest": ["fold", 0]}, {}, 0),
    (
        "no case asks for it",
        {"cases": [{"when": {"all": ["yes", {"b": {"is": 1}}]}, "is": 3}, {"is": 1}]},
        {"yes": False},
        1,
    ),
]


@pytest.mark.parametrize(("measure", "stated", "value"), cases(KNOWN))
def test_measure_that_nothing_unknown_can_change(measure, stated, value):
    measures = {"m": measure, "fold": {"count": "rows"}}
    fields = {**FIELDS, "other": percent(label="另一比例")}
    assert measured(fields, measures, stated).get("m") == value
    rule = levels(({"m": {"is": value}}, 5))
    assert row_of(one_item(rule, evidence=fields, measures=measures), stated)["score"] == 5


MISSING = [
    ("both days", {"days": {"from": "on", "to": "until"}}, {}, ["on", "until"]),
    ("one day", {"days": {"from": "on", "to": "until"}}, {"on": "2020-05-01"}, ["until"]),
    ("steps", {"steps": "b", "every": 1, "step": "started"}, {}, ["b"]),
    ("steps over days", {"steps": "days", "every": 30, "step": "started"}, {}, ["on"]),
    ("an extreme", {"lowest": ["a", "b"]}, {"a": 1}, ["b"]),
    ("cases", {"cases": [{"when": "yes", "is": 3}, {"is": 1}]}, {}, ["yes"]),
    ("a quotient by 0", {"ratio": {"part": "a", "whole": "zero"}}, {"a": 1, "b": 1}, ["m"]),
    ("an extreme over it", {"lowest": ["bad", "b"]}, {"a": 1, "b": 1}, ["bad"]),
    ("steps over it", {"steps": "bad", "every": 1, "step": "started"}, {"a": 1, "b": 1}, ["bad"]),
]


@pytest.mark.parametrize(("measure", "stated", "missing"), cases(MISSING))
def test_what_is_missing(measure, stated, missing):
    days = {"days": {"days": {"from": "on", "to": "2021-01-01"}}}
    bad = {"bad": {"ratio": {"part": "a", "whole": "zero"}}}
    row = row_of(one_item(UP, evidence=FIELDS, measures={"m": measure, **ZERO, **days, **bad}), stated)
    assert (row["status"], row["trace"]["missing"]) == ("pending_evidence", missing)


# --- improvements go through the numbers behind ------------------------------------------------------------------

BETTER = [
    ("the least", {"lowest": ["a", "b"]}, {"a": 1, "b": 4}, [{"to": 3, "field": "a"}]),
    ("steps", {"steps": "b", "every": 4, "step": "completed"}, {"b": 4}, [{"to": 12, "field": "b"}]),
    ("a total of days", {"total": {"days": 1}}, {"on": "2020-12-31"}, [{"to": 3, "measure": "days"}]),
]


@pytest.mark.parametrize(("measure", "stated", "change"), cases(BETTER))
def test_improvement_names_what_can_change(measure, stated, change):
    days = {"days": {"days": {"from": "on", "to": "2021-01-01"}}}
    rule = levels(({"m": {"at_least": 3}}, 5))
    row = row_of(one_item(rule, evidence=FIELDS, measures={"m": measure, **days}), stated)
    assert [each["change"] for each in row["improvements"]] == [change]


def test_no_improvement_through_what_is_not_known():
    fields = {**FIELDS, "other": percent(label="另一比例")}
    rule = levels(({"m": {"at_most": 50}}, 5))
    row = row_of(one_item(rule, evidence=fields, measures={"m": {"highest": ["rate", "other"]}}), {"rate": 100})
    assert (row["score"], row["improvements"]) == (0, [])


def test_steps_of_an_unknown_number_lead_nowhere():
    steps = StepsOf(a_fact("m"), ("a",), 3, "completed")
    assert list(steps.leading_to(2, {})) == []
    assert list(steps.leading_to(2, {"a": 1})) == [("a", 6)]


def test_no_improvement_goes_through_cases():
    measure = {"cases": [{"when": "yes", "is": 3}, {"is": 1}]}
    rule = levels(({"m": {"at_least": 3}}, 5))
    row = row_of(one_item(rule, evidence=FIELDS, measures={"m": measure}), {"yes": False})
    assert (row["score"], row["improvements"]) == (0, [])


SEEN = [
    ("ticked options", {"count": "ticks"}, Range(0, 3)),
    ("days", {"days": {"from": "on", "to": "until"}}, ANYTHING),
    ("months", {"months": {"from": "on", "to": "until"}, "step": "started"}, ANYTHING),
    ("days in the period", {"days": {"from": "on", "to": "until"}, "during": "period"}, Range(0, None)),
]


@pytest.mark.parametrize(("measure", "limits"), cases(SEEN))
def test_what_an_unknown_of_its_own_can_be(measure, limits):
    fields = {**FIELDS, "ticks": ticks()}
    assert compiled(a_scheme(evidence=fields, measures={"m": measure})).workings.seen({}, {})["m"] == limits


def test_text_of_a_day_has_no_limits():
    fact = a_fact("m", "text")
    assert CalendarOf(fact, ("on",), "month").over({}) == fact.limits


def test_what_is_no_measure_over_numbers_is_our_own_fault():
    tying = Tying({}, {}, [], ())
    with pytest.raises(TypeError):
        tying.tie_measure("m", Measured())


def test_cases_none_of_which_may_hold():
    cases_of = compiled(a_scheme(evidence=FIELDS, measures={"m": {"cases": [{"when": "yes", "is": 3}]}})).workings
    assert cases_of.seen({}, {"yes": Among((False,))})["m"] == Range(3, 3)


# --- what cannot be written --------------------------------------------------------------------------------------

WRONG = [
    ("both extremes", {"lowest": ["a"], "highest": ["b"]}, "", "one_extreme"),
    ("an extreme of nothing", {"lowest": []}, "/lowest", "list_too_short"),
    ("an extreme of yes", {"highest": [True]}, "/highest/0", "number_type"),
    ("an extreme of a choice", {"highest": [1, "state"]}, "/highest/1", "number_unknown"),
    ("an extreme of no field", {"lowest": ["x"]}, "/lowest/0", "number_unknown"),
    ("steps of 0", {"steps": "a", "every": 0, "step": "started"}, "/every", "number_not_positive"),
    ("steps of no kind", {"steps": "a", "every": 1}, "/step", "missing"),
    ("proportional steps", {"steps": "a", "every": 1, "step": "proportional"}, "/step", "choice_unknown"),
    ("steps of no field", {"steps": "x", "every": 1, "step": "started"}, "/steps", "number_unknown"),
    ("days of a number", {"days": {"from": "a", "to": "on"}}, "/days/from", "date_unknown"),
    ("days to no field", {"days": {"from": "on", "to": "x"}}, "/days/to", "date_unknown"),
    ("days between two days", {"days": {"from": "2020-01-01", "to": "2020-01-02"}}, "/days", "days_constant"),
    ("days from a number", {"days": {"from": 5, "to": "on"}}, "/days/from", "day_or_code"),
    ("days from nothing", {"days": {"from": "", "to": "on"}}, "/days/from", "day_or_code"),
    ("days without end", {"days": {"from": "on"}}, "/days/to", "missing"),
    ("months of no kind", {"months": {"from": "on", "to": "until"}}, "/step", "missing"),
    (
        "months of a text",
        {"months": {"from": "name", "to": "until"}, "step": "started"},
        "/months/from",
        "date_unknown",
    ),
    ("no cases", {"cases": []}, "/cases", "list_too_short"),
    ("a case in between without when", {"cases": [{"is": 1}, {"is": 2}]}, "/cases/0", "when_missing"),
    ("a case of no field", {"cases": [{"when": "x", "is": 1}]}, "/cases/0/when", "fact_unknown"),
    ("the month of a field", {"calendar": "month", "of": "on"}, "/calendar", "unknown_member"),
    ("a quotient of no field", {"ratio": {"part": "x", "whole": "a"}}, "/ratio/part", "number_unknown"),
    ("nothing at all", {"total": {}}, "", "total_empty"),
    ("itself", {"lowest": ["m", 1]}, "/lowest/0", "measure_circle"),
    ("itself by cases", {"cases": [{"when": {"m": {"is": 1}}, "is": 1}]}, "/cases/0/when", "measure_circle"),
]


@pytest.mark.parametrize(("measure", "place", "code"), cases(WRONG))
def test_measure_that_does_not_fit(measure, place, code):
    assert places(prepare(a_scheme(evidence=FIELDS, measures={"m": measure})))[0] == (f"/measures/m{place}", code)


def test_measures_in_a_circle():
    measures: dict[str, Any] = {
        "first": {"steps": "second", "every": 1, "step": "started"},
        "second": {"highest": ["first", 1]},
    }
    found = places(prepare(a_scheme(evidence=FIELDS, measures=measures)))
    assert ("/measures/second/highest/0", "measure_circle") in found


@pytest.mark.parametrize("code", ["period_start", "period_end"])
def test_the_ends_of_the_period_are_no_codes(code):
    assert places(prepare(a_scheme(evidence={code: day()}))) == [(f"/evidence/{code}", "code_reserved")]
