"""Secrets of tokens and sessions: 256 random bits behind a prefix by which scanners find them; only a hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from typing import Final

from app.accounts.values import Kind, Secret

PREFIXES: Final[Mapping[Kind, str]] = {"token": "mea_t_", "session": "mea_s_"}
BYTES: Final = 32
SHOWN: Final = 6
"""Characters behind the prefix by which people tell tokens apart; the rest still has 220 bits."""
LONGEST: Final = 64
"""Characters of anything that could be a secret of ours."""


def new_secret(kind: Kind) -> Secret:
    """A secret that nobody has seen yet."""
    text = PREFIXES[kind] + secrets.token_urlsafe(BYTES)
    return Secret(text, text[: len(PREFIXES[kind]) + SHOWN], hash_of(text))


def hash_of(secret: str) -> str:
    """SHA-256, in hexadecimal; with 256 random bits nothing slower is needed."""
    return hashlib.sha256(secret.encode(errors="replace")).hexdigest()


def kind_of(secret: str) -> Kind | None:
    """What a secret says it opens; None when it is none of ours."""
    if len(secret) > LONGEST:
        return None
    return next((kind for kind, prefix in PREFIXES.items() if secret.startswith(prefix)), None)
