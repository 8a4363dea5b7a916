"""Cursors and tags by themselves."""

from __future__ import annotations

import base64

import pytest
from fastapi import Request
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Stale
from app.protocol import etag
from app.protocol.cursors import InvalidCursor, Window, page

KEYS = st.tuples(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), st.integers(-(2**63) + 1, 2**63 - 1)
)


@given(KEYS)
def test_a_cursor_brings_back_its_key(key):
    cursor = page([1, 2], [key, key], 1).next_cursor
    assert Window(1, cursor).after(str, int) == key


def test_the_last_page_has_no_cursor():
    assert page([1, 2], [(1,), (2,)], 2).next_cursor is None
    assert page([], [], 2).next_cursor is None
    assert Window(1, None).after(str) is None
    assert Window(1, "").after(str) is None


def forged(text):
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


KEYS_OF_NO_LIST = [
    "[]",
    '["a"]',
    '[1, "a"]',
    '["a", 1, 2]',
    '["a", 1.5]',
    '["a", true]',
    '["a\\u0000", 1]',
    '["\\ud800", 1]',
    '["a", 9223372036854775808]',
    '["a", 1e400]',
    '{"a": 1}',
    "[" * 10000,
]
FORGED = ["x", "====", "医", "gA", forged('["a", 1]') + "\n", *map(forged, KEYS_OF_NO_LIST)]


@pytest.mark.parametrize("cursor", FORGED, ids=range(len(FORGED)))
def test_a_forged_cursor_is_refused(cursor):
    with pytest.raises(InvalidCursor):
        Window(1, cursor).after(str, int)


def asking(name, value):
    return Request({"type": "http", "headers": [(name.encode(), value.encode("latin-1"))]})


HAVING = ['"d"', 'W/"d"', "*", ' "x" ,"d"', '"x", W/"d"']
NOT_HAVING = ['"x"', "d", "", '"d', '"D"', "\xff"]


@pytest.mark.parametrize("header", HAVING + NOT_HAVING)
def test_if_none_match(header):
    answer = etag.not_modified(asking("if-none-match", header), "d")
    assert (answer is not None) is (header in HAVING)
    assert etag.not_modified(Request({"type": "http", "headers": []}), "d") is None


@pytest.mark.parametrize("header", ['"d"', "*", '"x", "d"'])
def test_if_match_passes(header):
    etag.require_match(asking("if-match", header), "d")
    etag.require_match(Request({"type": "http", "headers": []}), "d")


@pytest.mark.parametrize("header", ['W/"d"', '"x"', "", "d"])
def test_if_match_refuses(header):
    with pytest.raises(Stale):
        etag.require_match(asking("if-match", header), "d")
