"""The strict JSON guard: every bad input by name, every limit from both sides, and all of JSON otherwise."""

from __future__ import annotations

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.limits import DEEPEST, LARGEST
from app.protocol.strict_json import BROKEN, read_json
from app.scoring.problems import Problems

BAD = {
    "nothing at all": (b"", ("", "empty")),
    "only white space": (b" \n\t\r", ("", "empty")),
    "cut off": (b'{"a": [1', ("", "not_json")),
    "trailing comma": (b"[1,]", ("", "not_json")),
    "two values": (b"{} {}", ("", "not_json")),
    "single quotes": (b"{'a': 1}", ("", "not_json")),
    "a comment": (b"{} // no", ("", "not_json")),
    "leading zero": (b"[01]", ("", "not_json")),
    "plus sign": (b"[+1]", ("", "not_json")),
    "bare point": (b"[.5]", ("", "not_json")),
    "hexadecimal": (b"[0x10]", ("", "not_json")),
    "full-width digit": ("[１]".encode(), ("", "not_json")),
    "non-breaking space": ("[\u00a01]".encode(), ("", "not_json")),
    "raw control character": (b'["\x01"]', ("", "not_json")),
    "raw NUL": (b'["\x00"]', ("", "not_json")),
    "raw line break in a text": (b'["a\nb"]', ("", "not_json")),
    "short unicode escape": (b'["\\u12"]', ("", "not_json")),
    "latin-1": ('["é"]'.encode("latin-1"), ("", "not_utf8")),
    "utf-16": ("[1]".encode("utf-16-le") + b"\xff", ("", "not_utf8")),
    "encoded surrogate": (b'["\xed\xa0\x80"]', ("", "not_utf8")),
    "overlong NUL": (b'["\xc0\x80"]', ("", "not_utf8")),
    "byte order mark": (b"\xef\xbb\xbf{}", ("", "byte_order_mark")),
    "utf-16 with mark": ("[1]".encode("utf-16"), ("", "byte_order_mark")),
    "NaN": (b'{"a": NaN}', ("/a", "not_a_number")),
    "Infinity": (b"[1, Infinity]", ("/1", "not_a_number")),
    "-Infinity": (b"-Infinity", ("", "not_a_number")),
    "duplicate member": (b'{"a": 1, "a": 1}', ("/a", "duplicate_member")),
    "duplicate by escape": (b'{"b": [{"a": 1, "\\u0061": 2}]}', ("/b/0/a", "duplicate_member")),
    "lone high surrogate": (b'["\\ud800"]', ("/0", "lone_surrogate")),
    "lone low surrogate": (b'["\\uDFFF"]', ("/0", "lone_surrogate")),
    "surrogates the wrong way round": (b'["\\udc00\\ud800"]', ("/0", "lone_surrogate")),
    "lone surrogate in a name": (b'{"x\\ud800": {"y": 1}}', ("", "lone_surrogate")),
    "NUL in a text": (b'{"a~/b": "\\u0000"}', ("/a~0~1b", "control_character")),
    "NUL in a name": (b'{"\\u0000": 1}', ("", "control_character")),
    "backspace": (b'["\\b"]', ("/0", "control_character")),
    "escape character": (b'["\\u001B"]', ("/0", "control_character")),
    "1e400": (b"[1e400]", ("/0", "too_many_digits")),
    "a huge exponent": (b"[1e3000000]", ("/0", "number_too_long")),
    "a tiny exponent": (b"[1e-3000000]", ("/0", "number_too_long")),
    "the smallest double": (b"[5e-324]", ("/0", "too_many_places")),
    "2^63": (b"[9223372036854775808]", ("/0", "too_many_digits")),
    "-2^63": (b"[-9223372036854775808]", ("/0", "too_many_digits")),
    "16 digits": (b"[1234567890123456]", ("/0", "too_many_digits")),
    "10^15": (b"[1e15]", ("/0", "too_many_digits")),
    "10^15 written out": (b"[1000000000000000]", ("/0", "too_many_digits")),
    "16 digits around the point": (b"[1234567890.123456]", ("/0", "too_many_digits")),
    "7 places": (b"[0.1234567]", ("/0", "too_many_places")),
    "7 places by exponent": (b"[1e-7]", ("/0", "too_many_places")),
    "a million digits": (b"1" * 1_000_000, ("", "number_too_long")),
    "depth 33": (b"[" * 33 + b"]" * 33, ("", "too_deep")),
    "depth 33 of objects": (b'{"a":' * 33 + b"1" + b"}" * 33, ("", "too_deep")),
    "a million brackets": (b"[" * 1_000_000, ("", "too_deep")),
    "half a million brackets closed": (b"[" * 500_000 + b"]" * 500_000, ("", "too_deep")),
    "one byte too many": (b'"' + b"a" * (LARGEST - 1) + b'"', ("", "too_large")),
}

GOOD = {
    "an empty object": (b"{}", {}),
    "white space around": (b" \t\r\n[ ] \n", []),
    "bare values": (b'[null, true, false, ""]', [None, True, False, ""]),
    "Chinese": ('{"名称": "医养结合"}'.encode(), {"名称": "医养结合"}),
    "escaped Chinese": (b'["\\u533b"]', ["医"]),
    "a surrogate pair": (b'["\\ud83d\\ude00"]', ["😀"]),
    "tab and line break": (b'["\\t\\r\\n"]', ["\t\r\n"]),
    "an escaped backslash before ud800": (b'["\\\\ud800"]', ["\\ud800"]),
    "15 digits": (b"[123456789012345, -999999999999999]", [123456789012345, -999999999999999]),
    "6 places": (b"[0.000001, -0.123456]", [Decimal("0.000001"), Decimal("-0.123456")]),
    "15 digits around the point": (b"[123456789.123456]", [Decimal("123456789.123456")]),
    "whole numbers in other words": (b"[1.0, 1e2, 100e-2, -0, -0.0, 0e99]", [1, 100, 1, 0, 0, 0]),
    "trailing zeros": (b"[1.50, 1.0000000, 1500e-3]", [Decimal("1.5"), 1, Decimal("1.5")]),
    "capital E": (b"[1E-6, 1E+3]", [Decimal("0.000001"), 1000]),
    "the same name in two objects": (b'[{"a": 1}, {"a": 1}]', [{"a": 1}, {"a": 1}]),
    "brackets in texts": (b'["' + b"[{" * 50 + b'", "\\"[[[[", "\\\\"]', ["[{" * 50, '"[[[[', "\\"]),
    "the last byte": (b'"' + b"a" * (LARGEST - 2) + b'"', "a" * (LARGEST - 2)),
}


@pytest.mark.parametrize(("data", "expected"), BAD.values(), ids=BAD.keys())
def test_bad(data, expected):
    problems = read_json(data)
    assert isinstance(problems, Problems)
    assert (problems[0].pointer, problems[0].code) == expected
    assert problems[0].message
    problems[0].pointer.encode()


@pytest.mark.parametrize(("data", "expected"), GOOD.values(), ids=GOOD.keys())
def test_good(data, expected):
    value = read_json(data)
    assert value == expected
    assert repr(value) == repr(expected)  # 1 and 1.0 and True are equal, and must not be mistaken


def test_the_deepest_that_may_be():
    value = read_json(b"[" * DEEPEST + b"]" * DEEPEST)
    for _ in range(DEEPEST - 1):
        (value,) = value
    assert value == []
    assert not isinstance(read_json(b'{"a":[' * (DEEPEST // 2) + b"1" + b"]}" * (DEEPEST // 2)), Problems)


def test_all_problems_at_once():
    problems = read_json(b'{"a": NaN, "b": [{"c": 1e999, "c": 2, "d": 1.12345678}], "e": "\\u0000"}')
    assert [(each.pointer, each.code) for each in problems] == [
        ("/a", "not_a_number"),
        ("/b/0/c", "duplicate_member"),
        ("/b/0/d", "too_many_places"),
        ("/e", "control_character"),
    ]


def test_what_is_broken_is_told_from_what_is_wrong():
    broken = {name for name, (data, (_, code)) in BAD.items() if code in BROKEN}
    wrong = set(BAD) - broken
    assert {"cut off", "NaN", "duplicate member", "lone high surrogate", "depth 33", "byte order mark"} <= broken
    assert {"2^63", "1e400", "NUL in a text", "7 places", "one byte too many"} <= wrong


@pytest.mark.parametrize(
    "data",
    [
        b"[" * 1_000_000,
        b"1" * 1_000_000,
        b"[1e" + b"9" * 500_000 + b"]",
        b'{"a":1,' * 100_000,
        b'["' + b"\\" * 1_000_001,
    ],
    ids=["brackets", "digits", "exponent", "objects", "backslashes"],
)
def test_malice_is_refused_quickly(data):
    began = time.perf_counter()
    assert isinstance(read_json(data), Problems)
    assert time.perf_counter() - began < 2


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=[chr(code) for code in range(32)]))
numbers = st.integers(-(10**15) + 1, 10**15 - 1) | st.decimals(-(10**9) + 1, 10**9 - 1, places=6)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)


def as_json(value: object) -> str:
    """Written plainly, numbers as they are."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(name)}:{as_json(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(as_json(inner) for inner in value) + "]"
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else json.dumps(value)


@given(values)
def test_what_is_written_is_read(value):
    assert read_json(as_json(value).encode()) == value


@given(st.binary(max_size=60) | st.text('{}[]",:0123456789.eE-+\\ud8ntNaI \n', max_size=60).map(str.encode))
def test_never_an_exception(data):
    read_json(data)
