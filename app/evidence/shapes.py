"""What comes into this room beside evidence itself, checked; every problem of a body at once."""

from __future__ import annotations

from typing import Annotated, Final, TypeAlias

from pydantic import Field, StringConstraints

from app.rounds.shapes import Reason
from app.scoring.document import Part

MOST_TOKENS: Final = 5000
"""Personal values that one request names; without naming any all are meant."""
Token: TypeAlias = Annotated[str, StringConstraints(pattern=r"^p_[A-Za-z0-9_-]{22}$")]


class Erasing(Part):
    """Personal values to erase, by their tokens (none named: all that the subject has in the round), and why."""

    reason: Reason
    tokens: Annotated[tuple[Token, ...], Field(min_length=1, max_length=MOST_TOKENS)] | None = None
