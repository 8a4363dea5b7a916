"""Every example of the format page that needs no later vocabulary, against the reference interpreter."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from tests.reference.completions import Case, ranges
from tests.reference.interpreter import facts, points
from tests.reference.page_examples import GIVES, SPANS
from tests.reference.page_rules import RENOVATION, Number, number, plain
from tests.reference.values import Refused


def a_document(rule: Any, item_points: Number, measures: Any, known: dict[str, Any], open_codes: Any = ()) -> Any:
    """A scheme of one item; the type of each fact is read off its value."""
    kinds = {bool: "boolean", str: "choice"}
    fields = {code: {"type": kinds.get(type(plain(value)), "decimal")} for code, value in known.items()}
    fields |= {
        code: {"type": "boolean" if code == "assessed" else "decimal"} for code in open_codes if code not in measures
    }
    item = {"code": "item", "points": plain(item_points), "rule": plain(rule)}
    return {
        "evidence": fields,
        "measures": measures,
        "rounding": {"places": 2, "mode": "half_up"},
        "sections": [{"code": "section", "points": plain(item_points), "items": [item]}],
    }


@pytest.mark.parametrize("row", GIVES, ids=lambda row: row[0])
def test_what_a_rule_gives(row: Any) -> None:
    """The values of the page."""
    _, rule, item_points, measures, known, judged, gives = row
    document = a_document(rule, item_points, measures, known)
    looked_at = facts(document, plain(known))
    judgement = None if judged is None else number(judged)
    assert points(plain(rule), number(item_points), looked_at, judgement) == number(gives)


@pytest.mark.parametrize("row", SPANS, ids=lambda row: row[0])
def test_what_is_unknown_spans(row: Any) -> None:
    """The ranges of the page, by filling in everything."""
    _, rule, item_points, measures, known, judged, domains, (low, high) = row
    document = a_document(rule, item_points, measures, known, domains)
    given = {} if judged is None else {"item": number(judged)}
    found = ranges(Case(document, plain(known), given, None, domains))
    assert found.items["item"] == found.total == (number(low), number(high))


def test_a_judgement_between_the_steps_or_past_the_limit_is_refused() -> None:
    """`judged: 5.5` where 2 to 5 are allowed."""
    assert points(plain(RENOVATION), Fraction(7), {"renovation": "部分完成"}, number("5.5")) == Refused(number("5.5"))
    assert points(plain(RENOVATION), Fraction(7), {"renovation": "部分完成"}, number("2.3")) == Refused(number("2.3"))
