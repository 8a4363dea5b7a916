"""How facts and values are said in Chinese."""

from __future__ import annotations

from datetime import date

import pytest

from app.scoring.exact import TooLarge
from app.scoring.periods import StayLength
from app.scoring.wording import FINEST_STEP, found_text, label_text, number_text, points_text, value_text
from tests.builders import F, a_fact, cases

NUMBERS = [(3, "3"), (F("5/2"), "2.5"), (F("79.9999999"), "79.999999"), (F("1/1000000"), "0.000001"), (-7, "-7")]


@pytest.mark.parametrize(("value", "shown"), NUMBERS, ids=str)
def test_number_in_digits(value, shown):
    assert number_text(value) == shown
    assert points_text(value) == f"{shown}分"


def test_number_too_large_to_be_shown():
    with pytest.raises(TooLarge):
        number_text(10**15)


VALUES = [
    ("yes", a_fact(kind="boolean"), True, "“是”"),
    ("no", a_fact(kind="boolean"), False, "“否”"),
    ("count", a_fact(unit="人次"), 3, "3人次"),
    ("rate", a_fact(unit="%"), F("79.5"), "79.5%"),
    ("no unit", a_fact(), 0, "0"),
    ("choice", a_fact(kind="choice"), "done", "“已完成”"),
    ("text", a_fact(kind="text"), "张三", "“张三”"),
    ("ticks by code", a_fact(kind="choices"), frozenset({"none", "begun"}), "“已开展”、“未开展”"),
    ("no tick", a_fact(kind="choices"), frozenset(), "“无”"),
    ("day", a_fact(kind="date"), date(2020, 4, 1), "2020年4月1日"),
    ("months", a_fact(kind="stay"), StayLength(2, 0), "2个月"),
    ("no time at all", a_fact(kind="stay"), StayLength(0, 0), "0个月"),
    ("months and days", a_fact(kind="stay"), StayLength(2, 3), "2个月零3天"),
    ("days", a_fact(kind="stay"), StayLength(0, 9), "9天"),
]


@pytest.mark.parametrize(("fact", "value", "shown"), cases(VALUES))
def test_value_as_an_evaluator_would_write_it(fact, value, shown):
    assert value_text(fact, value) == shown


def test_statement_stands_in_quotation_marks():
    assert label_text(a_fact(kind="boolean")) == "“已签订协议”"
    assert label_text(a_fact(label="派出人次")) == "派出人次"


def test_what_was_found():
    assert found_text(a_fact(label="派出人次", unit="人次"), 1) == "派出人次为1人次"
    assert found_text(a_fact(kind="boolean"), value=False) == "“已签订协议”为“否”"


def test_neighbouring_values():
    assert a_fact(whole=True).step == 1
    assert a_fact().step == FINEST_STEP == F("0.000001")
