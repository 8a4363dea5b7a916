"""Measures of the document: which can be written."""

from __future__ import annotations

from typing import Any

import pytest

from app.scoring.arithmetic import Ratio, Total
from app.scoring.document import Part, read_part
from app.scoring.measures import AnyMeasure, Fold, LongestStay
from tests.builders import D, F, cases, said


class Measures(Part):
    m: AnyMeasure


STAY = {"longest_stay": "t", "person": ["name"], "start": "a", "end": "b"}
WRITTEN = [
    ("count", {"count": "t"}, Fold),
    (
        "count of some, dated",
        {"count": "t", "where": "signed", "during": "period", "label": "次数", "unit": "次"},
        Fold,
    ),
    ("sum", {"sum": "t", "value": "c", "missing": "skip"}, Fold),
    ("average", {"average": "t", "value": "c"}, Fold),
    ("min", {"min": "t", "value": "c"}, Fold),
    ("max", {"max": "t", "value": "c"}, Fold),
    ("distinct", {"distinct": "t", "value": "c"}, Fold),
    ("total", {"total": {"a": 1, "b": D("-0.5")}, "plus": 3, "note": "差额"}, Total),
    ("ratio", {"ratio": {"part": "a", "whole": "b"}, "unit": "%"}, Ratio),
    ("stay", {**STAY, "during": "period"}, LongestStay),
]


@pytest.mark.parametrize(("measure", "shape"), cases(WRITTEN))
def test_measure_is_read_as_its_shape(measure, shape):
    read = read_part(Measures, {"m": measure}).m
    assert type(read) is shape
    assert read_part(Measures, {"m": read}).m == read


@pytest.mark.parametrize("word", ["sum", "average", "min", "max", "distinct"])
def test_fold_names_its_table(word):
    fold = read_part(Measures, {"m": {word: "t", "value": "c"}}).m
    assert (fold.word, fold.table, fold.value, fold.missing) == (word, "t", "c", "unknown")


def test_weights_are_exact():
    assert read_part(Measures, {"m": {"total": {"a": D("0.5")}}}).m.total == {"a": F("1/2")}


ONE = "应恰好有一个：count、sum、average、median、min、max、distinct"
VALUE = "count 不取列值；其他折算要用 value 指明取什么值"
UNWRITTEN: list[tuple[str, Any, str, str, str]] = [
    ("a number", 5, "", "shape_unknown", "不认识的写法"),
    ("null", None, "", "shape_unknown", "不认识的写法"),
    ("nothing", {}, "", "one_fold", ONE),
    ("two folds", {"count": "t", "sum": "t", "value": "c"}, "", "one_fold", ONE),
    ("count of a column", {"count": "t", "value": "c"}, "", "fold_value", VALUE),
    ("sum of no column", {"sum": "t"}, "", "fold_value", VALUE),
    ("during something else", {"count": "t", "during": "year"}, "/during", "choice_unknown", "只能是 period 之一"),
    (
        "missing counts as 0",
        {"sum": "t", "value": "c", "missing": "zero"},
        "/missing",
        "choice_unknown",
        "只能是 skip、unknown 之一",
    ),
    ("no condition", {"count": "t", "where": 5}, "/where", "shape_unknown", "不认识的写法"),
    ("empty total", {"total": {}}, "", "total_empty", "应写明合计哪些计量值，或用 plus 写明一个常数"),
    ("weight is text", {"total": {"a": "1"}}, "/total/a", "number_type", "应为数字"),
    ("plus is yes", {"total": {"a": 1}, "plus": True}, "/plus", "number_type", "应为数字"),
    ("ratio without whole", {"ratio": {"part": "a"}}, "/ratio/whole", "missing", "缺少此项"),
    ("total and ratio", {"total": {"a": 1}, "ratio": {}}, "/ratio", "unknown_member", "不认识的成员"),
    ("nobody stays", {**STAY, "person": []}, "/person", "list_too_short", "至少要有 1 项"),
    ("stay without end", {**STAY, "end": None}, "/end", "text_type", "应为文字"),
]


@pytest.mark.parametrize(("measure", "place", "code", "message"), cases(UNWRITTEN))
def test_measure_that_cannot_be_written(measure, place, code, message):
    found = said(read_part(Measures, {"m": measure}))
    assert found[0] == (f"/m{place}", code, message)
