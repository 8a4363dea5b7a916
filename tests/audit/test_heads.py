"""Signed heads: lines outside the database that vouch for the record as it was."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from app import signing
from app.audit.service import read_heads, sign_head, sign_if_due
from app.audit.service.heads import LONGEST_LINE, is_due
from app.audit.values import NOTHING_BEFORE, BadLine, SignedHead
from app.errors import Unavailable
from tests.audit.builders import act, codes, head, some_acts, unguard, verified

NOW = datetime(2026, 11, 28, 12, tzinfo=UTC)


def checked(database, file, *keys):
    return verified(database, heads=read_heads(file), keys=[each.public for each in keys])


def test_a_head_is_one_line_of_json_signed_over_everything_else(database, key, heads_file):
    some_acts(database)
    signed = sign_head(database, heads_file, key)
    [line] = heads_file.read_text(encoding="utf-8").splitlines()
    members = json.loads(line)
    assert (members["sequence"], members["hash"]) == head(database)
    assert abs(datetime.fromisoformat(members["at"]) - datetime.now(UTC)) < timedelta(minutes=1)
    assert members["key"] == key.id
    signature = members.pop("signature")
    assert signing.verify(key.public, json.dumps(members, sort_keys=True, separators=(",", ":")).encode(), signature)
    assert [each.sequence for each in read_heads(heads_file)] == [signed.sequence] == [7]


def test_a_sound_record_and_its_heads_are_counted(database, key, heads_file):
    sign_head(database, heads_file, key)
    for _ in range(3):
        act(database)
        sign_head(database, heads_file, key)
    report = checked(database, heads_file, key)
    assert (report.problems, report.entries, report.heads) == ((), 3, 4)


def test_no_file_is_an_empty_one(database, key, heads_file):
    act(database)
    report = checked(database, heads_file, key)
    assert (report.sound, report.heads) == (True, 0)


def test_a_folder_in_its_place_is_reported(database, key, heads_file):
    heads_file.mkdir(parents=True)
    assert codes(checked(database, heads_file, key)) == ["heads_unreadable"]
    with pytest.raises(OSError, match="directory"):
        sign_head(database, heads_file, key)


def test_a_head_of_another_key_vouches_for_nothing(database, key, heads_file, tmp_path):
    other = signing.create(tmp_path / "other.key")
    act(database)
    sign_head(database, heads_file, other)
    assert codes(checked(database, heads_file, key)) == ["signed_head_key"]
    assert codes(checked(database, heads_file)) == ["signed_head_key"]
    assert checked(database, heads_file, key, other).sound


@given(data=st.data())
def test_nothing_in_a_line_can_be_changed(key, data):
    """Whatever becomes of a line of the file, it is the same head, or none, or its signature does not fit."""
    from app.audit.service.heads import _parse, statement
    from app.scoring.digest import canonical

    plain = SignedHead(
        line=1, sequence=5, hash=NOTHING_BEFORE, at="2026-11-28T09:10:00.000000Z", key=key.id, signature=""
    )
    members = {name: value for name, value in asdict(plain).items() if name != "line"}
    line = canonical(members | {"signature": signing.sign(key, statement(plain))})
    assert isinstance(_parse(1, line), SignedHead)
    at = data.draw(st.integers(0, len(line) - 1))
    other = line[:at] + data.draw(st.binary(max_size=3)) + line[at + data.draw(st.integers(0, 3)) :]
    found = _parse(1, other)
    if other != line and isinstance(found, SignedHead):
        assert found.key != key.id or not signing.verify(key.public, statement(found), found.signature)


BAD = {
    "nothing of the kind": b"{}",
    "no JSON": b"nonsense",
    "no text": b"\xff\xfe",
    "a list": b"[1, 2]",
    "deep": b"[" * 1000,
    "a number": b"7",
    "endless": b"9" * (3 * LONGEST_LINE + 5),
}


def test_lines_that_are_no_heads_are_reported_and_the_others_checked(database, key, heads_file, subtests):
    act(database)
    sign_head(database, heads_file, key)
    good = heads_file.read_bytes()
    for name, bad in BAD.items():
        with subtests.test(name):
            heads_file.write_bytes(good + bad + b"\n" + good)
            report = checked(database, heads_file, key)
            assert (codes(report), report.heads) == (["heads_line_bad"], 2)
            assert "第 2 行" in report.problems[0].message
    members = json.loads(good)
    odd = [
        members | {"sequence": 2**63},
        members | {"sequence": -1},
        members | {"sequence": True},
        members | {"sequence": "1"},
        members | {"note": ""},
        {name: value for name, value in members.items() if name != "at"},
        dict(reversed(members.items())),
    ]
    for each in odd:
        with subtests.test(str(each)):
            heads_file.write_bytes(json.dumps(each, separators=(",", ":")).encode() + b"\n" + good)
            report = checked(database, heads_file, key)
            assert (codes(report), report.heads) == (["heads_line_bad"], 1)


def test_a_torn_last_line_is_reported_and_the_next_head_stands_apart(database, key, heads_file):
    act(database)
    for _ in range(2):
        sign_head(database, heads_file, key)
    heads_file.write_bytes(heads_file.read_bytes()[:-40])
    report = checked(database, heads_file, key)
    assert (codes(report), report.heads) == (["heads_line_torn"], 1)
    sign_head(database, heads_file, key)
    report = checked(database, heads_file, key)
    assert (codes(report), report.heads) == (["heads_line_bad"], 2)


def test_empty_lines_mean_nothing(database, key, heads_file):
    act(database)
    sign_head(database, heads_file, key)
    heads_file.write_bytes(b"\n" + heads_file.read_bytes() + b"\n\n")
    report = checked(database, heads_file, key)
    assert (report.sound, report.heads) == (True, 1)


def test_heads_that_are_appended_later_are_not_looked_at(database, key, heads_file):
    act(database)
    sign_head(database, heads_file, key)
    heads = read_heads(heads_file)
    with database.reading() as session:
        before = session.scalar(text("SELECT max(sequence) FROM audit_entries"))
        act(database)
        sign_head(database, heads_file, key)
    assert [each.sequence for each in heads] == [before]


def test_many_who_sign_at_once_write_whole_lines(database, key, heads_file):
    act(database)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: sign_head(database, heads_file, key), range(40)))
    found = list(read_heads(heads_file))
    assert [each.line for each in found if isinstance(each, SignedHead)] == list(range(1, 41))
    assert checked(database, heads_file, key).sound


def test_a_record_without_a_head_is_not_vouched_for(database, key, heads_file):
    unguard(database)
    with database.writing() as session:
        session.execute(text("DELETE FROM audit_head"))
    with pytest.raises(Unavailable, match="audit_broken"):
        sign_head(database, heads_file, key)
    assert not heads_file.exists()


# --- once a day -------------------------------------------------------------------------------------------------------


def line(at):
    from app.scoring.digest import canonical

    return canonical({"at": at, "hash": NOTHING_BEFORE, "key": "", "sequence": 0, "signature": ""}) + b"\n"


@pytest.mark.parametrize(
    ("content", "due"),
    [
        (b"", True),
        (b"nonsense\n", True),
        (line("2026-11-28T11:59:59.000000Z"), False),
        (line("2026-11-27T12:00:00.000001Z"), False),
        (line("2026-11-27T12:00:00.000000Z"), True),
        (line("2026-11-28T12:00:00.000001Z"), True),
        (line("nonsense"), True),
        (line("2026-11-28T11:59:59"), True),
        (line("2026-11-28T11:00:00Z") + b"\n" + line("2026-11-28T11:00:00Z")[:30], False),
        (line("2026-11-28T11:00:00Z") + line("2026-11-20T11:00:00Z"), True),
        (b"x" * 10**6 + b"\n" + line("2026-11-28T11:00:00Z"), False),
    ],
    ids=range(11),
)
def test_another_head_is_due_a_day_after_the_last(tmp_path, content, due):
    file = tmp_path / "heads.jsonl"
    file.write_bytes(content)
    assert is_due(file, NOW) == due


def test_a_head_is_due_where_there_is_no_file(tmp_path):
    assert is_due(tmp_path / "heads.jsonl", NOW)
    assert is_due(tmp_path, NOW)


def test_a_head_is_signed_when_it_is_due(database, key, heads_file):
    act(database)
    assert sign_if_due(database, heads_file, key).sequence == 1
    assert sign_if_due(database, heads_file, key) is None
    assert sign_if_due(database, heads_file, key, every=timedelta()).sequence == 1
    assert [type(each) for each in read_heads(heads_file)] == [SignedHead, SignedHead]
    assert BadLine not in {type(each) for each in read_heads(heads_file)}
