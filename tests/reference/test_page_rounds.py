"""The format page's examples with a profile, rows, other units or a sheet, by the interpreter and by the engine."""

from __future__ import annotations

from typing import Any

import pytest

from tests.reference.completions import ranges
from tests.reference.page_rounds import BATH_SCHEME, GRADES, SPANS, TOTALS, UNFIT
from tests.reference.page_rules import number
from tests.reference.profile import resolved
from tests.reference.requests import case_of
from tests.reference.scored import engine_says, refusals, span_of
from tests.reference.small import interpreter_says, request
from tests.reference.values import exact


@pytest.mark.parametrize(("name", "document", "asked", "gives"), TOTALS, ids=[row[0] for row in TOTALS])
def test_the_total(name: str, document: Any, asked: Any, gives: Any) -> None:
    assert interpreter_says(document, asked).sheet.total == number(gives)
    assert exact(engine_says(document, asked)["total"]) == number(gives)


@pytest.mark.parametrize(("name", "document", "asked", "span"), SPANS, ids=[row[0] for row in SPANS])
def test_the_range(name: str, document: Any, asked: Any, span: list[Any]) -> None:
    low, high = map(number, span)
    assert interpreter_says(document, asked).sheet.pending
    assert ranges(case_of(document, asked)).total == (low, high)
    assert span_of(engine_says(document, asked)) == (low, high)


@pytest.mark.parametrize(("name", "document", "asked", "grade"), GRADES, ids=[row[0] for row in GRADES])
def test_the_grade(name: str, document: Any, asked: Any, grade: str | None) -> None:
    assert interpreter_says(document, asked).sheet.grade == grade
    assert engine_says(document, asked)["grade"] == grade


@pytest.mark.parametrize(("name", "subject", "lack"), UNFIT, ids=[row[0] for row in UNFIT])
def test_a_key_without_a_value_is_a_problem_and_no_zero(name: str, subject: Any, lack: tuple[str, str]) -> None:
    assert resolved(BATH_SCHEME, subject)[1] == {lack}
    code, attribute = lack
    assert (("subject", attribute), code) in refusals(BATH_SCHEME, request(subject=subject))
