"""Canonical bytes: the same as an independent RFC 8785 library's, for everything within the limits of the API."""

from __future__ import annotations

import hashlib
from collections import ChainMap
from decimal import Decimal

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scoring.digest import canonical, canonical_by_walk, digest, digest_of, normal
from tests.builders import D, cases

# The library reads numbers as floats, which hold every number of 15 digits.
numbers = st.decimals(min_value=-(10**9), max_value=10**9, places=6) | st.integers(-(10**15) + 1, 10**15 - 1)
characters = st.characters(exclude_categories=["Cs"]) | st.sampled_from(
    "\x00\x1f\x7f\u2028\ud7ff\ue000\uffff\U0001f600"
)
texts = st.text(characters, max_size=6)
plain = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=12,
)


def as_floats(data: object) -> object:
    if isinstance(data, Decimal):
        return float(data)
    if isinstance(data, list):
        return [as_floats(each) for each in data]
    return {name: as_floats(each) for name, each in data.items()} if isinstance(data, dict) else data


@settings(max_examples=300)
@given(plain)
def test_same_bytes_as_the_library(data):
    assert canonical(data) == rfc8785.dumps(as_floats(data))


FORMS = st.sampled_from(
    ["0", "-0", "0.0", "-0.0", "5.0", "5.00", "-0.5", "1E+2", "1.5E+3", "0E+3", "0E-9", "10", "1E-6"]
)
NASTY = st.sampled_from(["", "a", "aa", "b", "E+2", "1.0", ":-0", "é", "中", "\uffff", "\ue000", "\U0001f600", "\x00"])
odd = st.recursive(
    FORMS.map(Decimal) | NASTY | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NASTY, inner, max_size=4),
    max_leaves=10,
)


@given(odd | plain)
def test_same_bytes_as_by_a_walk_over_every_value(data):
    assert canonical(data) == canonical_by_walk(data)


def test_a_mapping_of_any_kind():
    assert canonical({"a": ChainMap({"c": D("1.0")}, {"b": 1})}) == b'{"a":{"b":1,"c":1}}'


@pytest.mark.parametrize("data", [{1: 2}, {"a": {"\ud800": 1}}, ["\udfff"]], ids=["number", "name", "text"])
def test_what_is_no_plain_data_has_no_canonical_bytes(data):
    with pytest.raises((AttributeError, UnicodeEncodeError)):
        canonical(data)


TABLE = [
    ("null", None, b"null"),
    ("yes", True, b"true"),
    ("int", -7, b"-7"),
    ("trailing zeros", D("1.500"), b"1.5"),
    ("whole decimal", D("2.00"), b"2"),
    ("exponent", D("1.5E+3"), b"1500"),
    ("least", D("0.000001"), b"0.000001"),
    ("small with zeros", D("0.00000100"), b"0.000001"),
    ("negative zero", D("-0.0"), b"0"),
    ("negative zero without a point", D("-0"), b"0"),
    ("negative zeros inside", {"a": D("-0"), "b": [D("-0"), D("-0")]}, b'{"a":0,"b":[0,0]}'),
    ("zeros after the point inside a text", "1.50", b'"1.50"'),
    ("15 digits", D("123456789.123456"), b"123456789.123456"),
    ("Chinese", "派出人次", '"派出人次"'.encode()),
    ("control characters", "\x00\x08\t\n\x0b\f\r\x1f", b'"\\u0000\\b\\t\\n\\u000b\\f\\r\\u001f"'),
    ("quotes", '"\\/', b'"\\"\\\\/"'),
    ("tuple", (1, "a"), b'[1,"a"]'),
    ("nothing", {}, b"{}"),
    ("order", {"b": 1, "a": 2, "": 3, "B": 4}, b'{"":3,"B":4,"a":2,"b":1}'),
    # UTF-16 puts U+1F600 (D83D DE00) before U+E000 and U+FB33, UTF-8 and code points after them.
    ("beyond the first plane", {"\ue000": 1, "\U0001f600": 2}, '{"\U0001f600":2,"\ue000":1}'.encode()),
    ("inside", {"x": [{"b": D("0.10"), "a": None}]}, b'{"x":[{"a":null,"b":0.1}]}'),
]


@pytest.mark.parametrize(("data", "written"), cases(TABLE))
def test_one_written_form(data, written):
    assert canonical(data) == written


@pytest.mark.parametrize(
    ("number", "shown"), [(D("5.0"), "5"), (D("-2.50"), "-2.5"), (D("1E+5"), "100000"), (D("0.000010"), "0.00001")]
)
def test_number_without_trailing_zeros(number, shown):
    assert str(normal(number)) == shown


def test_order_of_members_and_written_form_do_not_matter():
    assert digest({"a": 1, "b": D("2.0")}) == digest({"b": 2, "a": D("1.00")})


@pytest.mark.parametrize("other", [{"a": 2}, {"a": "1"}, {"a": True}, {"a": None}, {"b": 1}, [1], {"a": [1]}], ids=str)
def test_every_difference_shows(other):
    assert digest({"a": 1}) != digest(other)


def test_digest_is_the_sha256_of_the_bytes():
    assert digest({}) == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    assert digest_of(b"x") == f"sha256:{hashlib.sha256(b'x').hexdigest()}"
