"""The swift way of JSON takes nothing that the careful way reads otherwise, and takes what is usually sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.protocol import limits
from app.protocol.limits import DEEPEST, LONGEST_NUMBER
from app.protocol.ordinary_json import Suspect, is_too_deep, read_ordinary
from app.protocol.strict_json import read_carefully
from app.scoring.problems import Problems
from tests.cli.calls import examples, request, written
from tests.protocol.test_strict_json import BAD, GOOD


def swift(data: bytes) -> object:
    """What the swift way makes of it; Ellipsis where it leaves it to the other."""
    try:
        return read_ordinary(data)
    except Suspect:
        return ...


def both_agree(data: bytes) -> None:
    value = swift(data)
    assert value is ... or repr(value) == repr(read_carefully(data))  # 1, 1.0 and True are equal, and not the same


ODD = {
    "a duplicate that a colon in a text makes up for": b'{"a": 1, "a": 2, "b": "\\u003a"}',
    "a duplicate that a colon in a name makes up for": b'{"a": 1, "a": 2, "\\u003A": 1}',
    "a duplicate with colons of its own": b'{"a:": "::", "a:": ":"}',
    "a duplicate far below": b'[{"a": [{"b": {}, "b": {}}]}]',
    "a whole number after white space": b'{"a":\n1234567890123456}',
    "many digits alone": b"1234567890123456",
    "many digits below zero": b"[-1234567890123456]",
    "a whole number of a hundred digits": b"[" + b"9" * 100 + b"]",
    "brackets in a text that close what is open": b"[" * 33 + b'"]]]]"' + b"]" * 33,
    "brackets in texts that open and close": b'["[", ' * 33 + b'"]"' + b"]" * 33,
}


@pytest.mark.parametrize("data", ODD.values(), ids=ODD.keys())
def test_what_is_odd_is_left_to_the_careful_way(data):
    assert swift(data) is ...
    assert isinstance(read_carefully(data), Problems)


@pytest.mark.parametrize("data", [data for data, _ in (*BAD.values(), *GOOD.values())], ids=[*BAD, *GOOD])
def test_named_cases_of_both_ways(data):
    both_agree(data)


TAKEN = {
    "escaped Chinese": b'["\\u533b\\uff1a"]',
    "escaped quotes around brackets": b'["\\"[{", "\\\\", {"a\\"": "\\\\\\"]"}]',
    "brackets in texts": b'[["]]", "{"], {"}": "[["}]',
    "an identity number in a text": b'{"id": "330102196001011234"}',
    "sixteen digits around the point": b"[123456789.1234560000]",
    "as deep as may be": b"[" * DEEPEST + b"]" * DEEPEST,
    "numbers in every form": b"[0, -0, 5.0, 1e2, 1E-6, 0.10, 999999999999999]",
    "a sign of four bytes": '["😀𠮷"]'.encode(),
}


@pytest.mark.parametrize("data", TAKEN.values(), ids=TAKEN.keys())
def test_what_is_taken_at_once(data):
    assert swift(data) is not ...
    both_agree(data)


def test_requests_are_taken_at_once():
    for name in examples():
        for data in (written(request(name)), json.dumps(request(name), default=str).encode()):
            assert swift(data) is not ...
            both_agree(data)


def test_endless_numbers_are_not_kept():
    limits.number.cache_clear()
    for digit in b"123456789":
        assert isinstance(read_carefully(bytes([digit]) * 100_000), Problems)
        assert isinstance(read_carefully(b"0." + bytes([digit]) * 100_000), Problems)
    kept = limits.number.cache_info().currsize
    assert kept == 18
    assert isinstance(limits.number("1" * (LONGEST_NUMBER + 1)), limits.Problem)
    assert limits.number.cache_info().currsize == kept  # asked before, by its beginning


LITERALS = (
    *("0", "-0", "-0.0", "1.0", "5.50", "1e2", "1E-6", "1e-7", "-1.5e3", "0e99", "1e400", "01", "1.", "+1", "NaN"),
    *("999999999999999", "1000000000000000", "12345678901234567890123", "0.1234567", "123456789.123456", "1e999999"),
    *("true", "false", "null", "Infinity", "2" * 40, "0." + "3" * 40, "-9223372036854775809"),
)
LETTERS = ["a", "b", ":", "{", "}", "[", "]", "\\\\", '\\"', "\\n", "\\/", "\\u0061", "\\u003a", "\\u0000", "\\b", "医"]
LETTERS += ["，", "😀", "\\ud83d\\ude00", "\\ud83d", "\\udE00", "\x7f", "\x1f", "1234567890123456", "0", "-", ",", " "]
texts = st.lists(st.sampled_from(LETTERS), max_size=4).map(lambda letters: '"' + "".join(letters) + '"')
spaces = st.sampled_from(["", "", "", " ", "\n", "\t"])


def an_array(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.builds(lambda values, gap: f"[{gap}{f',{gap}'.join(values)}{gap}]", st.lists(inner, max_size=4), spaces)


def an_object(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    members = st.lists(st.tuples(texts | st.sampled_from(['"a"', '"b"', '"\\u0061"']), inner), max_size=4)
    return st.builds(
        lambda each, gap: "{" + f",{gap}".join(f"{n}{gap}:{gap}{v}" for n, v in each) + "}", members, spaces
    )


def wrapped(document: str, times: int) -> str:
    return "[" * times + document + "]" * times


documents = st.recursive(
    st.sampled_from(LITERALS) | texts, lambda inner: an_array(inner) | an_object(inner), max_leaves=12
)
deep = st.builds(wrapped, documents, st.just(0) | st.integers(DEEPEST - 6, DEEPEST + 1))


@given(deep)
def test_both_ways_agree_on_nasty_documents(document):
    both_agree(document.encode())


@given(deep.map(str.encode), st.data())
def test_both_ways_agree_on_broken_documents(document, data):
    at = data.draw(st.integers(0, len(document)))
    instead = data.draw(st.binary(max_size=2) | st.sampled_from([b'"', b"\\", b":", b",", b"}", b"]", b"\xef\xbb\xbf"]))
    both_agree(document[:at] + instead + document[at + data.draw(st.integers(0, 2)) :])


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return 0 if inner is None else 1 + max((depth(each) for each in inner), default=0)


@given(deep.filter(lambda document: not isinstance(read_carefully(document.encode()), Problems)))
def test_depth_is_what_a_walk_finds(document):
    assert not is_too_deep(document.encode())
    inside = wrapped(document, DEEPEST - depth(json.loads(document)))
    assert not is_too_deep(inside.encode())
    assert is_too_deep(wrapped(inside, 1).encode())
