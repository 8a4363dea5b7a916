"""Folds over rows by name, step by step; interpreter and engine alike."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.measure_cases import U, both_say, only_rule, rows
from tests.reference.small import request

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
