"""Ed25519: a private key kept in a file, signatures, and public keys as short text."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from app.errors import Conflict, Unavailable

PUBLIC_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64
ID_DIGITS: Final = 16


@dataclass(frozen=True, slots=True, eq=False)
class SigningKey:
    """A private key, which nothing shows; `public` is its public key as text."""

    public: str
    private: Ed25519PrivateKey = field(repr=False)

    @property
    def id(self) -> str:
        """The short name of its public key."""
        return key_id(self.public)


def create(path: Path) -> SigningKey:
    """A new key in a file that its owner alone can read; raises Conflict where there is one.

    The file appears whole or not at all, so that of two who create it at once one is refused.
    """
    private = Ed25519PrivateKey.generate()
    path.parent.mkdir(parents=True, exist_ok=True)
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    try:
        _appear(path, pem)
    except FileExistsError:
        raise Conflict("signing_key_exists", "签名密钥文件（MEA_SIGNING_KEY）已存在，不会覆盖") from None
    return _key(private)


def load(path: Path) -> SigningKey:
    """The key in a file; raises Unavailable when there is none, or something else."""
    found = _read(path)
    if found is None:
        raise Unavailable("signing_key_missing", "没有签名密钥，请先执行 python -m app keys create")
    return found


def load_or_create(path: Path) -> SigningKey:
    """The key in a file, made first where there is none; of several who start at once all get the same."""
    found = _read(path)
    if found is not None:
        return found
    try:
        return create(path)
    except Conflict:
        return load(path)


def public_key(path: Path) -> str | None:
    """The public key of the key in a file; None when there is no usable one."""
    try:
        return load(path).public
    except Unavailable:
        return None


def sign(key: SigningKey, data: bytes) -> str:
    """The signature over these bytes, in base64."""
    return base64.b64encode(key.private.sign(data)).decode()


def verify(public: str, data: bytes, signature: str) -> bool:
    """Whether the signature over these bytes was made with the private key of `public`; False for any nonsense."""
    raw_key, raw_signature = _raw(public, PUBLIC_BYTES), _raw(signature, SIGNATURE_BYTES)
    if raw_key is None or raw_signature is None:
        return False
    try:
        Ed25519PublicKey.from_public_bytes(raw_key).verify(raw_signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def is_public(text: str) -> bool:
    """Whether this is a public key as text: 32 bytes in base64."""
    return _raw(text, PUBLIC_BYTES) is not None


def key_id(public: str) -> str:
    """The first 16 hexadecimal digits of the SHA-256 of the raw public key; raises ValueError when it is none."""
    raw = _raw(public, PUBLIC_BYTES)
    if raw is None:
        raise ValueError("not a public key")
    return hashlib.sha256(raw).hexdigest()[:ID_DIGITS]


def _raw(text: str, size: int) -> bytes | None:
    """The bytes behind base64 text in its one form."""
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return raw if len(raw) == size and base64.b64encode(raw).decode() == text else None


def _key(private: Ed25519PrivateKey) -> SigningKey:
    raw = private.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return SigningKey(base64.b64encode(raw).decode(), private)


def _read(path: Path) -> SigningKey | None:
    """The key in a file, None where there is no file."""
    unreadable = Unavailable("signing_key_unreadable", "签名密钥文件（MEA_SIGNING_KEY）无法读取，或不是 Ed25519 私钥")
    try:
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        raise unreadable from None
    if not isinstance(private, Ed25519PrivateKey):
        raise unreadable
    return _key(private)


def _appear(path: Path, data: bytes) -> None:
    """Write beside the place and link it there, which fails where a file is; on disk before it is used."""
    descriptor, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")  # mode 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(beside, path)
    finally:
        Path(beside).unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
