"""The strict YAML guard: what JSON can say is read as JSON would be; everything else in YAML is refused by name."""

from __future__ import annotations

import re
import time
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from app.protocol.limits import DEEPEST, LARGEST
from app.protocol.strict_yaml import read_yaml
from app.scoring.problems import Problems

ROOT = Path(__file__).parents[2]
BAD = {
    "nothing at all": ("", ("", "empty")),
    "only a comment": ("# nothing", ("", "empty")),
    "cut off": ("a: [1, 2", ("", "not_yaml")),
    "two colons": ("a: b: c", ("", "not_yaml")),
    "a tab as indent": ("a:\n\tb: 1", ("", "not_yaml")),
    "a raw NUL": ("a: \x00", ("", "not_yaml")),
    "an escaped surrogate": ('a: "\\ud800"', ("", "not_yaml")),
    "a surrogate": ("a: \ud800", ("", "not_utf8")),
    "latin-1": ("a: é".encode("latin-1"), ("", "not_utf8")),
    "byte order mark": ("\ufeffa: 1", ("", "byte_order_mark")),
    "an escaped NUL": ('a: ["\\0"]', ("/a/0", "control_character")),
    "an escaped NUL in a name": ('{"\\0": 1}', ("", "control_character")),
    "duplicate member": ("a: 1\nb: 2\na: 1", ("/a", "duplicate_member")),
    "duplicate member, other quotes": ("a: {b: 1, 'b': 2}", ("/a/b", "duplicate_member")),
    "an anchor": ("a: &x 1", ("/a", "yaml_anchor")),
    "an alias": ("a: 1\nb: *a", ("/b", "yaml_alias")),
    "an alias as a name": ("? *a\n: 1", ("", "yaml_alias")),
    "a tag": ("a: !!str 1", ("/a", "yaml_tag")),
    "a tag of its own": ("!thing\na: 1", ("", "yaml_tag")),
    "code": ("a: !!python/object/apply:os.system [ls]", ("/a", "yaml_tag")),
    "a tag directive": ("%TAG ! tag:example,2000:\n---\na: 1", ("", "yaml_tag")),
    "a merge key": ("a: {<<: {b: 1}}", ("/a", "yaml_merge")),
    "a list as a name": ("? [1, 2]\n: 1", ("", "key_is_no_text")),
    "two documents": ("--- 1\n--- 2", ("", "several_documents")),
    "hexadecimal": ("[0x1F]", ("/0", "ambiguous_number")),
    "octal": ("[0o17]", ("/0", "ambiguous_number")),
    "leading zero": ("[007]", ("/0", "ambiguous_number")),
    "underscores": ("[1_000]", ("/0", "ambiguous_number")),
    "plus sign": ("[+5]", ("/0", "ambiguous_number")),
    "bare point": ("[.5, 5.]", ("/0", "ambiguous_number")),
    "sixty-based": ("[12:30:45]", ("/0", "ambiguous_number")),
    "not a number": ("[.nan]", ("/0", "ambiguous_number")),
    "infinity": ("[-.inf]", ("/0", "ambiguous_number")),
    "1e400": ("[1e400]", ("/0", "too_many_digits")),
    "2^63": ("[9223372036854775808]", ("/0", "too_many_digits")),
    "7 places": ("a: {b: 0.1234567}", ("/a/b", "too_many_places")),
    "a huge exponent": ("[1e3000000]", ("/0", "number_too_long")),
    "depth 33": ("[" * 33 + "]" * 33, ("/0" * 32, "too_deep")),
    "a million brackets": ("[" * 1_000_000, ("/0" * 32, "too_deep")),
    "a hundred thousand dashes": ("- " * 100_000, ("/0" * 32, "too_deep")),
    "one byte too many": ("a" * (LARGEST + 1), ("", "too_large")),
}


@pytest.mark.parametrize(("text", "expected"), BAD.values(), ids=BAD.keys())
def test_bad(text, expected):
    began = time.perf_counter()
    problems = read_yaml(text)
    assert isinstance(problems, Problems)
    assert (problems[0].pointer, problems[0].code) == expected
    assert time.perf_counter() - began < 2


def test_numbers_words_and_texts():
    text = "[1, 1.50, -0.25, 1e3, 100e-2, true, False, null, ~, '', 2020-04-01, 2020-draft, 3.9.2, yes, on, '1', 1 天]"
    value = [1, Decimal("1.5"), Decimal("-0.25"), 1000, 1, True, False, None, None, ""]
    value += ["2020-04-01", "2020-draft", "3.9.2", "yes", "on", "1", "1 天"]
    assert repr(read_yaml(text)) == repr(value)


def test_names_are_texts_whatever_they_look_like():
    assert read_yaml("2020: a\ntrue: b\nnull: c\n'x': d") == {"2020": "a", "true": "b", "null": "c", "x": "d"}


def test_blocks_as_written():
    assert read_yaml("a: |-\n  第一行\n  第二行\nb: >-\n  同一\n  行\n") == {"a": "第一行\n第二行", "b": "同一 行"}


def test_the_deepest_that_may_be():
    assert not isinstance(read_yaml("[" * DEEPEST + "]" * DEEPEST), Problems)


def test_all_problems_at_once():
    problems = read_yaml("a: &x 0x1F\nb: {c: 1e999, c: !!int 2}\n")
    assert [(each.pointer, each.code) for each in problems] == [
        ("/a", "yaml_anchor"),
        ("/a", "ambiguous_number"),
        ("/b/c", "too_many_digits"),
        ("/b/c", "duplicate_member"),
        ("/b/c", "yaml_tag"),
    ]


def test_problems_name_line_and_column():
    (problem,) = read_yaml("a: 1\nb:\n  c: *x\n")
    assert "第 3 行第 6 列" in problem.message


def test_the_shipped_schemes_can_be_read():
    files = sorted((ROOT / "scoring_schemes").rglob("*.yaml"))
    assert files
    for path in files:
        assert isinstance(read_yaml(path.read_bytes()), dict), path


# PyYAML takes them for texts and does not quote them; in YAML 1.2 they are numbers.
POWERS = re.compile(r"[-+]?[0-9]+[eE][-+]?[0-9]+")
signs = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff\u2028\u2029\ufffe\uffff")
texts = st.text(signs).filter(lambda text: not POWERS.fullmatch(text))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**14), 10**14) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=15,
)


@given(st.dictionaries(texts, values, max_size=4))
def test_what_a_common_writer_writes_is_read(value):
    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, _data):
            return True

    assert read_yaml(yaml.dump(value, Dumper=Plain, allow_unicode=True)) == value


@given(st.binary(max_size=60) | st.text("ab:-[]{}&*!|>'\"#%@`,? \n\t0.1e", max_size=60))
def test_never_an_exception(text):
    read_yaml(text)
