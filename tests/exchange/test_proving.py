"""Proof bundles checked by themselves: whatever was changed has a name, and nothing crashes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exchange import zips
from app.exchange.bundle import FILES, MANIFEST, NAMES, SIGNATURE
from app.exchange.proving import prove
from app.scoring.digest import canonical, digest_of
from tests.exchange.bundles import bundle, contents, forged, key, opened, resaid

OTHER = "sha256:" + "0" * 64


def codes(data: bytes, *keys: str) -> list[str]:
    return [fault.code for fault in prove(data, keys).faults]


def test_a_bundle_proves_itself():
    proof = prove(bundle(), [key().public])
    assert (proof.faults, proof.key_known, proof.by_another) == ((), True, False)
    assert proof.made == proof.sheet == contents().frozen.sheet
    manifest = proof.manifest
    assert (manifest.round, manifest.subject, manifest.number, manifest.sequence) == ("2020", "alliance", 1, 41)
    assert not prove(bundle()).key_known


def test_the_same_contents_and_key_give_the_same_bytes():
    assert bundle() == forged()
    assert list(opened()) == list(NAMES)


@given(st.integers(0, len(bundle()) - 1), st.integers(1, 255))
@settings(max_examples=400)
def test_any_changed_byte_is_found(place, difference):
    data = bytearray(bundle())
    data[place] ^= difference
    assert prove(bytes(data), [key().public]).faults


@given(st.integers(0, len(bundle())), st.integers(0, 40), st.binary(max_size=40))
@settings(max_examples=200)
def test_anything_cut_out_or_put_in_is_found(place, length, between):
    data = bundle()[:place] + between + bundle()[place + length :]
    assert (data == bundle()) is not bool(prove(data).faults)


@given(st.binary(max_size=2000))
def test_any_bytes_are_refused(data):
    assert prove(data).faults


@pytest.mark.parametrize("name", FILES)
def test_a_changed_file_is_named(name):
    data = zips.write({**opened(), name: opened()[name].replace(b"1", b"2", 1) + b" "})
    proof = prove(data)
    assert [fault.code for fault in proof.faults] == ["file_changed", "not_rescored"]
    assert proof.faults[0].message.startswith(name)


MANIFESTS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "another format": ({"format": "other"}, ["manifest_unreadable"]),
    "a member more": ({"more": 1}, ["manifest_unreadable"]),
    "a number as text": ({"audit": {"sequence": "41", "hash": OTHER}}, ["manifest_unreadable"]),
    "truth as a number": ({"audit": {"sequence": True, "hash": OTHER}}, ["manifest_unreadable"]),
    "another key number": ({"key": "0" * 16}, ["key_differs"]),
    "no key": ({"public_key": "x"}, ["signature_invalid", "key_differs", "key_unknown"]),
    "another subject": ({"subject": "other"}, ["subject_differs"]),
    "another scheme": (
        {"scheme": {"code": "small", "version": "2", "digest": digest_of(opened()["scheme.json"])}},
        ["scheme_named_otherwise"],
    ),
    "another scheme digest": ({"scheme": {"code": "small", "version": "1", "digest": OTHER}}, ["scheme_differs"]),
    "another sheet number": ({"sheet": {"number": 2, "digest": contents().frozen.sheet_digest}}, ["moves_differ"]),
    "another sheet digest": ({"sheet": {"number": 1, "digest": OTHER}}, ["sheet_digest"]),
    "another day": ({"published_at": "2021-05-21T09:00:00+00:00"}, ["moves_differ"]),
    "other inputs": ({"inputs_digest": OTHER}, ["sheet_of_others", "inputs_digest"]),
}


@pytest.mark.parametrize("name", MANIFESTS)
def test_what_a_signed_manifest_says_wrongly_is_named(name):
    members, said = MANIFESTS[name]
    assert codes(forged(change=lambda manifest: manifest.update(members)), key().public) == said


def test_a_manifest_that_is_written_otherwise_is_none():
    said = json.loads(opened()[MANIFEST])
    data = zips.write({**opened(), MANIFEST: json.dumps(said).encode()})
    assert codes(data) == ["manifest_unreadable"]


def test_another_key_is_found_by_those_who_know_the_right_one():
    data = forged(by=key("theirs"))
    assert codes(data) == []
    assert codes(data, key().public) == ["key_unknown"]
    assert codes(data, key().public, key("theirs").public) == []


def test_a_signature_of_something_else_is_found():
    data = zips.write(
        {**opened(), SIGNATURE: zips.read(forged(change=lambda each: each.update(round="2021")))[SIGNATURE]}
    )
    assert codes(data) == ["signature_invalid"]
    for nonsense in (b"", b"x", b"\xff" * 88, opened()[SIGNATURE] + b"\n"):
        assert codes(zips.write({**opened(), SIGNATURE: nonsense})) == ["signature_invalid"]


def test_a_sheet_that_was_made_up_and_signed_is_found_by_scoring():
    sheet, digest = resaid(total=16)
    data = forged({"sheet.json": sheet}, lambda manifest: manifest["sheet"].update(digest=digest))
    assert codes(data, key().public) == ["sheet_differs"]


def test_inputs_that_were_made_up_and_signed_are_found_by_scoring():
    inputs = json.loads(opened()["inputs.json"])
    inputs["evidence"]["signed"] = False
    assert codes(forged({"inputs.json": canonical(inputs)})) == ["inputs_digest", "sheet_differs"]
    assert codes(forged({"inputs.json": b'{"a":1e3000000}'})) == ["inputs_unreadable"]
    assert codes(forged({"inputs.json": b"[]"})) == ["refused"]


def test_lists_that_are_none_are_found():
    for nonsense in (b"{}", b"[1]", b'[{"name":"a"}]', b"[ ]", b"x"):
        assert codes(forged({"attachments.json": nonsense})) == ["attachments_unreadable"]
        assert codes(forged({"moves.json": nonsense})) == ["moves_unreadable"]
    assert codes(forged({"moves.json": b"[]"})) == ["moves_differ"]


def test_schemes_that_are_none_are_found():
    for nonsense, said in {b"x": "scheme_unreadable", b"{}": "scheme_unusable"}.items():
        data = forged(
            {"scheme.json": nonsense}, lambda manifest, each=nonsense: manifest["scheme"].update(digest=digest_of(each))
        )
        assert codes(data) == ["scheme_named_otherwise", said]


@pytest.mark.parametrize(
    ("grade", "said"), [(None, []), ("优", ["engine_differs"])], ids=["the same result", "another result"]
)
def test_another_engine_is_told_from_another_result(grade, said):
    sheet, digest = resaid(engine="0", grade=grade)

    def change(manifest):
        manifest["engine"] = "0"
        manifest["sheet"]["digest"] = digest

    proof = prove(forged({"sheet.json": sheet}, change))
    assert [fault.code for fault in proof.faults] == said
    assert (proof.by_another, proof.sheet, proof.made) == (True, sheet, opened()["sheet.json"])


def test_files_in_another_order_more_or_fewer_are_found():
    turned = dict(reversed(opened().items()))
    assert codes(zips.write(turned)) == ["bundle_form"]
    assert codes(zips.write({**opened(), "more": b""})) == ["bundle_form"]
    for name in NAMES:
        rest = {each: data for each, data in opened().items() if each != name}
        assert codes(zips.write(rest)) == ["bundle_unreadable"]


def test_too_large_a_file_is_not_looked_into(monkeypatch):
    monkeypatch.setattr(zips, "LARGEST", len(bundle()) - 1)
    assert codes(bundle()) == ["bundle_unreadable"]
