"""Section and total ranges: rows that wait for the same thing are looked at together."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders import (
    a_scheme,
    a_section,
    an_item,
    boolean,
    cases,
    compiled,
    integer,
    levels,
    sheet_of,
    span_of,
    tally,
)

FIELDS = {"signed": boolean(), "count": integer(), "other": integer()}


def together(*rules: Any, **evidence: Any) -> dict[str, Any]:
    rows = [an_item(rule, code=f"item_{number}") for number, rule in enumerate(rules)]
    return sheet_of(a_scheme(a_section(*rows), evidence=FIELDS), evidence)


YES, NO = levels(("signed", 5)), levels(({"not": "signed"}, 5))
SHARED = [
    ("one for, one against", [YES, NO], {}, [5, 5]),
    ("both for", [YES, YES], {}, [0, 10]),
    ("two apart", [YES, levels(({"count": {"at_least": 1}}, 3))], {}, [0, 8]),
    (
        "joined by a third",
        [
            YES,
            tally({"lose": 5, "each": "count"}),
            levels(({"any": ["signed", {"count": {"at_most": 0}}]}, 0), otherwise=5),
        ],
        {},
        [5, 10],
    ),
    ("a settled row between", [YES, 3, NO], {}, [8, 8]),
    ("one of them without end", [tally({"lose": 1, "each": "count"}, floor="none"), YES], {}, [None, 10]),
]


@pytest.mark.parametrize(("rules", "evidence", "span"), cases(SHARED))
def test_range_of_a_sum_is_that_of_its_outcomes(rules, evidence, span):
    sheet = together(*rules, **evidence)
    assert (span_of(sheet), span_of(sheet["sections"][0])) == (span, span)


def test_sum_has_no_outcome_where_one_row_has_none():
    assert span_of(together(levels(("signed", 5), otherwise=None), YES)) == [10, 10]


def test_range_of_a_sum_is_worked_out_once_for_the_same_facts(monkeypatch):
    rows = [an_item(rule, code=f"item_{number}") for number, rule in enumerate((YES, NO))]
    program = compiled(a_scheme(a_section(*rows), evidence=FIELDS))
    before = sheet_of(program)
    monkeypatch.setattr("app.scoring.totals.find_range", None)
    assert sheet_of(program) == before


def test_case_that_none_takes_leaves_the_sum_without_ends():
    assert span_of(together(levels(("signed", 5), otherwise=None), YES, signed=False)) == [None, None]
