"""Tokens that stand for personal values: salted commitments, which tell nothing and group like what they stand for."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Final

TOKEN_LENGTH: Final = 24
_TOKEN: Final = re.compile(r"p_[A-Za-z0-9_-]{22}")


def token_of(salt: bytes, value: str) -> str:
    """The token of a value: 132 bits of the SHA-256 over salt and value, which one who has both can work out again."""
    digest = hashlib.sha256(salt + value.encode()).digest()
    return "p_" + base64.urlsafe_b64encode(digest).decode()[: TOKEN_LENGTH - 2]


def is_token(text: str) -> bool:
    """Whether a text has the form of a token, whatever it stands for."""
    return len(text) == TOKEN_LENGTH and _TOKEN.fullmatch(text) is not None
