"""Attributes as a column holds them: canonical JSON, exact numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import msgspec

from app.scoring.digest import canonical
from app.subjects.values import Attributes

_read: Final = msgspec.json.Decoder(float_hook=Decimal).decode


def written(attributes: Attributes) -> str:
    """For the column."""
    return canonical(attributes).decode()


def read(text: str) -> Attributes:
    """From the column."""
    found: Attributes = _read(text)
    return found
