"""Measures by name: folds step by step, ends, steps, days, other rounds and units; interpreter and engine alike."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.reference.page_rules import number
from tests.reference.scored import engine_says, sheet_items
from tests.reference.small import COUNT, SHARE, interpreter_says, item, request, scheme, section
from tests.reference.values import UNKNOWN, exact, rounded

PLACES = 6
U = UNKNOWN
KINDS = {"type": "choice", "label": "类别", "choices": {"a": "甲", "b": "乙", "c": "丙"}, "required": False}
NUMBER = {"type": "decimal", "label": "数值", "required": False}
TABLE = {
    "type": "table",
    "label": "清单",
    "columns": {
        "date": {"type": "date", "label": "日期", "required": False},
        "until": {"type": "date", "label": "到期", "required": False},
        "kind": KINDS,
        "name": {"type": "text", "label": "名称", "required": False},
        "year": {"type": "integer", "label": "年度", "required": False},
        "flag": {"type": "boolean", "label": "相关", "required": False},
        "v": NUMBER,
        "w": NUMBER,
    },
}
EVIDENCE = {
    "t": TABLE,
    "ways": KINDS | {"label": "做法", "multiple": True},
    "n": COUNT,
    "m": COUNT | {"max": 5},
    "p": SHARE,
    "q": SHARE,
    "d": {"type": "decimal", "label": "数额"},
    "from": {"type": "date", "label": "开始"},
    "to": {"type": "date", "label": "结束"},
}


def rows(columns: str, *cells: tuple[Any, ...]) -> dict[str, Any]:
    """A table of these columns; a None is a cell without a value."""
    names = columns.split()
    return {"t": [{name: cell for name, cell in zip(names, row, strict=True) if cell is not None} for row in cells]}


def only_rule(*more_of: str, **measures: Any) -> Any:
    """A scheme whose one item shows the measure `x`, whatever it is."""
    rule = {"line": {"of": "x", "through": [[0, 0], [1, 1]], "beyond": "extend"}}
    used = {code: EVIDENCE[code] for code in EVIDENCE if code in str(measures) or code in more_of}
    return scheme(
        section("only", item("item", 5, rule)),
        evidence=used,
        measures=measures,
        rounding={"places": PLACES, "mode": "half_up"},
    )


def both_say(document: Any, asked: Any, gives: Any) -> None:
    """The interpreter gives the value exactly, the engine as the item's score; what is unknown leaves it open."""
    found = interpreter_says(document, asked)
    shown = sheet_items(engine_says_after(document, asked, found.known["x"], gives))["item"]
    if gives is UNKNOWN:
        assert shown["score"] is None
        assert shown["status"].startswith("pending")
    else:
        assert exact(shown["score"]) == rounded(value_of(gives), PLACES, "half_up")


def engine_says_after(document: Any, asked: Any, found: Any, gives: Any) -> Any:
    """First what the interpreter finds, then the engine's sheet."""
    assert found == (gives if gives is UNKNOWN else value_of(gives))
    return engine_says(document, asked)


def value_of(written: Any) -> Fraction:
    """`7/3`, a whole number, or a decimal as text."""
    return Fraction(written) if isinstance(written, str) and "/" in written else number(written)


FOUR = rows("kind v", ("a", 3), ("b", 5), ("a", 4), ("b", 5))
HOLES = rows("kind v", ("a", 3), ("b", None), (None, 4))
SHARES = rows("v w", (1, 2), (3, 4), (2, 2))
WEIGHED = rows("v w", (80, 1), (90, 3))
BY_KIND = {"by": "kind", "values": {"a": "#1.5", "b": 4}}
PAIRS = rows("kind name v", ("a", "x", 1), ("a", "y", 2), ("a", "x", 3), ("b", "x", 3))
SEVEN = rows("v", (9,), (1,), (5,), (6,), (2,), (9,), (4,))
DATED = rows(
    "date until v",
    ("2020-05-01", "2020-05-11", 2),
    ("2020-03-31", "2020-12-31", 3),
    ("2020-06-01", "2020-05-31", 4),
)

FOLDS: list[tuple[str, dict[str, Any], Any, Any]] = [
    ("a share of two columns", {"sum": "t", "value": {"part": "v", "whole": "w"}}, SHARES, "9/4"),
    ("a share in percent", {"max": "t", "value": {"part": "v", "whole": "w"}, "unit": "%"}, SHARES, 100),
    ("a share in thousandths", {"min": "t", "value": {"part": "v", "whole": "w"}, "unit": "‰"}, SHARES, 500),
    (
        "a mean of shares is no share of sums",
        {"average": "t", "value": {"part": "v", "whole": "w"}, "unit": "%"},
        SHARES,
        75,
    ),
    ("a share of nothing", {"sum": "t", "value": {"part": "v", "whole": "w"}}, rows("v w", (1, 0), (1, 2)), U),
    (
        "a share of nothing, skipped",
        {"sum": "t", "value": {"part": "v", "whole": "w"}, "missing": "skip"},
        rows("v w", (1, 0), (1, 2), (None, 2)),
        "1/2",
    ),
    ("a number by kind", {"sum": "t", "value": BY_KIND}, FOUR, 11),
    ("a kind without a number", {"sum": "t", "value": BY_KIND}, rows("kind", ("a",), ("c",)), U),
    ("a kind without a number, skipped", {"sum": "t", "value": BY_KIND, "missing": "skip"}, rows("kind", ("c",)), 0),
    (
        "a kind without a number of its own",
        {"max": "t", "value": BY_KIND | {"otherwise": 7}},
        rows("kind", ("a",), ("c",)),
        7,
    ),
    (
        "a number by year",
        {"sum": "t", "value": {"by": "year", "values": {"2020": 1, "2021": 2}}},
        rows("year", (2020,), (2021,), (2021,)),
        5,
    ),
    (
        "a number by yes or no",
        {"sum": "t", "value": {"by": "flag", "values": {"true": 3, "false": 1}}},
        rows("flag", (True,), (False,)),
        4,
    ),
    (
        "a number by name",
        {"sum": "t", "value": {"by": "name", "values": {"甲": 3}, "otherwise": "#0.5"}},
        rows("name", ("甲",), ("乙",)),
        "3.5",
    ),
    ("a weighted sum", {"sum": "t", "value": "v", "weight": "w"}, WEIGHED, 350),
    ("a weighted mean", {"average": "t", "value": "v", "weight": "w"}, WEIGHED, "87.5"),
    ("a mean of weight nothing", {"average": "t", "value": "v", "weight": "w"}, rows("v w", (80, 0)), U),
    ("no weight, no value", {"sum": "t", "value": "v", "weight": "w"}, rows("v w", (80, None)), U),
    ("no weight, skipped", {"sum": "t", "value": "v", "weight": "w", "missing": "skip"}, rows("v w", (8, None)), 0),
    ("once per kind, the greatest", {"sum": "t", "value": "v", "once_per": "kind"}, FOUR, 9),
    ("once per kind, counted", {"count": "t", "once_per": "kind"}, FOUR, 2),
    ("once per kind and name", {"sum": "t", "value": "v", "once_per": ["kind", "name"]}, PAIRS, 8),
    ("once per name, whatever the kind", {"sum": "t", "value": "v", "once_per": "name"}, PAIRS, 5),
    ("a mean of the greatest of each kind", {"average": "t", "value": "v", "once_per": "kind"}, FOUR, "9/2"),
    ("nothing to count once for", {"count": "t", "once_per": "kind"}, HOLES, U),
    ("nothing to count once for, skipped", {"count": "t", "once_per": "kind", "missing": "skip"}, HOLES, 2),
    (
        "neither value nor group, skipped",
        {"sum": "t", "value": "v", "once_per": "kind", "missing": "skip"},
        HOLES,
        3,
    ),
    (
        "the first on a tie, with its weight",
        {"sum": "t", "value": "v", "weight": "w", "once_per": "kind"},
        rows("kind v w", ("a", 3, 2), ("a", 3, 9)),
        6,
    ),
    (
        "the greatest value, not the greatest product",
        {"sum": "t", "value": "v", "weight": "w", "once_per": "kind"},
        rows("kind v w", ("a", 3, 9), ("a", 4, 1)),
        4,
    ),
    ("the best three", {"sum": "t", "value": "v", "keep": 3}, SEVEN, 24),
    ("the best ten of seven", {"average": "t", "value": "v", "keep": 10}, SEVEN, "36/7"),
    ("the worst of the best three", {"min": "t", "value": "v", "keep": 3}, SEVEN, 6),
    (
        "the first of the best on a tie, with its weight",
        {"sum": "t", "value": "v", "weight": "w", "keep": 1},
        rows("v w", (3, 2), (3, 5)),
        6,
    ),
    (
        "the highest and the lowest mark aside",
        {"average": "t", "value": "v", "trim": {"drop": 1, "when_more_than": 5}},
        SEVEN,
        "26/5",
    ),
    (
        "not where there are too few",
        {"average": "t", "value": "v", "trim": {"drop": 1, "when_more_than": 7}},
        SEVEN,
        "36/7",
    ),
    ("two at each end", {"max": "t", "value": "v", "trim": {"drop": 2, "when_more_than": 4}}, SEVEN, 6),
    ("nothing left in the middle", {"sum": "t", "value": "v", "trim": {"drop": 1, "when_more_than": 2}}, SEVEN, 26),
    (
        "first the best, then without both ends",
        {"sum": "t", "value": "v", "keep": 4, "trim": {"drop": 1, "when_more_than": 3}},
        SEVEN,
        15,
    ),
    (
        "once per kind comes before the best",
        {"sum": "t", "value": "v", "once_per": "kind", "keep": 2},
        rows("kind v", ("a", 9), ("a", 8), ("b", 5), ("c", 7)),
        16,
    ),
    (
        "where comes before once per kind",
        {"sum": "t", "value": "v", "once_per": "kind", "where": {"v": {"less_than": 9}}},
        rows("kind v", ("a", 9), ("a", 8)),
        8,
    ),
    ("where it cannot be said", {"count": "t", "where": {"v": {"less_than": 9}}}, HOLES, U),
    (
        "a column of its own: late days",
        {
            "sum": "t",
            "value": "late",
            "columns": {"late": {"days": {"from": "date", "to": "until"}}},
            "where": {"late": {"more_than": 0}},
        },
        DATED,
        285,
    ),
    (
        "a column of another",
        {
            "max": "t",
            "value": "weeks",
            "columns": {
                "late": {"days": {"from": "date", "to": "until"}},
                "weeks": {"steps": "late", "every": 7, "step": "started"},
            },
            "during": "period",
        },
        DATED,
        2,
    ),
    (
        "a capped column",
        {"sum": "t", "value": "capped", "columns": {"capped": {"lowest": ["v", 3]}}},
        rows("v", (9,), (1,), (5,)),
        7,
    ),
    (
        "a column without a value",
        {"sum": "t", "value": "both", "columns": {"both": {"total": {"v": 1, "w": 1}}}},
        rows("v w", (9, 1), (1, None)),
        U,
    ),
    (
        "a column of shares",
        {
            "count": "t",
            "columns": {"share": {"ratio": {"part": "v", "whole": "w"}, "unit": "%"}},
            "where": {"share": {"at_least": 75}},
        },
        SHARES,
        2,
    ),
    (
        "the latest of each kind, not the greatest",
        {"sum": "t", "value": "v", "once_per": "kind", "prefer": {"most": "date"}},
        rows("kind date v", ("a", "2020-05-01", 9), ("a", "2020-06-01", 2), ("b", "2020-06-01", 1)),
        3,
    ),
    (
        "the least of each kind",
        {"sum": "t", "value": "v", "once_per": "kind", "prefer": {"least": "v"}},
        rows("kind v", ("a", 9), ("a", 2), ("b", 1)),
        3,
    ),
    ("the best two of each kind", {"sum": "t", "value": "v", "once_per": "name", "per_group": 2}, PAIRS, 8),
    ("at most two of each name, counted", {"count": "t", "once_per": "name", "per_group": 2}, PAIRS, 3),
    ("names with three rows", {"count": "t", "once_per": "name", "at_least": 3}, PAIRS, 1),
    (
        "at most so much for each kind",
        {"sum": "t", "value": "v", "each_at_most": {"per": "kind", "most": 7}},
        rows("kind v", ("a", 5), ("a", 4), ("b", 6)),
        13,
    ),
    (
        "by another day than `date`",
        {"count": "t", "during": {"on": "until"}},
        rows("date until", ("2020-03-01", "2020-04-01"), ("2020-05-01", "2021-04-01")),
        1,
    ),
    (
        "by a first and a last day",
        {"count": "t", "during": {"from": "date", "to": "until"}},
        rows("date until", ("2020-03-01", "2020-04-01"), ("2020-03-01", "2020-03-31")),
        1,
    ),
    (
        "months with a row",
        {"distinct": "t", "value": "month", "columns": {"month": {"calendar": "month", "of": "date"}}},
        rows("date", ("2020-05-01",), ("2020-05-31",), ("2021-05-01",)),
        2,
    ),
    (
        "quarters with two rows",
        {
            "count": "t",
            "columns": {"quarter": {"calendar": "quarter", "of": "date"}},
            "once_per": "quarter",
            "at_least": 2,
        },
        rows("date", ("2020-04-01",), ("2020-06-30",), ("2020-07-01",)),
        1,
    ),
    (
        "the first half of the year",
        {
            "count": "t",
            "columns": {"half": {"calendar": "half_year", "of": "date"}},
            "where": {"half": {"is": "2020年上半年"}},
        },
        rows("date", ("2020-06-30",), ("2020-07-01",)),
        1,
    ),
    (
        "a column of cases",
        {
            "sum": "t",
            "value": "worth",
            "columns": {
                "worth": {
                    "cases": [
                        {"when": {"all": [{"kind": {"is": "a"}}, {"v": {"at_least": 5}}]}, "is": 3},
                        {"when": {"kind": {"is": "a"}}, "is": 1},
                        {"is": 0},
                    ]
                }
            },
        },
        rows("kind v", ("a", 5), ("a", 4), ("b", 9)),
        4,
    ),
    (
        "days of a row in the period",
        {
            "sum": "t",
            "value": "there",
            "columns": {"there": {"days": {"from": "date", "to": "until"}, "during": "period"}},
        },
        rows("date until", ("2020-03-01", "2020-04-02"), ("2021-03-31", "2021-05-01"), ("2020-01-01", "2020-02-01")),
        3,
    ),
    ("options ticked", {"count": "ways"}, {"ways": ["a", "c"]}, 2),
    ("no option ticked", {"count": "ways"}, {"ways": []}, 0),
    ("nothing said of the options", {"count": "ways"}, {}, U),
]


@pytest.mark.parametrize(("name", "measure", "given", "gives"), FOLDS, ids=[row[0] for row in FOLDS])
def test_folds(name: str, measure: Any, given: Any, gives: Any) -> None:
    both_say(only_rule(x=measure), request(given), gives)


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
