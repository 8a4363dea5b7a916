"""Numbers, days and codes of the document: what is read and what is refused."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.document import Amount, Code, Day, Number, Part, Positive, Slug, Text, Whole, day_of, fits, read_part
from app.scoring.exact import MOST
from app.scoring.problems import Problems
from tests.builders import D, F, said


class Numbers(Part):
    number: Number = 0
    amount: Amount = 0
    positive: Positive = 1
    whole: Whole = 0


class Words(Part):
    code: Code = "a"
    slug: Slug = "a"
    text: Text = "a"
    day: Day = date(2020, 1, 1)


SIZE = ("number_size", "数字最多 15 位有效数字、6 位小数")
TYPE = ("number_type", "应为数字")

READ = [
    ("number", 5, 5),
    ("number", -5, -5),
    ("number", D("2.5"), F("5/2")),
    ("number", D("2.0"), 2),
    ("number", D("0.000001"), F("1/1000000")),
    ("number", D("0.1000000000"), F("1/10")),
    ("number", D("1E+3"), 1000),
    ("number", D("12345678901234.5"), F("12345678901234.5")),
    ("number", D("123456789.123456"), F("123456789.123456")),
    ("number", MOST, MOST),
    ("number", D("0E-30"), 0),
    ("number", D("0E+30"), 0),
    ("amount", 0, 0),
    ("positive", D("0.5"), F("1/2")),
    ("whole", -3, -3),
    ("whole", D("3.00"), 3),
]


@pytest.mark.parametrize(("name", "stated", "value"), READ, ids=str)
def test_number_is_read_exactly(name, stated, value):
    read = read_part(Numbers, {name: stated})
    assert not isinstance(read, Problems), said(read)
    assert getattr(read, name) == value
    assert type(getattr(read, name)) is type(value)


REFUSED = [
    ("number", True, *TYPE),
    ("number", False, *TYPE),
    ("number", "5", *TYPE),
    ("number", None, *TYPE),
    ("number", [5], *TYPE),
    ("number", 5.0, *TYPE),
    ("number", MOST + 1, *SIZE),
    ("number", -MOST - 1, *SIZE),
    ("number", D("0.0000001"), *SIZE),
    ("number", D("1E+15"), *SIZE),
    ("number", D("1E+3000000"), *SIZE),
    ("number", D("1E-3000000"), *SIZE),
    ("number", D("1234567890.123456"), *SIZE),
    ("number", D("1.0000000000000001"), *SIZE),
    ("number", D("NaN"), *SIZE),
    ("number", D("Infinity"), *SIZE),
    ("amount", -1, "number_negative", "不能小于 0"),
    ("amount", "1", *TYPE),
    ("positive", 0, "number_not_positive", "应大于 0"),
    ("positive", D("-0.5"), "number_not_positive", "应大于 0"),
    ("whole", D("2.5"), "integer_value", "应为整数"),
    ("whole", True, *TYPE),
]


@pytest.mark.parametrize(("name", "stated", "code", "message"), REFUSED, ids=str)
def test_what_is_no_such_number_is_refused(name, stated, code, message):
    assert said(read_part(Numbers, {name: stated})) == [(f"/{name}", code, message)]


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8) | st.decimals(-2, 2, places=7))
def test_a_number_fits_when_fifteen_digits_and_six_places_hold_it(number):
    digits = format(abs(number), "f").strip("0").lstrip(".")
    whole, _, places = format(abs(number), "f").partition(".")
    needed = len((whole.lstrip("0") + places.rstrip("0")).strip("0") if places.rstrip("0") else whole.strip("0"))
    small = len(places.rstrip("0")) <= 6 and abs(number) <= MOST
    assert fits(number) is (small and (needed <= 15 or digits == ""))


def test_literals_longer_than_anybody_writes_do_not_fit():
    assert fits(Decimal("1." + "0" * 23))
    assert not fits(Decimal("1." + "0" * 24))


DAYS = [
    ("2020-02-29", date(2020, 2, 29)),
    ("9999-12-31", date(9999, 12, 31)),
    ("0001-01-01", date(1, 1, 1)),
    ("2021-02-29", None),
    ("2020-13-01", None),
    ("2020-00-10", None),
    ("0000-01-01", None),
    ("2020-4-1", None),
    ("20200401", None),
    ("2020-W23-1", None),
    ("2020-04-01T00:00", None),
    (" 2020-04-1", None),
    ("２０２０-04-01", None),
    ("2020/04/01", None),
    ("", None),
    (20200401, None),
    (None, None),
    (date(2020, 4, 1), None),
]


@pytest.mark.parametrize(("stated", "day"), DAYS, ids=repr)
def test_day_is_iso_text_of_a_day_that_exists(stated, day):
    assert day_of(stated) == day


@pytest.mark.parametrize(
    ("name", "stated"),
    [
        ("code", "dispatched_staff"),
        ("code", "_A9"),
        ("code", "a" * 64),
        ("slug", "2020-draft"),
        ("slug", "4.1_b"),
        ("text", "派出人次"),
        ("text", "x" * 4000),
    ],
)
def test_word_is_kept_as_written(name, stated):
    assert getattr(read_part(Words, {name: stated}), name) == stated


FORM = ("code_form", "代码格式不正确，只能用字母、数字和规定的符号")
NO_WORDS = [
    ("code", "9a", *FORM),
    ("code", "a-b", *FORM),
    ("code", "", *FORM),
    ("code", "a" * 65, *FORM),
    ("code", "a\n", *FORM),
    ("code", "派出", *FORM),
    ("code", 5, "text_type", "应为文字"),
    ("slug", "-a", *FORM),
    ("slug", "a/b", *FORM),
    ("text", "", "text_empty", "不能为空"),
    ("text", "x" * 4001, "text_too_long", "文字过长，最多 4000 字"),
    ("text", None, "text_type", "应为文字"),
    ("day", "2021-02-29", "date_value", "应为存在的日期，格式为 2020-04-01"),
    ("day", 20200401, "date_value", "应为存在的日期，格式为 2020-04-01"),
]


@pytest.mark.parametrize(("name", "stated", "code", "message"), NO_WORDS, ids=lambda each: str(each)[:20])
def test_what_is_no_such_word_is_refused(name, stated, code, message):
    assert said(read_part(Words, {name: stated})) == [(f"/{name}", code, message)]
