"""Whatever is done to the record behind its triggers' back is found, by the chain or by the heads signed before."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.audit import service
from app.audit.service import read_heads, sign_head, verification, verify
from app.audit.service.verification import MOST_PROBLEMS
from tests.audit import tampering
from tests.audit.builders import CHIEF, act, codes, entries, head, record, some_acts, undone, unguard, verified

ONE_DATABASE = settings(max_examples=50, suppress_health_check=[HealthCheck.function_scoped_fixture])
"""Every example undoes what it did."""


@pytest.fixture
def signer(key, tmp_path):
    """A key, and where heads are kept that it signed."""
    return SimpleNamespace(key=key, file=tmp_path / "heads.jsonl", keys=[key.public])


@pytest.fixture
def unguarded(database):
    """Seven entries that nothing keeps from being tampered with."""
    some_acts(database)
    unguard(database)
    if database.engine.dialect.name == "postgresql":
        with database.writing() as session:
            for column in tampering.COLUMNS:
                session.execute(text(f'ALTER TABLE audit_entries ALTER "{column}" DROP NOT NULL'))
    return database


@ONE_DATABASE
@given(data=st.data())
def test_any_single_tampering_is_found(unguarded, data):
    do, arguments = data.draw(tampering.single(unguarded.engine.dialect.name))
    with undone(unguarded) as session:
        before = tampering.stored(session)
        do(session, *arguments)
        assume(tampering.stored(session) != before)
        assert not verify(session).sound
    assert verified(unguarded).sound


@ONE_DATABASE
@given(like=tampering.NUMBERS, fit=st.booleans())
def test_an_entry_more_is_found(unguarded, like, fit):
    with undone(unguarded) as session:
        tampering.append(session, like, fit=fit)
        assert "head_differs" in codes(verify(session))


@ONE_DATABASE
@given(number=tampering.NUMBERS, reason=tampering.WORDS, signed=st.sets(tampering.NUMBERS))
@example(number=1, reason="another", signed={7})
def test_a_rewritten_tail_is_found_by_heads_signed_before_and_by_nothing_else(
    unguarded, signer, number, reason, signed
):
    sign_at(unguarded, signer, signed)
    with undone(unguarded) as session:
        before = tampering.stored(session)
        tampering.rewrite_tail(session, number, reason)
        assume(tampering.stored(session) != before)
        assert verify(session).sound
        report = verify(session, read_heads(signer.file), signer.keys)
        caught = {each for each in signed if each >= number}
        assert [(each.code, each.sequence) for each in report.problems] == [
            ("signed_entry_rewritten", each) for each in sorted(caught)
        ]
        assert report.heads == len(signed)


@ONE_DATABASE
@given(number=tampering.NUMBERS, signed=st.sets(tampering.NUMBERS))
@example(number=1, signed={7})
def test_a_cut_tail_is_found_by_heads_signed_before_and_by_nothing_else(unguarded, signer, number, signed):
    sign_at(unguarded, signer, signed)
    with undone(unguarded) as session:
        tampering.cut_tail(session, number)
        assert verify(session).sound
        report = verify(session, read_heads(signer.file), signer.keys)
        caught = {each for each in signed if each >= number}
        assert [(each.code, each.sequence) for each in report.problems] == [
            ("signed_entry_missing", each) for each in sorted(caught)
        ]


def sign_at(database, signer, numbers):
    """As if heads had been signed right behind these entries."""
    signer.file.unlink(missing_ok=True)
    for row in entries(database):
        if row["sequence"] in numbers:
            with undone(database) as session:
                tampering.move_head(session, row["sequence"], row["hash"])
                service.heads._append(signer.file, service.heads._signed(session, signer.key))


TAMPERED = {
    "another reason": (lambda s: tampering.change(s, 3, "reason", "x"), ["entry_changed 3"]),
    "another time": (lambda s: tampering.change(s, 3, "at", "2020-01-01 00:00:00.000000"), ["entry_changed 3"]),
    "another hash": (lambda s: tampering.change(s, 3, "hash", "x"), ["entry_changed 3", "chain_broken 4"]),
    "another hash at the end": (lambda s: tampering.change(s, 7, "hash", "x"), ["entry_changed 7", "head_differs 7"]),
    "another hash before": (lambda s: tampering.change(s, 3, "previous", "x"), ["entry_changed 3", "chain_broken 3"]),
    "a reason with its hash": (lambda s: tampering.change_and_hash(s, 3, "x"), ["chain_broken 4"]),
    "one gone": (lambda s: tampering.remove(s, 3), ["entry_missing 3"]),
    "the first gone": (lambda s: tampering.remove(s, 1), ["entry_missing 1"]),
    "the last gone": (lambda s: tampering.remove(s, 7), ["head_differs 7"]),
    "some gone": (lambda s: (tampering.remove(s, 3), tampering.remove(s, 4)), ["entry_missing 3"]),
    "all gone": (lambda s: tampering.cut(s, 1), ["head_differs 7"]),
    "the first moved to the end": (
        lambda s: tampering.change(s, 1, "sequence", 9),
        ["entry_missing 1", "entry_changed 9", "entry_missing 8", "head_differs 7"],
    ),
    "two swapped": (
        lambda s: tampering.swap(s, 3, 4),
        ["entry_changed 3", "chain_broken 3", "entry_changed 4", "chain_broken 4", "chain_broken 5"],
    ),
    "the head gone": (tampering.remove_head, ["head_missing None"]),
    "the head behind": (lambda s: tampering.move_head(s, 6, "x"), ["head_differs 6"]),
    "the head beside": (lambda s: tampering.move_head(s, 7, "x"), ["head_differs 7"]),
}


def test_problems_say_what_and_where(unguarded, subtests):
    for name, (tamper, said) in TAMPERED.items():
        with subtests.test(name), undone(unguarded) as session:
            tamper(session)
            found = [f"{each.code} {each.sequence}" for each in verify(session).problems]
            assert found == said


def test_values_of_another_kind_are_unreadable(unguarded, subtests):
    if unguarded.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL keeps to the types of its columns")
    odd = {
        "bytes": "CAST(reason AS BLOB)",
        "broken text": "CAST(X'FFFE' AS TEXT)",
        "too long": "CAST(zeroblob(20000000) AS TEXT)",
    }
    for name, value in odd.items():
        with subtests.test(name), undone(unguarded) as session:
            session.execute(text(f"UPDATE audit_entries SET reason = {value} WHERE sequence = 2"))  # noqa: S608
            assert codes(verify(session)) == ["entry_unreadable"]
    with undone(unguarded) as session:
        session.execute(text("UPDATE audit_entries SET actor_number = 7.5, at = 5, payload_digest = X'00'"))
        assert codes(verify(session)) == ["entry_unreadable"] * 7
    with undone(unguarded) as session:
        session.execute(text("UPDATE audit_head SET sequence = 'x', hash = X'00'"))
        assert codes(verify(session)) == ["head_differs"]


def test_numbers_before_the_first_are_found(unguarded):
    with undone(unguarded) as session:
        if session.get_bind().dialect.name == "sqlite":
            session.execute(text("PRAGMA ignore_check_constraints = ON"))
        else:
            session.execute(text("ALTER TABLE audit_entries DROP CONSTRAINT ck_audit_entries_sequence"))
        tampering.swap(session, 3, -5)
        assert (verify(session).problems[0].code, verify(session).problems[0].sequence) == ("entry_foreign", -5)


def test_problems_are_listed_up_to_a_bound_and_counted_beyond(unguarded):
    with unguarded.writing() as session:
        for number in range(300):
            record(session, CHIEF, act="approve", thing=str(number))
    with undone(unguarded) as session:
        session.execute(text("UPDATE audit_entries SET reason = 'another'"))
        report = verify(session)
    assert report.entries == 307
    assert len(report.problems) == MOST_PROBLEMS + 1
    assert report.problems[-1].code == "more_problems"
    assert report.problems[-1].message == f"另有 {307 - MOST_PROBLEMS} 处问题未列出"


@pytest.mark.parametrize("page", [1, 2, 3, 7, 8])
def test_pages_change_nothing(unguarded, key, heads_file, monkeypatch, page):
    sign_head(unguarded, heads_file, key)
    act(unguarded)
    sign_head(unguarded, heads_file, key)
    monkeypatch.setattr(verification, "PAGE", page)
    report = verified(unguarded, heads=read_heads(heads_file), keys=[key.public])
    assert (report.sound, report.entries, report.heads) == (True, 8, 2)
    with undone(unguarded) as session:
        tampering.remove(session, 4)
        assert codes(verify(session)) == ["entry_missing"]


@pytest.mark.parametrize("most", [1, 2, 3, 7, 8])
def test_pieces_together_are_the_whole(unguarded, signer, most):
    signed = {2, 3, 7}
    sign_at(unguarded, signer, signed)

    def pieces(session):
        after = 0
        while after is not None:
            report = verify(session, read_heads(signer.file), signer.keys, after=after, most=most)
            assert report.entries <= most
            yield report
            after = report.next_after

    with undone(unguarded) as session:
        found = list(pieces(session))
        assert all(each.sound for each in found)
        assert sum(each.entries for each in found) == 7
        assert sum(each.heads for each in found) == len(signed)
        assert len(found) == -(-7 // most)
    with undone(unguarded) as session:
        tampering.rewrite_tail(session, 3, "another")
        assert [code for each in pieces(session) for code in codes(each)] == ["signed_entry_rewritten"] * 2
    with undone(unguarded) as session:
        tampering.swap(session, 4, 5)
        problems = [(each.code, each.sequence) for piece in pieces(session) for each in piece.problems]
        assert problems == [(each.code, each.sequence) for each in verify(session).problems]


def test_a_piece_behind_an_entry_that_is_not_there_is_not_sound(unguarded):
    report = verified(unguarded, after=100)
    assert codes(report) == ["head_differs"]
    assert verified(unguarded, after=3).sound
    assert head(unguarded)[0] == 7
