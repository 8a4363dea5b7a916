"""Keys in files, signatures, public keys as text."""

from __future__ import annotations

import base64
import hashlib
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed448
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from app import signing
from app.errors import Conflict, Unavailable

START = "import sys, pathlib; from app import signing; print(signing.load_or_create(pathlib.Path(sys.argv[1])).public)"


@pytest.fixture(scope="module")
def key(tmp_path_factory):
    return signing.create(tmp_path_factory.mktemp("keys") / "signing.key")


def test_a_key_is_kept_in_a_file_that_its_owner_alone_can_read(tmp_path):
    path = tmp_path / "deep" / "signing.key"
    made = signing.create(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"-----BEGIN PRIVATE KEY-----")
    assert [each.name for each in path.parent.iterdir()] == ["signing.key"]
    assert signing.load(path).public == made.public
    assert signing.public_key(path) == made.public


def test_a_key_is_never_overwritten(tmp_path):
    path = tmp_path / "signing.key"
    signing.create(path)
    before = path.read_bytes()
    with pytest.raises(Conflict, match="signing_key_exists"):
        signing.create(path)
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["signing.key"]


def test_nothing_shows_a_key(key):
    [*_, secret, _, _] = key.private.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption()
    ).split(b"\n")
    raw = key.private.private_bytes(Encoding.Raw, PrivateFormat.Raw, serialization.NoEncryption())
    shown = f"{key!r} {key}"
    assert "private" not in shown.lower()
    for hidden in (secret.decode(), raw.hex(), base64.b64encode(raw).decode(), repr(raw)):
        assert hidden not in shown


def test_there_is_no_key_where_there_is_no_file(tmp_path):
    with pytest.raises(Unavailable, match="signing_key_missing"):
        signing.load(tmp_path / "signing.key")
    assert signing.public_key(tmp_path / "signing.key") is None


def other_kind():
    private = ed448.Ed448PrivateKey.generate()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, serialization.NoEncryption())


def locked():
    private = signing.Ed25519PrivateKey.generate()
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret"))


@pytest.mark.parametrize("content", [b"", b"nonsense", b"\xff\x00", other_kind(), locked()], ids=range(5))
def test_a_file_that_holds_something_else_is_refused_and_kept(tmp_path, content):
    path = tmp_path / "signing.key"
    path.write_bytes(content)
    for act in (signing.load, signing.load_or_create):
        with pytest.raises(Unavailable, match="signing_key_unreadable"):
            act(path)
    assert path.read_bytes() == content


def test_a_folder_is_no_key(tmp_path):
    with pytest.raises(Unavailable, match="signing_key_unreadable"):
        signing.load(tmp_path)


def test_those_who_start_at_once_get_the_same_key(tmp_path):
    path = tmp_path / "signing.key"
    with ThreadPoolExecutor(16) as pool:
        made = set(pool.map(lambda _: signing.load_or_create(path).public, range(64)))
    assert made == {signing.load(path).public}
    assert [each.name for each in tmp_path.iterdir()] == ["signing.key"]


def test_processes_that_start_at_once_get_the_same_key(tmp_path):
    command = [sys.executable, "-c", START, str(tmp_path / "signing.key")]
    started = [subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) for _ in range(4)]
    said = {process.communicate()[0].decode().strip() for process in started}
    assert said == {signing.load(tmp_path / "signing.key").public}


@given(data=st.binary(), other=st.binary())
def test_a_signature_fits_its_bytes_and_no_others(key, data, other):
    signature = signing.sign(key, data)
    assert signing.verify(key.public, data, signature)
    assert signing.verify(key.public, other, signature) == (data == other)


@given(at=st.integers(0, 511), data=st.binary(max_size=8))
def test_no_bit_of_a_signature_can_be_changed(key, at, data):
    raw = bytearray(base64.b64decode(signing.sign(key, data)))
    raw[at // 8] ^= 1 << at % 8
    assert not signing.verify(key.public, data, base64.b64encode(raw).decode())


@given(nonsense=st.text())
def test_nonsense_is_no_signature_and_no_key(key, nonsense):
    assert not signing.verify(key.public, b"", nonsense)
    assert not signing.verify(nonsense, b"", signing.sign(key, b""))
    assert not signing.is_public(nonsense)


@pytest.mark.parametrize(
    "public", ["AA==", base64.b64encode(b"\xff" * 32).decode(), base64.b64encode(bytes(32)).decode()]
)
def test_other_bytes_verify_nothing(key, public):
    assert not signing.verify(public, b"", signing.sign(key, b""))


def test_a_signature_has_one_written_form(key):
    signature = signing.sign(key, b"")
    assert not signing.verify(key.public, b"", signature + "\n")
    assert not signing.verify(key.public, b"", signature.rstrip("="))


def test_another_key_does_not_fit(tmp_path, key):
    other = signing.create(tmp_path / "other.key")
    assert not signing.verify(other.public, b"act", signing.sign(key, b"act"))
    assert other.id != key.id


def test_a_public_key_has_a_short_name(key):
    raw = base64.b64decode(key.public)
    assert len(raw) == 32
    assert signing.is_public(key.public)
    assert key.id == signing.key_id(key.public) == hashlib.sha256(raw).hexdigest()[:16]
    with pytest.raises(ValueError, match="public"):
        signing.key_id("AA==")
