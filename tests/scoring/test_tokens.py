"""Tokens stand for personal values: told by their form, worked out again by one who has the salt, read anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.scoring.fields import TextField
from app.scoring.problems import Problems
from app.scoring.swift import SwiftReader
from app.scoring.tables import TableField
from app.scoring.tokens import TOKEN_LENGTH, is_token, token_of
from tests.builders import cases, table, text

TOKEN = token_of(b"0123456789abcdef", "张三")
NO_TOKENS = [
    ("a name", "张三"),
    ("nothing", ""),
    ("another beginning", "q_" + TOKEN[2:]),
    ("one sign less", TOKEN[:-1]),
    ("one sign more", TOKEN + "A"),
    ("another alphabet", TOKEN[:-1] + "+"),
    ("wide letters", TOKEN[:-1] + "Ａ"),
    ("a line behind it", TOKEN[:-1] + "\n"),
]


def test_a_token_is_the_same_for_the_same_salt_and_value_alone():
    assert TOKEN == "p_Z_7rBhWNcEsTiNs2szC7N2"  # noqa: S105 -- no secret
    assert token_of(b"0123456789abcdef", "张三") == TOKEN
    assert token_of(b"0123456789abcdeF", "张三") != TOKEN
    assert token_of(b"0123456789abcdef", "张四") != TOKEN


@given(st.binary(min_size=16, max_size=32), st.text(max_size=200))
def test_every_token_is_told_by_its_form(salt, value):
    token = token_of(salt, value)
    assert is_token(token)
    assert len(token) == TOKEN_LENGTH


@pytest.mark.parametrize("said", cases(NO_TOKENS))
def test_what_is_no_token_is_not_taken_for_one(said):
    assert not is_token(said)


def test_a_token_is_taken_where_names_are_short():
    short = TextField.model_validate(text(max_length=4, personal=True))
    assert short.read(TOKEN) == TOKEN
    assert isinstance(short.read("一二三四五"), Problems)
    assert isinstance(short.read(TOKEN[:-1]), Problems)
    assert isinstance(TextField.model_validate(text(max_length=4)).read(TOKEN), Problems)


@pytest.mark.parametrize("said", ["张三", TOKEN, "一二三四五", "", " 张三", 5, None])
def test_both_ways_of_reading_take_the_same(said):
    field = TableField.model_validate(table(columns={"name": text(max_length=4, personal=True), "note": text()}))
    stated = [{"name": said, "note": "x"}]
    swift, careful = SwiftReader({"staff": field}, {}).read({"staff": stated}), field.read(stated)
    assert (swift is None) == isinstance(careful, Problems)
    assert swift is None or swift == ({}, {"staff": list(enumerate(careful, start=1))})
