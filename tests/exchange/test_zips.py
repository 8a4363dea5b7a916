"""Zip archives in one form only, which every program opens."""

from __future__ import annotations

import io
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.exchange import zips

NAMES = st.text("abcdefghij.-_0123456789", min_size=1, max_size=20)
FILES = st.dictionaries(NAMES, st.binary(max_size=200), min_size=1, max_size=8)


@given(FILES)
def test_what_is_written_is_read(files):
    assert zips.read(zips.write(files)) == files
    assert list(zips.read(zips.write(files))) == list(files)


@given(FILES)
def test_other_programs_read_it_too(files):
    with zipfile.ZipFile(io.BytesIO(zips.write(files))) as opened:
        assert opened.testzip() is None
        assert {name: opened.read(name) for name in opened.namelist()} == files
        assert {each.date_time for each in opened.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_the_form_is_the_same_for_ever():
    written = zips.write({"a": b"one", "b": b""})
    assert written.hex() == (
        "504b030414000000000000002100f1866c7a030000000300000001000000616f6e65"
        "504b0304140000000000000021000000000000000000000000000100000062"
        "504b0102140014000000000000002100f1866c7a030000000300000001000000000000000000000000000000000061"
        "504b010214001400000000000000210000000000000000000000000001000000000000000000000000002200000062"
        "504b050600000000020002005e000000410000000000"
    )


@given(st.binary(max_size=300))
def test_any_bytes_are_files_or_none(data):
    found = zips.read(data)
    assert found is None or sum(map(len, found.values())) <= len(data)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"PK\x05\x06" + b"\0" * 18, b"x" * 100])
def test_what_is_no_archive_has_no_files(data):
    assert zips.read(data) is None


def test_a_name_twice_and_too_many_files_are_not_read():
    one = zips.write({"a": b"1"})[: 30 + 2]
    assert zips.read(one + one) is None
    assert zips.read(zips.write({str(number): b"" for number in range(zips.MOST_FILES)})) is not None
    assert zips.read(zips.write({str(number): b"" for number in range(zips.MOST_FILES + 1)})) is None


def test_a_size_past_the_end_is_not_read():
    written = bytearray(zips.write({"a": b"1"}))
    written[22:26] = struct.pack("<L", 2**32 - 1)
    assert zips.read(bytes(written)) is None
