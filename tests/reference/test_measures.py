"""Measures over numbers, days, other rounds and other units by name; interpreter and engine alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.measure_cases import U, both_say, only_rule
from tests.reference.small import request
from tests.reference.values import UNKNOWN

CASES = {
    "cases": [{"when": {"m": {"at_least": 5}}, "is": 3}, {"when": {"n": {"at_least": 5}}, "is": 2}, {"is": "#0.5"}]
}
MONTHS = {"months": {"from": "from", "to": "to"}}
WORKED_OUT: list[tuple[str, Any, Any, Any]] = [
    ("a quotient in thousandths", {"x": {"ratio": {"part": "m", "whole": "n"}, "unit": "‰"}}, {"m": 1, "n": 8}, 125),
    ("the lowest of two", {"x": {"lowest": ["n", "m"]}}, {"n": 7, "m": 4}, 4),
    ("the lowest of a count and a number", {"x": {"lowest": ["n", 3]}}, {"n": 7}, 3),
    ("the highest of a count and a number", {"x": {"highest": ["n", "#7.5"]}}, {"n": 7}, "7.5"),
    ("an unknown that could be lower", {"x": {"lowest": ["n", "m"]}}, {"m": 4}, U),
    ("an unknown that cannot be lower", {"x": {"lowest": ["n", "m"]}}, {"m": 0}, 0),
    ("an unknown that could be higher", {"x": {"highest": ["p", "q"]}}, {"p": 99}, U),
    ("an unknown that cannot be higher", {"x": {"highest": ["p", "q"]}}, {"p": 100}, 100),
    ("an unknown within its own limit", {"x": {"highest": ["n", "m"]}}, {"n": 5}, 5),
    ("an unknown without limits", {"x": {"lowest": ["n", "d"]}}, {"n": 0}, U),
    ("an unknown count of rows", {"x": {"lowest": ["c", "n"]}, "c": {"count": "t"}}, {"n": 0}, 0),
    ("an unknown total", {"x": {"lowest": ["s", "n"]}, "s": {"total": {"m": -1}, "plus": 7}}, {"n": 2}, 2),
    ("an unknown total that could be lower", {"x": {"lowest": ["s", "n"]}, "s": {"total": {"m": -1}}}, {"n": 0}, U),
    ("all of them unknown", {"x": {"lowest": ["n", "m"]}}, {}, U),
    ("completed steps", {"x": {"steps": "n", "every": 4, "step": "completed"}}, {"n": 7}, 1),
    ("started steps", {"x": {"steps": "n", "every": 4, "step": "started"}}, {"n": 7}, 2),
    ("whole steps", {"x": {"steps": "n", "every": 4, "step": "started"}}, {"n": 8}, 2),
    ("completed steps below 0", {"x": {"steps": "d", "every": 4, "step": "completed"}}, {"d": "#-0.5"}, -1),
    ("started steps below 0", {"x": {"steps": "d", "every": 4, "step": "started"}}, {"d": "#-0.5"}, 0),
    ("steps of half", {"x": {"steps": "d", "every": "#0.5", "step": "completed"}}, {"d": "#1.7"}, 3),
    ("steps of the unknown", {"x": {"steps": "n", "every": 4, "step": "completed"}}, {}, U),
    ("days", {"x": {"days": {"from": "from", "to": "to"}}}, {"from": "2020-02-28", "to": "2020-03-01"}, 2),
    ("days back", {"x": {"days": {"from": "from", "to": "to"}}}, {"from": "2020-03-01", "to": "2020-02-28"}, -2),
    ("days since a day", {"x": {"days": {"from": "2020-01-01", "to": "to"}}}, {"to": "2020-01-01"}, 0),
    ("days to a day", {"x": {"days": {"from": "from", "to": "2021-01-01"}}}, {"from": "2020-01-01"}, 366),
    ("days from nobody knows when", {"x": {"days": {"from": "from", "to": "to"}}}, {"to": "2020-03-01"}, U),
    (
        "a share of nothing, said",
        {"x": {"ratio": {"part": "m", "whole": "n"}, "otherwise": 100}},
        {"m": 0, "n": 0},
        100,
    ),
    ("a share of something", {"x": {"ratio": {"part": "m", "whole": "n"}, "otherwise": 7}}, {"m": 1, "n": 2}, "0.5"),
    ("a share of the unknown", {"x": {"ratio": {"part": "m", "whole": "n"}, "otherwise": 7}}, {"m": 1}, U),
    ("the first case that holds", {"x": CASES}, {"n": 10, "m": 1}, 2),
    ("the last case", {"x": CASES}, {"n": 0, "m": 0}, "0.5"),
    ("a case that cannot be decided", {"x": CASES}, {"m": 1}, U),
    ("a case before what cannot be decided", {"x": CASES}, {"m": 5}, 3),
    ("no case", {"x": {"cases": [{"when": {"n": {"at_least": 5}}, "is": 3}]}}, {"n": 1}, U),
    ("months", {"x": MONTHS | {"step": "completed"}}, {"from": "2020-01-31", "to": "2020-02-29"}, 1),
    ("a day short of a month", {"x": MONTHS | {"step": "completed"}}, {"from": "2020-01-31", "to": "2020-02-28"}, 0),
    ("months begun", {"x": MONTHS | {"step": "started"}}, {"from": "2020-01-15", "to": "2020-02-16"}, 2),
    ("no month left over", {"x": MONTHS | {"step": "started"}}, {"from": "2020-01-15", "to": "2020-02-15"}, 1),
    ("months back", {"x": MONTHS | {"step": "completed"}}, {"from": "2020-03-16", "to": "2020-01-15"}, -2),
    (
        "days to the end of the period",
        {"x": {"days": {"from": "from", "to": "period_end"}}},
        {"from": "2021-03-01"},
        30,
    ),
    (
        "days since the start of the period",
        {"x": {"days": {"from": "period_start", "to": "to"}}},
        {"to": "2020-04-01"},
        0,
    ),
    (
        "days within the period",
        {"x": {"days": {"from": "from", "to": "to"}, "during": "period"}},
        {"from": "2020-03-01", "to": "2020-04-10"},
        10,
    ),
    (
        "no day within the period",
        {"x": {"days": {"from": "from", "to": "to"}, "during": "period"}},
        {"from": "2020-03-01", "to": "2020-03-10"},
        0,
    ),
    (
        "a total of totals",
        {"x": {"total": {"s": 2, "n": "#-0.5"}, "plus": 1}, "s": {"lowest": ["n", 3]}},
        {"n": 7},
        "3.5",
    ),
]


@pytest.mark.parametrize(("name", "measures", "given", "gives"), WORKED_OUT, ids=[row[0] for row in WORKED_OUT])
def test_what_is_worked_out(name: str, measures: Any, given: Any, gives: Any) -> None:
    both_say(only_rule(**measures), request(given), gives)


def peers(kind: str, **more: Any) -> dict[str, Any]:
    """The count `n` among those of all units."""
    return {"peers": "n", "as": kind} | more


ALL = [10, 40, 20, 40, 30]
MORE, LESS = {"better": "more"}, {"better": "less"}
OUTSIDE: list[tuple[str, Any, Any, Any]] = [
    ("the best place", peers("rank", **MORE), {"n": 40}, 1),
    ("ties share, the next place is skipped", peers("rank", **MORE), {"n": 30}, 3),
    ("the last place", peers("rank", **MORE), {"n": 10}, 5),
    ("the best place where less is better", peers("rank", **LESS), {"n": 10}, 1),
    ("ties where less is better", peers("rank", **LESS), {"n": 40}, 4),
    ("the best", peers("best", **MORE), {"n": 10}, 40),
    ("the best where less is better", peers("best", **LESS), {"n": 40}, 10),
    ("the mean", peers("average"), {"n": 10}, 28),
    ("the mean without both ends", peers("average", trim={"drop": 1, "when_more_than": 4}), {"n": 10}, 30),
    ("all together", peers("total"), {"n": 10}, 140),
    ("how many", peers("units"), {"n": 10}, 5),
    ("the first so many of a hundred", peers("percentile", **MORE), {"n": 30}, 60),
    ("the first so many of a hundred, less is better", peers("percentile", **LESS), {"n": 20}, 40),
    ("the median", peers("percentile", of=50, **MORE), {"n": 10}, 30),
    ("the worst", peers("percentile", of=0, **MORE), {"n": 10}, 10),
    ("the best of all", peers("percentile", of=100, **MORE), {"n": 10}, 40),
    ("between two units", peers("percentile", of=60, **MORE), {"n": 10}, 34),
    ("between two units from the other end", peers("percentile", of=60, **LESS), {"n": 10}, 26),
]


@pytest.mark.parametrize(("name", "measure", "given", "gives"), OUTSIDE, ids=[row[0] for row in OUTSIDE])
def test_the_other_units(name: str, measure: Any, given: Any, gives: Any) -> None:
    document = only_rule("n", x=measure)
    both_say(document, request(given, peers={"n": ALL}), gives)
    for not_closed in ({}, {"peers": {}}, {"peers": {"n": []}}):
        both_say(document, request(given, **not_closed), UNKNOWN)


def test_an_own_value_that_is_unknown_has_no_place_but_counts() -> None:
    for kind, gives in (("rank", U), ("best", U), ("percentile", U), ("average", U), ("units", 5)):
        better = {} if kind in ("average", "units") else MORE
        both_say(only_rule("n", x=peers(kind, **better)), request({}, peers={"n": ALL}), gives)


PREVIOUS: list[tuple[str, Any, Any, Any]] = [
    ("a number of the round before", {"previous": "n"}, {"previous": {"n": 7}}, 7),
    ("not handed in", {"previous": "n"}, {}, U),
    ("not handed in, whatever stands for none", {"previous": "n", "otherwise": 3}, {}, U),
    ("none in the round before", {"previous": "n"}, {"previous": {}}, U),
    ("none, said", {"previous": "n"}, {"previous": {"n": None}}, U),
    ("none, and what stands for it", {"previous": "n", "otherwise": 3}, {"previous": {}}, 3),
    ("none, said, and what stands for it", {"previous": "n", "otherwise": 3}, {"previous": {"n": None}}, 3),
    ("nought is a number", {"previous": "n", "otherwise": 3}, {"previous": {"n": 0}}, 0),
]


@pytest.mark.parametrize(("name", "measure", "handed_in", "gives"), PREVIOUS, ids=[row[0] for row in PREVIOUS])
def test_the_round_before(name: str, measure: Any, handed_in: Any, gives: Any) -> None:
    both_say(only_rule("n", x=measure), request({"n": 1}, **handed_in), gives)


def test_growth_over_the_round_before() -> None:
    document = only_rule(
        before={"previous": "n"},
        change={"total": {"n": 1, "before": -1}},
        x={"ratio": {"part": "change", "whole": "before"}, "unit": "%"},
    )
    both_say(document, request({"n": 6}, previous={"n": 8}), -25)
    both_say(document, request({"n": 6}, previous={"n": 0}), UNKNOWN)
